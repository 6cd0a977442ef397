//! Identity numbers of a party. Stored sealed; compared by a keyed hash; shown masked. The whole number is opened only for a
//! document or a form of an insurer, or for staff who may reveal it, and the caller records that.

use kernel::{AppError, AppResult, ReadTx, TenantTx, identifiers::IdentifierKind, sealing::Sealer};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PartyId;

/// A number that passed [`IdentifierKind::normalise`].
#[derive(Clone, PartialEq, Eq)]
pub struct Identifier {
    kind: IdentifierKind,
    value: String,
}

/// What may be shown of a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MaskedIdentifier {
    pub kind: IdentifierKind,
    /// `••••5678`
    pub masked: String,
    pub verified: bool,
}

impl Identifier {
    #[must_use]
    pub fn parse(kind: IdentifierKind, text: &str) -> Option<Self> {
        kind.normalise(text).map(|value| Self { kind, value })
    }
    #[must_use]
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }
    /// The last characters behind dots: three, or two of a short number.
    #[must_use]
    pub fn masked(&self) -> String {
        let keep = if self.value.len() >= 8 { 3 } else { 2 };
        format!("••••{}", &self.value[self.value.len() - keep..])
    }
}

/// Shows the mask, so that a log never holds the number.
impl std::fmt::Debug for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.masked())
    }
}

fn place(kind: IdentifierKind) -> String {
    format!("crm.identifier:{}", kind.as_str())
}

/// Sets the party's number of this kind.
pub(crate) async fn put(tx: &mut TenantTx, sealer: &Sealer, party: PartyId, identifier: &Identifier) -> AppResult<()> {
    let place = place(identifier.kind);
    let sealed = sealer.seal(tx, &place, identifier.value.as_bytes()).await?;
    let hash = sealer.lookup_hash(tx, &place, &identifier.value).await?;
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into party_identifiers (tenant_id, id, party_id, kind, sealed, lookup_hash, masked, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, party_id, kind) do update set sealed = $5, lookup_hash = $6, masked = $7, verified_at =
           case when party_identifiers.lookup_hash = $6 then party_identifiers.verified_at end",
        tenant,
        Uuid::now_v7(),
        party.0,
        identifier.kind.as_str(),
        sealed,
        hash,
        identifier.masked(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The whole number, for a document or for staff who may see it; none if the party has no such number.
pub async fn reveal(tx: &mut ReadTx, sealer: &Sealer, party: PartyId, kind: IdentifierKind) -> AppResult<Option<String>> {
    let tenant = tx.tenant_id();
    let sealed = sqlx::query_scalar!(
        "select sealed from party_identifiers where tenant_id = $1 and party_id = $2 and kind = $3",
        tenant,
        party.0,
        kind.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let plain = sealer.open(tx, &place(kind), &sealed).await?;
    String::from_utf8(plain).map(Some).map_err(AppError::internal)
}

/// Parties that carry this number.
pub(crate) async fn find_parties(tx: &mut ReadTx, sealer: &Sealer, identifier: &Identifier) -> AppResult<Vec<PartyId>> {
    let hash = sealer.lookup_hash(tx, &place(identifier.kind), &identifier.value).await?;
    find_by_hashes(tx, &[identifier.kind.as_str().to_owned()], &[hash]).await
}

/// Parties that carry one of the numbers that `party` carries.
pub(crate) async fn find_sharing(tx: &mut ReadTx, party: PartyId) -> AppResult<Vec<PartyId>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!("select kind, lookup_hash from party_identifiers where tenant_id = $1 and party_id = $2", tenant, party.0)
        .fetch_all(tx.conn())
        .await?;
    let (kinds, hashes): (Vec<String>, Vec<Vec<u8>>) = rows.into_iter().map(|row| (row.kind, row.lookup_hash)).unzip();
    find_by_hashes(tx, &kinds, &hashes).await
}

async fn find_by_hashes(tx: &mut ReadTx, kinds: &[String], hashes: &[Vec<u8>]) -> AppResult<Vec<PartyId>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        r#"select distinct i.party_id as "id: PartyId" from unnest($2::text[], $3::bytea[]) as wanted (kind, hash)
           join party_identifiers i on i.tenant_id = $1 and i.kind = wanted.kind and i.lookup_hash = wanted.hash limit 20"#,
        tenant,
        kinds,
        hashes
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_number_is_recognisable_to_its_owner_only() {
        let id = Identifier::parse(IdentifierKind::KeNationalId, "12345678").unwrap();
        assert_eq!(id.masked(), "••••678");
        assert!(!format!("{id:?}").contains("12345"));
        assert_eq!(Identifier::parse(IdentifierKind::KeNationalId, "123456").unwrap().masked(), "••••56");
    }
}
