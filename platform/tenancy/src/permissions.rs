//! What may be done with a tenant.

use kernel::module::Permission;

pub const SETTINGS_READ: &str = "tenancy.settings.read";
pub const SETTINGS_CHANGE: &str = "tenancy.settings.change";
pub const PORTAL_OPEN: &str = "tenancy.portal.open";
/// The portal's pages about the firm, its terms and how it treats data.
pub const LEGAL_CHANGE: &str = "tenancy.legal.change";

pub(crate) const OWN: &[Permission] = &[
    Permission { code: SETTINGS_READ, sensitive: false },
    Permission { code: SETTINGS_CHANGE, sensitive: false },
    Permission { code: PORTAL_OPEN, sensitive: true },
    Permission { code: LEGAL_CHANGE, sensitive: false },
];
