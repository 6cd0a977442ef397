//! Counting.

use kernel::money::{Currency, Money, MoneyError};

use super::Count;

/// What the pieces come to.
///
/// # Errors
/// Out of range.
pub fn counted(pieces: &Count, currency: Currency) -> Result<Money, MoneyError> {
    pieces.iter().try_fold(Money::zero(currency), |sum, (piece, number)| {
        let minor = piece.checked_mul(i64::from(*number)).ok_or(MoneyError::OutOfRange)?;
        sum.checked_add(Money::new(minor, currency))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_to_their_sum() {
        let pieces = Count::from([(100_000, 3), (5_000, 2), (100, 7)]);
        assert_eq!(counted(&pieces, Currency::KES), Ok(Money::new(310_700, Currency::KES)));
        assert!(counted(&Count::from([(i64::MAX, 2)]), Currency::KES).is_err());
        assert!(counted(&Count::from([(i64::MAX, 1), (1, 1)]), Currency::KES).is_err());
    }
}
