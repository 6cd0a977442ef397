//! The sale: cart, the steps of checkout, and the page that waits for the money and shows what it bought. Every step is saved by
//! the service; a form that is sent twice, or from two windows, does its work once.

mod cart;
mod debt;
mod details;
mod fleet;
mod join;
mod order;
mod owed;
mod papers;
mod pay;
pub(crate) mod pay_form;
mod pay_link;
mod phase;
pub(crate) mod plan;
mod summary;

use kernel::routes::{Access, Face, Routes};
use pages::{Shell, Step, StepState};

use crate::samples::Sample;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Face::Portal, "/cart", Access::Public, cart::show)
        .post(Face::Portal, "/cart", Access::Public, cart::add)
        .post(Face::Portal, "/cart/{item}/remove", Access::Public, cart::remove)
        .post(Face::Portal, "/checkout", Access::Public, cart::check_out)
        .get(Face::Portal, "/checkout", Access::Public, cart::resume)
        .get(Face::Portal, "/checkout/details", Access::Public, details::show)
        .post(Face::Portal, "/checkout/details", Access::Public, details::send)
        .get(Face::Portal, "/checkout/documents", Access::Customer, papers::show)
        .post(Face::Portal, "/checkout/documents", Access::Customer, papers::send)
        .get(Face::Portal, "/checkout/pay", Access::Customer, pay::show)
        .post(Face::Portal, "/checkout/pay", Access::Customer, pay::send)
        .post(Face::Portal, "/checkout/plan", Access::Customer, plan::choose)
        .get(Face::Portal, "/fleet", Access::Customer, fleet::show)
        .post(Face::Portal, "/fleet", Access::Customer, fleet::upload)
        .get(Face::Portal, "/fleet/{product}/sheet.csv", Access::Customer, fleet::template)
        .post(Face::Portal, "/fleet/order", Access::Customer, fleet::order)
        .get(Face::Portal, "/orders/{id}", Access::Customer, order::show)
        .get(Face::Portal, "/orders/{id}/state", Access::Customer, order::state)
        .post(Face::Portal, "/orders/{id}/pay", Access::Customer, order::pay)
        .post(Face::Portal, "/orders/{id}/cancel", Access::Customer, order::cancel)
        .get(Face::Portal, "/account/owed/{id}", Access::Customer, owed::show)
        .get(Face::Portal, "/account/owed/{id}/state", Access::Customer, owed::state)
        .post(Face::Portal, "/account/owed/{id}", Access::Customer, owed::pay)
        .get(Face::Portal, "/pay/{token}", Access::Public, pay_link::show)
        .get(Face::Portal, "/pay/{token}/state", Access::Public, pay_link::state)
        .post(Face::Portal, "/pay/{token}", Access::Public, pay_link::pay)
}

pub(crate) fn samples(shell: &Shell) -> Vec<Sample> {
    [
        cart::samples(shell),
        details::samples(shell),
        papers::samples(shell),
        pay::samples(shell),
        pay_link::samples(shell),
        owed::samples(shell),
        order::samples(shell),
        fleet::samples(shell),
    ]
    .concat()
}

/// The steps with the present one marked; earlier ones can be gone back to.
fn steps(shell: &Shell, present: usize) -> Vec<Step> {
    ["details", "documents", "pay", "done"]
        .iter()
        .enumerate()
        .map(|(at, name)| Step {
            label: shell.t(&format!("portal-checkout-step-{name}")),
            href: if at < present { format!("/checkout/{name}") } else { String::new() },
            state: match at.cmp(&present) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Current,
                std::cmp::Ordering::Greater => StepState::Ahead,
            },
        })
        .collect()
}
