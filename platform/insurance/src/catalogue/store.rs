//! SQL of the catalogue.

use chrono::NaiveDate;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    money::{Currency, Money},
    paging::{List, Page, PageRequest, prefix_end},
};
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    CatalogueFailure, Category, CategoryId, Insurer, InsurerContact, InsurerId, InsurerState, NewContact, Product, ProductCard, ProductId,
    ProductRow, ProductState, ProductVersion, ProductVersionId, Terms,
};
use crate::text::LocalText;

/// Where a row was copied from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub pack: String,
    pub key: String,
    pub hash: String,
}

pub(super) async fn insert_insurer(tx: &mut TenantTx, id: InsurerId, code: &str, name: &str, sample: bool, origin: &Origin) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into insurers (tenant_id, id, code, name, name_norm, sample, origin_pack, origin_key, origin_hash, created_at, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)",
        tenant,
        id.0,
        code,
        name,
        name.to_lowercase(),
        sample,
        origin.pack,
        origin.key,
        origin.hash,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) struct NewCategory<'a> {
    pub id: CategoryId,
    pub code: &'a str,
    pub line: &'a str,
    pub title: &'a LocalText,
    pub description: &'a LocalText,
    pub icon: &'a str,
    pub display_order: i32,
}

pub(super) async fn insert_category(tx: &mut TenantTx, category: NewCategory<'_>, origin: &Origin) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into product_categories (tenant_id, id, code, line, title, description, icon, display_order, origin_pack, origin_key, origin_hash, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        tenant,
        category.id.0,
        category.code,
        category.line,
        Json(category.title) as _,
        Json(category.description) as _,
        category.icon,
        category.display_order,
        origin.pack,
        origin.key,
        origin.hash,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) struct NewProduct<'a> {
    pub id: ProductId,
    pub version_id: ProductVersionId,
    pub code: &'a str,
    pub insurer: InsurerId,
    pub category: CategoryId,
    pub name: &'a LocalText,
    pub description: &'a LocalText,
    pub sample: bool,
    pub price_from: Option<Money>,
    pub currency: Currency,
    pub number: i32,
    pub effective_from: NaiveDate,
    pub terms: &'a Terms,
}

/// The product and its first version.
pub(super) async fn insert_product(tx: &mut TenantTx, product: NewProduct<'_>, origin: &Origin) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into products (tenant_id, id, code, insurer_id, category_id, name, name_norm, description, sample, price_from_minor, currency,
           current_version_id, origin_pack, origin_key, origin_hash, created_at, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17)",
        tenant,
        product.id.0,
        product.code,
        product.insurer.0,
        product.category.0,
        Json(product.name) as _,
        product.name.get("en").to_lowercase(),
        Json(product.description) as _,
        product.sample,
        product.price_from.map(|money| money.minor),
        product.currency.code(),
        product.version_id.0,
        origin.pack,
        origin.key,
        origin.hash,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into product_versions (tenant_id, id, product_id, number, effective_from, terms, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant,
        product.version_id.0,
        product.id.0,
        product.number,
        product.effective_from,
        Json(product.terms) as _,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list_categories(tx: &mut ReadTx) -> AppResult<Vec<Category>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select c.id as "id: CategoryId", c.code, c.line, c.title as "title: Json<LocalText>", c.description as "description: Json<LocalText>", c.icon,
             (select count(*) from products p join insurers i on i.tenant_id = p.tenant_id and i.id = p.insurer_id
              where p.tenant_id = c.tenant_id and p.category_id = c.id and p.state = 'active' and i.state = 'active') as "products!"
           from product_categories c where c.tenant_id = $1 order by c.display_order, c.code"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Category {
            id: r.id,
            code: r.code,
            line: r.line,
            title: r.title.0,
            description: r.description.0,
            icon: r.icon,
            products: r.products,
        })
        .collect())
}

/// Everything on sale, in the order of categories and names. A broker's shelf is small; more than this is cut off.
const SHELF: i64 = 500;

pub(super) async fn list_on_sale(tx: &mut ReadTx, category: Option<&str>, insurer: Option<&str>) -> AppResult<Vec<ProductCard>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select p.id as "id: ProductId", p.code, p.name as "name: Json<LocalText>", p.description as "description: Json<LocalText>",
             i.id as "insurer_id: InsurerId", i.name as insurer_name, c.code as category_code, v.terms -> 'features' as "features!: Json<Vec<LocalText>>",
             p.price_from_minor, p.currency, p.sample
           from products p
           join insurers i on i.tenant_id = p.tenant_id and i.id = p.insurer_id and i.state = 'active'
           join product_categories c on c.tenant_id = p.tenant_id and c.id = p.category_id
           join product_versions v on v.tenant_id = p.tenant_id and v.id = p.current_version_id
           where p.tenant_id = $1 and p.state = 'active' and ($2::text is null or c.code = $2) and ($3::text is null or i.code = $3)
           order by c.display_order, p.name_norm, p.id limit $4"#,
        tenant,
        category,
        insurer,
        SHELF
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(ProductCard {
                id: r.id,
                code: r.code,
                name: r.name.0,
                description: r.description.0,
                insurer_id: r.insurer_id,
                insurer_name: r.insurer_name,
                category_code: r.category_code,
                features: r.features.0,
                price_from: money(r.price_from_minor, &r.currency)?,
                sample: r.sample,
            })
        })
        .collect()
}

