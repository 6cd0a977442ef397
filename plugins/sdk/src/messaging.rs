//! Messaging plugins and USSD services: the traits to implement and the values they speak in.

/// Required of a messaging plugin: sending.
pub mod channel {
    pub use crate::bindings::channel::exports::wakala::messaging::channel::*;
}
/// Optional: texts that the provider approved.
pub mod templates {
    pub use crate::bindings::templates::exports::wakala::messaging::templates::*;
}
/// Required of a USSD service: the next screen of a dialogue.
pub mod ussd {
    pub use crate::bindings::ussd::exports::wakala::messaging::ussd::*;
}
/// For a messaging plugin whose provider carries USSD: `dialogue::answer` asks the platform for the next screen.
pub mod dialogue {
    pub use crate::bindings::dialogue::wakala::messaging::ussd::*;
}
