//! camt.053, the bank-to-customer statement of ISO 20022, any version of it. Entities and document types are refused, depth and
//! count are bounded, and an entry of several transactions is taken apart only where their amounts make up the entry.

use kernel::money::{Currency, Money};
use rust_decimal::Decimal;

use super::{Account, BankLine, FormatError, Movement, Reading};
use crate::xml::{Element, Elements, XmlError};

/// The movements of a file.
///
/// # Errors
/// XML that is broken or declares entities, another account or currency, balances that do not agree with the booked entries where all
/// of them could be read.
pub(super) fn read(text: &str, book: &Account<'_>) -> Result<Reading, FormatError> {
    let mut elements = Elements::of(text);
    let mut reading = Reading::default();
    let mut statement = Statement::default();
    // Entries are counted instead of rows: many banks write the whole file in one.
    let mut row = 1;
    let wrong = |error: XmlError, row: usize| match error {
        XmlError::Declares => FormatError::Declares,
        XmlError::Broken => FormatError::Row(row),
    };
    while let Some(element) = elements.advance().map_err(|error| wrong(error, row))? {
        match (element.name.as_str(), elements.depth()) {
            // Document, message, statement: what is read is dropped at once.
            ("Ntry", 3) => {
                match entries(&element, row, book.currency, &mut statement) {
                    Ok(lines) => lines.into_iter().try_for_each(|line| reading.take(line))?,
                    Err(error) => {
                        reading.leave(error)?;
                        statement.partly = true;
                    }
                }
                row += 1;
            }
            ("Bal", 3) => statement.balance(&element, book.currency)?,
            ("Acct", 3) => same_account(&element, book)?,
            ("Stmt", _) => std::mem::take(&mut statement).check()?,
            // What stands above the statement's parts keeps nothing.
            (_, depth) if depth > 3 => elements.keep(element),
            _ => {}
        }
    }
    Ok(reading)
}

/// What the balances of one statement say.
#[derive(Debug, Default)]
struct Statement {
    opening: Option<i64>,
    closing: Option<i64>,
    booked: i64,
    /// An entry was left out, and is missing from the sum.
    partly: bool,
}

impl Statement {
    fn balance(&mut self, balance: &Element, currency: Currency) -> Result<(), FormatError> {
        let Some(minor) = signed(balance, currency, FormatError::Sums)? else { return Ok(()) };
        match balance.text_at(&["Tp", "CdOrPrtry", "Cd"]) {
            Some("OPBD" | "PRCD") => self.opening = Some(minor),
            Some("CLBD") => self.closing = Some(minor),
            _ => {}
        }
        Ok(())
    }
    fn check(self) -> Result<(), FormatError> {
        match (self.opening, self.closing) {
            (Some(opening), Some(closing)) if !self.partly && opening.checked_add(self.booked) != Some(closing) => Err(FormatError::Sums),
            _ => Ok(()),
        }
    }
}

fn same_account(account: &Element, book: &Account<'_>) -> Result<(), FormatError> {
    let number = account.text_at(&["Id", "IBAN"]).or_else(|| account.text_at(&["Id", "Othr", "Id"])).unwrap_or_default();
    if book.is(number) { Ok(()) } else { Err(FormatError::Account(number.chars().take(40).collect())) }
}

/// An amount with its side; none if it has no side. Another currency is an error, and so is an amount that is none.
fn signed(element: &Element, currency: Currency, wrong: FormatError) -> Result<Option<i64>, FormatError> {
    let Some(amount) = element.child("Amt") else { return Err(wrong) };
    if amount.currency != currency.code() {
        return Err(FormatError::Currency(amount.currency.chars().take(8).collect()));
    }
    let minor = figure(&amount.text, currency).ok_or(wrong)?;
    Ok(match element.text_at(&["CdtDbtInd"]) {
        Some("CRDT") => Some(minor),
        Some("DBIT") => minor.checked_neg(),
        _ => None,
    })
}

fn figure(text: &str, currency: Currency) -> Option<i64> {
    let value: Decimal = text.trim().parse().ok()?;
    Money::from_decimal(value, currency).ok().map(|money| money.minor).filter(|minor| *minor >= 0)
}

