//! The portal's content: what stands on the start page, questions with answers, pages, and what customers say of products.

mod entries;
mod featured;
mod front;
pub(crate) mod pages;
pub(crate) mod pictures;
mod reviews;

use ::pages::{Shell, Tab};
use insurance::site::{CHANGE, READ};
use kernel::routes::{Access::Staff, Face::Office, Routes};
use tenancy::permissions::LEGAL_CHANGE;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/site", Staff(READ), featured::show)
        .post(Office, "/site", Staff(CHANGE), featured::save)
        .get(Office, "/site/front", Staff(READ), front::show)
        .post(Office, "/site/front", Staff(CHANGE), front::save)
        .get(Office, "/site/{kind}", Staff(READ), entries::list)
        .get(Office, "/site/{kind}/new", Staff(CHANGE), entries::show_new)
        .post(Office, "/site/{kind}/new", Staff(CHANGE), entries::create)
        .get(Office, "/site/entries/{id}", Staff(READ), entries::show)
        .get(Office, "/site/entries/{id}/edit", Staff(CHANGE), entries::show_edit)
        .post(Office, "/site/entries/{id}/edit", Staff(CHANGE), entries::save)
        .post(Office, "/site/entries/{id}/{turn}", Staff(CHANGE), entries::turn)
        .get(Office, "/site/pages", Staff(READ), pages::list)
        .get(Office, "/site/pages/{code}", Staff(READ), pages::show)
        .get(Office, "/site/pages/{code}/edit", Staff(LEGAL_CHANGE), pages::show_edit)
        .post(Office, "/site/pages/{code}/edit", Staff(LEGAL_CHANGE), pages::save)
        .post(Office, "/site/pages/{code}/publish", Staff(LEGAL_CHANGE), pages::publish)
        .post(Office, "/site/pages/{code}/discard", Staff(LEGAL_CHANGE), pages::discard)
        .get(Office, "/site/categories", Staff(READ), pictures::categories)
        .get(Office, "/pictures/{kind}/{id}", Staff(READ), pictures::show)
        .post(Office, "/pictures/{kind}/{id}", Staff(CHANGE), pictures::save)
        .post(Office, "/pictures/{kind}/{id}/remove", Staff(CHANGE), pictures::remove)
        .get(Office, "/reviews", Staff(insurance::reviews::READ), reviews::list)
        .get(Office, "/reviews/{id}", Staff(insurance::reviews::READ), reviews::show)
        .post(Office, "/reviews/{id}/publish", Staff(insurance::reviews::CHANGE), reviews::publish)
        .get(Office, "/reviews/{id}/hide", Staff(insurance::reviews::CHANGE), reviews::show_hide)
        .post(Office, "/reviews/{id}/hide", Staff(insurance::reviews::CHANGE), reviews::hide)
}

/// The neighbouring pages of the portal's content.
fn tabs(shell: &Shell, current: &str) -> Vec<Tab> {
    [
        ("/site", "featured"),
        ("/site/front", "front"),
        ("/site/testimonial", "testimonial"),
        ("/site/question", "question"),
        ("/site/pages", "pages"),
        ("/site/categories", "categories"),
    ]
    .into_iter()
    .map(|(href, name)| Tab { label: shell.t(&format!("office-site-{name}")), href: href.to_owned(), active: name == current, count: None })
    .collect()
}
