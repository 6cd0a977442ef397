//! What is asked of a device, and what its answer is worth. A tenant's portal and back office are two relying parties, each under its
//! own host: a passkey of one is nothing to the other, nor to another tenant.

use kernel::{App, AppError, AppResult, Tenant};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder};

use super::PasskeyError;
use crate::UserKind;

/// Answers of devices are about a kilobyte.
const LONGEST_ANSWER: usize = 16 * 1024;

/// The host on which this kind of user signs in, as devices know it.
pub(super) fn relying_party(app: &App, tenant: &Tenant, kind: UserKind) -> AppResult<Webauthn> {
    let address = match kind {
        UserKind::Staff => app.hosts.office_url(&tenant.slug, "/"),
        UserKind::Customer => app.hosts.portal_url(&tenant.slug, "/"),
    };
    let origin = Url::parse(&address).map_err(AppError::internal)?;
    let id = origin.host_str().ok_or_else(|| AppError::internal("a host without a name"))?;
    let builder = WebauthnBuilder::new(id, &origin).map_err(AppError::internal)?.rp_name(&tenant.name);
    builder.build().map_err(AppError::internal)
}

/// The options of `navigator.credentials`, as a page carries them.
pub(super) fn options(challenge: &impl Serialize) -> AppResult<String> {
    let mut all = serde_json::to_value(challenge).map_err(AppError::internal)?;
    let mut options = all.get_mut("publicKey").map(Value::take).unwrap_or_default();
    // Kept by the device, where it can: so that nobody has to type an address to log in.
    if let Some(selection) = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
        selection.insert("residentKey".to_owned(), json!("preferred"));
    }
    Ok(options.to_string())
}

pub(super) fn kept(state: &impl Serialize) -> AppResult<Value> {
    serde_json::to_value(state).map_err(AppError::internal)
}

pub(super) fn resumed<T: DeserializeOwned>(state: Value) -> AppResult<T> {
    serde_json::from_value(state).map_err(AppError::internal)
}

/// A device's answer as the page's script wrote it.
pub(super) fn answer<T: DeserializeOwned>(text: &str) -> Result<T, PasskeyError> {
    if text.len() > LONGEST_ANSWER {
        return Err(PasskeyError::Wrong);
    }
    serde_json::from_str(text).map_err(|_| PasskeyError::Wrong)
}
