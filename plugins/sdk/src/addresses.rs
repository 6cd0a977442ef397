//! Addresses that people enter at the provider, because it has no way to register them.

use crate::PluginError;
use crate::host::hooks;
use crate::host::types::Fields;

/// The lasting addresses of these webhooks, as values of a `lifecycle` report: `address.NAME`. Asking for an address is what makes it.
///
/// # Errors
/// The manifest has no such webhook, or the platform cannot make addresses now.
pub fn of(webhooks: &[&str]) -> Result<Fields, PluginError> {
    webhooks.iter().map(|name| Ok((format!("address.{name}"), hooks::url(name, None)?))).collect()
}
