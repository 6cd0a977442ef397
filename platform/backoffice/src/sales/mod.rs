//! From quote to policy: lists and records, and the steps that are staff's.

mod approvals;
mod cancel;
mod desk;
mod fleet;
mod notes;
mod offers;
mod orders;
mod papers;
mod policies;
mod questions;
mod quotes;
mod related;
mod steps;

use insurance::{approvals::APPROVE, orders as order, policies as policy, policy_notes, quotes as quote};
use kernel::routes::{Access::Staff, Face::Office, Routes};
use ledger::permissions::RECEIVABLE_READ;
use pages::ListQuery;

pub(crate) use related::{of_customer, standing};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/sell", Staff(order::PLACE), desk::find)
        .get(Office, "/sell/{id}", Staff(order::PLACE), desk::show)
        .get(Office, "/sell/{id}/quote", Staff(order::PLACE), desk::show_quote)
        .post(Office, "/sell/{id}/quote", Staff(order::PLACE), desk::quote)
        .get(Office, "/sell/{id}/quotes/{quote}", Staff(order::PLACE), desk::offers)
        .post(Office, "/sell/{id}/quotes/{quote}/choose", Staff(order::PLACE), desk::choose)
        .post(Office, "/sell/{id}/quotes/{quote}/mail", Staff(order::PLACE), desk::mail)
        .post(Office, "/sell/{id}/quotes/{quote}/repeat", Staff(order::PLACE), desk::repeat)
        .post(Office, "/sell/{id}/remove/{item}", Staff(order::PLACE), desk::remove)
        .post(Office, "/sell/{id}/order", Staff(order::PLACE), desk::order)
        .get(Office, "/sell/{id}/fleet", Staff(order::PLACE), fleet::show)
        .post(Office, "/sell/{id}/fleet", Staff(order::PLACE), fleet::upload)
        .get(Office, "/sell/{id}/fleet/{product}/sheet.csv", Staff(order::PLACE), fleet::template)
        .post(Office, "/sell/{id}/fleet/order", Staff(order::PLACE), fleet::order)
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
        .get(Office, "/policies/approve", Staff(APPROVE), approvals::show_approve_many)
        .post(Office, "/policies/approve", Staff(APPROVE), approvals::approve_many)
        .get(Office, "/policies/{id}/approve", Staff(APPROVE), approvals::show_approve)
        .post(Office, "/policies/{id}/approve", Staff(APPROVE), approvals::approve)
        .get(Office, "/policies/{id}/decline", Staff(APPROVE), approvals::show_decline)
        .post(Office, "/policies/{id}/decline", Staff(APPROVE), approvals::decline)
        .get(Office, "/policies/{id}/note", Staff(policy_notes::WRITE), notes::show)
        .post(Office, "/policies/{id}/note", Staff(policy_notes::WRITE), notes::add)
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
