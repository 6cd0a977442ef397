//! Pure decisions: what a method accepts, what received money pays, when to ask again.

use chrono::{DateTime, Duration, Utc};
use kernel::{money::Money, phone::Phone};
use ports::{PortError, payment::PaymentMethod};

use super::{CreditReason, PaymentError, PaymentState};
use crate::receivables::{
    Receivable, ReceivableState,
    rules::{Due, Split, allocate},
};

/// Whether a method takes this amount.
///
/// # Errors
/// The limit that it breaks.
pub fn check_amount(method: &PaymentMethod, amount: Money) -> Result<(), PaymentError> {
    let money = |minor| Money::new(minor, amount.currency);
    if !method.currencies.iter().any(|code| code == amount.currency.code()) {
        return Err(PaymentError::CurrencyUnsupported);
    }
    if amount.minor < method.min.max(1) {
        return Err(PaymentError::AmountBelowMinimum { min: money(method.min.max(1)) });
    }
    if amount.minor > method.max {
        return Err(PaymentError::AmountAboveMaximum { max: money(method.max) });
    }
    if method.smallest_unit > 1 && amount.minor % method.smallest_unit != 0 {
        return Err(PaymentError::AmountNotWhole { unit: money(method.smallest_unit) });
    }
    Ok(())
}

/// The number at which a method asks, read as typed. Mobile money asks at numbers of its currency's country only.
///
/// # Errors
/// Missing where needed; not a mobile number of that country.
pub fn check_phone(method: &PaymentMethod, amount: Money, typed: Option<&str>) -> Result<Option<Phone>, PaymentError> {
    if !method.payer_needs.iter().any(|need| need == "phone") {
        return Ok(None);
    }
    let typed = typed.map(str::trim).filter(|text| !text.is_empty()).ok_or(PaymentError::PhoneRequired)?;
    let country = match amount.currency.code() {
        "KES" => "KE",
        "NAD" => "NA",
        _ => "",
    };
    let phone = Phone::parse(typed, country).map_err(|_| PaymentError::PhoneUnsupported)?;
    if country.is_empty() || phone.country() == country { Ok(Some(phone)) } else { Err(PaymentError::PhoneUnsupported) }
}

/// What becomes of received money: parts for receivables, and the rest as credit with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub split: Split,
    pub reason: Option<CreditReason>,
}

/// Money in another amount than was asked for, or for what is settled or closed, buys nothing.
#[must_use]
pub fn use_of(received: i64, asked: i64, receivables: &[Receivable]) -> Use {
    let nothing = |reason| Use { split: Split { parts: Vec::new(), remainder: received }, reason: Some(reason) };
    if received != asked {
        return nothing(CreditReason::AmountDiffers);
    }
    if !receivables.iter().any(|receivable| receivable.state == ReceivableState::Open) {
        let settled = receivables.iter().any(|receivable| receivable.state == ReceivableState::Settled);
        return nothing(if settled { CreditReason::AlreadySettled } else { CreditReason::PayableClosed });
    }
    let dues: Vec<Due> =
        receivables.iter().map(|receivable| Due { id: receivable.id.0, due_on: receivable.due_on, open: receivable.outstanding().minor }).collect();
    let split = allocate(received, &dues);
    let reason = (split.remainder > 0).then_some(CreditReason::Overpaid);
    Use { split, reason }
}

/// How long an unanswered call may still be running: longer than any job may take.
pub const CALL_LIMIT: Duration = Duration::seconds(90);

