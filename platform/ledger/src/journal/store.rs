//! SQL of the journal.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    money::Money,
    paging::{List, Page, PageRequest},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{AccountBalance, AccountLine, Entry, EntryFilter, EntryId, EntryLine, EntryRecord, EntryRow, TrialBalanceRow};
use crate::{
    accounts::{Account, AccountKind},
    columns::Code,
};

/// False if the source (or the reversal of this entry) was posted before.
pub async fn insert_entry(tx: &mut TenantTx, id: EntryId, entry: &Entry, reverses: Option<EntryId>, lines: usize) -> AppResult<bool> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let description: String = entry.description.chars().take(300).collect();
    let done = sqlx::query!(
        "insert into journal_entries (tenant_id, id, kind, description, source_type, source_id, reverses_id, business_date, line_count, posted_at, posted_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        tenant,
        id.0,
        entry.kind,
        description,
        entry.source.0,
        entry.source.1,
        reverses.map(|id| id.0),
        entry.business_date,
        i16::try_from(lines).unwrap_or(i16::MAX),
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn insert_lines(tx: &mut TenantTx, entry: EntryId, accounts: &[Uuid], amounts: &[Money]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = amounts.iter().map(|_| Uuid::now_v7()).collect();
    let minors: Vec<i64> = amounts.iter().map(|amount| amount.minor).collect();
    let currencies: Vec<String> = amounts.iter().map(|amount| amount.currency.code().to_owned()).collect();
    sqlx::query!(
        "insert into journal_lines (tenant_id, entry_id, id, line_no, account_id, amount_minor, currency)
         select $1, $2, l.id, l.nr, l.account, l.minor, l.currency
         from unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::text[]) with ordinality as l (id, account, minor, currency, nr)",
        tenant,
        entry.0,
        &ids,
        accounts,
        &minors,
        &currencies
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn lines_of(tx: &mut ReadTx, entry: EntryId) -> AppResult<(Vec<Uuid>, Vec<Money>)> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select account_id, amount_minor, currency as "currency: Code" from journal_lines where tenant_id = $1 and entry_id = $2 order by line_no"#,
        tenant,
        entry.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.account_id, Money::new(row.amount_minor, row.currency.0))).unzip())
}

pub async fn find_by_source(tx: &mut ReadTx, source_type: &str, source_id: Uuid) -> AppResult<Option<EntryId>> {
    let tenant = tx.tenant_id();
    let id = sqlx::query_scalar!(
        "select id from journal_entries where tenant_id = $1 and source_type = $2 and source_id = $3",
        tenant,
        source_type,
        source_id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(EntryId))
}

pub async fn balance_of(tx: &mut ReadTx, account: Uuid) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from journal_lines where tenant_id = $1 and account_id = $2"#,
        tenant,
        account
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(sum)
}

pub async fn balances_of(tx: &mut ReadTx, account: &Account) -> AppResult<Vec<Money>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select a.currency as "currency: Code", coalesce(sum(l.amount_minor), 0)::bigint as "sum!"
           from accounts a left join journal_lines l on l.tenant_id = a.tenant_id and l.account_id = a.id
           where a.tenant_id = $1 and a.kind = $2 and a.sub_key = $3 group by a.currency order by a.currency"#,
        tenant,
        account.kind().as_str(),
        account.sub_key()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| Money::new(row.sum, row.currency.0)).collect())
}

pub async fn trial_balance(tx: &mut ReadTx, on: NaiveDate) -> AppResult<Vec<TrialBalanceRow>> {
    let tenant = tx.tenant_id();
    let per_customer: Vec<String> = AccountKind::ALL.iter().filter(|kind| kind.is_per_customer()).map(|kind| kind.as_str().to_owned()).collect();
    let rows = sqlx::query!(
        r#"select b.kind as "kind!: AccountKind", b.sub_key as "sub_key!", b.currency as "currency!: Code", count(*) as "accounts!",
                  (array_agg(b.id))[1] as "account!", coalesce(sum(b.minor) filter (where b.minor > 0), 0)::bigint as "debit!",
                  coalesce(sum(-b.minor) filter (where b.minor < 0), 0)::bigint as "credit!"
           from (select a.id, a.kind, case when a.kind = any($3) then '' else a.sub_key end as sub_key, a.currency, s.minor
                 from (select l.account_id, sum(l.amount_minor) as minor from journal_lines l
                       where l.tenant_id = $1 and l.business_date <= $2 group by l.account_id having sum(l.amount_minor) <> 0) s
                 join accounts a on a.tenant_id = $1 and a.id = s.account_id) b
           group by b.kind, b.sub_key, b.currency
           order by b.kind, b.sub_key, b.currency"#,
        tenant,
        on,
        &per_customer
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| TrialBalanceRow {
            account: (!row.kind.is_per_customer()).then_some(row.account),
            accounts: row.accounts,
            kind: row.kind,
            class: row.kind.class(),
            sub_key: row.sub_key,
            debit: Money::new(row.debit, row.currency.0),
            credit: Money::new(row.credit, row.currency.0),
        })
        .collect())
}

