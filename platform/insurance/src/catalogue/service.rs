//! Use cases of the catalogue. The caller commits.

use kernel::{
    AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    paging::{Page, PageRequest},
    phone::Phone,
};
use uuid::Uuid;

use super::{
    CatalogueFailure, Category, Insurer, InsurerContact, InsurerId, InsurerPatch, NewContact, Product, ProductCard, ProductFilter, ProductId,
    ProductRow, ProductState, ProductVersion, ProductVersionId, SortBy, store,
};

/// Categories in their order, each with the number of products on sale.
pub async fn list_categories(tx: &mut ReadTx) -> AppResult<Vec<Category>> {
    store::list_categories(tx).await
}

/// What is on sale. The whole shelf fits one page.
pub async fn list_for_sale(tx: &mut ReadTx, filter: &ProductFilter) -> AppResult<Vec<ProductCard>> {
    let mut cards = store::list_on_sale(tx, filter.category.as_deref(), filter.company.as_deref()).await?;
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
    }
    Ok(cards)
}

/// A product with its current terms, on sale or not.
pub async fn product(tx: &mut ReadTx, id: ProductId) -> AppResult<Product> {
    Ok(store::list_full(tx, Some(&[id.0]), None).await?.pop().ok_or(CatalogueFailure::ProductNotFound)?)
}

/// A product that can be quoted and bought; otherwise [`CatalogueFailure::ProductWithdrawn`].
pub async fn product_for_sale(tx: &mut ReadTx, id: ProductId) -> AppResult<Product> {
    let product = product(tx, id).await?;
    if product.is_on_sale() { Ok(product) } else { Err(CatalogueFailure::ProductWithdrawn.into()) }
}

/// All products on sale in a category, with their current terms.
pub async fn products_of_category(tx: &mut ReadTx, category: &str) -> AppResult<Vec<Product>> {
    store::list_full(tx, None, Some(category)).await
}

/// The terms that a quote or policy names.
pub async fn version(tx: &mut ReadTx, id: ProductVersionId) -> AppResult<ProductVersion> {
    Ok(store::find_version(tx, id).await?.ok_or(CatalogueFailure::ProductNotFound)?)
}

/// Products for staff, newest first; the search finds names by their beginning.
pub async fn list_products(
    tx: &mut ReadTx,
    request: &PageRequest,
    category: Option<&str>,
    state: Option<ProductState>,
) -> AppResult<Page<ProductRow>> {
    store::list_products(tx, request, category, state).await
}

/// Takes a product off the shelf: no new quotes, no checkout. Policies in force stay as they are. Repeating changes nothing.
pub async fn withdraw(tx: &mut TenantTx, id: ProductId, reason: &str) -> AppResult<Product> {
    let mut fields = Fields::new();
    fields.text("reason", reason, 500);
    fields.finish()?;
    set_state(tx, id, ProductState::Withdrawn, "insurance.product.withdraw", reason).await
}

/// Puts a withdrawn product back.
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

pub async fn list_insurers(tx: &mut ReadTx, request: &PageRequest) -> AppResult<Page<Insurer>> {
    store::list_insurers(tx, request).await
}

/// An insurer with its contacts, the primary one first.
pub async fn insurer(tx: &mut ReadTx, id: InsurerId) -> AppResult<(Insurer, Vec<InsurerContact>)> {
    let insurer = store::find_insurer(tx, id).await?.ok_or(CatalogueFailure::InsurerNotFound)?;
    let contacts = store::list_contacts(tx, id).await?;
    Ok((insurer, contacts))
}

/// Changes what the patch names, if the insurer still has the patch's version.
pub async fn update_insurer(tx: &mut TenantTx, id: InsurerId, patch: InsurerPatch) -> AppResult<Insurer> {
    let before = store::find_insurer(tx, id).await?.ok_or(CatalogueFailure::InsurerNotFound)?;
    let mut after = before.clone();
    let mut fields = Fields::new();
    if let Some(name) = &patch.name {
        after.name = fields.text("name", name, 150);
    }
    if let Some(email) = &patch.email {
        after.email = email_text(&mut fields, email);
    }
    if let Some(phone) = &patch.phone {
        after.phone = fields.optional_text("phone", phone, 40);
    }
    if let Some(website) = &patch.website {
        after.website = fields.optional_text("website", website, 200);
        if !after.website.is_empty() && !after.website.starts_with("https://") {
            fields.add("website", "insurer-website-invalid");
        }
    }
    if let Some(licence) = &patch.licence_number {
        after.licence_number = fields.optional_text("licence_number", licence, 60);
    }
    after.state = patch.state.unwrap_or(before.state);
    fields.finish()?;
    store::update_insurer(tx, &after, patch.version).await?;
    let change = Change::of("insurance.insurer.update", "insurer", id.0)
        .change("name", before.name, after.name)
        .change("state", before.state.as_str(), after.state.as_str())
        .change("email", before.email, after.email)
        .change("phone", before.phone, after.phone)
        .change("website", before.website, after.website)
        .change("licence_number", before.licence_number, after.licence_number);
    tx.audit(change).await?;
    Ok(store::find_insurer(tx, id).await?.ok_or(CatalogueFailure::InsurerNotFound)?)
}

fn email_text(fields: &mut Fields, text: &str) -> String {
    let text = text.trim();
    if !text.is_empty() && crm::parties::EmailAddress::parse(text).is_none() {
        fields.add("email", "insurer-email-invalid");
    }
    text.to_owned()
}

/// Adds somebody at an insurer; a primary one replaces the one before.
pub async fn add_contact(tx: &mut TenantTx, insurer: InsurerId, contact: NewContact) -> AppResult<Vec<InsurerContact>> {
    store::find_insurer(tx, insurer).await?.ok_or(CatalogueFailure::InsurerNotFound)?;
    let mut fields = Fields::new();
    let country = tx.scope().tenant.country.clone();
    let phone = contact.phone.trim();
    let contact = NewContact {
        name: fields.text("name", &contact.name, 150),
        title: fields.optional_text("title", &contact.title, 100),
        department: fields.optional_text("department", &contact.department, 100),
        email: email_text(&mut fields, &contact.email),
        // A desk may have a landline; a mobile number is kept in its stored form.
        phone: Phone::parse(phone, &country).map_or_else(|_| fields.optional_text("phone", phone, 40), |phone| phone.to_string()),
        is_primary: contact.is_primary,
    };
    fields.finish()?;
    let id = Uuid::now_v7();
    store::insert_contact(tx, insurer, id, &contact).await?;
    tx.audit(Change::of("insurance.insurer.add_contact", "insurer", insurer.0).set("name", contact.name).set("email", contact.email)).await?;
    store::list_contacts(tx, insurer).await
}

pub async fn remove_contact(tx: &mut TenantTx, insurer: InsurerId, contact: Uuid) -> AppResult<()> {
    if !store::delete_contact(tx, insurer, contact).await? {
        return Err(CatalogueFailure::ContactNotFound.into());
    }
    tx.audit(Change::of("insurance.insurer.remove_contact", "insurer", insurer.0).set("contact", contact.to_string())).await
}
