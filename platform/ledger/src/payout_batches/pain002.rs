//! pain.002, the customer payment status report of ISO 20022, any version of it.

use kernel::money::{Currency, Money};
use rust_decimal::Decimal;

use super::{
    Batch,
    answers::{Answer, Line, MAX_LINES, Said},
    error::AnswerError,
};
use crate::xml::{Element, Elements, XmlError};

/// The statuses of a report, which may be said of the file, of its payment information, or of one payment.
const GROUP: &str = "OrgnlGrpInfAndSts";
const PAYMENT: &str = "OrgnlPmtInfAndSts";
const TRANSACTION: &str = "TxInfAndSts";

/// Document and report: what is inside of these is kept, transactions are read at once.
const REPORT_DEPTH: usize = 2;

/// Reads a report on a batch.
///
/// # Errors
/// XML that is broken or declares entities, a report on another file, too many payments.
pub(super) fn read(text: &str, batch: &Batch) -> Result<Answer, AnswerError> {
    let mut elements = Elements::of(text);
    let mut answer = Answer::default();
    let mut answers_this = false;
    let wrong = |error: XmlError, row: usize| match error {
        XmlError::Declares => AnswerError::Declares,
        XmlError::Broken => AnswerError::Row(row),
    };
    while let Some(element) = elements.advance().map_err(|error| wrong(error, answer.lines.len() + 1))? {
        match (element.name.as_str(), elements.depth()) {
            (TRANSACTION, _) => {
                let row = answer.lines.len() + 1;
                answer.lines.push(transaction(&element, row, batch.total.currency)?);
            }
            (GROUP, REPORT_DEPTH) => {
                let named = element.text_at(&["OrgnlMsgId"]).unwrap_or_default();
                if named != batch.number {
                    return Err(AnswerError::OtherBatch(named.chars().take(40).collect()));
                }
                answers_this = true;
                answer.whole = whole(&element, "GrpSts").or(answer.whole);
            }
            (PAYMENT, REPORT_DEPTH) => answer.whole = whole(&element, "PmtInfSts").or(answer.whole),
            (_, depth) if depth > REPORT_DEPTH => elements.keep(element),
            _ => {}
        }
        if answer.lines.len() > MAX_LINES {
            return Err(AnswerError::TooLong(MAX_LINES));
        }
    }
    if answers_this { Ok(answer) } else { Err(AnswerError::OtherBatch(String::new())) }
}

fn transaction(element: &Element, row: usize, currency: Currency) -> Result<Line, AnswerError> {
    let status = element.text_at(&["TxSts"]).unwrap_or_default();
    let amount = match element.at(&["OrgnlTxRef", "Amt", "InstdAmt"]) {
        Some(amount) if amount.currency == currency.code() => Some(figure(&amount.text, currency).ok_or(AnswerError::Row(row))?),
        Some(_) => return Err(AnswerError::Row(row)),
        None => None,
    };
    Ok(Line {
        row,
        reference: element.text_at(&["OrgnlEndToEndId"]).unwrap_or_default().to_owned(),
        said: said(status),
        status: status.to_owned(),
        amount,
        receipt: element.text_at(&["AcctSvcrRef"]).map(str::to_owned),
        reason: reason(element),
    })
}

/// What is said of everything, if it is final.
fn whole(element: &Element, name: &str) -> Option<Line> {
    let status = element.text_at(&[name])?;
    let said = said(status);
    matches!(said, Said::Paid | Said::Failed).then(|| Line {
        row: 0,
        reference: String::new(),
        said,
        status: status.to_owned(),
        amount: None,
        receipt: None,
        reason: reason(element),
    })
}

/// Settled is paid, rejected is failed; whatever is on its way there is not final.
fn said(status: &str) -> Said {
    match status {
        "ACSC" | "ACCC" => Said::Paid,
        "RJCT" | "CANC" => Said::Failed,
        "ACTC" | "ACCP" | "ACSP" | "ACWC" | "ACWP" | "PDNG" | "RCVD" | "PATC" | "PART" => Said::Pending,
        _ => Said::Unclear,
    }
}

