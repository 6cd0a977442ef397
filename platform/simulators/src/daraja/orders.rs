//! Orders in the name of an API user besides payouts: reversals, and questions about transactions and balances. All are acknowledged at
//! once and answered later at the result URL.
//!
//! Always holds: a receipt is reversed no more than once; a question changes nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use rand::RngExt;
use serde_json::{Value, json};

use super::b2c::CREDENTIAL_BYTES;
use super::book::Movement;
use super::callback_url;
use super::config::is_shortcode;
use super::core::{Inner, Simulator};
use super::delivery::Post;
use super::eat;
use super::gateway::{self, Family, Fields, Refusal};
use super::ids;
use super::state::Entry;

/// What every order has.
struct Order {
    shortcode: String,
    result_url: String,
    originator: String,
    conversation: String,
}

/// What came of an order.
struct Upshot {
    code: Value,
    text: &'static str,
    transaction: String,
    parameters: Vec<Value>,
}

/// `POST /mpesa/reversal/v1/request`.
pub(crate) async fn reversal(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let (order, fields) = accept(&simulator, &headers, &body, Family::Push, "TransactionReversal", "ReceiverParty")?;
    let receipt = fields.checked("TransactionID", |_| true)?;
    let amount = fields.amount("Amount")?;
    // The misspelling is the provider's; 11 is the organisation.
    fields.checked("RecieverIdentifierType", |kind| kind == "11")?;
    let shortcode = order.shortcode.clone();
    Ok(later(simulator, order, move |inner| reverse(inner, &shortcode, &receipt, amount)))
}

/// `POST /mpesa/transactionstatus/v1/query`.
pub(crate) async fn status(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let (order, fields) = accept(&simulator, &headers, &body, Family::Query, "TransactionStatusQuery", "PartyA")?;
    fields.checked("IdentifierType", |kind| matches!(kind, "1" | "2" | "4"))?;
    let receipt = fields.text("TransactionID");
    let original = fields.text("OriginalConversationID");
    if receipt.is_none() && original.is_none() {
        return Err(Refusal::field("TransactionID"));
    }
    let shortcode = order.shortcode.clone();
    Ok(later(simulator, order, move |inner| tell(inner, &shortcode, receipt.as_deref(), original.as_deref())))
}

/// `POST /mpesa/accountbalance/v1/query`.
pub(crate) async fn balance(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let (order, fields) = accept(&simulator, &headers, &body, Family::Query, "AccountBalance", "PartyA")?;
    fields.checked("IdentifierType", |kind| kind == "4")?;
    let shortcode = order.shortcode.clone();
    Ok(later(simulator, order, move |inner| accounts(inner, &shortcode)))
}

fn accept(simulator: &Simulator, headers: &HeaderMap, body: &[u8], family: Family, command: &str, party: &str) -> Result<(Order, Fields), Refusal> {
    let caller = gateway::authenticate(simulator, headers, family)?;
    let fields = Fields::parse(body)?;
    let mut guard = simulator.lock();
    let inner = &mut *guard;
    fields.checked("Initiator", |_| true)?;
    fields.checked("SecurityCredential", |text| STANDARD.decode(text).is_ok_and(|credential| credential.len() == CREDENTIAL_BYTES))?;
    fields.checked("CommandID", |id| id == command)?;
    let shortcode = fields.checked(party, is_shortcode)?;
    fields.checked("Remarks", |text| (2..=100).contains(&text.chars().count()))?;
    let good = |url: &str| callback_url::is_public_https(url, &inner.routes);
    fields.checked("QueueTimeOutURL", good)?;
    let result_url = fields.checked("ResultURL", good)?;
    if fields.text("Occasion").is_some_and(|text| text.chars().count() > 100) {
        return Err(Refusal::field("Occasion"));
    }
    if inner.merchant(&caller.consumer_key, &shortcode).is_none() {
        return Err(Refusal::new(400, "400.003.02", "Bad Request - Kindly use your own ShortCode"));
    }
    let originator = ids::request_id(&mut inner.rng);
    let conversation = ids::conversation_id(&mut inner.rng, eat::now());
    Ok((Order { shortcode, result_url, originator, conversation }, fields))
}

/// Acknowledges an order, and reports afterwards what `work` makes of it.
fn later(simulator: Arc<Simulator>, order: Order, work: impl FnOnce(&mut Inner) -> Upshot + Send + 'static) -> Response {
    let acknowledged = gateway::ok_json(&json!({
        "OriginatorConversationID": order.originator,
        "ConversationID": order.conversation,
        "ResponseCode": "0",
        "ResponseDescription": "Accept the service request successfully.",
    }));
    let working = Arc::clone(&simulator);
    simulator.spawn(async move {
        let post = {
            let mut inner = working.lock();
            let result = work(&mut inner);
            let body = written(&order, result).to_string();
            let (source, timeout_ms) = (inner.settings.callback_source, inner.settings.callback_timeout_ms);
            Post { url: order.result_url, body, shortcode: order.shortcode, source, planned: true, timeout_ms }
        };
        working.changed();
        working.post(post).await;
    });
    acknowledged
}

fn written(order: &Order, result: Upshot) -> Value {
    let mut told = json!({
        "ResultType": 0,
        "ResultCode": result.code,
        "ResultDesc": result.text,
        "OriginatorConversationID": order.originator,
        "ConversationID": order.conversation,
        "TransactionID": result.transaction,
        "ReferenceData": { "ReferenceItem": { "Key": "Occasion" } },
    });
    if !result.parameters.is_empty() {
        told["ResultParameters"] = json!({ "ResultParameter": result.parameters });
    }
    json!({ "Result": told })
}

