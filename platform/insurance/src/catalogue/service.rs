//! Use cases of the catalogue. The caller commits.

use std::cmp::Reverse;

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    paging::{Page, PageRequest},
};

use super::{
    CatalogueFailure, Category, NewProduct, Product, ProductCard, ProductFilter, ProductId, ProductListFilter, ProductPatch, ProductRow,
    ProductState, ProductVersion, ProductVersionId, SortBy, VersionLine,
    store::{self, ProductEntry},
    versions::{self, NewVersion},
};
use crate::{
    insurers,
    law::Law,
    reviews,
    text::{self, LocalText},
};

/// Categories in their order, each with the number of products on sale.
pub async fn list_categories(tx: &mut ReadTx) -> AppResult<Vec<Category>> {
    store::list_categories(tx).await
}

/// What is on sale. The whole shelf fits one page.
pub async fn list_for_sale(tx: &mut ReadTx, filter: &ProductFilter) -> AppResult<Vec<ProductCard>> {
    let mut cards = store::list_on_sale(tx, filter.category.as_deref(), filter.company.as_deref()).await?;
    let ratings = reviews::service::ratings(tx).await?;
    for card in &mut cards {
        card.rating = ratings.get(&card.id).copied();
    }
    let words: Vec<String> = filter.search.as_deref().unwrap_or_default().to_lowercase().split_whitespace().take(5).map(str::to_owned).collect();
    cards.retain(|card| {
        let text =
            format!("{} {} {}", card.name.0.values().cloned().collect::<Vec<_>>().join(" "), card.insurer_name, card.category_code).to_lowercase();
        let major = card.price_from.map(|price| price.minor / price.currency.minor_per_major());
        words.iter().all(|word| text.contains(word))
            && filter.min_price.is_none_or(|least| major.is_some_and(|major| major >= least))
            && filter.max_price.is_none_or(|most| major.is_some_and(|major| major <= most))
    });
    match filter.sort {
        SortBy::Name => {}
        // Products without a price of their own come last either way.
        SortBy::PriceAsc => cards.sort_by_key(|card| card.price_from.map_or(i64::MAX, |price| price.minor)),
        SortBy::PriceDesc => cards.sort_by_key(|card| card.price_from.map_or(i64::MAX, |price| -price.minor)),
        SortBy::Popular => cards.sort_by_key(|card| Reverse(card.sold)),
        // Of two that are rated alike, the one that more people rated.
        SortBy::Rating => cards.sort_by_key(|card| Reverse(card.rating.map(|rating| (rating.average(), rating.count)))),
    }
    Ok(cards)
}

/// A product with its current terms, on sale or not.
pub async fn product(tx: &mut ReadTx, id: ProductId) -> AppResult<Product> {
    Ok(store::list_full(tx, Some(&[id.0]), None).await?.pop().ok_or(CatalogueFailure::ProductNotFound)?)
}

/// Those of these products that are there, in no order.
pub(crate) async fn products_by_id(tx: &mut ReadTx, ids: &[ProductId]) -> AppResult<Vec<Product>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    store::list_full(tx, Some(&ids), None).await
}

/// A product that can be quoted and bought; otherwise [`CatalogueFailure::ProductWithdrawn`].
pub async fn product_for_sale(tx: &mut ReadTx, id: ProductId) -> AppResult<Product> {
    let product = product(tx, id).await?;
    if product.is_on_sale() { Ok(product) } else { Err(CatalogueFailure::ProductWithdrawn.into()) }
}

/// Counts that a product was bought once more.
pub(crate) async fn count_sale(tx: &mut TenantTx, id: ProductId) -> AppResult<()> {
    store::count_sale(tx, id).await
}

/// All products on sale in a category, with their current terms.
pub async fn products_of_category(tx: &mut ReadTx, category: &str) -> AppResult<Vec<Product>> {
    store::list_full(tx, None, Some(category)).await
}

/// All products, on sale or not, with the terms in force; by name.
pub async fn all(tx: &mut ReadTx) -> AppResult<Vec<Product>> {
    store::list_full(tx, None, None).await
}

/// The terms that a quote or policy names.
pub async fn version(tx: &mut ReadTx, id: ProductVersionId) -> AppResult<ProductVersion> {
    Ok(versions::find(tx, id).await?.ok_or(CatalogueFailure::ProductNotFound)?)
}

/// As [`version`], those of several that are there, in no order.
pub async fn versions_by_id(tx: &mut ReadTx, ids: &[ProductVersionId]) -> AppResult<Vec<ProductVersion>> {
    versions::find_all(tx, ids).await
}

