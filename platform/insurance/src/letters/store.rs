//! SQL of letters.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use crm::CustomerId;
use documents::DocumentId;
use kernel::{AppResult, ReadTx, TenantTx};
use ports::outgoing::Outcome;
use sqlx::types::Json;
use uuid::Uuid;

use super::Enclosing;

/// What a letter says, and to whom.
pub struct Letter {
    pub document: DocumentId,
    pub customer: CustomerId,
    pub wording: String,
    pub params: BTreeMap<String, String>,
}

pub(super) async fn insert(tx: &mut TenantTx, new: &Enclosing) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let params: BTreeMap<&str, &str> = new.params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    sqlx::query!(
        "insert into document_mails (tenant_id, id, document_id, customer_id, wording, params, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict (tenant_id, id) do nothing",
        tenant,
        new.id,
        new.document.0,
        new.customer.0,
        new.wording,
        Json(&params) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a letter for sending. None if it is done, or another worker sends it, whose claim is of `stale` or later. Claims are real
/// time.
pub(super) async fn claim(tx: &mut TenantTx, id: Uuid, stale: DateTime<Utc>) -> AppResult<Option<Letter>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"update document_mails set state = 'sending', claimed_at = now(), updated_at = $4
           where tenant_id = $1 and id = $2 and (state = 'wanted' or (state = 'sending' and claimed_at < $3))
           returning document_id, customer_id, wording, params as "params: Json<BTreeMap<String, String>>""#,
        tenant,
        id,
        stale,
        tx.scope().now()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Letter {
        document: DocumentId(row.document_id),
        customer: CustomerId(row.customer_id),
        wording: row.wording,
        params: row.params.0,
    }))
}

pub(super) async fn is_claimed(tx: &mut ReadTx, id: Uuid) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let claimed = sqlx::query_scalar!(r#"select state = 'sending' as "claimed!" from document_mails where tenant_id = $1 and id = $2"#, tenant, id)
        .fetch_optional(tx.conn())
        .await?;
    Ok(claimed.unwrap_or(false))
}

/// Writes what became of a claimed letter.
pub(super) async fn update(tx: &mut TenantTx, id: Uuid, outcome: Outcome, provider_ref: Option<&str>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let sent_at = (outcome == Outcome::Sent).then_some(now);
    sqlx::query!(
        "update document_mails set state = $3, provider_ref = $4, sent_at = $5, claimed_at = null, updated_at = $6
         where tenant_id = $1 and id = $2 and state = 'sending'",
        tenant,
        id,
        outcome.as_str(),
        provider_ref,
        sent_at,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
