//! SQL of the payouts.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::{expect_one, violated_constraint},
    money::{Currency, Money},
    paging::{List, Page, PageRequest},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Destination, Givable, Payout, PayoutError, PayoutFilter, PayoutId, PayoutState, PayoutWay, Through};
use crate::{columns::Code, payments::PaymentId};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    number: String,
    debt_kind: String,
    debt_id: Uuid,
    customer_id: Option<Uuid>,
    amount_minor: i64,
    currency: Code,
    description: String,
    way: PayoutWay,
    payee: String,
    bank: Option<String>,
    bank_code: Option<String>,
    branch_code: Option<String>,
    account: Option<String>,
    phone: Option<String>,
    payment_id: Option<Uuid>,
    state: PayoutState,
    needs_approval: bool,
    requested_by: Uuid,
    approved_by: Option<Uuid>,
    approved_at: Option<DateTime<Utc>>,
    tries: i32,
    sent_by: Option<Uuid>,
    sent_at: Option<DateTime<Utc>>,
    installation_id: Option<Uuid>,
    method: Option<String>,
    key: Option<Uuid>,
    provider_ref: Option<String>,
    handed: bool,
    in_flight_since: Option<DateTime<Utc>>,
    ask_at: Option<DateTime<Utc>>,
    asks: i32,
    paid_on: Option<NaiveDate>,
    receipt: Option<String>,
    reason: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
}

impl From<Row> for Payout {
    fn from(row: Row) -> Self {
        let through = match (row.installation_id, row.method, row.key) {
            (Some(installation), Some(method), Some(key)) => Some(Through {
                installation,
                method,
                key,
                provider_ref: row.provider_ref,
                handed: row.handed,
                in_flight_since: row.in_flight_since,
                ask_at: row.ask_at,
                asks: row.asks,
            }),
            _ => None,
        };
        Self {
            id: PayoutId(row.id),
            number: row.number,
            debt_kind: row.debt_kind,
            debt_id: row.debt_id,
            customer: row.customer_id,
            amount: Money::new(row.amount_minor, row.currency.0),
            description: row.description,
            to: Destination {
                way: row.way,
                payee: row.payee,
                bank: row.bank,
                bank_code: row.bank_code,
                branch_code: row.branch_code,
                account: row.account,
                phone: row.phone,
                payment: row.payment_id.map(PaymentId),
            },
            state: row.state,
            needs_approval: row.needs_approval,
            requested_by: row.requested_by,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
            tries: row.tries,
            sent_by: row.sent_by,
            sent_at: row.sent_at,
            through,
            paid_on: row.paid_on,
            receipt: row.receipt,
            reason: row.reason,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// # Errors
/// `payout.under_way` if the debt has a live payout.
pub async fn insert(tx: &mut TenantTx, new: &Payout) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into payouts (tenant_id, id, number, debt_kind, debt_id, customer_id, amount_minor, currency, description, way, payee, bank, bank_code,
           branch_code, account, phone, payment_id, state, needs_approval, requested_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21)",
        tenant,
        new.id.0,
        new.number,
        new.debt_kind,
        new.debt_id,
        new.customer,
        new.amount.minor,
        new.amount.currency.code(),
        new.description,
        new.to.way.as_str(),
        new.to.payee,
        new.to.bank,
        new.to.bank_code,
        new.to.branch_code,
        new.to.account,
        new.to.phone,
        new.to.payment.map(|payment| payment.0),
        new.state.as_str(),
        new.needs_approval,
        new.requested_by,
        new.created_at
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("payouts_debt_key") => PayoutError::UnderWay.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

pub async fn get(tx: &mut ReadTx, id: PayoutId) -> AppResult<Payout> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, number, debt_kind, debt_id, customer_id, amount_minor, currency as "currency: Code", description, way as "way: PayoutWay", payee, bank,
             bank_code, branch_code, account, phone, payment_id, state as "state: PayoutState", needs_approval, requested_by, approved_by, approved_at, tries, sent_by,
             sent_at, installation_id, method, key, provider_ref, handed, in_flight_since, ask_at, asks, paid_on, receipt, reason, version, created_at
           from payouts where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Payout::from).ok_or_else(AppError::not_found)
}

pub async fn lock(tx: &mut TenantTx, id: PayoutId) -> AppResult<Payout> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from payouts where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    get(tx, id).await
}

/// The payout of a debt that was neither withdrawn nor came back; there is one at most.
pub async fn of_debt(tx: &mut ReadTx, kind: &str, id: Uuid) -> AppResult<Option<PayoutId>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_scalar!(
        r#"select id as "id: PayoutId" from payouts
           where tenant_id = $1 and debt_kind = $2 and debt_id = $3 and state not in ('returned', 'withdrawn')"#,
        tenant,
        kind,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found)
}

/// What payouts of such debts take of a customer's money that the books still have with us.
pub async fn under_way(tx: &mut ReadTx, kind: &str, customer: Uuid, currency: Currency) -> AppResult<Money> {
    let tenant = tx.tenant_id();
    let minor = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "minor!" from payouts
           where tenant_id = $1 and customer_id = $2 and debt_kind = $3 and currency = $4 and state in ('sent', 'unknown')"#,
        tenant,
        customer,
        kind,
        currency.code()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Money::new(minor, currency))
}