fn done(transaction: String, parameters: Vec<Value>) -> Upshot {
    Upshot { code: json!(0), text: "The service request is processed successfully.", transaction, parameters }
}

fn failed(code: Value, text: &'static str) -> Upshot {
    Upshot { code, text, transaction: "UA00000000".to_owned(), parameters: Vec::new() }
}

fn item(key: &str, value: impl Into<Value>) -> Value {
    json!({ "Key": key, "Value": value.into() })
}

fn reverse(inner: &mut Inner, shortcode: &str, receipt: &str, amount: u64) -> Upshot {
    let amount = i64::try_from(amount).unwrap_or(i64::MAX);
    let paid = |m: &&Movement| m.receipt == receipt && m.shortcode == shortcode && m.amount >= amount;
    let Some(original) = inner.state.movements.iter().find(paid).cloned() else {
        return failed(json!("R000002"), "The OriginalTransactionID is invalid.");
    };
    if inner.state.reversed.contains(receipt) {
        return failed(json!("R000001"), "The transaction has already been reversed.");
    }
    let balance = inner.state.balance(shortcode) - amount;
    if balance < 0 {
        return failed(json!(1), "The balance is insufficient for the transaction.");
    }
    let at = eat::now();
    let movement = Movement {
        receipt: inner.fresh_receipt(at),
        shortcode: shortcode.to_owned(),
        completed_at: at,
        initiated_at: at,
        details: format!("Reversal of {receipt}"),
        amount: -amount,
        balance,
        reason: "Pay Bill Reversal".to_owned(),
        other_party: original.other_party.clone(),
        account: String::new(),
    };
    let transaction = movement.receipt.clone();
    if let Err(error) = inner.record(Entry::Reversed { receipt: receipt.to_owned(), movement }) {
        tracing::error!(%error, "cannot write the simulator's journal");
        return failed(json!(17), "System internal error.");
    }
    // Some successes come without a word beside the code.
    let wordless = inner.rng.random_ratio(1, 2);
    let parameters = vec![
        item("Amount", amount),
        item("OriginalTransactionID", receipt),
        item("TransCompletedTime", eat::compact(at)),
        item("CreditPartyPublicName", original.other_party),
        item("Charge", 0),
    ];
    done(transaction, if wordless { Vec::new() } else { parameters })
}

/// What became of a movement, by its receipt or by the order that caused it. Names are spelled now one way, now the other.
fn tell(inner: &mut Inner, shortcode: &str, receipt: Option<&str>, original: Option<&str>) -> Upshot {
    let ours = original.and_then(|id| inner.state.payouts.get(id)).filter(|payout| payout.shortcode == shortcode);
    let payout = ours.filter(|payout| payout.timed_out || payout.result.is_some()).cloned();
    let wanted = receipt.map(str::to_owned).or_else(|| payout.as_ref().and_then(|payout| payout.receipt.clone()));
    let movement = inner.state.movements.iter().find(|m| Some(&m.receipt) == wanted.as_ref() && m.shortcode == shortcode).cloned();
    let (receipt, word, amount, at, party) = match (movement, payout) {
        (Some(m), _) => (m.receipt, "Completed", m.amount.abs(), m.completed_at, m.other_party),
        (None, Some(payout)) => {
            let word = if payout.timed_out { "Expired" } else { "Declined" };
            (String::new(), word, i64::try_from(payout.amount).unwrap_or(i64::MAX), payout.at, payout.phone)
        }
        (None, None) => return failed(json!(2033), "The transaction is not found."),
    };
    let rng = &mut inner.rng;
    let finished = if rng.random_ratio(1, 2) { "FinalisedTime" } else { "FinalizedTime" };
    let conversation = if rng.random_ratio(1, 2) { "ConversationID" } else { "Conversation ID" };
    let amount = match rng.random_range(0..3) {
        0 => json!(format!("{{Amount={{CurrencyCode=KES, MinimumAmount={}, BasicAmount={amount}.00}}}}", amount.saturating_mul(100))),
        1 => json!(format!("{amount}.00")),
        _ => json!(amount),
    };
    let parameters = vec![
        item("DebitPartyName", format!("{shortcode} - Sample")),
        item("DebitPartyName", party),
        item("ReceiptNo", receipt),
        item(conversation, ids::conversation_id(rng, at)),
        item("TransactionStatus", word),
        item("Amount", amount),
        json!({ "Key": "DebitPartyCharges" }),
        item("InitiatedTime", eat::compact(at)),
        item(finished, eat::compact(at)),
    ];
    let own = ids::receipt(rng, at);
    done(own, parameters)
}

/// Two accounts: what came in, and the charges, which may be owed.
fn accounts(inner: &mut Inner, shortcode: &str) -> Upshot {
    let (at, working) = (eat::now(), inner.state.balance(shortcode));
    let text = format!("Working Account|KES|{working}.00|{working}.00|0.00|0.00&Charges Paid Account|KES|-15.00|-15.00|0.00|0.00");
    let time = eat::compact(at);
    let time = if inner.rng.random_ratio(1, 2) { time.parse::<u64>().map_or(json!(time), Value::from) } else { json!(time) };
    let own = ids::receipt(&mut inner.rng, at);
    done(own, vec![item("AccountBalance", text), item("BOCompletedTime", time)])
}
