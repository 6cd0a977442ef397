//! Verification codes: what a person types, or a QR code carries, to check that a document is
//! genuine.
//!
//! A code is 15 random symbols (75 bits: nobody guesses one) and a check symbol, in Crockford's
//! base 32, printed as `XXXX-XXXX-XXXX-XXXX`. The check symbol is a weighted sum over GF(32) with
//! distinct weights, so every single wrong symbol and every exchange of two symbols is noticed
//! before the database is asked, and 31 of 32 invented codes are.

use std::fmt;
use std::str::FromStr;

use rand::CryptoRng;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM_SYMBOLS: usize = 15;
const SYMBOLS: usize = RANDOM_SYMBOLS + 1;
const GROUP: usize = 4;
/// Longest input that is looked at; codes are 16 symbols and a few separators.
const INPUT_MAX: usize = 64;

/// A well-formed verification code. It proves nothing until it is found in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VerifyCode([u8; SYMBOLS]);

/// Why a typed text is not a verification code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyCodeError {
    /// Not sixteen symbols.
    #[error("a verification code has 16 letters and digits")]
    Length,
    /// A character that no code contains, such as `U` or `#`.
    #[error("{0:?} is never part of a verification code")]
    Character(char),
    /// Sixteen good symbols that do not belong together: mistyped or invented.
    #[error("this verification code is mistyped or not genuine")]
    Check,
}

impl VerifyCode {
    /// A fresh code from a cryptographic source of randomness.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut random = [0; 10];
        rng.fill_bytes(&mut random);
        Self::from_random(random)
    }

    /// The code of 75 of these 80 random bits.
    pub fn from_random(random: [u8; 10]) -> Self {
        let mut wide = [0; 16];
        wide[6..].copy_from_slice(&random);
        let bits = u128::from_be_bytes(wide);
        let mut symbols = [0; SYMBOLS];
        for (index, symbol) in symbols.iter_mut().take(RANDOM_SYMBOLS).enumerate() {
            *symbol = ((bits >> (5 * index)) & 31) as u8;
        }
        symbols[RANDOM_SYMBOLS] = check_symbol(&symbols[..RANDOM_SYMBOLS]);
        Self(symbols)
    }

    /// The sixteen symbols without separators: the form to store and to look up.
    pub fn canonical(&self) -> String {
        self.0.iter().map(|symbol| letter(*symbol)).collect()
    }
}

impl fmt::Display for VerifyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, symbol) in self.0.iter().enumerate() {
            if index > 0 && index % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", letter(*symbol))?;
        }
        Ok(())
    }
}

impl FromStr for VerifyCode {
    type Err = VerifyCodeError;

    /// Reads what a person typed: any case, any spaces and hyphens, `O` for zero, `I` and `L`
    /// for one.
    fn from_str(text: &str) -> Result<Self, VerifyCodeError> {
        if text.len() > INPUT_MAX {
            return Err(VerifyCodeError::Length);
        }
        let mut symbols = [0; SYMBOLS];
        let mut count = 0;
        for c in text.chars().filter(|c| !is_separator(*c)) {
            let symbol = symbol_of(c).ok_or(VerifyCodeError::Character(c))?;
            *symbols.get_mut(count).ok_or(VerifyCodeError::Length)? = symbol;
            count += 1;
        }
        if count != SYMBOLS {
            return Err(VerifyCodeError::Length);
        }
        if check_symbol(&symbols[..RANDOM_SYMBOLS]) != symbols[RANDOM_SYMBOLS] {
            return Err(VerifyCodeError::Check);
        }
        Ok(Self(symbols))
    }
}

fn letter(symbol: u8) -> char {
    char::from(ALPHABET[usize::from(symbol & 31)])
}

fn symbol_of(c: char) -> Option<u8> {
    let typed = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let position = ALPHABET.iter().position(|a| char::from(*a) == typed)?;
    u8::try_from(position).ok()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200B}')
}

/// Horner's scheme in GF(32): the symbol at distance k from the end weighs x^(k+1). The weights
/// are distinct and neither 0 nor 1, so an exchange with the check symbol is noticed as well.
fn check_symbol(symbols: &[u8]) -> u8 {
    symbols.iter().fold(0, |sum, symbol| times_x(sum ^ symbol))
}

