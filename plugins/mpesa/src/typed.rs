//! Payments that payers type in at their phone: registering for them, answering whether one may go ahead, and hearing that it did.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Part;
use wakala_plugin_sdk::webhook::{Event, Inbound, Reply};

use crate::amount::{CURRENCY, minor_units};
use crate::eat::Moment;
use crate::link::{Link, Trouble, post};
use crate::order::not_told;
use crate::phone;
use crate::query::code_text;
use crate::settings::{Settings, TypedPayments};

const PATH: &str = "/mpesa/c2b/v2/registerurl";
const KIND: &str = "payment.arrived";

/// Tells the provider where to ask and report. In production it takes addresses only once; ours never change.
///
/// # Errors
/// As `lifecycle.activate`.
pub fn register(link: &impl Link, settings: &Settings, otherwise: TypedPayments, validation: &str, confirmation: &str) -> Result<(), PluginError> {
    let body = json!({
        "ShortCode": settings.shortcode,
        "ResponseType": if otherwise == TypedPayments::Cancelled { "Cancelled" } else { "Completed" },
        "ConfirmationURL": confirmation,
        "ValidationURL": validation,
    });
    match post(link, PATH, &[Part::Bytes(body.to_string().into_bytes())]) {
        Ok(_) => Ok(()),
        Err(Trouble::Refused(refusal, _)) if refusal.says("already registered") => Ok(()),
        Err(trouble) => Err(not_told(trouble)),
    }
}

/// A payment as its payer typed it.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed {
    pub receipt: String,
    pub shortcode: String,
    /// Any case and spaces; empty where a till has no account.
    pub reference: String,
    pub minor: i64,
    pub third_party: String,
    pub moment: Option<Moment>,
    pub name: String,
    pub phone: Option<String>,
}

impl Typed {
    /// Reads a validation or a confirmation. Every value is text, and absent ones are empty.
    ///
    /// # Errors
    /// `rejected` `format` for what the provider would not send.
    pub fn read(body: &[u8]) -> Result<Self, PluginError> {
        let format = |why: &str| PluginError::rejected("format", why);
        let json: Value = serde_json::from_slice(body).map_err(|_| format("the body is not JSON"))?;
        let text = |name: &str| code_text(&json[name]).unwrap_or_default();
        // Masked for most: stars say nothing.
        let names = ["FirstName", "MiddleName", "LastName"].map(text);
        let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty() && !name.contains('*')).collect();
        let receipt = text("TransID");
        if receipt.is_empty() {
            return Err(format("no TransID"));
        }
        let minor = minor_units(&text("TransAmount")).filter(|minor| *minor > 0).ok_or_else(|| format("TransAmount is no amount"))?;
        Ok(Self {
            receipt,
            shortcode: text("BusinessShortCode"),
            reference: text("BillRefNumber"),
            minor,
            third_party: text("ThirdPartyTransID"),
            moment: Moment::parse_compact(&text("TransTime")),
            name: names.join(" "),
            phone: phone::normalise(&text("MSISDN")).ok(),
        })
    }

    /// The question of whether anybody here is waiting for this payment.
    pub fn question(&self) -> String {
        json!({ "reference": self.reference, "amount_minor": self.minor, "currency": CURRENCY }).to_string()
    }

    /// The report that the money arrived.
    pub fn report(&self) -> Event {
        let mut data = Map::new();
        data.insert("provider_ref".into(), json!(self.receipt));
        data.insert("method".into(), json!("mpesa"));
        data.insert("reference".into(), json!(self.reference));
        data.insert("amount_minor".into(), json!(self.minor));
        data.insert("currency".into(), json!(CURRENCY));
        data.insert("receipt".into(), json!(self.receipt));
        data.extend(self.moment.map(|moment| ("occurred_at".to_owned(), json!(moment.rfc3339()))));
        let mut payer = Map::new();
        payer.extend((!self.name.is_empty()).then(|| ("name".to_owned(), json!(self.name))));
        payer.extend(self.phone.as_ref().map(|digits| ("phone".to_owned(), json!(format!("+{digits}")))));
        if !payer.is_empty() {
            data.insert("payer".into(), Value::Object(payer));
        }
        let extra = [("third-party-id", &self.third_party)];
        Event {
            id: format!("{KIND}:{}", self.receipt),
            kind: KIND.into(),
            occurred_ms: self.moment.and_then(Moment::ms),
            data: Value::Object(data).to_string(),
            extra: extra.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| ((*name).to_owned(), (*value).clone())).collect(),
        }
    }
}

/// The report of a confirmation.
///
/// # Errors
/// `rejected` `format`.
pub fn arrived(inbound: &Inbound) -> Result<Event, PluginError> {
    Typed::read(&inbound.body).map(|typed| typed.report())
}

/// The provider's code for what the platform answered about a payment; `0` lets it go ahead. No answer leaves it to the setting.
pub fn verdict(typed: &Typed, settings: &Settings, otherwise: TypedPayments, answer: Option<&str>) -> &'static str {
    if typed.shortcode != settings.shortcode && typed.shortcode != settings.receiver {
        return "C2B00015";
    }
    let answer: Value = answer.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
    match answer["payable"].as_bool() {
        Some(true) => "0",
        Some(false) => match answer["reason"].as_str().unwrap_or_default() {
            "unknown" | "" => "C2B00012",
            "amount" => "C2B00013",
            _ => "C2B00016",
        },
        // What is not found need not say whether it may be paid.
        None if answer["found"].as_bool() == Some(false) => "C2B00012",
        None if otherwise == TypedPayments::Cancelled => "C2B00016",
        None => "0",
    }
}

