//! Records of the payments interface.

use super::{Account, Fields, Money, Party};

/// Names one movement of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRef {
    /// Key of the intent.
    pub idempotency_key: String,
    /// The provider's id.
    pub provider_ref: Option<String>,
    /// What payer or payee see.
    pub receipt: Option<String>,
    /// Further facts by name.
    pub extra: Fields,
}

/// What the payer must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// `url` or `text`; anything else is text.
    pub kind: String,
    /// Address or words.
    pub value: String,
    /// Milliseconds since 1970.
    pub expires_ms: Option<u64>,
    /// Names unknown to this version.
    pub extra: Fields,
}

/// State of a movement as the provider tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// No final word; also every word that the interface does not know.
    Pending,
    /// The payer has to act.
    NeedsAction,
    /// The money arrived.
    Received,
    /// According to the provider nothing moved.
    Failed,
    /// It arrived and was taken back.
    Reversed,
}

impl State {
    /// Reads a state word; unknown ones are pending.
    #[must_use]
    pub fn read(word: &str) -> Self {
        match word {
            "needs-action" => Self::NeedsAction,
            "received" => Self::Received,
            "failed" => Self::Failed,
            "reversed" => Self::Reversed,
            _ => Self::Pending,
        }
    }

    /// The interface's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::NeedsAction => "needs-action",
            Self::Received => "received",
            Self::Failed => "failed",
            Self::Reversed => "reversed",
        }
    }
}

/// Answer of collect, refund, pay-out and their queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The provider's id.
    pub provider_ref: Option<String>,
    /// Where it stands.
    pub state: State,
    /// The word as given, for staff and logs.
    pub state_word: String,
    /// The provider's code.
    pub code: Option<String>,
    /// The provider's text.
    pub message: Option<String>,
    /// What the payer must do.
    pub action: Option<Action>,
    /// What really moved.
    pub amount: Option<Money>,
    /// What the provider kept.
    pub fee: Option<Money>,
    /// What payer or payee see.
    pub receipt: Option<String>,
    /// Milliseconds since 1970.
    pub occurred_ms: Option<u64>,
    /// Token for charging again; to be stored and returned unchanged.
    pub saved_method: Option<String>,
    /// Names unknown to this version.
    pub extra: Fields,
}

/// Asks a payer for money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectRequest {
    /// Method of the manifest.
    pub method: String,
    /// How much.
    pub amount: Money,
    /// Who pays.
    pub payer: Party,
    /// From an earlier outcome.
    pub saved_method: Option<String>,
    /// Ours, at most 12 letters and digits.
    pub reference: String,
    /// Shown where possible.
    pub description: String,
    /// Where a redirecting provider sends the payer.
    pub return_url: Option<String>,
    /// Further facts by name.
    pub extra: Fields,
}

/// Sends money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutRequest {
    /// Where to.
    pub destination: Account,
    /// Who gets it.
    pub payee: Party,
    /// How much.
    pub amount: Money,
    /// Ours.
    pub reference: String,
    /// salary, claim, refund, loan, commission, supplier, promotion.
    pub purpose: String,
    /// Shown where possible.
    pub description: String,
    /// Further facts by name.
    pub extra: Fields,
}

/// One line of the provider's book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The provider's id.
    pub provider_ref: String,
    /// What payer or payee see.
    pub receipt: Option<String>,
    /// payment, refund, payout, fee, settlement, adjustment; anything else is adjustment.
    pub kind: String,
    /// Where it stands.
    pub state: State,
    /// Positive: to us.
    pub gross: Money,
    /// What the provider kept.
    pub fee: Option<Money>,
    /// Our reference, or what the payer typed.
    pub reference: Option<String>,
    /// The other side.
    pub counterparty: Option<String>,
    /// Milliseconds since 1970.
    pub occurred_ms: u64,
    /// Day of the transfer to our bank.
    pub settled_on: Option<String>,
    /// Id of that transfer.
    pub settlement_ref: Option<String>,
    /// Names unknown to this version.
    pub extra: Fields,
}

/// A page of the provider's book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementPage {
    /// Lines.
    pub lines: Vec<StatementLine>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Names unknown to this version.
    pub extra: Fields,
}

/// Present balance of an account at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The provider's name of the account.
    pub account: String,
    /// What can be used.
    pub available: Money,
    /// Milliseconds since 1970.
    pub as_of_ms: u64,
    /// Names unknown to this version.
    pub extra: Fields,
}
