//! SQL of policies, terms, versions and premium lines.

use chrono::{DateTime, NaiveDate, Utc};
use crm::CustomerId;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    money::{Currency, Money},
    paging::{List, Page, PageRequest, prefix_end},
};
use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use super::{EndingPolicy, Policy, PolicyFailure, PolicyFilter, PolicyId, PolicyRow, PolicyState, PolicyTerm, PolicyVersion, TermId, VersionId};
use crate::{
    catalogue::{ProductId, ProductVersionId, form::RawAnswers},
    insurers::InsurerId,
    law::plates::normalise,
    orders::{OrderId, OrderLine, OrderLineId},
    rating::{Line, LineKind},
    text::LocalText,
};

/// A policy to be written, with its first term and version, from the line that was bought.
pub(super) struct NewPolicy<'a> {
    pub id: PolicyId,
    pub number: &'a str,
    pub state: PolicyState,
    pub term: &'a PolicyTerm,
    pub version: VersionId,
    pub line: &'a OrderLine,
}

pub(super) async fn insert(tx: &mut TenantTx, new: NewPolicy<'_>) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let (line, term) = (new.line, new.term);
    sqlx::query!(
        "insert into policies (tenant_id, id, number, customer_id, insurer_id, product_id, category_code, business_line, plate, plate_norm, state, order_id,
           order_line_id, current_term_id, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $15)",
        tenant,
        new.id.0,
        new.number,
        line.customer.0,
        line.insurer.0,
        line.product.0,
        line.category_code,
        line.business_line,
        line.plate,
        line.plate.as_deref().map(normalise),
        new.state.as_str(),
        line.order.0,
        line.id.0,
        term.id.0,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into policy_terms (tenant_id, id, policy_id, sequence, starts_on, starts_at, ends_on, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        tenant,
        term.id.0,
        new.id.0,
        term.sequence,
        term.starts_on,
        term.starts_at,
        term.ends_on,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into policy_versions (tenant_id, id, policy_id, term_id, sequence, effective_from, product_version_id, rule_version, law_version, answers, add_ons,
           sum_insured_minor, premium_minor, levies_minor, total_minor, payable_minor, commission_minor, currency, created_at, updated_at)
         values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)",
        tenant,
        new.version.0,
        new.id.0,
        term.id.0,
        term.starts_on,
        line.product_version.0,
        line.rule_version,
        line.law_version,
        Json(&line.answers) as _,
        &line.add_ons,
        line.sum_insured.map(|sum| sum.minor),
        line.premium.minor,
        line.levies.minor,
        line.total.minor,
        line.payable.minor,
        line.commission.minor,
        line.payable.currency.code(),
        now
    )
    .execute(tx.conn())
    .await?;
    insert_premium_lines(tx, new.version, &line.premium_lines).await
}

