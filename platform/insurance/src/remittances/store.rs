//! SQL of remittances. What is due is read from the journal.

use chrono::NaiveDate;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::violated_constraint,
    money::{Currency, Money},
    paging::{List, Page, PageRequest},
};
use uuid::Uuid;

use super::{Agreement, DueLine, Held, Remittance, RemittanceError, RemittanceId, RemittanceLine, RemittanceState};
use crate::{insurers::InsurerId, policies::PolicyId};

fn currency(code: &str) -> AppResult<Currency> {
    Currency::from_code(code).map_err(AppError::internal)
}

/// Per insurer: the balance of premium held, what of it is in no live remittance and due, and commission owed. Entries that paid
/// remittances, and those that took them back, move the balance but are nothing to remit. Nor is, in both lists, premium of a policy
/// that waits for approval, or that was declined before any of it was remitted: it and what gave it back are nothing together.
pub async fn held(tx: &mut ReadTx, usual_days: u16, today: NaiveDate) -> AppResult<Vec<Held>> {
    let (tenant, main) = (tx.tenant_id(), tx.scope().tenant.currency);
    let rows = sqlx::query!(
        r#"with uncounted as materialized (
             select x.source_type, x.source_id from policies p
             cross join lateral (
               select 'order_line' as source_type, p.order_line_id as source_id
               union all select 'policy', p.id
               union all select 'instalment', r.id from receivables r
                 where r.tenant_id = p.tenant_id and r.payable_kind = 'order' and r.payable_id = p.order_id and r.line_id = p.order_line_id
               union all select 'cancellation', c.id from cancellations c where c.tenant_id = p.tenant_id and c.policy_id = p.id) x
             where p.tenant_id = $1 and p.approval in ('waiting', 'declined')
               and (p.approval = 'waiting'
                    or not exists (select from remittance_lines l where l.tenant_id = p.tenant_id and l.policy_id = p.id and l.released_at is null))),
           closed as materialized (
             select j.id from (
               select e.id from journal_entries e where e.tenant_id = $1 and e.source_type = 'remittance'
               union all
               select e.id from journal_entries o join journal_entries e on e.tenant_id = o.tenant_id and e.reverses_id = o.id
                 where o.tenant_id = $1 and o.source_type = 'remittance'
               union all
               select e.id from uncounted u join journal_entries e on e.tenant_id = $1 and e.source_type = u.source_type and e.source_id = u.source_id) e
             join journal_lines j on j.tenant_id = $1 and j.entry_id = e.id)
           select i.id as "insurer: InsurerId", i.name, a.id as account, -coalesce(s.balance, 0)::bigint as "held!", coalesce(o.open, 0)::bigint as "open!",
                  coalesce(o.due, 0)::bigint as "due!", o.oldest, coalesce(c.owed, 0)::bigint as "owed!"
           from accounts a
           join insurers i on i.tenant_id = a.tenant_id and i.id::text = a.sub_key
           left join insurer_agreements g on g.tenant_id = i.tenant_id and g.id = i.id
           left join lateral (select sum(j.amount_minor) as balance from journal_lines j where j.tenant_id = a.tenant_id and j.account_id = a.id) s on true
           left join lateral (
             select -sum(j.amount_minor) as open,
                    -sum(j.amount_minor) filter (where j.business_date + coalesce(g.remit_days, $3) <= $4) as due,
                    min(j.business_date) + coalesce(g.remit_days, $3) as oldest
             from journal_lines j
             where j.tenant_id = a.tenant_id and j.account_id = a.id and j.id not in (select x.id from closed x)
               and not exists (select from remittance_lines l where l.tenant_id = j.tenant_id and l.journal_line_id = j.id and l.released_at is null)) o on true
           left join lateral (
             select sum(j.amount_minor) as owed from accounts b
             join journal_lines j on j.tenant_id = b.tenant_id and j.account_id = b.id
             where b.tenant_id = a.tenant_id and b.kind = 'commission_receivable' and b.sub_key = a.sub_key and b.currency = a.currency) c on true
           where a.tenant_id = $1 and a.kind = 'premium_held' and a.currency = $2
           order by i.name"#,
        tenant,
        main.code(),
        i16::try_from(usual_days).unwrap_or(i16::MAX),
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let money = |minor| Money::new(minor, main);
    Ok(rows
        .into_iter()
        .map(|row| Held {
            insurer: row.insurer,
            insurer_name: row.name,
            account: row.account,
            held: money(row.held),
            open: money(row.open),
            due: money(row.due),
            oldest_due_on: row.oldest,
            commission_owed: money(row.owed),
        })
        .collect())
}

