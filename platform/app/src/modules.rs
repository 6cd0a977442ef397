//! The list of modules: the only place that knows all of them.

use kernel::module::Module;

/// Every module of this binary.
#[must_use]
pub fn all() -> Vec<Module> {
    vec![
        identity::module(),
        tenancy::module(),
        integrations::module(),
        documents::module(),
        ledger::module(),
        crm::module(),
        insurance::module(),
        outreach::module(),
        backoffice::module(),
        portal::module(),
        crate::audit::module(),
        crate::housekeeping::module(),
        kernel::dead_letters::module(),
    ]
}