/// Payouts that an installation carries out and that have no outcome.
pub async fn count_open(tx: &mut ReadTx, installation: Uuid) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from payouts where tenant_id = $1 and installation_id = $2 and state in ('sent', 'unknown')"#,
        tenant,
        installation
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// The payout that a provider speaks of: by our key of the try, or by the provider's id.
pub async fn find_reported(tx: &mut ReadTx, installation: Uuid, key: Option<Uuid>, provider_ref: Option<&str>) -> AppResult<Option<PayoutId>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_scalar!(
        r#"select id as "id: PayoutId" from payouts
           where tenant_id = $1 and installation_id = $2 and (key = $3 or ($3::uuid is null and provider_ref = $4)) limit 1"#,
        tenant,
        installation,
        key,
        provider_ref
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found)
}

/// The payout that a line of a provider's statement names.
pub async fn find_named(tx: &mut ReadTx, installation: Uuid, names: &[String]) -> AppResult<Option<PayoutId>> {
    let tenant = tx.tenant_id();
    let keys: Vec<Uuid> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let found = sqlx::query_scalar!(
        r#"select id as "id: PayoutId" from payouts
           where tenant_id = $1 and installation_id = $2 and (receipt = any($3) or provider_ref = any($3) or key = any($4)) order by id limit 1"#,
        tenant,
        installation,
        names,
        &keys
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found)
}

/// Payouts of which nobody heard although somebody should have looked at them by then, the longest waiting first.
pub async fn lying(tx: &mut ReadTx, before: DateTime<Utc>) -> AppResult<Vec<PayoutId>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_scalar!(
        r#"select id as "id: PayoutId" from payouts where tenant_id = $1 and ask_at < $2 and state in ('sent', 'unknown') order by ask_at limit 200"#,
        tenant,
        before
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found)
}

/// Payments of a customer by which as much may go back, beside what goes or went back by them, the newest first.
pub async fn givable(tx: &mut ReadTx, customer: Uuid, amount: Money) -> AppResult<Vec<Givable>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select p.id as "id: PaymentId", p.reference, p.method_title, p.installation_id, p.received_minor as "received_minor!", p.received_at as "received_at!"
           from payments p
           where p.tenant_id = $1 and p.customer_id = $2 and p.state = 'received' and p.reversed_at is null and p.currency = $3
             and p.received_minor is not null and p.received_at is not null
             and p.received_minor - $4 >= coalesce((select sum(o.amount_minor) from payouts o where o.tenant_id = p.tenant_id and o.payment_id = p.id
                                                    and o.state not in ('returned', 'withdrawn')), 0)
           order by p.id desc limit 20"#,
        tenant,
        customer,
        amount.currency.code(),
        amount.minor
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Givable {
            payment: row.id,
            reference: row.reference,
            method_title: row.method_title,
            installation: row.installation_id,
            received: Money::new(row.received_minor, amount.currency),
            received_at: row.received_at,
        })
        .collect())
}

/// Writes what can change of a locked payout, and counts its version up.
///
/// # Errors
/// `payout.same_person`; `payout.changed`.
pub async fn update(tx: &mut TenantTx, payout: &mut Payout) -> AppResult<()> {
    let (tenant, now, through) = (tx.tenant_id(), tx.scope().now(), payout.through.as_ref());
    let done = sqlx::query!(
        "update payouts set state = $4, approved_by = $5, approved_at = $6, tries = $7, sent_by = $8, sent_at = $9, paid_on = $10, receipt = $11, reason = $12,
           installation_id = $14, method = $15, key = $16, provider_ref = $17, handed = $18, in_flight_since = $19, ask_at = $20, asks = $21,
           version = version + 1, updated_at = $13
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        payout.id.0,
        payout.version,
        payout.state.as_str(),
        payout.approved_by,
        payout.approved_at,
        payout.tries,
        payout.sent_by,
        payout.sent_at,
        payout.paid_on,
        payout.receipt,
        payout.reason,
        now,
        through.map(|through| through.installation),
        through.map(|through| through.method.as_str()),
        through.map(|through| through.key),
        through.and_then(|through| through.provider_ref.as_deref()),
        through.is_some_and(|through| through.handed),
        through.and_then(|through| through.in_flight_since),
        through.and_then(|through| through.ask_at),
        through.map_or(0, |through| through.asks)
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("payouts_second_person_check") => PayoutError::SamePerson.into(),
        _ => AppError::from(error),
    })?;
    expect_one(done.rows_affected(), PayoutError::Changed)?;
    payout.version += 1;
    Ok(())
}

pub async fn list(tx: &mut ReadTx, filter: &PayoutFilter, page: &PageRequest) -> AppResult<Page<Payout>> {
    let mut list = List::new(
        "p.id, p.number, p.debt_kind, p.debt_id, p.customer_id, p.amount_minor, p.currency, p.description, p.way, p.payee, p.bank, p.bank_code,
         p.branch_code, p.account, p.phone, p.payment_id, p.state, p.needs_approval, p.requested_by, p.approved_by, p.approved_at, p.tries, p.sent_by,
         p.sent_at, p.installation_id, p.method, p.key, p.provider_ref, p.handed, p.in_flight_since, p.ask_at, p.asks, p.paid_on, p.receipt, p.reason, p.version, p.created_at",
        "from payouts p",
        "p.tenant_id",
        "p.id",
    )
    .amounts("p.amount_minor");
    if let Some(state) = filter.state {
        list.filter("p.state = ", state.as_str(), "");
    }
    if let Some(kind) = &filter.debt_kind {
        list.filter("p.debt_kind = ", kind.clone(), "");
    }
    if let Some(way) = filter.way {
        list.filter("p.way = ", way.as_str(), "");
    }
    if let Some(customer) = filter.customer {
        list.filter("p.customer_id = ", customer, "");
    }
    if let Some(text) = page.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        list.filter("p.number = ", text.to_uppercase(), "");
    }
    let rows = list.fetch(tx, page, |row: &Row| row.id).await?;
    Ok(rows.map(Payout::from))
}
