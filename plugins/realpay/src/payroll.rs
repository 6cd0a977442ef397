//! Deductions from wages. There is no interface for them: the employer gets a table, fills in three columns, and sends it back. A last row
//! says what was transferred for all lines together, which seldom is their total to the cent.

use wakala_plugin_sdk::collections::deductions::{Answered, Deduction, Schedule};
use wakala_plugin_sdk::collections::{Line, Refusal};
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::{PluginError, amounts};

use crate::table::{row, rows};
use crate::value::{is_day, minor_units};

const COLUMNS: [&str; 10] = ["DeductionRef", "Mandate", "EmployeeNo", "IdNumber", "Name", "Amount", "Due", "Status", "AmountDeducted", "PayDate"];
/// In the place of a reference: the transfer. Its id stands under `Mandate`, its sum under `AmountDeducted`, its day under `PayDate`.
const SETTLEMENT: &str = "SETTLEMENT";

/// A schedule as the file that the employer gets.
#[derive(Debug)]
pub struct Sheet {
    /// Names employer and month, the same for every attempt.
    pub name: String,
    pub text: String,
    pub refused: Vec<Refusal>,
}

/// Makes the file of a schedule. Lines that no employer could act on are refused one by one.
///
/// # Errors
/// `rejected` `format` for an employer or a month that cannot be named.
pub fn sheet(schedule: &Schedule, currency: &str) -> Result<Sheet, PluginError> {
    let employer = ["registration-no", "employer"].iter().find_map(|name| fact(&schedule.employer.fields, name));
    let employer = employer.or(schedule.employer.name.as_deref()).unwrap_or_default();
    let employer: String = employer.chars().filter(char::is_ascii_alphanumeric).take(40).collect::<String>().to_ascii_lowercase();
    let month = schedule.period.len() == 7 && is_day(&format!("{}-01", schedule.period));
    if employer.is_empty() || !month {
        return Err(PluginError::rejected("format", "a schedule names its employer and its month"));
    }
    let (mut text, mut refused) = (row(&COLUMNS), Vec::new());
    for deduction in &schedule.deductions {
        match checked(deduction, currency) {
            Ok([number, id]) => {
                let name = deduction.employee.name.as_deref().unwrap_or_default();
                let amount = amounts::written(&deduction.amount);
                let cells =
                    [deduction.reference.as_str(), deduction.mandate.as_str(), number, id, name, amount.as_str(), schedule.due.as_str(), "", "", ""];
                text.push_str(&row(&cells));
            }
            Err((code, message)) => refused.push(Refusal {
                reference: deduction.reference.clone(),
                code: code.to_owned(),
                message: message.to_owned(),
                extra: Vec::new(),
            }),
        }
    }
    Ok(Sheet { name: format!("{employer}-{}", schedule.period), text, refused })
}

/// Number of the employee and of their identity, of which one has to be there.
fn checked<'d>(deduction: &'d Deduction, currency: &str) -> Result<[&'d str; 2], (&'static str, &'static str)> {
    let number = fact(&deduction.employee.fields, "employee-no").unwrap_or_default();
    let id = ["na-id", "za-id", "passport"].iter().find_map(|name| fact(&deduction.employee.fields, name)).unwrap_or_default();
    if deduction.amount.minor <= 0 || deduction.amount.currency != currency {
        return Err(("amount", "the amount is nothing, or of another currency"));
    }
    if number.is_empty() && id.is_empty() {
        return Err(("account", "the employee has neither a number nor an identity number"));
    }
    Ok([number, id])
}

fn fact<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

