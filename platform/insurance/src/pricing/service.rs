//! Use cases of changing terms. The caller commits.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use kernel::{AppError, AppResult, ReadTx, TenantTx, audit::Change, error::Fields, money::Currency};

use super::{
    Draft, Preview, PricingFailure, ProductRepriced, Publish, figures,
    model::Saved,
    preview::compare,
    store::{self, SavedDraft},
};
use crate::{
    catalogue::{
        self, CatalogueFailure, Product, ProductId, ProductVersion, ProductVersionId, Terms, lock_product, touch_product,
        versions::{self, NewVersion},
    },
    law::Law,
};

/// Quotes that a preview prices again.
const PREVIEWED: i64 = 200;
/// How far ahead a change can be planned.
const DAYS_AHEAD: u64 = 366;

/// The draft of a product; what is in force where nothing is drafted.
pub async fn draft(tx: &mut ReadTx, id: ProductId) -> AppResult<Draft> {
    let product = catalogue::service::product(tx, id).await?;
    let saved = store::find(tx, id).await?;
    Ok(draft_of(&product, saved))
}

pub(super) fn draft_of(product: &Product, saved: Option<SavedDraft>) -> Draft {
    let in_force = product.current.clone();
    let version = saved.as_ref().map_or(0, |saved| saved.version);
    let drafted = saved.and_then(|saved| Some((saved.terms?.0, Saved { at: saved.updated_at, by: saved.updated_by })));
    let (terms, saved) = drafted.map_or_else(|| (in_force.terms.clone(), None), |(terms, saved)| (terms, Some(saved)));
    Draft { product_id: product.id, in_force, terms, version, saved }
}

/// Keeps these terms as the draft, if its version is still the one that was read. Terms that do not hold together are refused:
/// [`CatalogueFailure::TermsFaulty`].
pub async fn save(tx: &mut TenantTx, law: &Law, id: ProductId, expected: i32, terms: Terms) -> AppResult<Draft> {
    let product = catalogue::service::product(tx, id).await?;
    let (today, currency) = (tx.scope().today(), tx.scope().tenant.currency);
    refuse_faults(&terms, &product.line, law, today, currency)?;
    store::save(tx, id, expected, &terms).await?;
    tx.audit(described(Change::of("insurance.product.draft", "product", id.0), &product.current.terms, &terms)).await?;
    draft(tx, id).await
}

/// As [`save`], changing only the named figures; see [`figures::with_figures`].
pub async fn save_figures(tx: &mut TenantTx, law: &Law, id: ProductId, expected: i32, values: &BTreeMap<String, String>) -> AppResult<Draft> {
    let terms = figures::with_figures(&draft(tx, id).await?.terms, values)?;
    save(tx, law, id, expected, terms).await
}

/// Throws the draft away, if it still has the version that was read.
pub async fn discard(tx: &mut TenantTx, id: ProductId, expected: i32) -> AppResult<()> {
    store::find(tx, id).await?.filter(|saved| saved.terms.is_some()).ok_or(PricingFailure::NothingDrafted)?;
    store::end(tx, id, expected).await?;
    tx.audit(Change::of("insurance.product.discard_draft", "product", id.0)).await
}

/// What the newest quotes would cost by the draft, by the law of the day from which it would count.
pub async fn preview(tx: &mut ReadTx, law: &Law, id: ProductId, effective_from: NaiveDate) -> AppResult<Preview> {
    if !can_plan(tx.scope().today(), effective_from) {
        return Err(AppError::field("effective_from", "product-effective-from-invalid"));
    }
    let draft = draft(tx, id).await?;
    let currency = tx.scope().tenant.currency;
    let asked = store::list_asked(tx, id, PREVIEWED).await?;
    Ok(compare(asked, &draft.in_force.terms, &draft.terms, law, law.premium_on(effective_from)?, currency))
}

