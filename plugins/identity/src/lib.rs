//! Smile ID, and Kenya's revenue authority: checks national ids, passports, alien cards and tax PINs.
//!
//! This file joins the host's interfaces to the modules that know the providers' wires; those are pure and tested on any target.
//! What must hold: no key is ever seen here, nothing of a person is logged, and a check that may have been made is not made twice.

mod kra;
mod person;
mod smile;

use serde_json::{Value, json};
use smile::{PURPOSE, Signed};
use wakala_plugin_sdk::host::http::{Error, Part, Request};
use wakala_plugin_sdk::host::secrets::Secret;
use wakala_plugin_sdk::host::types::HostError;
use wakala_plugin_sdk::host::{clock, config, kv, secrets};
use wakala_plugin_sdk::identity::checks::{self, CheckRequest, CheckResult};
use wakala_plugin_sdk::{CallContext, PluginError, base64, export, http, lifecycle};

/// A job that nobody ever made.
const NEVER: &str = "never-was";
/// A PIN that nobody has.
const NOBODY: &str = "A000000000A";
/// Lengths of a national id if the tenant says nothing else.
const ID_DIGITS: [usize; 4] = [7, 8, 9, 14];
/// How long a job that had to be made anew is remembered by its check.
const REMEMBERED_S: u32 = 7 * 86_400;

struct Identity;

export!(Identity: lifecycle, checks);

/// The host's way to Smile ID.
struct Smile {
    base: &'static str,
    partner: String,
    key: Secret,
}

impl Smile {
    fn open(ctx: &CallContext) -> Result<Self, PluginError> {
        let partner = config::get("partner_id").filter(|id| !id.is_empty());
        Ok(Self {
            base: if ctx.live { "https://api.smileidentity.com" } else { "https://testapi.smileidentity.com" },
            partner: partner.ok_or_else(|| PluginError::misconfigured("partner_id", "Enter your partner id"))?,
            key: secrets::get("api_key").map_err(|error| match error {
                HostError::NotFound => PluginError::misconfigured("api_key", "Enter the API key"),
                other => other.into(),
            })?,
        })
    }

    /// The signature that belongs to a time.
    fn signature(&self, timestamp: &str) -> Result<String, PluginError> {
        let data = format!("{timestamp}{}{PURPOSE}", self.partner);
        Ok(base64::encode(&self.key.hmac("sha-256", data.as_bytes())?))
    }

    fn signed(&self) -> Result<Signed, PluginError> {
        let timestamp = smile::timestamp(clock::now_ms());
        Ok(Signed { partner: self.partner.clone(), signature: self.signature(&timestamp)?, timestamp })
    }

    fn post(&self, path: &str, body: &Value) -> Result<(u16, Vec<u8>), Error> {
        answer(&http::post_json(format!("{}{path}", self.base), json_part(body)))
    }
}

fn json_part(body: &Value) -> Vec<Part> {
    vec![Part::Bytes(body.to_string().into_bytes())]
}

fn answer(request: &Request) -> Result<(u16, Vec<u8>), Error> {
    let response = request.send()?;
    Ok((response.status, response.bytes().to_vec()))
}

/// Asks the revenue authority, if the tenant has a key for it; once more with a new token if the first was refused. A question does no harm.
fn ask_kra(ctx: &CallContext, pin: &str) -> Option<Result<(u16, Vec<u8>), Error>> {
    secrets::get("kra_key").ok()?;
    let access = secrets::get(kra::CONNECTION).ok()?;
    let base = if ctx.live { "https://api.kra.go.ke" } else { "https://sbx.kra.go.ke" };
    let ask = || {
        let request = http::post_json(format!("{base}/checker/v1/pinbypin"), json_part(&json!({ "KRAPIN": pin })));
        answer(&request.secret_header("authorization", access.bearer()))
    };
    let first = ask();
    let is_refused = matches!(first, Ok((401, _)));
    Some(if is_refused && access.renew().is_ok() { ask() } else { first })
}

fn id_digits() -> Vec<usize> {
    let list: Value = config::get("id_digits").and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let typed = list.as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let digits: Vec<usize> = typed.filter_map(|digits| digits.as_str()?.trim().parse().ok()).collect();
    if digits.is_empty() { ID_DIGITS.to_vec() } else { digits }
}

/// The name of the job of a check. Smile ID takes a name once, so an attempt that follows a clear no has one of its own.
fn job_of(ctx: &CallContext) -> Result<String, PluginError> {
    if ctx.attempt <= 1 {
        return Ok(ctx.idempotency_key.clone());
    }
    let job = format!("{}-{}", ctx.idempotency_key, ctx.attempt);
    kv::set(&ctx.idempotency_key, job.as_bytes(), Some(REMEMBERED_S))?;
    Ok(job)
}

impl checks::Guest for Identity {
    fn run(ctx: CallContext, req: CheckRequest) -> Result<CheckResult, PluginError> {
        let document = person::document(&req.kind, &req.country, &req.subject, &id_digits())?;
        if document.kind == "KRA_PIN"
            && let Some(sent) = ask_kra(&ctx, &document.number)
        {
            return kra::result(sent, &document.number, req.subject.name.as_deref());
        }
        let smile = Smile::open(&ctx)?;
        let job = job_of(&ctx)?;
        let question = smile::question(&smile.signed()?, &job, &document, &req.subject);
        smile::result(smile.post("/v1/id_verification", &question), &job, |timestamp| smile.signature(timestamp))
    }

    fn query(ctx: CallContext, provider_ref: Option<String>, idempotency_key: String) -> Result<CheckResult, PluginError> {
        let smile = Smile::open(&ctx)?;
        let job = match provider_ref {
            Some(job) => job,
            None => kv::get(&idempotency_key)?.and_then(|entry| String::from_utf8(entry.value).ok()).unwrap_or(idempotency_key),
        };
        let question = smile::job_question(&smile.signed()?, &job);
        smile::job_result(smile.post("/v1/job_status", &question), &job, |timestamp| smile.signature(timestamp))
    }
}

impl lifecycle::Guest for Identity {
    /// Asks about a job and a PIN that never were: that proves the keys and checks nobody.
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let smile = Smile::open(&ctx)?;
        smile::proves(smile.post("/v1/job_status", &smile::job_question(&smile.signed()?, NEVER)))?;
        let pins = match ask_kra(&ctx, NOBODY) {
            Some(sent) => {
                kra::result(sent, NOBODY, None)?;
                "the revenue authority"
            }
            None => "Smile ID",
        };
        let place = if ctx.live { "Smile ID" } else { "Smile ID's test system" };
        let summary = format!("Connected to {place} as partner {}; tax PINs are checked by {pins}.", smile.partner);
        Ok(lifecycle::Report { summary, warnings: Vec::new(), values: Vec::new(), extra: Vec::new() })
    }

    /// Every check is answered at once, so nothing is registered.
    fn activate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn deactivate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn migrate_config(_from_version: String, settings: String) -> Result<String, PluginError> {
        Ok(settings)
    }
}