async fn insert_premium_lines(tx: &mut TenantTx, version: VersionId, lines: &[Line]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    for (line_no, line) in (1_i16..).zip(lines) {
        sqlx::query!(
            "insert into premium_lines (tenant_id, id, version_id, line_no, kind, code, label, base_minor, rate, units, amount_minor, currency)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            tenant,
            Uuid::now_v7(),
            version.0,
            line_no,
            kind_name(line.kind),
            line.code,
            Json(&line.label) as _,
            line.base.map(|base| base.minor),
            line.rate,
            line.units,
            line.amount.minor,
            line.amount.currency.code()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

fn kind_name(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Premium => "premium",
        LineKind::AddOn => "add_on",
        LineKind::Loading => "loading",
        LineKind::Discount => "discount",
        LineKind::Levy => "levy",
        LineKind::Duty => "duty",
        LineKind::Rounding => "rounding",
    }
}

fn kind_of(name: &str) -> AppResult<LineKind> {
    use LineKind::{AddOn, Discount, Duty, Levy, Loading, Premium, Rounding};
    [Premium, AddOn, Loading, Discount, Levy, Duty, Rounding]
        .into_iter()
        .find(|kind| kind_name(*kind) == name)
        .ok_or_else(|| AppError::internal(format!("unknown kind of premium line: {name:?}")))
}

struct Columns {
    id: PolicyId,
    number: String,
    customer_id: Uuid,
    insurer_id: Uuid,
    insurer_name: String,
    product_id: Uuid,
    product_name: Json<LocalText>,
    category_code: String,
    category_title: Json<LocalText>,
    business_line: String,
    plate: Option<String>,
    state: PolicyState,
    insurer_policy_number: Option<String>,
    order_id: Uuid,
    order_line_id: Uuid,
    current_term_id: Uuid,
    cancelled_at: Option<DateTime<Utc>>,
    cancel_reason: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
}

impl From<Columns> for Policy {
    fn from(c: Columns) -> Self {
        Self {
            id: c.id,
            number: c.number,
            customer: CustomerId(c.customer_id),
            insurer: InsurerId(c.insurer_id),
            insurer_name: c.insurer_name,
            product: ProductId(c.product_id),
            product_name: c.product_name.0,
            category_code: c.category_code,
            category_title: c.category_title.0,
            business_line: c.business_line,
            plate: c.plate,
            state: c.state,
            insurer_policy_number: c.insurer_policy_number,
            order: OrderId(c.order_id),
            order_line: OrderLineId(c.order_line_id),
            current_term: TermId(c.current_term_id),
            cancelled_at: c.cancelled_at,
            cancel_reason: c.cancel_reason,
            version: c.version,
            created_at: c.created_at,
        }
    }
}

/// The names are those under which it was bought: they stand on its order line.
pub(crate) async fn find(tx: &mut ReadTx, id: PolicyId) -> AppResult<Option<Policy>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Columns,
        r#"select p.id as "id: PolicyId", p.number, p.customer_id, p.insurer_id, l.insurer_name, p.product_id, l.product_name as "product_name: Json<LocalText>",
             p.category_code, l.category_title as "category_title: Json<LocalText>", p.business_line, coalesce(p.plate, p.plate_norm) as plate, p.state as "state: PolicyState",
             p.insurer_policy_number, p.order_id, p.order_line_id, p.current_term_id, p.cancelled_at, p.cancel_reason, p.version, p.created_at
           from policies p join order_lines l on l.tenant_id = p.tenant_id and l.id = p.order_line_id
           where p.tenant_id = $1 and p.id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Policy::from))
}

/// Locks the row, then reads it.
pub(crate) async fn lock(tx: &mut TenantTx, id: PolicyId) -> AppResult<Policy> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from policies where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    Ok(find(tx, id).await?.ok_or(PolicyFailure::NotFound)?)
}

/// Writes what can change of a locked policy.
pub(super) async fn update(tx: &mut TenantTx, policy: &Policy) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update policies set state = $4, insurer_policy_number = $5, cancelled_at = $6, cancel_reason = $7, version = version + 1, updated_at = $8
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        policy.id.0,
        policy.version,
        policy.state.as_str(),
        policy.insurer_policy_number,
        policy.cancelled_at,
        policy.cancel_reason,
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(PolicyFailure::Changed.into()) }
}

