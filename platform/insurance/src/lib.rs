//! Insurance as a broker does it: the law that adds to a premium, the catalogue of insurers and products, rating, and quotes.
//! Each slice states its own rules; [`module`] lists what they contribute.

pub mod catalogue;
pub mod figures;
pub mod law;
pub mod quotes;
pub mod rating;
pub mod text;

use kernel::{module::{Module, Permission, Retention}, routes::Routes};

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    let mut routes = Routes::new();
    for slice in [catalogue::api::routes(), quotes::api::routes()] {
        routes.extend(slice);
    }
    Module {
        name: "insurance",
        permissions: PERMISSIONS,
        routes,
        pack_loaders: vec![catalogue::pack::LOADER],
        retention: RETENTION,
        ..Module::default()
    }
}

const PERMISSIONS: &[Permission] = &[
    Permission { code: catalogue::READ, sensitive: false },
    Permission { code: catalogue::CHANGE, sensitive: false },
    Permission { code: quotes::READ, sensitive: false },
    Permission { code: quotes::WRITE, sensitive: false },
];

const RETENTION: &[Retention] = &[
    Retention { table: "insurers", keep: "while a policy names it", job: None },
    Retention { table: "insurer_contacts", keep: "while the insurer is kept", job: None },
    Retention { table: "product_categories", keep: "while a product is in it", job: None },
    Retention { table: "products", keep: "while a policy names it", job: None },
    Retention { table: "product_versions", keep: "while a quote or policy names it", job: None },
    Retention { table: "quotes", keep: "as evidence of advice, as the law of contracts says", job: None },
    Retention { table: "quote_offers", keep: "as the quote", job: None },
];
