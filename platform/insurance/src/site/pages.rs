//! Use cases of pages. The caller commits.

use kernel::{AppResult, ReadTx, TenantTx, audit::Change, error::Fields};

use super::{PageCode, PageId, PageInput, SiteFailure, SitePage, store};
use crate::text::LocalText;

const LONGEST_TITLE: usize = 120;
/// Of one language, in characters.
pub const LONGEST_BODY: usize = 15_000;

/// The wording in force, none while the brokerage published none.
pub async fn published(tx: &mut ReadTx, code: PageCode) -> AppResult<Option<SitePage>> {
    store::find_page(tx, code, None).await
}

/// One published wording, in force or not.
pub async fn version(tx: &mut ReadTx, code: PageCode, number: i32) -> AppResult<SitePage> {
    Ok(store::find_page(tx, code, Some(number)).await?.ok_or(SiteFailure::PageNotFound)?)
}

/// The versions of all pages, of each page the newest first; a draft stands before them. Past wordings come without their text.
pub async fn list(tx: &mut ReadTx) -> AppResult<Vec<SitePage>> {
    store::list_pages(tx, None).await
}

/// As [`list`], of one page.
pub async fn versions(tx: &mut ReadTx, code: PageCode) -> AppResult<Vec<SitePage>> {
    store::list_pages(tx, Some(code)).await
}

/// What is being written, if anything.
pub async fn draft(tx: &mut ReadTx, code: PageCode) -> AppResult<Option<SitePage>> {
    Ok(store::list_pages(tx, Some(code)).await?.into_iter().find(|page| page.published_at.is_none()))
}

/// Keeps a draft of the page. `version` is that of the draft that was read, 0 if there was none.
pub async fn save_draft(tx: &mut TenantTx, code: PageCode, version: i32, input: PageInput) -> AppResult<SitePage> {
    let mut fields = Fields::new();
    let title = input.title.written(&mut fields, "title", LONGEST_TITLE);
    let body = input.body.written(&mut fields, "body", LONGEST_BODY);
    LocalText::same_languages(&mut fields, ("title", &title), ("body", &body));
    fields.finish()?;
    let before = draft(tx, code).await?;
    if before.as_ref().map_or(0, |draft| draft.version) != version {
        return Err(SiteFailure::PageChanged.into());
    }
    let input = PageInput { title, body };
    let id = match &before {
        Some(draft) => {
            store::update_draft(tx, draft.id, version, &input).await?;
            draft.id
        }
        None => {
            let number = versions(tx, code).await?.first().map_or(1, |last| last.number + 1);
            let id = PageId::new();
            store::insert_draft(tx, id, code, number, &input).await?;
            id
        }
    };
    tx.audit(Change::of("insurance.site_page.write", "site_page", id.0).set("page", code.as_str()).set("title", input.title.get("en"))).await?;
    Ok(draft(tx, code).await?.ok_or(SiteFailure::PageNotFound)?)
}

/// Puts the draft in force, for good.
pub async fn publish(tx: &mut TenantTx, code: PageCode, version: i32) -> AppResult<SitePage> {
    let draft = draft(tx, code).await?.ok_or(SiteFailure::PageNotFound)?;
    store::publish(tx, draft.id, version).await?;
    tx.audit(Change::of("insurance.site_page.publish", "site_page", draft.id.0).set("page", code.as_str()).set("number", draft.number)).await?;
    Ok(published(tx, code).await?.ok_or(SiteFailure::PageNotFound)?)
}

/// Throws the draft away; what is published stays.
pub async fn discard(tx: &mut TenantTx, code: PageCode, version: i32) -> AppResult<()> {
    let draft = draft(tx, code).await?.ok_or(SiteFailure::PageNotFound)?;
    store::delete_draft(tx, draft.id, version).await?;
    tx.audit(Change::of("insurance.site_page.discard", "site_page", draft.id.0).set("page", code.as_str())).await
}
