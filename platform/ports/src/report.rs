//! What providers report by themselves, as `integrations` publishes it after storing the callback. Each is a claim and no proof: whoever
//! acts on it asks the provider first, or holds it against what was asked for. Personal data is not part of any. Payments have their
//! own, [`crate::payment::PaymentReported`].

use chrono::NaiveDate;
use kernel::{events::EventData, money::Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    check::Verdict,
    insurer::{ClaimState, CoverState},
    mandate::{LineState, MandateState},
    words::words,
};

/// Where a report came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The stored callback.
    pub delivery: Uuid,
    pub installation: Uuid,
    /// The request came from an address that the manifest lists, or carried a signature that was checked.
    pub is_trusted: bool,
}

words! {
    /// What became of a message.
    MessageState {
        Sent = "sent",
        Delivered = "delivered",
        Read = "read",
        Opened = "opened",
        Clicked = "clicked",
        Delayed = "delayed",
        Failed = "failed",
        Bounced = "bounced",
        Complained = "complained",
    }
}

/// A message was delivered, or was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageReported {
    pub source: Source,
    /// Ours, where the provider carries it.
    pub message: Option<Uuid>,
    pub provider_ref: Option<String>,
    pub state: MessageState,
    pub code: Option<String>,
    /// The address will never work.
    pub is_permanent: bool,
}

/// Somebody wrote to the tenant. What, and from where, stands with the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageReceived {
    pub source: Source,
    /// Our id of what came in.
    pub message: Uuid,
    pub channel: String,
}

/// Somebody wants no more messages that advertise, or wants them again. Who it is stands with the message of that id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreferenceReported {
    pub source: Source,
    pub message: Uuid,
    pub channel: String,
    pub opted_in: bool,
}

/// A policy changed at its insurer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverReported {
    pub source: Source,
    pub provider_ref: String,
    pub number: Option<String>,
    pub state: CoverState,
    pub starts: Option<NaiveDate>,
    pub ends: Option<NaiveDate>,
}

/// A claim changed at its insurer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimReported {
    pub source: Source,
    pub provider_ref: String,
    pub number: Option<String>,
    pub state: ClaimState,
    pub approved: Option<Money>,
    pub paid: Option<Money>,
}

/// A mandate changed at its provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateReported {
    pub source: Source,
    /// Ours, if the callback proves it.
    pub reference: Option<String>,
    pub provider_ref: Option<String>,
    pub state: MandateState,
    pub code: Option<String>,
}

/// One collection changed at its provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionReported {
    pub source: Source,
    /// Ours, if the callback proves it.
    pub reference: Option<String>,
    pub provider_ref: Option<String>,
    pub mandate_ref: Option<String>,
    pub state: LineState,
    pub amount: Option<Money>,
    pub collected: Option<Money>,
    pub due: Option<NaiveDate>,
    pub paid_on: Option<NaiveDate>,
    pub code: Option<String>,
}

/// A check came to its end, or goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReported {
    pub source: Source,
    /// Key of its errand, if the callback proves it.
    pub key: Option<String>,
    pub provider_ref: String,
    /// None while it is pending.
    pub verdict: Option<Verdict>,
    pub code: Option<String>,
}

macro_rules! reports {
    ($($report:ident: $type:literal),+ $(,)?) => {
        $(impl EventData for $report {
            const TYPE: &'static str = $type;
            const AGGREGATE: &'static str = "webhook_delivery";
            fn aggregate_id(&self) -> Uuid {
                self.source.delivery
            }
        })+
    };
}

reports! {
    MessageReported: "provider.message_reported",
    MessageReceived: "provider.message_received",
    PreferenceReported: "provider.preference_reported",
    CoverReported: "provider.cover_reported",
    ClaimReported: "provider.claim_reported",
    MandateReported: "provider.mandate_reported",
    CollectionReported: "provider.collection_reported",
    CheckReported: "provider.check_reported",
}
