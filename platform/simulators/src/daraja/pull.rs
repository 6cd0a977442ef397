//! The list of what came in to a short code during the last two days, for merchants that registered for it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use chrono::{DateTime, Duration, NaiveDateTime, SubsecRound, Utc};
use serde_json::{Value, json};

use super::book::Movement;
use super::callback_url;
use super::config::is_shortcode;
use super::core::{Inner, Simulator};
use super::eat;
use super::gateway::{self, Family, Fields, Refusal, is_phone};
use super::ids;
use super::state::{Entry, State as Books};

/// How far the list goes back.
const BACK: Duration = Duration::hours(48);
/// Payments of one answer; how many the original gives is not said.
const PAGE: usize = 50;

/// `POST /pulltransactions/v1/register`.
pub(crate) async fn register(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let caller = gateway::authenticate(&simulator, &headers, Family::Query)?;
    let fields = Fields::parse(&body)?;
    let mut guard = simulator.lock();
    let inner = &mut *guard;
    let shortcode = own_shortcode(inner, &fields, &caller.consumer_key)?;
    fields.checked("RequestType", |kind| kind == "Pull")?;
    fields.checked("NominatedNumber", is_phone)?;
    fields.checked("CallBackURL", |url| callback_url::may_be_registered(url, caller.profile, &inner.routes))?;
    let (status, description) = if inner.state.listed.contains(&shortcode) {
        ("1001", "ShortCode already Registered")
    } else {
        inner.record(Entry::ListRegistered { shortcode: shortcode.clone() })?;
        ("1000", "Shortcode Registered Successfully")
    };
    let id = ids::request_id(&mut inner.rng);
    // The spaces are the provider's.
    let answer = json!({ "ResponseRefID": id, "Response Status": status, "ShortCode": shortcode, "Response Description": description });
    Ok(gateway::ok_json(&answer))
}

/// `POST /pulltransactions/v1/query`.
pub(crate) async fn query(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let caller = gateway::authenticate(&simulator, &headers, Family::Query)?;
    let fields = Fields::parse(&body)?;
    let mut guard = simulator.lock();
    let inner = &mut *guard;
    let shortcode = own_shortcode(inner, &fields, &caller.consumer_key)?;
    if !inner.state.listed.contains(&shortcode) {
        return Err(Refusal::new(400, "400.003.02", "Bad Request - ShortCode is not registered"));
    }
    let from = moment(&fields, "StartDate")?;
    let to = moment(&fields, "EndDate")?;
    if to < from {
        return Err(Refusal::field("EndDate"));
    }
    let skipped: usize = fields.checked("OffSetValue", |text| text.parse::<u32>().is_ok())?.parse().map_err(|_| Refusal::field("OffSetValue"))?;
    let oldest = eat::local(eat::now() - BACK);
    let name = inner.merchant(&caller.consumer_key, &shortcode).map(|merchant| merchant.name.clone()).unwrap_or_default();
    // Its clock counts seconds.
    let within = |at: DateTime<Utc>| (from.max(oldest)..=to).contains(&eat::local(at.trunc_subsecs(0)));
    let came_in = inner.state.movements.iter().filter(|m| m.shortcode == shortcode && m.amount > 0 && m.reason.starts_with("Pay Bill"));
    let rows: Vec<Value> =
        came_in.filter(|m| within(m.completed_at)).skip(skipped).take(PAGE).map(|movement| row(&inner.state, movement, &name)).collect();
    let (code, message) = if rows.is_empty() { ("1001", "No transactions found") } else { ("1000", "Success") };
    let id = ids::request_id(&mut inner.rng);
    // A list in a list, also when there is nothing in it.
    Ok(gateway::ok_json(&json!({ "ResponseRefID": id, "ResponseCode": code, "ResponseMessage": message, "Response": [rows] })))
}

fn own_shortcode(inner: &Inner, fields: &Fields, consumer_key: &str) -> Result<String, Refusal> {
    let shortcode = fields.checked("ShortCode", is_shortcode)?;
    if inner.merchant(consumer_key, &shortcode).is_none() {
        return Err(Refusal::new(400, "400.003.02", "Bad Request - Kindly use your own ShortCode"));
    }
    Ok(shortcode)
}

/// `2026-10-02 08:00:00`, by the clocks of Nairobi.
fn moment(fields: &Fields, name: &str) -> Result<NaiveDateTime, Refusal> {
    let text = fields.text(name).unwrap_or_default();
    NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S").map_err(|_| Refusal::field(name))
}

fn row(books: &Books, movement: &Movement, name: &str) -> Value {
    json!({
        "transactionId": movement.receipt,
        "trxDate": movement.completed_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        // Nine digits, as a number.
        "msisdn": books.payer(&movement.receipt).and_then(|phone| phone.strip_prefix("254")?.parse::<u64>().ok()),
        "sender": "MPESA",
        "transactiontype": "c2b-pay-bill-debit",
        "billreference": movement.account,
        "amount": format!("{}.00", movement.amount),
        "organizationname": name,
    })
}
