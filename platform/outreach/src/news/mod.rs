//! News: the tenant's events plugins are told what happened.
//!
//! What always holds: each event of the catalogue of [`crate::webhooks`] becomes one row for each installation that hears of it, live or
//! held, and is told until it is taken or three days old, at growing intervals and under one key; what is told of one subject keeps its
//! order, and everything else waits for nobody; a plugin that is held hears of it once it goes on, one that is switched off never does.
//! Its data are those of the catalogue, and with news of a document goes the document itself. The calls are plugin calls like any other:
//! limits, circuit and call log are theirs.

mod fan_out;
mod follow;
mod model;
mod papers;
mod purge;
mod rules;
mod store;
mod tell;

use kernel::{
    AppResult, ReadTx,
    paging::{Page, PageRequest},
};
use uuid::Uuid;

pub use fan_out::TellPlugins;
pub use follow::FollowPlugins;
pub use model::{NewsFilter, NewsId, NewsLine, NewsLink, NewsState};
pub(crate) use purge::ANY;
pub use purge::Purge;
pub use tell::TellPlugin;

/// What plugins are told, newest first.
pub async fn list(tx: &mut ReadTx, filter: &NewsFilter, page: &PageRequest) -> AppResult<Page<NewsLine>> {
    store::list(tx, filter, page).await
}

/// Addresses that plugins made for a record, each once, the newest first. `aggregate` is what its events are of: `policy`.
pub async fn links(tx: &mut ReadTx, aggregate: &str, id: Uuid) -> AppResult<Vec<NewsLink>> {
    let mut links: Vec<NewsLink> = Vec::new();
    for link in store::links(tx, &format!("{aggregate}/{id}")).await? {
        if !links.iter().any(|known| known.url == link.url) {
            links.push(link);
        }
    }
    Ok(links)
}
