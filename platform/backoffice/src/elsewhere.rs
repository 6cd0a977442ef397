//! Where plugins have put something about a record: a thread of a chat, a copy in a drive.

use kernel::{AppResult, ReadTx};
use outreach::news::{self, NewsLink};
use uuid::Uuid;

use crate::frame::{RecordPage, Related, RelatedItem};

/// Addresses that plugins made for one record.
pub(crate) struct Elsewhere(Vec<NewsLink>);

impl Elsewhere {
    /// `kind` is what events call the record: `policy`.
    pub(crate) async fn of(tx: &mut ReadTx, kind: &str, id: Uuid) -> AppResult<Self> {
        Ok(Self(news::links(tx, kind, id).await?))
    }

    /// Puts them below the other records that belong to it.
    pub(crate) fn add_to(self, page: &mut RecordPage) {
        if self.0.is_empty() {
            return;
        }
        let item = |link: NewsLink| RelatedItem { label: link.label, href: link.url, ..RelatedItem::default() };
        let items = self.0.into_iter().map(item).collect();
        page.related.push(Related { title: page.shell.t("office-elsewhere-title"), items, all_href: String::new() });
    }
}
