//! Our books, read where they lie, against the provider's.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use journeys::{
    api::Api,
    buyer::{Buyer, Purchase},
    surroundings::Surroundings,
};
use serde_json::{Value, json};
use simulators::daraja::{Book, CallbackMode, Prompt, PromptState};
use sqlx::{PgConnection, Row, postgres::PgRow};
use uuid::Uuid;

/// A connection that sees every row.
pub struct Books(PgConnection);

/// A payment with what became of its order.
struct Payment {
    id: Uuid,
    order: Uuid,
    reference: String,
    state: String,
    /// An id by which the provider can be asked.
    askable: bool,
    order_state: String,
    mail: Option<String>,
}

impl Payment {
    fn is_delivered(&self) -> bool {
        self.state == "received" && self.order_state == "fulfilled" && self.mail.as_deref() == Some("sent")
    }
}

fn money(whole: u64) -> i64 {
    i64::try_from(whole).unwrap_or(i64::MAX).saturating_mul(100)
}

fn tells_lies(prompt: &Prompt) -> bool {
    matches!(prompt.plan.callback.mode, CallbackMode::Late | CallbackMode::Contradictory)
}

impl Books {
    pub async fn open(around: &Surroundings) -> anyhow::Result<Self> {
        Ok(Self(around.cluster.connect().await?))
    }

