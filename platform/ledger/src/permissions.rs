//! What staff may be allowed to do here.

use kernel::module::Permission;

pub const PAYMENT_READ: &str = "ledger.payment.read";
pub const PAYMENT_SETTLE: &str = "ledger.payment.settle";
/// Asking for money to go back to a customer.
pub const REFUND_REQUEST: &str = "ledger.refund.request";
/// Agreeing to what another one asked for.
pub const REFUND_APPROVE: &str = "ledger.refund.approve";
pub const REFUND_PAY: &str = "ledger.refund.pay";
/// Asking for money to be paid to somebody's account.
pub const PAYOUT_REQUEST: &str = "ledger.payout.request";
/// Agreeing to what another one asked for.
pub const PAYOUT_APPROVE: &str = "ledger.payout.approve";
/// Letting money leave: files for banks and their answers, and saying that money came back.
pub const PAYOUT_SEND: &str = "ledger.payout.send";
/// Taking money by hand, and what becomes of cheques.
pub const TAKING_TAKE: &str = "ledger.taking.take";
/// Letting money above the limit count.
pub const TAKING_APPROVE: &str = "ledger.taking.approve";
/// Sending customers links by which they pay.
pub const PAY_LINK: &str = "ledger.pay_link.send";
pub const STATEMENT_IMPORT: &str = "ledger.statement.import";
/// Counting cash, closing the day, and bringing cash to the bank.
pub const CASH_CLOSE: &str = "ledger.cash.close";
/// Deciding on what somebody else counted, and opening a closed day again.
pub const CASH_APPROVE: &str = "ledger.cash.approve";
/// The brokerage's own bank accounts.
pub const BANK_ACCOUNT_CHANGE: &str = "ledger.bank_account.change";
pub const JOURNAL_READ: &str = "ledger.journal.read";
pub const RECEIVABLE_READ: &str = "ledger.receivable.read";

pub(crate) const ALL: &[Permission] = &[
    Permission { code: PAYMENT_READ, sensitive: false },
    Permission { code: PAYMENT_SETTLE, sensitive: true },
    Permission { code: REFUND_REQUEST, sensitive: false },
    Permission { code: REFUND_APPROVE, sensitive: true },
    Permission { code: REFUND_PAY, sensitive: true },
    Permission { code: PAYOUT_REQUEST, sensitive: true },
    Permission { code: PAYOUT_APPROVE, sensitive: true },
    Permission { code: PAYOUT_SEND, sensitive: true },
    Permission { code: TAKING_TAKE, sensitive: false },
    Permission { code: TAKING_APPROVE, sensitive: true },
    Permission { code: PAY_LINK, sensitive: false },
    Permission { code: STATEMENT_IMPORT, sensitive: true },
    Permission { code: CASH_CLOSE, sensitive: false },
    Permission { code: CASH_APPROVE, sensitive: true },
    Permission { code: BANK_ACCOUNT_CHANGE, sensitive: true },
    Permission { code: JOURNAL_READ, sensitive: false },
    Permission { code: RECEIVABLE_READ, sensitive: false },
];
