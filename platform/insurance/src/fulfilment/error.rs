//! Why a task was not changed.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    #[error("somebody else sees to the task")]
    Taken,
    #[error("the task is open, or was settled by what happened")]
    NotReopened,
    #[error("the task was changed since it was read")]
    Changed,
}

impl Failure for TaskError {
    fn kind(&self) -> Kind {
        match self {
            Self::Taken | Self::NotReopened => Kind::Conflict,
            Self::Changed => Kind::Precondition,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Taken => "fulfilment_task.taken",
            Self::NotReopened => "fulfilment_task.not_reopened",
            Self::Changed => "version_changed",
        }
    }
}
