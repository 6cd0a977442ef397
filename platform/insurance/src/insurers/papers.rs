//! Contracts and other papers of an insurer: kept as they were sent, after they were checked; each on file once.

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use documents::files;
use kernel::{App, AppError, AppResult, ReadTx, Scope, TenantTx, audit::Change, error::Fields};
use ports::object::{Download, ObjectStore};
use std::time::Duration;
use uuid::Uuid;

use super::{InsurerId, paper_store as store, service};

kernel::id!(/** Identifies a paper of an insurer. */ PaperId);

/// How long the address of a file holds.
const LINK_VALID: Duration = Duration::from_secs(300);
/// Papers of one insurer.
const MOST: i64 = 100;

/// A paper on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    pub id: PaperId,
    pub title: String,
    pub file_name: String,
    pub path: String,
    pub mime: String,
    pub valid_from: Option<NaiveDate>,
    pub valid_until: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone)]
pub struct NewPaper {
    pub title: String,
    pub valid_from: Option<NaiveDate>,
    pub valid_until: Option<NaiveDate>,
    pub file_name: String,
    pub bytes: Bytes,
}

/// Something agreed that ends: a paper, or without a title what is agreed with the insurer as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub id: Uuid,
    pub insurer: InsurerId,
    pub insurer_name: String,
    pub title: String,
    pub ends_on: NaiveDate,
}

/// Papers of an insurer, the last one first.
pub async fn list(tx: &mut ReadTx, insurer: InsurerId) -> AppResult<Vec<Paper>> {
    store::list(tx, insurer, MOST).await
}

/// A paper of the insurer.
///
/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, insurer: InsurerId, id: PaperId) -> AppResult<Paper> {
    store::find(tx, insurer, id).await?.ok_or_else(AppError::not_found)
}

/// Checks a file and puts it on record; the same file again is the same paper. Opens its own transactions: the store is not called
/// inside one.
///
/// # Errors
/// Errors of fields; `document.empty`, `document.unsupported`, `document.too_large`, `document.damaged`, `insurer.too_many_papers`;
/// `document.busy` and `storage_unavailable`, after which a repeat may work.
pub async fn keep(app: &App, scope: &Scope, insurer: InsurerId, new: NewPaper) -> AppResult<PaperId> {
    let mut fields = Fields::new();
    let title = fields.text("title", &new.title, 150);
    if new.valid_from.zip(new.valid_until).is_some_and(|(from, until)| until < from) {
        fields.add("valid_until", "insurer-paper-days");
    }
    fields.finish()?;
    let mut tx = scope.begin_read().await?;
    service::get(&mut tx, insurer).await?;
    if store::count(&mut tx, insurer).await? >= MOST {
        return Err(super::InsurerFailure::TooManyPapers.into());
    }
    drop(tx);
    let kept = files::keep_paper(app, scope, &new.file_name, new.bytes).await?;
    let paper = Paper {
        id: PaperId::new(),
        title,
        file_name: kept.file_name,
        path: kept.path,
        mime: kept.mime,
        valid_from: new.valid_from,
        valid_until: new.valid_until,
        created_at: scope.now(),
    };
    let mut tx = scope.begin_write().await?;
    let Some(id) = store::insert(&mut tx, insurer, &paper, &kept.hash, kept.size).await? else {
        // It is on record already, and what was stored now is of no use to anybody.
        let known = store::find_by_content(&mut tx, insurer, &kept.hash).await?.ok_or_else(|| AppError::unavailable("unavailable"))?;
        drop(tx);
        app.port::<dyn ObjectStore>()?.delete(scope.tenant.id, &paper.path).await?;
        return Ok(known);
    };
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let change = Change::of("insurance.insurer.add_paper", "insurer", insurer.0).set("title", paper.title.as_str());
    tx.audit(change.set("valid_from", day(paper.valid_from)).set("valid_until", day(paper.valid_until))).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes a paper off the record.
///
/// # Errors
/// `not_found`.
pub async fn remove(tx: &mut TenantTx, insurer: InsurerId, id: PaperId) -> AppResult<()> {
    let paper = get(tx, insurer, id).await?;
    store::update_removed(tx, id).await?;
    tx.audit(Change::of("insurance.insurer.remove_paper", "insurer", insurer.0).set("title", paper.title)).await
}

/// An address that opens the file for some minutes.
///
/// # Errors
/// `not_found`, `storage_unavailable`.
pub async fn link(app: &App, scope: &Scope, insurer: InsurerId, id: PaperId) -> AppResult<String> {
    let mut tx = scope.begin_read().await?;
    let paper = get(&mut tx, insurer, id).await?;
    drop(tx);
    let download = Download { valid_for: LINK_VALID, file_name: paper.file_name, content_type: paper.mime };
    Ok(app.port::<dyn ObjectStore>()?.presign(scope.tenant.id, &paper.path, download).await?)
}

/// What ends from one day to another, papers and agreements of insurers whose products are sold.
pub async fn ending(tx: &mut ReadTx, from: NaiveDate, to: NaiveDate) -> AppResult<Vec<Ending>> {
    store::list_ending(tx, from, to).await
}
