//! What the documents of a policy print. Figures, dates and words are made here; the template lays them out.

use chrono::{NaiveDate, NaiveTime};
use crm::customers::Customer;
use documents::{
    DocumentKind, PublicFacts,
    verification::{initials, masked_plate},
};
use kernel::{App, Scope, i18n::Texts, money::Money, tenant::Tenant};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::{
    catalogue::{Detail, Terms, Told, terms::Benefit},
    policies::{Policy, PolicyTerm, PolicyVersion},
    rating::{Line, LineKind},
};

/// Conditions that fit the page.
const MOST_TERMS: usize = 8;
/// Class of business whose document is a risk note: the certificate of motor insurance is the insurer's own.
const MOTOR: &str = "motor";

/// What the document of a policy of this class of business is.
#[must_use]
pub fn document_kind(business_line: &str) -> DocumentKind {
    if business_line == MOTOR { DocumentKind::RiskNote } else { DocumentKind::Certificate }
}

/// The language of a document and its words.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    texts: &'a Texts,
    tenant: &'a Tenant,
    locale: &'a str,
}

impl<'a> Words<'a> {
    pub fn of(app: &'a App, scope: &'a Scope) -> Self {
        Self { texts: &app.texts, tenant: &scope.tenant, locale: &scope.locale }
    }
    fn text(self, key: &str, params: &[(&str, String)]) -> String {
        self.texts.get(self.locale, key, params)
    }
    fn day(self, day: NaiveDate) -> String {
        self.texts.day(self.locale, day)
    }
}

/// Everything a policy's document is made from.
pub(super) struct Cover<'a> {
    pub words: Words<'a>,
    pub customer: &'a Customer,
    /// In full: it is the customer's own document.
    pub tax_pin: Option<String>,
    pub policy: &'a Policy,
    pub term: &'a PolicyTerm,
    pub version: &'a PolicyVersion,
    pub terms: &'a Terms,
    /// Number and day of the receipt, where the brokerage collected.
    pub receipt: Option<(String, NaiveDate)>,
}

