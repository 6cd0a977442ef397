//! What makes a customer's data acceptable. Everything that is wrong is reported at once, beside its field.

use chrono::{Datelike, NaiveDate};
use kernel::{AppResult, error::Fields, identifiers::IdentifierKind, phone::Phone};

use super::{CustomerInput, CustomerType};
use crate::parties::{Address, EmailAddress, Party, Person, identifiers::Identifier, model::Contacts, names};

/// A customer's data, checked.
#[derive(Debug)]
pub(super) struct Checked {
    pub party: Party,
    pub contacts: Contacts,
    pub address: Address,
    pub identifiers: Vec<Identifier>,
    pub notes: String,
    pub custom: serde_json::Value,
}

const NAME: usize = 80;
const COMPANY: usize = 150;
const TEXT: usize = 100;
const NOTES: usize = 4_000;
/// A tenant's own fields, as JSON text.
const CUSTOM: usize = 16_000;
/// Age of majority in Kenya (Age of Majority Act, cap. 33) and Namibia (Child Care and Protection Act 3 of 2015).
const MAJORITY: i32 = 18;
const OLDEST: i32 = 120;

/// Checks what was typed, in a tenant of `country`, on the business day `today`.
pub(super) fn check(input: &CustomerInput, country: &str, today: NaiveDate) -> AppResult<Checked> {
    let mut fields = Fields::new();
    let party = match input.customer_type {
        CustomerType::Individual => individual(&mut fields, input, today),
        CustomerType::Corporate => corporate(&mut fields, input),
    };
    let contacts = contacts(&mut fields, input, country);
    let identifiers = identifiers(&mut fields, input);
    let address = Address {
        line: fields.optional_text("address", &input.address, 200),
        city: fields.optional_text("city", &input.city, TEXT),
        county: fields.optional_text("county", &input.county, TEXT),
        postal_code: fields.optional_text("postal_code", &input.postal_code, 20),
        country: country.to_owned(),
    };
    let notes = fields.optional_text("notes", &input.notes, NOTES);
    let custom = serde_json::Value::Object(input.custom.clone());
    if custom.to_string().len() > CUSTOM {
        fields.add("custom", "field-too-long");
    }
    fields.finish()?;
    Ok(Checked { party, contacts, address, identifiers, notes, custom })
}

fn individual(fields: &mut Fields, input: &CustomerInput, today: NaiveDate) -> Party {
    let first_name = person_name(fields, "first_name", &input.first_name);
    let last_name = person_name(fields, "last_name", &input.last_name);
    let occupation = fields.optional_text("occupation", &input.occupation, TEXT);
    let born = input.date_of_birth.trim();
    let date_of_birth = (!born.is_empty()).then(|| date_of_birth(fields, born, today)).flatten();
    Party::Person(Person { first_name, last_name, date_of_birth, gender: input.gender, occupation })
}

fn corporate(fields: &mut Fields, input: &CustomerInput) -> Party {
    let name = names::tidy(&fields.text("company_name", &input.company_name, COMPANY));
    if !name.is_empty() && !names::is_organisation_name(&name) {
        fields.add("company_name", "customer-name-invalid");
    }
    let industry = fields.optional_text("industry", &input.industry, TEXT);
    Party::Organisation { name, industry }
}

fn person_name(fields: &mut Fields, field: &'static str, text: &str) -> String {
    let name = names::tidy(&fields.text(field, text, NAME));
    if !name.is_empty() && !names::is_person_name(&name) {
        fields.add(field, "customer-name-invalid");
    }
    name
}

fn date_of_birth(fields: &mut Fields, text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let born = fields.check("date_of_birth", NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(), "customer-date-invalid")?;
    match age(born, today) {
        None => fields.add("date_of_birth", "customer-born-in-future"),
        Some(years) if years < MAJORITY => fields.add("date_of_birth", "customer-too-young"),
        Some(years) if years > OLDEST => fields.add("date_of_birth", "customer-date-invalid"),
        Some(_) => {}
    }
    Some(born)
}

/// Whole years between birth and today; none for somebody not born yet. A birthday on 29 February counts from 1 March in other
/// years.
pub(super) fn age(born: NaiveDate, today: NaiveDate) -> Option<i32> {
    if born > today {
        return None;
    }
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    Some(today.year() - born.year() - i32::from(!had_birthday))
}

fn contacts(fields: &mut Fields, input: &CustomerInput, country: &str) -> Contacts {
    let email = optional(fields, "email", &input.email, "customer-email-invalid", EmailAddress::parse);
    let phone = optional(fields, "phone", &input.phone, "customer-phone-invalid", |text| Phone::parse(text, country).ok());
    let alt = optional(fields, "alt_phone", &input.alt_phone, "customer-phone-invalid", |text| Phone::parse(text, country).ok());
    // A second number alone would silently become the first.
    let unreachable = input.email.trim().is_empty() || !input.alt_phone.trim().is_empty();
    if unreachable && input.phone.trim().is_empty() {
        fields.add("phone", "customer-contact-required");
    }
    let mut phones: Vec<Phone> = phone.into_iter().collect();
    let second = alt.filter(|alt| !phones.contains(alt));
    phones.extend(second);
    Contacts { email, phones }
}

