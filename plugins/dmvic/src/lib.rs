//! DMVIC, Kenya's register of motor insurance certificates: issues, confirms, validates and cancels, and looks vehicles up.
//!
//! This file joins the host's interfaces to the modules that know the register's wire; those are pure and tested on any target.
//! What must hold: password, client id and client certificate are never seen here, and in doubt a certificate counts as perhaps issued.

mod answer;
mod application;
mod day;
mod link;
mod register;
mod vehicle;

use answer::Answer;
use application::Application;
use day::Day;
use link::{CERTIFICATE, Link, unanswered};
use serde_json::{Value, json};
use wakala_plugin_sdk::host::http::{Error, Part, Payload};
use wakala_plugin_sdk::host::secrets::{Secret, Ticket};
use wakala_plugin_sdk::host::types::{File, HostError};
use wakala_plugin_sdk::host::{clock, config, kv, secrets};
use wakala_plugin_sdk::identity::checks::{self, CheckRequest, CheckResult};
use wakala_plugin_sdk::insurance::certificates::{self, Certificate, CertificateRequest, Confirmation, Finding};
use wakala_plugin_sdk::{CallContext, PluginError, export, http, lifecycle};

const LOGIN: &str = "/api/V1/Account/Login";
/// Where the token of the session is kept between calls.
const SESSION: &str = "session";
/// Tokens live for seven days.
const SESSION_S: u32 = 6 * 86_400;
/// Underwriters whose stock a check looks at: each costs a request, and a check has seconds.
const WATCHED: usize = 4;
/// Stock at which a check warns if the tenant says nothing else.
const LOW: i64 = 20;

struct Dmvic;

export!(Dmvic: lifecycle, certificates, checks);

/// The host's way to the register, with the tenant's certificate.
struct HostLink {
    base: &'static str,
    username: String,
    password: Ticket,
    client: Ticket,
}

impl HostLink {
    fn open(ctx: &CallContext) -> Result<Self, PluginError> {
        secret(CERTIFICATE, "Upload the client certificate that the register issued, with its private key")?;
        let username = config::get("username").filter(|name| !name.is_empty());
        Ok(Self {
            base: if ctx.live { "https://api.dmvic.com" } else { "https://uat-api.dmvic.com" },
            username: username.ok_or_else(|| PluginError::misconfigured("username", "Enter the name of the integration's account"))?,
            password: secret("password", "Enter the password of the integration's account")?.encode("", "", "json")?,
            client: secret("client_id", "Enter the client id")?.encode("", "", "plain")?,
        })
    }

    fn send(&self, path: &str, token: Option<&str>, body: Vec<Part>) -> Result<Answer, Error> {
        let mut request = http::post_json(format!("{}{path}", self.base), body).secret_header("clientid", self.client.clone());
        if let Some(token) = token {
            request = request.header("authorization", &format!("Bearer {token}"));
        }
        request.client_cert = Some(CERTIFICATE.to_owned());
        let response = request.send()?;
        Ok(Answer { status: response.status, body: response.bytes().to_vec() })
    }
}

impl Link for HostLink {
    fn session(&self) -> Result<String, PluginError> {
        match kv::get(SESSION)?.and_then(|entry| String::from_utf8(entry.value).ok()) {
            Some(token) => Ok(token),
            None => self.renew(),
        }
    }

    fn renew(&self) -> Result<String, PluginError> {
        let body = json!({ "username": self.username, "password": self.password }).to_string();
        let answer = self.send(LOGIN, None, http::json_body(&body, &[&self.password])).map_err(|error| unanswered(error).of_question())?;
        let token = answer::login(&answer)?;
        kv::set(SESSION, token.as_bytes(), Some(SESSION_S))?;
        Ok(token)
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> Result<Answer, Error> {
        self.send(path, Some(token), vec![Part::Bytes(body.to_string().into_bytes())])
    }
}

/// A secret of the installation; `missing` is what the form says if there is none.
fn secret(key: &str, missing: &str) -> Result<Secret, PluginError> {
    secrets::get(key).map_err(|error| match error {
        HostError::NotFound => PluginError::misconfigured(key, missing),
        other => other.into(),
    })
}

fn read(req: &CertificateRequest) -> Result<Application, Vec<Finding>> {
    Application::new(req, Day::at(clock::now_ms()))
}

impl certificates::Guest for Dmvic {
    fn precheck(ctx: CallContext, req: CertificateRequest) -> Result<Vec<Finding>, PluginError> {
        match read(&req) {
            Ok(application) => register::precheck(&HostLink::open(&ctx)?, &application),
            Err(findings) => Ok(findings),
        }
    }

