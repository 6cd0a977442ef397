//! One's own account: name and phone, password, and where one is signed in.

mod passkeys;
mod profile;
mod second_factor;
mod security;

use identity::{UserId, sessions::SessionId};
use kernel::{
    AppError, AppResult,
    http::Staff,
    routes::{Access::AnyStaff, Face::Office, Routes},
};

pub(crate) use passkeys::{PasskeyRow, sample as sample_of_passkeys};
pub(crate) use second_factor::{CodesPage, EnrolPage};
pub(crate) use security::{SecondFactorState, SecurityPage, SessionRow, device};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/profile", AnyStaff, profile::show)
        .post(Office, "/profile", AnyStaff, profile::save)
        .get(Office, "/profile/security", AnyStaff, security::show)
        .post(Office, "/profile/password", AnyStaff, security::change_password)
        .get(Office, "/profile/second-factor", AnyStaff, second_factor::show)
        .post(Office, "/profile/second-factor", AnyStaff, second_factor::enrol)
        .post(Office, "/profile/second-factor/begin", AnyStaff, second_factor::begin)
        .post(Office, "/profile/second-factor/codes", AnyStaff, second_factor::renew)
        .post(Office, "/profile/second-factor/remove", AnyStaff, second_factor::remove)
        .get(Office, "/profile/passkeys", AnyStaff, passkeys::show)
        .post(Office, "/profile/passkeys", AnyStaff, passkeys::add)
        .get(Office, "/profile/passkeys/begin", AnyStaff, passkeys::show)
        .post(Office, "/profile/passkeys/begin", AnyStaff, passkeys::begin)
        .get(Office, "/profile/passkeys/{id}", AnyStaff, passkeys::show_name)
        .post(Office, "/profile/passkeys/{id}", AnyStaff, passkeys::rename)
        .post(Office, "/profile/passkeys/{id}/remove", AnyStaff, passkeys::remove)
        .post(Office, "/profile/sessions/{id}/end", AnyStaff, security::end)
        .post(Office, "/profile/sessions/end", AnyStaff, security::end_others)
}

const SECURITY: &str = "/profile/security";

fn own(staff: &Staff) -> AppResult<(UserId, SessionId)> {
    match (staff.scope.user(), staff.session()) {
        (Some(user), Some(session)) => Ok((UserId(user), SessionId(session))),
        _ => Err(AppError::unauthenticated()),
    }
}
