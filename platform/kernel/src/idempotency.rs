//! Requests that create or move money carry an `Idempotency-Key`. The first answer is stored in the transaction of its effect;
//! the same key with the same request gets that answer again, with another request it is refused.

use sha2::{Digest, Sha256};

use crate::{AppError, AppResult, Failure, Kind, tx::TenantTx};

/// The key of one request and the hash of what was asked.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    key: String,
    request_hash: [u8; 32],
}

/// An answer given before.
#[derive(Debug, Clone)]
pub struct StoredAnswer {
    pub status: u16,
    pub body: serde_json::Value,
}

#[derive(Debug, thiserror::Error)]
pub enum IdempotencyFailure {
    #[error("the header Idempotency-Key is missing or not 8 to 100 visible characters")]
    Missing,
    #[error("this Idempotency-Key was used with another request")]
    Reused,
    #[error("the first request with this key is still running")]
    Running,
}

impl Failure for IdempotencyFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::Missing => Kind::Malformed,
            Self::Reused => Kind::Invalid,
            Self::Running => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "idempotency_key_missing",
            Self::Reused => "idempotency_key_reused",
            Self::Running => "idempotency_key_running",
        }
    }
}

impl IdempotencyKey {
    /// `key` is the header's value; method, path and body are what it is bound to.
    pub fn new(key: &str, method: &str, path: &str, body: &[u8]) -> Result<Self, IdempotencyFailure> {
        if !(8..=100).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(IdempotencyFailure::Missing);
        }
        let mut hash = Sha256::new();
        for part in [method.as_bytes(), path.as_bytes(), body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Ok(Self { key: key.to_owned(), request_hash: hash.finalize().into() })
    }
}

impl TenantTx {
    /// Claims the key for this transaction. Some: the request was answered before, and this is the answer.
    pub async fn claim_key(&mut self, key: &IdempotencyKey) -> AppResult<Option<StoredAnswer>> {
        let (tenant, caller) = (self.tenant_id(), self.scope().caller_key());
        let claimed = sqlx::query!(
            "insert into idempotency_keys (tenant_id, caller, key, request_hash) values ($1, $2, $3, $4) on conflict do nothing",
            tenant,
            caller,
            key.key,
            &key.request_hash[..]
        )
        .execute(self.conn())
        .await
        .map_err(|error| match error.as_database_error().and_then(|db| db.code()) {
            Some(code) if code == "55P03" => IdempotencyFailure::Running.into(),
            _ => AppError::from(error),
        })?;
        if claimed.rows_affected() == 1 {
            return Ok(None);
        }
        let row = sqlx::query!(
            "select request_hash, status, response from idempotency_keys where tenant_id = $1 and caller = $2 and key = $3",
            tenant,
            caller,
            key.key
        )
        .fetch_optional(self.conn())
        .await?
        .ok_or(IdempotencyFailure::Running)?;
        if row.request_hash != key.request_hash {
            return Err(IdempotencyFailure::Reused.into());
        }
        match (row.status, row.response) {
            (Some(status), Some(body)) => Ok(Some(StoredAnswer { status: u16::try_from(status).unwrap_or(200), body })),
            _ => Err(IdempotencyFailure::Running.into()),
        }
    }

    /// Stores the answer with the effect and commits both.
    pub async fn commit_with<T: serde::Serialize>(mut self, key: &IdempotencyKey, status: u16, answer: &T) -> AppResult<StoredAnswer> {
        let body = serde_json::to_value(answer).map_err(AppError::internal)?;
        let (tenant, caller) = (self.tenant_id(), self.scope().caller_key());
        sqlx::query!(
            "update idempotency_keys set status = $4, response = $5 where tenant_id = $1 and caller = $2 and key = $3",
            tenant,
            caller,
            key.key,
            status.cast_signed(),
            body
        )
        .execute(self.conn())
        .await?;
        self.commit().await?;
        Ok(StoredAnswer { status, body })
    }
}
