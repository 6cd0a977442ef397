//! An insurer that speaks the open contract of the README: quotes, cover, changes, claims, documents, and reports of its own.
//!
//! This file joins the host's interfaces to the modules that know the contract; those are pure and tested on any target.
//! What must hold: the secret is never seen here and goes to the tenant's insurer only, and in doubt cover counts as perhaps bound.

mod amount;
mod cover;
mod instant;
mod loss;
mod reply;
mod report;

use cover::Paper;
use reply::{Reply, of_question, of_write, segment};
use serde_json::{Value, json};
use wakala_plugin_sdk::host::http::{BlobPart, Error, Part, Payload, Request, Text};
use wakala_plugin_sdk::host::secrets::Ticket;
use wakala_plugin_sdk::host::types::{File, HostError};
use wakala_plugin_sdk::host::{config, hooks, secrets};
use wakala_plugin_sdk::insurance::claims::{self, Claim, Notice};
use wakala_plugin_sdk::insurance::endorsements::{self, Change};
use wakala_plugin_sdk::insurance::insurer::{self, BindRequest, QuoteRequest};
use wakala_plugin_sdk::insurance::{Offer, Policy};
use wakala_plugin_sdk::webhook::{self, Handled, Inbound};
use wakala_plugin_sdk::{CallContext, PluginError, export, http, lifecycle};

/// Documents that are fetched of one policy, and handed in with one claim: each costs a request.
const PAPERS: usize = 10;

/// Name of the webhook in the manifest.
const REPORT: &str = "report";

struct Contract;

export!(Contract: lifecycle, webhook, insurer, endorsements, claims);

/// The host's way to the insurer.
struct Link {
    base: String,
    authorization: Ticket,
    currency: String,
}

impl Link {
    fn open() -> Result<Self, PluginError> {
        let setting = |key: &str| config::get(key).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let base = setting("base_url").ok_or_else(|| PluginError::misconfigured("base_url", "Enter the address of the insurer's interface"))?;
        let secret = secrets::get("secret").map_err(|error| match error {
            HostError::NotFound => PluginError::misconfigured("secret", "Enter the password or token that the insurer gave you"),
            other => other.into(),
        })?;
        let authorization = match setting("access").as_deref() {
            Some("token") => secret.bearer(),
            _ => {
                let user = setting("username").ok_or_else(|| PluginError::misconfigured("username", "Enter the user name for this password"))?;
                secret.basic(&user)
            }
        };
        let currency = setting("currency").unwrap_or_else(|| "KES".into());
        Ok(Self { base: base.trim_end_matches('/').to_owned(), authorization, currency })
    }

    fn send(&self, request: Request) -> Result<Reply, Error> {
        let response = request.secret_header("authorization", self.authorization.clone()).send()?;
        let after_ms = response.header("retry-after").and_then(|text| text.trim().parse::<u64>().ok()).and_then(|s| s.checked_mul(1000));
        Ok(Reply { status: response.status, after_ms, body: response.bytes().to_vec() })
    }

    fn get(&self, path: &str) -> Result<Value, PluginError> {
        of_question(self.send(http::get(format!("{}{path}", self.base))))
    }

    /// What the insurer has under our reference.
    fn find(&self, list: &str, reference: &str) -> Result<Value, PluginError> {
        let mut request = http::get(format!("{}/{list}", self.base));
        request.query.push(("reference".to_owned(), Text::Plain(reference.to_owned())));
        reply::under(&of_question(self.send(request))?[list], reference)
    }

    fn post(&self, key: &str, path: &str, body: &Value) -> Result<Reply, Error> {
        let body = vec![Part::Bytes(body.to_string().into_bytes())];
        self.send(http::post_json(format!("{}{path}", self.base), body).header("idempotency-key", key))
    }

    /// Hands over files and gives the insurer's names of them. A file that arrives twice does no harm.
    fn upload(&self, key: &str, files: &[File]) -> Result<Vec<String>, PluginError> {
        if files.len() > PAPERS {
            return Err(PluginError::rejected("limit", format!("the insurer takes {PAPERS} files at once")));
        }
        files.iter().enumerate().map(|(n, file)| self.upload_one(&format!("{key}-{n}"), file)).collect()
    }

    fn upload_one(&self, key: &str, file: &File) -> Result<String, PluginError> {
        let mut request = http::get(format!("{}/documents", self.base)).header("content-type", &file.content_type).header("idempotency-key", key);
        request.method = "POST".to_owned();
        request.query = vec![("kind".to_owned(), Text::Plain(file.kind.clone())), ("name".to_owned(), Text::Plain(file.name.clone()))];
        request.body = vec![Part::Blob(BlobPart { id: file.blob.clone(), encoding: "raw".to_owned(), extra: Vec::new() })];
        let taken = of_question(self.send(request))?;
        reply::text(&taken["documentId"]).ok_or_else(|| PluginError::retryable("the insurer took a file and gave it no name"))
    }

    /// A document, if the insurer has it ready.
    fn download(&self, paper: Paper) -> Option<File> {
        let mut request = http::get(format!("{}/documents/{}", self.base, segment(&paper.id)));
        // Whatever kind of document it is.
        request.headers.clear();
        request.save_body = true;
        let response = request.secret_header("authorization", self.authorization.clone()).send().ok()?;
        match response.body {
            Payload::Blob(blob) => {
                Some(File { blob: blob.id, kind: paper.kind, name: paper.name, content_type: blob.content_type, extra: Vec::new() })
            }
            Payload::Bytes(_) => None,
        }
    }