    fn issue(ctx: CallContext, req: CertificateRequest) -> Result<Certificate, PluginError> {
        let application = read(&req).map_err(|findings| {
            let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
            PluginError::rejected("data", messages.join("; "))
        })?;
        register::issue(&HostLink::open(&ctx)?, &application, &req)
    }

    fn confirm(ctx: CallContext, provider_ref: String, answer: Confirmation) -> Result<Certificate, PluginError> {
        register::confirm(&HostLink::open(&ctx)?, &provider_ref, &answer)
    }

    fn validate(ctx: CallContext, number: Option<String>, subject: Vec<(String, String)>) -> Result<Vec<Certificate>, PluginError> {
        register::validate(&HostLink::open(&ctx)?, number.as_deref(), &subject)
    }

    fn document(ctx: CallContext, number: String) -> Result<File, PluginError> {
        let address = register::document_address(&HostLink::open(&ctx)?, &number)?;
        let mut request = http::get(address);
        request.save_body = true;
        let response = request.send().map_err(|error| unanswered(error).of_question())?;
        match response.body {
            Payload::Blob(blob) => Ok(File {
                blob: blob.id,
                kind: "certificate".into(),
                name: format!("{number}.pdf"),
                content_type: "application/pdf".into(),
                extra: Vec::new(),
            }),
            Payload::Bytes(_) => Err(PluginError::retryable(format!("the certificate was answered with HTTP {}", response.status))),
        }
    }

    fn cancel(ctx: CallContext, number: String, reason: String) -> Result<Certificate, PluginError> {
        register::cancel(&HostLink::open(&ctx)?, &number, &reason)
    }
}

impl checks::Guest for Dmvic {
    fn run(ctx: CallContext, req: CheckRequest) -> Result<CheckResult, PluginError> {
        if req.kind != "vehicle" || req.country != "KE" {
            return Err(PluginError::Unsupported("the register knows Kenya's vehicles only".into()));
        }
        vehicle::check(&HostLink::open(&ctx)?, &req)
    }

    fn query(_ctx: CallContext, _provider_ref: Option<String>, _idempotency_key: String) -> Result<CheckResult, PluginError> {
        Err(PluginError::Unsupported("the register answers at once and keeps no searches".into()))
    }
}

impl lifecycle::Guest for Dmvic {
    /// Logs in anew, whatever session there is, and looks at the stock of the underwriters that the tenant named.
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let link = HostLink::open(&ctx)?;
        link.renew()?;
        let low = config::get("low_stock").and_then(|text| text.parse().ok()).unwrap_or(LOW);
        let (mut warnings, mut values) = (Vec::new(), Vec::new());
        for insurer in watched()? {
            for row in register::stock(&link, insurer)? {
                let name = format!("{insurer} {}", row.title);
                if row.left < low {
                    warnings.push(format!("Underwriter {name}: {} certificates left", row.left));
                }
                values.push((name, row.left.to_string()));
            }
        }
        let place = if ctx.live { "DMVIC" } else { "DMVIC's test system" };
        let summary = format!("Connected to {place} as {}.", link.username);
        Ok(lifecycle::Report { summary, warnings, values, extra: Vec::new() })
    }

    /// Settings may be others than those with which the session was begun.
    fn activate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(kv::delete(SESSION)?)
    }

    fn deactivate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(kv::delete(SESSION)?)
    }

    fn migrate_config(_from_version: String, settings: String) -> Result<String, PluginError> {
        Ok(settings)
    }
}

fn watched() -> Result<Vec<u32>, PluginError> {
    let list: Value = config::get("underwriters").and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let numbers = list.as_array().map(Vec::as_slice).unwrap_or_default().iter().take(WATCHED);
    let number = |value: &Value| value.as_str().and_then(|text| text.trim().parse().ok());
    numbers
        .map(|value| number(value).ok_or_else(|| PluginError::misconfigured("underwriters", "Underwriters are named by the register's numbers")))
        .collect()
}
