//! How business days stand: sums of the statement against the journal, and payments that no statement has.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use kernel::{AppResult, ReadTx, money::Money};
use uuid::Uuid;

use crate::{
    columns::Code,
    moments::start_of,
    payments::PaymentId,
    reconciliation::{DayStatus, MissingAtProvider},
};

struct MissingRow {
    id: PaymentId,
    customer_id: Uuid,
    reference: String,
    receipt: Option<String>,
    received_minor: i64,
    currency: Code,
    at: DateTime<Utc>,
}

impl From<MissingRow> for MissingAtProvider {
    fn from(row: MissingRow) -> Self {
        Self {
            payment: row.id,
            customer: row.customer_id,
            reference: row.reference,
            receipt: row.receipt,
            amount: Money::new(row.received_minor, row.currency.0),
            at: row.at,
        }
    }
}

/// Payments received in this span (both ends included) that no line of a statement is.
pub async fn missing_at_provider(tx: &mut ReadTx, installation: Uuid, from: DateTime<Utc>, to: DateTime<Utc>) -> AppResult<Vec<MissingAtProvider>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        MissingRow,
        r#"select p.id as "id: PaymentId", p.customer_id, p.reference, p.receipt, p.received_minor as "received_minor!", p.currency as "currency: Code",
                  coalesce(p.paid_at, p.received_at) as "at!"
           from payments p
           where p.tenant_id = $1 and p.installation_id = $2 and p.state = 'received' and coalesce(p.paid_at, p.received_at) between $3 and $4
             and not exists (select from statement_lines l where l.tenant_id = p.tenant_id and l.payment_id = p.id and l.kind = 'payment' and l.state <> 'void')
             and p.reversed_at is null
             and not exists (select from difference_decisions d where d.tenant_id = p.tenant_id and d.payment_id = p.id and d.state = 'done')
           order by p.id limit 1000"#,
        tenant,
        installation,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(MissingAtProvider::from).collect())
}

/// As [`missing_at_provider`], over business days and only where an import that was read whole covers the moment.
pub async fn missing_between(tx: &mut ReadTx, method: &str, from: NaiveDate, to: NaiveDate, zone: Tz) -> AppResult<Vec<MissingAtProvider>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        MissingRow,
        r#"select p.id as "id: PaymentId", p.customer_id, p.reference, p.receipt, p.received_minor as "received_minor!", p.currency as "currency: Code",
                  coalesce(p.paid_at, p.received_at) as "at!"
           from payments p
           where p.tenant_id = $1 and p.method = $2 and p.state = 'received' and coalesce(p.paid_at, p.received_at) >= $3 and coalesce(p.paid_at, p.received_at) < $4
             and exists (select from statement_imports i where i.tenant_id = p.tenant_id and i.installation_id = p.installation_id
                         and coalesce(p.paid_at, p.received_at) between i.covers_from and i.covers_to and i.unread = '[]')
             -- While lines wait, nobody knows which payments they are.
             and not exists (select from statement_lines w where w.tenant_id = p.tenant_id and w.installation_id = p.installation_id and w.state = 'waiting')
             and not exists (select from statement_lines l where l.tenant_id = p.tenant_id and l.payment_id = p.id and l.kind = 'payment' and l.state <> 'void')
             and p.reversed_at is null
             and not exists (select from difference_decisions d where d.tenant_id = p.tenant_id and d.payment_id = p.id and d.state = 'done')
           order by p.id limit 1000"#,
        tenant,
        method,
        start_of(from, zone),
        start_of(to.succ_opt().unwrap_or(to), zone)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(MissingAtProvider::from).collect())
}

/// The sums of each day: what the statement says against what the clearing account moved for the same lines.
pub async fn days(tx: &mut ReadTx, method: &str, from: NaiveDate, to: NaiveDate) -> AppResult<Vec<DayStatus>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select m.day as "day!", m.currency as "currency!: Code", count(*) as "lines!", count(*) filter (where m.state = 'matched') as "matched!",
                  count(*) filter (where m.state in ('difference', 'waiting')) as "open!", sum(m.gross_minor)::bigint as "statement!", sum(m.booked)::bigint as "booked!",
                  coalesce(sum(m.gross_minor - m.booked) filter (where m.state <> 'matched'), 0)::bigint as "differences!",
                  coalesce(sum(m.gross_minor - m.booked) filter (where m.state = 'matched'), 0)::bigint as "unexplained!"
           from (select l.day, l.currency, l.state,
                        -- What the provider says did not move is no part of the day.
                        case when l.difference = 'state_differs' then 0 else l.gross_minor end as gross_minor,
                        -- Money that arrives from another clearing account moves both; this one counts.
                        coalesce((select coalesce(sum(j.amount_minor) filter (where a.sub_key = l.method), sum(j.amount_minor))
                                  from journal_entries e
                                  join journal_lines j on j.tenant_id = e.tenant_id and j.entry_id = e.id
                                  join accounts a on a.tenant_id = j.tenant_id and a.id = j.account_id and a.kind = 'clearing'
                                  where e.tenant_id = l.tenant_id and e.source_type = l.entry_source_type and e.source_id = l.entry_source_id
                                    and j.currency = l.currency), 0) as booked
                 from statement_lines l
                 where l.tenant_id = $1 and l.method = $2 and l.day between $3 and $4 and l.state <> 'void') m
           group by m.day, m.currency order by m.day desc limit 400"#,
        tenant,
        method,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let money = |minor| Money::new(minor, row.currency.0);
            DayStatus {
                day: row.day,
                lines: row.lines,
                matched: row.matched,
                open_differences: row.open,
                statement: money(row.statement),
                booked: money(row.booked),
                differences: money(row.differences),
                unexplained: money(row.unexplained),
                missing_at_provider: 0,
                reconciled: false,
            }
        })
        .collect())
}
