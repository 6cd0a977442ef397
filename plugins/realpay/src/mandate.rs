//! Standing instructions: contracts, which the provider collects by a plan of its own, and mandates, to which the payer agrees first.
//!
//! Each is registered under our reference, once: what is there already is compared, and counts as registered only if it is the same.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::collections::mandates::{Mandate, Standing};
use wakala_plugin_sdk::host::types::{Account, Money, Party};
use wakala_plugin_sdk::webhook::Event;

use crate::instalment::Instalment;
use crate::link::{Call, Link, Trouble, Verdict, ask};
use crate::settings::{Place, Settings};
use crate::value::{day, field, is_day, major, minor, text};

/// Names of people and accounts have so many letters at most.
const NAME_MAX: usize = 60;
/// The most that may ever be collected, where nobody said: a little more than an instalment, in per cent of it.
const MAXIMUM_PERCENT: i64 = 120;

/// A mandate, checked against the provider's rules.
#[derive(Debug)]
pub struct Order {
    place: Place,
    consent: bool,
    client: Value,
    terms: Value,
    mandate: Mandate,
}

impl Order {
    /// Checks what is to be collected from whom.
    ///
    /// # Errors
    /// `rejected` with `account`, `amount`, `phone` or `format`; `not-found` for a product that the settings do not have.
    pub fn new(req: Mandate, settings: &Settings) -> Result<Self, PluginError> {
        let consent = settings.needs_consent(&req.scheme)?;
        if !(1..=20).contains(&req.reference.len()) || !req.reference.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(PluginError::rejected("format", "the reference has one to twenty letters and digits"));
        }
        if !is_day(&req.first_on) {
            return Err(PluginError::rejected("format", "the first day is no day"));
        }
        let place = Place::of(settings, &req.scheme, &req.reference);
        let client = client(&place, &req)?;
        let terms = if consent { consent_terms(&place, &req, settings)? } else { contract_terms(&place, &req, settings)? };
        Ok(Self { place, consent, client, terms, mandate: req })
    }

    /// Makes debtor and mandate known.
    ///
    /// # Errors
    /// As `mandates.register`.
    pub fn send(self, link: &impl Link) -> Result<Mandate, PluginError> {
        let Place { product, merchant, .. } = &self.place;
        let client = Call::post("clients", "ClientPostRequest", product, merchant, vec![self.client.clone()]);
        // A debtor alone moves nothing, and the same one again is there already.
        let verdict = Verdict::read(&ask(link, &client).map_err(Trouble::not_told)?, 1);
        match verdict.failure(1) {
            Some(failure) if !failure.is_duplicate() => return Err(failure.error()),
            None if !verdict.took(1) => return Err(PluginError::retryable("the provider did not say whether it took the debtor")),
            _ => {}
        }
        let (kind, wrapper) = if self.consent { ("mandates", "MandatePostRequest") } else { ("contracts", "ContractPostRequest") };
        let order = Call::post(kind, wrapper, product, merchant, vec![self.terms.clone()]);
        let verdict = Verdict::read(&ask(link, &order).map_err(Trouble::not_changed)?, 1);
        match (verdict.failure(1), verdict.took(1)) {
            (Some(failure), _) if failure.is_duplicate() => self.compare(link),
            (Some(failure), false) => Err(failure.error()),
            (None, true) => {
                let state = if self.consent { "pending" } else { "active" };
                let sequence = verdict.taken.iter().find_map(|item| text(item, "ContractSequence"));
                let extra = sequence.map(|number| ("contract-sequence".to_owned(), number)).into_iter().collect();
                Ok(Mandate { provider_ref: Some(self.place.text()), state: state.into(), message: None, extra, ..self.mandate })
            }
            // Neither, or both.
            _ => Err(PluginError::UnknownOutcome("the provider did not say whether it took the mandate".into())),
        }
    }

    /// What the provider has under our reference, if it is what we asked for. As long as it does not tell, it may be collecting.
    fn compare(self, link: &impl Link) -> Result<Mandate, PluginError> {
        let Self { place, consent, mandate, .. } = self;
        let doubt = |_| PluginError::UnknownOutcome("the provider has a mandate under this reference and does not tell how it stands".into());
        let found = read(link, &place, consent, &mandate.amount.currency).map_err(doubt)?.mandate;
        let same_day = [0, mandate.collection_day].contains(&found.collection_day);
        if found.amount != mandate.amount || !same_day {
            return Err(PluginError::rejected("duplicate", "another mandate lives under this reference"));
        }
        Ok(Mandate { provider_ref: Some(place.text()), state: found.state, message: found.message, extra: found.extra, ..mandate })
    }
}

