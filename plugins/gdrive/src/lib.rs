//! Google Drive: keeps a copy of documents in a folder of the tenant's own drive.
//!
//! This file joins the host's interfaces to the modules that know the drive; those are pure and tested on any target.
//! What must hold: documents never pass through here, tokens are never seen here, the plugin touches only files that it made, and an
//! event has one effect however often it comes.

mod drive;
mod known;

use drive::{Answer, CONNECTION, Said, read};
use known::Known;
use serde_json::{Value, json};
use wakala_plugin_sdk::events::subscriber::{self, Event, Link, Receipt};
use wakala_plugin_sdk::host::http::{BlobPart, Error, Part, Request, Text};
use wakala_plugin_sdk::host::secrets::Secret;
use wakala_plugin_sdk::host::types::{File, HostError};
use wakala_plugin_sdk::host::{config, crypto, kv, secrets};
use wakala_plugin_sdk::{CallContext, PluginError, export, http, lifecycle};

const API: &str = "https://www.googleapis.com/drive/v3";
const UPLOAD: &str = "https://www.googleapis.com/upload/drive/v3/files";
/// Documents that are kept of one event: each costs a few requests.
const FILES: usize = 3;
/// Key of the folder's id between calls.
const FOLDER: &str = "folder";
/// How long the id of a file is remembered beside what the platform carries: for answers that were lost.
const REMEMBERED_S: u32 = 30 * 86_400;
/// From here on a drive is nearly full, in percent.
const NEARLY_FULL: u64 = 90;

struct Gdrive;

export!(Gdrive: lifecycle, subscriber);

/// The host's way to the drive, with the token that the host keeps.
struct Drive {
    access: Secret,
}

impl Drive {
    fn open() -> Result<Self, PluginError> {
        if config::get("client_id").is_none_or(|id| id.is_empty()) {
            return Err(PluginError::misconfigured("client_id", "Enter the client id"));
        }
        if matches!(secrets::get("client_secret"), Err(HostError::NotFound)) {
            return Err(PluginError::misconfigured("client_secret", "Enter the client secret"));
        }
        Ok(Self { access: secrets::get(CONNECTION)? })
    }

    fn once(&self, request: &Request) -> Result<Answer, Error> {
        let response = request.clone().secret_header("authorization", self.access.bearer()).send()?;
        let after_ms = response.header("retry-after").and_then(|text| text.trim().parse::<u64>().ok()).and_then(|s| s.checked_mul(1000));
        let location = response.header("location").map(str::to_owned);
        Ok(Answer { status: response.status, location, after_ms, body: response.bytes().to_vec() })
    }

    /// Sends, once more with a new token if the first was refused.
    fn send(&self, request: &Request) -> Result<Said, PluginError> {
        match read(self.once(request)) {
            Said::Token => {
                self.access.renew()?;
                match read(self.once(request)) {
                    Said::Token => Err(PluginError::Unauthorized("Google does not accept the connection; make it again".into())),
                    said => Ok(said),
                }
            }
            said => Ok(said),
        }
    }

    /// Sends what can only be done or refused.
    fn done(&self, request: &Request) -> Result<Value, PluginError> {
        match self.send(request)? {
            Said::Done { json, .. } => Ok(json),
            Said::Refused(error) => Err(error),
            other => Err(PluginError::retryable(format!("unexpected: {other:?}"))),
        }
    }

    /// An id that no file has yet.
    fn fresh_id(&self) -> Result<String, PluginError> {
        let mut request = http::get(format!("{API}/files/generateIds"));
        request.query = vec![plain("count", "1"), plain("space", "drive"), plain("type", "files")];
        let found = self.done(&request)?;
        found["ids"][0].as_str().map(str::to_owned).ok_or_else(|| PluginError::retryable("Drive gave no id"))
    }

    /// The id remembered under `key`, or a fresh one that is remembered from now on. Of two calls at once, one remembers.
    fn id_of(&self, key: &str, seconds: Option<u32>) -> Result<String, PluginError> {
        if let Some(id) = remembered(key)? {
            return Ok(id);
        }
        let id = self.fresh_id()?;
        match kv::compare_and_set(key, None, id.as_bytes(), seconds) {
            Ok(_) => Ok(id),
            Err(HostError::Conflict) => remembered(key)?.ok_or_else(|| PluginError::retryable("another call wrote first")),
            Err(other) => Err(other.into()),
        }
    }

    /// The folder for everything, made on first use.
    fn folder(&self, ctx: &CallContext) -> Result<String, PluginError> {
        let known = remembered(FOLDER)?;
        let id = self.id_of(FOLDER, None)?;
        if known.is_none() {
            let name = config::get("folder").filter(|name| !name.is_empty()).unwrap_or_else(|| "Wakala".into());
            let name = if ctx.live { name } else { format!("{name} (test)") };
            let request = http::post_json(format!("{API}/files"), json_part(&drive::folder(&id, &name)));
            match self.send(&request)? {
                Said::Done { .. } | Said::Taken => {}
                said => {
                    // Nobody shall believe in a folder that was not made.
                    kv::delete(FOLDER)?;
                    return Err(refusal(said));
                }
            }
        }
        Ok(id)
    }

