//! Who supervises the firm, as a sentence names it.

use kernel::{App, Tenant};

/// The regulator that the tenant's pack names, in a language; in general words where it names none.
#[must_use]
pub fn regulator(app: &App, tenant: &Tenant, language: &str) -> String {
    app.packs.regulator(&tenant.pack, language).map_or_else(|| app.texts.get(language, "portal-regulator", &[]), str::to_owned)
}
