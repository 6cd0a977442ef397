//! What a result code of a payment means. The code decides, never the text beside it: texts differ by channel and year.

/// What became of a payment, by its result code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The money moved.
    Paid,
    /// No final word yet.
    Pending,
    /// The money did not move, for a known reason (a stable word for staff and statistics).
    NotPaid(&'static str),
    /// A code nobody has described: kept raw and shown to staff. A payment counts as not paid, an order stays open.
    Unknown,
}

/// The verdict on a result code of a callback or a query.
pub fn verdict(code: &str) -> Verdict {
    match code {
        "0" => Verdict::Paid,
        "4999" => Verdict::Pending,
        "1" => Verdict::NotPaid("insufficient-funds"),
        "2" => Verdict::NotPaid("below-minimum"),
        "3" => Verdict::NotPaid("above-maximum"),
        "4" => Verdict::NotPaid("daily-limit"),
        "8" => Verdict::NotPaid("balance-limit"),
        "17" => Verdict::NotPaid("repeated-too-soon"),
        "26" => Verdict::NotPaid("busy"),
        "1001" => Verdict::NotPaid("another-prompt-open"),
        "1019" => Verdict::NotPaid("expired"),
        "1025" | "9999" => Verdict::NotPaid("prompt-not-sent"),
        "1031" | "1032" => Verdict::NotPaid("cancelled-by-payer"),
        "1036" => Verdict::NotPaid("prompt-not-delivered"),
        "1037" => Verdict::NotPaid("no-answer"),
        "2001" => Verdict::NotPaid("wrong-pin"),
        "2028" => Verdict::NotPaid("product-not-assigned"),
        "8006" => Verdict::NotPaid("credential-locked"),
        "E3008" => Verdict::NotPaid("payer-refused-by-provider"),
        "SFC_IC0003" => Verdict::NotPaid("party-unknown"),
        _ => Verdict::Unknown,
    }
}

/// The verdict on a result code of a payout or a reversal, where the money is the organisation's own. Some codes mean something else
/// there than in a payment.
pub fn order_verdict(code: &str) -> Verdict {
    match code {
        "11" => Verdict::NotPaid("account-state"),
        "17" => Verdict::NotPaid("provider-failure"),
        "21" => Verdict::NotPaid("initiator-not-allowed"),
        "2001" => Verdict::NotPaid("initiator-invalid"),
        "2006" => Verdict::NotPaid("account-inactive"),
        "2040" => Verdict::NotPaid("payee-not-registered"),
        "R000001" => Verdict::NotPaid("already-reversed"),
        "R000002" => Verdict::NotPaid("receipt-unknown"),
        "0" | "1" | "2" | "3" | "4" | "8" | "26" | "2028" | "8006" | "SFC_IC0003" => verdict(code),
        _ => Verdict::Unknown,
    }
}

/// Whether an order failed because of the API user's password: nothing more will work until somebody renews it.
pub fn is_about_the_initiator(code: &str) -> bool {
    matches!(code, "2001" | "8006")
}

impl Verdict {
    /// The platform's state of a payment.
    pub fn state(self) -> &'static str {
        match self {
            Self::Paid => "received",
            Self::Pending => "pending",
            Self::NotPaid(_) | Self::Unknown => "failed",
        }
    }

    /// The platform's state of a payout or a reversal. Of the organisation's own money a code that nobody has described says nothing: a
    /// question settles it, and nothing is sent twice.
    pub fn order_state(self) -> &'static str {
        match self {
            Self::Unknown => Self::Pending.state(),
            known => known.state(),
        }
    }

    /// Facts for staff beside the state: why it failed, or that somebody must look at an undescribed code.
    pub fn extra(self) -> Vec<(String, String)> {
        let fact = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        match self {
            Self::Paid | Self::Pending => Vec::new(),
            Self::NotPaid(reason) => fact("reason", reason),
            Self::Unknown => fact("review", "undescribed result code"),
        }
    }

    /// The provider's text, with a note for staff where the code is not described anywhere.
    pub fn message(self, code: &str, text: &str) -> String {
        match self {
            Self::Unknown => format!("{text} [review: result code {code} is not described]").trim_start().to_owned(),
            _ => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// Every documented code with its known texts.
    fn documented() -> Vec<Value> {
        let file: Value = serde_json::from_str(include_str!("../fixtures/result-codes.json")).expect("the fixture is JSON");
        file["codes"].as_array().cloned().expect("a list of codes")
    }

    #[test]
    fn every_documented_code_has_the_documented_meaning() {
        for case in documented() {
            let code = case["code"].as_str().expect("a code");
            let found = verdict(code);
            assert_eq!(found.state(), case["state"].as_str().expect("a state"), "{code}");
            let reason = found.extra().into_iter().find(|(name, _)| name == "reason").map(|(_, value)| value);
            assert_eq!(reason.as_deref(), case["reason"].as_str(), "{code}");
        }
    }

    #[test]
    fn every_documented_code_of_an_order_has_the_documented_meaning() {
        let file: Value = serde_json::from_str(include_str!("../fixtures/results.json")).expect("the fixture is JSON");
        for case in file["codes"].as_array().expect("a list of codes") {
            let code = case["code"].as_str().expect("a code");
            let found = order_verdict(code);
            assert_eq!(found.order_state(), case["state"].as_str().expect("a state"), "{code}");
            let reason = found.extra().into_iter().find(|(name, _)| name == "reason").map(|(_, value)| value);
            assert_eq!(reason.as_deref(), case["reason"].as_str(), "{code}");
        }
        assert_eq!(order_verdict("1032"), Verdict::Unknown, "no payer is asked");
        assert_eq!(order_verdict("1032").order_state(), "pending", "nobody says that nothing moved");
    }

    #[test]
    fn only_code_zero_is_paid() {
        for code in ["", "00", "0.0", " 0", "1032", "O", "-0", "false"] {
            assert_ne!(verdict(code), Verdict::Paid, "{code:?}");
            assert_ne!(order_verdict(code), Verdict::Paid, "{code:?}");
        }
    }

    #[test]
    fn an_undescribed_code_is_not_paid_and_asks_for_review() {
        let found = verdict("7777");
        assert_eq!(found.state(), "failed");
        assert_eq!(found.extra(), [("review".to_owned(), "undescribed result code".to_owned())]);
        assert_eq!(found.message("7777", "Something new."), "Something new. [review: result code 7777 is not described]");
    }
}
