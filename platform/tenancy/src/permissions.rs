//! What may be done with a tenant.

use kernel::module::Permission;

pub const SETTINGS_READ: &str = "tenancy.settings.read";
pub const SETTINGS_CHANGE: &str = "tenancy.settings.change";
pub const PORTAL_OPEN: &str = "tenancy.portal.open";

pub(crate) const OWN: &[Permission] = &[
    Permission { code: SETTINGS_READ, sensitive: false },
    Permission { code: SETTINGS_CHANGE, sensitive: false },
    Permission { code: PORTAL_OPEN, sensitive: true },
];