fn money(minor: Option<i64>, currency: &str) -> AppResult<Option<Money>> {
    let currency = Currency::from_code(currency).map_err(AppError::internal)?;
    Ok(minor.map(|minor| Money::new(minor, currency)))
}

struct ProductColumns {
    id: ProductId,
    code: String,
    name: Json<LocalText>,
    description: Json<LocalText>,
    state: ProductState,
    sample: bool,
    price_from_minor: Option<i64>,
    currency: String,
    version: i32,
    updated_at: chrono::DateTime<chrono::Utc>,
    insurer_id: InsurerId,
    insurer_code: String,
    insurer_name: String,
    insurer_state: InsurerState,
    insurer_sample: bool,
    insurer_email: String,
    insurer_phone: String,
    insurer_website: String,
    insurer_licence: String,
    insurer_version: i32,
    category_id: CategoryId,
    category_code: String,
    category_title: Json<LocalText>,
    line: String,
    version_id: ProductVersionId,
    number: i32,
    effective_from: NaiveDate,
    terms: Json<Terms>,
}

impl TryFrom<ProductColumns> for Product {
    type Error = AppError;
    fn try_from(r: ProductColumns) -> AppResult<Self> {
        Ok(Self {
            id: r.id,
            code: r.code,
            name: r.name.0,
            description: r.description.0,
            state: r.state,
            sample: r.sample,
            insurer: Insurer {
                id: r.insurer_id,
                code: r.insurer_code,
                name: r.insurer_name,
                state: r.insurer_state,
                sample: r.insurer_sample,
                email: r.insurer_email,
                phone: r.insurer_phone,
                website: r.insurer_website,
                licence_number: r.insurer_licence,
                version: r.insurer_version,
            },
            category_id: r.category_id,
            category_code: r.category_code,
            category_title: r.category_title.0,
            line: r.line,
            price_from: money(r.price_from_minor, &r.currency)?,
            version: r.version,
            updated_at: r.updated_at,
            current: ProductVersion { id: r.version_id, product_id: r.id, number: r.number, effective_from: r.effective_from, terms: r.terms.0 },
        })
    }
}

/// Products by id, or all of a category that are on sale; with their current terms.
pub(super) async fn list_full(tx: &mut ReadTx, ids: Option<&[Uuid]>, category_on_sale: Option<&str>) -> AppResult<Vec<Product>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        ProductColumns,
        r#"select p.id as "id: ProductId", p.code, p.name as "name: Json<LocalText>", p.description as "description: Json<LocalText>",
             p.state as "state: ProductState", p.sample, p.price_from_minor, p.currency, p.version, p.updated_at,
             i.id as "insurer_id: InsurerId", i.code as insurer_code, i.name as insurer_name, i.state as "insurer_state: InsurerState", i.sample as insurer_sample,
             i.email as insurer_email, i.phone as insurer_phone, i.website as insurer_website, i.licence_number as insurer_licence, i.version as insurer_version,
             c.id as "category_id: CategoryId", c.code as category_code, c.title as "category_title: Json<LocalText>", c.line,
             v.id as "version_id: ProductVersionId", v.number, v.effective_from, v.terms as "terms: Json<Terms>"
           from products p
           join insurers i on i.tenant_id = p.tenant_id and i.id = p.insurer_id
           join product_categories c on c.tenant_id = p.tenant_id and c.id = p.category_id
           join product_versions v on v.tenant_id = p.tenant_id and v.id = p.current_version_id
           where p.tenant_id = $1 and ($2::uuid[] is null or p.id = any($2))
             and ($3::text is null or (c.code = $3 and p.state = 'active' and i.state = 'active'))
           order by p.name_norm, p.id limit 100"#,
        tenant,
        ids,
        category_on_sale
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Product::try_from).collect()
}

pub(super) async fn find_version(tx: &mut ReadTx, id: ProductVersionId) -> AppResult<Option<ProductVersion>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"select id as "id: ProductVersionId", product_id as "product_id: ProductId", number, effective_from, terms as "terms: Json<Terms>"
           from product_versions where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| ProductVersion { id: r.id, product_id: r.product_id, number: r.number, effective_from: r.effective_from, terms: r.terms.0 }))
}

