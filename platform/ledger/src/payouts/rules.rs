//! Pure decisions: what a destination must say, who may carry a payout out, when its provider is asked again.

use chrono::Duration;
use kernel::{AppError, AppResult, error::Fields, phone::Phone};
use ports::payout::PayoutOffer;

use super::{Destination, DestinationInput, Payout, PayoutWay};
use crate::payments::PaymentId;

/// How long a request that could not be delivered is tried again.
pub(super) const DELIVERY: Duration = Duration::hours(24);

/// Reads a destination as people of `country` write it.
///
/// # Errors
/// `validation_error` with the fields of the form.
pub(super) fn destination(input: &DestinationInput, country: &str) -> AppResult<Destination> {
    let mut fields = Fields::new();
    let way = fields.check("way", PayoutWay::from_name(input.way.trim()), "field-required");
    let payee = fields.line("payee", &input.payee, 140);
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let (mut bank, mut bank_code, mut branch_code, mut account, mut phone, mut payment) = (None, None, None, None, None, None);
    match way {
        Some(PayoutWay::Bank) => {
            bank = some(fields.line("bank", &input.bank, 100));
            bank_code = code(&mut fields, "bank_code", &input.bank_code);
            branch_code = code(&mut fields, "branch_code", &input.branch_code);
            let plain: String = input.account.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
            let number = fields.line("account", &plain, 34);
            if !number.chars().all(|c| c.is_ascii_alphanumeric()) {
                fields.add("account", "field-invalid");
            }
            account = some(number);
        }
        Some(PayoutWay::Mobile) => {
            phone = fields.check("phone", Phone::parse(&input.phone, country).ok(), "field-invalid").map(|phone| phone.as_str().to_owned());
        }
        Some(PayoutWay::Original) => payment = fields.check("payment", input.payment.parse::<PaymentId>().ok(), "field-required"),
        None => {}
    }
    fields.finish()?;
    let Some(way) = way else { return Err(AppError::field("way", "field-required")) };
    Ok(Destination { way, payee, bank, bank_code, branch_code, account, phone, payment })
}

/// Whether an installation may carry a payout out.
#[must_use]
pub fn fits(payout: &Payout, offer: &PayoutOffer, came_through: Option<uuid::Uuid>) -> bool {
    let currency = offer.currencies.iter().any(|code| code == payout.amount.currency.code());
    currency
        && match payout.to.way {
            PayoutWay::Original => offer.gives_back && came_through == Some(offer.installation),
            PayoutWay::Bank | PayoutWay::Mobile => offer.pays_out,
        }
}

/// How long until the provider of a payout is asked again that was sent so long ago: at growing distance, for thirty days.
#[must_use]
pub(super) fn next_ask(age: Duration) -> Option<Duration> {
    (age < Duration::days(30)).then(|| (age / 2).clamp(Duration::seconds(20), Duration::hours(6)))
}

/// A code of a bank or branch: letters and digits, or nothing.
fn code(fields: &mut Fields, name: &'static str, typed: &str) -> Option<String> {
    let code = fields.optional_line(name, &typed.to_ascii_uppercase(), 20);
    if !code.chars().all(|c| c.is_ascii_alphanumeric()) {
        fields.add(name, "field-invalid");
    }
    Some(code).filter(|code| !code.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bank() -> DestinationInput {
        DestinationInput {
            way: "bank".into(),
            payee: "Asha Mfano".into(),
            bank: "Mfano Bank".into(),
            bank_code: "01".into(),
            account: "0100 000-001".into(),
            ..DestinationInput::default()
        }
    }

    #[test]
    fn an_account_is_kept_as_the_bank_writes_it_and_a_number_as_providers_do() {
        let read = destination(&bank(), "KE").unwrap();
        assert_eq!((read.account.as_deref(), read.bank_code.as_deref(), read.phone), (Some("0100000001"), Some("01"), None));
        let mobile = DestinationInput { way: "mobile".into(), payee: "Asha".into(), phone: "0700 000 101".into(), ..DestinationInput::default() };
        assert_eq!(destination(&mobile, "KE").unwrap().phone.as_deref(), Some("+254700000101"));
    }

    #[test]
    fn a_provider_is_asked_at_growing_distance_and_not_for_ever() {
        let seconds = |age| next_ask(age).map(|pause| pause.num_seconds());
        assert_eq!((seconds(Duration::zero()), seconds(Duration::minutes(10))), (Some(20), Some(300)));
        assert_eq!((seconds(Duration::days(3)), seconds(Duration::days(30))), (Some(6 * 3600), None));
    }

    #[test]
    fn what_no_bank_could_pay_to_is_refused() {
        for input in [
            DestinationInput { account: String::new(), ..bank() },
            DestinationInput { account: "0100<1>".into(), ..bank() },
            DestinationInput { bank: " ".into(), ..bank() },
            DestinationInput { payee: String::new(), ..bank() },
            DestinationInput { way: "cash".into(), ..bank() },
            DestinationInput { way: "mobile".into(), phone: "12".into(), ..bank() },
        ] {
            assert!(destination(&input, "KE").unwrap_err().is("validation_error"), "{input:?}");
        }
    }
}
