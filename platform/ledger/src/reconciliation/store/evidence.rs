//! What the ledger knows that a line may be: payments, entries, money on its way, and the methods that have a book.

use chrono::NaiveDate;
use kernel::{AppResult, ReadTx, money::Money};
use ports::payment::PaymentMethod;
use uuid::Uuid;

use crate::{
    columns::Code,
    payments::PaymentId,
    reconciliation::{model::NewLine, traces::Received},
};

/// Whether a line of money coming in is this payment already.
pub async fn has_line(tx: &mut ReadTx, payment: PaymentId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let has = sqlx::query_scalar!(
        r#"select exists (select from statement_lines where tenant_id = $1 and payment_id = $2 and kind = 'payment' and gross_minor > 0 and state <> 'void'
                          and difference is distinct from 'state_differs') as "has!""#,
        tenant,
        payment.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(has)
}

/// Whether another line is this entry of the journal already.
pub async fn entry_has_line(tx: &mut ReadTx, entry: (&str, Uuid), line: Uuid) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let has = sqlx::query_scalar!(
        r#"select exists (select from statement_lines where tenant_id = $1 and entry_source_id = $2 and entry_source_type = $3 and id <> $4) as "has!""#,
        tenant,
        entry.1,
        entry.0,
        line
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(has)
}

/// The methods by which money came, as their last payments named them.
pub async fn methods_once_used(tx: &mut ReadTx) -> AppResult<Vec<PaymentMethod>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select a.sub_key, a.currency, p.method_title, p.installation_id
         from accounts a
         cross join lateral (select method_title, installation_id from payments p where p.tenant_id = a.tenant_id and p.method = a.sub_key
                             order by p.id desc limit 1) p
         where a.tenant_id = $1 and a.kind = 'clearing' and p.installation_id <> $2 order by a.sub_key, a.currency",
        tenant,
        // What was taken by hand has no book of its own: its money arrives in others.
        Uuid::nil()
    )
    .fetch_all(tx.conn())
    .await?;
    let method = |row: (String, String, Uuid, String)| PaymentMethod {
        method: row.0,
        installation: row.2,
        title: row.1,
        currencies: vec![row.3],
        smallest_unit: 1,
        min: 1,
        max: i64::MAX,
        payer_needs: Vec::new(),
    };
    Ok(rows.into_iter().map(|row| method((row.sub_key, row.method_title, row.installation_id, row.currency))).collect())
}

/// The one payment of this amount that was received in another book, that carries one of these words as its receipt or pays this
/// payable, and that no statement had. A payment in a book with statements of its own is not looked for by its payable, nor is one of
/// other weeks: the parts of a debt that is paid by instalments have one amount.
pub async fn payment_elsewhere(tx: &mut ReadTx, line: &NewLine, words: &[String], payable: Option<Uuid>) -> AppResult<Option<(PaymentId, String)>> {
    let tenant = tx.tenant_id();
    let mut rows = sqlx::query!(
        r#"select p.id as "id: PaymentId", p.method from payments p
           where p.tenant_id = $1 and p.state = 'received' and p.installation_id <> $2 and p.received_minor = $3 and p.currency = $4
             and (p.receipt = any($5)
                  or (p.payable_id = $6 and coalesce(p.paid_at, p.received_at) between $7::timestamptz - interval '10 days' and $7::timestamptz + interval '10 days'
                      and not exists (select from statement_imports i where i.tenant_id = p.tenant_id and i.installation_id = p.installation_id)))
             and p.reversed_at is null
             -- Of a cheque that staff noted as paid the money is on its way already.
             and not exists (select from takings t where t.tenant_id = p.tenant_id and t.payment_id = p.id and t.state = 'cleared')
             and not exists (select from statement_lines l where l.tenant_id = p.tenant_id and l.payment_id = p.id and l.kind = 'payment' and l.state <> 'void'
                             and l.difference is distinct from 'state_differs')
           order by p.id limit 2"#,
        tenant,
        line.installation,
        line.gross.minor,
        line.gross.currency.code(),
        words,
        payable,
        line.occurred_at
    )
    .fetch_all(tx.conn())
    .await?;
    let only = rows.pop().filter(|_| rows.is_empty());
    Ok(only.map(|row| (row.id, row.method)))
}

