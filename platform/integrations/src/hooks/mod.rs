//! What providers send to us, or keep for us: addresses, receiving, fetching, and what the plugin makes of it.
//!
//! A request to a known address is stored raw before anything else happens, and answered as its provider wants it. Reports about
//! money are taken from any source and marked: whether they are believed is the ledger's decision.

mod addresses;
pub(crate) mod api;
mod batch;
mod finder;
mod handle;
mod intake;
mod model;
mod news;
mod poll;
mod receive;
mod reports;
pub(crate) mod store;
pub(crate) mod tokens;

pub(crate) use addresses::Addresses;
pub(crate) use batch::Busy;
pub use batch::HandleWebhooks;
pub use handle::{HandleWebhook, ResumeWebhooks, read_again};
pub(crate) use handle::{WAITED, written};
pub(crate) use intake::Intake;
pub use model::{DeliveryFilter, DeliveryLine, DeliveryState};
pub use poll::PollProviders;
pub use receive::{MAX_BODY, receive, receive_below};
pub(crate) use reports::{reason, state};

use kernel::{
    AppResult, ReadTx,
    paging::{Page, PageRequest},
};

/// Deliveries without their contents, newest first.
pub async fn list(tx: &mut ReadTx, request: &PageRequest, filter: &DeliveryFilter) -> AppResult<Page<DeliveryLine>> {
    store::list_deliveries(tx, request, filter).await
}
