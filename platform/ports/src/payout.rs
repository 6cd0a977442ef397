//! Letting money leave through payment plugins: back by the payment with which it came, or to somebody's account.

use async_trait::async_trait;
use kernel::{AppResult, Scope, events::EventData, money::Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    PortError,
    payment::{Outcome, PaymentRef, PaymentReported},
    provider::{Account, Errand, Party},
};

/// A live installation by which money can leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutOffer {
    pub installation: Uuid,
    /// What staff know it as.
    pub title: String,
    /// The method whose clearing account the money leaves.
    pub method: String,
    pub currencies: Vec<String>,
    /// It gives payments back that came through it.
    pub gives_back: bool,
    /// It pays to accounts.
    pub pays_out: bool,
}

/// Where money goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayoutTo {
    /// Back by the payment with which it came.
    Payment {
        payment: PaymentRef,
        /// Shown where the provider can.
        reason: String,
    },
    Account {
        account: Account,
        payee: Party,
        /// `refund`, `claim`, `loan`, `commission`, `supplier`: as the interface names it.
        purpose: String,
    },
}

/// Lets money leave, once per key of its errand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutOrder {
    pub errand: Errand,
    pub amount: Money,
    /// Ours.
    pub reference: String,
    /// Shown where the provider can.
    pub description: String,
    pub to: PayoutTo,
}

/// Names one order to its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentPayout {
    /// By the key of its errand.
    pub payout: PaymentRef,
    /// It was a payment given back.
    pub gave_back: bool,
}

/// Of an outcome `Received` means that the payee has the money.
#[async_trait]
pub trait PayoutGateway: Send + Sync {
    /// In the order in which they count.
    async fn offers(&self, scope: &Scope) -> AppResult<Vec<PayoutOffer>>;
    /// Called from jobs only, never inside a transaction. A trap or deadline is `UnknownOutcome`.
    async fn send(&self, scope: &Scope, order: PayoutOrder) -> Result<Outcome, PortError>;
    /// The provider's present word; changes nothing.
    async fn query(&self, scope: &Scope, sent: SentPayout) -> Result<Outcome, PortError>;
}

/// A provider's report about money that leaves, as `integrations` publishes it after storing the callback. A claim, not a proof.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PayoutReported(pub PaymentReported);

impl EventData for PayoutReported {
    const TYPE: &'static str = "provider.payout_reported";
    const AGGREGATE: &'static str = "webhook_delivery";
    fn aggregate_id(&self) -> Uuid {
        self.0.delivery
    }
}