/// One entry: a movement for each of its transactions if their amounts make up the entry, else one.
fn entries(entry: &Element, row: usize, currency: Currency, statement: &mut Statement) -> Result<Vec<BankLine>, FormatError> {
    let minor = signed(entry, currency, FormatError::Amount(row))?.ok_or(FormatError::Amount(row))?;
    let booked_on = entry.day("BookgDt").or_else(|| entry.day("ValDt")).ok_or(FormatError::Date(row))?;
    // The state is a code of its own since version 8, plain text before.
    let state = entry.text_at(&["Sts", "Cd"]).or_else(|| entry.text_at(&["Sts"])).unwrap_or("BOOK");
    let pending = state != "BOOK";
    if !pending {
        statement.booked = statement.booked.checked_add(minor).ok_or(FormatError::Amount(row))?;
    }
    if minor == 0 {
        return Ok(Vec::new());
    }
    let code = entry.text_at(&["BkTxCd", "Domn", "Fmly", "SubFmlyCd"]).unwrap_or_default();
    let movement = match entry.text_at(&["RvslInd"]) {
        Some("true" | "1") => Movement::Reversal,
        _ if matches!(code, "CHRG" | "FEES" | "COMM") => Movement::Charge,
        _ => Movement::Money,
    };
    let base = BankLine {
        id: entry.text_at(&["AcctSvcrRef"]).map(str::to_owned),
        booked_on,
        value_on: entry.day("ValDt"),
        amount: Money::new(minor, currency),
        movement,
        pending,
        reference: None,
        counterparty: None,
        narrative: entry.text_at(&["AddtlNtryInf"]).map(str::to_owned),
    };
    let parts: Vec<&Element> = entry.all("NtryDtls").flat_map(|details| details.all("TxDtls")).collect();
    let amounts: Option<Vec<i64>> = parts.iter().map(|part| part_amount(part, currency)).collect();
    Ok(match amounts {
        Some(amounts) if parts.len() > 1 && amounts.iter().try_fold(0_i64, |sum, minor| sum.checked_add(*minor)) == minor.checked_abs() => {
            let line = |(nr, (part, amount)): (i32, (&&Element, i64))| {
                let amount = Money::new(if minor < 0 { -amount } else { amount }, currency);
                // The entry's id is that of all its parts: each is a movement, and one id names one movement.
                let id = base.id.as_ref().map(|id| format!("{id}/{nr}"));
                described(BankLine { id, amount, ..base.clone() }, part, minor > 0)
            };
            (1..).zip(parts.iter().zip(amounts)).map(line).collect()
        }
        _ => vec![match parts.first() {
            Some(part) if parts.len() == 1 => described(base, part, minor > 0),
            _ => base,
        }],
    })
}

fn part_amount(part: &Element, currency: Currency) -> Option<i64> {
    let amount = part.at(&["AmtDtls", "TxAmt", "Amt"]).or_else(|| part.child("Amt"))?;
    if amount.currency != currency.code() {
        return None;
    }
    figure(&amount.text, currency)
}

