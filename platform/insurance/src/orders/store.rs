//! SQL of orders and their lines.

use chrono::{DateTime, NaiveDate, Utc};
use crm::CustomerId;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::violated_constraint,
    money::{Currency, Money},
    paging::{List, Page, PageRequest, prefix_end},
};
use ledger::reference::Reference;
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::{LineState, Order, OrderFailure, OrderFilter, OrderId, OrderLine, OrderLineId, OrderRow, OrderState};
use crate::{
    catalogue::{ProductId, ProductVersionId, form::RawAnswers},
    insurers::InsurerId,
    law::plates::normalise,
    plans::Plan,
    policies::PolicyId,
    quotes::{OfferId, QuoteId},
    rating::Line,
    text::LocalText,
};

fn money(minor: i64, currency: &str) -> AppResult<Money> {
    Ok(Money::new(minor, Currency::from_code(currency).map_err(AppError::internal)?))
}

pub(super) async fn insert_order(tx: &mut TenantTx, order: &Order) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into orders (tenant_id, id, number, customer_id, state, collection_mode, reference, currency, payable_minor, valid_until, created_at, created_by, updated_at, plan)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $13)",
        tenant,
        order.id.0,
        order.number,
        order.customer.0,
        order.state.as_str(),
        order.collection_mode,
        order.reference,
        order.payable.currency.code(),
        order.payable.minor,
        order.valid_until,
        order.created_at,
        actor,
        order.plan.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A line in columns.
#[derive(Serialize)]
struct NewLine<'a> {
    id: OrderLineId,
    order_id: OrderId,
    customer: CustomerId,
    line_no: i16,
    quote: QuoteId,
    offer: OfferId,
    product: ProductId,
    product_version: ProductVersionId,
    insurer: InsurerId,
    product_name: &'a LocalText,
    insurer_name: &'a str,
    category_code: &'a str,
    category_title: &'a LocalText,
    business_line: &'a str,
    answers: &'a RawAnswers,
    plate: Option<&'a str>,
    plate_norm: Option<String>,
    add_ons: &'a [String],
    premium_lines: &'a [Line],
    premium: i64,
    levies: i64,
    total: i64,
    payable: i64,
    commission: i64,
    sum_insured: Option<i64>,
    currency: &'static str,
    rule_version: &'a str,
    law_version: &'a str,
    starts_on: NaiveDate,
    term_months: i32,
}

impl<'a> From<&'a OrderLine> for NewLine<'a> {
    fn from(line: &'a OrderLine) -> Self {
        Self {
            id: line.id,
            order_id: line.order,
            customer: line.customer,
            line_no: line.line_no,
            quote: line.quote,
            offer: line.offer,
            product: line.product,
            product_version: line.product_version,
            insurer: line.insurer,
            product_name: &line.product_name,
            insurer_name: &line.insurer_name,
            category_code: &line.category_code,
            category_title: &line.category_title,
            business_line: &line.business_line,
            answers: &line.answers,
            plate: line.plate.as_deref(),
            plate_norm: line.plate.as_deref().map(normalise),
            add_ons: &line.add_ons,
            premium_lines: &line.premium_lines,
            premium: line.premium.minor,
            levies: line.levies.minor,
            total: line.total.minor,
            payable: line.payable.minor,
            commission: line.commission.minor,
            sum_insured: line.sum_insured.map(|sum| sum.minor),
            currency: line.payable.currency.code(),
            rule_version: &line.rule_version,
            law_version: &line.law_version,
            starts_on: line.starts_on,
            term_months: line.term_months,
        }
    }
}