/// Reads the employer's answer.
///
/// # Errors
/// `rejected` `format` for another layout, and for a row that cannot be read: an answer with holes would explain nothing.
pub fn answers(file: &[u8], currency: &str) -> Result<Answered, PluginError> {
    let format = |why: String| PluginError::rejected("format", why);
    let rows = rows(file)?;
    let (heading, rows) = rows.split_first().ok_or_else(|| format("the file is empty".into()))?;
    let place = |name: &str| heading.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    let mut places = [0; COLUMNS.len()];
    for (at, name) in places.iter_mut().zip(COLUMNS) {
        // What only people read may be missing.
        let optional = matches!(name, "EmployeeNo" | "IdNumber" | "Name");
        *at = match place(name) {
            Some(found) => found,
            None if optional => usize::MAX,
            None => return Err(format(format!("not an answered schedule: no column {name}"))),
        };
    }
    let [reference, mandate, _, _, _, amount, due, status, deducted, paid] = places;
    let mut answered = Answered { lines: Vec::new(), settlement: None, settled_on: None, settlement_ref: None, next: None, extra: Vec::new() };
    for row in rows {
        let cell = |at: usize| row.get(at).map(String::as_str).unwrap_or_default();
        let name = cell(reference);
        let unreadable = |what: &str| format(format!("row {name}: {what} cannot be read"));
        let money = |at: usize, what: &str| match cell(at) {
            "" => Ok(None),
            text => minor_units(text).map(|minor| Some(Money { minor, currency: currency.to_owned() })).ok_or_else(|| unreadable(what)),
        };
        let day = |at: usize, what: &str| match cell(at) {
            "" => Ok(None),
            text if is_day(text) => Ok(Some(text.to_owned())),
            _ => Err(unreadable(what)),
        };
        if name.eq_ignore_ascii_case(SETTLEMENT) {
            answered.settlement = money(deducted, "AmountDeducted")?;
            answered.settled_on = day(paid, "PayDate")?;
            answered.settlement_ref = Some(cell(mandate).to_owned()).filter(|text| !text.is_empty());
            continue;
        }
        // Not answered yet.
        if cell(status).is_empty() {
            continue;
        }
        let asked = money(amount, "Amount")?.ok_or_else(|| unreadable("Amount"))?;
        let collected = money(deducted, "AmountDeducted")?.filter(|money| money.minor > 0);
        let (state, code) = verdict(cell(status), &asked, collected.as_ref()).ok_or_else(|| unreadable("AmountDeducted"))?;
        answered.lines.push(Line {
            reference: Some(name.to_owned()).filter(|name| !name.is_empty()),
            provider_ref: None,
            mandate: cell(mandate).to_owned(),
            mandate_ref: None,
            amount: asked,
            due: day(due, "Due")?.ok_or_else(|| unreadable("Due"))?,
            state: state.to_owned(),
            paid_on: if collected.is_some() { day(paid, "PayDate")? } else { None },
            collected,
            code,
            reason: None,
            extra: Vec::new(),
        });
    }
    Ok(answered)
}