fn client(place: &Place, req: &Mandate) -> Result<Value, PluginError> {
    let of_account = |name: &str| filled(&req.account.fields, name);
    let missing = |what: &str| PluginError::rejected("account", format!("the account has no {what}"));
    if req.account.kind != "bank" {
        return Err(PluginError::Unsupported(format!("collecting from {}", req.account.kind)));
    }
    let number = |text: Option<String>, what: &str| {
        let text = text.filter(|text| text.bytes().all(|b| b.is_ascii_digit())).ok_or_else(|| missing(what))?;
        text.parse::<u64>().map_err(|_| missing(what))
    };
    let account = of_account("number").filter(|text| text.bytes().all(|b| b.is_ascii_digit())).ok_or_else(|| missing("number"))?;
    let name = req.debtor.name.clone().or_else(|| of_account("holder")).ok_or_else(|| missing("holder"))?;
    let phone = req.debtor.phone.as_deref().ok_or_else(|| PluginError::rejected("phone", "the debtor has no phone number"))?;
    let id = ["na-id", "za-id", "passport"].iter().find_map(|name| filled(&req.debtor.fields, name));
    let kind = match of_account("type").as_deref() {
        Some("savings") => 2,
        Some("transmission") => 3,
        _ => 1,
    };
    let mut client = Map::new();
    client.insert("ClientNumber".into(), json!(place.client));
    client.insert("ClientName".into(), json!(short(&name)));
    client.insert("IDType".into(), json!("I"));
    client.insert("IDNumber".into(), json!(id.ok_or_else(|| PluginError::rejected("format", "the debtor has no identity number"))?));
    client.insert("CellphoneNumber".into(), json!(local(phone)));
    client.extend(req.debtor.email.as_ref().map(|email| ("EMail".to_owned(), json!(email))));
    client.insert("BankCode".into(), json!(number(of_account("bank-code"), "bank code")?));
    client.insert("BranchCode".into(), json!(number(of_account("branch-code"), "branch code")?));
    client.insert("AccountType".into(), json!(kind));
    client.insert("AccountNumber".into(), json!(account));
    client.insert("AccountHolderName".into(), json!(short(&of_account("holder").unwrap_or(name))));
    Ok(Value::Object(client))
}

fn contract_terms(place: &Place, req: &Mandate, settings: &Settings) -> Result<Value, PluginError> {
    let first = req.first_amount.as_ref().unwrap_or(&req.amount);
    let first = major(first, &settings.currency)?.to_string();
    // The first instalment is apart from the regular ones, which follow it.
    let following = if req.frequency == "once" { Some(0) } else { req.count.map(|count| count.saturating_sub(1)) };
    let mut terms = json!({
        "ClientNumber": place.client,
        "ContractNumber": place.contract,
        "FrequencyCode": frequency(&req.frequency)?,
        "CollectionDay": req.collection_day,
        "TrackingCode": format!("{:02}", req.tracking_days),
        "FirstCollectionDate": req.first_on,
        "FirstCollectionAmount": first,
        "InstalmentStartDate": next_on(&req.first_on, &req.frequency),
        "InstalmentAmount": major(&req.amount, &settings.currency)?,
    });
    if let Some(following) = following {
        terms["NumberOfInstalments"] = json!(following.to_string());
    }
    Ok(terms)
}

fn consent_terms(place: &Place, req: &Mandate, settings: &Settings) -> Result<Value, PluginError> {
    let maximum = match &req.maximum {
        Some(maximum) => maximum.clone(),
        None => Money { minor: req.amount.minor.saturating_mul(MAXIMUM_PERCENT) / 100, currency: req.amount.currency.clone() },
    };
    let mut terms = json!({
        "MandateProduct": place.product,
        "MandateType": if req.first_amount.is_some() { "V" } else { "F" },
        "TransactionType": "TT1R",
        "DebitSequenceType": if req.frequency == "once" { "OOFF" } else { "RCUR" },
        "MandateActionDate": req.first_on,
        "InstalmentStartDate": req.first_on,
        "FrequencyCode": frequency(&req.frequency)?,
        "CollectionDay": req.collection_day,
        "AdjustmentCategory": "N",
        "TrackingYN": if req.tracking_days > 0 { "Y" } else { "N" },
        "ClientNumber": place.client,
        "ContractNumber": place.contract,
        "InstalmentAmount": major(&req.amount, &settings.currency)?,
        "MaximumAmount": major(&maximum, &settings.currency)?,
    });
    if let Some(count) = req.count {
        terms["NumberOfInstalments"] = json!(count);
    }
    Ok(terms)
}

