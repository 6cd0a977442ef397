//! What makes a list of named people acceptable. Everything that is wrong is reported at once, beside its field: `name-0` is the
//! name of the first person.

use std::str::FromStr;

use chrono::NaiveDate;
use kernel::{AppResult, error::Fields};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use uuid::Uuid;

use super::{NamedPerson, NominationRole, Relation};

/// People on one list.
pub const MOST: usize = 10;
/// All shares together, in hundredths of a percent.
pub const WHOLE: i32 = 10_000;
const NAME: usize = 160;
const OLDEST: u32 = 120;

/// A person of a list, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub was: Option<Uuid>,
    pub name: String,
    pub relation: Relation,
    pub share_bp: Option<i32>,
    pub born: Option<NaiveDate>,
    /// Without spaces; empty: as it was.
    pub id_number: String,
}

/// Checks the people of one list on the business day `today`.
///
/// # Errors
/// One complaint for each field that is not acceptable; `shares` if they do not make up the whole.
pub fn check(role: NominationRole, people: &[NamedPerson], today: NaiveDate) -> AppResult<Vec<Checked>> {
    let mut fields = Fields::new();
    let mut checked = Vec::new();
    for (at, person) in people.iter().enumerate().filter(|(_, person)| !person.name.trim().is_empty()) {
        checked.extend(one(&mut fields, role, at, person, today));
    }
    let named = people.iter().filter(|person| !person.name.trim().is_empty()).count();
    if named > MOST {
        fields.add("people", "nomination-too-many");
    }
    let total: i64 = checked.iter().filter_map(|person| person.share_bp).map(i64::from).sum();
    let readable = checked.len() == named;
    if role == NominationRole::Beneficiary && named > 0 && readable && total != i64::from(WHOLE) {
        fields.add("shares", "nomination-shares");
    }
    fields.finish()?;
    Ok(checked)
}

fn one(fields: &mut Fields, role: NominationRole, at: usize, person: &NamedPerson, today: NaiveDate) -> Option<Checked> {
    let name = person.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut good = true;
    let mut refuse = |field: &str, code: &'static str| {
        fields.add(format!("{field}-{at}"), code);
        good = false;
    };
    if name.chars().count() > NAME || name.chars().any(|c| c.is_control() || c.is_ascii_digit() || "<>{}".contains(c)) {
        refuse("name", "customer-name-invalid");
    }
    let relation = Relation::from_name(person.relation.trim());
    if relation.is_none() {
        refuse("relation", "field-required");
    }
    let share_bp = match role {
        NominationRole::Beneficiary => share(&person.share),
        NominationRole::Dependant => None,
    };
    if role == NominationRole::Beneficiary && share_bp.is_none() {
        refuse("share", "nomination-share-invalid");
    }
    let born = person.born.trim();
    let date = NaiveDate::parse_from_str(born, "%Y-%m-%d").ok();
    if !born.is_empty() && date.is_none_or(|date| today.years_since(date).is_none_or(|age| age > OLDEST)) {
        refuse("born", "customer-date-invalid");
    }
    let id_number: String = person.id_number.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '/';
    let readable = (5..=20).contains(&id_number.len()) && id_number.chars().all(known);
    if !id_number.is_empty() && !readable {
        refuse("id_number", "customer-id-invalid");
    }
    let relation = relation.filter(|_| good)?;
    Some(Checked { was: person.was, name, relation, share_bp, born: date, id_number })
}

/// Percent as people type it, in hundredths: `33.34`, `50 %`, `12,5`.
fn share(text: &str) -> Option<i32> {
    let plain = text.trim().trim_end_matches('%').trim().replace(',', ".");
    let bp = Decimal::from_str(&plain).ok()?.checked_mul(Decimal::ONE_HUNDRED)?;
    if !bp.fract().is_zero() {
        return None;
    }
    bp.to_i32().filter(|bp| (1..=WHOLE).contains(bp))
}

/// `33.34` for 3334, as forms show it.
#[must_use]
pub fn percent(bp: i32) -> String {
    Decimal::new(i64::from(bp), 2).normalize().to_string()
}

/// The last characters behind dots.
pub(super) fn masked(id_number: &str) -> String {
    let keep = if id_number.len() >= 8 { 3 } else { 2 };
    let tail: String = id_number.chars().skip(id_number.chars().count().saturating_sub(keep)).collect();
    format!("••••{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use NominationRole::{Beneficiary, Dependant};

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn person(name: &str, share: &str) -> NamedPerson {
        NamedPerson { name: name.into(), relation: "child".into(), share: share.into(), ..NamedPerson::default() }
    }

    fn complaints(role: NominationRole, people: &[NamedPerson]) -> Vec<(String, String)> {
        let error = check(role, people, today()).unwrap_err();
        error.fields.iter().map(|field| (field.field.to_string(), field.code.to_string())).collect()
    }

    #[test]
    fn shares_make_up_exactly_the_whole() {
        let thirds = [person("Neema Mfano", "33.33"), person("Baraka Mfano", "33,33"), person("Zuri Mfano", "33.34 %")];
        let checked = check(Beneficiary, &thirds, today()).unwrap();
        assert_eq!(checked.iter().filter_map(|one| one.share_bp).sum::<i32>(), WHOLE);
        for shares in [["50", "49.99"], ["60", "60"]] {
            let two = [person("Neema Mfano", shares[0]), person("Baraka Mfano", shares[1])];
            assert_eq!(complaints(Beneficiary, &two), [("shares".to_owned(), "nomination-shares".to_owned())], "{shares:?}");
        }
    }

    #[test]
    fn lines_without_a_name_are_left_out_and_naming_nobody_is_allowed() {
        let people = [NamedPerson::default(), person("Neema Mfano", "100"), NamedPerson { share: "20".into(), ..NamedPerson::default() }];
        assert_eq!(check(Beneficiary, &people, today()).unwrap().len(), 1);
        assert!(check(Beneficiary, &[], today()).unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_beside_the_persons_own_field() {
        let wrong = NamedPerson { relation: "enemy".into(), share: "0".into(), born: "2030-01-01".into(), id_number: "1".into(), ..person("A1", "") };
        let fields: Vec<String> = complaints(Beneficiary, &[person("Neema Mfano", "100"), wrong]).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["name-1", "relation-1", "share-1", "born-1", "id_number-1"]);
    }

    #[test]
    fn dependants_have_no_shares_and_a_list_has_an_end() {
        assert_eq!(check(Dependant, &[person("Neema Mfano", "40")], today()).unwrap()[0].share_bp, None);
        let crowd: Vec<NamedPerson> = (0..=MOST).map(|_| person("Neema Mfano", "")).collect();
        assert_eq!(complaints(Dependant, &crowd), [("people".to_owned(), "nomination-too-many".to_owned())]);
    }

    #[test]
    fn shares_are_shown_as_they_are_typed() {
        assert_eq!([percent(3334), percent(5000), percent(1250)], ["33.34", "50", "12.5"]);
    }
}
