//! Use cases of testimonials and questions. The caller commits.

use kernel::{AppResult, ReadTx, TenantTx, audit::Change, error::Fields};

use super::{Direction, EntryId, EntryInput, EntryKind, EntryState, SiteEntry, SiteFailure, store};
use crate::{
    catalogue::{ProductId, service as catalogue},
    text::LocalText,
};

const LONGEST_HEADING: usize = 200;
const LONGEST_BODY: usize = 2_000;

/// What visitors see on the start page, in its order.
pub async fn published(tx: &mut ReadTx, kind: EntryKind) -> AppResult<Vec<SiteEntry>> {
    Ok(store::list_entries(tx, kind, None).await?.into_iter().filter(is_shown).collect())
}

/// The questions that stand on a product's page.
pub async fn questions_of(tx: &mut ReadTx, product: ProductId) -> AppResult<Vec<SiteEntry>> {
    Ok(store::list_entries(tx, EntryKind::Question, Some(product)).await?.into_iter().filter(is_shown).collect())
}

fn is_shown(entry: &SiteEntry) -> bool {
    entry.state == EntryState::Published
}

/// All that are not deleted, for staff; of a product if one is named, otherwise those of the start page.
pub async fn list(tx: &mut ReadTx, kind: EntryKind, product: Option<ProductId>) -> AppResult<Vec<SiteEntry>> {
    store::list_entries(tx, kind, product).await
}

pub async fn get(tx: &mut ReadTx, id: EntryId) -> AppResult<SiteEntry> {
    Ok(store::find_entry(tx, id).await?.ok_or(SiteFailure::EntryNotFound)?)
}

/// Adds a draft at the end of its list.
///
/// # Errors
/// `site.full` for a list that is as long as it may be.
pub async fn create(tx: &mut TenantTx, kind: EntryKind, product: Option<ProductId>, input: EntryInput) -> AppResult<SiteEntry> {
    let input = checked(input)?;
    if let Some(product) = product {
        catalogue::product(tx, product).await?;
    }
    let all = store::list_entries(tx, kind, product).await?;
    if all.len() >= usize::try_from(store::MOST).unwrap_or(usize::MAX) {
        return Err(SiteFailure::Full.into());
    }
    let position = all.last().map_or(1, |last| last.position + 1);
    let id = EntryId::new();
    store::insert_entry(tx, id, kind, product, &input, position).await?;
    tx.audit(Change::of("insurance.site_entry.create", "site_entry", id.0).set("kind", kind.as_str()).set("heading", input.heading.get("en")))
        .await?;
    get(tx, id).await
}

/// Changes the wording, if the entry still has this version.
pub async fn update(tx: &mut TenantTx, id: EntryId, version: i32, input: EntryInput) -> AppResult<SiteEntry> {
    let before = get(tx, id).await?;
    let after = SiteEntry { version, heading: input.heading, body: input.body, ..before.clone() };
    let input = checked(EntryInput { heading: after.heading.clone(), body: after.body.clone() })?;
    save(tx, &before, SiteEntry { heading: input.heading, body: input.body, ..after }, "insurance.site_entry.update").await
}

/// Shows the entry to visitors, or takes it back. Repeating changes nothing.
pub async fn set_state(tx: &mut TenantTx, id: EntryId, state: EntryState) -> AppResult<SiteEntry> {
    let before = get(tx, id).await?;
    let action = if state == EntryState::Published { "insurance.site_entry.publish" } else { "insurance.site_entry.withdraw" };
    save(tx, &before, SiteEntry { state, ..before.clone() }, action).await
}

/// Deletes the entry, which [`restore`] undoes.
pub async fn delete(tx: &mut TenantTx, id: EntryId) -> AppResult<SiteEntry> {
    let before = get(tx, id).await?;
    let archived_at = before.archived_at.or(Some(tx.scope().now()));
    save(tx, &before, SiteEntry { archived_at, ..before.clone() }, "insurance.site_entry.delete").await
}

pub async fn restore(tx: &mut TenantTx, id: EntryId) -> AppResult<SiteEntry> {
    let before = get(tx, id).await?;
    save(tx, &before, SiteEntry { archived_at: None, ..before.clone() }, "insurance.site_entry.restore").await
}

/// Changes places with its neighbour; at the end of the list nothing changes.
pub async fn shift(tx: &mut TenantTx, id: EntryId, direction: Direction) -> AppResult<SiteEntry> {
    let before = get(tx, id).await?;
    let all = list(tx, before.kind, before.product).await?;
    let neighbour = match direction {
        Direction::Up => all.iter().rev().find(|other| other.position < before.position),
        Direction::Down => all.iter().find(|other| other.position > before.position),
    };
    if let Some(neighbour) = neighbour {
        store::update_entry(tx, &SiteEntry { position: before.position, ..neighbour.clone() }).await?;
        return save(tx, &before, SiteEntry { position: neighbour.position, ..before.clone() }, "insurance.site_entry.shift").await;
    }
    Ok(before)
}

async fn save(tx: &mut TenantTx, before: &SiteEntry, after: SiteEntry, action: &'static str) -> AppResult<SiteEntry> {
    if *before == after {
        return Ok(after);
    }
    store::update_entry(tx, &after).await?;
    let json = |text: &LocalText| serde_json::to_value(text).unwrap_or_default();
    let change = Change::of(action, "site_entry", before.id.0)
        .change("heading", json(&before.heading), json(&after.heading))
        .change("body", json(&before.body), json(&after.body))
        .change("state", before.state.as_str(), after.state.as_str())
        .change("position", before.position, after.position)
        .change("deleted", before.archived_at.is_some(), after.archived_at.is_some());
    tx.audit(change).await?;
    get(tx, before.id).await
}

/// The wording without empty languages: English is there, and every language has both parts.
fn checked(input: EntryInput) -> AppResult<EntryInput> {
    let mut fields = Fields::new();
    let heading = input.heading.written(&mut fields, "heading", LONGEST_HEADING);
    let body = input.body.written(&mut fields, "body", LONGEST_BODY);
    LocalText::same_languages(&mut fields, ("heading", &heading), ("body", &body));
    fields.finish()?;
    Ok(EntryInput { heading, body })
}
