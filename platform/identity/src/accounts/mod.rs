//! How people get in: registering, signing in by password or by code, and choosing a password anew.
//!
//! These functions open their own transactions, as the system audience: hashing and waiting happen outside of them, and a wrong
//! try must be counted although its caller gets an error. `scope` is always the tenant's system scope of the request.

mod api;
mod error;
mod log_in;
mod notice;
mod phone;
mod recovery;
mod register;
mod second_step;
pub(crate) mod store;

pub(crate) use api::routes;
pub use error::AccountError;
pub(crate) use log_in::count_failure;
pub use log_in::{log_in, log_in_with_code, open_application, open_browser, request_sign_in_code, sends_codes_by_phone};
pub use notice::SendNotice;
pub use phone::{send_phone_code, verify_phone};
pub use recovery::{change_password, choose_password, request_reset};
pub use register::{CustomerRecords, NewCustomer, Registration, SendRegistration, confirm, register, send_again};
pub(crate) use second_step::refused;
pub use second_step::{Entry, enter_application, enter_browser, offer_passkey, pass_second_step};

/// Where the portal and the back office take a request for a new password.
pub const FORGOT_PAGE: &str = "/forgot-password";
