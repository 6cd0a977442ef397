//! The money desk: payments and what became of them, what is owed, what nobody expected, providers' statements, and the books.

mod again;
mod bank_accounts;
mod books;
mod columns;
mod credits;
mod decisions;
mod journal;
mod missing;
mod overview;
mod pay_links;
mod payments;
mod payout_batches;
mod payout_layouts;
mod payout_requests;
mod payout_steps;
mod payouts;
mod receipts;
mod receivables;
mod refunds;
mod remittances;
mod statements;
mod takings;
mod till;

use insurance::remittances::{PAY, READ};
use kernel::routes::{Access::Staff, Face::Office, Routes};
use ledger::permissions::{
    BANK_ACCOUNT_CHANGE, CASH_APPROVE, CASH_CLOSE, JOURNAL_READ, PAY_LINK, PAYMENT_READ, PAYMENT_SETTLE, PAYOUT_APPROVE, PAYOUT_REQUEST, PAYOUT_SEND,
    RECEIVABLE_READ, REFUND_APPROVE, REFUND_PAY, REFUND_REQUEST, STATEMENT_IMPORT, TAKING_APPROVE, TAKING_TAKE,
};
use pages::{Shell, Tab};

pub(crate) use books::TrialPage;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/money", Staff(PAYMENT_READ), overview::show)
        .get(Office, "/payments", Staff(PAYMENT_READ), payments::list)
        .get(Office, "/payments/again", Staff(PAY_LINK), again::show_many)
        .post(Office, "/payments/again", Staff(PAY_LINK), again::many)
        .get(Office, "/payments/{id}", Staff(PAYMENT_READ), payments::show)
        .post(Office, "/payments/{id}/again", Staff(PAY_LINK), again::again)
        .post(Office, "/payments/{id}/ask", Staff(PAYMENT_SETTLE), payments::ask)
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
        .get(Office, "/receivables/ages", Staff(RECEIVABLE_READ), receivables::ages)
        .get(Office, "/receivables/ages/{age}", Staff(RECEIVABLE_READ), receivables::of_age)
        .get(Office, "/receivables/ages/{age}/{customer}", Staff(RECEIVABLE_READ), receivables::of_customer)
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
        .get(Office, "/refunds/{id}/payout", Staff(PAYOUT_REQUEST), payout_requests::show_for_refund)
        .post(Office, "/refunds/{id}/payout", Staff(PAYOUT_REQUEST), payout_requests::for_refund)
        .get(Office, "/payouts", Staff(PAYMENT_READ), payouts::list)
        .get(Office, "/payouts/{id}", Staff(PAYMENT_READ), payouts::show)
        .get(Office, "/payouts/{id}/approve", Staff(PAYOUT_APPROVE), payout_steps::show_approve)
        .post(Office, "/payouts/{id}/approve", Staff(PAYOUT_APPROVE), payout_steps::approve)
        .get(Office, "/payouts/{id}/withdraw", Staff(PAYOUT_REQUEST), payout_steps::show_withdraw)
        .post(Office, "/payouts/{id}/withdraw", Staff(PAYOUT_REQUEST), payout_steps::withdraw)
        .post(Office, "/payouts/{id}/again", Staff(PAYOUT_SEND), payout_steps::again)
        .get(Office, "/payouts/{id}/send", Staff(PAYOUT_SEND), payout_steps::show_send)
        .post(Office, "/payouts/{id}/send", Staff(PAYOUT_SEND), payout_steps::send)
        .get(Office, "/payouts/{id}/decide", Staff(PAYOUT_SEND), payout_steps::show_decide)
        .post(Office, "/payouts/{id}/decide", Staff(PAYOUT_SEND), payout_steps::decide)
        .get(Office, "/payouts/{id}/back", Staff(PAYOUT_SEND), payout_steps::show_back)
        .post(Office, "/payouts/{id}/back", Staff(PAYOUT_SEND), payout_steps::back)
        .get(Office, "/payout-batches", Staff(PAYMENT_READ), payout_batches::list)
        .get(Office, "/payout-batches/new", Staff(PAYOUT_SEND), payout_batches::show_new)
        .post(Office, "/payout-batches/new", Staff(PAYOUT_SEND), payout_batches::create)
        .get(Office, "/payout-batches/{id}", Staff(PAYMENT_READ), payout_batches::show)
        .get(Office, "/payout-batches/{id}/pain001.xml", Staff(PAYOUT_SEND), payout_batches::xml)
        .get(Office, "/payout-batches/{id}/payouts.csv", Staff(PAYOUT_SEND), payout_batches::csv)
        .get(Office, "/payout-batches/{id}/answer", Staff(PAYOUT_SEND), payout_batches::show_answer)
        .post(Office, "/payout-batches/{id}/answer", Staff(PAYOUT_SEND), payout_batches::answer)
        .get(Office, "/payout-batches/{id}/withdraw", Staff(PAYOUT_SEND), payout_batches::show_withdraw)
        .post(Office, "/payout-batches/{id}/withdraw", Staff(PAYOUT_SEND), payout_batches::withdraw)
        .get(Office, "/payout-layouts/{id}", Staff(PAYOUT_SEND), payout_layouts::show)
        .post(Office, "/payout-layouts/{id}", Staff(PAYOUT_SEND), payout_layouts::save)
        .post(Office, "/payout-layouts/{id}/answers/{batch}", Staff(PAYOUT_SEND), payout_layouts::map)
        .get(Office, "/credits/{id}/use", Staff(PAYMENT_SETTLE), credits::show_use)
        .post(Office, "/credits/{id}/use", Staff(PAYMENT_SETTLE), credits::use_for)
        .get(Office, "/statements", Staff(PAYMENT_READ), statements::list)
        .get(Office, "/statements/import", Staff(STATEMENT_IMPORT), statements::show_import)
        .post(Office, "/statements/import", Staff(STATEMENT_IMPORT), statements::import)
        .get(Office, "/statements/columns/{book}", Staff(STATEMENT_IMPORT), columns::show)
        .post(Office, "/statements/columns/{book}", Staff(STATEMENT_IMPORT), columns::send)
        .get(Office, "/bank-accounts", Staff(PAYMENT_READ), bank_accounts::list)
        .get(Office, "/bank-accounts/new", Staff(BANK_ACCOUNT_CHANGE), bank_accounts::show_new)
        .post(Office, "/bank-accounts/new", Staff(BANK_ACCOUNT_CHANGE), bank_accounts::create)
        .get(Office, "/bank-accounts/{id}/edit", Staff(BANK_ACCOUNT_CHANGE), bank_accounts::show_edit)
        .post(Office, "/bank-accounts/{id}/edit", Staff(BANK_ACCOUNT_CHANGE), bank_accounts::update)
        .get(Office, "/statements/{id}", Staff(PAYMENT_READ), statements::show)
        .post(Office, "/statements/{id}/go-on", Staff(STATEMENT_IMPORT), statements::go_on)
        .get(Office, "/differences", Staff(PAYMENT_READ), statements::differences)
        .get(Office, "/differences/missing", Staff(PAYMENT_READ), missing::list)
        .get(Office, "/differences/missing/{id}", Staff(PAYMENT_SETTLE), missing::show)
        .post(Office, "/differences/missing/{id}", Staff(PAYMENT_SETTLE), missing::decide)
        .get(Office, "/differences/decisions", Staff(PAYMENT_READ), decisions::list)
        .get(Office, "/differences/decisions/{id}", Staff(PAYMENT_READ), decisions::show)
        .post(Office, "/differences/decisions/{id}/approve", Staff(PAYMENT_SETTLE), decisions::approve)
        .get(Office, "/differences/decisions/{id}/refuse", Staff(PAYMENT_SETTLE), decisions::show_refuse)
        .post(Office, "/differences/decisions/{id}/refuse", Staff(PAYMENT_SETTLE), decisions::refuse)
        .get(Office, "/differences/{id}/resolve", Staff(PAYMENT_SETTLE), statements::show_resolve)
        .post(Office, "/differences/{id}/resolve", Staff(PAYMENT_SETTLE), statements::resolve)
        .get(Office, "/premium-held", Staff(READ), remittances::held)
        .get(Office, "/premium-held/{insurer}", Staff(READ), remittances::due)
        .get(Office, "/premium-held/{insurer}/agreement", Staff(PAY), remittances::show_agreement)
        .post(Office, "/premium-held/{insurer}/agreement", Staff(PAY), remittances::agree)
        .get(Office, "/premium-held/{insurer}/remit", Staff(PAY), remittances::show_remit)
        .post(Office, "/premium-held/{insurer}/remit", Staff(PAY), remittances::remit)
        .get(Office, "/remittances", Staff(READ), remittances::list)
        .get(Office, "/remittances/{id}", Staff(READ), remittances::show)
        .get(Office, "/remittances/{id}/bordereau.csv", Staff(READ), remittances::bordereau)
        .get(Office, "/remittances/{id}/advice", Staff(documents::READ), remittances::advice)
        .get(Office, "/remittances/{id}/pay", Staff(PAY), remittances::show_pay)
        .post(Office, "/remittances/{id}/pay", Staff(PAY), remittances::pay)
        .get(Office, "/remittances/{id}/payout", Staff(PAYOUT_REQUEST), payout_requests::show_for_remittance)
        .post(Office, "/remittances/{id}/payout", Staff(PAYOUT_REQUEST), payout_requests::for_remittance)
        .post(Office, "/remittances/{id}/discard", Staff(PAY), remittances::discard)
        .get(Office, "/remittances/{id}/reverse", Staff(PAY), remittances::show_reverse)
        .post(Office, "/remittances/{id}/reverse", Staff(PAY), remittances::reverse)
        .get(Office, "/till", Staff(PAYMENT_READ), till::list)
        .get(Office, "/till/close", Staff(CASH_CLOSE), till::show_close)
        .post(Office, "/till/close", Staff(CASH_CLOSE), till::close)
        .get(Office, "/till/bank", Staff(CASH_CLOSE), till::show_bank)
        .post(Office, "/till/bank", Staff(CASH_CLOSE), till::bank)
        .get(Office, "/till/{id}", Staff(PAYMENT_READ), till::show)
        .post(Office, "/till/{id}/approve", Staff(CASH_APPROVE), till::approve)
        .post(Office, "/till/{id}/refuse", Staff(CASH_APPROVE), till::refuse)
        .get(Office, "/till/{id}/reopen", Staff(CASH_APPROVE), till::show_reopen)
        .post(Office, "/till/{id}/reopen", Staff(CASH_APPROVE), till::reopen)
        .get(Office, "/books", Staff(JOURNAL_READ), books::trial)
        .get(Office, "/books/entries", Staff(JOURNAL_READ), journal::list)
        .get(Office, "/books/entries/{id}", Staff(JOURNAL_READ), journal::show)
        .get(Office, "/books/accounts/{id}", Staff(JOURNAL_READ), books::account)
        .get(Office, "/books/balances/{kind}/{on}", Staff(JOURNAL_READ), books::balances)
}

/// The neighbouring lists of the money desk that the reader may see.
fn tabs(shell: &Shell, current: &str) -> Vec<Tab> {
    [
        ("money", PAYMENT_READ),
        ("payments", PAYMENT_READ),
        ("takings", PAYMENT_READ),
        ("receivables", RECEIVABLE_READ),
        ("receipts", PAYMENT_READ),
        ("credits", PAYMENT_READ),
        ("refunds", PAYMENT_READ),
        ("payouts", PAYMENT_READ),
        ("statements", PAYMENT_READ),
        ("differences", PAYMENT_READ),
        ("premium-held", READ),
        ("till", PAYMENT_READ),
        ("books", JOURNAL_READ),
    ]
    .into_iter()
    .filter(|(_, permission)| shell.can(permission))
    .map(|(name, _)| Tab { label: shell.t(&format!("office-{name}-title")), href: format!("/{name}"), active: name == current, count: None })
    .collect()
}
