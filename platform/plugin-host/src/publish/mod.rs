//! Checks before a component may be published.
//!
//! In the order of cost: size and form from the bytes alone, then compiling in the child, then one instance to see that exports have
//! the right shape and agree with the manifest. Conformance scenarios come after these and live with the plugin author's tools.

mod icon;
mod inspect;

use std::sync::Arc;

use uuid::Uuid;

pub use icon::check as check_icon;
pub use inspect::{Facts, InspectError, inspect};

use crate::call::CallSpec;
use crate::capabilities::Capabilities;
use crate::compile::CompileError;
use crate::grants::Grants;
use crate::host::{LoadError, PluginHost};
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::model::CallContext;
use crate::plugin::Plugin;

/// Why a component may not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The bytes break a rule.
    #[error(transparent)]
    Form(#[from] InspectError),
    /// It does not compile within bounds, or imports something unknown.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It does not start.
    #[error("the component does not start: {0}")]
    Start(crate::call::CallFailure),
    /// Exports are missing, of the wrong shape, or differ from the manifest.
    #[error("{}", .0.join("; "))]
    Exports(Vec<String>),
}

impl From<CompileError> for PublishError {
    fn from(error: CompileError) -> Self {
        Self::Load(error.into())
    }
}

/// A component that passed.
pub struct Publishable {
    /// Ready to be called.
    pub plugin: Arc<Plugin>,
    /// What its bytes tell.
    pub facts: Facts,
}

/// Runs all checks.
///
/// `caps` serve the one instantiation; a well-behaved component asks nothing of them yet.
///
/// # Errors
/// The first group of rules that is broken, with every break of that group.
pub async fn check(host: &PluginHost, component: &[u8], manifest: &Arc<Manifest>, caps: Arc<dyn Capabilities>) -> Result<Publishable, PublishError> {
    let facts = inspect(component)?;
    let plugin = host.prepare(component, manifest).await?;
    let spec = CallSpec {
        tenant: Uuid::nil(),
        installation: Uuid::nil(),
        context: CallContext {
            idempotency_key: "publish-check-0000".to_owned(),
            attempt: 1,
            live: false,
            locale: "en".to_owned(),
            correlation_id: String::new(),
            extra: Vec::new(),
        },
        grants: Arc::new(Grants::default()),
        caps,
        limits: Limits::default(),
        blobs: Vec::new(),
    };
    let misshapen = plugin.verify_exports(spec).await.map_err(PublishError::Start)?;
    let mut wrong: Vec<String> = misshapen.into_iter().map(|(name, why)| format!("export {name}: {why}")).collect();
    agreement(manifest, &plugin.interfaces(), &mut wrong);
    imports(manifest, &facts.imports, &mut wrong);
    versions(manifest, &facts.exports, &mut wrong);
    if wrong.is_empty() { Ok(Publishable { plugin, facts }) } else { Err(PublishError::Exports(wrong)) }
}

/// Compares exports with kind and `provides`.
fn agreement(manifest: &Manifest, exported: &[&'static str], wrong: &mut Vec<String>) {
    let required = manifest.kind.required();
    for name in required {
        if !exported.contains(name) {
            wrong.push(format!("the component does not export `{name}`, which its kind requires"));
        }
    }
    for name in &manifest.provides {
        if !exported.contains(&name.as_str()) {
            wrong.push(format!("the manifest provides `{name}`, which the component does not export"));
        }
    }
    for name in exported {
        if !required.contains(name) && !manifest.provides.iter().any(|p| p == name) {
            wrong.push(format!("the component exports `{name}`, which the manifest does not provide"));
        }
    }
}

/// A component imports the host and what belongs to its own kind.
fn imports(manifest: &Manifest, imported: &[String], wrong: &mut Vec<String>) {
    let own = format!("wakala:{}/", manifest.kind.package());
    for name in imported.iter().filter(|name| !name.starts_with("wakala:host/") && !name.starts_with(&own)) {
        wrong.push(format!("the component imports `{name}`, which is not for its kind"));
    }
}

/// The interfaces of its own kind are of the major that the manifest names.
fn versions(manifest: &Manifest, exported: &[String], wrong: &mut Vec<String>) {
    let own = format!("wakala:{}/", manifest.kind.package());
    let stated = major(&manifest.wit);
    for name in exported.iter().filter(|name| name.starts_with(&own) && major(name) != stated) {
        wrong.push(format!("the component exports `{name}`, and the manifest says `{}`", manifest.wit));
    }
}

/// What has to be equal for two versions to fit: the first number, or the first two while it is 0.
fn major(name: &str) -> Option<(&str, &str)> {
    let (_, version) = name.split_once('@')?;
    let mut numbers = version.split('.');
    let (first, second) = (numbers.next()?, numbers.next()?);
    Some((first, if first == "0" { second } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn a_major_is_the_first_number_or_the_second_while_that_is_0() {
        assert_eq!(major("wakala:ai@1.0"), major("wakala:ai/assistant@1.4.2"));
        assert_ne!(major("wakala:ai@1.0"), major("wakala:ai/assistant@2.0.0"));
        assert_ne!(major("wakala:ai@0.1"), major("wakala:ai/assistant@0.2.0"));
        assert_eq!(major("wakala:ai"), None);
    }
}
