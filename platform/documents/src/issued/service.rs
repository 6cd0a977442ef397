//! Issuing: reserve, make, record.

use std::sync::LazyLock;

use bytes::Bytes;
use kernel::{App, AppError, AppResult, Scope, audit::Change, profile::Profile, tokens};
use ports::object::ObjectStore;
use sha2::{Digest, Sha256};

use super::{
    IssueRequest, Issued,
    letterhead::{self, Issue},
};
use crate::{
    paths, qr,
    register::{
        Document, DocumentFailure, DocumentId, DocumentState, Origin,
        store::{self, NewRow},
    },
    render::{RenderError, RenderRequest, Renderer, Template},
    templates,
    verify_code::VerifyCode,
};

/// One per process: it bounds how many documents are in the making by the number of processors.
static RENDERER: LazyLock<Renderer> = LazyLock::new(Renderer::default);

/// The process's renderer.
pub(crate) fn renderer() -> &'static Renderer {
    &RENDERER
}

/// Issues a document in the scope's language, or gives the one that was issued before for the same subject, kind and revision.
///
/// # Errors
/// `document.template_missing`, `document.template_faulty`; `document.busy` and `storage_unavailable`, after which a repeat
/// finishes the work.
pub async fn issue(app: &App, scope: &Scope, request: IssueRequest) -> AppResult<Document> {
    let (document, template, profile) = reserve(app, scope, &request).await?;
    if document.state != DocumentState::Preparing {
        return Ok(document);
    }
    let pdf = make(app, scope, &request, &document, template, &profile).await?;
    app.port::<dyn ObjectStore>()?.put(scope.tenant.id, &document.path, &document.mime, pdf.clone()).await?;
    record(scope, &request, &document, &pdf).await
}

/// Takes number and code, once, and reads what the file is made from.
async fn reserve(app: &App, scope: &Scope, request: &IssueRequest) -> AppResult<(Document, Template, Profile)> {
    let mut tx = scope.begin_write().await?;
    let template = templates::load(app, &mut tx, request.template).await?;
    let profile = tx.setting::<Profile>().await?.value;
    if let Some(document) = store::find_issue(&mut tx, request.subject, request.kind, request.revision).await? {
        return Ok((document, template, profile));
    }
    // The series is locked until this transaction ends: whoever comes second finds the row of the first.
    let number = tx.next_number(request.series).await?;
    if let Some(document) = store::find_issue(&mut tx, request.subject, request.kind, request.revision).await? {
        tx.rollback().await?;
        return Ok((document, template, profile));
    }
    let id = DocumentId::new();
    let code = VerifyCode::from_random(tokens::random_bytes::<10>());
    let mut facts = request.facts.clone();
    facts.number.clone_from(&number);
    let row = NewRow {
        id,
        origin: Origin::Issued,
        kind: request.kind,
        customer: request.customer,
        subject: Some(request.subject),
        revision: request.revision,
        number: Some(&number),
        title: &request.title,
        file_name: &format!("{number}.pdf"),
        path: &paths::issued(request.kind, id, tx.scope().today()),
        mime: "application/pdf",
        file: None,
        held: false,
        code: Some(&code.canonical()),
        facts: Some(serde_json::to_value(&facts).map_err(AppError::internal)?),
    };
    if !store::insert(&mut tx, row).await? {
        return Err(AppError::unavailable("unavailable"));
    }
    let document = store::find(&mut tx, id).await?.ok_or_else(AppError::not_found)?;
    tx.commit().await?;
    Ok((document, template, profile))
}

/// Renders the file. Equal data give equal bytes, since the moment of issue was reserved with the number.
async fn make(app: &App, scope: &Scope, request: &IssueRequest, document: &Document, template: Template, profile: &Profile) -> AppResult<Bytes> {
    let incomplete = || AppError::internal("an issued document has number, code and moment");
    let code: VerifyCode = document.verification_code.as_deref().and_then(|code| code.parse().ok()).ok_or_else(incomplete)?;
    let (Some(number), Some(at)) = (document.number.as_deref(), document.issued_at) else { return Err(incomplete()) };
    let logo = logo(app, scope, profile).await?;
    let data = letterhead::data(app, scope, profile, request, &Issue { number, code: &code, at }, logo.is_some());
    let qr = qr::svg(&letterhead::url(app, &scope.tenant, &code)).map_err(AppError::internal)?;
    let mut rendering = RenderRequest::new(template, data, at).with_asset("qr.svg", qr.into_bytes());
    if let Some(logo) = logo {
        rendering = rendering.with_asset(letterhead::LOGO, logo);
    }
    let rendered = RENDERER.render(rendering).await.map_err(failure)?;
    if !rendered.unprintable.is_empty() {
        tracing::warn!(document.id = %document.id, count = rendered.unprintable.len(), "document has characters that no font shows");
    }
    Ok(rendered.pdf)
}

/// The tenant's logo. A logo that is gone does not keep a document from being issued.
pub(crate) async fn logo(app: &App, scope: &Scope, profile: &Profile) -> AppResult<Option<Bytes>> {
    let Some(path) = profile.logo_path.as_deref().filter(|path| !path.is_empty()) else { return Ok(None) };
    match app.port::<dyn ObjectStore>()?.get(scope.tenant.id, path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.missing => {
            tracing::warn!("the tenant's logo is not in the object store");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

async fn record(scope: &Scope, request: &IssueRequest, document: &Document, pdf: &Bytes) -> AppResult<Document> {
    let mut tx = scope.begin_write().await?;
    let size = i64::try_from(pdf.len()).map_err(AppError::internal)?;
    if store::finish(&mut tx, document, &Sha256::digest(pdf).into(), size).await? {
        let change = Change::of("documents.document.issue", request.subject.kind, request.subject.id)
            .set("document", document.id.to_string())
            .set("number", document.number.clone());
        tx.audit(change).await?;
        tx.emit(&Issued {
            document: document.id,
            kind: document.kind,
            subject_kind: request.subject.kind.to_owned(),
            subject_id: request.subject.id,
            revision: request.revision,
        })
        .await?;
    }
    let document = store::find(&mut tx, document.id).await?.ok_or_else(AppError::not_found)?;
    tx.commit().await?;
    Ok(document)
}

pub(crate) fn failure(error: RenderError) -> AppError {
    match error {
        RenderError::Busy => DocumentFailure::Busy.into(),
        RenderError::Internal(_) => AppError::internal(error),
        RenderError::Template { .. } | RenderError::FileName(_) | RenderError::TooLarge { .. } | RenderError::TooSlow(_) => {
            DocumentFailure::TemplateFaulty(error.to_string()).into()
        }
    }
}
