//! SQL of the catalogue.

use chrono::NaiveDate;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::{expect_one, violated_constraint},
    money::{Currency, Money},
    paging::{List, Page, PageRequest, prefix_end},
};
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    CatalogueFailure, Category, CategoryId, Product, ProductCard, ProductId, ProductInsurer, ProductListFilter, ProductRow, ProductState,
    ProductVersion, ProductVersionId, Terms,
};
use crate::{
    insurers::{InsurerId, InsurerState},
    origin::Origin,
    text::LocalText,
};

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

pub(super) struct ProductEntry<'a> {
    pub id: ProductId,
    pub code: &'a str,
    pub insurer: InsurerId,
    pub category: CategoryId,
    pub name: &'a LocalText,
    pub description: &'a LocalText,
    pub state: ProductState,
    pub sample: bool,
    pub currency: Currency,
    /// None for one that the brokerage made itself.
    pub origin: Option<&'a Origin>,
}

/// The product without a version; one must follow in the same transaction.
pub(super) async fn insert_product(tx: &mut TenantTx, product: ProductEntry<'_>) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into products (tenant_id, id, code, insurer_id, category_id, name, name_norm, description, state, sample, currency, origin_pack, origin_key,
           origin_hash, created_at, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16)",
        tenant,
        product.id.0,
        product.code,
        product.insurer.0,
        product.category.0,
        Json(product.name) as _,
        product.name.get("en").to_lowercase(),
        Json(product.description) as _,
        product.state.as_str(),
        product.sample,
        product.currency.code(),
        product.origin.map(|origin| origin.pack.as_str()),
        product.origin.map(|origin| origin.key.as_str()),
        product.origin.map(|origin| origin.hash.as_str()),
        now,
        actor,
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("products_code_key") => AppError::field("code", "product-code-taken"),
        _ => AppError::from(error),
    })?;
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
    let (tenant, today) = (tx.tenant_id(), tx.scope().today());
    let rows = sqlx::query!(
        r#"select p.id as "id: ProductId", p.code, p.name as "name: Json<LocalText>", p.description as "description: Json<LocalText>",
             i.id as "insurer_id: InsurerId", i.code as insurer_code, i.name as insurer_name, c.code as category_code, v.terms -> 'features' as "features!: Json<Vec<LocalText>>",
             v.price_from_minor, p.currency, p.sample, p.sold
           from products p
           join insurers i on i.tenant_id = p.tenant_id and i.id = p.insurer_id and i.state = 'active'
           join product_categories c on c.tenant_id = p.tenant_id and c.id = p.category_id
           join product_versions v on v.tenant_id = p.tenant_id and v.id = version_in_force(p.tenant_id, p.id, $5)
           where p.tenant_id = $1 and p.state = 'active' and ($2::text is null or c.code = $2) and ($3::text is null or i.code = $3)
           order by c.display_order, p.name_norm, p.id limit $4"#,
        tenant,
        category,
        insurer,
        SHELF,
        today
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
                insurer_code: r.insurer_code,
                insurer_name: r.insurer_name,
                category_code: r.category_code,
                features: r.features.0,
                price_from: money(r.price_from_minor, &r.currency)?,
                sample: r.sample,
                sold: r.sold,
                rating: None,
            })
        })
        .collect()
}

/// Waits for others who count the same product; call it last.
pub(super) async fn count_sale(tx: &mut TenantTx, id: ProductId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update products set sold = sold + 1 where tenant_id = $1 and id = $2", tenant, id.0).execute(tx.conn()).await?;
    Ok(())
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
    needs_approval: bool,
    version: i32,
    updated_at: chrono::DateTime<chrono::Utc>,
    insurer_id: InsurerId,
    insurer_code: String,
    insurer_name: String,
    insurer_state: InsurerState,
    most_instalments: i16,
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
            insurer: ProductInsurer {
                id: r.insurer_id,
                code: r.insurer_code,
                name: r.insurer_name,
                state: r.insurer_state,
                most_instalments: r.most_instalments,
            },
            category_id: r.category_id,
            category_code: r.category_code,
            category_title: r.category_title.0,
            line: r.line,
            price_from: money(r.price_from_minor, &r.currency)?,
            needs_approval: r.needs_approval,
            version: r.version,
            updated_at: r.updated_at,
            current: ProductVersion { id: r.version_id, product_id: r.id, number: r.number, effective_from: r.effective_from, terms: r.terms.0 },
        })
    }
}