#[derive(FromRow)]
struct AccountRow {
    id: Uuid,
    sub_key: String,
    currency: Code,
}

/// Ids of the accounts that did not stand at zero at the end of a day.
const STANDING: [&str; 3] = [
    "select l.account_id from journal_lines l where l.tenant_id = ",
    " and l.business_date <= ",
    " group by l.account_id having sum(l.amount_minor) <> 0",
];

/// Accounts of a kind that did not stand at zero on a day.
pub async fn list_balances(tx: &mut ReadTx, kind: AccountKind, on: NaiveDate, page: &PageRequest) -> AppResult<Page<AccountBalance>> {
    let mut list = List::new("a.id, a.sub_key, a.currency", "from accounts a", "a.tenant_id", "a.id");
    list.filter("a.kind = ", kind.as_str(), "");
    list.filter_common("a.id", STANDING, tx.tenant_id(), vec![on]);
    let found: Page<AccountRow> = list.fetch(tx, page, |row: &AccountRow| row.id).await?;
    let ids: Vec<Uuid> = found.results.iter().map(|row| row.id).collect();
    let stand = balances_of_all(tx, &ids, on).await?;
    Ok(found.map(|row| AccountBalance {
        account: row.id,
        kind,
        sub_key: row.sub_key,
        balance: Money::new(stand.get(&row.id).copied().unwrap_or_default(), row.currency.0),
    }))
}

/// Where these accounts stood at the end of a business day.
async fn balances_of_all(tx: &mut ReadTx, accounts: &[Uuid], on: NaiveDate) -> AppResult<HashMap<Uuid, i64>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select l.account_id, sum(l.amount_minor)::bigint as "minor!" from journal_lines l
           where l.tenant_id = $1 and l.account_id = any($2) and l.business_date <= $3 group by l.account_id"#,
        tenant,
        accounts,
        on
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.account_id, row.minor)).collect())
}

#[derive(FromRow)]
struct LineRow {
    id: Uuid,
    entry_id: Uuid,
    kind: String,
    description: String,
    source_type: String,
    source_id: Uuid,
    business_date: NaiveDate,
    posted_at: DateTime<Utc>,
    amount_minor: i64,
    currency: Code,
}

impl From<LineRow> for AccountLine {
    fn from(row: LineRow) -> Self {
        Self {
            id: row.id,
            entry: row.entry_id,
            kind: row.kind,
            description: row.description,
            source_type: row.source_type,
            source_id: row.source_id,
            business_date: row.business_date,
            posted_at: row.posted_at,
            amount: Money::new(row.amount_minor, row.currency.0),
        }
    }
}

/// What the account held at the beginning of a business day.
pub async fn balance_before(tx: &mut ReadTx, account: Uuid, day: NaiveDate) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from journal_lines
           where tenant_id = $1 and account_id = $2 and business_date < $3"#,
        tenant,
        account,
        day
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(sum)
}

/// Lines of a period, both days included, oldest first.
pub async fn lines_between(tx: &mut ReadTx, account: Uuid, from: NaiveDate, to: NaiveDate) -> AppResult<Vec<AccountLine>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        LineRow,
        r#"select l.id, l.entry_id, e.kind, e.description, e.source_type, e.source_id, e.business_date, e.posted_at, l.amount_minor, l.currency as "currency: Code"
           from journal_lines l join journal_entries e on e.tenant_id = l.tenant_id and e.id = l.entry_id
           where l.tenant_id = $1 and l.account_id = $2 and l.business_date between $3 and $4
           order by l.business_date, l.id limit 5000"#,
        tenant,
        account,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(AccountLine::from).collect())
}

pub async fn list_lines(tx: &mut ReadTx, account: Uuid, page: &PageRequest) -> AppResult<Page<AccountLine>> {
    let mut list = List::new(
        "l.id, l.entry_id, e.kind, e.description, e.source_type, e.source_id, e.business_date, e.posted_at, l.amount_minor, l.currency",
        "from journal_lines l join journal_entries e on e.tenant_id = l.tenant_id and e.id = l.entry_id",
        "l.tenant_id",
        "l.id",
    );
    list.filter("l.account_id = ", account, "");
    let rows = list.fetch(tx, page, |row: &LineRow| row.id).await?;
    Ok(rows.map(AccountLine::from))
}