/// The due day is the business day: who asks adds what was agreed. Whose policy a posting is about is only looked up for the first ones.
pub async fn due_lines(tx: &mut ReadTx, insurer: InsurerId, currency: Currency, limit: usize) -> AppResult<Vec<DueLine>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"with uncounted as materialized (
             select x.source_type, x.source_id from policies p
             cross join lateral (
               select 'order_line' as source_type, p.order_line_id as source_id
               union all select 'policy', p.id
               union all select 'instalment', r.id from receivables r
                 where r.tenant_id = p.tenant_id and r.payable_kind = 'order' and r.payable_id = p.order_id and r.line_id = p.order_line_id
               union all select 'cancellation', c.id from cancellations c where c.tenant_id = p.tenant_id and c.policy_id = p.id) x
             where p.tenant_id = $1 and p.approval in ('waiting', 'declined')
               and (p.approval = 'waiting'
                    or not exists (select from remittance_lines l where l.tenant_id = p.tenant_id and l.policy_id = p.id and l.released_at is null))),
           first as materialized (
             select j.id, j.entry_id, j.amount_minor, e.description, e.business_date, e.source_type, e.source_id
             from accounts a
             join journal_lines j on j.tenant_id = a.tenant_id and j.account_id = a.id
             join journal_entries e on e.tenant_id = j.tenant_id and e.id = j.entry_id
             where a.tenant_id = $1 and a.kind = 'premium_held' and a.sub_key = $2 and a.currency = $3 and e.source_type <> 'remittance'
               and (e.reverses_id is null or e.reverses_id not in (select o.id from journal_entries o where o.tenant_id = $1 and o.source_type = 'remittance'))
               and (e.source_type, e.source_id) not in (select u.source_type, u.source_id from uncounted u)
               and not exists (select from remittance_lines l where l.tenant_id = j.tenant_id and l.journal_line_id = j.id and l.released_at is null)
             order by e.business_date, j.id limit $4)
           select f.id, f.description, f.business_date, -f.amount_minor as "held!", p.id as "policy?: PolicyId", p.number as "number?", n.display_name as "insured?",
                  coalesce((select -sum(k.amount_minor) from journal_lines k join accounts b on b.tenant_id = k.tenant_id and b.id = k.account_id
                            where k.tenant_id = $1 and k.entry_id = f.entry_id and b.kind = 'commission_income'), 0)::bigint as "commission!"
           from first f
           left join lateral (
             select p.id, p.number, p.customer_id from policies p
               where f.source_type = 'order_line' and p.tenant_id = $1 and p.order_line_id = f.source_id
             union all select p.id, p.number, p.customer_id from policies p
               where f.source_type = 'policy' and p.tenant_id = $1 and p.id = f.source_id
             union all select p.id, p.number, p.customer_id from cancellations c join policies p on p.tenant_id = $1 and p.id = c.policy_id
               where f.source_type = 'cancellation' and c.tenant_id = $1 and c.id = f.source_id
             union all select p.id, p.number, p.customer_id from receivables r join policies p on p.tenant_id = $1 and p.order_line_id = r.line_id
               where f.source_type = 'instalment' and r.tenant_id = $1 and r.id = f.source_id) p on true
           left join customers c on c.tenant_id = $1 and c.id = p.customer_id
           left join parties n on n.tenant_id = $1 and n.id = c.party_id
           order by f.business_date, f.id"#,
        tenant,
        insurer.to_string(),
        currency.code(),
        i64::try_from(limit).unwrap_or(i64::MAX)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DueLine {
            journal_line: row.id,
            description: row.description,
            policy: row.policy,
            policy_number: row.number,
            insured: row.insured,
            business_date: row.business_date,
            due_on: row.business_date,
            held: Money::new(row.held, currency),
            commission: Money::new(row.commission, currency),
        })
        .collect())
}