/// Multiplies by x modulo the primitive polynomial x^5 + x^2 + 1.
fn times_x(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { (shifted ^ 0b10_0101) & 31 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn codes() -> impl Iterator<Item = VerifyCode> {
        let mut rng = rand::rng();
        (0..200).map(move |_| VerifyCode::generate(&mut rng))
    }

    fn encode(symbols: [u8; SYMBOLS]) -> String {
        symbols.iter().map(|s| letter(*s)).collect()
    }

    #[test]
    fn a_code_is_four_groups_of_four_and_reads_back() {
        for code in codes() {
            let printed = code.to_string();
            assert_eq!(printed.len(), 19);
            assert_eq!(printed.split('-').map(str::len).collect::<Vec<_>>(), [4; 4]);
            assert_eq!(printed.parse(), Ok(code));
            assert_eq!(code.canonical().parse(), Ok(code));
        }
    }

    #[test]
    fn codes_do_not_repeat() {
        assert_eq!(codes().collect::<HashSet<_>>().len(), 200);
    }

    #[test]
    fn every_random_bit_that_is_used_changes_the_code() {
        let base = VerifyCode::from_random([0; 10]);
        let changed: HashSet<_> = (0..75)
            .map(|bit| {
                let mut random = [0; 10];
                random[9 - bit / 8] = 1 << (bit % 8);
                VerifyCode::from_random(random)
            })
            .collect();
        assert_eq!(changed.len(), 75);
        assert!(!changed.contains(&base));
    }

    #[test]
    fn case_spaces_and_lookalikes_are_forgiven() {
        let code = VerifyCode::from_random([0; 10]);
        assert_eq!(code.to_string(), "0000-0000-0000-0000");
        for typed in ["oooo oooo oooo oooo", "OOOO0000OOOO0000", " 0000 - 0000–0000\u{2011}0000\n"] {
            assert_eq!(typed.parse(), Ok(code), "{typed:?}");
        }
        let ones = encode({
            let mut symbols = [1; SYMBOLS];
            symbols[RANDOM_SYMBOLS] = check_symbol(&[1; RANDOM_SYMBOLS]);
            symbols
        });
        let code: VerifyCode = ones.parse().unwrap();
        for lookalike in ["I", "i", "L", "l"] {
            assert_eq!(ones.replace('1', lookalike).parse(), Ok(code));
        }
        assert_eq!(code.to_string().to_lowercase().parse(), Ok(code));
    }

    #[test]
    fn every_single_wrong_symbol_is_noticed() {
        for code in codes().take(20) {
            for position in 0..SYMBOLS {
                for other in (0..32).filter(|s| *s != code.0[position]) {
                    let mut wrong = code.0;
                    wrong[position] = other;
                    let read = encode(wrong).parse::<VerifyCode>();
                    assert_eq!(read, Err(VerifyCodeError::Check));
                }
            }
        }
    }

    #[test]
    fn every_exchange_of_two_symbols_is_noticed() {
        for code in codes().take(50) {
            for first in 0..SYMBOLS {
                for second in (first + 1..SYMBOLS).filter(|s| code.0[*s] != code.0[first]) {
                    let mut wrong = code.0;
                    wrong.swap(first, second);
                    let read = encode(wrong).parse::<VerifyCode>();
                    assert_eq!(read, Err(VerifyCodeError::Check));
                }
            }
        }
    }

    #[test]
    fn what_is_no_code_says_why() {
        let read = |text: &str| text.parse::<VerifyCode>().unwrap_err();
        assert_eq!(read(""), VerifyCodeError::Length);
        assert_eq!(read("0000-0000-0000-000"), VerifyCodeError::Length);
        assert_eq!(read("0000-0000-0000-0000-0"), VerifyCodeError::Length);
        assert_eq!(read(&"0".repeat(5000)), VerifyCodeError::Length);
        assert_eq!(read("0000-0000-0000-000U"), VerifyCodeError::Character('U'));
        assert_eq!(read("0000-0000-0000-00é0"), VerifyCodeError::Character('é'));
        assert_eq!(read("0000-0000-0000-0001"), VerifyCodeError::Check);
    }
}
