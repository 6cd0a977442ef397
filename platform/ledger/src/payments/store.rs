//! SQL of the payments.

use chrono::{DateTime, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
};
use uuid::Uuid;

use super::{
    Cause, CreditReason, Failure, Payment, PaymentFilter, PaymentId, PaymentState, Proof, Step,
    views::{AllocationView, search_key},
};
use crate::{columns::Code, moments::start_of};

/// Inserts an attempt. False if another one is open for the payable.
pub async fn insert(tx: &mut TenantTx, new: &Payment) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "insert into payments (tenant_id, id, customer_id, payable_kind, payable_id, origin, method, method_title, installation_id, amount_minor, currency,
                               reference, description, payer_name, payer_phone, payer_email, return_url, state, expires_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20)
         on conflict (tenant_id, payable_kind, payable_id) where state in ('created', 'submitted', 'pending', 'unknown') do nothing",
        tenant,
        new.id.0,
        new.customer_id,
        new.payable_kind,
        new.payable_id,
        new.origin,
        new.method,
        new.method_title,
        new.installation_id,
        new.amount_minor,
        new.currency.0.code(),
        new.reference,
        new.description,
        new.payer_name,
        new.payer_phone,
        new.payer_email,
        new.return_url,
        new.state.as_str(),
        new.expires_at,
        new.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn find(tx: &mut ReadTx, id: PaymentId) -> AppResult<Option<Payment>> {
    let tenant = tx.tenant_id();
    let payment = sqlx::query_as!(
        Payment,
        r#"select id as "id: PaymentId", customer_id, payable_kind, payable_id, origin, method, method_title, installation_id, asked, amount_minor,
                  currency as "currency: Code", reference, description, payer_name, payer_phone, payer_email, return_url,
                  state as "state: PaymentState", expires_at, sends, in_flight_since, provider_ref, reported_ref, reported_minor, reported_receipt,
                  receipt, action_kind, action_value, code, message,
                  failure as "failure: Failure", asks, ask_at, unanswerable, received_minor, received_at, paid_at,
                  proof as "proof: Proof", fee_minor, allocated_minor, credited_minor, credit_reason as "credit_reason: CreditReason",
                  reversed_at, version, created_at, updated_at
           from payments where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(payment)
}

pub async fn get(tx: &mut ReadTx, id: PaymentId) -> AppResult<Payment> {
    find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Locks the row, then reads it: what is read is the newest committed version.
pub async fn lock(tx: &mut TenantTx, id: PaymentId) -> AppResult<Payment> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from payments where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    get(tx, id).await
}

pub async fn find_open(tx: &mut ReadTx, payable_kind: &str, payable_id: Uuid) -> AppResult<Option<PaymentId>> {
    let tenant = tx.tenant_id();
    let id = sqlx::query_scalar!(
        r#"select id as "id: PaymentId" from payments
           where tenant_id = $1 and payable_kind = $2 and payable_id = $3 and state in ('created', 'submitted', 'pending', 'unknown')"#,
        tenant,
        payable_kind,
        payable_id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

pub async fn count_open(tx: &mut ReadTx, installation: Uuid) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from payments
           where tenant_id = $1 and installation_id = $2
             and (state in ('created', 'submitted', 'pending', 'unknown') or (state = 'expired' and ask_at is not null))"#,
        tenant,
        installation
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub async fn find_by_provider_ref(tx: &mut ReadTx, installation: Uuid, provider_ref: &str) -> AppResult<Option<PaymentId>> {
    let tenant = tx.tenant_id();
    let id = sqlx::query_scalar!(
        r#"select id as "id: PaymentId" from payments where tenant_id = $1 and installation_id = $2 and provider_ref = $3"#,
        tenant,
        installation,
        provider_ref
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

pub async fn find_by_receipt(tx: &mut ReadTx, installation: Uuid, receipt: &str) -> AppResult<Option<PaymentId>> {
    let tenant = tx.tenant_id();
    let id = sqlx::query_scalar!(
        r#"select id as "id: PaymentId" from payments where tenant_id = $1 and installation_id = $2 and receipt = $3"#,
        tenant,
        installation,
        receipt
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

pub async fn find_by_reference(tx: &mut ReadTx, reference: &str) -> AppResult<Option<PaymentId>> {
    let tenant = tx.tenant_id();
    let id = sqlx::query_scalar!(r#"select id as "id: PaymentId" from payments where tenant_id = $1 and reference = $2"#, tenant, reference)
        .fetch_optional(tx.conn())
        .await?;
    Ok(id)
}

/// The title under which a method was offered last.
pub async fn find_method_title(tx: &mut ReadTx, method: &str) -> AppResult<Option<String>> {
    let tenant = tx.tenant_id();
    let title =
        sqlx::query_scalar!("select method_title from payments where tenant_id = $1 and method = $2 order by id desc limit 1", tenant, method)
            .fetch_optional(tx.conn())
            .await?;
    Ok(title)
}

/// Writes everything that can change of a locked payment, and counts its version up.
pub async fn update(tx: &mut TenantTx, payment: &mut Payment) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update payments set state = $4, sends = $5, in_flight_since = $6, provider_ref = $7, reported_ref = $8, reported_minor = $9,
                reported_receipt = $10, receipt = $11, action_kind = $12, action_value = $13, code = $14, message = $15, asks = $16, ask_at = $17,
                unanswerable = $18, received_minor = $19, received_at = $20, paid_at = $21, proof = $22, fee_minor = $23, allocated_minor = $24,
                credited_minor = $25, credit_reason = $26, reversed_at = $27, failure = $28, installation_id = $29, asked = $30, version = version + 1,
                updated_at = $31
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        payment.id.0,
        payment.version,
        payment.state.as_str(),
        payment.sends,
        payment.in_flight_since,
        payment.provider_ref,
        payment.reported_ref,
        payment.reported_minor,
        payment.reported_receipt,
        payment.receipt,
        payment.action_kind,
        payment.action_value,
        payment.code,
        payment.message,
        payment.asks,
        payment.ask_at,
        payment.unanswerable,
        payment.received_minor,
        payment.received_at,
        payment.paid_at,
        payment.proof.map(Proof::as_str),
        payment.fee_minor,
        payment.allocated_minor,
        payment.credited_minor,
        payment.credit_reason.map(CreditReason::as_str),
        payment.reversed_at,
        payment.failure.map(Failure::as_str),
        payment.installation_id,
        &payment.asked,
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() != 1 {
        return Err(AppError::internal("a locked payment changed"));
    }
    payment.version += 1;
    payment.updated_at = now;
    Ok(())
}

/// Adds a step to the history.
pub async fn insert_step(tx: &mut TenantTx, payment: &Payment, cause: Cause, code: Option<&str>, message: Option<&str>) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into payment_steps (tenant_id, id, payment_id, customer_id, at, state, cause, code, message, actor)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tenant,
        Uuid::now_v7(),
        payment.id.0,
        payment.customer_id,
        now,
        payment.state.as_str(),
        cause.as_str(),
        code,
        message,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn steps(tx: &mut ReadTx, payment: PaymentId) -> AppResult<Vec<Step>> {
    let tenant = tx.tenant_id();
    let steps = sqlx::query_as!(
        Step,
        r#"select id, at, state as "state: PaymentState", cause as "cause: Cause", code, message, actor
           from payment_steps where tenant_id = $1 and payment_id = $2 order by id limit 500"#,
        tenant,
        payment.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(steps)
}

pub async fn allocations(tx: &mut ReadTx, payment: PaymentId) -> AppResult<Vec<AllocationView>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select a.receivable_id, r.line_id, a.amount_minor, r.currency as "currency: Code", r.description
           from allocations a join receivables r on r.tenant_id = a.tenant_id and r.id = a.receivable_id
           where a.tenant_id = $1 and a.payment_id = $2 order by a.id"#,
        tenant,
        payment.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| AllocationView {
            receivable: row.receivable_id.into(),
            line: row.line_id,
            description: row.description,
            amount: kernel::money::Money::new(row.amount_minor, row.currency.0),
        })
        .collect())
}

/// Payments without an outcome that no job seems to be working on: not touched since `quiet`, and waiting to be sent or to be
/// asked about.
pub async fn without_outcome(tx: &mut ReadTx, quiet: DateTime<Utc>) -> AppResult<Vec<PaymentId>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        r#"select id as "id: PaymentId" from payments
           where tenant_id = $1 and updated_at < $2 and (state in ('created', 'submitted') or (state <> 'received' and ask_at < $2))
           order by updated_at limit 200"#,
        tenant,
        quiet
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// A page of payments, newest first.
pub async fn list(tx: &mut ReadTx, filter: &PaymentFilter, page: &PageRequest) -> AppResult<Page<Payment>> {
    let mut list = List::new("p.*", "from payments p", "p.tenant_id", "p.id").amounts("p.amount_minor");
    if let Some(state) = filter.state {
        list.filter("p.state = ", state.as_str(), "");
    }
    if let Some(method) = &filter.method {
        list.filter("p.method = ", method.clone(), "");
    }
    if let Some(customer) = filter.customer {
        list.filter("p.customer_id = ", customer, "");
    }
    if let Some(payable) = filter.payable_id {
        list.filter("p.payable_id = ", payable, "");
    }
    if filter.credited {
        list.fixed("p.credited_minor > 0");
    }
    if filter.open {
        list.fixed("p.state in ('created', 'submitted', 'pending', 'unknown')");
    }
    if filter.unpaid {
        list.fixed(
            "p.state in ('failed', 'expired') and not exists (select from payments n where n.tenant_id = p.tenant_id and n.payable_kind = p.payable_kind \
             and n.payable_id = p.payable_id and n.id > p.id) and exists (select from receivables r where r.tenant_id = p.tenant_id \
             and r.payable_kind = p.payable_kind and r.payable_id = p.payable_id and r.state = 'open')",
        );
    }
    let zone = tx.scope().tenant.time_zone;
    if let Some(day) = filter.received_from {
        list.filter("p.received_at >= ", start_of(day, zone), "");
    }
    if let Some(day) = filter.received_to.and_then(|day| day.succ_opt()) {
        list.filter("p.received_at < ", start_of(day, zone), "");
    }
    if let Some(text) = page.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        // Our reference, or one of the provider's ids, as written.
        let given: String = text.chars().take(200).collect();
        let ids = search(tx, &[search_key(&given), given]).await?;
        list.filter("p.id = any(", ids, ")");
    }
    list.fetch(tx, page, |payment: &Payment| payment.id.0).await
}

/// Payments that one of these texts names: our reference, a receipt, a provider's id.
async fn search(tx: &mut ReadTx, keys: &[String]) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        r#"select id as "id!" from payments where tenant_id = $1 and reference = any($2)
           union select id from payments where tenant_id = $1 and receipt = any($2)
           union select id from payments where tenant_id = $1 and provider_ref = any($2)"#,
        tenant,
        keys
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}
