//! What the ledger knows of the lines of a batch, asked once for all of them. Most lines of a long statement leave no trace: they are
//! judged without asking again, line by line.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use kernel::{AppResult, ReadTx};
use ports::payment::ProviderState;

use super::{Book, BookKind, model::NewLine, store, transit};
use crate::reference::Reference;

pub(super) struct Traces {
    /// Ids, receipts and references that something of ours carries.
    words: HashSet<String>,
    /// Amounts that are on their way to or from the bank.
    amounts: HashSet<i64>,
}

impl Traces {
    pub async fn of(tx: &mut ReadTx, book: &Book, lines: &[(NewLine, ProviderState)]) -> AppResult<Self> {
        let asked: HashSet<String> = lines.iter().flat_map(|(line, _)| told(line)).collect();
        let words = store::words_of_ours(tx, &asked.into_iter().collect::<Vec<_>>()).await?;
        let amounts = if book.kind == BookKind::Bank { amounts(tx, lines).await? } else { HashSet::new() };
        Ok(Self { words: words.into_iter().collect(), amounts })
    }

    /// Whether the ledger may know something of this line, or has something to book by it in any case.
    pub fn touch(&self, line: &NewLine) -> bool {
        matches!(line.kind.as_str(), "fee" | "settlement")
            || self.amounts.contains(&line.gross.minor)
            || told(line).iter().any(|word| self.words.contains(word))
    }

    /// A payment now carries the ids of this line; those that come after it may name them.
    pub fn learn(&mut self, line: &NewLine) {
        self.words.extend(std::iter::once(line.provider_ref.clone()).chain(line.receipt.clone()));
    }
}

/// Everything in a line that may name something of ours.
fn told(line: &NewLine) -> Vec<String> {
    let reference = line.reference.as_deref().and_then(Reference::parse).map(|reference| reference.to_string());
    let mut told = transit::words(line);
    told.extend([Some(line.provider_ref.clone()), line.receipt.clone(), reference].into_iter().flatten());
    told
}

async fn amounts(tx: &mut ReadTx, lines: &[(NewLine, ProviderState)]) -> AppResult<HashSet<i64>> {
    let days = || lines.iter().map(|(line, _)| line.day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return Ok(HashSet::new()) };
    let from = first.checked_sub_days(Days::new(transit::DAYS_BEFORE)).unwrap_or(NaiveDate::MIN);
    let to = last.checked_add_days(Days::new(transit::DAYS_AFTER)).unwrap_or(NaiveDate::MAX);
    let asked: HashSet<i64> = lines.iter().map(|(line, _)| line.gross.minor).collect();
    let found = store::amounts_on_the_way(tx, &asked.into_iter().collect::<Vec<_>>(), from, to).await?;
    Ok(found.into_iter().collect())
}
