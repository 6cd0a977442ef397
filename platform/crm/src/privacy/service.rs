//! Use cases of requests about personal data. The caller commits, where it brings a transaction.

use chrono::Duration;
use kernel::{
    App, AppError, AppResult, ReadTx, Scope, TenantTx,
    audit::Change,
    paging::{Page, PageRequest},
    personal_data::{Extent, Hold, Holders},
};
use ports::object::{Download, ObjectStore};

use super::{
    CustomerErased, DataRequest, DataRequestId, DataRequestRow, PrivacyFailure, RecordsLaw, RequestKind, RequestState,
    jobs::MakeCopy,
    store::{self, NewRequest},
};
use crate::customers::{self, CustomerId};

/// How long an address to a copy works.
const LINK: std::time::Duration = std::time::Duration::from_secs(15 * 60);

/// The customer's newest request of a kind.
pub async fn newest(tx: &mut ReadTx, customer: CustomerId, kind: RequestKind) -> AppResult<Option<DataRequest>> {
    store::newest(tx, customer, kind).await
}

/// Requests for staff, newest first; open: only those on which something is still to happen.
pub async fn list(tx: &mut ReadTx, open: Option<bool>, page: &PageRequest) -> AppResult<Page<DataRequestRow>> {
    store::list(tx, open, page).await
}

/// Wants a copy of everything about the calling customer.
///
/// # Errors
/// `privacy.open` while one is being made or can be downloaded.
pub async fn ask_for_copy(app: &App, tx: &mut TenantTx) -> AppResult<()> {
    let customer: CustomerId = tx.scope().customer().ok_or_else(AppError::unauthenticated)?.into();
    let law = RecordsLaw::on(app, &tx.scope().tenant, tx.scope().today())?;
    let answer_by = tx.scope().today() + Duration::days(i64::from(law.answer_days));
    let new = NewRequest { customer, kind: RequestKind::Export, answer_by, until: None };
    let request = store::insert(tx, new).await?.ok_or(PrivacyFailure::Open)?;
    tx.audit(Change::of("crm.privacy.export", "customer", customer.0).set("request", request.to_string())).await?;
    tx.enqueue(&MakeCopy { request }).await
}

/// An address at which the calling customer downloads its copy, for a quarter of an hour.
///
/// # Errors
/// `not_found` for somebody else's, and for one that is not ready or gone; `storage_unavailable`.
pub async fn copy_link(app: &App, scope: &Scope, id: DataRequestId) -> AppResult<String> {
    let mut tx = scope.begin_write().await?;
    let request = store::find(&mut tx, id).await?.filter(|request| request.state == RequestState::Ready).ok_or_else(AppError::not_found)?;
    let (Some(path), Some(until)) = (request.path, request.until) else { return Err(AppError::not_found()) };
    if until <= scope.now() {
        return Err(AppError::not_found());
    }
    tx.audit(Change::of("crm.privacy.download", "customer", request.customer.0).set("request", id.to_string())).await?;
    tx.commit().await?;
    let download = Download { valid_for: LINK, file_name: "my-data.zip".to_owned(), content_type: "application/zip".to_owned() };
    Ok(app.port::<dyn ObjectStore>()?.presign(scope.tenant.id, &path, download).await?)
}

/// What must end before the customer can be erased; empty: nothing.
pub async fn holds(app: &App, scope: &Scope, customer: CustomerId) -> AppResult<Vec<Hold>> {
    let mut tx = scope.as_system("crm.privacy.holds").begin_read().await?;
    holds_in(app, &mut tx, customer).await
}

async fn holds_in(app: &App, tx: &mut ReadTx, customer: CustomerId) -> AppResult<Vec<Hold>> {
    let mut found = Vec::new();
    for holder in &app.port::<Holders>()?.0 {
        found.extend(holder.holds(tx, customer.0).await?.into_iter().filter(|hold| hold.count > 0));
    }
    Ok(found)
}

/// Wants the customer of this scope erased, once the days in which it may take that back are over. What holds it up is looked for
/// first, since only the system sees all of it; it is looked for again when the day comes.
///
/// # Errors
/// `privacy.held` while something runs or is owed; `privacy.open`.
pub async fn ask_for_erasure(app: &App, scope: &Scope) -> AppResult<()> {
    let customer: CustomerId = scope.customer().ok_or_else(AppError::unauthenticated)?.into();
    if !holds(app, scope, customer).await?.is_empty() {
        return Err(PrivacyFailure::Held.into());
    }
    let law = RecordsLaw::on(app, &scope.tenant, scope.today())?;
    let answer_by = scope.today() + Duration::days(i64::from(law.answer_days));
    let until = scope.now() + Duration::days(i64::from(law.cooling_off_days));
    let new = NewRequest { customer, kind: RequestKind::Erasure, answer_by, until: Some(until) };
    let mut tx = scope.begin_write().await?;
    let request = store::insert(&mut tx, new).await?.ok_or(PrivacyFailure::Open)?;
    let change = Change::of("crm.privacy.erasure", "customer", customer.0).set("request", request.to_string()).set("law", law.id);
    tx.audit(change).await?;
    tx.commit().await
}

/// Takes the wish to be erased back.
///
/// # Errors
/// `privacy.too_late` once it was carried out; `not_found`.
pub async fn withdraw_erasure(tx: &mut TenantTx) -> AppResult<()> {
    let customer: CustomerId = tx.scope().customer().ok_or_else(AppError::unauthenticated)?.into();
    let request = store::newest(tx, customer, RequestKind::Erasure).await?.ok_or_else(AppError::not_found)?;
    if !store::turn(tx, request.id, RequestState::Wanted, RequestState::Withdrawn).await? {
        return Err(PrivacyFailure::TooLate.into());
    }
    tx.audit(Change::of("crm.privacy.withdraw", "customer", customer.0).set("request", request.id.to_string())).await
}

/// Carries a deletion out. What came to run or to be owed in the meantime puts it off: it stays wanted.
pub(super) async fn erase(app: &App, tx: &mut TenantTx, request: &DataRequest) -> AppResult<()> {
    let customer = request.customer;
    if !holds_in(app, tx, customer).await?.is_empty() {
        return store::put_off(tx, request.id).await;
    }
    let holders = app.port::<Holders>()?;
    let mut last = None;
    for holder in &holders.0 {
        last = last.max(holder.last_business(tx, customer.0).await?);
    }
    let today = tx.scope().today();
    let law = RecordsLaw::on(app, &tx.scope().tenant.clone(), today)?;
    let kept_until = last.map(|last| law.kept_until(last)).filter(|until| *until >= today);
    let turned = match kept_until {
        Some(until) => request.state == RequestState::Wanted && store::restrict(tx, request.id, until).await?,
        None => store::turn(tx, request.id, request.state, RequestState::Done).await?,
    };
    if !turned {
        return Ok(());
    }
    store::end_copies(tx, customer).await?;
    let extent = if kept_until.is_some() { Extent::Dispensable } else { Extent::Everything };
    for holder in &holders.0 {
        holder.erase(app, tx, customer.0, extent).await?;
    }
    let change = Change::of("crm.privacy.erase", "customer", customer.0)
        .set("request", request.id.to_string())
        .set("law", law.id)
        .set("kept_until", kept_until.map(|until| until.to_string()));
    tx.audit(change).await?;
    tx.emit(&CustomerErased { customer_id: customer, everything: kept_until.is_none() }).await
}

/// The customer of a request, for letters to it.
pub(super) async fn customer_of(tx: &mut ReadTx, request: &DataRequest) -> AppResult<customers::Customer> {
    customers::service::get(tx, request.customer).await
}
