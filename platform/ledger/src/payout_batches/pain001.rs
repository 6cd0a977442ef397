//! pain.001.001.09, the customer credit transfer initiation of ISO 20022: one payment information, one transaction a payout.

use std::io;

use chrono::{DateTime, SecondsFormat, Utc};
use kernel::{AppError, AppResult};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{Batch, BatchItem};
use crate::{
    bank_accounts::BankAccount,
    payouts::{Destination, Payout, PayoutWay},
};

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
/// Letters that every bank takes, see [`latin`].
const OTHERS: &str = "/-?:().,'+ ";

type Xml = Writer<Vec<u8>>;

/// The file, as of a moment.
///
/// # Errors
/// Those of writing.
pub(super) fn write(debtor: &str, account: &BankAccount, batch: &Batch, items: &[(BatchItem, Payout)], now: DateTime<Utc>) -> AppResult<Vec<u8>> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    document(&mut xml, debtor, account, batch, items, now).map_err(AppError::internal)?;
    Ok(xml.into_inner())
}

fn document(xml: &mut Xml, debtor: &str, account: &BankAccount, batch: &Batch, items: &[(BatchItem, Payout)], now: DateTime<Utc>) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("Document").with_attribute(("xmlns", NAMESPACE)).write_inner_content(|xml| {
        within(xml, "CstmrCdtTrfInitn", |xml| {
            within(xml, "GrpHdr", |xml| {
                text(xml, "MsgId", &batch.number)?;
                text(xml, "CreDtTm", &now.to_rfc3339_opts(SecondsFormat::Secs, true))?;
                sums(xml, batch)?;
                within(xml, "InitgPty", |xml| text(xml, "Nm", &latin(debtor, 140)))
            })?;
            within(xml, "PmtInf", |xml| {
                text(xml, "PmtInfId", &batch.number)?;
                text(xml, "PmtMtd", "TRF")?;
                sums(xml, batch)?;
                within(xml, "ReqdExctnDt", |xml| text(xml, "Dt", &batch.execute_on.to_string()))?;
                within(xml, "Dbtr", |xml| text(xml, "Nm", &latin(debtor, 140)))?;
                within(xml, "DbtrAcct", |xml| {
                    number(xml, &account.number)?;
                    text(xml, "Ccy", account.currency.code())
                })?;
                within(xml, "DbtrAgt", |xml| within(xml, "FinInstnId", |xml| text(xml, "Nm", &latin(&account.bank, 140))))?;
                items.iter().try_for_each(|(item, payout)| within(xml, "CdtTrfTxInf", |xml| transaction(xml, item, payout)))
            })
        })
    })?;
    Ok(())
}

fn sums(xml: &mut Xml, batch: &Batch) -> io::Result<()> {
    text(xml, "NbOfTxs", &batch.payout_count.to_string())?;
    text(xml, "CtrlSum", &batch.total.to_decimal().to_string())
}

fn transaction(xml: &mut Xml, item: &BatchItem, payout: &Payout) -> io::Result<()> {
    within(xml, "PmtId", |xml| text(xml, "EndToEndId", &item.reference))?;
    within(xml, "Amt", |xml| {
        let amount = payout.amount.to_decimal().to_string();
        let element = xml.create_element("InstdAmt").with_attribute(("Ccy", payout.amount.currency.code()));
        element.write_text_content(BytesText::new(&amount))?;
        Ok(())
    })?;
    let to = &payout.to;
    if to.way == PayoutWay::Bank {
        within(xml, "CdtrAgt", |xml| bank(xml, to))?;
    }
    within(xml, "Cdtr", |xml| text(xml, "Nm", &latin(&to.payee, 140)))?;
    within(xml, "CdtrAcct", |xml| match (&to.account, &to.phone) {
        (Some(account), _) => number(xml, account),
        (None, phone) => within(xml, "Prxy", |xml| {
            within(xml, "Tp", |xml| text(xml, "Cd", "TELE"))?;
            text(xml, "Id", phone.as_deref().unwrap_or_default())
        }),
    })?;
    within(xml, "RmtInf", |xml| text(xml, "Ustrd", &latin(&payout.description, 140)))
}

fn bank(xml: &mut Xml, to: &Destination) -> io::Result<()> {
    within(xml, "FinInstnId", |xml| {
        match to.bank_code.as_deref() {
            Some(code) if is_bic(code) => text(xml, "BICFI", code)?,
            Some(code) => within(xml, "ClrSysMmbId", |xml| text(xml, "MmbId", code))?,
            None => {}
        }
        text(xml, "Nm", &latin(to.bank.as_deref().unwrap_or_default(), 140))
    })?;
    match to.branch_code.as_deref() {
        Some(branch) => within(xml, "BrnchId", |xml| text(xml, "Id", branch)),
        None => Ok(()),
    }
}

/// An account's number in its `Id`: an IBAN where it is one.
fn number(xml: &mut Xml, account: &str) -> io::Result<()> {
    let account: String = account.chars().filter(|c| !c.is_whitespace()).take(34).collect();
    within(xml, "Id", |xml| if is_iban(&account) { text(xml, "IBAN", &account) } else { within(xml, "Othr", |xml| text(xml, "Id", &account)) })
}

fn within(xml: &mut Xml, name: &str, content: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    xml.create_element(name).write_inner_content(content)?;
    Ok(())
}

fn text(xml: &mut Xml, name: &str, value: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(value))?;
    Ok(())
}

/// Six letters, two letters or digits, and three more for a branch.
fn is_bic(code: &str) -> bool {
    matches!(code.len(), 8 | 11) && code.bytes().take(6).all(|b| b.is_ascii_uppercase()) && code.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Country, check digits, and more than any plain number of an account would begin with.
fn is_iban(account: &str) -> bool {
    let mut bytes = account.bytes();
    let country = bytes.by_ref().take(2).filter(u8::is_ascii_uppercase).count() == 2;
    let check = bytes.by_ref().take(2).filter(u8::is_ascii_digit).count() == 2;
    country && check && account.len() >= 15 && bytes.all(|b| b.is_ascii_alphanumeric())
}

/// Text in the letters that every bank takes; others become a dot, and never nothing.
fn latin(text: &str, max: usize) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || OTHERS.contains(c) { c } else { '.' };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fitting: String = line.chars().map(fit).take(max).collect();
    if fitting.is_empty() { ".".to_owned() } else { fitting }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banks_are_named_by_bic_or_by_their_national_code() {
        assert!(is_bic("MFANKENA") && is_bic("MFANKENAXXX") && !is_bic("01") && !is_bic("01234567"));
        assert!(is_iban("GB33BUKB20201555555555") && !is_iban("0100000001") && !is_iban("KE12"));
    }

    #[test]
    fn names_are_written_in_letters_that_every_bank_takes() {
        assert_eq!(latin("Ngũgĩ & Sons", 140), "Ng.g. . Sons");
        assert_eq!((latin("", 5), latin("Asha Mfano", 4)), (".".to_owned(), "Asha".to_owned()));
    }
}