/// Inserts lines. A risk that has an order which is open or done is refused; its order's number is found by the caller.
pub(super) async fn insert_lines(tx: &mut TenantTx, lines: &[OrderLine]) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let rows: Vec<NewLine<'_>> = lines.iter().map(NewLine::from).collect();
    sqlx::query!(
        "insert into order_lines (tenant_id, id, order_id, customer_id, line_no, quote_id, offer_id, product_id, product_version_id, insurer_id, product_name,
           insurer_name, category_code, category_title, business_line, answers, plate, plate_norm, add_ons, premium_lines, premium_minor, levies_minor, total_minor,
           payable_minor, commission_minor, sum_insured_minor, currency, rule_version, law_version, starts_on, term_months, created_at, updated_at)
         select $1, l.id, l.order_id, l.customer, l.line_no, l.quote, l.offer, l.product, l.product_version, l.insurer, l.product_name,
           l.insurer_name, l.category_code, l.category_title, l.business_line, l.answers, l.plate, l.plate_norm, l.add_ons, l.premium_lines, l.premium, l.levies, l.total,
           l.payable, l.commission, l.sum_insured, l.currency, l.rule_version, l.law_version, l.starts_on, l.term_months, $3, $3
         from jsonb_to_recordset($2) as l (id uuid, order_id uuid, customer uuid, line_no smallint, quote uuid, offer uuid, product uuid, product_version uuid,
           insurer uuid, product_name jsonb, insurer_name text, category_code text, category_title jsonb, business_line text, answers jsonb, plate text,
           plate_norm text, add_ons text[], premium_lines jsonb, premium bigint, levies bigint, total bigint, payable bigint, commission bigint,
           sum_insured bigint, currency text, rule_version text, law_version text, starts_on date, term_months integer)",
        tenant,
        Json(rows) as _,
        now
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("order_lines_quote_key") => OrderFailure::AlreadyPlaced(String::new()).into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

/// The number of the first order that holds one of these risks.
pub(super) async fn find_number_of_quotes(tx: &mut ReadTx, quotes: &[QuoteId]) -> AppResult<Option<String>> {
    let (tenant, quotes) = (tx.tenant_id(), quotes.iter().map(|quote| quote.0).collect::<Vec<_>>());
    let number = sqlx::query_scalar!(
        "select o.number from order_lines l join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id
         where l.tenant_id = $1 and l.quote_id = any($2) and l.state in ('open', 'fulfilled', 'failed') order by o.number limit 1",
        tenant,
        &quotes
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(number)
}

pub(super) async fn of_quote(tx: &mut ReadTx, quote: QuoteId) -> AppResult<Option<(OrderId, String, bool)>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"select o.id as "id: OrderId", o.number, l.state = 'fulfilled' as "bought!"
           from order_lines l join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id
           where l.tenant_id = $1 and l.quote_id = $2 and l.state in ('open', 'fulfilled', 'failed')"#,
        tenant,
        quote.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id, row.number, row.bought)))
}

struct Columns {
    id: OrderId,
    number: String,
    customer_id: Uuid,
    state: OrderState,
    collection_mode: String,
    reference: Option<String>,
    plan: Plan,
    receipt_confirmed_at: Option<DateTime<Utc>>,
    receipt_note: Option<String>,
    currency: String,
    payable_minor: i64,
    valid_until: NaiveDate,
    paid_at: Option<DateTime<Utc>>,
    closed_reason: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
}

impl TryFrom<Columns> for Order {
    type Error = AppError;
    fn try_from(c: Columns) -> AppResult<Self> {
        Ok(Self {
            id: c.id,
            number: c.number,
            customer: CustomerId(c.customer_id),
            state: c.state,
            collection_mode: c.collection_mode,
            reference: c.reference,
            plan: c.plan,
            receipt_confirmed_at: c.receipt_confirmed_at,
            receipt_note: c.receipt_note,
            payable: money(c.payable_minor, &c.currency)?,
            valid_until: c.valid_until,
            paid_at: c.paid_at,
            closed_reason: c.closed_reason,
            version: c.version,
            created_at: c.created_at,
        })
    }
}

pub(crate) async fn find(tx: &mut ReadTx, id: OrderId) -> AppResult<Option<Order>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Columns,
        r#"select id as "id: OrderId", number, customer_id, state as "state: OrderState", collection_mode, reference, plan as "plan: Plan", receipt_confirmed_at, receipt_note,
             currency, payable_minor, valid_until, paid_at, closed_reason, version, created_at
           from orders where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Order::try_from).transpose()
}

