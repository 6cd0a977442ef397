//! What a plugin read out of a delivery, checked before anything is made of it.

use chrono::{DateTime, TimeZone, Utc};
use kernel::money::Currency;
use plugin_host::{
    manifest::Manifest,
    model::{Event, Fields, payments::State},
};
use ports::payment::{PaymentArrived, PaymentReported, ProviderState};
use serde::Deserialize;
use uuid::Uuid;

use super::store::Delivery;
use crate::mask;

/// Longest id of a report, and longest text in it.
const ID: usize = 300;
const TEXT: usize = 500;

pub(super) const PAYMENT_UPDATED: &str = "payment.updated";
pub(super) const PAYOUT_UPDATED: &str = "payout.updated";
pub(super) const REFUND_UPDATED: &str = "refund.updated";
pub(super) const PAYMENT_ARRIVED: &str = "payment.arrived";
pub(super) const ATTENTION: &str = "installation.attention";

/// Data of a `payment.updated` report, and of `payout.updated` and `refund.updated`. Names and numbers of the payer are not read: they stay in the delivery.
#[derive(Debug, Deserialize)]
struct PaymentUpdated {
    key: Option<String>,
    provider_ref: Option<String>,
    state: String,
    code: Option<String>,
    message: Option<String>,
    amount_minor: Option<i64>,
    currency: Option<String>,
    fee_minor: Option<i64>,
    receipt: Option<String>,
    occurred_at: Option<DateTime<Utc>>,
}

/// Data of a `payment.arrived` report. Who paid is not read: it stays in the delivery.
#[derive(Debug, Deserialize)]
struct Arrived {
    provider_ref: String,
    method: String,
    #[serde(default)]
    reference: String,
    amount_minor: i64,
    currency: String,
    receipt: Option<String>,
    occurred_at: Option<DateTime<Utc>>,
}

/// Data of an `installation.attention` report.
#[derive(Debug, Deserialize)]
struct Attention {
    message: String,
    field: Option<String>,
}

/// A text as it can be kept: the database has no character of number zero.
fn kept(text: &str, most: usize) -> String {
    text.chars().filter(|letter| *letter != '\0').take(most).collect()
}

/// Whether an id can be kept.
pub(super) fn id_is_fine(id: &str) -> bool {
    !id.is_empty() && id.len() <= ID && !id.contains('\0')
}

/// The event that a report about a payment becomes; otherwise what is wrong with it.
pub(super) fn payment(delivery_id: Uuid, delivery: &Delivery, event: &Event) -> Result<PaymentReported, String> {
    let data: PaymentUpdated = serde_json::from_str(&event.data).map_err(|error| error.to_string())?;
    // The address proves which payment is meant; a report may not speak of another one.
    if let (Some(claimed), Some(subject)) = (&data.key, &delivery.subject)
        && claimed != subject
    {
        return Err("the key is not the one its address was made for".to_owned());
    }
    let key = delivery.subject.clone().or_else(|| data.key.filter(|_| delivery.signature_verified));
    if key.is_none() && data.provider_ref.is_none() {
        return Err("neither key nor provider_ref".to_owned());
    }
    if data.amount_minor.is_some_and(|minor| minor <= 0) || data.fee_minor.is_some_and(|minor| minor < 0) {
        return Err("an amount is not positive".to_owned());
    }
    let currency = data.currency.as_deref().map(Currency::from_code).transpose().map_err(|_| "unknown currency".to_owned())?;
    if data.amount_minor.is_some() && currency.is_none() {
        return Err("an amount without a currency".to_owned());
    }
    let text = |text: Option<String>| text.map(|text| kept(&text, TEXT));
    Ok(PaymentReported {
        delivery: delivery_id,
        installation: delivery.installation,
        key: text(key),
        provider_ref: text(data.provider_ref),
        state: state(State::read(&data.state)),
        code: text(data.code),
        message: text(data.message).map(|message| mask::numbers(&message)),
        reason: reason(&event.extra),
        amount_minor: data.amount_minor,
        currency: currency.map(|currency| currency.code().to_owned()),
        fee_minor: data.fee_minor,
        receipt: text(data.receipt),
        occurred_at: data.occurred_at.or_else(|| told_at(event)),
        source_trusted: delivery.source_trusted,
    })
}

/// The event that a report about money becomes that nobody was asked for; otherwise what is wrong with it.
pub(super) fn arrival(delivery_id: Uuid, delivery: &Delivery, manifest: &Manifest, event: &Event) -> Result<PaymentArrived, String> {
    let data: Arrived = serde_json::from_str(&event.data).map_err(|error| error.to_string())?;
    let method = manifest.method(&data.method).ok_or("the manifest has no such method")?;
    if data.amount_minor <= 0 {
        return Err("an amount is not positive".to_owned());
    }
    let currency = Currency::from_code(&data.currency).map_err(|_| "unknown currency")?;
    if data.provider_ref.trim().is_empty() || !id_is_fine(&data.provider_ref) {
        return Err("no usable provider_ref".to_owned());
    }
    let short = |text: String| kept(&text, TEXT);
    Ok(PaymentArrived {
        delivery: delivery_id,
        installation: delivery.installation,
        method: method.name.clone(),
        method_title: method.title.clone().unwrap_or_else(|| method.name.clone()),
        provider_ref: data.provider_ref,
        receipt: data.receipt.map(short),
        reference: short(data.reference),
        amount_minor: data.amount_minor,
        currency: currency.code().to_owned(),
        occurred_at: data.occurred_at.or_else(|| told_at(event)),
        source_trusted: delivery.source_trusted,
    })
}

