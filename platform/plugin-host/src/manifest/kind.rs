//! Kinds of plugin: which package each implements, what it must export and what it may.

use serde::{Deserialize, Serialize};

/// The kinds of plugin, each naming the world its component implements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Takes, returns and pays out money.
    Payment,
    /// Sends and receives messages.
    Messaging,
    /// A USSD service.
    Ussd,
    /// Quotes and binds at an insurer.
    Insurance,
    /// Issues insurance certificates.
    Certificate,
    /// Collects by mandate.
    Collections,
    /// Deducts from payrolls.
    Payroll,
    /// Checks people and numbers.
    Identity,
    /// Answers from a language model.
    Ai,
    /// Consumes platform events.
    Events,
}

impl Kind {
    /// The WIT package that it implements.
    #[must_use]
    pub fn package(self) -> &'static str {
        match self {
            Self::Payment => "payments",
            Self::Messaging | Self::Ussd => "messaging",
            Self::Insurance | Self::Certificate => "insurance",
            Self::Collections | Self::Payroll => "collections",
            Self::Identity => "identity",
            Self::Ai => "ai",
            Self::Events => "events",
        }
    }

    /// Interfaces that its component exports in any case.
    #[must_use]
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Self::Payment => &["lifecycle", "webhook", "gateway"],
            Self::Messaging => &["lifecycle", "webhook", "channel"],
            Self::Ussd => &["lifecycle", "ussd"],
            Self::Insurance => &["lifecycle", "insurer"],
            Self::Certificate => &["lifecycle", "certificates"],
            Self::Collections => &["lifecycle", "webhook", "mandates", "runs"],
            Self::Payroll => &["lifecycle", "deductions"],
            Self::Identity => &["lifecycle", "checks"],
            Self::Ai => &["lifecycle", "assistant"],
            Self::Events => &["lifecycle", "subscriber"],
        }
    }

    /// Interfaces that it may export besides, by name in `provides`.
    #[must_use]
    pub fn abilities(self) -> &'static [&'static str] {
        match self {
            Self::Payment => &["refunds", "payouts", "statements", "vault", "poll"],
            Self::Messaging => &["templates", "poll"],
            Self::Insurance => &["endorsements", "claims", "certificates", "webhook", "poll"],
            Self::Certificate => &["checks"],
            Self::Collections => &["deductions", "checks", "poll"],
            Self::Identity | Self::Events => &["webhook", "poll"],
            Self::Ussd | Self::Payroll | Self::Ai => &[],
        }
    }

    /// Whether a plugin of this kind that provides `provides` answers the interface `name`.
    #[must_use]
    pub fn answers(self, provides: &[String], name: &str) -> bool {
        self.required().contains(&name) || provides.iter().any(|ability| ability == name)
    }
}
