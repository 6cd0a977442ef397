//! Insurance and certificate plugins: the traits to implement and the values they speak in.

/// Required of an insurance plugin: quoting, binding and the state of policies.
pub mod insurer {
    pub use crate::bindings::insurer::exports::wakala::insurance::insurer::*;
}
/// Optional: changing and ending policies.
pub mod endorsements {
    pub use crate::bindings::endorsements::exports::wakala::insurance::endorsements::*;
}
/// Optional: reporting losses.
pub mod claims {
    pub use crate::bindings::claims::exports::wakala::insurance::claims::*;
}
/// Required of a certificate plugin, optional for an insurer: proof of cover.
pub mod certificates {
    pub use crate::bindings::certificates::exports::wakala::insurance::certificates::*;
}

pub use crate::bindings::insurance_types::wakala::insurance::types::{Offer, Policy, PremiumPart};
