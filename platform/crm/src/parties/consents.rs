//! What a party agreed to. The history is only appended to; the newest entry of a purpose is in force, and a purpose that was
//! never asked for is not granted.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, TenantTx};
use serde::Serialize;
use uuid::Uuid;

use super::PartyId;

kernel::text_enum! {
    /// What a consent is for.
    pub enum Purpose {
        DataProcessing = "data_processing",
        MarketingEmail = "marketing_email",
        MarketingSms = "marketing_sms",
        MarketingWhatsapp = "marketing_whatsapp",
        MarketingPhone = "marketing_phone",
    }
}

/// One entry of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Consent {
    pub id: Uuid,
    pub purpose: Purpose,
    pub granted: bool,
    /// Where it was given or taken back.
    pub source: String,
    /// Which wording the party saw; empty if none was shown.
    pub wording: String,
    pub at: DateTime<Utc>,
}

/// A consent given or taken back now.
#[derive(Debug, Clone)]
pub struct NewConsent {
    pub purpose: Purpose,
    pub granted: bool,
    pub source: String,
    pub wording: String,
}

/// Appends an entry, unless it would only repeat what is in force. True if something changed.
pub(crate) async fn record(tx: &mut TenantTx, party: PartyId, consent: &NewConsent) -> AppResult<bool> {
    let in_force = current(tx, party, consent.purpose).await?;
    if in_force == Some(consent.granted) {
        return Ok(false);
    }
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into consents (tenant_id, id, party_id, purpose, granted, source, wording, at, actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        Uuid::now_v7(),
        party.0,
        consent.purpose.as_str(),
        consent.granted,
        consent.source,
        consent.wording,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

async fn current(tx: &mut ReadTx, party: PartyId, purpose: Purpose) -> AppResult<Option<bool>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        "select granted from consents where tenant_id = $1 and party_id = $2 and purpose = $3 order by id desc limit 1",
        tenant,
        party.0,
        purpose.as_str()
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Whether the party agrees to this now.
pub async fn granted(tx: &mut ReadTx, party: PartyId, purpose: Purpose) -> AppResult<bool> {
    Ok(current(tx, party, purpose).await?.unwrap_or(false))
}

/// The whole history, newest first.
pub async fn history(tx: &mut ReadTx, party: PartyId) -> AppResult<Vec<Consent>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Consent,
        r#"select id, purpose as "purpose: Purpose", granted, source, wording, at from consents
           where tenant_id = $1 and party_id = $2 order by id desc limit 200"#,
        tenant,
        party.0
    )
    .fetch_all(tx.conn())
    .await?)
}