/// Makes the draft the version that counts from a day on. Quotes keep the version that priced them.
pub async fn publish(tx: &mut TenantTx, law: &Law, id: ProductId, publish: Publish) -> AppResult<ProductVersion> {
    if !lock_product(tx, id).await? {
        return Err(CatalogueFailure::ProductNotFound.into());
    }
    let product = catalogue::service::product(tx, id).await?;
    let draft = draft_of(&product, store::find(tx, id).await?);
    if draft.saved.is_none() {
        return Err(PricingFailure::NothingDrafted.into());
    }
    if draft.version != publish.draft_version {
        return Err(PricingFailure::DraftChanged.into());
    }
    let today = tx.scope().today();
    let mut fields = Fields::new();
    let reason = fields.text("reason", &publish.reason, 500);
    if !can_plan(today, publish.effective_from) {
        fields.add("effective_from", "product-effective-from-invalid");
    }
    fields.finish()?;
    if !draft.is_changed() {
        return Err(PricingFailure::NothingChanged.into());
    }
    let terms = draft.terms;
    refuse_faults(&terms, &product.line, law, publish.effective_from, tx.scope().tenant.currency)?;
    // Whoever saved meanwhile keeps their work: the draft is no longer the one that was read.
    store::end(tx, id, publish.draft_version).await?;
    add_version(tx, &product, terms, publish.effective_from, &reason).await
}

/// Lets what counts on the day before a planned version count on, so that the planned one never comes to count.
pub async fn take_back(tx: &mut TenantTx, id: ProductId, version: ProductVersionId, reason: &str) -> AppResult<ProductVersion> {
    if !lock_product(tx, id).await? {
        return Err(CatalogueFailure::ProductNotFound.into());
    }
    let product = catalogue::service::product(tx, id).await?;
    let planned = versions::find(tx, version).await?.filter(|found| found.product_id == id).ok_or(PricingFailure::NotPlanned)?;
    let day = planned.effective_from;
    let before = versions::in_force(tx, id, day.pred_opt().unwrap_or(day)).await?.ok_or(PricingFailure::NotPlanned)?;
    let counts = versions::in_force(tx, id, day).await?.is_some_and(|found| found.id == planned.id);
    if day <= tx.scope().today() || !counts || before.terms == planned.terms {
        return Err(PricingFailure::NotPlanned.into());
    }
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, 500);
    fields.finish()?;
    add_version(tx, &product, before.terms, day, &reason).await
}

async fn add_version(tx: &mut TenantTx, product: &Product, terms: Terms, effective_from: NaiveDate, reason: &str) -> AppResult<ProductVersion> {
    let currency = tx.scope().tenant.currency;
    let (id, number) = (ProductVersionId::new(), versions::last_number(tx, product.id).await? + 1);
    versions::insert(tx, NewVersion { id, product: product.id, number, effective_from, terms: &terms, currency, reason }).await?;
    touch_product(tx, product.id).await?;
    let change = Change::of("insurance.product.publish", "product", product.id.0)
        .because(reason)
        .set("version", number)
        .set("effective_from", effective_from.to_string());
    tx.audit(described(change, &product.current.terms, &terms)).await?;
    tx.emit(&ProductRepriced { product_id: product.id, version_id: id, number, effective_from }).await?;
    Ok(ProductVersion { id, product_id: product.id, number, effective_from, terms })
}

/// Whether a change may be planned for this day.
#[must_use]
pub fn can_plan(today: NaiveDate, day: NaiveDate) -> bool {
    (today..=today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today)).contains(&day)
}

fn refuse_faults(terms: &Terms, line: &str, law: &Law, on: NaiveDate, currency: Currency) -> AppResult<()> {
    let faults = terms.faults(line, law.premium_on(on)?, currency);
    if faults.is_empty() { Ok(()) } else { Err(CatalogueFailure::TermsFaulty(faults).into()) }
}

/// The parts of the terms that differ, part by part.
fn described(change: Change, before: &Terms, after: &Terms) -> Change {
    let json = |terms: &Terms| serde_json::to_value(terms).unwrap_or_default();
    let (before, after) = (json(before), json(after));
    PARTS.iter().fold(change, |change, part| change.change(part, before[*part].clone(), after[*part].clone()))
}

const PARTS: &[&str] = &[
    "form",
    "sum_insured",
    "term_months",
    "quote_valid_days",
    "commission_percent",
    "certificate_class",
    "features",
    "exclusions",
    "excesses",
    "documents",
    "benefits",
    "add_ons",
    "limits",
    "pricing",
];