/// The reply that says so.
pub fn reply(code: &str) -> Reply {
    let text = if code == "0" { "Accepted" } else { "Rejected" };
    let body = json!({ "ResultCode": code, "ResultDesc": text }).to_string().into_bytes();
    Reply { status: 200, headers: vec![("content-type".to_owned(), "application/json".to_owned())], body, extra: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer};

    fn settings() -> Settings {
        Settings { shortcode: "600111".into(), receiver: "600111".into(), transaction_type: "CustomerPayBillOnline" }
    }

    fn body(changes: &[(&str, Value)]) -> Vec<u8> {
        let mut json = json!({
            "TransactionType": "Pay Bill", "TransID": "TJ23LM0N9B", "TransTime": "20261002113044", "TransAmount": "1200.00",
            "BusinessShortCode": "600111", "BillRefNumber": "pol 1042", "InvoiceNumber": "", "OrgAccountBalance": "", "ThirdPartyTransID": "",
            "MSISDN": "2547 ***** 111", "FirstName": "ASHA", "MiddleName": "", "LastName": "",
        });
        for (name, value) in changes {
            json[*name] = value.clone();
        }
        json.to_string().into_bytes()
    }

    fn data(body: &[u8]) -> Value {
        serde_json::from_str(&Typed::read(body).expect("readable").report().data).expect("JSON")
    }

    #[test]
    fn a_confirmation_says_what_arrived_and_for_what() {
        let found = data(&body(&[("OrgAccountBalance", json!("49197.00"))]));
        let expected = json!({
            "provider_ref": "TJ23LM0N9B", "method": "mpesa", "reference": "pol 1042", "amount_minor": 120_000, "currency": "KES",
            "receipt": "TJ23LM0N9B", "occurred_at": "2026-10-02T11:30:44+03:00", "payer": { "name": "ASHA" },
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn masks_and_hashes_are_no_payer_and_clear_numbers_are() {
        for masked in ["2547 ***** 126", "2******9", "25470****149", "a3f1c2d4a3f1c2d4a3f1c2d4a3f1c2d4a3f1c2d4a3f1c2d4a3f1c2d4a3f1c2d4"] {
            let found = data(&body(&[("MSISDN", json!(masked)), ("FirstName", json!("******"))]));
            assert_eq!(found.get("payer"), None, "{masked}");
        }
        let found = data(&body(&[("MSISDN", json!(254_700_000_111_u64))]));
        assert_eq!(found["payer"]["phone"], json!("+254700000111"));
    }

    #[test]
    fn amounts_come_with_and_without_decimals_and_anything_else_is_refused() {
        assert_eq!(data(&body(&[("TransAmount", json!("1200"))]))["amount_minor"], json!(120_000));
        for wrong in [json!(""), json!("much"), json!("-5.00"), json!("0.00"), json!(null)] {
            let found = Typed::read(&body(&[("TransAmount", wrong.clone())]));
            assert!(matches!(found, Err(PluginError::Rejected(r)) if r.code == "format"), "{wrong}");
        }
        assert!(Typed::read(&body(&[("TransID", json!(""))])).is_err());
        assert!(Typed::read(b"<html>").is_err());
    }

    #[test]
    fn the_platforms_answer_decides_and_without_one_the_setting_does() {
        let typed = Typed::read(&body(&[])).expect("readable");
        let say = |answer: Option<&str>, otherwise| verdict(&typed, &settings(), otherwise, answer);
        for (answer, code) in [
            (r#"{"found":true,"payable":true}"#, "0"),
            (r#"{"found":false,"payable":false,"reason":"unknown"}"#, "C2B00012"),
            (r#"{"found":false}"#, "C2B00012"),
            (r#"{"found":true,"payable":false,"reason":"amount"}"#, "C2B00013"),
            (r#"{"found":true,"payable":false,"reason":"settled"}"#, "C2B00016"),
        ] {
            assert_eq!(say(Some(answer), TypedPayments::Completed), code, "{answer}");
        }
        assert_eq!(say(None, TypedPayments::Completed), "0");
        assert_eq!(say(None, TypedPayments::Cancelled), "C2B00016");
        let other = Typed::read(&body(&[("BusinessShortCode", json!("600222"))])).expect("readable");
        assert_eq!(verdict(&other, &settings(), TypedPayments::Completed, Some(r#"{"payable":true}"#)), "C2B00015");
    }

    #[test]
    fn addresses_that_are_registered_already_are_registered() {
        let register = |status: u16, body: &str| {
            let link = Script::new([answer(status, body)]);
            register(&link, &settings(), TypedPayments::Completed, "https://h.example.com/hooks/0a", "https://h.example.com/hooks/0b")
        };
        assert!(register(200, r#"{"OriginatorCoversationID":"1","ResponseCode":"0","ResponseDescription":"Success"}"#).is_ok());
        assert!(register(500, r#"{"errorCode":"500.003.1001","errorMessage":"Urls are already registered."}"#).is_ok());
        assert!(matches!(register(500, "{}"), Err(PluginError::Retryable(_))));
        assert!(matches!(
            register(400, r#"{"errorCode":"400.003.02","errorMessage":"Bad Request - Kindly use your own ShortCode"}"#),
            Err(PluginError::Misconfigured(_))
        ));
    }
}