/// Products for staff, newest first; the search finds names by their beginning.
pub async fn list_products(tx: &mut ReadTx, request: &PageRequest, filter: &ProductListFilter) -> AppResult<Page<ProductRow>> {
    store::list_products(tx, request, filter).await
}

/// Takes a product off the shelf: no new quotes, no checkout. Policies in force stay as they are. Repeating changes nothing.
pub async fn withdraw(tx: &mut TenantTx, id: ProductId, reason: &str) -> AppResult<Product> {
    let mut fields = Fields::new();
    fields.text("reason", reason, 500);
    fields.finish()?;
    set_state(tx, id, ProductState::Withdrawn, "insurance.product.withdraw", reason).await
}

/// Puts a draft on sale, or a withdrawn product back.
pub async fn reactivate(tx: &mut TenantTx, id: ProductId, reason: &str) -> AppResult<Product> {
    set_state(tx, id, ProductState::Active, "insurance.product.reactivate", reason).await
}

async fn set_state(tx: &mut TenantTx, id: ProductId, state: ProductState, action: &'static str, reason: &str) -> AppResult<Product> {
    let mut fields = Fields::new();
    let reason = fields.optional_text("reason", reason, 500);
    fields.finish()?;
    let before = store::update_product_state(tx, id, state).await?.ok_or(CatalogueFailure::ProductNotFound)?;
    if before != state {
        let change = Change::of(action, "product", id.0).change("state", before.as_str(), state.as_str());
        tx.audit(if reason.is_empty() { change } else { change.because(reason) }).await?;
    }
    product(tx, id).await
}

/// Makes a product from another one's terms in force, with the insurer's usual commission where one is agreed.
pub async fn create(tx: &mut TenantTx, law: &Law, new: NewProduct) -> AppResult<Product> {
    let model = product(tx, new.copy_of).await?;
    let (insurer, _) = insurers::service::get(tx, new.insurer).await?;
    let today = tx.scope().today();
    let currency = tx.scope().tenant.currency;
    let mut terms = model.current.terms;
    if let Some(percent) = insurer.default_commission {
        terms.commission_percent = percent;
    }
    let faults = terms.faults(&model.line, law.premium_on(today)?, currency);
    if !faults.is_empty() {
        return Err(CatalogueFailure::TermsFaulty(faults).into());
    }
    let mut fields = Fields::new();
    let name = new.name.written(&mut fields, "name", 150);
    let description = new.description.kept(&mut fields, "description", 1_000);
    fields.finish()?;
    let code = text::code_of(name.get("en"), 60);
    if code.is_empty() {
        return Err(AppError::field("name", "product-name-unusable"));
    }
    let id = ProductId::new();
    let entry = ProductEntry {
        id,
        code: &code,
        insurer: insurer.id,
        category: model.category_id,
        name: &name,
        description: &description,
        state: ProductState::Draft,
        sample: false,
        currency,
        origin: None,
    };
    let version = NewVersion { id: ProductVersionId::new(), product: id, number: 1, effective_from: today, terms: &terms, currency, reason: "" };
    store::insert_product(tx, entry).await?;
    versions::insert(tx, version).await?;
    let change = Change::of("insurance.product.create", "product", id.0).set("code", code).set("insurer", insurer.name).set("copy_of", model.code);
    tx.audit(change).await?;
    product(tx, id).await
}

/// Changes name and description, and whether policies need approval, if the product still has the patch's version.
pub async fn update(tx: &mut TenantTx, id: ProductId, patch: ProductPatch) -> AppResult<Product> {
    let before = product(tx, id).await?;
    let mut fields = Fields::new();
    let name = patch.name.unwrap_or_else(|| before.name.clone()).written(&mut fields, "name", 150);
    let description = patch.description.unwrap_or_else(|| before.description.clone()).kept(&mut fields, "description", 1_000);
    fields.finish()?;
    let needs_approval = patch.needs_approval.unwrap_or(before.needs_approval);
    store::update_product(tx, id, patch.version, &name, &description, needs_approval).await?;
    let json = |text: LocalText| serde_json::to_value(text).unwrap_or_default();
    let change = Change::of("insurance.product.update", "product", id.0)
        .change("name", json(before.name), json(name))
        .change("description", json(before.description), json(description))
        .change("needs_approval", before.needs_approval, needs_approval);
    tx.audit(change).await?;
    product(tx, id).await
}

/// The versions of a product's terms, the last one first.
pub async fn versions(tx: &mut ReadTx, id: ProductId) -> AppResult<Vec<VersionLine>> {
    versions::list(tx, id).await
}
