//! What a plugin read out of a delivery, checked before anything is made of it.

use chrono::{DateTime, TimeZone, Utc};
use kernel::money::Currency;
use plugin_host::model::{Event, Fields, payments::State};
use ports::payment::{PaymentReported, ProviderState};
use serde::Deserialize;
use uuid::Uuid;

use super::store::Delivery;
use crate::mask;

/// Longest id of a report, and longest text in it.
const ID: usize = 300;
const TEXT: usize = 500;

pub(super) const PAYMENT_UPDATED: &str = "payment.updated";
pub(super) const ATTENTION: &str = "installation.attention";

/// Data of a `payment.updated` report. Names and numbers of the payer are not read: they stay in the delivery.
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

/// Data of an `installation.attention` report.
#[derive(Debug, Deserialize)]
struct Attention {
    message: String,
    field: Option<String>,
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
    let text = |text: Option<String>| text.map(|text| text.chars().take(TEXT).collect::<String>());
    let told_at = event.occurred_ms.and_then(|ms| i64::try_from(ms).ok()).and_then(|ms| Utc.timestamp_millis_opt(ms).single());
    Ok(PaymentReported {
        delivery: delivery_id,
        installation: delivery.installation,
        key,
        provider_ref: text(data.provider_ref),
        state: state(State::read(&data.state)),
        code: text(data.code),
        message: text(data.message).map(|message| mask::numbers(&message)),
        reason: reason(&event.extra),
        amount_minor: data.amount_minor,
        currency: currency.map(|currency| currency.code().to_owned()),
        fee_minor: data.fee_minor,
        receipt: text(data.receipt),
        occurred_at: data.occurred_at.or(told_at),
        source_trusted: delivery.source_trusted,
    })
}

/// What has to be corrected, in words.
pub(super) fn attention(event: &Event) -> Result<String, String> {
    let data: Attention = serde_json::from_str(&event.data).map_err(|error| error.to_string())?;
    let words = data.field.map_or(data.message.clone(), |field| format!("{field}: {}", data.message));
    Ok(mask::numbers(&words.chars().take(TEXT).collect::<String>()))
}

/// Why a payment failed, if the plugin says so.
pub(crate) fn reason(extra: &Fields) -> Option<String> {
    extra.iter().find(|(name, _)| name == "reason").map(|(_, word)| word.chars().take(60).collect())
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
