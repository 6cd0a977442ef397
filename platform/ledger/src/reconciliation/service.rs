//! Importing statements and reading how the days stand.

use std::collections::{BTreeMap, btree_map::Entry};

use bytes::Bytes;
use chrono::NaiveDate;
use kernel::{
    App, AppError, AppResult, Kind, ReadTx, Scope, TenantTx,
    audit::Change,
    money::{Currency, Money},
    paging::{Page, PageRequest},
};
use ports::payment::{PaymentGateway, PaymentMethod, ProviderState, StatementLine};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Book, BookAs, BookKind, DayStatus, ImportFilter, ImportId, LineFilter, LineState, StatementImport, StatementImportRecord, StatementImported,
    StatementLineId, StatementLineView, books,
    error::StatementError,
    formats::{self, Format, FormatError},
    matching::{judge, post, settle},
    model::{NewLine, provider_state},
    store,
};
use crate::{
    accounts::Account,
    bank_accounts,
    columns::clean,
    payments::PaymentId,
    receipts::{self, ReceiptState},
    receivables::Receivable,
};

/// The most lines that one file may have.
pub const MAX_LINES: usize = 20_000;

/// What one file contained.
#[derive(Debug, Clone)]
pub struct Import {
    pub book: Book,
    pub file_name: String,
    pub file_hash: [u8; 32],
    pub lines: Vec<StatementLine>,
}

/// Reads a file of a book: the first of two steps, taken before the transaction that calls [`import`]. The plugin behind a method on
/// offer reads first; what it refuses, and files of all other books, may be in any format of banks.
///
/// # Errors
/// `payment.method_unavailable`; `statement.unreadable` if the plugin refuses the file and no format fits; `statement.too_long`; those
/// of the formats and the port.
pub async fn read(app: &App, scope: &Scope, code: &str, file_name: &str, file: Bytes) -> AppResult<Import> {
    let book = books::find(app, scope, code).await?;
    let file_hash = Sha256::digest(&file).into();
    let lines = match book.kind {
        BookKind::Offered => match app.port::<dyn PaymentGateway>()?.read_statement(scope, book.method.installation, file.clone()).await {
            Ok(lines) => lines,
            Err(ports::PortError::Rejected { message, .. }) => match read_as_bank(scope, &book, &file).await {
                Ok(lines) => lines,
                Err(_) => return Err(AppError::new(Kind::Invalid, "statement.unreadable").with("detail", message)),
            },
            Err(other) => return Err(other.into()),
        },
        BookKind::Former | BookKind::Bank => read_as_bank(scope, &book, &file).await?,
    };
    if lines.len() > MAX_LINES {
        return Err(FormatError::TooLong(MAX_LINES).into());
    }
    Ok(Import { book, file_name: clean(file_name, 200).unwrap_or_else(|| "statement".to_owned()), file_hash, lines })
}

async fn read_as_bank(scope: &Scope, book: &Book, file: &[u8]) -> AppResult<Vec<StatementLine>> {
    let format = Format::of(file).ok_or(FormatError::Unknown)?;
    let code = book.method.currencies.first().map(String::as_str).unwrap_or_default();
    let currency = Currency::from_code(code).unwrap_or(scope.tenant.currency);
    let mapping = {
        let mut tx = scope.begin_read().await?;
        bank_accounts::mapping(&mut tx, &book.method.method).await?
    };
    let account = formats::Account { currency, number: &book.number };
    let lines = formats::read(format, file, mapping.as_ref(), &account)?;
    Ok(formats::statement_lines(lines, scope.tenant.time_zone, book.kind == BookKind::Bank))
}

