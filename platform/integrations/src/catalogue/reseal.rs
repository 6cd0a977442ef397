//! After the platform's signing key was replaced: its signature anew, beside every publisher whose own signature holds.

use kernel::{App, AppResult, platform_tx::PlatformTx};

use super::{
    packages::{platform_key, verify},
    store,
};
use crate::Integrations;

/// Signs versions that carry another key's signature; says how many. What is left over is not what its publisher signed, and stays
/// damaged. Safe to repeat.
pub async fn reseal(app: &App, by: &str, reason: &str) -> AppResult<usize> {
    let integrations = Integrations::of(app)?;
    let key = platform_key(&integrations.parts.signer)?;
    let mut tx = PlatformTx::begin(&app.db, "integrations.reseal").await?;
    let mut sealed = 0;
    for id in store::list_signed(&mut tx).await? {
        let Some(mut row) = store::find_version(tx.conn(), id).await? else { continue };
        let Some(seal) = row.seal().and_then(|seal| seal.countersigned(&key).ok()) else { continue };
        if row.counter_signature.as_deref() == Some(seal.counter_signature.as_str()) {
            continue;
        }
        row.counter_signature = Some(seal.counter_signature.clone());
        if verify(key.public(), row).is_ok() {
            store::set_counter_signature(&mut tx, id, &seal.counter_signature).await?;
            sealed += 1;
        }
    }
    tx.record(by, &format!("{sealed} versions of plugins signed with the present key: {reason}")).await?;
    tx.commit().await?;
    Ok(sealed)
}
