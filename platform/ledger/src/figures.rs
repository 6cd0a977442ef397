//! What the money desk comes to: figures of a period and of today, each derived from the rows that its list shows.

use chrono::{Datelike, NaiveDate};
use kernel::{AppResult, ReadTx, money::Money};

/// Money in the tenant's own currency.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The first day of the month.
    pub from: NaiveDate,
    /// Today.
    pub until: NaiveDate,
    /// What customers paid in this month so far, less what was taken back.
    pub collected: Money,
    /// What was due from the month's first day until today, and what of it was paid.
    pub due: Money,
    pub paid: Money,
    /// What is owed, and what of it is past its day.
    pub outstanding: Money,
    pub overdue: Money,
    /// Counts of what waits for staff.
    pub unallocated: i64,
    pub credits: i64,
    pub differences: i64,
    /// Lines of statements that are not judged yet.
    pub waiting: i64,
    pub unknown: i64,
}

impl Figures {
    /// Whole percent of what was due that was paid; none where nothing was due.
    #[must_use]
    pub fn collection_rate(&self) -> Option<i64> {
        self.paid.minor.checked_mul(100)?.checked_div(self.due.minor)
    }
}

/// The figures of the month so far.
pub async fn figures(tx: &mut ReadTx) -> AppResult<Figures> {
    let (tenant, today, currency) = (tx.tenant_id(), tx.scope().today(), tx.scope().tenant.currency);
    let from = today.with_day(1).unwrap_or(today);
    let row = sqlx::query!(
        r#"select
             (select coalesce(sum(j.amount_minor), 0)::bigint
                from (select e.id from journal_entries e where e.tenant_id = $1 and e.business_date between $2 and $3
                        and e.kind in ('payment_received', 'payment_reversed', 'receipt_assigned') offset 0) e
                join journal_lines j on j.tenant_id = $1 and j.entry_id = e.id
                where j.currency = $4 and j.account_id = any (array(
                  select a.id from accounts a where a.tenant_id = $1 and a.kind = 'clearing' and a.sub_key <> 'customer_credit'))) as "collected!",
             (select coalesce(sum(amount_minor), 0)::bigint from receivables
                where tenant_id = $1 and due_on between $2 and $3 and currency = $4 and state <> 'closed') as "due!",
             (select coalesce(sum(allocated_minor), 0)::bigint from receivables
                where tenant_id = $1 and due_on between $2 and $3 and currency = $4 and state <> 'closed') as "paid!",
             (select coalesce(sum(amount_minor - allocated_minor), 0)::bigint from receivables where tenant_id = $1 and state = 'open' and currency = $4) as "outstanding!",
             (select coalesce(sum(amount_minor - allocated_minor), 0)::bigint from receivables
                where tenant_id = $1 and state = 'open' and currency = $4 and due_on < $3) as "overdue!",
             (select count(*) from unmatched_receipts where tenant_id = $1 and state = 'open') as "unallocated!",
             (select count(*) from customer_credits where tenant_id = $1 and state = 'open') as "credits!",
             (select count(*) from statement_lines where tenant_id = $1 and state = 'difference') as "differences!",
             (select count(*) from statement_lines where tenant_id = $1 and state = 'waiting') as "waiting!",
             (select count(*) from payments where tenant_id = $1 and state = 'unknown') as "unknown!""#,
        tenant,
        from,
        today,
        currency.code()
    )
    .fetch_one(tx.conn())
    .await?;
    let money = |minor| Money::new(minor, currency);
    Ok(Figures {
        from,
        until: today,
        collected: money(row.collected),
        due: money(row.due),
        paid: money(row.paid),
        outstanding: money(row.outstanding),
        overdue: money(row.overdue),
        unallocated: row.unallocated,
        credits: row.credits,
        differences: row.differences,
        waiting: row.waiting,
        unknown: row.unknown,
    })
}

#[cfg(test)]
mod tests {
    use kernel::money::Currency;

    use super::*;

    #[test]
    fn the_rate_is_of_what_was_due_and_none_of_nothing() {
        let kes = |minor| Money::new(minor, Currency::KES);
        let zero = kes(0);
        let from = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let none = Figures {
            from,
            until: from,
            collected: zero,
            due: zero,
            paid: zero,
            outstanding: zero,
            overdue: zero,
            unallocated: 0,
            credits: 0,
            differences: 0,
            waiting: 0,
            unknown: 0,
        };
        assert_eq!(none.collection_rate(), None);
        assert_eq!(Figures { due: kes(400), paid: kes(300), ..none }.collection_rate(), Some(75));
    }
}
