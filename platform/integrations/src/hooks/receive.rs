//! Receiving: find the address, check what the host can check, store, answer.
//!
//! The host says whose address it is; an address under a host of no tenant is first looked up as the platform. A body is read only for
//! an address that exists. Whatever the plugin makes of a request happens afterwards, except for webhooks that it answers itself.

use std::{net::IpAddr, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use chrono::{DateTime, Utc};
use kernel::{
    App, AppError, AppResult, Kind, Scope,
    hosts::HostName,
    http::{
        Path,
        client::{ClientAddress, RequestId},
    },
    platform_tx::PlatformTx,
    tokens::token_hash,
};
use plugin_host::{
    Unverified,
    manifest::{FixedReply, Signature, Webhook, WebhookMode},
    verify_webhook,
};
use uuid::Uuid;

use super::{
    HandleWebhook,
    addresses::{self, Address},
    handle,
    store::{self, NewDelivery},
};
use crate::{Integrations, calls::caps::Lent, catalogue::Package, installs};

/// Largest body that is taken.
pub const MAX_BODY: usize = 4 << 20;
/// Largest body of what is written together with others.
const SMALL_BODY: usize = 64 << 10;
/// Longest query and path.
const MAX_LINE: usize = 8 * 1024;
/// How long after its own deadline an answered webhook is looked at again, should this process have died meanwhile.
const SECOND_LOOK: Duration = Duration::from_secs(60);

/// `/hooks/{token}`.
pub async fn receive(State(app): State<App>, Path(token): Path<String>, request: Request) -> AppResult<Response> {
    accept(&app, &token, "", request).await
}

/// `/hooks/{token}/…`, for providers that add to the address.
pub async fn receive_below(State(app): State<App>, Path((token, rest)): Path<(String, String)>, request: Request) -> AppResult<Response> {
    accept(&app, &token, &rest, request).await
}

async fn accept(app: &App, token: &str, rest: &str, request: Request) -> AppResult<Response> {
    let integrations = Integrations::of(app)?;
    let hash = token_hash(token);
    let scope = scope_of(app, &hash, host_of(app, &request), request.extensions().get()).await?;
    let address = addresses::find(&integrations, &scope, hash).await?.ok_or_else(AppError::not_found)?;
    let arrived = Arrived::read(rest, request).await?;
    let Some(hook) = address.package.manifest.webhook(&address.webhook, &arrived.method) else {
        return Err(method_not_allowed(&address.package, &address.webhook));
    };
    let signature_verified = match hook.signature {
        Signature::None | Signature::Plugin => false,
        Signature::Hmac { .. } | Signature::StandardWebhooks { .. } | Signature::Basic { .. } => {
            demand_signature(&integrations, &scope, &address, hook, &arrived).await?;
            true
        }
    };
    let listed = arrived.source.is_some_and(|source| hook.source_ips.iter().any(|network| network.contains(&source)));
    let id = Uuid::now_v7();
    let kept_headers: Vec<&(String, String)> = arrived.headers.iter().filter(|(name, _)| is_kept(name, &hook.signature)).collect();
    let delivery = NewDelivery {
        id,
        installation: address.installation,
        webhook: address.webhook.clone(),
        subject: address.subject.clone(),
        mode: address.mode,
        method: arrived.method,
        path: rest.to_owned(),
        query: arrived.query,
        headers: serde_json::to_value(kept_headers).map_err(AppError::internal)?,
        body: arrived.body.into(),
        source_ip: arrived.source.map(|source| source.to_string()),
        source_trusted: listed || signature_verified,
        signature_verified,
        received_at: Utc::now(),
    };
    match hook.mode {
        // So that no batch grows beyond what the database takes, a large one is written by itself.
        WebhookMode::Deferred if delivery.body.len() > SMALL_BODY => keep_alone(&scope, &delivery, Utc::now()).await?,
        WebhookMode::Deferred => integrations.intake.keep(&scope, delivery).await?,
        WebhookMode::Answered => {
            let wait = Duration::from_millis(hook.deadline_ms.unwrap_or_default().into());
            keep_alone(&scope, &delivery, Utc::now() + wait + SECOND_LOOK).await?;
            return Ok(answered(&integrations, &scope, id, hook, wait).await);
        }
    }
    Ok(fixed(hook.reply.as_ref()))
}

/// Refuses what is not signed as the manifest says.
async fn demand_signature(integrations: &Integrations, scope: &Scope, address: &Address, hook: &Webhook, arrived: &Arrived) -> AppResult<()> {
    let mut tx = scope.begin_read().await?;
    let configuration = installs::store::get_configuration(&mut tx, address.installation, address.mode).await?;
    let lent = Lent {
        settings: installs::interface_settings(&address.package.manifest, &configuration.settings, address.mode),
        secrets: integrations.open_secrets(&mut tx, address.installation, address.mode).await?,
        ..Lent::nothing()
    };
    is_signed(hook, &lent, arrived).map_err(|reason| {
        tracing::warn!(tenant.id = %scope.tenant.id, installation.id = %address.installation, webhook = %address.webhook, %reason, "a webhook is refused");
        AppError::unauthenticated()
    })
}

/// Stores a delivery in a transaction of its own, with the job that looks at it not before `look_at`.
async fn keep_alone(scope: &Scope, delivery: &NewDelivery, look_at: DateTime<Utc>) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    store::insert_deliveries(&mut tx, &[delivery]).await?;
    tx.enqueue_at(&HandleWebhook { delivery: delivery.id }, look_at).await?;
    tx.commit().await
}

