//! An instalment as the provider describes it: in a contract, in the answer to a question, and in what it tells by itself.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::collections::Line;
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::webhook::Event;

use crate::settings::{Place, Settings};
use crate::value::{day, minor, text};

const KIND: &str = "collection.updated";

/// What the provider says of an instalment.
#[derive(Debug)]
pub struct Instalment {
    /// Unique for each attempt: ours, or the provider's own for instalments that it planned.
    reference: Option<String>,
    pub contract: Option<String>,
    status: String,
    minor: Option<i64>,
    due: Option<String>,
    code: Option<String>,
}

/// The platform's state for the provider's letter, or for its word in products with the payer's consent. Nothing unknown moves value.
pub fn state(status: &str) -> &'static str {
    match status {
        "A" => "scheduled",
        "W" | "PEND" => "submitted",
        "R" => "retrying",
        "S" | "SUCC" => "collected",
        "F" | "FAIL" | "REJT" => "declined",
        "E" => "error",
        "D" => "disputed",
        "I" => "cancelled",
        _ => "submitted",
    }
}

impl Instalment {
    /// Reads a record; none if it is about something else.
    pub fn read(record: &Value) -> Option<Self> {
        let status = text(record, "InstalmentStatus").or_else(|| text(record, "InstalmentResult"))?;
        Some(Self {
            reference: text(record, "InstalmentReferenceNumber"),
            contract: text(record, "ContractNumber"),
            status: status.to_ascii_uppercase(),
            minor: minor(record, "InstalmentAmount"),
            due: day(record, "InstalmentActionDate"),
            code: text(record, "ResponseCode"),
        })
    }

    pub fn state(&self) -> &'static str {
        state(&self.status)
    }

    /// Whether it is the one with this reference.
    pub fn is(&self, reference: &str) -> bool {
        self.reference.as_deref() == Some(reference)
    }

    fn extra(&self) -> Vec<(String, String)> {
        let known = matches!(self.status.as_str(), "W" | "PEND") || self.state() != "submitted";
        if known { Vec::new() } else { vec![("review".to_owned(), format!("undescribed status {}", self.status))] }
    }

    /// As a line of the contract; none without amount and day, which every line has.
    pub fn line(&self, place: &Place, currency: &str) -> Option<Line> {
        let amount = Money { minor: self.minor?, currency: currency.to_owned() };
        let state = self.state();
        Some(Line {
            reference: None,
            provider_ref: self.reference.clone(),
            mandate: place.contract.clone(),
            mandate_ref: Some(place.text()),
            due: self.due.clone()?,
            state: state.to_owned(),
            collected: (state == "collected").then(|| amount.clone()),
            amount,
            // The day is that of the instruction; the money may have come on a later one.
            paid_on: None,
            code: self.code.clone(),
            reason: None,
            extra: self.extra(),
        })
    }

    /// What became of a line of ours. Amount and day are those of the line unless the provider says otherwise.
    pub fn answer(&self, asked: &Line) -> Line {
        let amount = self.minor.map_or_else(|| asked.amount.clone(), |minor| Money { minor, currency: asked.amount.currency.clone() });
        let state = self.state();
        Line {
            provider_ref: self.reference.clone().or_else(|| asked.provider_ref.clone()),
            state: state.to_owned(),
            collected: (state == "collected").then_some(amount),
            paid_on: None,
            code: self.code.clone(),
            reason: None,
            extra: self.extra(),
            ..asked.clone()
        }
    }

    /// The report of what the provider told by itself; none if it does not say which instalment it means.
    pub fn report(&self, settings: &Settings) -> Option<Event> {
        let reference = self.reference.as_ref()?;
        let state = self.state();
        let mut fields = Map::new();
        fields.insert("reference".into(), json!(reference));
        fields.insert("provider_ref".into(), json!(reference));
        fields.insert("state".into(), json!(state));
        let place = self.contract.as_ref().zip(settings.only_product()).map(|(contract, product)| Place::of(settings, product, contract).text());
        if let Some(minor) = self.minor.filter(|minor| *minor > 0) {
            fields.insert("amount_minor".into(), json!(minor));
            fields.insert("currency".into(), json!(settings.currency));
            if state == "collected" {
                fields.insert("collected_minor".into(), json!(minor));
            }
        }
        let texts = [("mandate", self.contract.clone()), ("mandate_ref", place), ("due", self.due.clone()), ("code", self.code.clone())];
        fields.extend(texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))));
        let code = self.code.as_deref().unwrap_or_default();
        Some(Event {
            id: format!("{KIND}:{reference}:{}:{code}", self.status),
            kind: KIND.into(),
            occurred_ms: None,
            data: Value::Object(fields).to_string(),
            extra: self.extra(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::sample;

    fn place() -> Place {
        Place::of(&sample(), "ENDONA", "P42C1")
    }

    fn instalment(status: &str) -> Instalment {
        let record = json!({ "InstalmentReferenceNumber": "RP1", "InstalmentStatus": status, "InstalmentActionDate": "2026-10-25", "InstalmentAmount": "450.00" });
        Instalment::read(&record).expect("an instalment")
    }

    #[test]
    fn money_came_only_on_the_letter_for_it() {
        for (status, state) in [
            ("A", "scheduled"),
            ("W", "submitted"),
            ("R", "retrying"),
            ("S", "collected"),
            ("F", "declined"),
            ("E", "error"),
            ("D", "disputed"),
            ("I", "cancelled"),
            ("s", "collected"),
            ("SUCC", "collected"),
            ("REJT", "declined"),
            ("X", "submitted"),
        ] {
            let line = instalment(status).line(&place(), "NAD").expect("a line");
            assert_eq!(line.state, state, "{status}");
            assert_eq!(line.collected.is_some(), state == "collected", "{status}");
            assert_eq!(line.extra.is_empty(), status != "X", "{status}");
        }
    }

    #[test]
    fn a_line_names_its_contract_by_all_it_takes_to_find_it() {
        let line = instalment("S").line(&place(), "NAD").expect("a line");
        assert_eq!((line.mandate.as_str(), line.mandate_ref.as_deref()), ("P42C1", Some("ENDONA/10001/P42C1/P42C1")));
        assert_eq!((line.provider_ref.as_deref(), line.due.as_str(), line.amount.minor), (Some("RP1"), "2026-10-25", 45_000));
        let without_amount = Instalment::read(&json!({ "InstalmentStatus": "A" })).expect("an instalment");
        assert!(without_amount.line(&place(), "NAD").is_none());
    }

    #[test]
    fn a_repeat_has_the_same_id_and_a_later_word_another() {
        let id = |status: &str| instalment(status).report(&sample()).expect("a report").id;
        assert_eq!(id("R"), id("R"));
        assert_ne!(id("R"), id("S"));
        assert_ne!(id("S"), id("D"));
        assert!(Instalment::read(&json!({ "InstalmentStatus": "S" })).expect("read").report(&sample()).is_none());
    }
}