fn told_at(event: &Event) -> Option<DateTime<Utc>> {
    event.occurred_ms.and_then(|ms| i64::try_from(ms).ok()).and_then(|ms| Utc.timestamp_millis_opt(ms).single())
}

/// What has to be corrected, in words.
pub(super) fn attention(event: &Event) -> Result<String, String> {
    let data: Attention = serde_json::from_str(&event.data).map_err(|error| error.to_string())?;
    let words = data.field.map_or(data.message.clone(), |field| format!("{field}: {}", data.message));
    Ok(mask::numbers(&words.chars().take(TEXT).collect::<String>()))
}

/// Why a payment failed, if the plugin says so.
pub(crate) fn reason(extra: &Fields) -> Option<String> {
    extra.iter().find(|(name, _)| name == "reason").map(|(_, word)| kept(word, 60))
}

pub(crate) fn state(state: State) -> ProviderState {
    match state {
        State::Pending => ProviderState::Pending,
        State::NeedsAction => ProviderState::NeedsAction,
        State::Received => ProviderState::Received,
        State::Failed => ProviderState::Failed,
        State::Reversed => ProviderState::Reversed,
    }
}

#[cfg(test)]
mod tests {
    use plugin_host::manifest::Mode;
    use serde_json::json;

    use super::*;

    fn delivery(subject: Option<&str>, signed: bool) -> Delivery {
        Delivery {
            installation: Uuid::from_u128(7),
            webhook: "paid".into(),
            subject: subject.map(str::to_owned),
            mode: Mode::Live,
            method: "POST".into(),
            path: String::new(),
            query: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            source_ip: None,
            source_trusted: signed,
            signature_verified: signed,
            is_open: true,
            received_at: Utc::now(),
        }
    }

    fn read(data: serde_json::Value, delivery: &Delivery) -> Result<PaymentReported, String> {
        let event = Event { id: "1".into(), kind: PAYMENT_UPDATED.into(), occurred_ms: Some(0), data: data.to_string(), extra: Vec::new() };
        payment(Uuid::from_u128(1), delivery, &event)
    }

    #[test]
    fn a_report_speaks_only_of_the_payment_its_address_was_made_for() {
        let made_for = delivery(Some("pay-1"), false);
        let told = read(json!({"state": "received", "provider_ref": "x"}), &made_for).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(told.key.as_deref(), Some("pay-1"));
        assert!(read(json!({"state": "received", "key": "pay-2", "provider_ref": "x"}), &made_for).is_err());
        let permanent = read(json!({"state": "received", "key": "pay-2", "provider_ref": "x"}), &delivery(None, false));
        assert_eq!(permanent.unwrap_or_else(|e| panic!("{e}")).key, None, "an unsigned claim names no payment");
        let signed = read(json!({"state": "received", "key": "pay-2"}), &delivery(None, true));
        assert_eq!(signed.unwrap_or_else(|e| panic!("{e}")).key.as_deref(), Some("pay-2"));
    }

    #[test]
    fn what_cannot_be_stored_keeps_no_report_from_being_taken() {
        let told = read(json!({"state": "failed", "provider_ref": "x\u{0}y", "message": "\u{0}no"}), &delivery(Some("pay-1"), false));
        let told = told.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((told.provider_ref.as_deref(), told.message.as_deref()), (Some("xy"), Some("no")));
    }

    #[test]
    fn unknown_words_are_pending_and_impossible_amounts_are_refused() {
        let at = delivery(Some("pay-1"), false);
        assert_eq!(read(json!({"state": "somehow"}), &at).unwrap_or_else(|e| panic!("{e}")).state, ProviderState::Pending);
        for bad in [
            json!({"state": "received", "amount_minor": -1, "currency": "KES"}),
            json!({"state": "received", "amount_minor": 100}),
            json!({"state": "received", "amount_minor": 100, "currency": "XXX"}),
            json!({"state": "received", "amount_minor": 1.5, "currency": "KES"}),
            json!({"amount_minor": 1}),
        ] {
            assert!(read(bad.clone(), &at).is_err(), "{bad}");
        }
    }

    #[test]
    fn why_it_failed_travels_beside_the_providers_words() {
        let event = Event {
            id: "1".into(),
            kind: PAYMENT_UPDATED.into(),
            occurred_ms: Some(0),
            data: json!({"state": "failed", "code": "1032", "message": "Request cancelled by user"}).to_string(),
            extra: vec![("reason".into(), "cancelled-by-payer".into())],
        };
        let told = payment(Uuid::from_u128(1), &delivery(Some("pay-1"), false), &event).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((told.code.as_deref(), told.reason.as_deref()), (Some("1032"), Some("cancelled-by-payer")));
    }

    #[test]
    fn the_payers_number_does_not_travel() {
        let at = delivery(Some("pay-1"), false);
        let told = read(json!({"state": "failed", "message": "254700000101 - ASHA", "payer": {"phone": "+254700000101"}}), &at)
            .unwrap_or_else(|e| panic!("{e}"));
        let text = serde_json::to_string(&told).unwrap_or_default();
        assert!(!text.contains("254700000101"), "{text}");
    }
}
