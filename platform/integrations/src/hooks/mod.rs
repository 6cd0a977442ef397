//! What providers send to us: addresses, receiving, and what the plugin makes of it.
//!
//! A request to a known address is stored raw before anything else happens, and answered as its provider wants it. Reports about
//! money are taken from any source and marked: whether they are believed is the ledger's decision.

pub(crate) mod api;
mod handle;
mod model;
mod receive;
mod reports;
pub(crate) mod store;
pub(crate) mod tokens;

pub(crate) use handle::WAITED;
pub use handle::{HandleWebhook, ResumeWebhooks};
pub use model::{DeliveryFilter, DeliveryLine, DeliveryState};
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
