//! Shillings on the wire against minor units in the platform.

use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::{PluginError, amounts};

/// The only currency.
pub const CURRENCY: &str = "KES";
/// One shilling, the smallest amount that can be asked for, in minor units.
const SMALLEST: i64 = 100;
/// The most that one transaction may move: 250,000 shillings, in minor units. Larger amounts are refused by the provider.
const LARGEST: i64 = 25_000_000;

/// Whole shillings of what is to be moved.
///
/// # Errors
/// `rejected` `amount`: another currency, cents, or outside of what one transaction may move.
pub fn whole_shillings(money: &Money) -> Result<i64, PluginError> {
    let reject = |why: &str| Err(PluginError::rejected("amount", why));
    if money.currency != CURRENCY {
        return reject("only KES can be moved");
    }
    if money.minor % SMALLEST != 0 {
        return reject("only whole shillings can be moved");
    }
    if !(SMALLEST..=LARGEST).contains(&money.minor) {
        return reject("one transaction moves between 1 and 250,000 shillings");
    }
    Ok(money.minor / SMALLEST)
}

/// Reads `1500`, `1500.0`, `1500.00`, `-1,500.50` as minor units; none for anything else.
pub fn minor_units(text: &str) -> Option<i64> {
    amounts::read(text, CURRENCY).map(|money| money.minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kes(minor: i64) -> Money {
        Money { minor, currency: "KES".into() }
    }

    #[test]
    fn whole_shillings_pass_and_everything_else_is_refused_as_amount() {
        assert_eq!(whole_shillings(&kes(150_000)).ok(), Some(1500));
        assert_eq!(whole_shillings(&kes(25_000_000)).ok(), Some(250_000));
        let refused = [kes(150_050), kes(0), kes(-100), kes(25_000_100), Money { minor: 100, currency: "USD".into() }];
        for money in refused {
            assert!(matches!(whole_shillings(&money), Err(PluginError::Rejected(r)) if r.code == "amount"), "{money:?}");
        }
    }
}