fn reason(element: &Element) -> Option<String> {
    let told = element.child("StsRsnInf")?;
    let code = told.text_at(&["Rsn", "Cd"]).or_else(|| told.text_at(&["Rsn", "Prtry"]));
    let words = [code, told.text_at(&["AddtlInf"])].into_iter().flatten().collect::<Vec<_>>().join(": ");
    Some(words).filter(|words| !words.is_empty())
}

fn figure(text: &str, currency: Currency) -> Option<i64> {
    let value: Decimal = text.trim().parse().ok()?;
    Money::from_decimal(value, currency).ok().map(|money| money.minor)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};
    use uuid::Uuid;

    use super::*;
    use crate::payout_batches::{BatchId, BatchState};

    /// In the structure of the message definition report of ISO 20022 (CustomerPaymentStatusReportV10), with fictitious values.
    const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>S1</MsgId><CreDtTm>2026-11-22T10:00:00Z</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>PB-2026-00001</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>PB-2026-00001</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>PO-2026-00001</OrgnlEndToEndId><TxSts>ACSC</TxSts><AcctSvcrRef>FT1</AcctSvcrRef>
<OrgnlTxRef><Amt><InstdAmt Ccy="KES">1500.00</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>PO-2026-00002</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account closed</AddtlInf></StsRsnInf></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>PO-2026-00003</OrgnlEndToEndId><TxSts>ACSP</TxSts></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"#;

    fn batch() -> Batch {
        Batch {
            id: BatchId(Uuid::nil()),
            number: "PB-2026-00001".into(),
            account: Uuid::nil().into(),
            execute_on: NaiveDate::MIN,
            state: BatchState::Open,
            payout_count: 3,
            total: Money::new(200_000, Currency::KES),
            created_by: Uuid::nil(),
            withdrawn_reason: None,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn each_payment_has_its_status_reason_and_amount() {
        let answer = read(REPORT, &batch()).unwrap();
        let told: Vec<_> = answer.lines.iter().map(|line| (line.reference.as_str(), line.said, line.amount, line.reason.as_deref())).collect();
        assert_eq!(
            told,
            [
                ("PO-2026-00001", Said::Paid, Some(150_000), None),
                ("PO-2026-00002", Said::Failed, None, Some("AC04: Account closed")),
                ("PO-2026-00003", Said::Pending, None, None),
            ]
        );
        assert_eq!(answer.whole, None, "part of it is accepted");
    }

    #[test]
    fn a_file_that_was_rejected_as_a_whole_names_no_payment() {
        let text = r"<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>PB-2026-00001</OrgnlMsgId><GrpSts>RJCT</GrpSts>
<StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>";
        let answer = read(text, &batch()).unwrap();
        assert!(answer.lines.is_empty());
        assert_eq!(answer.whole.map(|line| (line.said, line.reason)), Some((Said::Failed, Some("FF01".to_owned()))));
    }

    #[test]
    fn a_report_on_another_file_and_one_with_entities_are_refused() {
        let other = REPORT.replace("PB-2026-00001", "PB-2026-00009");
        assert_eq!(read(&other, &batch()).unwrap_err(), AnswerError::OtherBatch("PB-2026-00009".into()));
        assert_eq!(read("<Document/>", &batch()).unwrap_err(), AnswerError::OtherBatch(String::new()));
        let bomb = REPORT.replace("<Document", "<!DOCTYPE lolz [<!ENTITY lol \"lol\">]><Document");
        assert_eq!(read(&bomb, &batch()).unwrap_err(), AnswerError::Declares);
        assert!(matches!(read(&REPORT[..REPORT.len() - 20], &batch()), Err(AnswerError::Row(_))));
    }
}
