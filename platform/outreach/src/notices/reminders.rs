//! Reminds of what comes due: reads the books and the policies once a business date and tells whoever was not told of the step.

use async_trait::async_trait;
use chrono::{Days, NaiveDate};
use insurance::{
    insurers::{self, papers},
    policies::{self, PolicyId},
};
use kernel::{
    AppResult, Scope,
    jobs::{Job, JobCx, JobResult, Queue},
};
use ledger::receivables::{self, OpenDebt};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Kind, NewNotice, NoticeSettings, Param, Reader, happenings, rules, service, store};

/// Rows of one transaction.
const BATCH: i64 = 200;
/// Days before a contract with an insurer ends. To make the next one takes weeks.
const CONTRACT_STEPS: [u16; 3] = [60, 30, 7];
/// Days beyond the last step in which what was missed is made up for.
const SLACK: u64 = 7;

/// Makes a day's reminders, once, from the hour of the digest on: nobody is mailed at night. One that died half-way is gone through again without telling anybody twice.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PlanReminders {}

#[async_trait]
impl Job for PlanReminders {
    const NAME: &'static str = "outreach.reminder.plan";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(300);

    async fn run(self, cx: JobCx) -> JobResult {
        let today = cx.scope.today();
        let mut tx = cx.scope.begin_read().await?;
        let is_closed = store::is_day_closed(&mut tx, today).await?;
        let settings = tx.setting::<NoticeSettings>().await?.value;
        drop(tx);
        let begins = cx.scope.moment(today, settings.digest_hour);
        let is_early = !is_closed && cx.scope.now() < begins;
        if !is_closed && !is_early {
            remind_of_debts(&cx.scope, today, &settings).await?;
            remind_of_policies(&cx.scope, today, &settings).await?;
            remind_of_contracts(&cx.scope, today).await?;
        }
        let mut tx = cx.scope.begin_write().await?;
        if is_early {
            tx.rest_until::<Self>(begins).await?;
        } else {
            store::close_day(&mut tx, today).await?;
            tx.rest_until::<Self>(cx.scope.moment(today + Days::new(1), settings.digest_hour)).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn farthest(steps: &[u16]) -> u64 {
    steps.iter().copied().max().map_or(0, u64::from)
}

async fn remind_of_debts(scope: &Scope, today: NaiveDate, settings: &NoticeSettings) -> AppResult<()> {
    let from = today - Days::new(farthest(&settings.overdue_after) + SLACK);
    let to = today + Days::new(farthest(&settings.due_before));
    let mut after = (from, Uuid::nil());
    loop {
        let mut tx = scope.begin_write().await?;
        let debts = receivables::due(&mut tx, from, to, after, BATCH).await?;
        let Some(last) = debts.last() else { return tx.rollback().await };
        after = (last.due_on, last.payable_id);
        for debt in &debts {
            let since = debt.opened_at.with_timezone(&scope.tenant.time_zone).date_naive();
            let due = rules::step_before(today, debt.due_on, since, &settings.due_before).map(|step| (Kind::PaymentDue, step));
            let overdue = || rules::step_after(today, debt.due_on, &settings.overdue_after).map(|step| (Kind::PaymentOverdue, step));
            let Some((kind, step)) = due.or_else(overdue) else { continue };
            let about = happenings::payable(&mut tx, &debt.payable_kind, debt.payable_id).await?;
            service::tell(&mut tx, &reminder(debt, kind, step, about)).await?;
        }
        tx.commit().await?;
    }
}

fn reminder(debt: &OpenDebt, kind: Kind, step: u16, about: happenings::About) -> NewNotice {
    let number = if about.number.is_empty() { debt.description.clone() } else { about.number };
    let params = [("amount", Param::Money(debt.outstanding)), ("due", Param::Day(debt.due_on)), ("number", Param::Text(number))];
    NewNotice {
        reader: Reader::Customer(debt.customer),
        kind,
        subject: None,
        params: params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        href: about.portal_href,
        cause: format!("{kind}:{}:{}:{step}", debt.payable_id, debt.due_on),
    }
}

async fn remind_of_policies(scope: &Scope, today: NaiveDate, settings: &NoticeSettings) -> AppResult<()> {
    let to = today + Days::new(farthest(&settings.expiring_before));
    let mut after = (today, PolicyId(Uuid::nil()));
    loop {
        let mut tx = scope.begin_write().await?;
        let ending = policies::service::ending(&mut tx, today, to, after, BATCH).await?;
        let Some(last) = ending.last() else { return tx.rollback().await };
        after = (last.ends_on, last.id);
        for policy in &ending {
            let Some(step) = rules::step_before(today, policy.ends_on, policy.starts_on, &settings.expiring_before) else { continue };
            let params = [
                ("number", Param::Text(policy.number.clone())),
                ("product", Param::Words(policy.product_name.clone())),
                ("until", Param::Day(policy.ends_on)),
            ];
            let notice = NewNotice {
                reader: Reader::Customer(policy.customer.0),
                kind: Kind::PolicyExpiringSoon,
                subject: Some(("policy", policy.id.0)),
                params: params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
                href: format!("/account/policies/{}", policy.id),
                cause: format!("{}:{}:{}:{step}", Kind::PolicyExpiringSoon, policy.id, policy.ends_on),
            };
            service::tell(&mut tx, &notice).await?;
        }
        tx.commit().await?;
    }
}

/// Tells those who look after the catalogue that an agreement or a paper of an insurer ends.
async fn remind_of_contracts(scope: &Scope, today: NaiveDate) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let ending = papers::ending(&mut tx, today, today + Days::new(farthest(&CONTRACT_STEPS))).await?;
    for contract in ending {
        // However short the time since it was made: it ends.
        let Some(step) = rules::step_before(today, contract.ends_on, NaiveDate::MIN, &CONTRACT_STEPS) else { continue };
        let what = if contract.title.is_empty() { Param::Phrase("notice-contract-agreement".to_owned()) } else { Param::Text(contract.title) };
        let params = happenings::params([("insurer", Param::Text(contract.insurer_name)), ("until", Param::Day(contract.ends_on)), ("what", what)]);
        let cause = format!("{}:{}:{}:{step}", Kind::ContractEnding, contract.id, contract.ends_on);
        let (subject, href) = (("insurer", contract.insurer.0), format!("/insurers/{}", contract.insurer));
        for notice in happenings::to_staff(&mut tx, insurers::CHANGE, Kind::ContractEnding, subject, params, href, cause).await? {
            service::tell(&mut tx, &notice).await?;
        }
    }
    tx.commit().await
}
