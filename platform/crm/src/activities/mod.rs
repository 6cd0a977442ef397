//! What was said with customers: calls, messages, meetings, notes, each with its outcome and, perhaps, what is to be done next and by
//! when. What was written stays as it is; only the next step is ticked off, once.

mod model;
mod service;
pub(crate) mod store;

pub use model::{Activity, ActivityId, ActivityInput, ActivityKind, Direction, FollowUp, FollowUpFilter, Outcome};
pub use service::{complete, follow_up, follow_ups, log, of_customer};
