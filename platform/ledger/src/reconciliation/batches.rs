//! Judging what is stored, a batch in a transaction. What holds: a line is judged in the transaction that books what it proves and
//! writes down the judgement, in the order in which the movements happened; imports of a tenant wait for each other batch by batch.

use kernel::{AppResult, TenantTx};

use super::{
    Book, ImportId, StatementImported,
    matching::{judge, of_received, unexplained},
    model::{Judgement, NewLine},
    store,
    traces::Traces,
};
use crate::receipts;

/// Lines that one transaction of a job judges.
const BATCH: i64 = 100;

/// A line that is judged without having changed anything else, and is written down with others.
struct Judged {
    line: NewLine,
    judgement: Judgement,
    /// What the line and its payment are known by: who asks for one of them must find the line judged.
    names: Vec<String>,
}

/// Judges the oldest lines of a book that wait, a batch of them. True if there may be more.
pub(super) async fn judge_next(tx: &mut TenantTx, book: &Book) -> AppResult<bool> {
    store::lock_imports(tx).await?;
    let lines = store::list_waiting(tx, book.method.installation, BATCH).await?;
    let more = i64::try_from(lines.len()).is_ok_and(|count| count == BATCH);
    let mut traces = Traces::of(tx, book, &lines).await?;
    let mut judged: Vec<Judged> = Vec::new();
    for (line, state) in lines {
        let mut names = line.ids();
        if judged.iter().any(|before| before.names.iter().any(|name| names.contains(name))) {
            keep(tx, book, &mut judged).await?;
        }
        let judgement = match traces.take_received(&line) {
            Some(payment) => {
                names.extend(payment.names());
                of_received(&line, payment.id, payment.amount)
            }
            None if traces.touch(&line) => {
                let judgement = judge(tx, &line, state, book).await?;
                if judgement.is_bound() {
                    store::rejudge(tx, &line, &judgement).await?;
                    traces.learn(&line, &judgement);
                    continue;
                }
                judgement
            }
            None => unexplained(&line, state),
        };
        judged.push(Judged { line, judgement, names });
    }
    keep(tx, book, &mut judged).await?;
    Ok(more)
}

/// Writes lines down as they were judged, all at once. What is open under the ids of a payment's line is no question any more.
async fn keep(tx: &mut TenantTx, book: &Book, judged: &mut Vec<Judged>) -> AppResult<()> {
    if judged.is_empty() {
        return Ok(());
    }
    let receipts: Vec<_> = judged.iter().filter_map(|one| Some((one.judgement.receipt?, &one.line))).collect();
    receipts::store::insert_lines(tx, &receipts).await?;
    let lines: Vec<_> = judged.iter().map(|one| (&one.line, &one.judgement)).collect();
    store::update_judged(tx, &lines).await?;
    let paid: Vec<_> = judged.iter().filter_map(|one| Some((one.judgement.payment?, &one.line))).collect();
    receipts::store::match_lines(tx, book.method.installation, &paid).await?;
    judged.clear();
    Ok(())
}

/// Says that every line of an import has been judged.
pub(super) async fn announce(tx: &mut TenantTx, id: ImportId) -> AppResult<()> {
    let import = store::get_import(tx, id).await?;
    let (lines_new, differences) = (i64::from(import.lines_new), import.differences);
    tx.emit(&StatementImported { import: id, method: import.method, lines_new, differences }).await
}