    /// Keeps a document under its name, and gives the file's id. `earlier` is the file that it had before.
    fn keep(&self, ctx: &CallContext, name: &str, file: &File, subject: &str, earlier: Option<&str>) -> Result<String, PluginError> {
        if let Some(id) = earlier {
            if self.replace(id, file)? {
                return Ok(id.to_owned());
            }
            // People threw it away: the document gets another file.
            if remembered(name)?.as_deref() == Some(id) {
                kv::delete(name)?;
            }
        }
        let id = self.id_of(name, Some(REMEMBERED_S))?;
        let folder = self.folder(ctx)?;
        let mut body = drive::file(&file.name, &folder, &file.content_type, subject);
        body["id"] = json!(id);
        let request = resumable(http::post_json(UPLOAD.to_owned(), json_part(&body)), file);
        match self.send(&request)? {
            Said::Done { location, .. } => self.content(location, file).map(|()| id),
            // An earlier attempt got through, or at least made the file.
            Said::Taken => {
                if self.replace(&id, file)? {
                    return Ok(id);
                }
                kv::delete(name)?;
                Err(PluginError::retryable("the file is gone from the drive; it is made anew"))
            }
            Said::Gone => {
                kv::delete(FOLDER)?;
                Err(PluginError::retryable("the folder is gone from the drive; it is made anew"))
            }
            said => Err(refusal(said)),
        }
    }

    /// Gives a file other content. False if it is gone.
    fn replace(&self, id: &str, file: &File) -> Result<bool, PluginError> {
        let mut request = resumable(http::post_json(format!("{UPLOAD}/{id}"), json_part(&drive::changed(&file.name, &file.content_type))), file);
        request.method = "PATCH".to_owned();
        match self.send(&request)? {
            Said::Done { location, .. } => self.content(location, file).map(|()| true),
            Said::Gone => Ok(false),
            said => Err(refusal(said)),
        }
    }

    /// Streams the document to where Drive wants it.
    fn content(&self, location: Option<String>, file: &File) -> Result<(), PluginError> {
        let mut request = http::get(location.ok_or_else(|| PluginError::retryable("Drive does not say where the content goes"))?);
        request.method = "PUT".to_owned();
        request.headers = vec![("content-type".to_owned(), Text::Plain(file.content_type.clone()))];
        request.body = vec![Part::Blob(BlobPart { id: file.blob.clone(), encoding: "raw".to_owned(), extra: Vec::new() })];
        self.done(&request).map(|_| ())
    }
}

fn plain(name: &str, value: &str) -> (String, Text) {
    (name.to_owned(), Text::Plain(value.to_owned()))
}

fn json_part(body: &Value) -> Vec<Part> {
    vec![Part::Bytes(body.to_string().into_bytes())]
}

/// Announces an upload; the content follows. Good for documents of any size.
fn resumable(mut request: Request, file: &File) -> Request {
    request.query = vec![plain("uploadType", "resumable"), plain("fields", "id")];
    request.header("x-upload-content-type", &file.content_type)
}

fn remembered(key: &str) -> Result<Option<String>, PluginError> {
    Ok(kv::get(key)?.and_then(|entry| String::from_utf8(entry.value).ok()))
}

fn refusal(said: Said) -> PluginError {
    match said {
        Said::Refused(error) => error,
        other => PluginError::retryable(format!("unexpected: {other:?}")),
    }
}

/// A short name of a document: the same for every event about it.
fn short_name(subject: &str, file: &File) -> Result<String, PluginError> {
    let text = format!("{subject}\n{}\n{}", file.kind, file.name);
    let digest = crypto::digest("sha-256", &[Part::Bytes(text.into_bytes())])?;
    Ok(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

impl subscriber::Guest for Gdrive {
    fn on_event(ctx: CallContext, event: Event) -> Result<Receipt, PluginError> {
        let mut known = Known::read(event.earlier_ref.as_deref().unwrap_or_default());
        if event.files.len() > FILES {
            return Err(PluginError::rejected("limit", format!("no more than {FILES} documents of one event are kept")));
        }
        let mut links = Vec::new();
        if !event.files.is_empty() {
            let drive = Drive::open()?;
            for file in &event.files {
                let name = short_name(&event.subject, file)?;
                let id = drive.keep(&ctx, &name, file, &event.subject, known.find(&name))?;
                links.push(Link { rel: "view".into(), url: drive::address(&id), label: file.name.clone(), extra: Vec::new() });
                known.put(&name, &id);
            }
        }
        Ok(Receipt { provider_ref: known.written(), links, files: Vec::new(), extra: Vec::new() })
    }
}

impl lifecycle::Guest for Gdrive {
    fn check(_ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let mut request = http::get(format!("{API}/about"));
        request.query = vec![plain("fields", "user(emailAddress),storageQuota(limit,usage)")];
        let (owner, full) = drive::about(&Drive::open()?.done(&request)?);
        let mut warnings = Vec::new();
        if let Some(percent) = full.filter(|percent| *percent >= NEARLY_FULL) {
            warnings.push(format!("The drive is {percent} % full"));
        }
        let summary = format!("Connected to the drive of {owner}.");
        Ok(lifecycle::Report { summary, warnings, values: Vec::new(), extra: Vec::new() })
    }

    /// The folder is made once there is something to keep.
    fn activate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    /// The copies stay: they are the tenant's.
    fn deactivate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn migrate_config(_from_version: String, settings: String) -> Result<String, PluginError> {
        Ok(settings)
    }
}
