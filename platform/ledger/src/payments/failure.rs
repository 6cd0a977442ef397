//! Why a payment failed, as payers and staff are told. The provider's own code and text are for staff alone.

use crate::columns::words;

words! {
    /// Each asks something else of the payer.
    Failure {
        Cancelled = "cancelled",
        InsufficientFunds = "insufficient_funds",
        /// The payer's bank said no and not why.
        Declined = "declined",
        /// The phone was not reached, or nobody answered in time.
        NoAnswer = "no_answer",
        WrongPin = "wrong_pin",
        /// The amount is outside of what the payer's account may pay.
        Limit = "limit",
        /// Another request was open, or the provider had no time.
        Busy = "busy",
        /// The provider takes nothing from this payer.
        Refused = "refused",
        Other = "other",
    }
}

impl Failure {
    /// The class of what a plugin names as the reason, be it beside an outcome or as the code of a refusal; plugins' README lists them.
    #[must_use]
    pub fn of(reason: Option<&str>) -> Self {
        match reason.unwrap_or_default() {
            "cancelled-by-payer" => Self::Cancelled,
            "insufficient-funds" => Self::InsufficientFunds,
            "declined" => Self::Declined,
            "prompt-not-sent" | "prompt-not-delivered" | "no-answer" | "expired" => Self::NoAnswer,
            "wrong-pin" => Self::WrongPin,
            "amount" | "below-minimum" | "above-maximum" | "daily-limit" | "balance-limit" => Self::Limit,
            "another-prompt-open" | "repeated-too-soon" | "busy" => Self::Busy,
            "phone" | "payer-refused-by-provider" | "party-unknown" => Self::Refused,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_told_as_its_class_and_an_unlisted_one_as_other() {
        for (reason, class) in [
            ("cancelled-by-payer", Failure::Cancelled),
            ("declined", Failure::Declined),
            ("no-answer", Failure::NoAnswer),
            ("prompt-not-delivered", Failure::NoAnswer),
            ("daily-limit", Failure::Limit),
            ("phone", Failure::Refused),
            ("400.002.02", Failure::Other),
        ] {
            assert_eq!(Failure::of(Some(reason)), class, "{reason}");
        }
        assert_eq!(Failure::of(None), Failure::Other);
    }
}
