//! Lines that are stored and not judged yet: stored, read and judged many at a time.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AppResult, ReadTx, TenantTx, money::Money};
use ports::payment::{PaymentMethod, ProviderState};
use uuid::Uuid;

use crate::{
    columns::Code,
    reconciliation::{
        ImportId, LineState,
        model::{Judgement, NewLine, provider_state, stored_state},
    },
};

/// Stores lines of a file, all of one book.
pub async fn insert_waiting(tx: &mut TenantTx, import: ImportId, book: &PaymentMethod, lines: &[NewLine]) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let refs: Vec<String> = lines.iter().map(|line| line.provider_ref.clone()).collect();
    let receipts: Vec<Option<String>> = lines.iter().map(|line| line.receipt.clone()).collect();
    let kinds: Vec<String> = lines.iter().map(|line| line.kind.clone()).collect();
    let states: Vec<String> = lines.iter().map(|line| line.provider_state.to_owned()).collect();
    let amounts: Vec<i64> = lines.iter().map(|line| line.gross.minor).collect();
    let fees: Vec<Option<i64>> = lines.iter().map(|line| line.fee.map(|fee| fee.minor)).collect();
    let currencies: Vec<String> = lines.iter().map(|line| line.gross.currency.code().to_owned()).collect();
    let references: Vec<Option<String>> = lines.iter().map(|line| line.reference.clone()).collect();
    let counterparties: Vec<Option<String>> = lines.iter().map(|line| line.counterparty.clone()).collect();
    let moments: Vec<DateTime<Utc>> = lines.iter().map(|line| line.occurred_at).collect();
    let days: Vec<NaiveDate> = lines.iter().map(|line| line.day).collect();
    let settled: Vec<Option<NaiveDate>> = lines.iter().map(|line| line.settled_on).collect();
    sqlx::query!(
        "insert into statement_lines (tenant_id, id, import_id, installation_id, method, provider_ref, receipt, kind, provider_state, gross_minor, fee_minor,
                                      currency, reference, counterparty, occurred_at, day, settled_on, state, created_at, updated_at)
         select $1, n.id, $2, $3, $4, n.ref, n.receipt, n.kind, n.provider_state, n.gross, n.fee, n.currency, n.reference, n.counterparty, n.at, n.day, n.settled,
                'waiting', $5, $5
         from unnest($6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::text[],
                     $16::timestamptz[], $17::date[], $18::date[])
              as n (id, ref, receipt, kind, provider_state, gross, fee, currency, reference, counterparty, at, day, settled)",
        tenant,
        import.0,
        book.installation,
        book.method,
        now,
        &ids,
        &refs,
        &receipts as &[Option<String>],
        &kinds,
        &states,
        &amounts,
        &fees as &[Option<i64>],
        &currencies,
        &references as &[Option<String>],
        &counterparties as &[Option<String>],
        &moments,
        &days,
        &settled as &[Option<NaiveDate>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Stored lines about which the provider had no final word, with that word and what is told with it: they wait to be judged once more.
pub async fn update_waiting(tx: &mut TenantTx, lines: &[NewLine]) -> AppResult<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let refs: Vec<String> = lines.iter().map(|line| line.provider_ref.clone()).collect();
    let receipts: Vec<Option<String>> = lines.iter().map(|line| line.receipt.clone()).collect();
    let states: Vec<String> = lines.iter().map(|line| line.provider_state.to_owned()).collect();
    let fees: Vec<Option<i64>> = lines.iter().map(|line| line.fee.map(|fee| fee.minor)).collect();
    let references: Vec<Option<String>> = lines.iter().map(|line| line.reference.clone()).collect();
    let counterparties: Vec<Option<String>> = lines.iter().map(|line| line.counterparty.clone()).collect();
    let moments: Vec<DateTime<Utc>> = lines.iter().map(|line| line.occurred_at).collect();
    let days: Vec<NaiveDate> = lines.iter().map(|line| line.day).collect();
    let settled: Vec<Option<NaiveDate>> = lines.iter().map(|line| line.settled_on).collect();
    sqlx::query!(
        "update statement_lines l set state = 'waiting', difference = null, provider_state = n.provider_state,
                -- An earlier name was made for a line without this id.
                receipt = case when l.provider_ref = n.ref then coalesce(n.receipt, l.receipt) else l.receipt end,
                fee_minor = coalesce(n.fee, l.fee_minor), reference = coalesce(n.reference, l.reference),
                counterparty = coalesce(n.counterparty, l.counterparty), occurred_at = n.at, day = n.day, settled_on = n.settled,
                version = version + 1, updated_at = $2
         from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::text[], $10::timestamptz[], $11::date[], $12::date[])
              as n (id, ref, receipt, provider_state, fee, reference, counterparty, at, day, settled)
         where l.tenant_id = $1 and l.id = n.id",
        tenant,
        now,
        &ids,
        &refs,
        &receipts as &[Option<String>],
        &states,
        &fees as &[Option<i64>],
        &references as &[Option<String>],
        &counterparties as &[Option<String>],
        &moments,
        &days,
        &settled as &[Option<NaiveDate>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many lines of a book wait.
pub async fn count_waiting(tx: &mut ReadTx, installation: Uuid) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from statement_lines where tenant_id = $1 and installation_id = $2 and state = 'waiting'"#,
        tenant,
        installation
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// The lines of a book that wait, in the order in which they happened, with the provider's word.
pub async fn list_waiting(tx: &mut ReadTx, installation: Uuid, limit: i64) -> AppResult<Vec<(NewLine, ProviderState)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select id, installation_id, method, provider_ref, receipt, kind, provider_state, gross_minor, fee_minor, currency as "currency: Code", reference,
                  counterparty, occurred_at, day, settled_on
           from statement_lines where tenant_id = $1 and installation_id = $2 and state = 'waiting'
           order by occurred_at, kind collate "C", provider_ref collate "C", gross_minor limit $3"#,
        tenant,
        installation,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let state = stored_state(&row.provider_state);
            let line = NewLine {
                id: row.id,
                installation: row.installation_id,
                method: row.method,
                provider_ref: row.provider_ref,
                receipt: row.receipt,
                kind: row.kind,
                provider_state: provider_state(state),
                gross: Money::new(row.gross_minor, row.currency.0),
                fee: row.fee_minor.map(|minor| Money::new(minor, row.currency.0)),
                reference: row.reference,
                counterparty: row.counterparty,
                occurred_at: row.occurred_at,
                day: row.day,
                settled_on: row.settled_on,
            };
            (line, state)
        })
        .collect())
}