/// Entries of these days that moved this amount over the account of money on its way, and that nothing brought to an end.
pub async fn on_the_way(tx: &mut ReadTx, amount: Money, from: NaiveDate, to: NaiveDate) -> AppResult<Vec<(Uuid, String)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select e.id, e.description from accounts a
         join journal_lines j on j.tenant_id = a.tenant_id and j.account_id = a.id
         join journal_entries e on e.tenant_id = j.tenant_id and e.id = j.entry_id
         where a.tenant_id = $1 and a.kind = 'bank' and a.sub_key = '' and a.currency = $2 and j.amount_minor = $3
           and j.business_date between $4 and $5 and e.kind not in ('statement_transit', 'reversal')
           and not exists (select from journal_entries r where r.tenant_id = e.tenant_id and r.reverses_id = e.id)
           and not exists (select from statement_lines l where l.tenant_id = e.tenant_id and l.clears_entry_id = e.id)
         order by e.business_date, e.id limit 20",
        tenant,
        amount.currency.code(),
        amount.minor,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.description)).collect())
}

/// Which of these words a payment, a payout, a debt or money that arrived carries: as the provider's id, as receipt, as reference or number.
pub async fn words_of_ours(tx: &mut ReadTx, words: &[String]) -> AppResult<Vec<String>> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let found = sqlx::query_scalar!(
        r#"select provider_ref as "word!" from payments where tenant_id = $1 and provider_ref = any($2)
           union select id::text from payments where tenant_id = $1 and id = any($3)
           union select receipt from payments where tenant_id = $1 and receipt = any($2)
           union select reference from payments where tenant_id = $1 and reference = any($2)
           union select reference from receivables where tenant_id = $1 and reference = any($2)
           union select payable_number from receivables where tenant_id = $1 and payable_number = any($2)
           union select provider_ref from unmatched_receipts where tenant_id = $1 and provider_ref = any($2) and origin = 'arrival'
           union select receipt from unmatched_receipts where tenant_id = $1 and receipt = any($2) and origin = 'arrival'
           union select provider_ref from payouts where tenant_id = $1 and provider_ref = any($2)
           union select receipt from payouts where tenant_id = $1 and receipt = any($2)
           union select key::text from payouts where tenant_id = $1 and key = any($3)"#,
        tenant,
        words,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found)
}

/// Which of these amounts entries of these days moved over the account of money on its way.
pub async fn amounts_on_the_way(tx: &mut ReadTx, amounts: &[i64], from: NaiveDate, to: NaiveDate) -> AppResult<Vec<i64>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_scalar!(
        "select distinct j.amount_minor from accounts a
         join journal_lines j on j.tenant_id = a.tenant_id and j.account_id = a.id
         join journal_entries e on e.tenant_id = j.tenant_id and e.id = j.entry_id
         where a.tenant_id = $1 and a.kind = 'bank' and a.sub_key = '' and j.amount_minor = any($2)
           and j.business_date between $3 and $4 and e.kind not in ('statement_transit', 'reversal')",
        tenant,
        amounts,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found)
}

/// The payments of a book that lines of money coming in name by an id of the provider's.
pub async fn payments_named(tx: &mut ReadTx, installation: Uuid, lines: &[&NewLine]) -> AppResult<Vec<Received>> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let refs: Vec<String> = lines.iter().map(|line| line.provider_ref.clone()).collect();
    let receipts: Vec<Option<String>> = lines.iter().map(|line| line.receipt.clone()).collect();
    let currencies: Vec<String> = lines.iter().map(|line| line.gross.currency.code().to_owned()).collect();
    let with_fee: Vec<bool> = lines.iter().map(|line| line.fee.is_some_and(Money::is_positive)).collect();
    let rows = sqlx::query!(
        r#"select n.id as "line!", p.id as "payment: PaymentId", p.reference, p.provider_ref, p.receipt, coalesce(p.received_minor, 0) as "received!",
                  p.currency as "currency: Code",
                  (p.state = 'received' and p.currency = n.currency and p.provider_ref is not null and (n.receipt is null or p.receipt is not null)
                   and (not n.with_fee or p.fee_minor is not null)
                   and not exists (select from statement_lines l where l.tenant_id = p.tenant_id and l.payment_id = p.id and l.kind = 'payment'
                                   and l.gross_minor > 0 and l.state <> 'void' and l.difference is distinct from 'state_differs')
                   and not exists (select from statement_lines l where l.tenant_id = p.tenant_id and l.entry_source_id = p.id
                                   and l.entry_source_type = 'payment' and l.id <> n.id)) as "is_settled!"
           from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::boolean[]) as n (id, ref, receipt, currency, with_fee)
           join payments p on p.tenant_id = $1 and p.installation_id = $2 and (p.provider_ref = n.ref or p.receipt = n.receipt or p.receipt = n.ref)"#,
        tenant,
        installation,
        &ids,
        &refs,
        &receipts as &[Option<String>],
        &currencies,
        &with_fee
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Received {
            line: row.line,
            id: row.payment,
            reference: row.reference,
            provider_ref: row.provider_ref,
            receipt: row.receipt,
            amount: Money::new(row.received, row.currency.0),
            is_settled: row.is_settled,
        })
        .collect())
}