/// State and code of a line. The sum decides what came; a word that contradicts it is not believed.
fn verdict(status: &str, asked: &Money, collected: Option<&Money>) -> Option<(&'static str, Option<String>)> {
    let word = status.to_ascii_uppercase();
    let came = collected.map_or(0, |money| money.minor);
    let code = match word.as_str() {
        "DEDUCTED" | "PARTIAL" => None,
        "NOT_EMPLOYED" => Some("not-employed".to_owned()),
        "INSUFFICIENT_NET_PAY" => Some("net-pay-too-low".to_owned()),
        "REFUSED" => Some("refused".to_owned()),
        other => Some(other.to_owned()),
    };
    match word.as_str() {
        "DEDUCTED" if came >= asked.minor => Some(("collected", None)),
        "DEDUCTED" | "PARTIAL" if came > 0 => Some(("partial", code)),
        "DEDUCTED" | "PARTIAL" => None,
        _ if came > 0 => Some(("partial", code)),
        _ => Some(("declined", code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wakala_plugin_sdk::host::types::Party;

    fn party(name: &str, fields: &[(&str, &str)]) -> Party {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Party { name: Some(name.into()), phone: None, email: None, fields, extra: Vec::new() }
    }

    fn deduction(reference: &str, minor: i64, fields: &[(&str, &str)]) -> Deduction {
        let amount = Money { minor, currency: "NAD".into() };
        Deduction { reference: reference.into(), mandate: "L7".into(), employee: party("A Demo, junior", fields), amount, extra: Vec::new() }
    }

    fn schedule(deductions: Vec<Deduction>) -> Schedule {
        Schedule {
            employer: party("Demo Mines (Pty) Ltd", &[("registration-no", "2010/0123")]),
            period: "2026-10".into(),
            due: "2026-10-25".into(),
            deductions,
            extra: Vec::new(),
        }
    }

    #[test]
    fn an_employer_gets_a_table_to_fill_in() {
        let lines =
            vec![deduction("D1", 120_000, &[("employee-no", "E-1"), ("na-id", "85010100011")]), deduction("D2", 0, &[]), deduction("D3", 5, &[])];
        let sheet = sheet(&schedule(lines), "NAD").expect("a sheet");
        assert_eq!(sheet.name, "20100123-2026-10");
        let expected = "DeductionRef,Mandate,EmployeeNo,IdNumber,Name,Amount,Due,Status,AmountDeducted,PayDate\r\n\
            D1,L7,E-1,85010100011,\"A Demo, junior\",1200.00,2026-10-25,,,\r\n";
        assert_eq!(sheet.text, expected);
        let refused: Vec<_> = sheet.refused.iter().map(|refusal| (refusal.reference.as_str(), refusal.code.as_str())).collect();
        assert_eq!(refused, [("D2", "amount"), ("D3", "account")]);
    }

    #[test]
    fn the_answer_says_what_came_of_each_line_and_of_all_together() {
        let file = "DeductionRef;Mandate;Name;Amount;Due;Status;AmountDeducted;PayDate\n\
            D1;L7;A;1200.00;2026-10-25;Deducted;1200.00;2026-10-30\n\
            D2;L8;B;1200.00;2026-10-25;PARTIAL;700.50;2026-10-30\n\
            D3;L9;C;1200.00;2026-10-25;NOT_EMPLOYED;;\n\
            D4;L10;D;1200.00;2026-10-25;INSUFFICIENT_NET_PAY;0;2026-10-30\n\
            D5;L11;E;1200.00;2026-10-25;DEDUCTED;1000.00;2026-10-30\n\
            D6;L12;F;1200.00;2026-10-25;;;\n\
            D7;L13;G;1200.00;2026-10-25;ON_LEAVE;;\n\
            SETTLEMENT;BANK-77;;;;;2900.49;2026-10-31\n";
        let answered = answers(file.as_bytes(), "NAD").expect("an answer");
        let lines: Vec<_> = answered
            .lines
            .iter()
            .map(|line| {
                let came = line.collected.as_ref().map(|money| money.minor);
                (line.reference.as_deref().unwrap_or_default(), line.state.as_str(), came, line.code.as_deref())
            })
            .collect();
        let expected = [
            ("D1", "collected", Some(120_000), None),
            ("D2", "partial", Some(70_050), None),
            ("D3", "declined", None, Some("not-employed")),
            ("D4", "declined", None, Some("net-pay-too-low")),
            ("D5", "partial", Some(100_000), None),
            ("D7", "declined", None, Some("ON_LEAVE")),
        ];
        assert_eq!(lines, expected);
        assert_eq!(answered.settlement.map(|money| money.minor), Some(290_049));
        assert_eq!((answered.settled_on.as_deref(), answered.settlement_ref.as_deref()), (Some("2026-10-31"), Some("BANK-77")));
    }

    #[test]
    fn another_layout_and_a_row_with_holes_are_refused_as_format() {
        let heading = "DeductionRef,Mandate,Amount,Due,Status,AmountDeducted,PayDate\n";
        for file in [
            String::new(),
            "id,amount\n1,2\n".to_owned(),
            format!("{heading}D1,L7,much,2026-10-25,DEDUCTED,1200.00,2026-10-30\n"),
            format!("{heading}D1,L7,1200.00,soon,DEDUCTED,1200.00,2026-10-30\n"),
            format!("{heading}D1,L7,1200.00,2026-10-25,DEDUCTED,,2026-10-30\n"),
            format!("{heading}D1,L7,1200.00,2026-10-25,DEDUCTED,1200.00,yesterday\n"),
        ] {
            assert!(matches!(answers(file.as_bytes(), "NAD"), Err(PluginError::Rejected(r)) if r.code == "format"), "{file}");
        }
    }
}