fn optional<T>(fields: &mut Fields, field: &'static str, text: &str, code: &'static str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    let text = text.trim();
    if text.is_empty() { None } else { fields.check(field, parse(text), code) }
}

fn identifiers(fields: &mut Fields, input: &CustomerInput) -> Vec<Identifier> {
    let mut found = Vec::new();
    if !input.id_number.trim().is_empty() {
        let kind = input.id_type.unwrap_or(IdentifierKind::KeNationalId);
        if matches!(kind, IdentifierKind::KeKraPin | IdentifierKind::CompanyRegistration) || input.customer_type == CustomerType::Corporate {
            fields.add("id_type", "customer-id-kind");
        } else {
            found.extend(fields.check("id_number", Identifier::parse(kind, &input.id_number), "customer-id-invalid"));
        }
    }
    if !input.kra_pin.trim().is_empty() {
        let letter = if input.customer_type == CustomerType::Individual { 'A' } else { 'P' };
        let pin = Identifier::parse(IdentifierKind::KeKraPin, &input.kra_pin);
        if pin.is_some() && !input.kra_pin.trim().to_uppercase().starts_with(letter) {
            fields.add("kra_pin", "customer-pin-kind");
        }
        found.extend(fields.check("kra_pin", pin, "customer-pin-invalid"));
    }
    if !input.company_registration.trim().is_empty() {
        if input.customer_type == CustomerType::Individual {
            fields.add("company_registration", "customer-id-kind");
        } else {
            let registration = Identifier::parse(IdentifierKind::CompanyRegistration, &input.company_registration);
            found.extend(fields.check("company_registration", registration, "customer-id-invalid"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asha() -> CustomerInput {
        CustomerInput {
            first_name: " Asha ".into(),
            last_name: "Mwangi".into(),
            date_of_birth: "1990-05-17".into(),
            email: "Asha@Example.com".into(),
            phone: "0700 000 101".into(),
            id_number: "12345678".into(),
            kra_pin: "a012345678z".into(),
            ..CustomerInput::default()
        }
    }

    fn codes(input: &CustomerInput) -> Vec<(String, String)> {
        let error = check(input, "KE", day("2026-11-23")).unwrap_err();
        error.fields.iter().map(|f| (f.field.to_string(), f.code.to_string())).collect()
    }

    #[test]
    fn what_a_person_types_is_stored_tidy_and_normalised() {
        let checked = check(&asha(), "KE", day("2026-11-23")).unwrap();
        assert_eq!(checked.party.display_name(), "Asha Mwangi");
        assert_eq!(checked.contacts.email.unwrap().norm(), "asha@example.com");
        assert_eq!(checked.contacts.phones[0].as_str(), "+254700000101");
        assert_eq!(checked.identifiers.len(), 2);
    }

    #[test]
    fn everything_wrong_is_reported_at_once() {
        let input = CustomerInput {
            first_name: String::new(),
            last_name: "<b>".into(),
            date_of_birth: "1990-02-30".into(),
            email: "asha@".into(),
            phone: "12".into(),
            id_number: "12".into(),
            kra_pin: "Z".into(),
            ..CustomerInput::default()
        };
        let fields: Vec<String> = codes(&input).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["first_name", "last_name", "date_of_birth", "email", "phone", "id_number", "kra_pin"]);
    }

    #[test]
    fn a_customer_is_of_age_and_was_born_in_living_memory() {
        for (born, code) in [("2027-01-01", "customer-born-in-future"), ("2008-11-24", "customer-too-young"), ("1890-01-01", "customer-date-invalid")]
        {
            assert_eq!(codes(&CustomerInput { date_of_birth: born.into(), ..asha() }), [("date_of_birth".to_owned(), code.to_owned())], "{born}");
        }
        assert!(check(&CustomerInput { date_of_birth: "2008-11-23".into(), ..asha() }, "KE", day("2026-11-23")).is_ok(), "eighteen today");
    }

    #[test]
    fn a_birthday_on_29_february_is_reached_on_1_march() {
        assert_eq!(age(day("2008-02-29"), day("2026-02-28")), Some(17));
        assert_eq!(age(day("2008-02-29"), day("2026-03-01")), Some(18));
    }

    #[test]
    fn a_pin_of_a_firm_is_not_a_persons() {
        assert_eq!(codes(&CustomerInput { kra_pin: "P012345678Z".into(), ..asha() }), [("kra_pin".to_owned(), "customer-pin-kind".to_owned())]);
        let firm = CustomerInput {
            customer_type: CustomerType::Corporate,
            company_name: "Mfano Traders Ltd".into(),
            kra_pin: "P012345678Z".into(),
            company_registration: "PVT-ABC123".into(),
            phone: "0700000102".into(),
            ..CustomerInput::default()
        };
        assert_eq!(check(&firm, "KE", day("2026-11-23")).unwrap().identifiers.len(), 2);
    }

    #[test]
    fn somebody_nobody_can_reach_is_not_a_customer_yet() {
        let input = CustomerInput { email: String::new(), phone: String::new(), ..asha() };
        assert_eq!(codes(&input), [("phone".to_owned(), "customer-contact-required".to_owned())]);
    }
}
