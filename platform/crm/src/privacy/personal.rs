//! What this crate keeps about a customer.

use async_trait::async_trait;
use kernel::{
    App, AppResult, ReadTx, TenantTx,
    identifiers::IdentifierKind,
    personal_data::{Extent, PersonalData, gather},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    activities,
    customers::{self, CustomerId},
};

/// Fields of the audit log that say who a customer is; the record itself keeps of them what the law wants.
const TOLD: &[&str] =
    &["name", "email", "phone", "alt_phone", "address", "identifiers", "date_of_birth", "gender", "occupation", "industry", "notes", "custom"];

/// See [`PersonalData`].
pub(crate) struct Crm;

const PARTS: &[(&str, &str)] = &[
    ("customer", "select to_jsonb(c) - '{tenant_id,party_id,assigned_agent}'::text[] from customers c where c.tenant_id = $1 and c.id = $2"),
    (
        "person",
        "select to_jsonb(p) - '{tenant_id,name_norm}'::text[] from parties p join customers c on c.tenant_id = p.tenant_id and c.party_id = p.id
         where c.tenant_id = $1 and c.id = $2",
    ),
    (
        "contacts",
        "select jsonb_agg(jsonb_build_object('kind', e.kind, 'value', e.value, 'rank', e.rank) order by e.kind, e.rank)
         from contact_points e join customers c on c.tenant_id = e.tenant_id and c.party_id = e.party_id where c.tenant_id = $1 and c.id = $2",
    ),
    (
        "addresses",
        "select jsonb_agg(to_jsonb(a) - '{tenant_id,party_id}'::text[] order by a.kind)
         from party_addresses a join customers c on c.tenant_id = a.tenant_id and c.party_id = a.party_id where c.tenant_id = $1 and c.id = $2",
    ),
    (
        "consents",
        "select jsonb_agg(to_jsonb(s) - '{tenant_id,party_id}'::text[] order by s.id)
         from consents s join customers c on c.tenant_id = s.tenant_id and c.party_id = s.party_id where c.tenant_id = $1 and c.id = $2",
    ),
    (
        "conversations",
        "select jsonb_agg(to_jsonb(a) - '{tenant_id,customer_id,user_id,followed_up_by}'::text[] order by a.id)
         from activities a where a.tenant_id = $1 and a.customer_id = $2",
    ),
    (
        "requests",
        "select jsonb_agg(to_jsonb(r) - '{tenant_id,customer_id,path}'::text[] order by r.id) from data_requests r
         where r.tenant_id = $1 and r.customer_id = $2",
    ),
];

#[async_trait]
impl PersonalData for Crm {
    fn name(&self) -> &'static str {
        "person"
    }

    async fn collect(&self, app: &App, tx: &mut ReadTx, customer: Uuid) -> AppResult<Value> {
        let mut value = gather(tx, customer, PARTS).await?;
        let record = customers::service::get(tx, CustomerId(customer)).await?;
        let mut numbers = serde_json::Map::new();
        for kind in [
            IdentifierKind::KeNationalId,
            IdentifierKind::KeKraPin,
            IdentifierKind::KeAlienId,
            IdentifierKind::NaId,
            IdentifierKind::Passport,
            IdentifierKind::CompanyRegistration,
        ] {
            // Their owner gets the numbers themselves; the copy lies behind the owner's log-in.
            if let Some(number) = customers::service::reveal_identifier(tx, &app.sealer, &record, kind).await? {
                numbers.insert(kind.as_str().to_owned(), Value::String(number));
            }
        }
        if let Value::Object(parts) = &mut value {
            parts.insert("identity_numbers".to_owned(), Value::Object(numbers));
        }
        Ok(value)
    }

    async fn erase(&self, _app: &App, tx: &mut TenantTx, customer: Uuid, extent: Extent) -> AppResult<()> {
        customers::service::forget(tx, CustomerId(customer), extent).await?;
        if extent == Extent::Everything {
            activities::store::forget(tx, customer).await?;
        }
        tx.blank_audit(&[customer], TOLD).await
    }
}
