//! What this crate keeps about a customer: quotes, orders, policies, named people.

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{
    App, AppResult, ReadTx, TenantTx,
    personal_data::{Extent, Hold, PersonalData, gather},
};
use serde_json::Value;
use uuid::Uuid;

mod store;

/// See [`PersonalData`].
pub(crate) struct Insurance;

const PARTS: &[(&str, &str)] = &[
    ("quotes", "select jsonb_agg(to_jsonb(q) - '{tenant_id,visitor_id,plate_norm}'::text[] order by q.id) from quotes q where q.tenant_id = $1 and q.customer_id = $2"),
    ("orders", "select jsonb_agg(to_jsonb(o) - '{tenant_id}'::text[] order by o.id) from orders o where o.tenant_id = $1 and o.customer_id = $2"),
    (
        "order_lines",
        "select jsonb_agg(to_jsonb(l) - '{tenant_id,plate_norm,commission_minor}'::text[] order by l.id) from order_lines l
         where l.tenant_id = $1 and l.customer_id = $2",
    ),
    ("policies", "select jsonb_agg(to_jsonb(p) - '{tenant_id,plate_norm}'::text[] order by p.id) from policies p where p.tenant_id = $1 and p.customer_id = $2"),
    (
        "policy_terms",
        "select jsonb_agg(to_jsonb(t) - '{tenant_id}'::text[] order by t.id) from policy_terms t
         join policies p on p.tenant_id = t.tenant_id and p.id = t.policy_id where p.tenant_id = $1 and p.customer_id = $2",
    ),
    (
        "named_people",
        "select jsonb_agg(jsonb_build_object('role', n.role, 'policy_id', n.policy_id, 'name', m.full_name, 'relation', m.relation, 'share_bp', m.share_bp,
           'date_of_birth', m.date_of_birth, 'id_number', m.id_masked) order by n.id, m.position)
         from nominees m join nominations n on n.tenant_id = m.tenant_id and n.id = m.nomination_id where m.tenant_id = $1 and m.customer_id = $2",
    ),
    (
        "reviews",
        "select jsonb_agg(to_jsonb(r) - '{tenant_id,updated_by}'::text[] order by r.id) from product_reviews r where r.tenant_id = $1 and r.customer_id = $2",
    ),
    (
        "cancellations",
        "select jsonb_agg(to_jsonb(c) - '{tenant_id,commission_minor,created_by}'::text[] order by c.id)
         from cancellations c where c.tenant_id = $1 and c.customer_id = $2",
    ),
    (
        "wishes_to_cancel",
        "select jsonb_agg(to_jsonb(c) - '{tenant_id,answered_by}'::text[] order by c.id) from cancellation_requests c where c.tenant_id = $1 and c.customer_id = $2",
    ),
    (
        "mails_of_quotes",
        "select jsonb_agg(jsonb_build_object('quote_id', m.quote_id, 'email', m.email, 'state', m.state, 'at', m.created_at) order by m.id)
         from quote_mails m join quotes q on q.tenant_id = m.tenant_id and q.id = m.quote_id where q.tenant_id = $1 and q.customer_id = $2",
    ),
    (
        "letters",
        "select jsonb_agg(jsonb_build_object('document_id', l.document_id, 'state', l.state, 'sent_at', l.sent_at) order by l.id)
         from document_mails l where l.tenant_id = $1 and l.customer_id = $2",
    ),
];

#[async_trait]
impl PersonalData for Insurance {
    fn name(&self) -> &'static str {
        "insurance"
    }
    async fn collect(&self, _app: &App, tx: &mut ReadTx, customer: Uuid) -> AppResult<Value> {
        gather(tx, customer, PARTS).await
    }
    async fn holds(&self, tx: &mut ReadTx, customer: Uuid) -> AppResult<Vec<Hold>> {
        let tenant = tx.tenant_id();
        let row = sqlx::query!(
            r#"select (select count(*) from policies where tenant_id = $1 and customer_id = $2 and state in ('pending', 'active')) as "policies!",
                 (select count(*) from orders where tenant_id = $1 and customer_id = $2 and state in ('open', 'paid')) as "orders!",
                 (select count(*) from cancellation_requests where tenant_id = $1 and customer_id = $2 and state = 'open') as "endings!""#,
            tenant,
            customer
        )
        .fetch_one(tx.conn())
        .await?;
        Ok(vec![
            Hold { what: "policies", count: row.policies },
            Hold { what: "orders", count: row.orders },
            Hold { what: "endings", count: row.endings },
        ])
    }
    async fn last_business(&self, tx: &mut ReadTx, customer: Uuid) -> AppResult<Option<NaiveDate>> {
        let tenant = tx.tenant_id();
        let last = sqlx::query_scalar!(
            "select max(t.ends_on) from policy_terms t join policies p on p.tenant_id = t.tenant_id and p.id = t.policy_id
             where p.tenant_id = $1 and p.customer_id = $2",
            tenant,
            customer
        )
        .fetch_one(tx.conn())
        .await?;
        Ok(last)
    }
    /// Contracts stay while the law keeps them, with what was insured; what was only thought about or said of them goes at once.
    async fn erase(&self, _app: &App, tx: &mut TenantTx, customer: Uuid, extent: Extent) -> AppResult<()> {
        store::forget_wishes(tx, customer, extent == Extent::Everything).await?;
        if extent == Extent::Everything {
            store::forget_contracts(tx, customer).await?;
        }
        tx.blank_audit(&[customer], &["people"]).await
    }
}