/// The plugin's own answer, or the manifest's when there is none in time.
async fn answered(integrations: &Integrations, scope: &Scope, delivery: Uuid, hook: &Webhook, within: Duration) -> Response {
    match handle::answer(integrations, scope, delivery, within).await {
        Ok(Some(reply)) => response(reply.status, reply.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())), reply.body),
        Ok(None) => fixed(hook.reply.as_ref()),
        Err(error) => {
            let error = kernel::http::error::chain(&error);
            tracing::warn!(tenant.id = %scope.tenant.id, delivery.id = %delivery, error, "a webhook gets the fallback answer");
            fixed(hook.fallback.as_ref())
        }
    }
}

/// Checks the signature alone: where a request comes from only marks it, since no provider's list of addresses is complete.
fn is_signed(hook: &Webhook, lent: &Lent, arrived: &Arrived) -> Result<(), Unverified> {
    let anywhere = Webhook { source_ips: Vec::new(), ..hook.clone() };
    let source = arrived.source.unwrap_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED));
    verify_webhook(&anywhere, lent, source, &arrived.headers, &arrived.body)
}

fn host_of(app: &App, request: &Request) -> Option<HostName> {
    let host = request.uri().host().or_else(|| request.headers().get(header::HOST).and_then(|host| host.to_str().ok()));
    host.and_then(|host| app.hosts.read(host))
}

/// The tenant that the host names, or else the one whose address it is.
async fn scope_of(app: &App, hash: &[u8], host: Option<HostName>, request_id: Option<&RequestId>) -> AppResult<Scope> {
    let request_id = request_id.map_or_else(Uuid::now_v7, |id| id.0);
    match host {
        Some(HostName::Callback(slug) | HostName::Portal(slug) | HostName::Office(slug)) => {
            let tenant = app.directory.by_slug(&slug).await?.ok_or_else(AppError::not_found)?;
            Ok(app.system_scope(tenant, "integrations.hook", request_id))
        }
        Some(HostName::Platform) | None => {
            let mut platform = PlatformTx::begin(&app.db, "integrations.hook").await?;
            let tenant = store::find_tenant(&mut platform, hash).await?.ok_or_else(AppError::not_found)?;
            drop(platform);
            app.system_scope_of(tenant.into(), "integrations.hook", request_id).await
        }
    }
}

