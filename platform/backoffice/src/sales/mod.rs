//! From quote to policy: lists and records, and the steps that are staff's.

mod orders;
mod policies;
mod quotes;
mod related;

use insurance::{orders as order, policies as policy, quotes as quote};
use kernel::routes::{Access::Staff, Face::Office, Routes};
use pages::ListQuery;

pub(crate) use related::of_customer;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/quotes", Staff(quote::READ), quotes::list)
        .get(Office, "/quotes/{id}", Staff(quote::READ), quotes::show)
        .get(Office, "/orders", Staff(order::READ), orders::list)
        .get(Office, "/orders/{id}", Staff(order::READ), orders::show)
        .get(Office, "/orders/{id}/confirm-receipt", Staff(order::CONFIRM_RECEIPT), orders::show_confirm)
        .post(Office, "/orders/{id}/confirm-receipt", Staff(order::CONFIRM_RECEIPT), orders::confirm)
        .get(Office, "/policies", Staff(policy::READ), policies::list)
        .get(Office, "/policies/{id}", Staff(policy::READ), policies::show)
        .get(Office, "/policies/{id}/certificate", Staff(policy::CERTIFY), policies::show_certify)
        .post(Office, "/policies/{id}/certificate", Staff(policy::CERTIFY), policies::certify)
        .get(Office, "/policies/{id}/cancel", Staff(policy::CANCEL), policies::show_cancel)
        .post(Office, "/policies/{id}/cancel", Staff(policy::CANCEL), policies::cancel)
        .get(Office, "/documents/{id}", Staff(documents::READ), policies::document)
}

/// What a list's filter means, for the numbers that lead to it.
pub(crate) fn orders_of(state: &str) -> order::OrderFilter {
    orders::filter_of(&ListQuery { state: Some(state.to_owned()), ..ListQuery::default() })
}

/// As [`orders_of`].
pub(crate) fn policies_of(state: &str) -> policy::PolicyFilter {
    policies::filter_of(&ListQuery { state: Some(state.to_owned()), ..ListQuery::default() })
}
