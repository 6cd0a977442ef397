//! Products and insurers, to read; a product can be withdrawn from sale and put back.

mod insurers;
mod products;

use insurance::catalogue::{CHANGE, READ};
use kernel::routes::{Access::Staff, Face::Office, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/products", Staff(READ), products::list)
        .get(Office, "/products/{id}", Staff(READ), products::show)
        .get(Office, "/products/{id}/withdraw", Staff(CHANGE), products::show_withdraw)
        .post(Office, "/products/{id}/withdraw", Staff(CHANGE), products::withdraw)
        .get(Office, "/products/{id}/reactivate", Staff(CHANGE), products::show_reactivate)
        .post(Office, "/products/{id}/reactivate", Staff(CHANGE), products::reactivate)
        .get(Office, "/insurers", Staff(READ), insurers::list)
        .get(Office, "/insurers/{id}", Staff(READ), insurers::show)
}
