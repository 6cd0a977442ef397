//! Making batches, writing their files, taking answers. The caller commits.

use std::collections::HashMap;

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    money::Money,
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{
    Batch, BatchError, BatchId, BatchItem, BatchRecord, BatchState, Layout, NewBatch, Outcome, ResultFile, ResultLine, ResultMapping, Verdict,
    answers::{self, Line, Said},
    layout as layouts, pain001 as pain, store,
};
use crate::{
    accounts::Account,
    bank_accounts::{self, BankAccountId, BankAccountState},
    columns::clean,
    payouts::{self, Payout, PayoutId, PayoutWay, Settled},
};

/// The most payouts of one file.
pub const MAX_PAYOUTS: usize = 500;

/// Puts approved payouts into a file for the bank of an account; they are under way from now on.
///
/// # Errors
/// `validation_error` without payouts, or for a day that is over; `not_found`; `payout_batch.account_closed`, `payout_batch.too_many`,
/// `payout_batch.currency`, `payout_batch.not_by_bank`; `payout_batch.payout_taken` for a payout that is not approved or in another batch; `refund.balance_used`.
pub async fn create(tx: &mut TenantTx, new: NewBatch) -> AppResult<Batch> {
    let user = person(tx)?;
    let mut fields = Fields::new();
    if new.payouts.is_empty() {
        fields.add("payouts", "field-required");
    }
    if new.execute_on < tx.scope().today() {
        fields.add("execute_on", "field-invalid");
    }
    fields.finish()?;
    if new.payouts.len() > MAX_PAYOUTS {
        return Err(BatchError::TooMany { max: MAX_PAYOUTS }.into());
    }
    let account = bank_accounts::get(tx, new.account).await?;
    if account.state != BankAccountState::Active {
        return Err(BatchError::AccountClosed.into());
    }
    let mut ids = new.payouts;
    // In one order, so that two batches of the same payouts wait for each other instead of blocking each other.
    ids.sort_unstable();
    ids.dedup();
    let mut sent = Vec::with_capacity(ids.len());
    for id in ids {
        let mut payout = payouts::lock(tx, id).await?;
        if payout.to.way == PayoutWay::Original {
            return Err(BatchError::NotByBank.into());
        }
        if payout.amount.currency != account.currency {
            return Err(BatchError::Currency.into());
        }
        payouts::send(tx, &mut payout, user).await.map_err(taken)?;
        sent.push(payout);
    }
    let batch = Batch {
        id: BatchId::new(),
        number: tx.next_number("PB").await?,
        account: account.id,
        execute_on: new.execute_on,
        state: BatchState::Open,
        payout_count: i32::try_from(sent.len()).map_err(AppError::internal)?,
        total: Money::sum(account.currency, sent.iter().map(|payout| payout.amount))?,
        created_by: user,
        withdrawn_reason: None,
        version: 1,
        created_at: tx.scope().now(),
    };
    store::insert(tx, &batch).await?;
    let payouts: Vec<Uuid> = sent.iter().map(|payout| payout.id.0).collect();
    let references: Vec<String> = sent.iter().map(Payout::reference).collect();
    store::insert_items(tx, batch.id, &payouts, &references).await?;
    let change = Change::of("ledger.payout_batch.create", "payout_batch", batch.id.0)
        .set("number", batch.number.clone())
        .set("account", account.code)
        .set("total", batch.total.to_string())
        .set("payouts", batch.payout_count);
    tx.audit(change).await?;
    Ok(batch)
}

/// A payout that cannot be sent is no longer what was picked.
fn taken(error: AppError) -> AppError {
    if error.is("payout.wrong_state") { BatchError::PayoutTaken.into() } else { error }
}

/// Gives up a batch whose file the bank was never given: its payouts are ready to be sent again.
///
/// # Errors
/// `not_found`, `payout_batch.changed`; `payout_batch.wrong_state` unless it is open; `payout_batch.answered` once the bank has said
/// something final; the reason is required.
pub async fn withdraw(tx: &mut TenantTx, id: BatchId, version: i32, reason: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, 300);
    fields.finish()?;
    let batch = store::lock(tx, id).await?;
    if batch.version != version {
        return Err(BatchError::Changed.into());
    }
    if batch.state != BatchState::Open {
        return Err(BatchError::WrongState.into());
    }
    let items = store::items(tx, id).await?;
    if items.iter().any(|item| item.outcome != Outcome::Open) {
        return Err(BatchError::Answered.into());
    }
    for item in items {
        let mut payout = payouts::lock(tx, item.payout).await?;
        payouts::release(tx, &mut payout).await?;
        store::settle_item(tx, item.id, Outcome::Withdrawn, None, None).await?;
    }
    store::update(tx, &Batch { state: BatchState::Withdrawn, withdrawn_reason: Some(reason.clone()), ..batch }).await?;
    tx.audit(Change::of("ledger.payout_batch.withdraw", "payout_batch", id.0).because(reason).change("state", "open", "withdrawn")).await
}

