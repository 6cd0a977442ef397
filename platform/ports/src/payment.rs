//! Taking money through whichever payment plugins the tenant has enabled.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AppResult, Scope, events::EventData, money::Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{PortError, routes::Routes};

/// A way to pay that a live installation offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaymentMethod {
    /// As in the plugin's manifest; names the method everywhere.
    pub method: String,
    pub installation: Uuid,
    /// What payers read.
    pub title: String,
    pub currencies: Vec<String>,
    /// Amounts are multiples of this many minor units.
    pub smallest_unit: i64,
    /// Least and most of one payment, in minor units.
    pub min: i64,
    pub max: i64,
    /// What the payer must give: `phone`, `email`.
    pub payer_needs: Vec<String>,
}

/// A number to which payers send money without having been asked, naming a reference of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DirectNumber {
    pub installation: Uuid,
    pub method: String,
    /// What payers know the method as.
    pub title: String,
    pub currencies: Vec<String>,
    /// What the number is: `paybill`, `till`, `bank-account`.
    pub kind: String,
    pub number: String,
}

impl DirectNumber {
    /// Whether its payers can say what they pay.
    #[must_use]
    pub fn takes_reference(&self) -> bool {
        self.kind != "till"
    }
}

/// Who pays.
#[derive(Debug, Clone, Default)]
pub struct Payer {
    pub name: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// Asks the payer for money, once per `idempotency_key`.
#[derive(Debug, Clone)]
pub struct Collect {
    pub installation: Uuid,
    pub method: String,
    /// The payment's id as text.
    pub idempotency_key: String,
    /// 1 for the first attempt of this request.
    pub attempt: u32,
    pub amount: Money,
    pub payer: Payer,
    /// Ours, at most 12 letters and digits, shown to the payer where the provider can.
    pub reference: String,
    pub description: String,
    pub return_url: Option<String>,
}

/// Names one payment to its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRef {
    pub installation: Uuid,
    pub idempotency_key: String,
    pub provider_ref: Option<String>,
    pub receipt: Option<String>,
}

/// A provider's word about a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderState {
    /// No final word yet; also every word that is not known.
    Pending,
    /// The payer must do what `action` says.
    NeedsAction,
    /// The money is with us.
    Received,
    /// The provider says it did not move. Later proof overrules this.
    Failed,
    /// It came and was taken back.
    Reversed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub state: ProviderState,
    pub provider_ref: Option<String>,
    /// The provider's own code and text, for staff and logs.
    pub code: Option<String>,
    pub message: Option<String>,
    /// Why it failed, as plugins name it the same for all providers; their README lists the words.
    pub reason: Option<String>,
    pub action: Option<Action>,
    /// What really moved, if the provider says so.
    pub amount: Option<Money>,
    pub fee: Option<Money>,
    pub receipt: Option<String>,
    pub occurred_at: Option<DateTime<Utc>>,
}

/// What the payer must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    OpenUrl(String),
    Read(String),
}

/// A line of the provider's own book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    pub provider_ref: String,
    pub receipt: Option<String>,
    /// payment, refund, payout, fee, settlement, adjustment.
    pub kind: String,
    pub state: ProviderState,
    /// Positive: to us.
    pub gross: Money,
    pub fee: Option<Money>,
    /// Our reference, or what the payer typed.
    pub reference: Option<String>,
    pub counterparty: Option<String>,
    pub occurred_at: DateTime<Utc>,
    pub settled_on: Option<NaiveDate>,
}

#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// What checkout may offer now: methods of live installations only.
    async fn methods(&self, scope: &Scope) -> AppResult<Vec<PaymentMethod>>;
    /// The same by method, with the order in which installations are asked.
    async fn routes(&self, scope: &Scope) -> AppResult<Vec<Routes>> {
        Ok(Routes::all(self.methods(scope).await?, &[]))
    }
    /// Where payers may send money by themselves, as live installations are set up.
    async fn direct_numbers(&self, _scope: &Scope) -> AppResult<Vec<DirectNumber>> {
        Ok(Vec::new())
    }
    /// Called from jobs only, never inside a transaction. A trap or deadline is `UnknownOutcome`.
    async fn collect(&self, scope: &Scope, request: Collect) -> Result<Outcome, PortError>;
    /// The provider's present word; changes nothing.
    async fn query(&self, scope: &Scope, payment: PaymentRef) -> Result<Outcome, PortError>;
    /// A method of each live installation whose provider tells its statement by the day.
    async fn daily_statements(&self, _scope: &Scope) -> AppResult<Vec<PaymentMethod>> {
        Ok(Vec::new())
    }
    /// All lines of a day that is over; asked again, the same ones.
    async fn statement_of(&self, _scope: &Scope, _installation: Uuid, _day: NaiveDate) -> Result<Vec<StatementLine>, PortError> {
        Err(PortError::Unsupported("statements by the day".into()))
    }
    /// Lines of a statement file that staff downloaded at the provider.
    async fn read_statement(&self, scope: &Scope, installation: Uuid, file: bytes::Bytes) -> Result<Vec<StatementLine>, PortError>;
}

/// A provider's report about a payment, as `integrations` publishes it after storing the callback. It is a claim, not a proof:
/// `ledger` checks it. Personal data of the payer is not part of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentReported {
    /// The stored callback.
    pub delivery: Uuid,
    pub installation: Uuid,
    /// The idempotency key that the callback's address was minted for: our payment's id.
    pub key: Option<String>,
    pub provider_ref: Option<String>,
    pub state: ProviderState,
    pub code: Option<String>,
    pub message: Option<String>,
    /// As in [`Outcome`].
    #[serde(default)]
    pub reason: Option<String>,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    pub fee_minor: Option<i64>,
    pub receipt: Option<String>,
    pub occurred_at: Option<DateTime<Utc>>,
    /// The request came from an address that the manifest lists, or carried a signature that was checked.
    pub source_trusted: bool,
}

impl EventData for PaymentReported {
    const TYPE: &'static str = "provider.payment_reported";
    const AGGREGATE: &'static str = "webhook_delivery";
    fn aggregate_id(&self) -> Uuid {
        self.delivery
    }
}

/// Money that came without having been asked for, because somebody typed a number and a reference of ours: what its provider says of
/// it. Personal data of the payer is not part of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentArrived {
    /// The stored callback.
    pub delivery: Uuid,
    pub installation: Uuid,
    /// A method of the plugin's manifest, and what payers know it as.
    pub method: String,
    pub method_title: String,
    pub provider_ref: String,
    pub receipt: Option<String>,
    /// As typed; empty where the payer could give none.
    pub reference: String,
    pub amount_minor: i64,
    pub currency: String,
    pub occurred_at: Option<DateTime<Utc>>,
    /// As in [`PaymentReported`]. Nothing else can confirm such a payment but the provider's statement.
    pub source_trusted: bool,
}

impl EventData for PaymentArrived {
    const TYPE: &'static str = "provider.payment_arrived";
    const AGGREGATE: &'static str = "webhook_delivery";
    fn aggregate_id(&self) -> Uuid {
        self.delivery
    }
}
