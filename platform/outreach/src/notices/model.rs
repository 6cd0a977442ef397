//! What a notice is, who reads it, and in which ways it may reach a person.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use insurance::text::LocalText;
use kernel::{
    Scope,
    i18n::{FluentArgs, Texts},
    money::Money,
    scope::Audience,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

kernel::id!(/** Identifies a notice. */ NoticeId);

kernel::text_enum! {
    /// What is told. The texts are `notice-<kind>-title` and `-body`.
    pub enum Kind {
        PolicyIssued = "policy_issued",
        PolicyUnderReview = "policy_under_review",
        PolicyApproved = "policy_approved",
        PolicyDeclined = "policy_declined",
        PolicyCertified = "policy_certified",
        PolicyExpiringSoon = "policy_expiring_soon",
        PolicyExpired = "policy_expired",
        PolicyCancelled = "policy_cancelled",
        PaymentReceived = "payment_received",
        PaymentCredited = "payment_credited",
        PaymentDue = "payment_due",
        PaymentOverdue = "payment_overdue",
        DocumentVerified = "document_verified",
        // From here on for staff.
        DocumentUploaded = "document_uploaded",
        TaskOpened = "task_opened",
        PaymentUnclear = "payment_unclear",
        PaymentReversed = "payment_reversed",
        StatementDifference = "statement_difference",
        PluginFailing = "plugin_failing",
        PluginRolledBack = "plugin_rolled_back",
        WebhookDisabled = "webhook_disabled",
        JobGivenUp = "job_given_up",
        TaskAssigned = "task_assigned",
        ContractEnding = "contract_ending",
        ErrandOver = "errand_over",
    }
}

impl Kind {
    #[must_use]
    pub const fn topic(self) -> Topic {
        match self {
            Self::PolicyIssued
            | Self::PolicyUnderReview
            | Self::PolicyApproved
            | Self::PolicyDeclined
            | Self::PolicyCertified
            | Self::PolicyExpiringSoon
            | Self::PolicyExpired
            | Self::PolicyCancelled => Topic::Policy,
            Self::PaymentReceived
            | Self::PaymentCredited
            | Self::PaymentDue
            | Self::PaymentOverdue
            | Self::PaymentUnclear
            | Self::PaymentReversed => Topic::Payment,
            Self::DocumentVerified | Self::DocumentUploaded => Topic::Document,
            Self::TaskOpened | Self::TaskAssigned | Self::ErrandOver | Self::ContractEnding | Self::StatementDifference => Topic::Work,
            Self::PluginFailing | Self::PluginRolledBack | Self::WebhookDisabled | Self::JobGivenUp => Topic::System,
        }
    }
    /// Fulfilment mails these itself, with documents and receipt attached.
    #[must_use]
    pub const fn is_mailed_elsewhere(self) -> bool {
        matches!(self, Self::PolicyIssued | Self::PolicyApproved | Self::PaymentReceived)
    }
    /// The kind as it stands in keys of texts.
    #[must_use]
    pub fn key(self) -> String {
        self.as_str().replace('_', "-")
    }
}

kernel::text_enum! {
    /// What people choose by.
    pub enum Topic {
        Policy = "policy",
        Payment = "payment",
        Claim = "claim",
        Document = "document",
        Work = "work",
        System = "system",
        Marketing = "marketing",
    }
}

kernel::text_enum! {
    pub enum Channel {
        /// In the list behind the bell.
        InApp = "in_app",
        Email = "email",
    }
}

kernel::text_enum! {
    pub enum Delivery {
        Off = "off",
        /// By itself, at once.
        Each = "each",
        /// With others in the morning of the next business day.
        Daily = "daily",
    }
}

/// Whose a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A member of staff, by user.
    Staff(Uuid),
    Customer(Uuid),
}

impl Reader {
    /// The person whose scope it is; none for visitors and the system.
    #[must_use]
    pub fn of(scope: &Scope) -> Option<Self> {
        match scope.audience {
            Audience::Staff { user } => Some(Self::Staff(user)),
            Audience::Customer { customer, .. } => Some(Self::Customer(customer)),
            Audience::Visitor { .. } | Audience::System => None,
        }
    }
    #[must_use]
    pub fn user(self) -> Option<Uuid> {
        match self {
            Self::Staff(user) => Some(user),
            Self::Customer(_) => None,
        }
    }
    #[must_use]
    pub fn customer(self) -> Option<Uuid> {
        match self {
            Self::Staff(_) => None,
            Self::Customer(customer) => Some(customer),
        }
    }
    #[must_use]
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Staff(_))
    }
}

/// A value of a notice's text, worded when it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Param {
    Text(String),
    Money(Money),
    Day(NaiveDate),
    Count(i64),
    /// A text of a product.
    Words(LocalText),
    /// The key of another text.
    Phrase(String),
}

/// Values of a text by name.
pub type Params = BTreeMap<String, Param>;

/// A notice to be given.
#[derive(Debug, Clone)]
pub struct NewNotice {
    pub reader: Reader,
    pub kind: Kind,
    /// Kind and id of what it is about.
    pub subject: Option<(&'static str, Uuid)>,
    pub params: Params,
    /// A page of the reader's own host.
    pub href: String,
    /// What is told, so that it is told once.
    pub cause: String,
}

/// A notice as it is kept.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Notice {
    pub id: NoticeId,
    pub kind: Kind,
    pub topic: Topic,
    #[sqlx(json)]
    pub params: Params,
    pub href: String,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
    pub archived_at: Option<DateTime<Utc>>,
}

/// A notice in a reader's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub title: String,
    pub body: String,
}

impl Notice {
    #[must_use]
    pub fn told(&self, texts: &Texts, locale: &str) -> Told {
        let values = values(texts, locale, &self.params);
        let text = |part: &str| {
            let key = format!("notice-{}-{part}", self.kind.key());
            texts.format(locale, &key, &values).unwrap_or(key)
        };
        Told { title: text("title"), body: text("body") }
    }
}

/// Values as a text takes them.
pub(crate) fn values<'a>(texts: &Texts, locale: &str, params: &Params) -> FluentArgs<'a> {
    let mut values = FluentArgs::new();
    for (name, param) in params {
        let name = name.clone();
        match param {
            Param::Text(text) => values.set(name, text.clone()),
            Param::Money(amount) => values.set(name, amount.to_string()),
            Param::Day(day) => values.set(name, texts.day(locale, *day)),
            Param::Count(count) => values.set(name, *count),
            Param::Words(words) => values.set(name, words.get(locale).to_owned()),
            Param::Phrase(key) => values.set(name, texts.get(locale, key, &[])),
        }
    }
    values
}

kernel::text_enum! {
    /// What a list of notices may be narrowed to; without it, all that are not archived.
    pub enum NoticeState {
        Unread = "unread",
        Read = "read",
        Archived = "archived",
    }
}

#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct NoticeFilter {
    pub state: Option<NoticeState>,
    pub topic: Option<Topic>,
}