/// Writes down how lines were judged that changed nothing else.
pub async fn update_judged(tx: &mut TenantTx, lines: &[(&NewLine, &Judgement)]) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let ids: Vec<Uuid> = lines.iter().map(|(line, _)| line.id).collect();
    let states: Vec<String> = lines.iter().map(|(_, judged)| judged.state.unwrap_or(LineState::Void).as_str().to_owned()).collect();
    let differences: Vec<Option<String>> =
        lines.iter().map(|(_, judged)| judged.difference.map(|difference| difference.as_str().to_owned())).collect();
    let payments: Vec<Option<Uuid>> = lines.iter().map(|(_, judged)| judged.payment.map(|id| id.0)).collect();
    let receipts: Vec<Option<Uuid>> = lines.iter().map(|(_, judged)| judged.receipt.map(|id| id.0)).collect();
    let kinds: Vec<Option<String>> = lines.iter().map(|(_, judged)| judged.entry.map(|(kind, _)| kind.to_owned())).collect();
    let entries: Vec<Option<Uuid>> = lines.iter().map(|(_, judged)| judged.entry.map(|(_, id)| id)).collect();
    sqlx::query!(
        "update statement_lines l set state = n.state, difference = n.difference, payment_id = n.payment, receipt_id = n.receipt,
                entry_source_type = n.entry_type, entry_source_id = n.entry, version = version + 1, updated_at = $2
         from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::uuid[])
              as n (id, state, difference, payment, receipt, entry_type, entry)
         where l.tenant_id = $1 and l.id = n.id",
        tenant,
        now,
        &ids,
        &states,
        &differences as &[Option<String>],
        &payments as &[Option<Uuid>],
        &receipts as &[Option<Uuid>],
        &kinds as &[Option<String>],
        &entries as &[Option<Uuid>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