/// Locks the row, then reads it.
pub(crate) async fn lock(tx: &mut TenantTx, id: OrderId) -> AppResult<Order> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from orders where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    Ok(find(tx, id).await?.ok_or(OrderFailure::NotFound)?)
}

/// Writes what can change of a locked order.
pub(crate) async fn update(tx: &mut TenantTx, order: &Order, confirmed_by: Option<Uuid>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update orders set state = $4, paid_at = $5, closed_reason = $6, receipt_confirmed_at = $7, receipt_confirmed_by = coalesce($8, receipt_confirmed_by),
           receipt_note = $9, version = version + 1, updated_at = $10
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        order.id.0,
        order.version,
        order.state.as_str(),
        order.paid_at,
        order.closed_reason,
        order.receipt_confirmed_at,
        confirmed_by,
        order.receipt_note,
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AppError::internal("an order changed under its lock")) }
}

struct LineColumns {
    id: OrderLineId,
    order_id: Uuid,
    customer_id: Uuid,
    line_no: i16,
    quote_id: Uuid,
    offer_id: Uuid,
    product_id: Uuid,
    product_version_id: Uuid,
    insurer_id: Uuid,
    product_name: Json<LocalText>,
    insurer_name: String,
    category_code: String,
    category_title: Json<LocalText>,
    business_line: String,
    answers: Json<RawAnswers>,
    plate: Option<String>,
    add_ons: Vec<String>,
    premium_lines: Json<Vec<Line>>,
    premium_minor: i64,
    levies_minor: i64,
    total_minor: i64,
    payable_minor: i64,
    commission_minor: i64,
    sum_insured_minor: Option<i64>,
    currency: String,
    rule_version: String,
    law_version: String,
    starts_on: NaiveDate,
    term_months: i32,
    state: LineState,
    policy_id: Option<Uuid>,
    failure: Option<String>,
}

impl TryFrom<LineColumns> for OrderLine {
    type Error = AppError;
    fn try_from(c: LineColumns) -> AppResult<Self> {
        let currency = Currency::from_code(&c.currency).map_err(AppError::internal)?;
        let money = |minor| Money::new(minor, currency);
        Ok(Self {
            id: c.id,
            order: OrderId(c.order_id),
            customer: CustomerId(c.customer_id),
            line_no: c.line_no,
            quote: QuoteId(c.quote_id),
            offer: OfferId(c.offer_id),
            product: ProductId(c.product_id),
            product_version: ProductVersionId(c.product_version_id),
            insurer: InsurerId(c.insurer_id),
            product_name: c.product_name.0,
            insurer_name: c.insurer_name,
            category_code: c.category_code,
            category_title: c.category_title.0,
            business_line: c.business_line,
            answers: c.answers.0,
            plate: c.plate,
            add_ons: c.add_ons,
            premium_lines: c.premium_lines.0,
            premium: money(c.premium_minor),
            levies: money(c.levies_minor),
            total: money(c.total_minor),
            payable: money(c.payable_minor),
            commission: money(c.commission_minor),
            sum_insured: c.sum_insured_minor.map(money),
            rule_version: c.rule_version,
            law_version: c.law_version,
            starts_on: c.starts_on,
            term_months: c.term_months,
            state: c.state,
            policy: c.policy_id.map(PolicyId),
            failure: c.failure,
        })
    }
}

