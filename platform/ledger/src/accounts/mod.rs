//! The accounts of the journal. Owns the chart: which kinds exist, what divides each (method, insurer, levy, customer), and to
//! which side it grows. Accounts come into being when something is first posted to them; none is ever removed.

mod store;

use kernel::{AppResult, TenantTx, money::Currency};
use serde::Serialize;
use uuid::Uuid;

use crate::columns::words;

words! {
    /// What an account is for.
    AccountKind {
        /// Money that a payment provider holds for us, per method.
        Clearing = "clearing",
        Bank = "bank",
        /// Commission that an insurer owes us, where the insurer collects the premium.
        CommissionReceivable = "commission_receivable",
        /// Premium less commission, held for an insurer until it is remitted.
        PremiumHeld = "premium_held",
        /// Levies owed to the authority, per code.
        Levy = "levy",
        StampDuty = "stamp_duty",
        /// What we owe a customer: everything paid that has not bought anything.
        CustomerCredit = "customer_credit",
        CommissionIncome = "commission_income",
        /// What providers keep for their service.
        PaymentFees = "payment_fees",
        Rounding = "rounding",
        WriteOff = "write_off",
    }
}

/// The side of the books to which a kind belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountClass {
    Asset,
    Liability,
    Income,
    Expense,
}

impl AccountKind {
    #[must_use]
    pub fn class(self) -> AccountClass {
        match self {
            Self::Clearing | Self::Bank | Self::CommissionReceivable => AccountClass::Asset,
            Self::PremiumHeld | Self::Levy | Self::StampDuty | Self::CustomerCredit => AccountClass::Liability,
            Self::CommissionIncome => AccountClass::Income,
            Self::PaymentFees | Self::Rounding | Self::WriteOff => AccountClass::Expense,
        }
    }
    /// Whether every customer may have an account of the kind: there is no end of them, so they are told as one sum.
    #[must_use]
    pub fn is_per_customer(self) -> bool {
        self == Self::CustomerCredit
    }
}

/// Names an account: its kind and what divides the kind. The currency comes from the amount that is posted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    kind: AccountKind,
    sub_key: String,
}

impl Account {
    fn single(kind: AccountKind) -> Self {
        Self { kind, sub_key: String::new() }
    }
    fn of(kind: AccountKind, sub_key: impl Into<String>) -> Self {
        Self { kind, sub_key: sub_key.into() }
    }
    /// Money at the provider behind a payment method.
    #[must_use]
    pub fn clearing(method: &str) -> Self {
        Self::of(AccountKind::Clearing, method)
    }
    /// Cash that was taken by hand: the till.
    #[must_use]
    pub fn cash() -> Self {
        Self::clearing("cash")
    }
    #[must_use]
    pub fn bank() -> Self {
        Self::single(AccountKind::Bank)
    }
    #[must_use]
    pub fn commission_receivable(insurer: Uuid) -> Self {
        Self::of(AccountKind::CommissionReceivable, insurer.to_string())
    }
    #[must_use]
    pub fn premium_held(insurer: Uuid) -> Self {
        Self::of(AccountKind::PremiumHeld, insurer.to_string())
    }
    #[must_use]
    pub fn levy(code: &str) -> Self {
        Self::of(AccountKind::Levy, code)
    }
    #[must_use]
    pub fn stamp_duty() -> Self {
        Self::single(AccountKind::StampDuty)
    }
    #[must_use]
    pub fn customer_credit(customer: Uuid) -> Self {
        Self::of(AccountKind::CustomerCredit, customer.to_string())
    }
    #[must_use]
    pub fn commission_income() -> Self {
        Self::single(AccountKind::CommissionIncome)
    }
    #[must_use]
    pub fn payment_fees(method: &str) -> Self {
        Self::of(AccountKind::PaymentFees, method)
    }
    #[must_use]
    pub fn rounding() -> Self {
        Self::single(AccountKind::Rounding)
    }
    #[must_use]
    pub fn write_off() -> Self {
        Self::single(AccountKind::WriteOff)
    }
    #[must_use]
    pub fn kind(&self) -> AccountKind {
        self.kind
    }
    #[must_use]
    pub fn sub_key(&self) -> &str {
        &self.sub_key
    }
}

/// The account's id; makes the account if nothing was posted to it before.
pub(crate) async fn ensure(tx: &mut TenantTx, account: &Account, currency: Currency) -> AppResult<Uuid> {
    if let Some(id) = store::find(tx, account, currency).await? {
        return Ok(id);
    }
    store::insert(tx, account, currency).await?;
    // Another transaction may have been quicker; its row is the account then.
    store::find(tx, account, currency).await?.ok_or_else(|| kernel::AppError::internal("account vanished"))
}

/// The account's id, if anything was posted to it.
pub(crate) async fn find(tx: &mut kernel::ReadTx, account: &Account, currency: Currency) -> AppResult<Option<Uuid>> {
    store::find(tx, account, currency).await
}

/// An account by its id, with its currency.
pub(crate) async fn get(tx: &mut kernel::ReadTx, id: Uuid) -> AppResult<(Account, Currency)> {
    store::get(tx, id).await
}

impl From<(AccountKind, String)> for Account {
    fn from((kind, sub_key): (AccountKind, String)) -> Self {
        Self { kind, sub_key }
    }
}
