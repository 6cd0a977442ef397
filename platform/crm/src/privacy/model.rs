//! Requests and what becomes of them.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::events::EventData;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::customers::CustomerId;

kernel::id!(/** Identifies a customer's request about its own data. */ DataRequestId);

kernel::text_enum! {
    pub enum RequestKind {
        /// A copy of everything.
        Export = "export",
        Erasure = "erasure",
    }
}

kernel::text_enum! {
    pub enum RequestState {
        /// Asked for; a copy is being made, or a deletion may still be taken back.
        Wanted = "wanted",
        /// The copy can be downloaded.
        Ready = "ready",
        /// Erased but for what the law keeps, which is erased later.
        Restricted = "restricted",
        Done = "done",
        Withdrawn = "withdrawn",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataRequest {
    pub id: DataRequestId,
    pub customer: CustomerId,
    pub kind: RequestKind,
    pub state: RequestState,
    pub requested_at: DateTime<Utc>,
    /// By when the law wants an answer.
    pub answer_by: NaiveDate,
    /// Of a deletion: when it happens. Of a copy: until when it can be downloaded, once it is ready.
    pub until: Option<DateTime<Utc>>,
    /// Of a deletion: until when the law keeps records of business; none where there was no business.
    pub kept_until: Option<NaiveDate>,
    /// Of a copy: below the tenant's prefix in the object store.
    pub path: Option<String>,
}

/// A line of the list that staff see.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DataRequestRow {
    pub id: DataRequestId,
    pub customer_id: Uuid,
    pub customer_name: String,
    pub customer_number: String,
    pub kind: RequestKind,
    pub state: RequestState,
    pub requested_at: DateTime<Utc>,
    pub answer_by: NaiveDate,
    pub until: Option<DateTime<Utc>>,
    pub kept_until: Option<NaiveDate>,
}

/// A customer was erased; modules that keep copies of what they were told forget them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CustomerErased {
    pub customer_id: CustomerId,
    /// False: records of business stay for as long as the law says.
    pub everything: bool,
}

impl EventData for CustomerErased {
    const TYPE: &'static str = "customer.erased";
    const AGGREGATE: &'static str = "customer";
    fn aggregate_id(&self) -> Uuid {
        self.customer_id.0
    }
}