/// Lines of an order in their order.
pub(crate) async fn lines(tx: &mut ReadTx, order: OrderId) -> AppResult<Vec<OrderLine>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        LineColumns,
        r#"select id as "id: OrderLineId", order_id, customer_id, line_no, quote_id, offer_id, product_id, product_version_id, insurer_id,
             product_name as "product_name: Json<LocalText>", insurer_name, category_code, category_title as "category_title: Json<LocalText>", business_line,
             answers as "answers: Json<RawAnswers>", coalesce(plate, plate_norm) as plate, add_ons, premium_lines as "premium_lines: Json<Vec<Line>>", premium_minor, levies_minor,
             total_minor, payable_minor, commission_minor, sum_insured_minor, currency, rule_version, law_version, starts_on, term_months,
             state as "state: LineState", policy_id, failure
           from order_lines where tenant_id = $1 and order_id = $2 order by line_no"#,
        tenant,
        order.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(OrderLine::try_from).collect()
}

/// Locks a line; true if it waits to be fulfilled.
pub(crate) async fn lock_open_line(tx: &mut TenantTx, id: OrderLineId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let state =
        sqlx::query_scalar!(r#"select state as "state: LineState" from order_lines where tenant_id = $1 and id = $2 for update"#, tenant, id.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(state == Some(LineState::Open))
}

pub(crate) async fn update_line(
    tx: &mut TenantTx,
    id: OrderLineId,
    state: LineState,
    policy: Option<PolicyId>,
    failure: Option<&str>,
) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update order_lines set state = $3, policy_id = $4, failure = $5, updated_at = $6 where tenant_id = $1 and id = $2 and state = 'open'",
        tenant,
        id.0,
        state.as_str(),
        policy.map(|policy| policy.0),
        failure,
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AppError::internal("a line changed under its lock")) }
}

pub(super) async fn close_lines(tx: &mut TenantTx, order: OrderId) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update order_lines set state = 'closed', updated_at = $3 where tenant_id = $1 and order_id = $2 and state = 'open'",
        tenant,
        order.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Open orders whose last day is over, those after the given one.
pub(super) async fn list_overdue(tx: &mut ReadTx, today: NaiveDate, after: OrderId) -> AppResult<Vec<OrderId>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        r#"select id as "id: OrderId" from orders where tenant_id = $1 and state = 'open' and valid_until < $2 and id > $3 order by id limit 500"#,
        tenant,
        today,
        after.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

pub(super) async fn list_of_customer(tx: &mut ReadTx, customer: Uuid, page: &PageRequest) -> AppResult<Page<OrderRow>> {
    list(tx, &OrderFilter { customer: Some(customer), ..OrderFilter::default() }, page).await
}

pub(super) async fn list(tx: &mut ReadTx, filter: &OrderFilter, page: &PageRequest) -> AppResult<Page<OrderRow>> {
    let mut list = List::new(
        "o.id, o.number, o.customer_id, p.display_name as customer_name, o.state, o.collection_mode, o.payable_minor, o.currency, o.valid_until, o.paid_at, o.created_at,
         (select count(*) from order_lines l where l.tenant_id = o.tenant_id and l.order_id = o.id) as lines",
        "from orders o",
        "o.tenant_id",
        "o.id",
    )
    .joining(
        "join customers c on c.tenant_id = o.tenant_id and c.id = o.customer_id
         join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id",
    )
    .sortable("number", "o.number")
    .sortable("until", "o.valid_until")
    .amounts("o.payable_minor");
    if let Some(state) = filter.state {
        list.filter("o.state = ", state.as_str(), "");
    }
    if let Some(customer) = filter.customer {
        list.filter("o.customer_id = ", customer, "");
    }
    if filter.awaiting_receipt {
        list.fixed("o.state = 'open' and o.collection_mode = 'insurer_collects'");
    }
    if let Some(text) = page.search_text() {
        let key = text.to_uppercase();
        if key.starts_with("ORD-") {
            list.filter("o.number = ", key, "");
        } else if let Some(reference) = Reference::parse(&key) {
            list.filter("o.reference = ", reference.as_str().to_owned(), "");
        } else {
            list.joined().filter("p.name_norm >= ", text.clone(), "").filter("p.name_norm < ", prefix_end(&text), "");
        }
    }
    list.fetch(tx, page, |row: &OrderRow| row.id.0).await
}