    /// Shortens the time that payers have, so that what is unknown is known to be unknown soon.
    pub async fn give_payers(&mut self, seconds: u32) -> anyhow::Result<()> {
        sqlx::query(
            "insert into tenant_settings (tenant_id, key, value, updated_by)
             select id, 'ledger.payments', $1, 'test' from tenants where slug = 'demo'",
        )
        .bind(json!({ "expiry_seconds": seconds }))
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    async fn payments(&mut self) -> anyhow::Result<Vec<Payment>> {
        let rows = sqlx::query(
            "select p.id, p.payable_id, p.reference, p.state, coalesce(p.provider_ref, p.reported_ref) is not null as askable,
               o.state as order_state, m.state as mail
             from payments p join orders o on o.tenant_id = p.tenant_id and o.id = p.payable_id
             left join order_mails m on m.tenant_id = o.tenant_id and m.order_id = o.id",
        )
        .fetch_all(&mut self.0)
        .await?;
        rows.iter().map(payment).collect()
    }

    /// What calls can settle is settled, and what is settled is delivered: then how many payments stand how. None while something is
    /// still under way.
    pub async fn outstanding(&mut self, book: &Book) -> anyhow::Result<Option<String>> {
        let prompts: BTreeMap<&str, &Prompt> = book.prompts.iter().map(|prompt| (prompt.account_reference.as_str(), prompt)).collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut waiting = BTreeMap::new();
        for payment in self.payments().await? {
            let prompt = prompts.get(payment.reference.as_str());
            let paid = prompt.is_some_and(|prompt| prompt.state() == PromptState::Paid);
            let open = prompt.is_some_and(|prompt| prompt.state() == PromptState::Open);
            let done = match payment.state.as_str() {
                "received" => payment.is_delivered(),
                // Asked again and again as long as there is an id to ask by.
                "unknown" => !(open || (paid && payment.askable)),
                "expired" => !open && !paid,
                // Money that came after the provider itself had said that none would.
                "failed" => !open && (!paid || prompt.is_some_and(|prompt| tells_lies(prompt))),
                _ => false,
            };
            if !done {
                let mail = payment.mail.as_deref().unwrap_or("no mail");
                *waiting.entry(format!("{} / {} / {mail}", payment.state, payment.order_state)).or_insert(0_usize) += 1;
            }
            *counts.entry(payment.state).or_default() += 1;
        }
        ensure!(waiting.is_empty(), "{waiting:?}");
        Ok(Some(format!("{counts:?}")))
    }

    /// What was paid and is not received here is listed as unknown, unless the provider had denied it; and nothing is unknown of which
    /// we took a report. Gives how many are unknown.
    pub async fn check_unsettled(&mut self, book: &Book) -> anyhow::Result<usize> {
        let payments = self.payments().await?;
        for prompt in book.prompts.iter().filter(|prompt| prompt.state() == PromptState::Paid) {
            let payment = payments.iter().find(|payment| payment.reference == prompt.account_reference).context("a push that we know nothing of")?;
            let listed = matches!(payment.state.as_str(), "received" | "unknown") || (payment.state == "failed" && tells_lies(prompt));
            ensure!(listed, "{} was paid and is {}", payment.reference, payment.state);
            let told = prompt.deliveries.iter().any(|delivery| delivery.status == Some(200));
            ensure!(payment.state != "unknown" || !told, "{} is unknown, though we were told and said that we had heard", payment.reference);
        }
        Ok(payments.iter().filter(|payment| payment.state == "unknown").count())
    }

    /// Every push that moved money is received here, and what it bought is delivered.
    pub async fn all_delivered(&mut self, book: &Book) -> anyhow::Result<Option<()>> {
        let payments = self.payments().await?;
        let paid: BTreeSet<&str> = book.movements.iter().map(|movement| movement.account.as_str()).collect();
        let waiting = payments.iter().filter(|payment| paid.contains(payment.reference.as_str()) && !payment.is_delivered()).count();
        ensure!(waiting == 0, "{waiting} paid orders are not delivered");
        Ok(Some(()))
    }

    /// Line by line: what moved at the provider is what moved on the clearing account, and no customer was asked twice.
    pub async fn agree_with(&mut self, book: &Book) -> anyhow::Result<()> {
        let mut theirs: Vec<(String, i64)> =
            book.movements.iter().map(|movement| (movement.receipt.clone(), movement.amount.saturating_mul(100))).collect();
        let mut ours: Vec<(String, i64)> = sqlx::query_as(
            "select coalesce(p.receipt, e.source_type || ' ' || e.source_id), l.amount_minor from journal_lines l
             join journal_entries e on e.tenant_id = l.tenant_id and e.id = l.entry_id
             join accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id and a.kind = 'clearing'
             left join payments p on p.tenant_id = e.tenant_id and e.source_type = 'payment' and p.id = e.source_id",
        )
        .fetch_all(&mut self.0)
        .await?;
        theirs.sort();
        ours.sort();
        ensure!(theirs == ours, "the clearing account differs from the provider's book:\n{theirs:?}\n{ours:?}");
        let mut asked = BTreeSet::new();
        for prompt in &book.prompts {
            ensure!(asked.insert(&prompt.account_reference), "{} was asked for twice", prompt.account_reference);
        }
        let moved: i64 = book.prompts.iter().filter(|prompt| prompt.state() == PromptState::Paid).map(|prompt| money(prompt.amount)).sum();
        ensure!(moved == theirs.iter().map(|(_, amount)| amount).sum::<i64>(), "the provider's own book does not add up");
        Ok(())
    }

    /// Each paid push: one order, one policy, one document for it, one receipt, one entry for the money and one for the policy. What
    /// was not paid bought nothing.
    pub async fn every_purchase_once(&mut self, book: &Book, bought: &[(usize, Purchase)]) -> anyhow::Result<()> {
        let paid: BTreeSet<&str> = book.movements.iter().map(|movement| movement.account.as_str()).collect();
        for (_, purchase) in bought {
            let row = sqlx::query(
                "select
                   (select count(*) from order_lines where order_id = $1) as lines,
                   (select count(*) from policies where order_id = $1) as policies,
                   (select count(*) from documents d join policies p on p.tenant_id = d.tenant_id and p.id = d.subject_id
                     where p.order_id = $1 and d.subject_kind = 'policy' and d.state = 'current') as papers,
                   (select count(*) from documents where subject_kind = 'payment' and subject_id = $2 and kind = 'receipt' and state = 'current') as receipts,
                   (select count(*) from payments where payable_id = $1) as attempts,
                   (select count(*) from journal_entries where source_type = 'payment' and source_id = $2) as received,
                   (select count(*) from journal_entries e join order_lines l on l.tenant_id = e.tenant_id and l.id = e.source_id
                     where e.source_type = 'order_line' and l.order_id = $1) as issued,
                   (select count(*) from order_mails where order_id = $1) as mails",
            )
            .bind(purchase.order)
            .bind(purchase.payment)
            .fetch_one(&mut self.0)
            .await?;
            let counts: Vec<i64> = (0..row.len()).map(|n| row.try_get(n)).collect::<Result<_, _>>()?;
            let expected = if paid.contains(purchase.reference.as_str()) { [1, 1, 1, 1, 1, 1, 1, 1] } else { [1, 0, 0, 0, 1, 0, 0, 0] };
            ensure!(
                counts == expected,
                "{}: lines, policies, documents, receipts, attempts, money in, issued, mails are {counts:?}",
                purchase.number
            );
        }
        let known: BTreeSet<Uuid> = bought.iter().map(|(_, purchase)| purchase.payment).collect();
        for payment in self.payments().await? {
            ensure!(known.contains(&payment.id), "order {} was placed without a customer who knows of it", payment.order);
        }
        Ok(())
    }

    /// Every entry sums to zero, nobody is owed anything who got what was paid for, and each insurer is owed the net premium of
    /// exactly the policies that were issued.
    pub async fn balance(&mut self) -> anyhow::Result<()> {
        let unbalanced: i64 = sqlx::query_scalar(
            "select count(*) from (select from journal_lines group by tenant_id, entry_id, currency having sum(amount_minor) <> 0) wrong",
        )
        .fetch_one(&mut self.0)
        .await?;
        ensure!(unbalanced == 0, "{unbalanced} entries do not balance");
        let credit: i64 = self.sum("customer_credit").await?.values().sum();
        ensure!(credit == 0, "customers keep {credit} that bought nothing");
        let held = self.sum("premium_held").await?;
        let owed: Vec<(String, i64)> = sqlx::query_as(
            "select insurer_id::text, -sum(premium_minor - commission_minor)::bigint from order_lines where state = 'fulfilled' group by insurer_id",
        )
        .fetch_all(&mut self.0)
        .await?;
        ensure!(held == owed.into_iter().collect(), "what is held for insurers is not the net premium of the policies: {held:?}");
        Ok(())
    }

    /// Balances of a kind of account by what divides it.
    async fn sum(&mut self, kind: &str) -> anyhow::Result<BTreeMap<String, i64>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select a.sub_key, sum(l.amount_minor)::bigint from accounts a join journal_lines l on l.tenant_id = a.tenant_id and l.account_id = a.id
             where a.kind = $1 group by a.sub_key",
        )
        .bind(kind)
        .fetch_all(&mut self.0)
        .await?;
        Ok(rows.into_iter().collect())
    }

    /// One message for each order that was delivered, with the policy's document and the receipt. A worker that died while it sent may
    /// have sent again, under the same id, which mail programs show once.
    pub async fn one_mail_each(&mut self, around: &Surroundings, buyers: &[Buyer], bought: &[(usize, Purchase)]) -> anyhow::Result<()> {
        let mut by_order: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        let mut all = Vec::new();
        for buyer in buyers {
            all.extend(around.mail(&buyer.email).await?);
        }
        for (_, purchase) in bought {
            let about = all.iter().filter(|message| message["subject"].as_str().is_some_and(|subject| subject.ends_with(&purchase.number)));
            by_order.insert(&purchase.number, about.cloned().collect());
        }
        for payment in self.payments().await? {
            let (_, purchase) = bought.iter().find(|(_, purchase)| purchase.payment == payment.id).context("a payment of nobody")?;
            let messages = by_order.get(purchase.number.as_str()).map(Vec::as_slice).unwrap_or_default();
            let ids: BTreeSet<&str> = messages.iter().filter_map(message_id).collect();
            ensure!(ids.len() == usize::from(payment.is_delivered()), "{}: {} different messages, {}", purchase.number, ids.len(), payment.state);
            for message in messages {
                ensure!(message["attachments"].as_array().map(Vec::len) == Some(2), "{}: not two attachments", purchase.number);
            }
        }
        Ok(())
    }
}

fn payment(row: &PgRow) -> anyhow::Result<Payment> {
    Ok(Payment {
        id: row.try_get("id")?,
        order: row.try_get("payable_id")?,
        reference: row.try_get("reference")?,
        state: row.try_get("state")?,
        askable: row.try_get("askable")?,
        order_state: row.try_get("order_state")?,
        mail: row.try_get("mail")?,
    })
}

fn message_id(message: &Value) -> Option<&str> {
    let headers = message["headers"].as_array()?;
    headers.iter().find(|header| header[0] == "Message-ID")?[1].as_str()
}

/// As staff see it: both sides are equal in every currency, and something stands on them.
pub async fn trial_balance(owner: &Api) -> anyhow::Result<()> {
    let balance = owner.get("/ledger/trial-balance").await?;
    let totals = balance["totals"].as_array().context("totals")?;
    ensure!(!totals.is_empty(), "nothing was booked: {balance}");
    for total in totals {
        ensure!(total["debit"] == total["credit"] && total["debit"]["minor"].as_i64().is_some_and(|minor| minor > 0), "the sides differ: {total}");
    }
    Ok(())
}
