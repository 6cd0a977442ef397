//! Taking a statement in: its file is read, and what it says anew is stored. What is stored waits to be judged: a short statement is
//! judged at once, a long one in the background.

use std::collections::{BTreeMap, btree_map::Entry};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use kernel::{App, AppError, AppResult, Kind, ReadTx, Scope, TenantTx, audit::Change, money::Currency};
use ports::{
    PortError,
    payment::{PaymentGateway, PaymentMethod, ProviderState, StatementLine},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Book, BookKind, ImportId, StatementImportRecord, UnreadRow, Unreadable, batches, books, earlier_names,
    formats::{self, Format, FormatError},
    jobs::MatchStatement,
    model::{Name, NewLine, provider_state},
    service, store,
};
use crate::{bank_accounts, columns::clean, moments::start_of, payments::PaymentError};

/// The most lines that one file may have.
pub const MAX_LINES: usize = 20_000;

/// Lines that are judged in the request that brings them; more are left to a job.
const AT_ONCE: i64 = 200;

/// What one file contained.
#[derive(Debug, Clone)]
pub struct Import {
    pub book: Book,
    pub file_name: String,
    pub file_hash: [u8; 32],
    pub lines: Vec<StatementLine>,
    /// Rows that say nothing.
    pub unread: Vec<UnreadRow>,
    /// The whole day that it is of, if it was fetched.
    pub day: Option<NaiveDate>,
}

impl Import {
    /// What a book's file says. A line without an id is never known again, and is not taken.
    pub(super) fn of(book: Book, file_name: String, file_hash: [u8; 32], lines: Vec<StatementLine>) -> Self {
        let nameless = (1..).zip(&lines).filter(|(_, line)| clean(&line.provider_ref, 200).is_none());
        let unread = nameless.take(formats::MAX_UNREAD).map(|(row, _)| UnreadRow { row, why: Unreadable::Name }).collect();
        Self { book, file_name, file_hash, lines, unread, day: None }
    }

    /// The first and the last moment of which it tells.
    pub(super) fn covers(&self, zone: Tz) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let moments = || self.lines.iter().map(|line| line.occurred_at);
        match self.day {
            Some(day) => (Some(start_of(day, zone)), day.succ_opt().map(|next| start_of(next, zone) - TimeDelta::microseconds(1))),
            None => (moments().min(), moments().max()),
        }
    }
}

/// Reads a file of a book: the first of two steps, taken before the transaction that calls [`import`]. The plugin behind a method on
/// offer reads first; what it refuses, and files of all other books, may be in any format of banks.
///
/// # Errors
/// `payment.method_unavailable`; `statement.unreadable` if the plugin refuses the file and no format fits; `statement.too_long`; those
/// of the formats and the port.
pub async fn read(app: &App, scope: &Scope, code: &str, file_name: &str, file: Bytes) -> AppResult<Import> {
    let books = books::named(app, scope, code).await?;
    let file_hash = Sha256::digest(&file).into();
    let (book, lines, unread) = read_by_any(app, scope, books, &file).await?;
    if lines.len() > MAX_LINES {
        return Err(FormatError::TooLong(MAX_LINES).into());
    }
    let mut import = Import::of(book, clean(file_name, 200).unwrap_or_else(|| "statement".to_owned()), file_hash, lines);
    import.unread.extend(unread);
    Ok(import)
}

/// What a file says, and the rows that were left out.
type Told = (Vec<StatementLine>, Vec<UnreadRow>);

/// The file, and the book whose plugin knows it: several installations may offer a method, each with a book of its own provider.
async fn read_by_any(app: &App, scope: &Scope, books: Vec<Book>, file: &Bytes) -> AppResult<(Book, Vec<StatementLine>, Vec<UnreadRow>)> {
    let (mut refusal, mut failure) = (None, None);
    for book in books.iter().filter(|book| book.kind == BookKind::Offered) {
        match app.port::<dyn PaymentGateway>()?.read_statement(scope, book.method.installation, file.clone()).await {
            Ok(lines) => return Ok((book.clone(), lines, Vec::new())),
            Err(PortError::Rejected { message, .. }) => refusal = refusal.or(Some(message)),
            Err(other) => failure = failure.or(Some(other)),
        }
    }
    if let (None, Some(failure)) = (&refusal, failure) {
        return Err(failure.into());
    }
    let book = books.into_iter().next().ok_or(PaymentError::MethodUnavailable)?;
    match (read_as_bank(scope, &book, file).await, refusal) {
        (Ok((lines, unread)), _) => Ok((book, lines, unread)),
        (Err(_), Some(message)) => Err(AppError::new(Kind::Invalid, "statement.unreadable").with("detail", message)),
        (Err(error), None) => Err(error),
    }
}

