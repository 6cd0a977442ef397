//! Judging what is stored, a batch in a transaction. What holds: a line is judged in the transaction that books what it proves and
//! writes down the judgement, in the order in which the movements happened; imports of a tenant wait for each other batch by batch.

use kernel::{AppResult, TenantTx};

use super::{
    Book, ImportId, StatementImported,
    matching::{judge, unexplained},
    model::{Judgement, NewLine},
    store,
    traces::Traces,
};
use crate::receipts;

/// Lines that one transaction of a job judges.
const BATCH: i64 = 100;

/// Judges the oldest lines of a book that wait, a batch of them. True if there may be more.
pub(super) async fn judge_next(tx: &mut TenantTx, book: &Book) -> AppResult<bool> {
    store::lock_imports(tx).await?;
    let lines = store::list_waiting(tx, book.method.installation, BATCH).await?;
    let more = i64::try_from(lines.len()).is_ok_and(|count| count == BATCH);
    let mut traces = Traces::of(tx, book, &lines).await?;
    let mut strangers: Vec<(NewLine, Judgement)> = Vec::new();
    for (line, state) in lines {
        let judged = if traces.touch(&line) {
            // What is settled closes what is open under its ids, so that has to be written before.
            if strangers.iter().any(|(before, _)| before.shares_id_with(&line)) {
                keep(tx, &mut strangers).await?;
            }
            judge(tx, &line, state, book).await?
        } else {
            unexplained(&line, state)
        };
        if judged.is_bound() {
            store::rejudge(tx, &line, &judged).await?;
            traces.learn(&line);
        } else {
            strangers.push((line, judged));
        }
    }
    keep(tx, &mut strangers).await?;
    Ok(more)
}

/// Writes down lines that belong to nothing of ours.
async fn keep(tx: &mut TenantTx, strangers: &mut Vec<(NewLine, Judgement)>) -> AppResult<()> {
    if strangers.is_empty() {
        return Ok(());
    }
    let receipts: Vec<_> = strangers.iter().filter_map(|(line, judged)| Some((judged.receipt?, line))).collect();
    receipts::store::insert_lines(tx, &receipts).await?;
    store::update_unbound(tx, strangers).await?;
    strangers.clear();
    Ok(())
}

/// Says that every line of an import has been judged.
pub(super) async fn announce(tx: &mut TenantTx, id: ImportId) -> AppResult<()> {
    let import = store::get_import(tx, id).await?;
    let (lines_new, differences) = (i64::from(import.lines_new), import.differences);
    tx.emit(&StatementImported { import: id, method: import.method, lines_new, differences }).await
}