/// Products by id, or all of a category that are on sale; with their current terms.
pub(super) async fn list_full(tx: &mut ReadTx, ids: Option<&[Uuid]>, category_on_sale: Option<&str>) -> AppResult<Vec<Product>> {
    let (tenant, today) = (tx.tenant_id(), tx.scope().today());
    let rows = sqlx::query_as!(
        ProductColumns,
        r#"select p.id as "id: ProductId", p.code, p.name as "name: Json<LocalText>", p.description as "description: Json<LocalText>",
             p.state as "state: ProductState", p.sample, v.price_from_minor, p.currency, p.needs_approval, p.version, p.updated_at,
             i.id as "insurer_id: InsurerId", i.code as insurer_code, i.name as insurer_name, i.state as "insurer_state: InsurerState", i.most_instalments,
             c.id as "category_id: CategoryId", c.code as category_code, c.title as "category_title: Json<LocalText>", c.line,
             v.id as "version_id: ProductVersionId", v.number, v.effective_from, v.terms as "terms: Json<Terms>"
           from products p
           join insurers i on i.tenant_id = p.tenant_id and i.id = p.insurer_id
           join product_categories c on c.tenant_id = p.tenant_id and c.id = p.category_id
           join product_versions v on v.tenant_id = p.tenant_id and v.id = version_in_force(p.tenant_id, p.id, $4)
           where p.tenant_id = $1 and ($2::uuid[] is null or p.id = any($2))
             and ($3::text is null or (c.code = $3 and p.state = 'active' and i.state = 'active'))
           order by p.name_norm, p.id limit 500"#,
        tenant,
        ids,
        category_on_sale,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Product::try_from).collect()
}

pub(super) async fn list_products(tx: &mut ReadTx, request: &PageRequest, filter: &ProductListFilter) -> AppResult<Page<ProductRow>> {
    let mut list = List::new(
        "p.id, p.code, p.name, i.name as insurer_name, c.code as category_code, c.title as category_title, p.state, p.sample, v.number, v.price_from_minor, p.currency, p.updated_at",
        "from products p
         join insurers i on i.tenant_id = p.tenant_id and i.id = p.insurer_id
         join product_categories c on c.tenant_id = p.tenant_id and c.id = p.category_id
         join product_versions v on v.tenant_id = p.tenant_id and v.product_id = p.id",
        "p.tenant_id",
        "p.id",
    )
    .sortable("name", "p.name_norm")
    .sortable("updated", "p.updated_at");
    list.filter("v.id = version_in_force(p.tenant_id, p.id, ", tx.scope().today(), ")");
    if let Some(text) = request.search_text() {
        list.filter("p.name_norm >= ", text.clone(), "").filter("p.name_norm < ", prefix_end(&text), "");
    }
    if let Some(category) = &filter.category {
        list.filter("c.code = ", category.clone(), "");
    }
    if let Some(insurer) = filter.company {
        list.filter("p.insurer_id = ", insurer.0, "");
    }
    if let Some(state) = filter.state {
        list.filter("p.state = ", state.as_str(), "");
    }
    list.fetch(tx, request, |row: &ProductRow| row.id.0).await
}

/// Holds the product until the transaction ends, so that its versions get their numbers one after the other; false if there is
/// none.
pub(crate) async fn lock_product(tx: &mut TenantTx, id: ProductId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_scalar!("select id from products where tenant_id = $1 and id = $2 for no key update", tenant, id.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(found.is_some())
}

/// Notes that the product has terms of the brokerage's own; it is no sample any more.
pub(crate) async fn touch_product(tx: &mut TenantTx, id: ProductId) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "update products set sample = false, version = version + 1, updated_at = $3, updated_by = $4 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes wording and whether policies need approval, if the product's version is still `expected`.
pub(super) async fn update_product(
    tx: &mut TenantTx,
    id: ProductId,
    expected: i32,
    name: &LocalText,
    description: &LocalText,
    needs_approval: bool,
) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update products set name = $4, name_norm = $5, description = $6, version = version + 1, updated_at = $7, updated_by = $8, needs_approval = $9
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        id.0,
        expected,
        Json(name) as _,
        name.get("en").to_lowercase(),
        Json(description) as _,
        now,
        actor,
        needs_approval
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), CatalogueFailure::ProductChanged)
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