impl Cover<'_> {
    pub fn kind(&self) -> DocumentKind {
        document_kind(&self.policy.business_line)
    }

    fn is_motor(&self) -> bool {
        self.kind() == DocumentKind::RiskNote
    }

    /// What anybody may learn from the code.
    pub fn facts(&self) -> PublicFacts {
        PublicFacts {
            what: self.policy.category_title.get(self.words.locale).to_owned(),
            number: String::new(),
            policy_number: Some(self.policy.number.clone()),
            insurer: Some(self.policy.insurer_name.clone()),
            insurer_certificate: self.version.insurer_certificate.clone(),
            holder: Some(initials(&self.customer.display_name)),
            plate: self.policy.plate.as_deref().map(masked_plate),
            from: Some(self.term.starts_on),
            to: Some(self.term.ends_on),
            ends_early: None,
            amount: None,
        }
    }

    /// The data of `risk-note.typ` for motor, of `certificate.typ` for other lines.
    pub fn data(&self) -> Map<String, Value> {
        let locale = self.words.locale;
        let mut data = Map::new();
        let number = self.policy.insurer_policy_number.clone().or_else(|| (!self.is_motor()).then(|| self.policy.number.clone()));
        data.insert("insurer".into(), json!({ "name": self.policy.insurer_name, "policy_number": number }));
        data.insert("insured".into(), self.insured());
        data.insert("period".into(), self.period());
        data.insert("premium".into(), self.premium());
        let conditions = self.terms.excesses.iter().chain(&self.terms.exclusions).take(MOST_TERMS);
        data.insert("terms".into(), conditions.map(|text| text.get(locale)).collect());
        let benefits: Vec<Value> = self.terms.benefits.iter().filter_map(|benefit| self.benefit(benefit)).collect();
        if self.is_motor() {
            data.insert(
                "cover".into(),
                json!({
                    "type": self.policy.category_title.get(locale),
                    "class": self.terms.certificate_class.as_ref().map(|class| self.words.text("policy-document-class", &[("class", class.clone())])),
                    "sum_insured": self.version.sum_insured.map(Money::short),
                    "benefits": benefits,
                }),
            );
            data.insert("vehicle".into(), self.vehicle());
            if let Some(certificate) = &self.version.insurer_certificate {
                data.insert(
                    "insurer_certificate".into(),
                    json!({ "number": certificate, "issued": self.version.certified_on.map(|day| self.words.day(day)) }),
                );
            }
        } else {
            data.insert("cover".into(), json!({ "type": self.policy.category_title.get(locale), "details": self.details(), "benefits": benefits }));
        }
        data
    }

    fn insured(&self) -> Value {
        let address = &self.customer.address;
        let parts: Vec<&str> =
            [&address.line, &address.postal_code, &address.city].into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        json!({
            "name": self.customer.display_name,
            "tax_pin": self.tax_pin,
            "phone": self.customer.phone,
            "address": (!parts.is_empty()).then(|| parts.join(", ")),
        })
    }

    fn period(&self) -> Value {
        let zone = zone_name(self.words.tenant, self.term.starts_on);
        let from = if self.term.starts_at == NaiveTime::MIN { "00:00".to_owned() } else { self.term.starts_at.format("%H:%M").to_string() };
        json!({
            "from": self.words.day(self.term.starts_on),
            "from_time": format!("{from} {zone}"),
            "to": self.words.day(self.term.ends_on),
            "to_time": format!("24:00 {zone}"),
        })
    }

    fn premium(&self) -> Value {
        let version = self.version;
        let lines: Vec<Value> =
            version.lines.iter().filter(|line| line.kind != LineKind::Rounding).map(|line| premium_line(line, self.words)).collect();
        let rounding = version.lines.iter().find(|line| line.kind == LineKind::Rounding && !line.amount.is_zero());
        let mut premium = json!({ "currency": version.payable.currency.symbol(), "lines": lines, "payable": version.payable.figure() });
        if let Some(rounding) = rounding {
            premium["total"] = json!(version.total.figure());
            premium["rounding"] = json!(rounding.amount.figure());
        }
        if let Some((number, day)) = &self.receipt {
            premium["receipt"] = json!({ "number": number, "date": self.words.day(*day) });
        }
        premium
    }

    /// A benefit that is included or was chosen, with its limit.
    fn benefit(&self, benefit: &Benefit) -> Option<Value> {
        let chosen = benefit.add_on.as_ref().is_some_and(|key| self.version.add_ons.contains(key));
        if !benefit.included && !chosen {
            return None;
        }
        let currency = self.version.payable.currency;
        let fixed = benefit.amount.and_then(|amount| amount.in_currency(currency).ok());
        let asked = benefit.limit_of.as_ref().and_then(|key| {
            self.answers().into_iter().find_map(|detail| match detail.answer {
                Told::Money(money) if detail.key == *key => Some(money),
                _ => None,
            })
        });
        // A sum of zero was asked for and not insured: the building of somebody who rents.
        if asked.is_some_and(Money::is_zero) {
            return None;
        }
        let limit = fixed.or(asked).map_or_else(|| self.words.text("policy-document-included", &[]), |money| money.to_string());
        Some(
            json!({ "label": benefit.title.get(self.words.locale), "note": chosen.then(|| self.words.text("policy-document-add-on", &[])), "limit": limit }),
        )
    }

    fn vehicle(&self) -> Value {
        let told = |key: &str| self.told(key);
        let description: Vec<String> = ["make", "model"].into_iter().filter_map(told).collect();
        json!({
            "registration": self.policy.plate.clone().unwrap_or_else(|| self.words.text("policy-document-unregistered", &[])),
            "description": description.join(" "),
            "year": told("year"),
            "body": told("body"),
            "chassis": told("chassis"),
            "engine": told("engine"),
            "use": told("use").unwrap_or_default(),
            "capacity": told("seats").or_else(|| told("tonnage")),
        })
    }

    fn answers(&self) -> Vec<Detail> {
        self.terms.form.details(&self.version.answers, self.version.payable.currency)
    }

    /// Questions and answers, as the risk form words them.
    fn details(&self) -> Vec<Value> {
        let locale = self.words.locale;
        self.answers().iter().map(|detail| json!({ "label": detail.label.get(locale), "value": self.worded(&detail.answer) })).collect()
    }

    /// An answer as people read it.
    fn told(&self, key: &str) -> Option<String> {
        self.answers().iter().find(|detail| detail.key == key).map(|detail| self.worded(&detail.answer))
    }

    fn worded(&self, answer: &Told) -> String {
        match answer {
            Told::Text(text) => text.clone(),
            Told::Choice(label) => label.get(self.words.locale).to_owned(),
            Told::Money(money) => money.to_string(),
            Told::Date(day) => self.words.day(*day),
            Told::YesNo(yes) => self.words.text(if *yes { "policy-document-yes" } else { "policy-document-no" }, &[]),
        }
    }
}

fn premium_line(line: &Line, words: Words<'_>) -> Value {
    let basis = match (line.base, line.units, line.rate) {
        (Some(base), Some(units), _) => Some(format!("{units} × {}", base.figure())),
        (Some(base), None, Some(rate)) => Some(words.text("policy-document-basis", &[("rate", percent(rate).to_string()), ("base", base.figure())])),
        _ => None,
    };
    json!({ "label": line.label.get(words.locale), "basis": basis, "amount": line.amount.figure() })
}

/// `0.0475` is `4.75`, `0.002` is `0.20`: at least two places.
fn percent(rate: Decimal) -> Decimal {
    let mut percent = (rate * Decimal::ONE_HUNDRED).normalize();
    if percent.scale() < 2 {
        percent.rescale(2);
    }
    percent
}

/// `EAT`, as the zone is abbreviated on that day.
fn zone_name(tenant: &Tenant, on: NaiveDate) -> String {
    use chrono::TimeZone;
    let noon = on.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or(NaiveTime::MIN));
    tenant.time_zone.from_local_datetime(&noon).earliest().map_or_else(|| tenant.time_zone.name().to_owned(), |at| at.format("%Z").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_printed_as_percentages_with_at_least_two_places() {
        for (rate, printed) in [("0.0475", "4.75"), ("0.002", "0.20"), ("0.0025", "0.25"), ("0.05", "5.00"), ("0.00125", "0.125")] {
            assert_eq!(percent(rate.parse().unwrap()).to_string(), printed);
        }
    }
}
