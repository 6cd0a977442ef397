//! Reading what was typed, and what follows from amount and dates.

use chrono::NaiveDate;
use kernel::{
    AppResult,
    error::Fields,
    money::{Currency, Money},
};

use super::{TakingInput, TakingMethod, TakingRules, TakingState};
use crate::columns::clean;

/// How far ahead a cheque may be dated: banks refuse those that are older than six months.
const MOST_DAYS_AHEAD: i64 = 180;

/// What was typed, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    pub method: TakingMethod,
    pub amount: Money,
    pub reference: Option<String>,
    pub bank: String,
    pub cheque_date: Option<NaiveDate>,
    pub payer_name: Option<String>,
    pub note: Option<String>,
}

/// # Errors
/// What is wrong, by field.
pub fn read(input: &TakingInput, currency: Currency, today: NaiveDate) -> AppResult<Typed> {
    let mut fields = Fields::new();
    let method = fields.check("method", TakingMethod::from_name(&input.method), "field-required");
    let amount = fields.check("amount", Money::parse(&input.amount, currency).filter(|amount| amount.is_positive()), "field-invalid");
    let is_cheque = method == Some(TakingMethod::Cheque);
    let reference = if method == Some(TakingMethod::Cash) { None } else { reference(&mut fields, &input.reference) };
    let bank = match method {
        Some(TakingMethod::Cheque) => fields.text("bank", &input.bank, 100),
        Some(TakingMethod::BankTransfer) => fields.optional_text("bank", &input.bank, 100),
        _ => String::new(),
    };
    let cheque_date = if is_cheque { cheque_date(&mut fields, &input.cheque_date, today) } else { None };
    fields.optional_text("payer_name", &input.payer_name, 200);
    fields.optional_text("note", &input.note, 300);
    fields.finish()?;
    let (Some(method), Some(amount)) = (method, amount) else { return Err(kernel::AppError::malformed("method")) };
    Ok(Typed { method, amount, reference, bank, cheque_date, payer_name: clean(&input.payer_name, 200), note: clean(&input.note, 300) })
}

/// In capitals and without spaces, so that one reference is one, however it is typed.
fn reference(fields: &mut Fields, typed: &str) -> Option<String> {
    let reference: String = typed.to_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
    if reference.is_empty() {
        fields.add("reference", "field-required");
    } else if reference.chars().count() > 60 || reference.chars().any(|c| !c.is_ascii_graphic()) {
        fields.add("reference", "field-invalid");
    }
    Some(reference)
}

fn cheque_date(fields: &mut Fields, typed: &str, today: NaiveDate) -> Option<NaiveDate> {
    if typed.trim().is_empty() {
        fields.add("cheque_date", "field-required");
        return None;
    }
    let day = typed.trim().parse::<NaiveDate>().ok().filter(|day| (*day - today).num_days().abs() <= MOST_DAYS_AHEAD);
    fields.check("cheque_date", day, "taking-cheque-date")
}

/// Whether a second person has to approve it.
#[must_use]
pub fn is_above(rules: &TakingRules, amount: Money) -> bool {
    rules.approve_above_minor.is_some_and(|limit| amount.minor > limit)
}

/// The state of a taking that nobody has to decide on, or somebody approved.
#[must_use]
pub fn accepted(cheque_date: Option<NaiveDate>, today: NaiveDate) -> TakingState {
    if cheque_date.is_some_and(|day| day > today) { TakingState::Held } else { TakingState::Received }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn typed(method: &str) -> TakingInput {
        TakingInput {
            method: method.into(),
            amount: "45,243".into(),
            reference: " qk7 2abc ".into(),
            bank: "Mfano Bank".into(),
            cheque_date: "2026-11-23".into(),
            ..TakingInput::default()
        }
    }

    fn wrong(input: &TakingInput) -> Vec<String> {
        read(input, Currency::KES, today()).unwrap_err().fields.iter().map(|field| format!("{} {}", field.field, field.code)).collect()
    }

    #[test]
    fn one_reference_is_one_however_it_is_typed_and_cash_has_none() {
        assert_eq!(read(&typed("mobile_money"), Currency::KES, today()).unwrap().reference.as_deref(), Some("QK72ABC"));
        let cash = read(&typed("cash"), Currency::KES, today()).unwrap();
        assert_eq!((cash.reference, cash.bank.as_str(), cash.cheque_date), (None, "", None));
    }

    #[test]
    fn a_cheque_needs_number_bank_and_a_date_within_half_a_year() {
        let empty = TakingInput { reference: String::new(), bank: String::new(), cheque_date: String::new(), ..typed("cheque") };
        assert_eq!(wrong(&empty), ["reference field-required", "bank field-required", "cheque_date field-required"]);
        for day in ["2027-08-01", "2026-02-01", "soon"] {
            assert_eq!(wrong(&TakingInput { cheque_date: day.into(), ..typed("cheque") }), ["cheque_date taking-cheque-date"], "{day}");
        }
    }

    #[test]
    fn nothing_less_than_something_is_taken() {
        for amount in ["", "0", "-5", "much"] {
            assert_eq!(wrong(&TakingInput { amount: amount.into(), ..typed("cash") }), ["amount field-invalid"], "{amount}");
        }
    }

    #[test]
    fn the_limit_itself_needs_nobody_and_a_cheque_dated_ahead_waits() {
        let rules = TakingRules { approve_above_minor: Some(100) };
        let kes = |minor| Money::new(minor, Currency::KES);
        assert!(!is_above(&rules, kes(100)) && is_above(&rules, kes(101)));
        assert!(!is_above(&TakingRules { approve_above_minor: None }, kes(i64::MAX)));
        assert_eq!(accepted(today().succ_opt(), today()), TakingState::Held);
        assert_eq!((accepted(Some(today()), today()), accepted(None, today())), (TakingState::Received, TakingState::Received));
    }
}
