//! `POST /mpesa/b2c/{v1|v3}/paymentrequest`: payouts to phones, with a result later.
//!
//! Always holds: an OriginatorConversationID is accepted once, so it is an idempotency key; a payout
//! that timed out in the queue has no outcome that the merchant is ever told.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::book::{Movement, Payout};
use super::callback_url;
use super::config::is_shortcode;
use super::core::{Inner, Simulator};
use super::delivery::Post;
use super::eat;
use super::gateway::{self, Caller, Family, Fields, Refusal, is_phone};
use super::ids;
use super::outcome::Outcome;
use super::party;
use super::script::Answer;
use super::state::Entry;

/// Bytes of the provider's RSA-2048 block.
pub(super) const CREDENTIAL_BYTES: usize = 256;

/// The course of one payout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PayoutPlan {
    /// Milliseconds until the result.
    pub after_ms: u64,
    /// Fails with this result instead of succeeding.
    pub failure: Option<Answer>,
    /// Times out in the queue: the request itself comes back, money does not move.
    pub queue_time_out: bool,
    /// The result arrives before the request is answered.
    pub before_ack: bool,
    /// Claims to come from this address.
    pub source: Option<IpAddr>,
}

/// A plan for payouts to a phone; without one, for the next payout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PayoutRule {
    /// Phone that is paid, 12 digits.
    pub phone: Option<String>,
    /// How often the rule applies; 0 means for ever.
    pub times: u32,
    /// What happens then.
    pub plan: PayoutPlan,
}

pub(crate) async fn payment_request(
    State(simulator): State<Arc<Simulator>>,
    Path(version): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    if !matches!(version.as_str(), "v1" | "v3") {
        return Err(gateway::not_found().await);
    }
    let caller = gateway::authenticate(&simulator, &headers, Family::Push)?;
    let fields = Fields::parse(&body)?;
    let (payout, plan) = accept(&simulator, &caller, &fields, &version, &body)?;
    simulator.changed();
    let id = payout.originator_conversation_id.clone();
    let before_ack = plan.before_ack;
    let work = finish(Arc::clone(&simulator), id.clone(), plan);
    if before_ack {
        work.await;
    } else {
        simulator.spawn(work);
    }
    Ok(gateway::ok_json(&json!({
        "ConversationID": payout.conversation_id,
        "OriginatorConversationID": id,
        "ResponseCode": "0",
        "ResponseDescription": "Accept the service request successfully.",
    })))
}

fn accept(simulator: &Simulator, caller: &Caller, fields: &Fields, version: &str, body: &[u8]) -> Result<(Payout, PayoutPlan), Refusal> {
    let mut guard = simulator.lock();
    let inner = &mut *guard;
    let at = eat::now();
    let originator_conversation_id = match version {
        "v1" => ids::request_id(&mut inner.rng),
        _ => fields.checked("OriginatorConversationID", |_| true)?,
    };
    fields.checked("InitiatorName", |_| true)?;
    fields.checked("SecurityCredential", |text| STANDARD.decode(text).is_ok_and(|c| c.len() == CREDENTIAL_BYTES))?;
    let command = fields.checked("CommandID", |id| matches!(id, "SalaryPayment" | "BusinessPayment" | "PromotionPayment"))?;
    let amount = fields.amount("Amount")?;
    if !(10..=super::outcome::TRANSACTION_LIMIT).contains(&amount) {
        return Err(Refusal::field("Amount"));
    }
    let shortcode = fields.checked("PartyA", is_shortcode)?;
    let phone = fields.checked("PartyB", is_phone)?;
    fields.checked("Remarks", |text| (2..=100).contains(&text.chars().count()))?;
    let good = |url: &str| callback_url::is_public_https(url, &inner.routes);
    let time_out_url = fields.checked("QueueTimeOutURL", good)?;
    let result_url = fields.checked("ResultURL", good)?;
    if fields.text("Occassion").is_some_and(|text| text.chars().count() > 100) {
        return Err(Refusal::field("Occassion"));
    }
    if inner.merchant(&caller.consumer_key, &shortcode).is_none() {
        return Err(Refusal::new(400, "400.003.02", "Bad Request - Kindly use your own ShortCode"));
    }
    if inner.state.payouts.get(&originator_conversation_id).is_some() {
        return Err(Refusal::new(500, "500.002.1001", "Duplicate OriginatorConversationID."));
    }
    let plan = take_plan(&mut inner.payout_rules, &phone);
    let payout = Payout {
        originator_conversation_id,
        conversation_id: ids::conversation_id(&mut inner.rng, at),
        shortcode,
        phone,
        amount,
        command,
        at,
        result_url,
        time_out_url,
        request: String::from_utf8_lossy(body).into_owned(),
        result: None,
        receipt: None,
        timed_out: false,
        deliveries: Vec::new(),
    };
    inner.record(Entry::PayoutAccepted { payout: Box::new(payout.clone()) })?;
    Ok((payout, plan))
}

fn take_plan(rules: &mut Vec<PayoutRule>, phone: &str) -> PayoutPlan {
    let found = rules.iter().position(|rule| rule.phone.as_deref().is_none_or(|wanted| wanted == phone));
    let Some(rule) = found.and_then(|at| rules.get_mut(at)) else {
        return PayoutPlan::default();
    };
    let plan = rule.plan.clone();
    match (rule.times, found) {
        (1, Some(at)) => {
            rules.remove(at);
        }
        (0, _) | (_, None) => {}
        _ => rule.times -= 1,
    }
    plan
}

