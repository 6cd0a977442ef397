//! What this crate keeps about a customer: what was owed, paid and credited. It is the books, and stays as long as the law says.

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{
    App, AppResult, ReadTx, TenantTx,
    personal_data::{Extent, Hold, PersonalData, gather},
};
use serde_json::Value;
use uuid::Uuid;

/// See [`PersonalData`].
pub(crate) struct Money;

const PARTS: &[(&str, &str)] = &[
    ("owed", "select jsonb_agg(to_jsonb(r) - '{tenant_id}'::text[] order by r.id) from receivables r where r.tenant_id = $1 and r.customer_id = $2"),
    (
        "payments",
        "select jsonb_agg(jsonb_build_object('id', p.id, 'method', p.method_title, 'amount_minor', p.amount_minor, 'currency', p.currency,
           'reference', p.reference, 'description', p.description, 'payer_name', p.payer_name, 'payer_phone', p.payer_phone, 'payer_email', p.payer_email,
           'state', p.state, 'receipt', p.receipt, 'received_minor', p.received_minor, 'received_at', p.received_at, 'credited_minor', p.credited_minor,
           'created_at', p.created_at) order by p.id)
         from payments p where p.tenant_id = $1 and p.customer_id = $2",
    ),
    ("credits", "select jsonb_agg(to_jsonb(c) - '{tenant_id}'::text[] order by c.id) from customer_credits c where c.tenant_id = $1 and c.customer_id = $2"),
    (
        "refunds",
        "select jsonb_agg(to_jsonb(f) - '{tenant_id,requested_by,approved_by,paid_by}'::text[] order by f.id)
         from refunds f where f.tenant_id = $1 and f.customer_id = $2",
    ),
    (
        "payouts",
        "select jsonb_agg(to_jsonb(o) - '{tenant_id,requested_by,approved_by,sent_by}'::text[] order by o.id)
         from payouts o where o.tenant_id = $1 and o.customer_id = $2",
    ),
    (
        "taken_by_hand",
        "select jsonb_agg(to_jsonb(t) - '{tenant_id,taken_by,decided_by}'::text[] order by t.id) from takings t where t.tenant_id = $1 and t.customer_id = $2",
    ),
    (
        "links_to_pay",
        "select jsonb_agg(jsonb_build_object('for', l.label, 'sent_at', l.created_at, 'expires_at', l.expires_at, 'opened_at', l.opened_at,
           'withdrawn_at', l.withdrawn_at) order by l.id)
         from pay_links l where l.tenant_id = $1 and l.customer_id = $2",
    ),
];

#[async_trait]
impl PersonalData for Money {
    fn name(&self) -> &'static str {
        "money"
    }
    async fn collect(&self, _app: &App, tx: &mut ReadTx, customer: Uuid) -> AppResult<Value> {
        gather(tx, customer, PARTS).await
    }
    async fn holds(&self, tx: &mut ReadTx, customer: Uuid) -> AppResult<Vec<Hold>> {
        let tenant = tx.tenant_id();
        let row = sqlx::query!(
            r#"select (select count(*) from receivables where tenant_id = $1 and customer_id = $2 and state = 'open') as "debts!",
                 (select count(*) from customer_credits where tenant_id = $1 and customer_id = $2 and state = 'open') as "credits!",
                 (select count(*) from payments where tenant_id = $1 and customer_id = $2
                    and state in ('created', 'submitted', 'pending', 'unknown')) as "payments!",
                 (select count(*) from refunds where tenant_id = $1 and customer_id = $2 and state in ('due', 'approved')) as "refunds!",
                 (select count(*) from takings where tenant_id = $1 and customer_id = $2 and state in ('to_approve', 'held', 'deposited')) as "takings!""#,
            tenant,
            customer
        )
        .fetch_one(tx.conn())
        .await?;
        Ok(vec![
            Hold { what: "debts", count: row.debts },
            Hold { what: "credits", count: row.credits },
            // Money that staff took and that is not in the books yet is under way like any other.
            Hold { what: "payments", count: row.payments + row.takings },
            Hold { what: "refunds", count: row.refunds },
        ])
    }
    async fn last_business(&self, tx: &mut ReadTx, customer: Uuid) -> AppResult<Option<NaiveDate>> {
        let (tenant, zone) = (tx.tenant_id(), tx.scope().tenant.time_zone);
        let last = sqlx::query!(
            "select (select max(received_at) from payments where tenant_id = $1 and customer_id = $2) as received,
               (select max(paid_on) from refunds where tenant_id = $1 and customer_id = $2) as refunded",
            tenant,
            customer
        )
        .fetch_one(tx.conn())
        .await?;
        Ok(last.received.map(|at| at.with_timezone(&zone).date_naive()).max(last.refunded))
    }
    /// Links by which others could pay lead nowhere at once; who paid is forgotten with the books.
    async fn erase(&self, _app: &App, tx: &mut TenantTx, customer: Uuid, extent: Extent) -> AppResult<()> {
        let (tenant, now) = (tx.tenant_id(), tx.scope().now());
        sqlx::query!(
            "update pay_links set withdrawn_at = $3, updated_at = $3 where tenant_id = $1 and customer_id = $2 and withdrawn_at is null",
            tenant,
            customer,
            now
        )
        .execute(tx.conn())
        .await?;
        if extent == Extent::Everything {
            sqlx::query!(
                "update payments set payer_name = null, payer_phone = null, payer_email = null where tenant_id = $1 and customer_id = $2",
                tenant,
                customer
            )
            .execute(tx.conn())
            .await?;
            sqlx::query!(
                "update payouts set payee = '-', account = case when account is not null then '-' end, phone = case when phone is not null then '-' end
                 where tenant_id = $1 and customer_id = $2",
                tenant,
                customer
            )
            .execute(tx.conn())
            .await?;
            sqlx::query!("update takings set payer_name = null, note = null where tenant_id = $1 and customer_id = $2", tenant, customer)
                .execute(tx.conn())
                .await?;
            sqlx::query!("update unmatched_receipts set message = null where tenant_id = $1 and customer_id = $2", tenant, customer)
                .execute(tx.conn())
                .await?;
        }
        Ok(())
    }
}