async fn read_as_bank(scope: &Scope, book: &Book, file: &[u8]) -> AppResult<Told> {
    let format = Format::of(file).ok_or(FormatError::Unknown)?;
    let code = book.method.currencies.first().map(String::as_str).unwrap_or_default();
    let currency = Currency::from_code(code).unwrap_or(scope.tenant.currency);
    let mapping = {
        let mut tx = scope.begin_read().await?;
        bank_accounts::mapping(&mut tx, &book.method.method).await?
    };
    let account = formats::Account { currency, number: &book.number };
    let reading = formats::read(format, file, mapping.as_ref(), &account)?;
    let lines = formats::statement_lines(reading.lines, scope.tenant.time_zone, book.kind == BookKind::Bank);
    Ok((lines, reading.unread.iter().filter_map(FormatError::row).collect()))
}

/// Stores the lines that are new, and has them judged: what they prove is settled, what differs is listed. Importing again changes
/// nothing, also while the first import is still at work.
///
/// # Errors
/// `sight.limited`: payments out of sight would count as missing.
pub async fn import(tx: &mut TenantTx, file: Import) -> AppResult<StatementImportRecord> {
    tx.scope().needs_all_sight()?;
    // Imports wait for each other, so that a line is stored once.
    store::lock_imports(tx).await?;
    let id = ImportId::new();
    let News { fresh, settled } = news(tx, &file).await?;
    store::insert_import(tx, id, &file, fresh.len()).await?;
    store::insert_waiting(tx, id, &file.book.method, &fresh).await?;
    store::update_waiting(tx, &settled).await?;
    tx.audit(
        Change::of("ledger.statement.import", "statement_import", id.0)
            .set("file", file.file_name.clone())
            .set("lines_read", file.lines.len())
            .set("lines_new", fresh.len())
            .set("rows_unread", file.unread.len()),
    )
    .await?;
    if store::count_waiting(tx, file.book.method.installation).await? <= AT_ONCE {
        while batches::judge_next(tx, &file.book).await? {}
        batches::announce(tx, id).await?;
    } else {
        tx.enqueue(&MatchStatement { import: id }).await?;
    }
    service::record(tx, id).await
}

/// What a file says that is not stored.
struct News {
    /// Lines that no earlier file had.
    fresh: Vec<NewLine>,
    /// Lines that are stored without the provider's final word, with that word.
    settled: Vec<NewLine>,
}

async fn news(tx: &mut ReadTx, file: &Import) -> AppResult<News> {
    let installation = file.book.method.installation;
    let read: Vec<(NewLine, ProviderState)> = file.lines.iter().filter_map(|line| new_line(tx, &file.book.method, line)).collect();
    let mut known = store::known(tx, installation, read.iter().map(|(line, _)| line)).await?;
    if file.book.kind == BookKind::Bank {
        earlier_names::recognise(tx, installation, &read, &mut known).await?;
    }
    let mut found: BTreeMap<Name, (NewLine, ProviderState, bool)> = BTreeMap::new();
    // A file may tell one movement twice, on its way and done: what is final counts, wherever it stands.
    let mut take = |line: (NewLine, ProviderState, bool)| match found.entry(line.0.name()) {
        Entry::Occupied(mut there) if is_final(line.1) || !is_final(there.get().1) => {
            there.insert(line);
        }
        Entry::Occupied(_) => {}
        Entry::Vacant(free) => {
            free.insert(line);
        }
    };
    for (line, state) in read {
        match known.get(&line.name()) {
            // Not final when it was stored; now it is.
            Some((id, word)) if matches!(word.as_str(), "pending" | "needs-action") && line.provider_state != word => {
                take((NewLine { id: *id, ..line }, state, true));
            }
            Some(_) => {}
            None => take((line, state, false)),
        }
    }
    let (settled, fresh): (Vec<_>, Vec<_>) = found.into_values().partition(|(_, _, stored)| *stored);
    let lines = |taken: Vec<(NewLine, ProviderState, bool)>| taken.into_iter().map(|(line, _, _)| line).collect();
    Ok(News { fresh: lines(fresh), settled: lines(settled) })
}

/// Whether the provider may still say something else.
fn is_final(state: ProviderState) -> bool {
    !matches!(state, ProviderState::Pending | ProviderState::NeedsAction)
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
        // A charge is stored in the currency of its line.
        fee: line.fee.filter(|fee| fee.currency == line.gross.currency),
        reference: line.reference.as_deref().and_then(|text| clean(text, 100)),
        counterparty: line.counterparty.as_deref().and_then(|text| clean(text, 200)),
        occurred_at: line.occurred_at,
        day,
        settled_on: line.settled_on,
    };
    Some((new, line.state))
}
