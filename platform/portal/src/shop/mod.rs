//! Before the sale: what is sold, the questions about a risk, the prices of all insurers, and one of them in full.

mod ask;
mod card;
mod compare;
mod highlights;
mod home;
mod offer;
pub(crate) mod offers;
mod product;
mod products;
mod questions;
mod saved;

use kernel::routes::{Access, Face, Routes};
use pages::Shell;

use crate::samples::Sample;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Face::Portal, "/", Access::Public, home::show)
        .get(Face::Portal, "/products", Access::Public, products::show)
        .get(Face::Portal, "/products/compare", Access::Public, compare::products)
        .get(Face::Portal, "/products/compare.pdf", Access::Public, compare::products_sheet)
        .get(Face::Portal, "/products/{id}", Access::Public, product::show)
        .get(Face::Portal, "/quotes/new", Access::Public, ask::show)
        .post(Face::Portal, "/quotes", Access::Public, ask::send)
        .get(Face::Portal, "/quotes/{id}", Access::Public, offers::show)
        .get(Face::Portal, "/quotes/{id}/compare", Access::Public, compare::offers)
        .get(Face::Portal, "/quotes/{id}/compare.pdf", Access::Public, compare::offers_sheet)
        .post(Face::Portal, "/quotes/{id}/save", Access::Public, saved::send)
        .get(Face::Portal, "/saved/{link}", Access::Public, saved::show)
        .post(Face::Portal, "/saved/{link}", Access::Public, saved::go_on)
        .post(Face::Portal, "/quotes/{id}/repeat", Access::Public, offers::repeat)
        .get(Face::Portal, "/quotes/{id}/offers/{offer}", Access::Public, offer::show)
        .post(Face::Portal, "/quotes/{id}/offers/{offer}", Access::Public, offer::choose_add_ons)
}

pub(crate) fn samples(shell: &Shell) -> Vec<Sample> {
    [
        home::samples(shell),
        products::samples(shell),
        product::samples(shell),
        compare::samples(shell),
        ask::samples(shell),
        offers::samples(shell),
        saved::samples(shell),
        offer::samples(shell),
    ]
    .concat()
}
