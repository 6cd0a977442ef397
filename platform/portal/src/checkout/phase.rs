//! Where something that is to be paid stands, in words: an order, or a debt that is paid by a link.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use chrono::TimeDelta;
use kernel::{AppError, AppResult};
use ledger::payments::{ActionView, Failure, PaymentState, PaymentStatus};
use pages::{FormState, Shell};

use super::pay_form::{self, PayForm};
use crate::form::status_of;

/// After this long a request that is still open is called late.
const LATE: TimeDelta = TimeDelta::seconds(90);

/// Where an order stands, as its customer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing was asked for yet, or a part was paid and the rest is owed.
    ToPay,
    Asked,
    Late,
    /// The last attempt failed; another may be made.
    Failed,
    /// No call can tell. No other attempt until it is settled.
    Unknown,
    /// Paid; policies are being issued.
    Received,
    Issued,
    /// Some of it could not be issued.
    PartlyIssued,
    AtInsurer,
    Over,
}

impl Phase {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ToPay => "to-pay",
            Self::Asked => "asked",
            Self::Late => "late",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Received => "received",
            Self::Issued => "issued",
            Self::PartlyIssued => "partly",
            Self::AtInsurer => "insurer",
            Self::Over => "over",
        }
    }
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Late | Self::Unknown | Self::Received)
    }
    /// Whether looking again soon can show anything new. What only a statement settles takes days, and is told by message.
    pub(super) fn is_watched(self) -> bool {
        matches!(self, Self::Asked | Self::Late | Self::Received)
    }
    pub(super) fn may_pay(self) -> bool {
        matches!(self, Self::ToPay | Self::Failed)
    }
    pub(super) fn tone(self) -> &'static str {
        match self {
            Self::Issued | Self::Received => "tone-good",
            Self::Failed | Self::Over => "tone-bad",
            Self::Late | Self::Unknown | Self::PartlyIssued => "tone-warn",
            Self::ToPay | Self::Asked | Self::AtInsurer => "",
        }
    }
    pub(super) fn icon(self) -> &'static str {
        match self {
            Self::Asked => "smartphone",
            Self::ToPay => "wallet",
            Self::Late | Self::Unknown => "clock",
            Self::Received | Self::Issued => "check",
            Self::Failed | Self::Over => "x",
            Self::PartlyIssued => "alert",
            Self::AtInsurer => "bank",
        }
    }
}

/// Where one attempt stands; none once it brought its money.
pub(super) fn stands(payment: &PaymentStatus, now: chrono::DateTime<chrono::Utc>) -> Option<Phase> {
    match payment.state {
        PaymentState::Created | PaymentState::Submitted | PaymentState::Pending if now - payment.created_at > LATE => Some(Phase::Late),
        PaymentState::Created | PaymentState::Submitted | PaymentState::Pending => Some(Phase::Asked),
        PaymentState::Unknown => Some(Phase::Unknown),
        PaymentState::Failed | PaymentState::Expired => Some(Phase::Failed),
        PaymentState::Received => None,
    }
}

/// Why a payment failed and what to do now, in our words: what the provider said stays with staff.
fn reason(shell: &Shell, payment: &PaymentStatus) -> String {
    let failure = payment.failure.unwrap_or(if payment.state == PaymentState::Expired { Failure::NoAnswer } else { Failure::Other });
    shell.t(&format!("payment-failed-{}", failure.as_str().replace('_', "-")))
}

/// What the page says of it. `wording` begins the keys of the page's own texts: `portal-order`, `portal-link`.
pub(super) fn title(shell: &Shell, wording: &str, phase: Phase, payment: Option<&PaymentStatus>) -> String {
    match (payment.and_then(|payment| payment.payer_phone.as_deref()), phase) {
        (Some(phone), Phase::Asked) => shell.tf("portal-wait-title", [("phone", phone)]),
        (None, Phase::Asked) => shell.t("portal-wait-title-plain"),
        (_, Phase::Late | Phase::Unknown | Phase::Failed) => shell.t(&format!("portal-order-{}-title", phase.name())),
        _ => shell.t(&format!("{wording}-{}-title", phase.name())),
    }
}

/// As [`title`], what there is to know or to do.
pub(super) fn text(shell: &Shell, wording: &str, phase: Phase, latest: Option<&PaymentStatus>) -> String {
    match (phase, latest) {
        (Phase::Asked, Some(PaymentStatus { action: Some(ActionView::Text(text)), .. })) => text.clone(),
        (Phase::Asked, Some(PaymentStatus { payer_phone: None, .. })) => shell.t("portal-wait-text-plain"),
        (Phase::Failed, Some(payment)) => shell.tf("portal-order-failed-text", [("reason", reason(shell, payment))]),
        (Phase::Asked | Phase::Late | Phase::Unknown, _) => shell.t(&format!("portal-order-{}-text", phase.name())),
        _ => shell.t(&format!("{wording}-{}-text", phase.name())),
    }
}

/// Where the payer must do something elsewhere; may be empty.
pub(super) fn action(payment: Option<&PaymentStatus>) -> String {
    match payment {
        Some(PaymentStatus { action: Some(ActionView::Url(url)), .. }) => url.clone(),
        _ => String::new(),
    }
}

/// The part of a page that changes. Once there is nothing to wait for, the whole page is loaded, which then asks no more.
pub(super) fn changing(mut part: Response, watching: bool) -> Response {
    if !watching {
        part.headers_mut().insert(HeaderName::from_static("hx-refresh"), HeaderValue::from_static("true"));
    }
    part
}

/// Whether money was asked for, or is owed, no more: the page itself says so.
pub(super) fn is_settled(error: &AppError) -> bool {
    error.is("payment.already_open") || error.is("payment.nothing_owed")
}

/// The form as it was sent, with what is wrong with it.
///
/// # Errors
/// What the payer cannot mend.
pub(super) fn refused(shell: &Shell, form: FormState, sent: PayForm, error: AppError) -> AppResult<(StatusCode, FormState)> {
    let (status, error) = status_of(error)?;
    let form = form.with_values(&PayForm { idempotency_key: String::new(), ..sent });
    Ok((status, form.failing(shell, &error, |field| pay_form::label(shell, field))))
}

#[cfg(test)]
mod tests {
    use super::Phase;

    #[test]
    fn nobody_is_asked_to_pay_again_while_money_may_be_on_its_way() {
        for phase in [Phase::Asked, Phase::Late, Phase::Unknown, Phase::Received] {
            assert!(phase.is_open() && !phase.may_pay(), "{phase:?}");
        }
        for phase in [Phase::ToPay, Phase::Failed] {
            assert!(phase.may_pay() && !phase.is_open(), "{phase:?}");
        }
    }
}