/// What a transaction says of itself, over what its entry says.
fn described(line: BankLine, part: &Element, came: bool) -> BankLine {
    let reference = |name: &str| part.text_at(&["Refs", name]).filter(|text| *text != "NOTPROVIDED");
    let side = if came { "Dbtr" } else { "Cdtr" };
    let party = part.text_at(&["RltdPties", side, "Nm"]).or_else(|| part.text_at(&["RltdPties", side, "Pty", "Nm"]));
    let unstructured: Vec<&str> = part.child("RmtInf").into_iter().flat_map(|told| told.all("Ustrd")).map(|told| told.text.trim()).collect();
    let creditor = part.text_at(&["RmtInf", "Strd", "CdtrRefInf", "Ref"]);
    let owned = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let narrative = Some(owned(&unstructured.join(" "))).filter(|text| !text.is_empty());
    BankLine {
        id: reference("AcctSvcrRef").or_else(|| reference("TxId")).map(str::to_owned).or(line.id),
        reference: creditor.or_else(|| reference("EndToEndId")).map(owned),
        counterparty: party.map(owned),
        narrative: narrative.or(line.narrative),
        ..line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the structure of the message definition report of ISO 20022 (BankToCustomerStatementV02), with fictitious values.
    const STATEMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T20:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><Acct><Id><Othr><Id>0100000001</Id></Othr></Id><Ccy>KES</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="KES">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="KES">3879.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>
<Ntry><Amt Ccy="KES">3000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>
<AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>
<TxDtls><Refs><EndToEndId>7Q4M2X9KTB0R</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="KES">1000.00</Amt></TxAmt></AmtDtls>
<RltdPties><Dbtr><Nm>Asha &amp; Sons</Nm></Dbtr></RltdPties><RmtInf><Ustrd>Motor</Ustrd><Ustrd>cover</Ustrd></RmtInf></TxDtls>
<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="KES">2000.00</Amt></TxAmt></AmtDtls>
<RltdPties><Dbtr><Pty><Nm>Juma Mfano</Nm></Pty></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="KES">120.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>2026-11-20T10:00:00</DtTm></BookgDt>
<BkTxCd><Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd><AddtlNtryInf>Ledger fee</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="KES">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts><ValDt><Dt>2026-11-21</Dt></ValDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"#;

    fn book() -> Account<'static> {
        Account { currency: Currency::KES, number: "010 000 0001" }
    }

    #[test]
    fn entries_are_taken_apart_and_described() {
        let lines = read(STATEMENT, &book()).unwrap().lines;
        let told: Vec<_> = lines.iter().map(|l| (l.amount.minor, l.movement, l.pending, l.counterparty.as_deref(), l.narrative.as_deref())).collect();
        assert_eq!(
            told,
            [
                (100_000, Movement::Money, false, Some("Asha & Sons"), Some("Motor cover")),
                (200_000, Movement::Money, false, Some("Juma Mfano"), None),
                (-12_050, Movement::Charge, false, None, Some("Ledger fee")),
                (5_000, Movement::Money, true, None, None),
            ]
        );
        assert_eq!((lines[0].reference.as_deref(), lines[1].reference.as_deref()), (Some("7Q4M2X9KTB0R"), None));
        assert_eq!((lines[0].id.as_deref(), lines[1].id.as_deref()), (Some("B1/1"), Some("B1/2")));
    }

    #[test]
    fn entities_and_document_types_are_refused() {
        let bomb = STATEMENT.replace("<Document", "<!DOCTYPE lolz [<!ENTITY lol \"lol\">]><Document");
        assert_eq!(read(&bomb, &book()), Err(FormatError::Declares));
        let outside = STATEMENT.replace("&amp;", "&xxe;");
        assert_eq!(read(&outside, &book()), Err(FormatError::Declares));
    }

    #[test]
    fn broken_deep_and_cut_files_are_refused() {
        assert!(matches!(read(&STATEMENT[..STATEMENT.len() - 40], &book()), Err(FormatError::Row(_))));
        assert!(matches!(read(&STATEMENT.replace("</Ntry>", "</Ntri>"), &book()), Err(FormatError::Row(_))));
        assert!(matches!(read(&"<a>".repeat(100), &book()), Err(FormatError::Row(_))));
    }

    #[test]
    fn sums_account_and_currency_are_checked() {
        assert_eq!(read(&STATEMENT.replace("3879.50", "3879.51"), &book()), Err(FormatError::Sums));
        assert!(matches!(read(STATEMENT, &Account { number: "0200000002", ..book() }), Err(FormatError::Account(_))));
        assert!(matches!(read(STATEMENT, &Account { currency: Currency::NAD, ..book() }), Err(FormatError::Currency(_))));
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_left_out_and_named() {
        let left_out = |file: &str| {
            let reading = read(file, &book()).unwrap();
            (reading.lines.len(), reading.unread)
        };
        assert_eq!(left_out(&STATEMENT.replace("<ValDt><Dt>2026-11-21</Dt></ValDt>", "")), (3, vec![FormatError::Date(3)]));
        assert_eq!(left_out(&STATEMENT.replace(">120.50<", ">12O.50<")), (3, vec![FormatError::Amount(2)]));
    }
}