pub(crate) async fn terms(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Vec<PolicyTerm>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        PolicyTerm,
        r#"select id as "id: TermId", sequence, starts_on, starts_at, ends_on from policy_terms where tenant_id = $1 and policy_id = $2 order by sequence"#,
        tenant,
        policy.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

struct VersionColumns {
    id: VersionId,
    term_id: Uuid,
    sequence: i16,
    effective_from: NaiveDate,
    product_version_id: Uuid,
    rule_version: String,
    law_version: String,
    answers: Json<RawAnswers>,
    add_ons: Vec<String>,
    sum_insured_minor: Option<i64>,
    premium_minor: i64,
    levies_minor: i64,
    total_minor: i64,
    payable_minor: i64,
    commission_minor: i64,
    currency: String,
    insurer_certificate: Option<String>,
    certified_on: Option<NaiveDate>,
    certified_at: Option<DateTime<Utc>>,
    document_revision: i32,
}

/// The version in force: the newest.
pub(crate) async fn newest_version(tx: &mut ReadTx, policy: PolicyId) -> AppResult<PolicyVersion> {
    let tenant = tx.tenant_id();
    let c = sqlx::query_as!(
        VersionColumns,
        r#"select id as "id: VersionId", term_id, sequence, effective_from, product_version_id, rule_version, law_version,
             answers as "answers: Json<RawAnswers>", add_ons, sum_insured_minor, premium_minor, levies_minor, total_minor, payable_minor, commission_minor,
             currency, insurer_certificate, certified_on, certified_at, document_revision
           from policy_versions where tenant_id = $1 and policy_id = $2 order by sequence desc limit 1"#,
        tenant,
        policy.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(PolicyFailure::NotFound)?;
    let lines = premium_lines(tx, c.id).await?;
    let currency = Currency::from_code(&c.currency).map_err(AppError::internal)?;
    let money = |minor| Money::new(minor, currency);
    Ok(PolicyVersion {
        id: c.id,
        term: TermId(c.term_id),
        sequence: c.sequence,
        effective_from: c.effective_from,
        product_version: ProductVersionId(c.product_version_id),
        rule_version: c.rule_version,
        law_version: c.law_version,
        answers: c.answers.0,
        add_ons: c.add_ons,
        sum_insured: c.sum_insured_minor.map(money),
        premium: money(c.premium_minor),
        levies: money(c.levies_minor),
        total: money(c.total_minor),
        payable: money(c.payable_minor),
        commission: money(c.commission_minor),
        insurer_certificate: c.insurer_certificate,
        certified_on: c.certified_on,
        certified_at: c.certified_at,
        document_revision: c.document_revision,
        lines,
    })
}

struct LineColumns {
    kind: String,
    code: String,
    label: Json<LocalText>,
    base_minor: Option<i64>,
    rate: Option<Decimal>,
    units: Option<i64>,
    amount_minor: i64,
    currency: String,
}

async fn premium_lines(tx: &mut ReadTx, version: VersionId) -> AppResult<Vec<Line>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        LineColumns,
        r#"select kind, code, label as "label: Json<LocalText>", base_minor, rate, units, amount_minor, currency
           from premium_lines where tenant_id = $1 and version_id = $2 order by line_no"#,
        tenant,
        version.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = Currency::from_code(&row.currency).map_err(AppError::internal)?;
            let money = |minor| Money::new(minor, currency);
            Ok(Line {
                kind: kind_of(&row.kind)?,
                code: row.code,
                label: row.label.0,
                base: row.base_minor.map(money),
                rate: row.rate,
                units: row.units,
                amount: money(row.amount_minor),
            })
        })
        .collect()
}

/// Enters the insurer's certificate; the version's document is issued anew under the next revision.
pub(super) async fn update_certificate(tx: &mut TenantTx, version: VersionId, certificate: &str, on: NaiveDate) -> AppResult<i32> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let revision = sqlx::query_scalar!(
        "update policy_versions set insurer_certificate = $3, certified_on = $4, certified_at = $5, document_revision = document_revision + 1, updated_at = $5
         where tenant_id = $1 and id = $2 returning document_revision",
        tenant,
        version.0,
        certificate,
        on,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(revision)
}

/// Counts another issue of the version's document.
pub(super) async fn next_revision(tx: &mut TenantTx, version: VersionId) -> AppResult<i32> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let revision = sqlx::query_scalar!(
        "update policy_versions set document_revision = document_revision + 1, updated_at = $3 where tenant_id = $1 and id = $2 returning document_revision",
        tenant,
        version.0,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(revision)
}

/// Policies whose state no longer fits the day, with the period of their current term.
pub(super) async fn list_turning(tx: &mut ReadTx, today: NaiveDate) -> AppResult<Vec<(PolicyId, NaiveDate, NaiveDate)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select p.id as "id: PolicyId", t.starts_on, t.ends_on from policies p
           join policy_terms t on t.tenant_id = p.tenant_id and t.id = p.current_term_id
           where p.tenant_id = $1 and ((p.state = 'pending' and t.starts_on <= $2) or (p.state in ('pending', 'active') and t.ends_on < $2))
           order by p.id limit 1000"#,
        tenant,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.starts_on, row.ends_on)).collect())
}

