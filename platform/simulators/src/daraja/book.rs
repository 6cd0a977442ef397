//! The records of the simulator's own book, as its API shows them and its journal keeps them.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::config::Profile;
use super::outcome::Outcome;
use super::script::{Answer, Plan};

/// One push: what was asked, what the payer did, what the merchant was told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Prompt {
    /// The provider's id of the push.
    pub checkout_request_id: String,
    /// The provider's id of the request.
    pub merchant_request_id: String,
    /// App that asked.
    pub consumer_key: String,
    /// Shortcode the money goes to.
    pub shortcode: String,
    /// Business name shown to the payer.
    pub business: String,
    /// System the app lives on.
    pub profile: Profile,
    /// `CustomerPayBillOnline` or `CustomerBuyGoodsOnline`.
    pub transaction_type: String,
    /// Phone that shows the prompt.
    pub phone: String,
    /// Whole shillings.
    pub amount: u64,
    /// Shown to the payer, never told to the merchant again.
    pub account_reference: String,
    /// Description that came with the request.
    pub description: String,
    /// Where the outcome goes.
    pub callback_url: String,
    /// When the request was accepted.
    pub created_at: DateTime<Utc>,
    /// What was scripted for it.
    pub plan: Plan,
    /// Departures from the provider's documentation that it nevertheless accepts.
    pub warnings: Vec<String>,
    /// Outcomes in order; the last one is what the query tells. Empty while the prompt is open.
    pub settlements: Vec<Settlement>,
    /// Callbacks planned, in order.
    pub steps: Vec<Step>,
    /// How many held steps were released.
    pub released: u32,
    /// Callbacks sent, in order.
    pub deliveries: Vec<Delivery>,
}

/// Where a push stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptState {
    /// The phone shows it.
    Open,
    /// Money moved.
    Paid,
    /// It ended without money moving.
    Failed,
}

impl Prompt {
    /// Where the push stands.
    #[must_use]
    pub fn state(&self) -> PromptState {
        match self.settlements.last() {
            None => PromptState::Open,
            Some(last) if last.outcome.is_paid() => PromptState::Paid,
            Some(_) => PromptState::Failed,
        }
    }

    /// Receipt number, once money moved.
    #[must_use]
    pub fn receipt(&self) -> Option<&str> {
        self.settlements.iter().rev().find_map(|s| s.receipt.as_deref())
    }

    /// How many planned callbacks were sent.
    pub(crate) fn steps_done(&self) -> usize {
        self.deliveries.iter().filter(|d| d.planned).count()
    }
}

/// An outcome that the provider holds true from a moment on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settlement {
    /// From when.
    pub at: DateTime<Utc>,
    /// Code and texts.
    pub outcome: Outcome,
    /// Receipt, when money moved.
    pub receipt: Option<String>,
    /// The callback that tells it, byte for byte.
    pub callback_body: String,
}

/// One planned callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Milliseconds after the previous step.
    pub after_ms: u64,
    /// Waits for a release by call.
    pub held: bool,
    /// Becomes the truth just before the callback.
    pub settle: Option<Answer>,
    /// Told instead of the truth.
    pub claim: Option<Answer>,
    /// Address the callback claims to come from.
    pub source: IpAddr,
}

/// One POST to a merchant and what came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// Where to.
    pub url: String,
    /// Body sent.
    pub body: String,
    /// Address it claimed to come from.
    pub source: IpAddr,
    /// Part of the plan, as opposed to sent by hand.
    pub planned: bool,
    /// HTTP status of the receiver.
    pub status: Option<u16>,
    /// The beginning of the receiver's answer.
    pub answer: String,
    /// Why there was no HTTP answer.
    pub error: Option<String>,
    /// Milliseconds the receiver took.
    pub took_ms: u64,
}

impl Delivery {
    /// Whether the receiver took it as the provider wants it taken: HTTP 200 and `ResultCode` 0.
    #[must_use]
    pub fn is_acknowledged(&self) -> bool {
        let code = serde_json::from_str::<Value>(&self.answer).ok().and_then(|body| body.get("ResultCode").cloned());
        self.status == Some(200) && code.is_some_and(|code| code == 0 || code == "0")
    }
}

/// A movement of money on a shortcode: a line of its statement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Movement {
    /// Receipt number.
    pub receipt: String,
    /// Shortcode whose statement it is on.
    pub shortcode: String,
    /// When money moved.
    pub completed_at: DateTime<Utc>,
    /// When it was asked for.
    pub initiated_at: DateTime<Utc>,
    /// Sentence for people.
    pub details: String,
    /// Whole shillings in (positive) or out (negative).
    pub amount: i64,
    /// Balance of the shortcode afterwards, whole shillings.
    pub balance: i64,
    /// `Pay Bill Online`, `Pay Bill`, `Business Payment`, …
    pub reason: String,
    /// Masked phone and name of the other side.
    pub other_party: String,
    /// Account reference.
    pub account: String,
}

/// URLs registered for payments that payers type in themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredUrls {
    /// Shortcode they are registered for.
    pub shortcode: String,
    /// 1 or 2: decides how the payer's phone is masked.
    pub version: u8,
    /// Whether a payment goes through when the validation URL does not answer.
    pub completed_by_default: bool,
    /// Told of each payment.
    pub confirmation_url: String,
    /// Asked before each payment, where that is switched on.
    pub validation_url: String,
}

/// A payment that a payer typed in: paybill number, account, amount.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PaidIn {
    /// Receipt number, also given to refused payments.
    pub receipt: String,
    /// Shortcode paid.
    pub shortcode: String,
    /// Payer.
    pub phone: String,
    /// Payer's first name.
    pub first_name: String,
    /// Whole shillings.
    pub amount: u64,
    /// What the payer typed as account.
    pub bill_reference: String,
    /// When.
    pub at: DateTime<Utc>,
    /// `ResultCode` of the validation that refused it.
    pub refused: Option<String>,
    /// Reference that the validation gave, echoed on the confirmation.
    pub third_party_id: String,
    /// Validation and confirmation sent.
    pub deliveries: Vec<Delivery>,
}

/// A payment from a shortcode to a phone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Payout {
    /// The merchant's unique id.
    pub originator_conversation_id: String,
    /// The provider's id.
    pub conversation_id: String,
    /// Shortcode that pays.
    pub shortcode: String,
    /// Phone that is paid.
    pub phone: String,
    /// Whole shillings.
    pub amount: u64,
    /// `SalaryPayment`, `BusinessPayment` or `PromotionPayment`.
    pub command: String,
    /// When it was accepted.
    pub at: DateTime<Utc>,
    /// Where the result goes.
    pub result_url: String,
    /// Where the request comes back to when it timed out in the queue.
    pub time_out_url: String,
    /// The request, byte for byte.
    pub request: String,
    /// Result code and text, once there is one; never for one that timed out in the queue.
    pub result: Option<Outcome>,
    /// Receipt, when money moved.
    pub receipt: Option<String>,
    /// Whether the request came back to the time-out URL.
    pub timed_out: bool,
    /// Results and time-outs sent.
    pub deliveries: Vec<Delivery>,
}

/// The whole book.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Book {
    /// Pushes, oldest first.
    pub prompts: Vec<Prompt>,
    /// Payments typed in by payers, oldest first.
    pub paid_in: Vec<PaidIn>,
    /// Payouts, oldest first.
    pub payouts: Vec<Payout>,
    /// Movements of money, oldest first.
    pub movements: Vec<Movement>,
    /// Balance of each shortcode, whole shillings.
    pub balances: std::collections::BTreeMap<String, i64>,
}