/// The file as pain.001.001.09, with its name.
///
/// # Errors
/// `not_found`; `payout_batch.wrong_state` if it was withdrawn.
pub async fn pain001(tx: &mut ReadTx, id: BatchId) -> AppResult<(String, Vec<u8>)> {
    let (batch, items) = content(tx, id).await?;
    let account = bank_accounts::get(tx, batch.account).await?;
    let (debtor, now) = (tx.scope().tenant.name.clone(), tx.scope().now());
    Ok((format!("{}.xml", batch.number), pain::write(&debtor, &account, &batch, &items, now)?))
}

/// The file as CSV in the layout of its account, with its name.
///
/// # Errors
/// `not_found`; `payout_batch.wrong_state` if it was withdrawn.
pub async fn csv(tx: &mut ReadTx, id: BatchId) -> AppResult<(String, Vec<u8>)> {
    let (batch, items) = content(tx, id).await?;
    let layout = layout(tx, batch.account).await?.unwrap_or_default();
    Ok((format!("{}.csv", batch.number), layouts::write(&layout, &batch, &items)?))
}

async fn content(tx: &mut ReadTx, id: BatchId) -> AppResult<(Batch, Vec<(BatchItem, Payout)>)> {
    let batch = store::get(tx, id).await?;
    if batch.state == BatchState::Withdrawn {
        return Err(BatchError::WrongState.into());
    }
    let mut items = Vec::new();
    for item in store::items(tx, id).await? {
        let payout = payouts::get(tx, item.payout).await?;
        items.push((item, payout));
    }
    Ok((batch, items))
}

/// Takes the bank's answer to a batch: each line settles its payout, or says why it does not. The same answer again changes nothing.
///
/// # Errors
/// `not_found`; `payout_batch.wrong_state` if it was withdrawn; what is wrong with the file (`payout_answer.…`).
pub async fn take_answer(tx: &mut TenantTx, id: BatchId, file_name: &str, file: &[u8]) -> AppResult<ResultFile> {
    let user = person(tx)?;
    let batch = store::lock(tx, id).await?;
    if batch.state == BatchState::Withdrawn {
        return Err(BatchError::WrongState.into());
    }
    let mapping = store::result_mapping(tx, batch.account).await?;
    let answer = answers::read(file, &batch, mapping.as_ref())?;
    let mut items = Items::of(store::items(tx, id).await?);
    let mut lines = Vec::new();
    for line in answer.lines {
        lines.push(items.judge(tx, &batch, line).await?);
    }
    if let Some(whole) = answer.whole {
        let open: Vec<String> = items.open().map(|item| item.reference.clone()).collect();
        for reference in open {
            lines.push(items.judge(tx, &batch, Line { reference, ..whole.clone() }).await?);
        }
    }
    if batch.state == BatchState::Open && items.open().next().is_none() {
        store::update(tx, &Batch { state: BatchState::Settled, ..batch.clone() }).await?;
    }
    let taken =
        ResultFile { file_name: clean(file_name, 200).unwrap_or_else(|| "answer".to_owned()), lines, uploaded_by: user, at: tx.scope().now() };
    store::insert_answer(tx, id, &taken).await?;
    let change = Change::of("ledger.payout_batch.answer", "payout_batch", id.0)
        .set("file", taken.file_name.clone())
        .set("paid", taken.count(Verdict::Paid))
        .set("failed", taken.count(Verdict::Failed));
    tx.audit(change).await?;
    Ok(taken)
}

/// The payouts of a batch by reference, while an answer is taken.
struct Items(HashMap<String, BatchItem>);

