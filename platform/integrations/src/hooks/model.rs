//! Deliveries as staff see them.

use chrono::{DateTime, Utc};
use kernel::text_enum;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

text_enum! {
    pub enum DeliveryState {
        /// Stored; the plugin has not looked at it yet.
        Received = "received",
        Handled = "handled",
        /// The plugin says that it is forged or damaged.
        Rejected = "rejected",
        /// Given up after many attempts.
        Failed = "failed",
    }
}

/// What a list may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct DeliveryFilter {
    pub installation: Option<Uuid>,
    #[param(inline)]
    pub state: Option<DeliveryState>,
}

/// A request of a provider, without headers and body.
#[derive(Debug, Clone, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct DeliveryLine {
    pub id: Uuid,
    pub installation_id: Uuid,
    pub webhook: String,
    /// What the address was made for: usually a payment's id.
    pub subject: Option<String>,
    /// `test` or `live`.
    pub mode: String,
    pub method: String,
    pub source_ip: Option<String>,
    /// The address is in the plugin's list, or a signature was verified.
    pub source_trusted: bool,
    pub state: DeliveryState,
    /// Reports that were new.
    pub reports: i32,
    pub error: Option<String>,
    pub received_at: DateTime<Utc>,
    pub handled_at: Option<DateTime<Utc>>,
}
