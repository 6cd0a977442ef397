//! What the ledger knows of the lines of a batch, asked once for all of them. Most lines of a long statement are payments that were
//! received already, or leave no trace: they are judged without asking again, line by line.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use kernel::{AppResult, ReadTx, money::Money};
use ports::payment::ProviderState;
use uuid::Uuid;

use super::{
    Book, BookKind,
    matching::comes,
    model::{Judgement, NewLine},
    store, transit,
};
use crate::payments::PaymentId;

/// A payment that a line names by an id of the provider's.
pub(crate) struct Received {
    pub line: Uuid,
    pub id: PaymentId,
    pub reference: String,
    pub provider_ref: Option<String>,
    pub receipt: Option<String>,
    pub amount: Money,
    /// It is received, no line was it yet, and the line can add nothing to what is known of it.
    pub is_settled: bool,
}

impl Received {
    /// Everything that a later line may call it.
    pub fn names(&self) -> impl Iterator<Item = String> {
        [Some(self.reference.clone()), self.provider_ref.clone(), self.receipt.clone()].into_iter().flatten()
    }
}

pub(super) struct Traces {
    /// Ids, receipts and references that something of ours carries.
    words: HashSet<String>,
    /// Amounts that are on their way to or from the bank.
    amounts: HashSet<i64>,
    /// By line: the payment that it is, and nothing but that.
    received: HashMap<Uuid, Received>,
}

impl Traces {
    pub async fn of(tx: &mut ReadTx, book: &Book, lines: &[(NewLine, ProviderState)]) -> AppResult<Self> {
        let asked: HashSet<String> = lines.iter().flat_map(|(line, _)| told(line)).collect();
        let words = store::words_of_ours(tx, &asked.into_iter().collect::<Vec<_>>()).await?;
        let amounts = if book.kind == BookKind::Bank { amounts(tx, lines).await? } else { HashSet::new() };
        let coming: Vec<&NewLine> =
            lines.iter().filter(|(line, state)| line.kind == "payment" && comes(line, *state)).map(|(line, _)| line).collect();
        let received = only(store::payments_named(tx, book.method.installation, &coming).await?);
        Ok(Self { words: words.into_iter().collect(), amounts, received })
    }

    /// The payment that this line is without any doubt.
    pub fn take_received(&mut self, line: &NewLine) -> Option<Received> {
        self.received.remove(&line.id)
    }

    /// Whether the ledger may know something of this line, or has something to book by it in any case.
    pub fn touch(&self, line: &NewLine) -> bool {
        matches!(line.kind.as_str(), "fee" | "settlement")
            || self.amounts.contains(&line.gross.minor)
            || told(line).iter().any(|word| self.words.contains(word))
    }

    /// A payment now carries the ids of this line; and if the line is that payment, those that come after it are not.
    pub fn learn(&mut self, line: &NewLine, judgement: &Judgement) {
        self.words.extend(line.ids());
        if line.kind == "payment" {
            self.received.retain(|_, payment| Some(payment.id) != judgement.payment);
        }
    }
}

/// Of the payments that lines name those that need no second look: named by one line, which names no other.
fn only(named: Vec<Received>) -> HashMap<Uuid, Received> {
    let (mut lines, mut payments): (HashMap<Uuid, usize>, HashMap<PaymentId, usize>) = (HashMap::new(), HashMap::new());
    for one in &named {
        *lines.entry(one.line).or_default() += 1;
        *payments.entry(one.id).or_default() += 1;
    }
    let alone = |one: &Received| lines.get(&one.line) == Some(&1) && payments.get(&one.id) == Some(&1);
    named.into_iter().filter(|one| one.is_settled && alone(one)).map(|one| (one.line, one)).collect()
}

/// Everything in a line that may name something of ours.
fn told(line: &NewLine) -> Vec<String> {
    let mut told = transit::words(line);
    told.extend(line.ids());
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