pub(super) async fn list_products(
    tx: &mut ReadTx,
    request: &PageRequest,
    category: Option<&str>,
    state: Option<ProductState>,
) -> AppResult<Page<ProductRow>> {
    let mut list = List::new(
        "p.id, p.code, p.name, i.name as insurer_name, c.code as category_code, p.state, p.sample, v.number, p.price_from_minor, p.currency, p.updated_at",
        "from products p
         join insurers i on i.tenant_id = p.tenant_id and i.id = p.insurer_id
         join product_categories c on c.tenant_id = p.tenant_id and c.id = p.category_id
         join product_versions v on v.tenant_id = p.tenant_id and v.id = p.current_version_id",
        "p.tenant_id",
        "p.id",
    );
    if let Some(text) = request.search_text() {
        list.filter("p.name_norm >= ", text.clone(), "").filter("p.name_norm < ", prefix_end(&text), "");
    }
    if let Some(category) = category {
        list.filter("c.code = ", category.to_owned(), "");
    }
    if let Some(state) = state {
        list.filter("p.state = ", state.as_str(), "");
    }
    list.fetch(tx, request, |row: &ProductRow| row.id.0).await
}

/// Sets the state and gives the one it had; none if there is no such product.
pub(super) async fn update_product_state(tx: &mut TenantTx, id: ProductId, state: ProductState) -> AppResult<Option<ProductState>> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let before =
        sqlx::query_scalar!(r#"select state as "state: ProductState" from products where tenant_id = $1 and id = $2 for update"#, tenant, id.0)
            .fetch_optional(tx.conn())
            .await?;
    if before.is_some_and(|before| before != state) {
        sqlx::query!(
            "update products set state = $3, version = version + 1, updated_at = $4, updated_by = $5 where tenant_id = $1 and id = $2",
            tenant,
            id.0,
            state.as_str(),
            now,
            actor
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(before)
}

const INSURER: &str = "i.id, i.code, i.name, i.state, i.sample, i.email, i.phone, i.website, i.licence_number, i.version";

pub(super) async fn list_insurers(tx: &mut ReadTx, request: &PageRequest) -> AppResult<Page<Insurer>> {
    let mut list = List::new(INSURER, "from insurers i", "i.tenant_id", "i.id");
    if let Some(text) = request.search_text() {
        list.filter("i.name_norm >= ", text.clone(), "").filter("i.name_norm < ", prefix_end(&text), "");
    }
    list.fetch(tx, request, |row: &Insurer| row.id.0).await
}

pub(super) async fn find_insurer(tx: &mut ReadTx, id: InsurerId) -> AppResult<Option<Insurer>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Insurer,
        r#"select id as "id: InsurerId", code, name, state as "state: InsurerState", sample, email, phone, website, licence_number, version
           from insurers where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Writes the insurer if its version is still `expected`. A confirmed insurer is no sample any more.
pub(super) async fn update_insurer(tx: &mut TenantTx, insurer: &Insurer, expected: i32) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update insurers set name = $4, name_norm = $5, state = $6, email = $7, phone = $8, website = $9, licence_number = $10, sample = false,
           version = version + 1, updated_at = $11, updated_by = $12
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        insurer.id.0,
        expected,
        insurer.name,
        insurer.name.to_lowercase(),
        insurer.state.as_str(),
        insurer.email,
        insurer.phone,
        insurer.website,
        insurer.licence_number,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(CatalogueFailure::InsurerChanged.into()) }
}

pub(super) async fn list_contacts(tx: &mut ReadTx, insurer: InsurerId) -> AppResult<Vec<InsurerContact>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        InsurerContact,
        "select id, name, title, department, email, phone, is_primary from insurer_contacts
         where tenant_id = $1 and insurer_id = $2 order by is_primary desc, id limit 200",
        tenant,
        insurer.0
    )
    .fetch_all(tx.conn())
    .await?)
}

pub(super) async fn insert_contact(tx: &mut TenantTx, insurer: InsurerId, id: Uuid, contact: &NewContact) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    if contact.is_primary {
        sqlx::query!("update insurer_contacts set is_primary = false where tenant_id = $1 and insurer_id = $2", tenant, insurer.0)
            .execute(tx.conn())
            .await?;
    }
    sqlx::query!(
        "insert into insurer_contacts (tenant_id, id, insurer_id, name, title, department, email, phone, is_primary, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tenant,
        id,
        insurer.0,
        contact.name,
        contact.title,
        contact.department,
        contact.email,
        contact.phone,
        contact.is_primary,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_contact(tx: &mut TenantTx, insurer: InsurerId, id: Uuid) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from insurer_contacts where tenant_id = $1 and insurer_id = $2 and id = $3", tenant, insurer.0, id)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}
