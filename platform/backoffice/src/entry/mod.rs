//! Coming in and going out: signing in, out, and choosing a password by a link from a mail.

mod confirmed;
pub(crate) mod cookie;
mod passkey;
mod password;
mod second_step;
mod session;

pub(crate) use confirmed::{ConfirmPage, Confirmed, ConfirmedFiles, Present};
pub(crate) use passkey::PasskeyPage;
pub(crate) use password::{ChoosePage, ForgotPage};
pub(crate) use second_step::SecondStepPage;
pub(crate) use session::{CameFrom, LoginPage, safe};

use kernel::routes::{Access, Face::Office, Routes};

pub(crate) fn routes() -> Routes {
    let forgot = identity::accounts::FORGOT_PAGE;
    let reset = format!("{}/{{token}}", identity::challenges::RESET_PAGE);
    let claim = format!("{}/{{token}}", identity::challenges::CLAIM_PAGE);
    Routes::new()
        .get(Office, "/login", Access::Public, session::show)
        .post(Office, "/login", Access::Public, session::log_in)
        .get(Office, "/login/second-factor", Access::Public, second_step::show)
        .post(Office, "/login/second-factor", Access::Public, second_step::send)
        .get(Office, "/login/passkey", Access::Public, passkey::show)
        .post(Office, "/login/passkey", Access::Public, passkey::begin)
        .get(Office, "/login/passkey/answer", Access::Public, passkey::show)
        .post(Office, "/login/passkey/answer", Access::Public, passkey::answer)
        .post(Office, "/logout", Access::Public, session::log_out)
        .get(Office, confirmed::CONFIRM, Access::AnyStaff, confirmed::show)
        .post(Office, confirmed::CONFIRM, Access::AnyStaff, confirmed::send)
        .get(Office, forgot, Access::Public, password::show_forgot)
        .post(Office, forgot, Access::Public, password::send_link)
        .get(Office, &reset, Access::Public, password::show_choose)
        .post(Office, &reset, Access::Public, password::choose)
        .get(Office, &claim, Access::Public, password::show_choose)
        .post(Office, &claim, Access::Public, password::choose)
}