pub async fn agreement(tx: &mut ReadTx, insurer: InsurerId) -> AppResult<Option<Agreement>> {
    let tenant = tx.tenant_id();
    let row =
        sqlx::query!("select remit_days, commission_netted, version from insurer_agreements where tenant_id = $1 and id = $2", tenant, insurer.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.map(|row| Agreement {
        remit_days: row.remit_days.and_then(|days| u16::try_from(days).ok()),
        commission_netted: row.commission_netted,
        version: row.version,
    }))
}

/// False if it was changed since this version.
pub async fn upsert_agreement(tx: &mut TenantTx, insurer: InsurerId, agreed: Agreement) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "insert into insurer_agreements (tenant_id, id, remit_days, commission_netted, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
         on conflict (tenant_id, id) do update set remit_days = $3, commission_netted = $4, version = insurer_agreements.version + 1, updated_at = $5
           where insurer_agreements.version = $6",
        tenant,
        insurer.0,
        agreed.remit_days.and_then(|days| i16::try_from(days).ok()),
        agreed.commission_netted,
        now,
        agreed.version
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn insert(tx: &mut TenantTx, remittance: &Remittance) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into remittances (tenant_id, id, number, insurer_id, commission_netted, held_minor, commission_minor, payable_minor, currency, line_count,
                                  due_on, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12)",
        tenant,
        remittance.id.0,
        remittance.number,
        remittance.insurer.0,
        remittance.commission_netted,
        remittance.held.minor,
        remittance.commission.minor,
        remittance.payable.minor,
        remittance.payable.currency.code(),
        remittance.line_count,
        remittance.due_on,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// # Errors
/// `remittance.line_taken` if another remittance was quicker.
pub async fn insert_lines(tx: &mut TenantTx, remittance: RemittanceId, lines: &[DueLine]) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let ids: Vec<Uuid> = lines.iter().map(|_| Uuid::now_v7()).collect();
    let postings: Vec<Uuid> = lines.iter().map(|line| line.journal_line).collect();
    let descriptions: Vec<String> = lines.iter().map(|line| line.description.clone()).collect();
    let policies: Vec<Option<Uuid>> = lines.iter().map(|line| line.policy.map(|id| id.0)).collect();
    let numbers: Vec<Option<String>> = lines.iter().map(|line| line.policy_number.clone()).collect();
    let insured: Vec<Option<String>> = lines.iter().map(|line| line.insured.clone()).collect();
    let days: Vec<NaiveDate> = lines.iter().map(|line| line.business_date).collect();
    let due: Vec<NaiveDate> = lines.iter().map(|line| line.due_on).collect();
    let held: Vec<i64> = lines.iter().map(|line| line.held.minor).collect();
    let commission: Vec<i64> = lines.iter().map(|line| line.commission.minor).collect();
    sqlx::query!(
        "insert into remittance_lines (tenant_id, remittance_id, created_at, id, line_no, journal_line_id, description, policy_id, policy_number, insured,
                                       business_date, due_on, held_minor, commission_minor)
         select $1, $2, $3, l.id, l.nr, l.posting, l.description, l.policy, l.number, l.insured, l.day, l.due, l.held, l.commission
         from unnest($4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::date[], $11::date[], $12::bigint[], $13::bigint[])
           with ordinality as l (id, posting, description, policy, number, insured, day, due, held, commission, nr)",
        tenant,
        remittance.0,
        now,
        &ids,
        &postings,
        &descriptions,
        &policies as &[Option<Uuid>],
        &numbers as &[Option<String>],
        &insured as &[Option<String>],
        &days,
        &due,
        &held,
        &commission
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("remittance_lines_posting_key") => RemittanceError::LineTaken.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

/// # Errors
/// `remittance.reference_taken`.
pub async fn mark_paid(tx: &mut TenantTx, id: RemittanceId, reference: &str, paid_on: NaiveDate) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update remittances set state = 'paid', bank_reference = $3, paid_on = $4, version = version + 1, updated_at = $5
         where tenant_id = $1 and id = $2 and state = 'draft'",
        tenant,
        id.0,
        reference,
        paid_on,
        now
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("remittances_reference_key") => RemittanceError::ReferenceTaken.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

