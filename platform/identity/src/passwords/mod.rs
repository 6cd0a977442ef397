//! Passwords: which are good enough, how they are hashed, and which a user had before.

mod hash;
mod rules;
pub(crate) mod store;

pub use hash::{Hasher, Verdict};
pub use rules::{MAX_LENGTH, MIN_LENGTH, problems};

use kernel::{App, AppError, AppResult, TenantTx, error::Fields};

use crate::{User, identity};

/// Passwords that must not come back, the present one included.
pub const HISTORY: usize = 5;

/// Checks a new password and hashes it. `personal` are texts that must not make up the password: names, e-mail, tenant.
/// Errors name the field `field`.
pub async fn prepare(app: &App, field: &'static str, password: &str, personal: &[&str]) -> AppResult<String> {
    let mut fields = Fields::new();
    for code in problems(password, personal) {
        fields.add(field, code);
    }
    fields.finish()?;
    identity(app)?.hasher.hash(password).await
}

/// Refuses a password that is one of the user's last ones. `earlier` are hashes, the present one first.
pub(crate) async fn refuse_reuse(app: &App, field: &'static str, password: &str, earlier: &[String]) -> AppResult<()> {
    let hasher = &identity(app)?.hasher;
    for hash in earlier.iter().take(HISTORY) {
        if hasher.verify(password, hash).await? != Verdict::Wrong {
            return Err(AppError::field(field, "password-used-before"));
        }
    }
    Ok(())
}

/// What a user's password must not be made of.
pub(crate) fn personal<'a>(tenant: &'a kernel::Tenant, user: &'a User) -> Vec<&'a str> {
    vec![&tenant.name, &tenant.slug, &user.email, &user.name.first, &user.name.last]
}

/// Replaces the user's hash, keeping the old one in the history.
pub(crate) async fn replace(app: &App, tx: &mut TenantTx, user: crate::UserId, hash: &str) -> AppResult<()> {
    let now = identity(app)?.now();
    store::retire(tx, user, now, HISTORY as i64 - 1).await?;
    store::put(tx, user, hash, now).await
}