/// The provider's code for how often. It has none for fortnights and none for on demand.
fn frequency(word: &str) -> Result<&'static str, PluginError> {
    match word {
        "weekly" => Ok("WEEK"),
        "monthly" | "once" => Ok("MNTH"),
        "quarterly" => Ok("QURT"),
        "yearly" => Ok("YEAR"),
        other => Err(PluginError::Unsupported(format!("collecting {other}"))),
    }
}

fn frequency_word(code: &str) -> &'static str {
    match code {
        "WEEK" => "weekly",
        "QURT" => "quarterly",
        "YEAR" => "yearly",
        _ => "monthly",
    }
}

/// The day of the second instalment. In months it is the same day, or the last of a shorter month; the collection day takes over there.
fn next_on(first: &str, word: &str) -> String {
    let part = |range: std::ops::Range<usize>| first.get(range).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let (mut year, mut month, mut day) = match word {
        "weekly" => (year, month, day + 7),
        "quarterly" => (year, month + 3, day),
        "yearly" => (year + 1, month, day),
        _ => (year, month + 1, day),
    };
    if month > 12 {
        (year, month) = (year + 1, month - 12);
    }
    let length = days_in(year, month);
    if day > length {
        if word == "weekly" {
            (month, day) = (month + 1, day - length);
        } else {
            day = length;
        }
    }
    if month > 12 {
        (year, month) = (year + 1, 1);
    }
    format!("{year:04}-{month:02}-{day:02}")
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

fn filled(fields: &[(String, String)], name: &str) -> Option<String> {
    fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn short(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect()
}

/// The number as people dial it at home.
fn local(phone: &str) -> String {
    let national = ["+264", "+267", "+27"].iter().find_map(|country| phone.strip_prefix(country));
    national.map_or_else(|| phone.trim_start_matches('+').to_owned(), |rest| format!("0{rest}"))
}

/// How a contract or mandate stands, with all instalments that the provider knows. They are right where ours differ.
///
/// # Errors
/// As `mandates.status`.
pub fn status(link: &impl Link, settings: &Settings, place: &Place) -> Result<Standing, PluginError> {
    read(link, place, settings.needs_consent(&place.product)?, &settings.currency)
}

fn read(link: &impl Link, place: &Place, consent: bool, currency: &str) -> Result<Standing, PluginError> {
    let kind = if consent { "mandates" } else { "contracts" };
    let found = ask(link, &Call::about("GET", kind, place)).map_err(Trouble::not_told)?;
    let wrapper = if consent { "MandateGetResponse" } else { "ContractGetResponse" };
    let record = records(&found, wrapper).into_iter().find(|record| text(record, "ContractNumber").is_none_or(|number| number == place.contract));
    let record = record.ok_or_else(|| missing(&found, wrapper))?;
    let instalments: Vec<Instalment> = if consent {
        let found = match ask(link, &Call::about("GET", "instalments", place)) {
            Ok(found) => found,
            Err(Trouble::NotFound) => json!({}),
            Err(trouble) => return Err(trouble.not_told()),
        };
        records(&found, "InstalmentGetResponse").into_iter().filter_map(Instalment::read).collect()
    } else {
        field(record, "ContractInstalments").as_array().into_iter().flatten().filter_map(Instalment::read).collect()
    };
    let lines = instalments.iter().filter_map(|instalment| instalment.line(place, currency)).collect::<Vec<_>>();
    let (state, message) = if consent {
        (consent_state(record), text(record, "MandateInitiateResult"))
    } else {
        // A contract has no state of its own: it is over when its plan was cut off and nothing of it is open.
        let has = |states: &[&str]| lines.iter().any(|line| states.contains(&line.state.as_str()));
        let over = has(&["cancelled"]) && !has(&["scheduled", "submitted", "retrying"]);
        (if over { "cancelled" } else { "active" }, None)
    };
    let amount = minor(record, "InstalmentAmount").or_else(|| lines.last().map(|line| line.amount.minor)).unwrap_or_default();
    let mandate = Mandate {
        reference: place.contract.clone(),
        provider_ref: Some(place.text()),
        scheme: place.product.clone(),
        debtor: Party { name: None, phone: None, email: None, fields: Vec::new(), extra: Vec::new() },
        account: Account { kind: "bank".into(), fields: Vec::new(), extra: Vec::new() },
        amount: Money { minor: amount, currency: currency.to_owned() },
        first_amount: None,
        maximum: minor(record, "MaximumAmount").map(|minor| Money { minor, currency: currency.to_owned() }),
        frequency: frequency_word(&text(record, "FrequencyCode").unwrap_or_default()).into(),
        collection_day: text(record, "CollectionDay").and_then(|day| day.parse().ok()).unwrap_or_default(),
        first_on: lines.first().map(|line| line.due.clone()).or_else(|| day(record, "InstalmentStartDate")).unwrap_or_default(),
        count: text(record, "NumberOfInstalments").and_then(|count| count.parse().ok()),
        tracking_days: text(record, "TrackingCode").and_then(|code| code.parse().ok()).unwrap_or_default(),
        state: state.into(),
        message,
        extra: text(record, "ContractSequence").map(|number| ("contract-sequence".to_owned(), number)).into_iter().collect(),
    };
    Ok(Standing { mandate, lines, extra: Vec::new() })
}

/// Why an answer has no record of a contract: there is none, or the provider says why it does not tell, or nobody can read it.
fn missing(found: &Value, wrapper: &str) -> PluginError {
    match Verdict::read(found, 1).failure(1) {
        Some(failure) => failure.error(),
        None if field(found, wrapper).is_array() => PluginError::rejected("not-found", "the provider knows no such contract under this product"),
        None => PluginError::retryable("the answer about the contract cannot be read"),
    }
}

/// Whether the payer agreed.
fn consent_state(record: &Value) -> &'static str {
    let result = text(record, "MandateInitiateResult").unwrap_or_default();
    match (result.as_str(), text(record, "MandateInitiateStatusCode").as_deref()) {
        ("AAUT", _) => "active",
        ("AREJ", _) => "rejected",
        ("AEXP", _) => "expired",
        ("", Some("F" | "R")) => "rejected",
        _ => "pending",
    }
}

/// No further lines. What was cancelled before is returned as it is.
///
/// # Errors
/// As `mandates.cancel`.
pub fn cancel(link: &impl Link, settings: &Settings, place: &Place, reason: &str) -> Result<Mandate, PluginError> {
    let before = status(link, settings, place)?.mandate;
    if before.state == "cancelled" {
        return Ok(before);
    }
    let verdict = Verdict::read(&ask(link, &Call::about("DELETE", "contracts", place)).map_err(Trouble::not_changed)?, 1);
    match (verdict.failure(1), verdict.took(1)) {
        (Some(failure), false) => Err(failure.error()),
        (None, true) => Ok(Mandate { state: "cancelled".into(), message: Some(reason.to_owned()).filter(|reason| !reason.is_empty()), ..before }),
        _ => Err(PluginError::UnknownOutcome("the provider did not say whether it cancelled the contract".into())),
    }
}

/// The records of a wrapper, whether they lie in it directly or among the successful ones.
pub fn records<'v>(answer: &'v Value, wrapper: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    for part in field(answer, wrapper).as_array().into_iter().flatten() {
        match field(part, "Successful").as_array() {
            Some(list) => found.extend(list),
            None => found.push(part),
        }
    }
    found
}

/// The report of what the provider told about a mandate by itself; none if the record is about something else.
pub fn report(record: &Value, settings: &Settings) -> Option<Event> {
    let result = text(record, "MandateInitiateResult").or_else(|| text(record, "MandateInitiateStatusCode"))?;
    let contract = text(record, "ContractNumber")?;
    let only = match settings.mandate_products.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    };
    let place = text(record, "MandateProduct").or(only).map(|product| Place::of(settings, &product, &contract).text());
    let mut fields = Map::new();
    fields.insert("reference".into(), json!(contract));
    fields.extend(place.map(|place| ("provider_ref".to_owned(), json!(place))));
    fields.insert("state".into(), json!(consent_state(record)));
    fields.insert("code".into(), json!(result));
    Some(Event {
        id: format!("mandate.updated:{contract}:{result}"),
        kind: "mandate.updated".into(),
        occurred_ms: None,
        data: Value::Object(fields).to_string(),
        extra: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
