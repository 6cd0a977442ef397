//! Why a payment was not started or not settled.

use kernel::{AppError, Failure, Kind, error::FieldError, money::Money};

use super::PaymentId;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// Names the attempt that has to end first.
    #[error("an attempt for this payable is open: {0}")]
    AlreadyOpen(PaymentId),
    #[error("no installed plugin offers this method now")]
    MethodUnavailable,
    #[error("nothing is owed for this payable")]
    NothingOwed,
    #[error("more than is owed")]
    AboveOwed { owed: Money },
    #[error("the method does not take this currency")]
    CurrencyUnsupported,
    #[error("less than the method takes")]
    AmountBelowMinimum { min: Money },
    #[error("more than the method takes at once")]
    AmountAboveMaximum { max: Money },
    #[error("not a multiple of the method's smallest unit")]
    AmountNotWhole { unit: Money },
    #[error("the method needs the payer's phone number")]
    PhoneRequired,
    #[error("not a mobile number at which this method can ask")]
    PhoneUnsupported,
    #[error("the method needs the payer's e-mail address")]
    EmailRequired,
    #[error("the payment is not in a state in which staff may settle it")]
    NotUnknown,
    #[error("the provider cannot be asked about the payment")]
    NotAskable,
    #[error("only what failed or expired may be asked for again")]
    NotFailed,
}

impl PaymentError {
    fn field(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::PhoneRequired => Some(("phone", "field-required")),
            Self::PhoneUnsupported => Some(("phone", "field-phone-unsupported")),
            Self::EmailRequired => Some(("email", "field-required")),
            _ => None,
        }
    }
}

impl Failure for PaymentError {
    fn kind(&self) -> Kind {
        match self {
            Self::AlreadyOpen(_) | Self::MethodUnavailable | Self::NothingOwed | Self::NotUnknown | Self::NotAskable | Self::NotFailed => {
                Kind::Conflict
            }
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyOpen(_) => "payment.already_open",
            Self::MethodUnavailable => "payment.method_unavailable",
            Self::NothingOwed => "payment.nothing_owed",
            Self::AboveOwed { .. } => "payment.above_owed",
            Self::CurrencyUnsupported => "payment.currency_unsupported",
            Self::AmountBelowMinimum { .. } => "payment.amount_below_minimum",
            Self::AmountAboveMaximum { .. } => "payment.amount_above_maximum",
            Self::AmountNotWhole { .. } => "payment.amount_not_whole",
            Self::PhoneRequired => "payment.phone_required",
            Self::PhoneUnsupported => "payment.phone_unsupported",
            Self::EmailRequired => "payment.email_required",
            Self::NotUnknown => "payment.not_unknown",
            Self::NotAskable => "payment.not_askable",
            Self::NotFailed => "payment.not_failed",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::AlreadyOpen(id) => vec![("payment", id.to_string())],
            Self::AboveOwed { owed } => vec![("owed", owed.to_string())],
            Self::AmountBelowMinimum { min } => vec![("min", min.to_string())],
            Self::AmountAboveMaximum { max } => vec![("max", max.to_string())],
            Self::AmountNotWhole { unit } => vec![("unit", unit.to_string())],
            _ => Vec::new(),
        }
    }
    fn fields(&self) -> Vec<FieldError> {
        self.field().map(|(field, code)| AppError::field(field, code).fields).unwrap_or_default()
    }
}

/// The open attempt that an error names, for pages that lead there.
#[must_use]
pub fn open_payment(error: &AppError) -> Option<PaymentId> {
    if !error.is("payment.already_open") {
        return None;
    }
    error.params.iter().find_map(|(name, value)| (*name == "payment").then(|| value.parse().ok()).flatten())
}