/// Moves the money, or not, and tells the merchant.
async fn finish(simulator: Arc<Simulator>, id: String, plan: PayoutPlan) {
    if !simulator.sleep(plan.after_ms).await {
        return;
    }
    let post = {
        let mut inner = simulator.lock();
        let ended = conclude(&mut inner, &id, &plan);
        let source = plan.source.unwrap_or(inner.settings.callback_source);
        let timeout_ms = inner.settings.callback_timeout_ms;
        ended.map(|(url, body, shortcode)| Post { url, body, shortcode, source, planned: true, timeout_ms })
    };
    simulator.changed();
    let Some(post) = post else { return };
    let delivery = simulator.post(post).await;
    simulator.record(Entry::PayoutDelivered { id, delivery });
}

/// Ends a payout in the book; gives URL, body and shortcode of the notification.
fn conclude(inner: &mut Inner, id: &str, plan: &PayoutPlan) -> Option<(String, String, String)> {
    let payout = inner.state.payouts.get(id)?.clone();
    let at = eat::now();
    let amount = i64::try_from(payout.amount).unwrap_or(i64::MAX);
    let balance = inner.state.balance(&payout.shortcode) - amount;
    let result = match &plan.failure {
        _ if plan.queue_time_out => None,
        Some(failure) => Some(Outcome::from(failure)),
        None if balance < 0 => Some(Outcome::from(&Answer::InsufficientFunds)),
        None => Some(Outcome::from(&Answer::Approve)),
    };
    let receipt = result.as_ref().is_some_and(Outcome::is_paid).then(|| inner.fresh_receipt(at));
    let movement = receipt.clone().map(|receipt| {
        let other_party = party::masked(&payout.phone);
        Movement {
            receipt,
            shortcode: payout.shortcode.clone(),
            completed_at: at,
            initiated_at: payout.at,
            details: format!("Business Payment to {other_party}"),
            amount: -amount,
            balance,
            reason: "Business Payment".to_owned(),
            other_party,
            account: String::new(),
        }
    });
    let (url, body) = match &result {
        None => (payout.time_out_url.clone(), payout.request.clone()),
        Some(outcome) => (payout.result_url.clone(), result_body(&payout, outcome, receipt.as_deref(), balance, at)),
    };
    if let Err(error) = inner.record(Entry::PayoutEnded { id: id.to_owned(), result, movement }) {
        tracing::error!(%error, "cannot write the simulator's journal");
        return None;
    }
    Some((url, body, payout.shortcode))
}

/// Amounts are decimals with two places on the wire, hence written by hand.
fn result_body(payout: &Payout, outcome: &Outcome, receipt: Option<&str>, balance: i64, at: chrono::DateTime<chrono::Utc>) -> String {
    let parameters = receipt.map(|receipt| {
        let receiver = format!("{} - {}", payout.phone, party::name(&payout.phone));
        format!(
            concat!(
                r#","ResultParameters":{{"ResultParameter":[{{"Key":"TransactionAmount","Value":{}}},"#,
                r#"{{"Key":"TransactionReceipt","Value":{}}},{{"Key":"B2CRecipientIsRegisteredCustomer","Value":"Y"}},"#,
                r#"{{"Key":"B2CChargesPaidAccountAvailableFunds","Value":0.00}},{{"Key":"ReceiverPartyPublicName","Value":{}}},"#,
                r#"{{"Key":"TransactionCompletedDateTime","Value":{}}},"#,
                r#"{{"Key":"B2CUtilityAccountAvailableFunds","Value":{}.00}},{{"Key":"B2CWorkingAccountAvailableFunds","Value":0.00}}]}}"#
            ),
            payout.amount,
            json!(receipt),
            json!(receiver),
            json!(eat::dotted(at)),
            balance,
        )
    });
    let transaction = receipt.map_or_else(|| "UA00000000".to_owned(), str::to_owned);
    format!(
        r#"{{"Result":{{"ResultType":0,"ResultCode":{},"ResultDesc":{},"OriginatorConversationID":{},"ConversationID":{},"TransactionID":{}{},"ReferenceData":{{"ReferenceItem":{{"Key":"QueueTimeoutURL","Value":{}}}}}}}}}"#,
        outcome.code_json(),
        json!(outcome.callback_text),
        json!(payout.originator_conversation_id),
        json!(payout.conversation_id),
        json!(transaction),
        parameters.unwrap_or_default(),
        json!(payout.time_out_url),
    )
}

/// Ends the payouts that a restart interrupted, as if nothing had been scripted.
pub(crate) fn resume(simulator: &Arc<Simulator>) {
    let waiting: Vec<String> = {
        let inner = simulator.lock();
        let unfinished = inner.state.payouts.iter().filter(|p| p.result.is_none() && !p.timed_out);
        unfinished.map(|p| p.originator_conversation_id.clone()).collect()
    };
    for id in waiting {
        simulator.spawn(finish(Arc::clone(simulator), id, PayoutPlan::default()));
    }
}