fn method_not_allowed(package: &Package, webhook: &str) -> AppError {
    let methods: Vec<&str> =
        package.manifest.webhooks.iter().filter(|hook| hook.name == webhook).flat_map(|hook| hook.methods.iter().map(String::as_str)).collect();
    AppError::malformed("method").with("allowed", methods.join(", "))
}

/// Credentials are not stored, unless the plugin itself has to check them.
fn is_kept(name: &str, signature: &Signature) -> bool {
    match name {
        "cookie" | "proxy-authorization" => false,
        "authorization" => *signature == Signature::Plugin,
        _ => true,
    }
}

fn fixed(reply: Option<&FixedReply>) -> Response {
    let reply = reply.cloned().unwrap_or_default();
    response(reply.status, reply.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())), reply.body.into_bytes())
}

/// The answer in a plugin's words. Its address lies under a host where people sign in, and the words are a stranger's: for a browser
/// that follows a link to it, it must be neither page nor script.
fn response<'a>(status: u16, headers: impl Iterator<Item = (&'a str, &'a str)>, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational()).unwrap_or(StatusCode::OK);
    for (name, value) in headers {
        let Ok(value) = HeaderValue::from_str(value) else { continue };
        match name.to_ascii_lowercase().as_str() {
            "content-type" if is_data(value.as_bytes()) => drop(response.headers_mut().insert(header::CONTENT_TYPE, value)),
            "retry-after" => drop(response.headers_mut().insert(header::RETRY_AFTER, value)),
            _ => {}
        }
    }
    response.headers_mut().entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox"));
    response
}

/// Whether browsers make nothing of content of this kind.
fn is_data(content_type: &[u8]) -> bool {
    let kind = String::from_utf8_lossy(content_type).to_ascii_lowercase();
    !["html", "script", "css", "svg"].iter().any(|acted_on| kind.contains(acted_on))
}

/// A request as it came.
struct Arrived {
    method: String,
    query: String,
    headers: Vec<(String, String)>,
    source: Option<IpAddr>,
    body: Bytes,
}

impl Arrived {
    async fn read(rest: &str, request: Request) -> AppResult<Self> {
        let too_large = || AppError::new(Kind::TooLarge, "too_large").with("limit", MAX_BODY.to_string());
        let source = request.extensions().get::<ClientAddress>().map(|client| client.0.to_canonical());
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        if query.len() > MAX_LINE || rest.len() > MAX_LINE || rest.contains('\0') {
            return Err(AppError::malformed("path"));
        }
        let headers =
            parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect();
        let body = axum::body::to_bytes(body, MAX_BODY).await.map_err(|_| too_large())?;
        Ok(Self { method: parts.method.as_str().to_owned(), query, headers, source, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, headers: &[(&str, &str)]) -> Response {
        response(status, headers.iter().copied(), b"<script>steal()</script>".to_vec())
    }

    #[test]
    fn what_a_plugin_answers_is_no_page_of_the_host_it_lies_under() {
        for kind in ["text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml", "text/javascript", "image/svg+xml", "text/css"] {
            let answer = told(200, &[("Content-Type", kind), ("content-security-policy", "script-src *"), ("set-cookie", "a=b"), ("refresh", "0")]);
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/octet-stream", "{kind}");
            assert_eq!(answer.headers()[header::CONTENT_SECURITY_POLICY], "default-src 'none'; frame-ancestors 'none'; sandbox");
            assert_eq!(answer.headers().len(), 2, "{:?}", answer.headers());
        }
    }

    #[test]
    fn a_provider_is_told_kind_and_status_of_an_answer() {
        let answer = told(503, &[("content-type", "application/json;charset=UTF-8"), ("Retry-After", "5")]);
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json;charset=UTF-8");
        assert_eq!(answer.headers()[header::RETRY_AFTER], "5");
        assert_eq!(told(101, &[]).status(), StatusCode::OK, "nothing is switched to another protocol");
    }
}