    /// The policy of an answer, with those of its documents that are ready.
    fn policy(&self, json: &Value, currency: &str) -> Result<Policy, PluginError> {
        let (policy, papers) = cover::policy(json, currency)?;
        let files = papers.into_iter().take(PAPERS).filter_map(|paper| self.download(paper)).collect();
        Ok(Policy { files, ..policy })
    }

    fn policy_path(reference: &str) -> String {
        format!("/policies/{}", segment(reference))
    }
}

/// Where the insurer reports to.
fn report_to() -> Result<String, PluginError> {
    Ok(hooks::url(REPORT, None)?)
}

impl insurer::Guest for Contract {
    fn quote(ctx: CallContext, req: QuoteRequest) -> Result<Vec<Offer>, PluginError> {
        let link = Link::open()?;
        let answer = of_question(link.post(&ctx.idempotency_key, "/quotes", &cover::quote_request(&req)))?;
        cover::offers(&answer, &req.currency)
    }

    fn bind(ctx: CallContext, req: BindRequest) -> Result<Policy, PluginError> {
        let link = Link::open()?;
        let path = format!("/quotes/{}/bind", segment(&req.offer_ref));
        let answer = of_write(link.post(&ctx.idempotency_key, &path, &cover::bind_request(&req, &report_to()?)))?;
        link.policy(&answer, &req.total.currency)
    }

    fn get_policy(_ctx: CallContext, provider_ref: Option<String>, reference: String) -> Result<Policy, PluginError> {
        let link = Link::open()?;
        let found = match provider_ref {
            Some(id) => link.get(&Link::policy_path(&id))?,
            None => link.find("policies", &reference)?,
        };
        link.policy(&found, &link.currency)
    }
}

impl endorsements::Guest for Contract {
    fn quote(ctx: CallContext, req: Change) -> Result<Offer, PluginError> {
        let link = Link::open()?;
        let path = format!("{}/endorsements/quotes", Link::policy_path(&req.policy_ref));
        let answer = of_question(link.post(&ctx.idempotency_key, &path, &cover::change_request(&req, None)))?;
        cover::offer(&answer, &link.currency)
    }

    fn endorse(ctx: CallContext, req: Change, offer_ref: Option<String>) -> Result<Policy, PluginError> {
        let link = Link::open()?;
        let path = format!("{}/endorsements", Link::policy_path(&req.policy_ref));
        let answer = of_write(link.post(&ctx.idempotency_key, &path, &cover::change_request(&req, offer_ref.as_deref())))?;
        link.policy(&answer, &link.currency)
    }

    fn cancel(ctx: CallContext, policy_ref: String, effective: String, reason: String) -> Result<Policy, PluginError> {
        let link = Link::open()?;
        let path = format!("{}/cancel", Link::policy_path(&policy_ref));
        let answer = match of_write(link.post(&ctx.idempotency_key, &path, &json!({ "effective": effective, "reason": reason }))) {
            // It may have ended before.
            Err(PluginError::Rejected(no)) if no.code == "not-in-force" => {
                let found = link.get(&Link::policy_path(&policy_ref))?;
                if cover::has_ended(&found) { found } else { return Err(PluginError::Rejected(no)) }
            }
            answered => answered?,
        };
        link.policy(&answer, &link.currency)
    }
}

impl claims::Guest for Contract {
    fn notify(ctx: CallContext, req: Notice) -> Result<Claim, PluginError> {
        let link = Link::open()?;
        let documents = link.upload(&ctx.idempotency_key, &req.files)?;
        let answer = of_write(link.post(&ctx.idempotency_key, "/claims", &loss::notice(&req, &documents, &report_to()?)))?;
        loss::claim(&answer, &link.currency)
    }

    fn supply(ctx: CallContext, provider_ref: String, note: String, files: Vec<File>) -> Result<Claim, PluginError> {
        let link = Link::open()?;
        let documents = link.upload(&ctx.idempotency_key, &files)?;
        let path = format!("/claims/{}/attachments", segment(&provider_ref));
        let answer = of_write(link.post(&ctx.idempotency_key, &path, &loss::supplement(&note, &documents)))?;
        loss::claim(&answer, &link.currency)
    }

    fn get_claim(_ctx: CallContext, provider_ref: Option<String>, reference: String) -> Result<Claim, PluginError> {
        let link = Link::open()?;
        let found = match provider_ref {
            Some(id) => link.get(&format!("/claims/{}", segment(&id)))?,
            None => link.find("claims", &reference)?,
        };
        loss::claim(&found, &link.currency)
    }
}

impl webhook::Guest for Contract {
    fn handle(_ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        let currency = config::get("currency").unwrap_or_else(|| "KES".into());
        Ok(Handled { reply: None, events: report::read(&req, &currency)?.into_iter().collect(), extra: Vec::new() })
    }
}

impl lifecycle::Guest for Contract {
    fn check(_ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let link = Link::open()?;
        let products = link.get("/products")?["products"].as_array().map_or(0, Vec::len);
        let mut warnings = Vec::new();
        if products == 0 {
            warnings.push("The insurer offers this account no products".to_owned());
        }
        if matches!(secrets::get("webhook_secret"), Err(HostError::NotFound)) {
            warnings.push("Without a key for reports the insurer's reports are refused".to_owned());
        }
        let summary = format!("Connected to {}; products on offer: {products}.", link.base);
        Ok(lifecycle::Report { summary, warnings, values: Vec::new(), extra: Vec::new() })
    }

    /// The insurer learns the address for its reports with every policy and claim.
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
