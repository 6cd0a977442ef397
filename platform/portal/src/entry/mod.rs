//! Getting in: logging in by password or code, registering, choosing a password, logging out. The rules are identity's; these
//! pages say them. Answers about an address are the same whether it is known or not.

pub(crate) mod code;
mod log_in;
pub(crate) mod passkey;
mod password;
mod register;
pub(crate) mod second_step;

use kernel::routes::{Access, Face, Routes};
use pages::Shell;

use crate::samples::Sample;

pub(crate) fn routes() -> Routes {
    let link = |page: &str| format!("{page}/{{token}}");
    Routes::new()
        .get(Face::Portal, "/login", Access::Public, log_in::show)
        .post(Face::Portal, "/login", Access::Public, log_in::send)
        .get(Face::Portal, "/login/second-factor", Access::Public, second_step::show)
        .post(Face::Portal, "/login/second-factor", Access::Public, second_step::send)
        .get(Face::Portal, "/login/passkey", Access::Public, passkey::show)
        .post(Face::Portal, "/login/passkey", Access::Public, passkey::begin)
        .get(Face::Portal, "/login/passkey/answer", Access::Public, passkey::show)
        .post(Face::Portal, "/login/passkey/answer", Access::Public, passkey::answer)
        .post(Face::Portal, "/logout", Access::Public, log_in::log_out)
        .get(Face::Portal, "/login/code", Access::Public, code::show)
        .post(Face::Portal, "/login/code", Access::Public, code::request)
        .post(Face::Portal, "/login/code/confirm", Access::Public, code::confirm)
        .get(Face::Portal, "/register", Access::Public, register::show)
        .post(Face::Portal, "/register", Access::Public, register::send)
        .get(Face::Portal, "/verify-email", Access::Public, register::show_code)
        .post(Face::Portal, "/verify-email", Access::Public, register::confirm)
        .post(Face::Portal, "/verify-email/again", Access::Public, register::send_again)
        .get(Face::Portal, identity::accounts::FORGOT_PAGE, Access::Public, password::show_forgot)
        .post(Face::Portal, identity::accounts::FORGOT_PAGE, Access::Public, password::send_forgot)
        .get(Face::Portal, &link(identity::challenges::RESET_PAGE), Access::Public, password::show_reset)
        .post(Face::Portal, &link(identity::challenges::RESET_PAGE), Access::Public, password::choose)
        .get(Face::Portal, &link(identity::challenges::CLAIM_PAGE), Access::Public, password::show_claim)
        .post(Face::Portal, &link(identity::challenges::CLAIM_PAGE), Access::Public, password::choose)
}

pub(crate) fn samples(shell: &Shell) -> Vec<Sample> {
    [
        log_in::samples(shell),
        code::samples(shell),
        register::samples(shell),
        password::samples(shell),
        second_step::samples(shell),
        passkey::samples(shell),
    ]
    .concat()
}
