//! Statements, for staff.

use axum::{body::Bytes, extract::State};
use chrono::{Days, NaiveDate};
use kernel::{
    App, AppError, AppResult, Kind,
    http::{Json, Once, Path, Query, Staff, error::ErrorBody, multipart::MAX_FILE_BYTES},
    idempotency::StoredAnswer,
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{
    Book, BookAs, DayStatus, DecisionState, ImportFilter, ImportId, LineFilter, LineState, StatementImport, StatementImportRecord, StatementLineId,
    StatementLineView, book_difference, books, intake, resolve, service,
};
use crate::{
    accounts::Account,
    journal,
    permissions::{PAYMENT_READ, PAYMENT_SETTLE, STATEMENT_IMPORT},
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// The payment method whose provider wrote the file.
    method: String,
    /// The file's name, for the list.
    #[serde(default)]
    file_name: String,
}

/// Imports a statement file, sent as it was downloaded from the provider. Importing again changes nothing. Lines of a long file are
/// matched in the background: `waiting` says how many are left. Rows that cannot be read are left out and listed under `unread`: send the
/// file again when they are mended.
#[utoipa::path(post, path = "/ledger/statements", tag = "ledger", params(ImportQuery), request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, body = StatementImportRecord), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn import_statement(
    State(app): State<App>,
    who: Staff,
    Query(query): Query<ImportQuery>,
    file: Bytes,
) -> AppResult<Json<StatementImportRecord>> {
    if file.is_empty() {
        return Err(AppError::malformed("body"));
    }
    if file.len() > MAX_FILE_BYTES {
        return Err(AppError::new(Kind::TooLarge, "too_large").with("limit", MAX_FILE_BYTES.to_string()));
    }
    let import = intake::read(&app, &who.scope, &query.method, &query.file_name, file).await?;
    let mut tx = who.begin_write().await?;
    let record = intake::import(&mut tx, import).await?;
    tx.commit().await?;
    Ok(Json(record))
}

/// Imported files, newest first.
#[utoipa::path(get, path = "/ledger/statements", tag = "ledger", params(ImportFilter, PageRequest), responses((status = 200, body = Page<StatementImport>)))]
async fn list_statements(who: Staff, Query(filter): Query<ImportFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<StatementImport>>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::list(&mut tx, &filter, &page).await?))
}

/// One imported file, with payments of its time that it does not contain.
#[utoipa::path(get, path = "/ledger/statements/{id}", tag = "ledger", params(("id" = Uuid, Path)),
    responses((status = 200, body = StatementImportRecord), (status = 404, body = ErrorBody)))]
async fn statement_record(who: Staff, Path(id): Path<ImportId>) -> AppResult<Json<StatementImportRecord>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::record(&mut tx, id).await?))
}

/// Lines of statements, newest first; `state=difference` lists what is open.
#[utoipa::path(get, path = "/ledger/statement-lines", tag = "ledger", params(LineFilter, PageRequest), responses((status = 200, body = Page<StatementLineView>)))]
async fn list_statement_lines(
    who: Staff,
    Query(filter): Query<LineFilter>,
    Query(page): Query<PageRequest>,
) -> AppResult<Json<Page<StatementLineView>>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::lines(&mut tx, &filter, &page).await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct ResolveLine {
    /// What explains the difference. Kept in the audit.
    reason: String,
}

/// Marks a difference as explained. Above the limit of money taken by hand another person approves it first.
#[utoipa::path(post, path = "/ledger/statement-lines/{id}/resolve", tag = "ledger", params(("id" = Uuid, Path)), request_body = ResolveLine,
    responses((status = 200, body = serde_json::Value), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn resolve_line(who: Staff, Path(id): Path<StatementLineId>, Json(body): Json<ResolveLine>) -> AppResult<Json<serde_json::Value>> {
    let mut tx = who.begin_write().await?;
    let state = match resolve(&mut tx, id, &body.reason).await? {
        DecisionState::Done => LineState::Resolved.as_str(),
        waits => waits.as_str(),
    };
    tx.commit().await?;
    Ok(Json(serde_json::json!({ "state": state })))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct BookLine {
    /// What it turned out to be.
    r#as: BookAs,
    /// For commission: one that owes us some, or owed.
    insurer: Option<Uuid>,
    /// Kept in the audit.
    reason: String,
}

/// Says what a difference is and books it against the statement's account. Above the limit of money taken by hand another person approves
/// it first; the line then names the decision that waits.
#[utoipa::path(post, path = "/ledger/statement-lines/{id}/book", tag = "ledger", params(("id" = StatementLineId, Path), ("Idempotency-Key" = String, Header)),
    request_body = BookLine,
    responses((status = 200, body = StatementLineView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn book_line(who: Staff, Path(id): Path<StatementLineId>, request: Once<BookLine>) -> AppResult<StoredAnswer> {
    let body = &request.body;
    let mut tx = who.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    if let Some(insurer) = body.insurer
        && journal::balances(&mut tx, &Account::commission_receivable(insurer)).await?.is_empty()
    {
        return Err(AppError::field("insurer", "field-invalid"));
    }
    book_difference(&mut tx, id, body.r#as, body.insurer, &body.reason).await?;
    let line = service::get_line(&mut tx, id).await?;
    tx.commit_with(&request.key, 200, &line).await
}

/// Whose statements may be imported.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BookView {
    /// What imports call it by, as `method`.
    code: String,
    title: String,
    currency: Option<String>,
    /// Of a bank account.
    number: Option<String>,
}

/// The firm's bank accounts and the payment methods whose statements may be imported.
#[utoipa::path(get, path = "/ledger/statement-books", tag = "ledger", responses((status = 200, body = Vec<BookView>)))]
async fn list_books(State(app): State<App>, who: Staff) -> AppResult<Json<Vec<BookView>>> {
    let view = |book: Book| BookView {
        code: book.method.method,
        title: book.method.title,
        currency: book.method.currencies.into_iter().next(),
        number: Some(book.number).filter(|number| !number.is_empty()),
    };
    Ok(Json(books(&app, &who.scope).await?.into_iter().map(view).collect()))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct DaysQuery {
    method: String,
    /// Thirty days before `to` if not given.
    from: Option<NaiveDate>,
    /// Today if not given.
    to: Option<NaiveDate>,
}

/// How each business day of a method stands: the statement against the journal.
#[utoipa::path(get, path = "/ledger/reconciliation", tag = "ledger", params(DaysQuery), responses((status = 200, body = Vec<DayStatus>)))]
async fn reconciliation_days(who: Staff, Query(query): Query<DaysQuery>) -> AppResult<Json<Vec<DayStatus>>> {
    let to = query.to.unwrap_or_else(|| who.scope.today());
    let from = query.from.or_else(|| to.checked_sub_days(Days::new(30))).unwrap_or(to);
    let mut tx = who.begin_read().await?;
    Ok(Json(service::days(&mut tx, &query.method, from, to).await?))
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(STATEMENT_IMPORT), routes!(import_statement))
        .api(Access::Staff(PAYMENT_READ), routes!(list_statements))
        .api(Access::Staff(PAYMENT_READ), routes!(statement_record))
        .api(Access::Staff(PAYMENT_READ), routes!(list_statement_lines))
        .api(Access::Staff(PAYMENT_SETTLE), routes!(resolve_line))
        .api(Access::Staff(PAYMENT_SETTLE), routes!(book_line))
        .api(Access::Staff(PAYMENT_READ), routes!(list_books))
        .api(Access::Staff(PAYMENT_READ), routes!(reconciliation_days))
}