/// Stores the lines that are new, settles what they prove, and lists what differs. Importing again changes nothing.
///
/// # Errors
/// Those of the database.
pub async fn import(tx: &mut TenantTx, file: Import) -> AppResult<StatementImportRecord> {
    let installation = file.book.method.installation;
    // Imports wait for each other, so that a line is judged once.
    store::lock_imports(tx).await?;
    let read: Vec<(NewLine, ProviderState)> = file.lines.iter().filter_map(|line| new_line(tx, &file.book.method, line)).collect();
    let known = store::known(tx, installation, read.iter().map(|(line, _)| line)).await?;
    let mut fresh: BTreeMap<Key, (NewLine, ProviderState, bool)> = BTreeMap::new();
    // A file may tell one movement twice, on its way and done: what is final counts, wherever it stands.
    let mut take = |key: Key, line: (NewLine, ProviderState, bool)| match fresh.entry(key) {
        Entry::Occupied(mut there) if is_final(line.1) || !is_final(there.get().1) => {
            there.insert(line);
        }
        Entry::Occupied(_) => {}
        Entry::Vacant(free) => {
            free.insert(line);
        }
    };
    for (line, state) in read {
        let key = Key::of(&line);
        match known.get(&(key.0.clone(), key.1.clone(), key.2)) {
            // Not final when it was stored; now it is.
            Some((id, word)) if matches!(word.as_str(), "pending" | "needs-action") && line.provider_state != word => {
                take(key, (NewLine { id: *id, ..line }, state, true));
            }
            Some(_) => {}
            None => {
                take(key, (line, state, false));
            }
        }
    }
    let mut fresh: Vec<_> = fresh.into_values().collect();
    fresh.sort_by_key(|(line, _, _)| line.occurred_at);

    let id = ImportId::new();
    let added = fresh.iter().filter(|(_, _, again)| !again).count();
    store::insert_import(tx, id, &file, added).await?;
    for (line, state, again) in fresh {
        // The row comes first, since what is unmatched refers to it.
        let judged = judge(tx, &line, state, &file.book).await?;
        if again {
            store::rejudge(tx, &line, &judged).await?;
        } else {
            store::insert_line(tx, id, &line, &judged).await?;
        }
    }
    tx.audit(
        Change::of("ledger.statement.import", "statement_import", id.0)
            .set("file", file.file_name.clone())
            .set("lines_read", file.lines.len())
            .set("lines_new", added),
    )
    .await?;
    let record = record(tx, id).await?;
    let (lines_new, differences) = (i64::from(record.import.lines_new), record.import.differences);
    tx.emit(&StatementImported { import: id, method: record.import.method.clone(), lines_new, differences }).await?;
    Ok(record)
}

