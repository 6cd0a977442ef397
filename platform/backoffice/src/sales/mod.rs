//! From quote to policy: lists and records, and the steps that are staff's.

mod cancel;
mod orders;
mod papers;
mod policies;
mod quotes;
mod related;
mod steps;

use insurance::{orders as order, policies as policy, quotes as quote};
use kernel::routes::{Access::Staff, Face::Office, Routes};
use ledger::permissions::RECEIVABLE_READ;
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
        .post(Office, "/orders/{id}/debit-note", Staff(order::READ), papers::debit_note)
        .get(Office, "/orders/{id}/debit-note/mail", Staff(order::READ), papers::show_mail)
        .post(Office, "/orders/{id}/debit-note/mail", Staff(order::READ), papers::mail)
        .get(Office, "/customers/{id}/statement", Staff(RECEIVABLE_READ), papers::show_statement)
        .post(Office, "/customers/{id}/statement", Staff(RECEIVABLE_READ), papers::statement)
        .get(Office, "/policies", Staff(policy::READ), policies::list)
        .get(Office, "/policies/{id}", Staff(policy::READ), policies::show)
        .get(Office, "/policies/{id}/certificate", Staff(policy::CERTIFY), policies::show_certify)
        .post(Office, "/policies/{id}/certificate", Staff(policy::CERTIFY), policies::certify)
        .get(Office, "/policies/{id}/reissue", Staff(policy::CERTIFY), steps::show_reissue)
        .post(Office, "/policies/{id}/reissue", Staff(policy::CERTIFY), steps::reissue)
        .get(Office, "/policies/{id}/file", Staff(policy::CERTIFY), steps::show_file)
        .post(Office, "/policies/{id}/file", Staff(policy::CERTIFY), steps::keep_file)
        .get(Office, "/policies/{id}/cancel", Staff(policy::CANCEL), cancel::show)
        .post(Office, "/policies/{id}/cancel", Staff(policy::CANCEL), cancel::work_out)
        .post(Office, "/policies/{id}/cancel/confirm", Staff(policy::CANCEL), cancel::confirm)
        .get(Office, "/policies/{id}/cancel/decline", Staff(policy::CANCEL), cancel::show_decline)
        .post(Office, "/policies/{id}/cancel/decline", Staff(policy::CANCEL), cancel::decline)
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
