//! MT940, the customer statement message of SWIFT (Category 9, fields 20, 25, 28C, 60a, 61, 86, 62a). Strict where money is: every
//! statement's balances must agree with its movements.

use chrono::{Datelike, NaiveDate};
use kernel::money::{Currency, Money};
use rust_decimal::Decimal;

use super::{Account, BankLine, FormatError, Movement, Reading};

/// A field with the row where it begins.
struct Field {
    tag: String,
    text: String,
    row: usize,
}

/// The fields of all messages. What stands around them (blocks of the network, `-` at a message's end) is left out.
fn fields(text: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (nr, row) in text.lines().enumerate() {
        let row = row.trim_end();
        let row = row.find("{4:").map_or(row, |at| row.get(at + 3..).unwrap_or_default());
        if let Some((tag, rest)) = row.strip_prefix(':').and_then(|row| row.split_once(':')).filter(|(tag, _)| is_tag(tag)) {
            fields.push(Field { tag: tag.to_owned(), text: rest.to_owned(), row: nr + 1 });
        } else if matches!(row, "-" | "-}") || row.starts_with("{1:") || row.is_empty() {
            // Ends a message: what follows must begin with a tag.
            fields.push(Field { tag: String::new(), text: String::new(), row: nr + 1 });
        } else if let Some(last) = fields.last_mut() {
            last.text.push('\n');
            last.text.push_str(row);
        }
    }
    fields
}

fn is_tag(tag: &str) -> bool {
    let mut chars = tag.chars();
    let two = chars.by_ref().take(2).filter(char::is_ascii_digit).count() == 2;
    two && chars.all(|c| c.is_ascii_uppercase()) && tag.len() <= 3
}

/// The movements of a file.
///
/// # Errors
/// Another account or currency, a balance that is not as SWIFT says, balances that do not agree where every movement could be read.
pub(super) fn read(text: &str, book: &Account<'_>) -> Result<Reading, FormatError> {
    let mut reading = Reading::default();
    let mut balance: Option<i64> = None;
    // Whether every movement of the statement was read, and the last of them.
    let (mut whole, mut last) = (true, true);
    for field in fields(text) {
        match field.tag.as_str() {
            "25" if !book.is(&field.text) => return Err(FormatError::Account(field.text.chars().take(40).collect())),
            // A statement that ends without its closing balance was cut.
            "60F" | "60M" if balance.is_some() => return Err(FormatError::Sums),
            "60F" | "60M" => {
                balance = Some(read_balance(&field, book.currency)?);
                whole = true;
            }
            "61" => match movement(&field, book.currency) {
                Ok(line) => {
                    balance = Some(balance.and_then(|sum| sum.checked_add(line.amount.minor)).ok_or(FormatError::Sums)?);
                    reading.take(line)?;
                    last = true;
                }
                Err(error) => {
                    reading.leave(error)?;
                    (whole, last) = (false, false);
                }
            },
            // After the closing balance it is about the whole statement.
            "86" if balance.is_some() && last => {
                if let Some(line) = reading.lines.last_mut().filter(|line| line.narrative.is_none()) {
                    details(line, &field.text);
                }
            }
            "62F" | "62M" => {
                let closing = read_balance(&field, book.currency)?;
                // What was left out is missing from the sum.
                if balance.take().is_none_or(|sum| whole && sum != closing) {
                    return Err(FormatError::Sums);
                }
            }
            _ => {}
        }
    }
    if balance.is_some() { Err(FormatError::Sums) } else { Ok(reading) }
}

/// `C021101EUR187259,`: side, day, currency, amount. Without it nothing proves that the statement is whole.
fn read_balance(field: &Field, currency: Currency) -> Result<i64, FormatError> {
    let wrong = || FormatError::Row(field.row);
    let text = field.text.trim();
    let (side, rest) = text.split_at_checked(1).ok_or_else(wrong)?;
    let (_, rest) = rest.split_at_checked(6).ok_or_else(wrong)?;
    let (code, rest) = rest.split_at_checked(3).ok_or_else(wrong)?;
    if code != currency.code() {
        return Err(FormatError::Currency(code.to_owned()));
    }
    let minor = amount(rest, currency).ok_or_else(wrong)?;
    match side {
        "C" => Ok(minor),
        "D" => Ok(-minor),
        _ => Err(wrong()),
    }
}