impl Items {
    fn of(items: Vec<BatchItem>) -> Self {
        Self(items.into_iter().map(|item| (item.reference.clone(), item)).collect())
    }
    fn open(&self) -> impl Iterator<Item = &BatchItem> {
        self.0.values().filter(|item| item.outcome == Outcome::Open)
    }
    /// What a line does, and does it.
    async fn judge(&mut self, tx: &mut TenantTx, batch: &Batch, line: Line) -> AppResult<ResultLine> {
        let reason = line.reason.as_deref().and_then(|text| clean(text, 300));
        let verdict = match self.0.get_mut(&line.reference) {
            None => Verdict::UnknownReference,
            Some(item) => {
                let verdict = verdict(item, &line);
                let receipt = line.receipt.as_deref().and_then(|text| clean(text, 100));
                match verdict {
                    Verdict::Paid => {
                        let mut payout = payouts::lock(tx, item.payout).await?;
                        let on = batch.execute_on.min(tx.scope().today());
                        payouts::settle(tx, &mut payout, Settled { on, from: Account::bank(), receipt: receipt.clone() }).await?;
                        item.outcome = Outcome::Paid;
                    }
                    Verdict::Failed => {
                        let mut payout = payouts::lock(tx, item.payout).await?;
                        payouts::fail(tx, &mut payout, reason.clone().or_else(|| clean(&line.status, 300))).await?;
                        item.outcome = Outcome::Failed;
                    }
                    _ => {}
                }
                if matches!(verdict, Verdict::Paid | Verdict::Failed) {
                    store::settle_item(tx, item.id, item.outcome, receipt.as_deref(), reason.as_deref()).await?;
                }
                verdict
            }
        };
        let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(60).collect::<String>();
        Ok(ResultLine { row: line.row, reference: short(&line.reference), status: short(&line.status), reason, verdict })
    }
}

/// What a line means for a payout as it stands.
fn verdict(item: &BatchItem, line: &Line) -> Verdict {
    if line.amount.is_some_and(|minor| minor != item.amount.minor) {
        return Verdict::AmountDiffers;
    }
    match (item.outcome, line.said) {
        (_, Said::Unclear) => Verdict::UnknownWord,
        (Outcome::Open, Said::Paid) => Verdict::Paid,
        (Outcome::Open, Said::Failed) => Verdict::Failed,
        (Outcome::Open, Said::Pending) => Verdict::Pending,
        (Outcome::Paid, Said::Paid) | (Outcome::Failed, Said::Failed) | (_, Said::Pending) => Verdict::Unchanged,
        _ => Verdict::Contradicts,
    }
}

/// The CSV layout of an account; none until it was said, and then the file has every column.
pub async fn layout(tx: &mut ReadTx, account: BankAccountId) -> AppResult<Option<Layout>> {
    store::layout(tx, account).await
}

/// Keeps the CSV layout of an account.
///
/// # Errors
/// `not_found`; `validation_error`.
pub async fn save_layout(tx: &mut TenantTx, account: BankAccountId, layout: &Layout) -> AppResult<()> {
    bank_accounts::get(tx, account).await?;
    layout.check()?;
    let before = store::layout(tx, account).await?;
    store::upsert_layout(tx, account, layout).await?;
    let text = |layout: &Layout| serde_json::to_string(layout).unwrap_or_default();
    let change = Change::of("ledger.payout_layout.save", "bank_account", account.0);
    tx.audit(change.change("layout", before.as_ref().map(text).unwrap_or_default(), text(layout))).await
}

/// How CSV answers of an account's bank are read; none until it was said.
pub async fn result_mapping(tx: &mut ReadTx, account: BankAccountId) -> AppResult<Option<ResultMapping>> {
    store::result_mapping(tx, account).await
}

/// Keeps how CSV answers of an account's bank are read.
///
/// # Errors
/// `not_found`; `validation_error`.
pub async fn save_result_mapping(tx: &mut TenantTx, account: BankAccountId, mapping: &ResultMapping) -> AppResult<()> {
    bank_accounts::get(tx, account).await?;
    mapping.check()?;
    let before = store::result_mapping(tx, account).await?;
    store::upsert_result_mapping(tx, account, mapping).await?;
    let text = |mapping: &ResultMapping| serde_json::to_string(mapping).unwrap_or_default();
    let change = Change::of("ledger.payout_layout.map", "bank_account", account.0);
    tx.audit(change.change("mapping", before.as_ref().map(text).unwrap_or_default(), text(mapping))).await
}

fn person(tx: &TenantTx) -> AppResult<Uuid> {
    tx.scope().user().ok_or_else(AppError::forbidden)
}

/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: BatchId) -> AppResult<Batch> {
    store::get(tx, id).await
}

/// A batch with its payouts and the answers to it.
///
/// # Errors
/// `not_found`.
pub async fn record(tx: &mut ReadTx, id: BatchId) -> AppResult<BatchRecord> {
    let batch = store::get(tx, id).await?;
    Ok(BatchRecord { items: store::items(tx, id).await?, answers: store::answers(tx, id).await?, batch })
}

/// The batches that a payout was or is in: id, number, what became of it there; the newest first.
pub async fn of_payout(tx: &mut ReadTx, payout: PayoutId) -> AppResult<Vec<(BatchId, String, Outcome)>> {
    store::of_payout(tx, payout).await
}

/// Batches, newest first. `search` takes a whole number.
pub async fn list(tx: &mut ReadTx, state: Option<BatchState>, page: &PageRequest) -> AppResult<Page<Batch>> {
    store::list(tx, state, page).await
}
