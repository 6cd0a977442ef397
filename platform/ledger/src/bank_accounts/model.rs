//! A bank account.

use kernel::money::Currency;
use ports::payment::PaymentMethod;

use crate::columns::words;

kernel::id!(/** Identifies an account of the brokerage at a bank. */ BankAccountId);

words! {
    BankAccountState {
        Active = "active",
        /// Its statements can still be imported; nothing else offers it.
        Closed = "closed",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankAccount {
    pub id: BankAccountId,
    /// `bank-mfano-kes`.
    pub code: String,
    pub name: String,
    pub bank: String,
    pub number: String,
    pub currency: Currency,
    pub state: BankAccountState,
    pub version: i32,
}

impl BankAccount {
    /// The account as the way by which money came: what a statement proves is booked as a payment by it.
    #[must_use]
    pub fn as_method(&self) -> PaymentMethod {
        PaymentMethod {
            method: self.code.clone(),
            installation: self.id.0,
            title: self.name.clone(),
            currencies: vec![self.currency.code().to_owned()],
            smallest_unit: 1,
            min: 1,
            max: i64::MAX,
            payer_needs: Vec::new(),
        }
    }
}

/// A bank account as people write it.
#[derive(Debug, Clone, Default)]
pub struct BankAccountInput {
    pub name: String,
    pub bank: String,
    pub number: String,
    /// Code of the currency; cannot be changed later.
    pub currency: String,
    pub state: Option<BankAccountState>,
}

/// `bank-` and the name in letters that a code may have.
pub(super) fn code_of(name: &str, currency: Currency) -> String {
    let mut code = String::from("bank");
    let mut gap = true;
    for c in name.chars().flat_map(char::to_lowercase).take(40) {
        if c.is_ascii_alphanumeric() {
            if gap {
                code.push('-');
            }
            code.push(c);
        }
        gap = !c.is_ascii_alphanumeric();
    }
    format!("{code}-{}", currency.code().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_made_of_letters_and_digits_of_the_name() {
        assert_eq!(code_of(" Mfano Bank: main (1) ", Currency::KES), "bank-mfano-bank-main-1-kes");
        assert_eq!(code_of("✓", Currency::KES), "bank-kes");
    }
}
