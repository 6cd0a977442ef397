//! Makes copies, and carries out what is due.

use std::{
    io::{Cursor, Write},
    time::Duration,
};

use async_trait::async_trait;
use chrono::Duration as Days;
use kernel::{
    AppError, AppResult,
    audit::Change,
    jobs::{Job, JobCx, JobResult, Queue},
    personal_data::Holders,
    profile::Profile,
};
use ports::{
    message::{Channel, Message, Messenger, now_or_later},
    object::ObjectStore,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{DataRequest, DataRequestId, RequestKind, RequestState, service, store};

/// How long a copy can be downloaded.
pub const COPY_KEPT: Days = Days::days(7);
/// Bytes of files in a copy; what does not fit is named in it and stays in the account.
const MOST_BYTES: usize = 150 * 1024 * 1024;
/// Name of the job that settles what is due, for the list of retentions.
pub const SETTLE: &str = "crm.privacy.settle";

/// Makes the copy that a customer asked for, and says by mail that it is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeCopy {
    pub request: DataRequestId,
}

#[async_trait]
impl Job for MakeCopy {
    const NAME: &'static str = "crm.privacy.copy";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(600);
    fn unique_key(&self) -> Option<String> {
        Some(self.request.to_string())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let Some(request) = store::find(&mut tx, self.request).await? else { return Ok(()) };
        drop(tx);
        if request.state == RequestState::Wanted {
            let path = format!("exports/{}.zip", request.id);
            let bytes = copy(&cx, &request).await?;
            let objects = cx.app.port::<dyn ObjectStore>()?;
            objects.put(cx.scope.tenant.id, &path, "application/zip", bytes.into()).await.map_err(AppError::from)?;
            let mut tx = cx.scope.begin_write().await?;
            let wanted = store::ready(&mut tx, request.id, &path, cx.scope.now() + COPY_KEPT).await?;
            if wanted {
                tx.audit(Change::of("crm.privacy.copied", "customer", request.customer.0).set("request", request.id.to_string())).await?;
            }
            tx.commit().await?;
            if !wanted && withdrawn(&cx, request.id).await? {
                // Whoever asked was erased while it was made.
                objects.delete(cx.scope.tenant.id, &path).await.map_err(AppError::from)?;
                return Ok(());
            }
        }
        if request.state == RequestState::Wanted || request.state == RequestState::Ready {
            tell(&cx, &request).await?;
        }
        Ok(())
    }
}

async fn withdrawn(cx: &JobCx, id: DataRequestId) -> AppResult<bool> {
    let mut tx = cx.scope.begin_read().await?;
    Ok(store::find(&mut tx, id).await?.is_none_or(|request| request.state == RequestState::Withdrawn))
}

/// A ZIP file with one JSON file a module, and the customer's own files.
async fn copy(cx: &JobCx, request: &DataRequest) -> AppResult<Vec<u8>> {
    let (app, customer) = (&cx.app, request.customer.0);
    let objects = app.port::<dyn ObjectStore>()?;
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    let (mut files, mut left_out, mut contents) = (Vec::new(), Vec::new(), Map::new());
    for holder in &app.port::<Holders>()?.0 {
        let mut tx = cx.scope.begin_read().await?;
        let value = holder.collect(app, &mut tx, customer).await?;
        files.extend(holder.files(&mut tx, customer).await?);
        drop(tx);
        contents.insert(holder.name().to_owned(), json!(format!("{}.json", holder.name())));
        write(&mut file, &format!("{}.json", holder.name()), &pretty(&value)?)?;
    }
    let mut total = 0;
    for (at, stored) in files.iter().enumerate() {
        let bytes = match objects.get(cx.scope.tenant.id, &stored.path).await {
            Ok(bytes) => bytes,
            Err(error) if error.missing => continue,
            Err(error) => return Err(error.into()),
        };
        total += bytes.len();
        if total > MOST_BYTES {
            left_out.push(stored.name.clone());
            continue;
        }
        let name: String = stored.name.chars().filter(|c| !c.is_control() && !matches!(c, '/' | '\\' | ':')).collect();
        write(&mut file, &format!("files/{:03}-{name}", at + 1), &bytes)?;
    }
    let about = json!({ "made_at": cx.scope.now(), "made_by": cx.scope.tenant.name, "contents": contents, "files_left_out": left_out });
    write(&mut file, "about.json", &pretty(&about)?)?;
    Ok(file.finish().map_err(AppError::internal)?.into_inner())
}

