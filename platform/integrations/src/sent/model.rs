//! A message that was sent, as staff see it.

use chrono::{DateTime, Utc};
use kernel::text_enum;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

text_enum! {
    pub enum SentState {
        /// It may have gone out; it is not sent again.
        Unknown = "unknown",
        /// The provider has it.
        Queued = "queued",
        Sent = "sent",
        Delayed = "delayed",
        Delivered = "delivered",
        Opened = "opened",
        Read = "read",
        Clicked = "clicked",
        Failed = "failed",
        Bounced = "bounced",
        /// The reader calls it unwanted.
        Complained = "complained",
    }
}

impl SentState {
    /// How far along it is: a report of less comes too late.
    #[must_use]
    pub fn rank(self) -> i32 {
        match self {
            Self::Unknown => 0,
            Self::Queued => 1,
            Self::Sent => 2,
            Self::Delayed => 3,
            Self::Delivered => 4,
            Self::Opened | Self::Read => 5,
            Self::Clicked => 6,
            Self::Failed | Self::Bounced => 7,
            Self::Complained => 8,
        }
    }
}

/// What a list may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct SentFilter {
    pub installation: Option<Uuid>,
    #[param(inline)]
    pub state: Option<SentState>,
}

/// A message without what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct SentLine {
    pub id: Uuid,
    pub installation_id: Uuid,
    /// `sms`, `whatsapp` or `email`.
    pub channel: String,
    /// Recognisable, no more.
    pub recipient: String,
    pub state: SentState,
    /// Why it was not delivered, as the provider says.
    pub code: Option<String>,
    /// The address will never work.
    pub is_permanent: bool,
    pub created_at: DateTime<Utc>,
    /// When its state was reported.
    pub updated_at: DateTime<Utc>,
}
