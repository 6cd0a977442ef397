//! Money on its way between two of our own accounts: what was taken by hand and is now at the bank, what a provider paid out, what we
//! sent. It was booked when it left; the line of a statement is where it arrives.

use chrono::{Days, NaiveDate};
use kernel::{AppResult, TenantTx};

use super::{
    matching::day_of,
    model::{Judgement, NewLine},
    store,
};
use crate::{
    accounts::Account,
    journal::{self, Entry, Line},
    receivables::Receivable,
};

/// Transfers take days, and some banks date them back.
pub(super) const DAYS_BEFORE: u64 = 10;
pub(super) const DAYS_AFTER: u64 = 3;

/// A payment that was taken elsewhere and whose money this line is: it carries the payment's receipt, or it is for the same debt
/// (where the debt is known) in the same amount, and no statement had it before.
pub(super) async fn taken_elsewhere(tx: &mut TenantTx, line: &NewLine, debt: Option<&Receivable>) -> AppResult<Option<Judgement>> {
    let words = words(line);
    let Some((payment, method)) = store::payment_elsewhere(tx, line, &words, debt.map(|debt| debt.payable_id)).await? else {
        return Ok(None);
    };
    let judged = arrive(tx, line, Account::clearing(&method)).await?;
    Ok(Some(judged.of(payment)))
}

/// An entry that put the same amount on its way to or from the bank: the one that the line names, or, if `lone` is enough, the only one.
pub(super) async fn on_the_way(tx: &mut TenantTx, line: &NewLine, lone: bool) -> AppResult<Option<Judgement>> {
    let from = line.day.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(NaiveDate::MIN);
    let to = line.day.checked_add_days(Days::new(DAYS_AFTER)).unwrap_or(NaiveDate::MAX);
    let sent = store::on_the_way(tx, line.gross, from, to).await?;
    let words = words(line);
    let named = sent.iter().find(|(_, description)| told_in(description).any(|word| words.contains(&word)));
    let Some((entry, _)) = named.or_else(|| sent.first().filter(|_| lone && sent.len() == 1)) else { return Ok(None) };
    let judged = arrive(tx, line, Account::bank()).await?;
    Ok(Some(Judgement { clears: Some(*entry), ..judged }))
}

/// Books the arrival: out of where the money was, into the statement's account.
async fn arrive(tx: &mut TenantTx, line: &NewLine, from: Account) -> AppResult<Judgement> {
    let source = ("statement_line", line.id);
    let entry = Entry {
        kind: "statement_transit",
        description: format!("Arrived {}", line.provider_ref),
        source,
        business_date: day_of(tx, line, &from).await?,
        lines: Line::transfer(from, Account::clearing(&line.method), line.gross)?,
    };
    journal::post(tx, entry).await?;
    Ok(Judgement::matched(source))
}

/// What might be an id among the words of a line.
pub(super) fn words(line: &NewLine) -> Vec<String> {
    let texts = [line.receipt.as_deref(), line.reference.as_deref(), line.counterparty.as_deref()];
    texts.into_iter().flatten().flat_map(told_in).take(60).collect()
}

/// Words that hold a digit and are long enough to name something.
fn told_in(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.len() >= 5 && word.chars().any(|c| c.is_ascii_digit())).map(str::to_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::told_in;

    #[test]
    fn ids_are_told_from_words() {
        let told: Vec<String> = told_in("Remittance REM-2026-00001 to Mfano Insurance, ref ft26324x 12").collect();
        assert_eq!(told, ["REM-2026-00001", "FT26324X"]);
    }
}
