//! Products and insurers: what is sold, on which terms, at which prices, and with whom it is agreed.

mod changes;
mod insurer_form;
mod insurer_papers;
mod insurers;
mod part_changes;
mod parts;
mod prices;
mod product_form;
mod products;
mod sheet;
mod versions;

use insurance::{
    catalogue::{CHANGE, Product, READ},
    pricing::PRICE,
};
use kernel::routes::{Access::Staff, Face::Office, Routes};
use pages::{Crumb, Shell};

use self::parts::{period, row};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/products", Staff(READ), products::list)
        .get(Office, "/products/new", Staff(PRICE), product_form::show_new)
        .post(Office, "/products/new", Staff(PRICE), product_form::create)
        .get(Office, "/products/sheet", Staff(PRICE), sheet::show)
        .post(Office, "/products/sheet", Staff(PRICE), sheet::upload)
        .get(Office, "/products/sheet.csv", Staff(PRICE), sheet::download)
        .get(Office, "/products/drafts", Staff(PRICE), sheet::drafts)
        .get(Office, "/products/drafts/publish", Staff(PRICE), sheet::show_publish)
        .post(Office, "/products/drafts/publish", Staff(PRICE), sheet::publish)
        .get(Office, "/products/{id}", Staff(READ), products::show)
        .get(Office, "/products/{id}/edit", Staff(CHANGE), product_form::show_edit)
        .post(Office, "/products/{id}/edit", Staff(CHANGE), product_form::save)
        .get(Office, "/products/{id}/cover", Staff(PRICE), product_form::show_cover)
        .post(Office, "/products/{id}/cover", Staff(PRICE), product_form::save_cover)
        .get(Office, "/products/{id}/prices", Staff(PRICE), prices::show_figures)
        .post(Office, "/products/{id}/prices", Staff(PRICE), prices::save_figures)
        .get(Office, "/products/{id}/terms", Staff(PRICE), parts::show_outline)
        .get(Office, "/products/{id}/terms/{kind}/new", Staff(PRICE), parts::show_new)
        .post(Office, "/products/{id}/terms/{kind}/new", Staff(PRICE), parts::add)
        .get(Office, "/products/{id}/terms/{kind}/{number}", Staff(PRICE), parts::show)
        .post(Office, "/products/{id}/terms/{kind}/{number}", Staff(PRICE), parts::save)
        .get(Office, "/products/{id}/terms/{kind}/{number}/remove", Staff(PRICE), parts::show_remove)
        .post(Office, "/products/{id}/terms/{kind}/{number}/remove", Staff(PRICE), parts::remove)
        .get(Office, "/products/{id}/terms/period", Staff(PRICE), period::show)
        .post(Office, "/products/{id}/terms/period", Staff(PRICE), period::save)
        .get(Office, "/products/{id}/tables/{table}/new", Staff(PRICE), row::show_new)
        .post(Office, "/products/{id}/tables/{table}/new", Staff(PRICE), row::add)
        .get(Office, "/products/{id}/tables/{table}/{number}", Staff(PRICE), row::show)
        .post(Office, "/products/{id}/tables/{table}/{number}", Staff(PRICE), row::save)
        .get(Office, "/products/{id}/tables/{table}/{number}/remove", Staff(PRICE), row::show_remove)
        .post(Office, "/products/{id}/tables/{table}/{number}/remove", Staff(PRICE), row::remove)
        .get(Office, "/products/{id}/draft", Staff(PRICE), prices::show_draft)
        .post(Office, "/products/{id}/draft/publish", Staff(PRICE), prices::publish)
        .post(Office, "/products/{id}/draft/discard", Staff(PRICE), prices::discard)
        .get(Office, "/products/{id}/versions/{version}", Staff(READ), versions::show)
        .get(Office, "/products/{id}/versions/{version}/take-back", Staff(PRICE), prices::show_take_back)
        .post(Office, "/products/{id}/versions/{version}/take-back", Staff(PRICE), prices::take_back)
        .get(Office, "/products/{id}/withdraw", Staff(CHANGE), products::show_withdraw)
        .post(Office, "/products/{id}/withdraw", Staff(CHANGE), products::withdraw)
        .get(Office, "/products/{id}/reactivate", Staff(CHANGE), products::show_reactivate)
        .post(Office, "/products/{id}/reactivate", Staff(CHANGE), products::reactivate)
        .get(Office, "/insurers", Staff(READ), insurers::list)
        .get(Office, "/insurers/new", Staff(CHANGE), insurer_form::show_new)
        .post(Office, "/insurers/new", Staff(CHANGE), insurer_form::create)
        .get(Office, "/insurers/{id}", Staff(READ), insurers::show)
        .get(Office, "/insurers/{id}/edit", Staff(CHANGE), insurer_form::show_edit)
        .post(Office, "/insurers/{id}/edit", Staff(CHANGE), insurer_form::save)
        .get(Office, "/insurers/{id}/papers/new", Staff(CHANGE), insurer_papers::show_new)
        .post(Office, "/insurers/{id}/papers/new", Staff(CHANGE), insurer_papers::keep)
        .get(Office, "/insurers/{id}/papers/{paper}", Staff(READ), insurer_papers::open)
        .get(Office, "/insurers/{id}/papers/{paper}/remove", Staff(CHANGE), insurer_papers::show_remove)
        .post(Office, "/insurers/{id}/papers/{paper}/remove", Staff(CHANGE), insurer_papers::remove)
        .get(Office, "/insurers/{id}/contacts/new", Staff(CHANGE), insurer_form::show_contact)
        .post(Office, "/insurers/{id}/contacts/new", Staff(CHANGE), insurer_form::add_contact)
        .get(Office, "/insurers/{id}/contacts/{contact}/remove", Staff(CHANGE), insurer_form::show_remove_contact)
        .post(Office, "/insurers/{id}/contacts/{contact}/remove", Staff(CHANGE), insurer_form::remove_contact)
}

/// The shell of a page below a product, and the product's address.
pub(crate) fn under(shell: Shell, product: &Product) -> (Shell, String) {
    let href = format!("/products/{}", product.id);
    let mut shell = shell.under("office-products-title", "/products");
    shell.crumbs.push(Crumb { label: product.name.get(&shell.lang).to_owned(), href: href.clone() });
    (shell, href)
}