/// Policies of an order, in the order of its lines.
pub(crate) async fn of_order(tx: &mut ReadTx, order: OrderId) -> AppResult<Vec<PolicyId>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        r#"select p.id as "id: PolicyId" from policies p join order_lines l on l.tenant_id = p.tenant_id and l.id = p.order_line_id
           where p.tenant_id = $1 and p.order_id = $2 order by l.line_no"#,
        tenant,
        order.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

pub(super) async fn list(tx: &mut ReadTx, filter: &PolicyFilter, page: &PageRequest) -> AppResult<Page<PolicyRow>> {
    let mut list = List::new(
        "p.id, p.number, p.customer_id, n.display_name as customer_name, l.insurer_name, l.product_name, p.category_code, p.business_line, coalesce(p.plate, p.plate_norm) as plate,
         p.state, t.starts_on, t.ends_on, v.insurer_certificate, v.payable_minor, v.currency, p.created_at",
        "from policies p",
        "p.tenant_id",
        "p.id",
    )
    .joining(
        "join order_lines l on l.tenant_id = p.tenant_id and l.id = p.order_line_id
         join policy_terms t on t.tenant_id = p.tenant_id and t.id = p.current_term_id
         join lateral (select v.insurer_certificate, v.payable_minor, v.currency from policy_versions v
                       where v.tenant_id = p.tenant_id and v.policy_id = p.id order by v.sequence desc limit 1) v on true
         join customers c on c.tenant_id = p.tenant_id and c.id = p.customer_id
         join parties n on n.tenant_id = c.tenant_id and n.id = c.party_id",
    )
    .sortable("number", "p.number")
    .sortable_with("until", "t.ends_on", "t.id");
    if let Some(state) = filter.state {
        list.filter("p.state = ", state.as_str(), "");
    }
    if filter.ended {
        list.fixed("p.state in ('expired', 'cancelled')");
    }
    if let Some(category) = &filter.category {
        list.filter("p.category_code = ", category.clone(), "");
    }
    if let Some(insurer) = filter.company {
        list.filter("p.insurer_id = ", insurer, "");
    }
    if let Some(customer) = filter.customer {
        list.filter("p.customer_id = ", customer, "");
    }
    if filter.uncertified {
        list.joined().fixed("v.insurer_certificate is null and p.state in ('pending', 'active')");
    }
    if let Some(text) = page.search_text() {
        let key = text.to_uppercase().replace(' ', "");
        if key.starts_with("POL-") {
            list.filter("p.number = ", key, "");
        } else if key.chars().any(|c| c.is_ascii_digit()) {
            let plate = normalise(&text);
            list.filter("p.plate_norm >= ", plate.clone(), "").filter("p.plate_norm < ", prefix_end(&plate), "");
        } else {
            list.joined().filter("n.name_norm >= ", text.clone(), "").filter("n.name_norm < ", prefix_end(&text), "");
        }
    }
    list.fetch(tx, page, |row: &PolicyRow| row.id.0).await
}

/// Policies in force whose current term ends between two days, both included, after the given one in the order of days and ids; at
/// most `limit`.
pub(super) async fn list_ending(
    tx: &mut ReadTx,
    from: NaiveDate,
    to: NaiveDate,
    after: (NaiveDate, PolicyId),
    limit: i64,
) -> AppResult<Vec<EndingPolicy>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select p.id as "id: PolicyId", p.number, p.customer_id as "customer: CustomerId", l.product_name as "product: Json<LocalText>", t.starts_on, t.ends_on
           from policy_terms t
           join policies p on p.tenant_id = t.tenant_id and p.current_term_id = t.id
           join order_lines l on l.tenant_id = p.tenant_id and l.id = p.order_line_id
           where t.tenant_id = $1 and t.ends_on between $2 and $3 and (t.ends_on, p.id) > ($4, $5) and p.state = 'active'
           order by t.ends_on, p.id limit $6"#,
        tenant,
        from,
        to,
        after.0,
        after.1.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| EndingPolicy {
            id: row.id,
            number: row.number,
            customer: row.customer,
            product_name: row.product.0,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
        })
        .collect())
}
