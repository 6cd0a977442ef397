//! Users of a tenant: staff of the back office and customers of the portal, apart from each other, each known by an e-mail
//! address. A user is never deleted by this module: suspended or inactive, nobody signs in as one.

mod api;
mod error;
mod model;
pub mod service;
pub(crate) mod store;

pub use api::UserView;
pub(crate) use api::routes;
pub use error::UserError;
pub use model::{NewUser, PersonName, User, UserId, UserKind, UserStatus, normalise_email, read_email};
pub use service::{
    NewOwner, ProfilePatch, StaffRow, activate, change_profile, create_guest_customer, create_owner, find_by_email, find_by_subject, get, holders,
    invite_staff, link_subject, list_staff, may_manage, remove, send_claim_link, send_reset_link, standing, suspend,
};
pub(crate) use service::{erase, insert, list_unerased};