/// Whether the provider may still say something else.
fn is_final(state: ProviderState) -> bool {
    !matches!(state, ProviderState::Pending | ProviderState::NeedsAction)
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key(String, String, i64);

impl Key {
    fn of(line: &NewLine) -> Self {
        Self(line.kind.clone(), line.provider_ref.clone(), line.gross.minor)
    }
}

/// A line in the form in which it is stored; none if it has no id.
fn new_line(tx: &ReadTx, method: &PaymentMethod, line: &StatementLine) -> Option<(NewLine, ProviderState)> {
    let kind = match line.kind.as_str() {
        known @ ("payment" | "refund" | "payout" | "fee" | "settlement") => known,
        _ => "adjustment",
    };
    let day = line.occurred_at.with_timezone(&tx.scope().tenant.time_zone).date_naive();
    let new = NewLine {
        id: Uuid::now_v7(),
        installation: method.installation,
        method: method.method.clone(),
        provider_ref: clean(&line.provider_ref, 200)?,
        receipt: line.receipt.as_deref().and_then(|text| clean(text, 200)),
        kind: kind.to_owned(),
        provider_state: provider_state(line.state),
        gross: line.gross,
        fee: line.fee,
        reference: line.reference.as_deref().and_then(|text| clean(text, 100)),
        counterparty: line.counterparty.as_deref().and_then(|text| clean(text, 200)),
        occurred_at: line.occurred_at,
        day,
        settled_on: line.settled_on,
    };
    Some((new, line.state))
}

/// Imports, newest first.
pub async fn list(tx: &mut ReadTx, filter: &ImportFilter, page: &PageRequest) -> AppResult<Page<StatementImport>> {
    store::list_imports(tx, filter, page).await
}

/// One import, with what its provider has not.
///
/// # Errors
/// `not_found`.
pub async fn record(tx: &mut ReadTx, id: ImportId) -> AppResult<StatementImportRecord> {
    let import = store::get_import(tx, id).await?;
    let missing_at_provider = match (import.covers_from, import.covers_to) {
        (Some(from), Some(to)) => store::missing_at_provider(tx, import.installation, from, to).await?,
        _ => Vec::new(),
    };
    Ok(StatementImportRecord { import, missing_at_provider })
}

/// Lines, newest first.
pub async fn lines(tx: &mut ReadTx, filter: &LineFilter, page: &PageRequest) -> AppResult<Page<StatementLineView>> {
    store::list_lines(tx, filter, page).await
}

/// Marks a difference as explained; the reason is audited. It stays in the day's sums.
///
/// # Errors
/// `not_found` unless it is an open difference.
pub async fn resolve(tx: &mut TenantTx, id: StatementLineId, reason: &str) -> AppResult<()> {
    let reason = clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    if !store::resolve(tx, id, &reason).await? {
        return Err(AppError::not_found());
    }
    tx.audit(Change::of("ledger.statement.resolve", "statement_line", id.0).because(reason).change(
        "state",
        LineState::Difference.as_str(),
        LineState::Resolved.as_str(),
    ))
    .await
}

/// One line.
///
/// # Errors
/// `not_found`.
pub async fn get_line(tx: &mut ReadTx, id: StatementLineId) -> AppResult<StatementLineView> {
    store::get_line(tx, id).await
}

/// Says what an open difference is and books it against the statement's account. `insurer` is needed for commission only.
///
/// # Errors
/// `not_found`; `statement.not_bookable` for a line that the journal has in part, or that went the other way; `validation_error`.
pub async fn book_difference(tx: &mut TenantTx, id: StatementLineId, how: BookAs, insurer: Option<Uuid>, reason: &str) -> AppResult<()> {
    if how == BookAs::Explained {
        return resolve(tx, id, reason).await;
    }
    let reason = clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    // First the receipt, then its line: in this order everybody who decides about them locks them.
    if let Some(receipt) = store::get_line(tx, id).await?.unmatched_receipt {
        receipts::store::lock(tx, receipt).await?;
    }
    let view = store::lock_line(tx, id).await?;
    if view.state != LineState::Difference {
        return Err(AppError::not_found());
    }
    let line = store::new_line(tx, id.0).await?;
    let only_in = matches!(how, BookAs::Returned | BookAs::Commission);
    if store::is_booked(tx, id).await? || (only_in && !line.gross.is_positive()) {
        return Err(StatementError::NotBookable.into());
    }
    let (kind, against) = match how {
        BookAs::Charge => ("statement_fee", Account::payment_fees(&line.method)),
        BookAs::Cash => ("statement_cash", Account::cash()),
        BookAs::Commission => {
            let insurer = insurer.ok_or_else(|| AppError::field("insurer", "field-required"))?;
            ("statement_commission", Account::commission_receivable(insurer))
        }
        BookAs::Returned => ("statement_return", Account::bank()),
        BookAs::Explained | BookAs::Transfer => ("statement_transfer", Account::bank()),
    };
    post(tx, &line, kind, &reason, against).await?;
    store::mark_booked(tx, id.0, "statement_line", id.0).await?;
    if let Some(receipt) = view.unmatched_receipt {
        receipts::store::handle(tx, receipt, ReceiptState::Matched, None, &reason).await?;
    }
    let change = Change::of("ledger.statement.book", "statement_line", id.0).because(reason).set("as", how.as_str());
    tx.audit(change.change("state", LineState::Difference.as_str(), LineState::Matched.as_str())).await
}

/// Books the line of an unmatched receipt as a payment of a debt.
pub(crate) async fn settle_debt(tx: &mut TenantTx, line: Uuid, debt: &Receivable) -> AppResult<PaymentId> {
    let line = store::new_line(tx, line).await?;
    if line.gross.currency != debt.amount.currency {
        return Err(StatementError::NotBookable.into());
    }
    let title = crate::payments::service::method_title(tx, &line.method).await?;
    let method = PaymentMethod {
        method: line.method.clone(),
        installation: line.installation,
        title: title.unwrap_or_else(|| line.method.clone()),
        currencies: vec![line.gross.currency.code().to_owned()],
        smallest_unit: 1,
        min: 1,
        max: i64::MAX,
        payer_needs: Vec::new(),
    };
    let judged = settle(tx, debt, &line, &method).await?;
    store::rejudge(tx, &line, &judged).await?;
    judged.payment.ok_or_else(|| AppError::internal("a settled line has its payment"))
}

/// How each day with statement lines stands, newest first; at most 400 days.
///
/// # Errors
/// Those of the database.
pub async fn days(tx: &mut ReadTx, method: &str, from: NaiveDate, to: NaiveDate) -> AppResult<Vec<DayStatus>> {
    let zone = tx.scope().tenant.time_zone;
    let mut days = store::days(tx, method, from, to).await?;
    for missing in store::missing_between(tx, method, from, to, zone).await? {
        let day = missing.at.with_timezone(&zone).date_naive();
        match days.iter_mut().find(|status| status.day == day && status.statement.currency == missing.amount.currency) {
            Some(status) => status.missing_at_provider += 1,
            None => {
                let zero = Money::zero(missing.amount.currency);
                days.push(DayStatus {
                    day,
                    lines: 0,
                    matched: 0,
                    open_differences: 0,
                    statement: zero,
                    booked: zero,
                    differences: zero,
                    unexplained: zero,
                    missing_at_provider: 1,
                    reconciled: false,
                });
            }
        }
    }
    for status in &mut days {
        status.reconciled = status.open_differences == 0 && status.missing_at_provider == 0 && status.unexplained.is_zero();
    }
    days.sort_by_key(|status| std::cmp::Reverse(status.day));
    Ok(days)
}
