//! The money desk: payments and what became of them, what is owed, what nobody expected, providers' statements, and the books.

mod books;
mod credits;
mod pay_links;
mod payments;
mod receipts;
mod receivables;
mod refunds;
mod statements;
mod takings;

use kernel::routes::{Access::Staff, Face::Office, Routes};
use ledger::permissions::{JOURNAL_READ, PAY_LINK, PAYMENT_READ, PAYMENT_SETTLE, RECEIVABLE_READ, STATEMENT_IMPORT, TAKING_APPROVE, TAKING_TAKE};
use ledger::permissions::{
    JOURNAL_READ, PAYMENT_READ, PAYMENT_SETTLE, RECEIVABLE_READ, REFUND_APPROVE, REFUND_PAY, REFUND_REQUEST, STATEMENT_IMPORT,
};
use pages::{Shell, Tab};

pub(crate) use books::TrialPage;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/payments", Staff(PAYMENT_READ), payments::list)
        .get(Office, "/payments/{id}", Staff(PAYMENT_READ), payments::show)
        .get(Office, "/payments/{id}/settle", Staff(PAYMENT_SETTLE), payments::show_settle)
        .post(Office, "/payments/{id}/settle", Staff(PAYMENT_SETTLE), payments::settle)
        .get(Office, "/takings", Staff(PAYMENT_READ), takings::list)
        .get(Office, "/takings/{id}", Staff(PAYMENT_READ), takings::show)
        .post(Office, "/takings/{id}/approve", Staff(TAKING_APPROVE), takings::approve)
        .get(Office, "/takings/{id}/refuse", Staff(TAKING_APPROVE), takings::show_refuse)
        .post(Office, "/takings/{id}/refuse", Staff(TAKING_APPROVE), takings::refuse)
        .post(Office, "/takings/{id}/deposit", Staff(TAKING_TAKE), takings::deposit)
        .post(Office, "/takings/{id}/clear", Staff(TAKING_TAKE), takings::clear)
        .get(Office, "/takings/{id}/bounce", Staff(TAKING_TAKE), takings::show_bounce)
        .post(Office, "/takings/{id}/bounce", Staff(TAKING_TAKE), takings::bounce)
        .get(Office, "/takings/{id}/receipt", Staff(documents::READ), takings::receipt)
        .post(Office, "/takings/{id}/mail", Staff(TAKING_TAKE), takings::mail)
        .get(Office, "/orders/{id}/take-money", Staff(TAKING_TAKE), takings::show_for_order)
        .post(Office, "/orders/{id}/take-money", Staff(TAKING_TAKE), takings::take_for_order)
        .get(Office, "/orders/{id}/pay-link", Staff(PAY_LINK), pay_links::show_make)
        .post(Office, "/orders/{id}/pay-link", Staff(PAY_LINK), pay_links::make)
        .get(Office, "/pay-links/{id}", Staff(PAY_LINK), pay_links::show)
        .post(Office, "/pay-links/{id}/mail", Staff(PAY_LINK), pay_links::mail)
        .post(Office, "/pay-links/{id}/withdraw", Staff(PAY_LINK), pay_links::withdraw)
        .get(Office, "/customers/{id}/take-money", Staff(TAKING_TAKE), takings::show_for_customer)
        .post(Office, "/customers/{id}/take-money", Staff(TAKING_TAKE), takings::take_for_customer)
        .get(Office, "/receivables", Staff(RECEIVABLE_READ), receivables::list)
        .get(Office, "/receipts", Staff(PAYMENT_READ), receipts::list)
        .get(Office, "/receipts/{id}/assign", Staff(PAYMENT_SETTLE), receipts::show_assign)
        .post(Office, "/receipts/{id}/assign", Staff(PAYMENT_SETTLE), receipts::assign)
        .get(Office, "/receipts/{id}/dismiss", Staff(PAYMENT_SETTLE), receipts::show_dismiss)
        .post(Office, "/receipts/{id}/dismiss", Staff(PAYMENT_SETTLE), receipts::dismiss)
        .get(Office, "/credits", Staff(PAYMENT_READ), credits::list)
        .get(Office, "/credits/{id}/handle", Staff(PAYMENT_SETTLE), credits::show_handle)
        .post(Office, "/credits/{id}/handle", Staff(PAYMENT_SETTLE), credits::handle)
        .get(Office, "/credits/{id}/refund", Staff(REFUND_REQUEST), refunds::show_request)
        .post(Office, "/credits/{id}/refund", Staff(REFUND_REQUEST), refunds::request)
        .get(Office, "/refunds", Staff(PAYMENT_READ), refunds::list)
        .get(Office, "/refunds/{id}", Staff(PAYMENT_READ), refunds::show)
        .get(Office, "/refunds/{id}/approve", Staff(REFUND_APPROVE), refunds::show_approve)
        .post(Office, "/refunds/{id}/approve", Staff(REFUND_APPROVE), refunds::approve)
        .get(Office, "/refunds/{id}/pay", Staff(REFUND_PAY), refunds::show_pay)
        .post(Office, "/refunds/{id}/pay", Staff(REFUND_PAY), refunds::pay)
        .get(Office, "/refunds/{id}/return", Staff(REFUND_REQUEST), refunds::show_return)
        .post(Office, "/refunds/{id}/return", Staff(REFUND_REQUEST), refunds::take_back)
        .get(Office, "/statements", Staff(PAYMENT_READ), statements::list)
        .get(Office, "/statements/import", Staff(STATEMENT_IMPORT), statements::show_import)
        .post(Office, "/statements/import", Staff(STATEMENT_IMPORT), statements::import)
        .get(Office, "/statements/{id}", Staff(PAYMENT_READ), statements::show)
        .get(Office, "/differences", Staff(PAYMENT_READ), statements::differences)
        .get(Office, "/differences/{id}/resolve", Staff(PAYMENT_SETTLE), statements::show_resolve)
        .post(Office, "/differences/{id}/resolve", Staff(PAYMENT_SETTLE), statements::resolve)
        .get(Office, "/books", Staff(JOURNAL_READ), books::trial)
        .get(Office, "/books/accounts/{id}", Staff(JOURNAL_READ), books::account)
}

/// The neighbouring lists of the money desk that the reader may see.
fn tabs(shell: &Shell, current: &str) -> Vec<Tab> {
    [
        ("payments", PAYMENT_READ),
        ("takings", PAYMENT_READ),
        ("receivables", RECEIVABLE_READ),
        ("receipts", PAYMENT_READ),
        ("credits", PAYMENT_READ),
        ("refunds", PAYMENT_READ),
        ("statements", PAYMENT_READ),
        ("differences", PAYMENT_READ),
        ("books", JOURNAL_READ),
    ]
    .into_iter()
    .filter(|(_, permission)| shell.can(permission))
    .map(|(name, _)| Tab { label: shell.t(&format!("office-{name}-title")), href: format!("/{name}"), active: name == current, count: None })
    .collect()
}