/// Digits with one comma, as SWIFT writes every amount.
fn amount(text: &str, currency: Currency) -> Option<i64> {
    let (whole, part) = text.split_once(',')?;
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || part.len() > 6 || !digits(whole) || !digits(part) {
        return None;
    }
    let value: Decimal = format!("{whole}.{part}0").parse().ok()?;
    Money::from_decimal(value, currency).ok().map(|money| money.minor)
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&format!("20{text}"), "%Y%m%d").ok().filter(|_| text.len() == 6)
}

/// Field 61: value day, booking day, side, funds code, amount, type, the customer's reference, the bank's after `//`.
fn movement(field: &Field, currency: Currency) -> Result<BankLine, FormatError> {
    let wrong = || FormatError::Row(field.row);
    let first = field.text.lines().next().unwrap_or_default();
    let (value, mut rest) = first.split_at_checked(6).ok_or_else(wrong)?;
    let value_on = day(value).ok_or(FormatError::Date(field.row))?;
    let mut booked_on = value_on;
    if rest.chars().take(4).filter(char::is_ascii_digit).count() == 4 {
        let (month_day, after) = rest.split_at_checked(4).ok_or_else(wrong)?;
        booked_on = booking_day(value_on, month_day).ok_or(FormatError::Date(field.row))?;
        rest = after;
    }
    let (reversal, out, rest) = match rest.as_bytes() {
        [b'R', b'C', ..] => (true, true, &rest[2..]),
        [b'R', b'D', ..] => (true, false, &rest[2..]),
        [b'C', ..] => (false, false, &rest[1..]),
        [b'D', ..] => (false, true, &rest[1..]),
        _ => return Err(wrong()),
    };
    let rest = rest.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(rest.len());
    let (figure, rest) = rest.split_at(end);
    let minor = amount(figure, currency).filter(|minor| *minor > 0).ok_or(FormatError::Amount(field.row))?;
    let (kind, references) = rest.split_at_checked(4).unwrap_or((rest, ""));
    let (own, bank) = references.split_once("//").unwrap_or((references, ""));
    let told = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty() && text != "NONREF");
    let movement = match (reversal, kind.get(1..)) {
        (true, _) => Movement::Reversal,
        (false, Some("CHG" | "COM")) => Movement::Charge,
        _ => Movement::Money,
    };
    Ok(BankLine {
        id: told(bank),
        booked_on,
        value_on: Some(value_on),
        amount: Money::new(if out { -minor } else { minor }, currency),
        movement,
        pending: false,
        reference: told(own),
        counterparty: None,
        narrative: None,
    })
}

/// The booking day has no year: it is the one nearest to the value day.
fn booking_day(value_on: NaiveDate, month_day: &str) -> Option<NaiveDate> {
    let candidates = [value_on.year() - 1, value_on.year(), value_on.year() + 1];
    let days = candidates.iter().filter_map(|year| NaiveDate::parse_from_str(&format!("{year}{month_day}"), "%Y%m%d").ok());
    days.min_by_key(|day| (*day - value_on).num_days().abs())
}