fn write(file: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, bytes: &[u8]) -> AppResult<()> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    file.start_file(name, options).map_err(AppError::internal)?;
    file.write_all(bytes).map_err(AppError::internal)
}

fn pretty(value: &Value) -> AppResult<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(AppError::internal)
}

/// Says where the copy is: in the account, behind the log-in. The copy itself is never mailed.
async fn tell(cx: &JobCx, request: &DataRequest) -> JobResult {
    let (app, messenger) = (&cx.app, cx.app.port::<dyn Messenger>()?);
    let mut tx = cx.scope.begin_read().await?;
    let customer = service::customer_of(&mut tx, request).await?;
    let profile = tx.setting::<Profile>().await?.value;
    drop(tx);
    let scope = cx.scope.speaking(customer.locale.as_deref());
    let Some(to) = customer.email.clone() else { return Ok(()) };
    if !messenger.offers(&scope, Channel::Email).await {
        return Ok(());
    }
    let from_name = if profile.legal_name.is_empty() { scope.tenant.name.clone() } else { profile.legal_name.clone() };
    let params = [
        ("name", customer.display_name.clone()),
        ("brokerage", from_name.clone()),
        ("url", app.hosts.portal_url(&scope.tenant.slug, "/account/privacy")),
    ];
    let message = Message {
        id: cx.id,
        channel: Channel::Email,
        to,
        to_name: Some(customer.display_name),
        from_name,
        reply_to: (!profile.email.is_empty()).then_some(profile.email),
        subject: app.texts.get(&scope.locale, "mail-copy-subject", &params),
        text: app.texts.get(&scope.locale, "mail-copy-text", &params),
        html: None,
        attachments: Vec::new(),
    };
    now_or_later(messenger.send(&scope, message).await)
}

/// Tenants with requests for which something is to be done by now.
pub(crate) const DUE: &str = "select t.id from working_tenants($1) t
    cross join lateral (select from data_requests r where r.tenant_id = t.id and (r.kind = 'erasure' and r.state = 'wanted' and r.until <= $1
        or r.state = 'restricted' and r.kept_until < t.today or r.state = 'ready' and r.until <= $1) limit 1) due";

/// Carries out deletions whose days are over, erases what the law kept once its years are over, and removes copies after a week.
/// Safe to repeat.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SettleRequests {}

#[async_trait]
impl Job for SettleRequests {
    const NAME: &'static str = SETTLE;
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let due = store::due(&mut tx).await?;
        drop(tx);
        let mut failed = None;
        for request in due {
            // One that cannot be carried out does not hold up the others.
            if let Err(error) = settle(&cx, &request).await {
                tracing::error!(request = %request.id, error = kernel::http::error::chain(&error), "a request cannot be carried out");
                failed = Some(error);
            }
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

async fn settle(cx: &JobCx, request: &DataRequest) -> AppResult<()> {
    if request.kind == RequestKind::Export
        && let Some(path) = &request.path
    {
        // The file first: a row that still says "ready" is found again, a file without a row is not.
        cx.app.port::<dyn ObjectStore>()?.delete(cx.scope.tenant.id, path).await?;
    }
    let mut tx = cx.scope.begin_write().await?;
    match request.kind {
        RequestKind::Erasure => service::erase(&cx.app, &mut tx, request).await?,
        RequestKind::Export => store::turn(&mut tx, request.id, RequestState::Ready, RequestState::Done).await.map(drop)?,
    }
    tx.commit().await
}