/// How long until the provider is asked again; none if asking is over. While the payer decides: 20, 40, 60, then every 120 s, and
/// once at the expiry. Without a final word by then: at growing distance, for a day when expired and for thirty when unknown, which
/// begins sooner because it blocks the payer.
#[must_use]
pub fn next_ask(state: PaymentState, asks: u32, answerable: bool, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Option<Duration> {
    let late = now - expires_at;
    let growing = |least| late.clamp(least, Duration::hours(6));
    match state {
        PaymentState::Submitted | PaymentState::Pending => {
            let pause = Duration::seconds(match asks {
                0 => 20,
                1 => 40,
                2 => 60,
                _ => 120,
            });
            Some(if late >= Duration::zero() { Duration::zero() } else { pause.min(-late) })
        }
        PaymentState::Unknown => (answerable && late < Duration::days(30)).then(|| growing(Duration::minutes(1))),
        PaymentState::Expired => (answerable && late < Duration::days(1)).then(|| growing(Duration::minutes(10))),
        PaymentState::Created | PaymentState::Received | PaymentState::Failed => None,
    }
}

/// How long a request that could not be delivered waits: what the provider asks for, else 5 s, doubled each time up to a minute.
#[must_use]
pub fn resend_pause(sends: u32, after_ms: Option<u64>) -> Duration {
    let own = Duration::seconds(5 << sends.saturating_sub(1).min(4)).min(Duration::seconds(60));
    let asked = after_ms.and_then(|ms| i64::try_from(ms).ok()).map(Duration::milliseconds);
    asked.map_or(own, |asked| asked.clamp(Duration::seconds(1), Duration::minutes(5)))
}

/// Refusals that speak of the provider or of our own limits. All others, also those that nobody knows, may be the payer's no.
const NOT_THE_PAYERS: [&str; 7] = ["amount", "below-minimum", "above-maximum", "busy", "prompt-not-sent", "denied", "over_budget"];

/// Whether another provider may be asked after this: only if certainly nothing was asked of the payer.
#[must_use]
pub fn may_pass_on(error: &PortError) -> bool {
    match error {
        PortError::Retryable { .. } | PortError::Unsupported(_) | PortError::Misconfigured(_) => true,
        PortError::Rejected { code, .. } => NOT_THE_PAYERS.contains(&code.as_str()),
        PortError::UnknownOutcome(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeZone};
    use kernel::money::Currency;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::receivables::ReceivableId;

    fn mobile() -> PaymentMethod {
        PaymentMethod {
            method: "mobile".into(),
            installation: Uuid::nil(),
            title: "Mobile money".into(),
            currencies: vec!["KES".into()],
            smallest_unit: 100,
            min: 100,
            max: 25_000_000,
            payer_needs: vec!["phone".into()],
        }
    }

    fn kes(minor: i64) -> Money {
        Money::new(minor, Currency::KES)
    }

    fn owed(open: i64, state: ReceivableState) -> Receivable {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let at = Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap();
        Receivable {
            id: ReceivableId::new(),
            payable_kind: "order".into(),
            payable_id: Uuid::nil(),
            line: None,
            instalment: 1,
            customer: Uuid::nil(),
            description: "Cover".into(),
            amount: kes(open.max(1)),
            allocated: kes(if state == ReceivableState::Settled { open.max(1) } else { 0 }),
            due_on: day,
            reference: String::new(),
            state,
            closed_reason: None,
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn a_method_takes_only_whole_units_within_its_limits() {
        assert_eq!(check_amount(&mobile(), kes(100)), Ok(()));
        assert_eq!(check_amount(&mobile(), kes(25_000_000)), Ok(()));
        assert_eq!(check_amount(&mobile(), kes(0)), Err(PaymentError::AmountBelowMinimum { min: kes(100) }));
        assert_eq!(check_amount(&mobile(), kes(-100)), Err(PaymentError::AmountBelowMinimum { min: kes(100) }));
        assert_eq!(check_amount(&mobile(), kes(25_000_100)), Err(PaymentError::AmountAboveMaximum { max: kes(25_000_000) }));
        assert_eq!(check_amount(&mobile(), kes(150)), Err(PaymentError::AmountNotWhole { unit: kes(100) }));
        assert_eq!(check_amount(&mobile(), Money::new(100, Currency::NAD)), Err(PaymentError::CurrencyUnsupported));
    }

    #[test]
    fn mobile_money_asks_only_at_numbers_of_its_country() {
        let read = |typed| check_phone(&mobile(), kes(100), typed);
        assert_eq!(read(Some("0700 000 101")).map(|phone| phone.map(|p| p.to_string())), Ok(Some("+254700000101".into())));
        assert_eq!(read(None), Err(PaymentError::PhoneRequired));
        assert_eq!(read(Some("  ")), Err(PaymentError::PhoneRequired));
        for foreign in ["+264811234567", "+447911123456", "0202345678", "abc", "+2547000001"] {
            assert_eq!(read(Some(foreign)), Err(PaymentError::PhoneUnsupported), "{foreign}");
        }
        let card = PaymentMethod { payer_needs: vec!["email".into()], ..mobile() };
        assert_eq!(check_phone(&card, kes(100), Some("nonsense")), Ok(None));
    }

    #[test]
    fn money_buys_only_what_was_asked_for_and_is_still_owed() {
        let open = [owed(500, ReceivableState::Open)];
        assert_eq!(use_of(500, 500, &open).reason, None);
        assert_eq!(use_of(499, 500, &open).reason, Some(CreditReason::AmountDiffers));
        assert_eq!(use_of(500, 500, &[owed(500, ReceivableState::Settled)]).reason, Some(CreditReason::AlreadySettled));
        assert_eq!(use_of(500, 500, &[owed(500, ReceivableState::Closed)]).reason, Some(CreditReason::PayableClosed));
        assert_eq!(use_of(500, 500, &[]).reason, Some(CreditReason::PayableClosed));
        let over = use_of(500, 500, &[owed(300, ReceivableState::Open), owed(200, ReceivableState::Closed)]);
        assert_eq!((over.split.remainder, over.reason), (200, Some(CreditReason::Overpaid)));
    }

    #[test]
    fn asking_grows_sparser_and_falls_on_the_expiry() {
        let start = Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap();
        let expiry = start + Duration::seconds(300);
        let (mut now, mut pauses) = (start, Vec::new());
        for asks in 0..5 {
            let pause = next_ask(PaymentState::Pending, asks, true, now, expiry).unwrap();
            pauses.push(pause.num_seconds());
            now += pause;
        }
        assert_eq!(pauses, [20, 40, 60, 120, 60]);
        assert_eq!(now, expiry);
        assert_eq!(next_ask(PaymentState::Unknown, 5, true, now, expiry), Some(Duration::minutes(1)));
        assert_eq!(next_ask(PaymentState::Unknown, 6, true, now + Duration::minutes(40), expiry), Some(Duration::minutes(40)));
        assert_eq!(next_ask(PaymentState::Unknown, 9, true, now + Duration::days(3), expiry), Some(Duration::hours(6)));
        assert_eq!(next_ask(PaymentState::Unknown, 9, false, now, expiry), None);
        assert_eq!(next_ask(PaymentState::Expired, 9, true, now + Duration::days(1), expiry), None);
        for ended in [PaymentState::Received, PaymentState::Failed, PaymentState::Created] {
            assert_eq!(next_ask(ended, 0, true, start, expiry), None);
        }
    }

    #[test]
    fn only_what_is_not_the_payers_doing_is_passed_on() {
        let refused = |code: &str| may_pass_on(&PortError::Rejected { code: code.into(), message: String::new() });
        for code in ["amount", "above-maximum", "busy", "over_budget"] {
            assert!(refused(code), "{code}");
        }
        for code in ["wrong-pin", "insufficient-funds", "cancelled-by-payer", "prompt-not-delivered", "another-prompt-open", "phone", "E-1032", ""] {
            assert!(!refused(code), "{code}");
        }
        assert!(may_pass_on(&PortError::Retryable { reason: "down".into(), after_ms: None }));
        assert!(may_pass_on(&PortError::Misconfigured("key".into())));
        assert!(!may_pass_on(&PortError::UnknownOutcome("no answer".into())));
    }

    #[test]
    fn a_resend_waits_longer_each_time_unless_the_provider_says_how_long() {
        let pauses: Vec<i64> = (1..=6).map(|sends| resend_pause(sends, None).num_seconds()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
        assert_eq!(resend_pause(1, Some(15_000)).num_seconds(), 15);
        assert_eq!(resend_pause(1, Some(u64::MAX)).num_seconds(), 5);
    }

    proptest! {
        #[test]
        fn received_money_is_used_or_credited_to_the_last_unit(received in 1i64..10_000, asked in 1i64..10_000, opens in prop::collection::vec(1i64..4_000, 0..5)) {
            let receivables: Vec<Receivable> = opens.iter().map(|open| owed(*open, ReceivableState::Open)).collect();
            let used = use_of(received, asked, &receivables);
            let paid: i64 = used.split.parts.iter().map(|(_, part)| part).sum();
            prop_assert_eq!(paid + used.split.remainder, received);
            prop_assert_eq!(used.reason.is_some(), used.split.remainder > 0);
            prop_assert!(received == asked || paid == 0);
        }
    }
}
