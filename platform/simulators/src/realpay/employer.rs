//! An employer who gets payroll schedules as a table and sends the same table back, with what came of each line and one sum for all.

use std::collections::BTreeSet;

use csv::{ReaderBuilder, WriterBuilder};

/// What an employer makes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The whole amount.
    Deducted,
    /// Only so many minor units.
    Partial(i64),
    /// Nobody of that number works here.
    NotEmployed,
    /// The law leaves too little.
    InsufficientNetPay,
    /// No.
    Refused,
}

/// Why a schedule is sent back unread.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SentBack {
    /// There is one for this month already.
    #[error("there is a schedule for {0} already")]
    Again(String),
    /// It is no schedule.
    #[error("this is no schedule")]
    Unreadable,
}

/// Remembers the months that it has a schedule for.
#[derive(Debug, Default)]
pub struct Employer {
    months: BTreeSet<String>,
}

impl Employer {
    /// The table with what `settle` makes of each reference, and a transfer that differs from the total by `off` minor units.
    ///
    /// # Errors
    /// The month has a schedule already, or the table is none.
    pub fn answer(&mut self, schedule: &str, paid_on: &str, off: i64, settle: impl Fn(&str) -> Settled) -> Result<String, SentBack> {
        let mut reader = ReaderBuilder::new().from_reader(schedule.as_bytes());
        let heading = reader.headers().map_err(|_| SentBack::Unreadable)?.clone();
        let place = |name: &str| heading.iter().position(|cell| cell == name).ok_or(SentBack::Unreadable);
        let (reference, amount, due) = (place("DeductionRef")?, place("Amount")?, place("Due")?);
        let (status, deducted, paid) = (place("Status")?, place("AmountDeducted")?, place("PayDate")?);
        let mut writer = WriterBuilder::new().from_writer(Vec::new());
        writer.write_record(&heading).map_err(|_| SentBack::Unreadable)?;
        let (mut total, mut month) = (0, None);
        for row in reader.records() {
            let mut cells: Vec<String> = row.map_err(|_| SentBack::Unreadable)?.iter().map(str::to_owned).collect();
            let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
            let asked: i64 = cell(amount).replace('.', "").parse().map_err(|_| SentBack::Unreadable)?;
            month = cell(due).get(..7).map(str::to_owned);
            let (word, came) = match settle(&cell(reference)) {
                Settled::Deducted => ("DEDUCTED", asked),
                Settled::Partial(came) => ("PARTIAL", came),
                Settled::NotEmployed => ("NOT_EMPLOYED", 0),
                Settled::InsufficientNetPay => ("INSUFFICIENT_NET_PAY", 0),
                Settled::Refused => ("REFUSED", 0),
            };
            total += came;
            let sum = if came > 0 { decimal(came) } else { String::new() };
            for (at, text) in [(status, word.to_owned()), (deducted, sum), (paid, paid_on.to_owned())] {
                if let Some(cell) = cells.get_mut(at) {
                    *cell = text;
                }
            }
            writer.write_record(&cells).map_err(|_| SentBack::Unreadable)?;
        }
        let month = month.ok_or(SentBack::Unreadable)?;
        if !self.months.insert(month.clone()) {
            return Err(SentBack::Again(month));
        }
        let last = heading.iter().enumerate().map(|(at, name)| match name {
            "DeductionRef" => "SETTLEMENT".to_owned(),
            "Mandate" => format!("EFT-{month}"),
            _ if at == deducted => decimal(total + off),
            _ if at == paid => paid_on.to_owned(),
            _ => String::new(),
        });
        writer.write_record(last).map_err(|_| SentBack::Unreadable)?;
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(SentBack::Unreadable)
    }
}

fn decimal(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}