/// Field 86: free text, or subfields `?20` to `?29` and `?60` to `?63` of text and `?32`, `?33` of the other side's name.
fn details(line: &mut BankLine, text: &str) {
    let joined = text.replace('\n', "");
    let structured = joined.chars().take(3).all(|c| c.is_ascii_digit()) && joined.chars().nth(3) == Some('?');
    let told = |text: String| Some(text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
    if !structured {
        line.narrative = told(text.replace('\n', " "));
        return;
    }
    let part = |codes: &[&str], between: &str| -> String {
        let parts = joined.split('?').skip(1).filter_map(|part| part.split_at_checked(2)).filter(|(code, _)| codes.contains(code));
        parts.map(|(_, text)| text).collect::<Vec<_>>().join(between)
    };
    line.narrative = told(part(&["20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "60", "61", "62", "63"], " "));
    line.counterparty = told(part(&["32", "33"], ""));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the German banks' agreement on data formats (DFÜ-Abkommen, Anlage 3, MT940).
    const PUBLISHED: &str = ":20:1234567\r\n:21:9876543210\r\n:25:10020030/1234567\r\n:28C:5/1\r\n:60F:C021101EUR187259,\r\n\
        :61:0211011102DR800,NSTONONREF//55555\r\n:86:008?00DAUERAUFTRAG?100599?20Miete November?3010020030?31234567?32MUELLER?34339\r\n\
        :61:0211021102CR3000,NTRFNONREF//55555\r\n:86:051?00UEBERWEISUNG?100599?20Gehalt Oktober?21Firma Mustermann\r\n GmbH?3050060400?31084756 4700?32MUELLER?34339\r\n\
        :62F:C021131EUR189459,\r\n-\r\n";

    fn book() -> Account<'static> {
        Account { currency: Currency::from_code("EUR").unwrap(), number: "1234567" }
    }

    #[test]
    fn the_published_example_is_read() {
        let lines = read(PUBLISHED, &book()).unwrap().lines;
        let told: Vec<_> =
            lines.iter().map(|l| (l.amount.minor, l.narrative.as_deref(), l.counterparty.as_deref(), l.booked_on.to_string())).collect();
        assert_eq!(
            told,
            [
                (-80_000, Some("Miete November"), Some("MUELLER"), "2002-11-02".to_owned()),
                (300_000, Some("Gehalt Oktober Firma Mustermann GmbH"), Some("MUELLER"), "2002-11-02".to_owned()),
            ]
        );
        assert_eq!((lines[0].id.as_deref(), lines[0].reference.as_deref()), (Some("55555"), None));
    }

    #[test]
    fn a_statement_that_does_not_add_up_is_refused() {
        assert_eq!(read(&PUBLISHED.replace("189459,", "189459,01"), &book()), Err(FormatError::Sums));
    }

    #[test]
    fn a_movement_that_cannot_be_read_is_left_out_with_its_words_and_named() {
        let left_out = |from: &str, to: &str| {
            let reading = read(&PUBLISHED.replace(from, to), &book()).unwrap();
            let told: Vec<_> = reading.lines.into_iter().map(|line| (line.amount.minor, line.narrative.unwrap_or_default())).collect();
            (told, reading.unread)
        };
        let (rent, pay) = ((-80_000, "Miete November".to_owned()), (300_000, "Gehalt Oktober Firma Mustermann GmbH".to_owned()));
        assert_eq!(left_out("DR800,", "DR800"), (vec![pay], vec![FormatError::Amount(6)]));
        let no_words = PUBLISHED.replace("\r\n:86:008", "\r\n:85:008");
        let reading = read(&no_words.replace("CR3000,", "CR3000"), &book()).unwrap();
        assert_eq!(reading.lines[0].narrative, None, "the words of what was left out are of no other movement");
        assert_eq!(left_out("0211021102CR3000", "0213021102CR3000"), (vec![rent], vec![FormatError::Date(8)]));
    }

    #[test]
    fn a_statement_that_was_cut_is_refused_and_its_last_words_are_of_the_whole() {
        let cut = PUBLISHED.find(":62F:").unwrap();
        assert_eq!(read(&PUBLISHED[..cut], &book()), Err(FormatError::Sums));
        assert_eq!(read(&PUBLISHED.replace(":60F:C021101EUR187259,\r\n", ""), &book()), Err(FormatError::Sums));
        let text = ":60F:C261119KES1000,00\n:61:261119C7,5NTRF7Q4M2X9KTB0R\n:62F:C261119KES1007,5\n:86:END OF STATEMENT\n";
        assert_eq!(read(text, &Account { currency: Currency::KES, number: "" }).unwrap().lines[0].narrative, None);
    }

    #[test]
    fn a_statement_of_another_account_or_currency_is_refused() {
        assert!(matches!(read(PUBLISHED, &Account { number: "7654321", ..book() }), Err(FormatError::Account(_))));
        assert_eq!(read(PUBLISHED, &Account { currency: Currency::KES, ..book() }), Err(FormatError::Currency("EUR".into())));
    }

    #[test]
    fn charges_and_reversals_are_told_apart_and_free_text_is_kept() {
        let text = ":20:1\n:25:0100000001\n:60F:C261119KES1000,00\n:61:2611191119D120,50NCHGNONREF//C1\n:86:LEDGER FEE\nNOVEMBER\n\
            :61:2611191119RC30,NTRFREF9//C2\n:61:261119C7,5NTRF7Q4M2X9KTB0R\n:62F:C261119KES857,\n-\n";
        let lines = read(text, &Account { currency: Currency::KES, number: "" }).unwrap().lines;
        let told: Vec<_> = lines.iter().map(|line| (line.movement, line.amount.minor, line.reference.as_deref())).collect();
        assert_eq!(
            told,
            [(Movement::Charge, -12_050, None), (Movement::Reversal, -3_000, Some("REF9")), (Movement::Money, 750, Some("7Q4M2X9KTB0R"))]
        );
        assert_eq!(lines[0].narrative.as_deref(), Some("LEDGER FEE NOVEMBER"));
    }

    #[test]
    fn a_booking_day_after_new_year_is_of_the_new_year() {
        assert_eq!(booking_day(NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(), "0102"), NaiveDate::from_ymd_opt(2027, 1, 2));
    }
}
