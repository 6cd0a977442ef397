//! Encryption of secrets and identity numbers: a data key per tenant, wrapped by a master key. Every sealed value is bound to
//! its tenant and its place, so that it cannot be moved to another row's field or another tenant. The data key's id stands in
//! front of the ciphertext, the master key's id beside the wrapped data key.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::{AppError, AppResult, ReadTx, TenantTx, tenant::TenantId, tokens};

/// A key that wraps data keys. From a file, the environment or a key service; the name is kept beside what it wrapped.
#[derive(Clone)]
pub struct MasterKey {
    pub name: String,
    pub key: [u8; 32],
}

/// Seals and opens values. One per process; data keys are cached in it.
#[derive(Clone)]
pub struct Sealer {
    inner: Arc<Inner>,
}

struct Inner {
    current: MasterKey,
    older: Vec<MasterKey>,
    data_keys: RwLock<HashMap<Uuid, [u8; 32]>>,
    newest: RwLock<HashMap<TenantId, Uuid>>,
}

const NONCE: usize = 12;

impl Sealer {
    /// `older` master keys still open what they wrapped; new data keys are wrapped by `current`.
    #[must_use]
    pub fn new(current: MasterKey, older: Vec<MasterKey>) -> Self {
        Self { inner: Arc::new(Inner { current, older, data_keys: RwLock::default(), newest: RwLock::default() }) }
    }

    /// Makes the tenant's first data key, or its next one. As `system`, at sign-up and at rotation.
    pub async fn create_data_key(&self, tx: &mut TenantTx) -> AppResult<()> {
        let (tenant, id, key) = (tx.tenant_id(), Uuid::now_v7(), tokens::random_bytes::<32>());
        let wrapped = encrypt(&self.inner.current.key, &aad(tenant, "data-key"), &key)?;
        sqlx::query!(
            "insert into tenant_keys (tenant_id, id, master_key, wrapped) values ($1, $2, $3, $4)",
            tenant,
            id,
            self.inner.current.name,
            wrapped
        )
        .execute(tx.conn())
        .await?;
        Ok(())
    }

    /// Encrypts `plain` for this tenant and `place` (`integrations.setting:passkey`, say).
    pub async fn seal(&self, tx: &mut ReadTx, place: &str, plain: &[u8]) -> AppResult<Vec<u8>> {
        let (id, key) = self.newest_key(tx).await?;
        let mut sealed = id.as_bytes().to_vec();
        sealed.extend(encrypt(&key, &aad(tx.tenant_id(), place), plain)?);
        Ok(sealed)
    }

    /// Decrypts what `seal` made for the same tenant and place.
    pub async fn open(&self, tx: &mut ReadTx, place: &str, sealed: &[u8]) -> AppResult<Vec<u8>> {
        let (id, rest) = sealed.split_at_checked(16).ok_or_else(corrupt)?;
        let id = Uuid::from_slice(id).map_err(|_| corrupt())?;
        let key = self.data_key(tx, id).await?;
        decrypt(&key, &aad(tx.tenant_id(), place), rest)
    }

    /// A keyed hash by which an encrypted value can be looked up and compared for equality within one tenant.
    pub async fn lookup_hash(&self, tx: &mut ReadTx, place: &str, value: &str) -> AppResult<Vec<u8>> {
        // The oldest key never changes, so that hashes of one value stay equal after a rotation.
        let tenant = tx.tenant_id();
        let id = sqlx::query_scalar!("select id from tenant_keys where tenant_id = $1 order by id limit 1", tenant)
            .fetch_optional(tx.conn())
            .await?
            .ok_or_else(no_key)?;
        let key = self.data_key(tx, id).await?;
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).map_err(|_| corrupt())?;
        mac.update(&aad(tenant, place));
        mac.update(value.as_bytes());
        Ok(mac.finalize().into_bytes().to_vec())
    }

    async fn newest_key(&self, tx: &mut ReadTx) -> AppResult<(Uuid, [u8; 32])> {
        let tenant = tx.scope().tenant.id;
        let known = self.inner.newest.read().ok().and_then(|newest| newest.get(&tenant).copied());
        let id = match known {
            Some(id) => id,
            None => {
                let id = sqlx::query_scalar!("select id from tenant_keys where tenant_id = $1 order by id desc limit 1", tenant.0)
                    .fetch_optional(tx.conn())
                    .await?
                    .ok_or_else(no_key)?;
                if let Ok(mut newest) = self.inner.newest.write() {
                    newest.insert(tenant, id);
                }
                id
            }
        };
        Ok((id, self.data_key(tx, id).await?))
    }

    async fn data_key(&self, tx: &mut ReadTx, id: Uuid) -> AppResult<[u8; 32]> {
        if let Some(key) = self.inner.data_keys.read().ok().and_then(|keys| keys.get(&id).copied()) {
            return Ok(key);
        }
        let tenant = tx.tenant_id();
        let row = sqlx::query!("select master_key, wrapped from tenant_keys where tenant_id = $1 and id = $2", tenant, id)
            .fetch_optional(tx.conn())
            .await?
            .ok_or_else(no_key)?;
        let master = std::iter::once(&self.inner.current)
            .chain(&self.inner.older)
            .find(|master| master.name == row.master_key)
            .ok_or_else(|| AppError::internal(format!("no master key named {:?} is configured", row.master_key)))?;
        let key: [u8; 32] = decrypt(&master.key, &aad(tenant, "data-key"), &row.wrapped)?.try_into().map_err(|_| corrupt())?;
        if let Ok(mut keys) = self.inner.data_keys.write() {
            keys.insert(id, key);
        }
        Ok(key)
    }
}

fn aad(tenant: Uuid, place: &str) -> Vec<u8> {
    [tenant.as_bytes().as_slice(), place.as_bytes()].concat()
}

fn corrupt() -> AppError {
    AppError::internal("a sealed value is damaged or belongs elsewhere")
}

fn no_key() -> AppError {
    AppError::internal("the tenant has no data key")
}

fn encrypt(key: &[u8; 32], aad: &[u8], plain: &[u8]) -> AppResult<Vec<u8>> {
    let nonce = tokens::random_bytes::<NONCE>();
    let cipher = Aes256Gcm::new(&(*key).into());
    let sealed = cipher.encrypt(&nonce.into(), Payload { msg: plain, aad }).map_err(|_| AppError::internal("encryption failed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn decrypt(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> AppResult<Vec<u8>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE).ok_or_else(corrupt)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| corrupt())?;
    Aes256Gcm::new(&(*key).into()).decrypt(&nonce.into(), Payload { msg: rest, aad }).map_err(|_| corrupt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_own_tenant_and_place() {
        let (key, a, b) = ([7; 32], Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = encrypt(&key, &aad(a, "x"), b"secret").unwrap();
        assert_eq!(decrypt(&key, &aad(a, "x"), &sealed).unwrap(), b"secret");
        assert!(decrypt(&key, &aad(b, "x"), &sealed).is_err());
        assert!(decrypt(&key, &aad(a, "y"), &sealed).is_err());
        assert!(decrypt(&key, &aad(a, "x"), &sealed[..8]).is_err());
    }
}