#[derive(FromRow)]
struct HeadRow {
    id: Uuid,
    kind: String,
    description: String,
    source_type: String,
    source_id: Uuid,
    business_date: NaiveDate,
    posted_at: DateTime<Utc>,
    moved_minor: i64,
    currency: Code,
}

impl From<HeadRow> for EntryRow {
    fn from(row: HeadRow) -> Self {
        Self {
            id: EntryId(row.id),
            kind: row.kind,
            description: row.description,
            source_type: row.source_type,
            source_id: row.source_id,
            business_date: row.business_date,
            posted_at: row.posted_at,
            moved: Money::new(row.moved_minor, row.currency.0),
        }
    }
}

/// An entry always has lines, of which the first has a currency.
pub async fn entries(tx: &mut ReadTx, filter: &EntryFilter, page: &PageRequest) -> AppResult<Page<EntryRow>> {
    let mut list = List::new(
        "e.id, e.kind, e.description, e.source_type, e.source_id, e.business_date, e.posted_at, m.moved_minor, m.currency",
        "from journal_entries e",
        "e.tenant_id",
        "e.id",
    )
    .joining(
        "cross join lateral (select j.currency, coalesce(sum(j.amount_minor) filter (where j.amount_minor > 0), 0)::bigint as moved_minor from journal_lines j \
         where j.tenant_id = e.tenant_id and j.entry_id = e.id group by j.currency order by j.currency limit 1) m",
    );
    if let Some(kind) = &filter.kind {
        list.filter("e.kind = ", kind.clone(), "");
    }
    if let Some(day) = filter.day {
        list.filter("e.business_date = ", day, "");
    }
    if let Some(minor) = filter.amount_minor {
        list.filter(
            "exists (select from journal_lines f where f.tenant_id = e.tenant_id and f.entry_id = e.id and abs(f.amount_minor) = ",
            minor,
            ")",
        );
    }
    Ok(list.fetch(tx, page, |row: &HeadRow| row.id).await?.map(EntryRow::from))
}

pub async fn entry(tx: &mut ReadTx, id: EntryId) -> AppResult<Option<EntryRecord>> {
    let tenant = tx.tenant_id();
    let head = sqlx::query!(
        "select e.kind, e.description, e.source_type, e.source_id, e.business_date, e.posted_at, e.posted_by, e.reverses_id, r.id as \"reversed_by?\"
         from journal_entries e left join journal_entries r on r.tenant_id = e.tenant_id and r.reverses_id = e.id
         where e.tenant_id = $1 and e.id = $2",
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query!(
        r#"select j.account_id, a.kind as "kind: AccountKind", a.sub_key, j.amount_minor, j.currency as "currency: Code"
           from journal_lines j join accounts a on a.tenant_id = j.tenant_id and a.id = j.account_id
           where j.tenant_id = $1 and j.entry_id = $2 order by j.line_no"#,
        tenant,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let lines: Vec<EntryLine> = rows
        .into_iter()
        .map(|row| EntryLine { account: row.account_id, kind: row.kind, sub_key: row.sub_key, amount: Money::new(row.amount_minor, row.currency.0) })
        .collect();
    let Some(first) = lines.first().map(|line| line.amount.currency) else { return Ok(None) };
    let debits = lines.iter().filter(|line| line.amount.currency == first && line.amount.is_positive()).map(|line| line.amount);
    Ok(Some(EntryRecord {
        head: EntryRow {
            id,
            kind: head.kind,
            description: head.description,
            source_type: head.source_type,
            source_id: head.source_id,
            business_date: head.business_date,
            posted_at: head.posted_at,
            moved: Money::sum(first, debits)?,
        },
        lines,
        reverses: head.reverses_id.map(EntryId),
        reversed_by: head.reversed_by.map(EntryId),
        posted_by: head.posted_by,
    }))
}

/// The distinct kinds, each found by one step in the index of kinds.
pub async fn kinds(tx: &mut ReadTx) -> AppResult<Vec<String>> {
    let tenant = tx.tenant_id();
    let kinds = sqlx::query_scalar!(
        r#"with recursive k as (
             (select e.kind from journal_entries e where e.tenant_id = $1 order by e.kind limit 1)
             union all
             select (select e.kind from journal_entries e where e.tenant_id = $1 and e.kind > k.kind order by e.kind limit 1) from k where k.kind is not null
           ) select kind as "kind!" from k where kind is not null"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(kinds)
}
