//! Why an endpoint was not written or a message not sent.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    #[error("the endpoint was changed since it was read")]
    Changed,
    #[error("there are as many endpoints as there may be")]
    TooMany,
    #[error("the endpoint is switched off")]
    Disabled,
    #[error("the message is on its way")]
    Waiting,
    #[error("the endpoint has as many secrets as it may have at once")]
    Rotated,
}

impl Failure for WebhookError {
    fn kind(&self) -> Kind {
        match self {
            Self::Changed => Kind::Precondition,
            Self::TooMany | Self::Disabled | Self::Waiting | Self::Rotated => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Changed => "webhook.changed",
            Self::TooMany => "webhook.too_many",
            Self::Disabled => "webhook.disabled",
            Self::Waiting => "webhook.waiting",
            Self::Rotated => "webhook.rotated",
        }
    }
}