pub async fn close(tx: &mut TenantTx, id: RemittanceId, state: RemittanceState, reason: Option<&str>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update remittances set state = $3, closed_reason = $4, version = version + 1, updated_at = $5 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        state.as_str(),
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn release(tx: &mut TenantTx, id: RemittanceId) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!("update remittance_lines set released_at = $3 where tenant_id = $1 and remittance_id = $2", tenant, id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Columns {
    id: RemittanceId,
    number: String,
    insurer_id: InsurerId,
    insurer_name: String,
    state: RemittanceState,
    commission_netted: bool,
    held_minor: i64,
    commission_minor: i64,
    payable_minor: i64,
    currency: String,
    line_count: i32,
    due_on: NaiveDate,
    bank_reference: Option<String>,
    paid_on: Option<NaiveDate>,
    closed_reason: Option<String>,
}

impl Columns {
    fn remittance(self) -> AppResult<Remittance> {
        let currency = currency(&self.currency)?;
        let money = |minor| Money::new(minor, currency);
        Ok(Remittance {
            id: self.id,
            number: self.number,
            insurer: self.insurer_id,
            insurer_name: self.insurer_name,
            state: self.state,
            commission_netted: self.commission_netted,
            held: money(self.held_minor),
            commission: money(self.commission_minor),
            payable: money(self.payable_minor),
            line_count: self.line_count,
            due_on: self.due_on,
            bank_reference: self.bank_reference,
            paid_on: self.paid_on,
            closed_reason: self.closed_reason,
        })
    }
}

pub async fn find(tx: &mut ReadTx, id: RemittanceId) -> AppResult<Option<Remittance>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Columns,
        r#"select r.id as "id: RemittanceId", r.number, r.insurer_id as "insurer_id: InsurerId", i.name as insurer_name, r.state as "state: RemittanceState",
                  r.commission_netted, r.held_minor, r.commission_minor, r.payable_minor, r.currency, r.line_count, r.due_on, r.bank_reference, r.paid_on,
                  r.closed_reason
           from remittances r join insurers i on i.tenant_id = r.tenant_id and i.id = r.insurer_id where r.tenant_id = $1 and r.id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Columns::remittance).transpose()
}

pub async fn lock(tx: &mut TenantTx, id: RemittanceId) -> AppResult<Option<Remittance>> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from remittances where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    find(tx, id).await
}

pub async fn lines(tx: &mut ReadTx, id: RemittanceId, currency: Currency) -> AppResult<Vec<RemittanceLine>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select description, policy_id as "policy: PolicyId", policy_number, insured, business_date, due_on, held_minor, commission_minor
           from remittance_lines where tenant_id = $1 and remittance_id = $2 order by line_no"#,
        tenant,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| RemittanceLine {
            description: row.description,
            policy: row.policy,
            policy_number: row.policy_number,
            insured: row.insured,
            business_date: row.business_date,
            due_on: row.due_on,
            held: Money::new(row.held_minor, currency),
            commission: Money::new(row.commission_minor, currency),
        })
        .collect())
}

pub async fn list(tx: &mut ReadTx, state: Option<RemittanceState>, page: &PageRequest) -> AppResult<Page<Remittance>> {
    let mut list = List::new(
        "r.id, r.number, r.insurer_id, i.name as insurer_name, r.state, r.commission_netted, r.held_minor, r.commission_minor, r.payable_minor, r.currency, \
         r.line_count, r.due_on, r.bank_reference, r.paid_on, r.closed_reason",
        "from remittances r",
        "r.tenant_id",
        "r.id",
    )
    .joining("join insurers i on i.tenant_id = r.tenant_id and i.id = r.insurer_id");
    if let Some(state) = state {
        list.filter("r.state = ", state.as_str(), "");
    }
    if let Some(text) = page.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        list.filter("", text.chars().take(60).collect::<String>(), " in (r.number, r.bank_reference)");
    }
    let rows = list.fetch(tx, page, |row: &Columns| row.id.0).await?;
    let (count, count_exceeded, next, previous) = (rows.count, rows.count_exceeded, rows.next, rows.previous);
    let results = rows.results.into_iter().map(Columns::remittance).collect::<AppResult<Vec<_>>>()?;
    Ok(Page { count, count_exceeded, next, previous, results })
}
