//! Before any handler: the tenant by the host, the person by cookie or token, limits, and what pages need to be safe. After it:
//! cookies, headers, the final form of errors, one line in the log.

use std::{
    future::Future,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use identity::{UserKind, authenticator};
use ipnet::IpNet;
use kernel::{
    App, AppError, AppResult, Tenant,
    csrf::CsrfToken,
    hosts::HostName,
    http::{
        Caller, Who,
        client::{ClientAddress, RequestId},
    },
    languages::{self, LANGUAGE_COOKIE},
    routes::Face,
    tenant::TenantState,
    tokens,
};
use pages::{FLASH_COOKIE, Nonce};
use tracing::Span;
use uuid::Uuid;

use super::{
    errors, headers,
    limits::{Asker, RequestLimits},
    measure,
};
use crate::telemetry::traces;

/// Names of cookies.
const SESSION_COOKIE: &str = identity::SESSION_COOKIE;
const VISITOR_COOKIE: &str = "wakala_visitor";
const PREVIEW_COOKIE: &str = "wakala_preview";
/// What a preview link carries, and how long it and its cookie hold.
const PREVIEW_PARAMETER: &str = "preview";

pub(super) struct Settings {
    trusted_proxies: Vec<IpNet>,
    objects: String,
    https: bool,
    limits: RequestLimits,
}

impl Settings {
    pub(super) fn new(config: &crate::config::Config) -> Self {
        let objects = if config.objects.public_endpoint.is_empty() { &config.objects.endpoint } else { &config.objects.public_endpoint };
        Self {
            trusted_proxies: config.server.trusted_proxies.clone(),
            objects: objects.clone(),
            https: config.hosts.scheme == "https",
            limits: RequestLimits::new(&config.limits),
        }
    }

    fn trusts(&self, ip: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(&ip))
    }

    pub(super) fn forget_idle(&self) {
        self.limits.forget_idle();
    }
}

/// What is known of a request before its handler runs.
struct Context {
    face: Face,
    /// Portal or back office also where the face is the API.
    side: Face,
    caller: Option<Caller>,
    /// Set for the first time with this answer.
    new_visitor: Option<Uuid>,
    csrf: String,
}

pub(super) async fn answer<F>(
    app: &App,
    settings: &Settings,
    peer: SocketAddr,
    request_id: Uuid,
    mut request: Request,
    run: impl FnOnce(Face, Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let started = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let address = client_address(settings, peer, request.headers());
    let nonce = hex::encode(tokens::random_bytes::<12>());
    let had_flash = navigates(request.headers()) && CookieJar::from_headers(request.headers()).get(FLASH_COOKIE).is_some();
    let next_after_login = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);

    let asked = Asked::of(&request);
    let (face, context, route, mut response) = match read(app, settings, &asked, address, request_id).await {
        Ok(context) => {
            let face = context.face;
            let extensions = request.extensions_mut();
            // Handlers of the API learn the side from the face; pages are their own side.
            extensions.insert(context.side);
            extensions.insert(RequestId(request_id));
            extensions.insert(ClientAddress(address));
            extensions.insert(Nonce(nonce.clone()));
            extensions.insert(CsrfToken(context.csrf.clone()));
            if let Some(caller) = &context.caller {
                extensions.insert(caller.clone());
            }
            let parts = errors::PageParts::of(app, &request);
            let response = if may_send(&context, &method, &path) {
                run(face, request).await
            } else {
                AppError::new(kernel::Kind::Forbidden, "identity.preview_reads_only").into_response()
            };
            let route = response.extensions().get::<MatchedPath>().cloned();
            let response = errors::finish(app, face, context.caller.as_ref(), parts, request_id, &next_after_login, response).await;
            (face, Some(context), route, response)
        }
        Err((face, error)) => {
            let parts = errors::PageParts::bare(app, &request, request_id, &nonce);
            let response = errors::finish(app, face, None, parts, request_id, &next_after_login, error.into_response()).await;
            (face, None, None, response)
        }
    };
    let is_page = !matches!(face, Face::Api | Face::Hook);
    if let Some(context) = &context {
        set_cookies(app, settings, context, had_flash && is_page && method == Method::GET && response.status().is_success(), &mut response);
    }
    let policy = is_page.then(|| headers::content_policy(&nonce, &settings.objects));
    headers::harden(response.headers_mut(), settings.https, policy.as_deref());
    if let Ok(value) = HeaderValue::from_str(&request_id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    let took = started.elapsed();
    measure::answered(face, &method, route.as_ref(), response.status(), took);
    let caller = context.as_ref().and_then(|context| context.caller.as_ref());
    tracing::info!(
        request.id = %request_id,
        face = ?face,
        %method,
        path = loggable(&path),
        status = response.status().as_u16(),
        tenant.slug = caller.map_or("", |caller| caller.tenant().slug.as_str()),
        caller = caller.map_or_else(String::new, |caller| caller.scope.caller_key()),
        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

/// Whether a whole page is asked for (Fetch Metadata, W3C): what a page fetches in the background shows no message, so it takes none away.
fn navigates(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_none_or(|mode| mode == "navigate")
}

/// Whoever looks through another role's eyes sends nothing.
fn may_send(context: &Context, method: &Method, path: &str) -> bool {
    method.is_safe() || context.caller.as_ref().is_none_or(|caller| authenticator::may_send(&caller.who, path))
}

/// Tokens in paths are secrets.
fn loggable(path: &str) -> &str {
    ["/hooks/", "/reset-password/", "/claim/"].into_iter().find(|secret| path.starts_with(secret)).unwrap_or(path)
}

/// The peer, or what the nearest trusted proxy says of it.
fn client_address(settings: &Settings, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
    if !settings.trusts(peer.ip()) {
        return peer.ip();
    }
    headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').map(str::trim).filter_map(|item| item.parse::<IpAddr>().ok()).find(|ip| !settings.trusts(*ip)))
        .unwrap_or_else(|| peer.ip())
}

/// Everything that happens for one request: whatever is logged on the way says for which. A trusted proxy may have begun its trace.
pub(super) fn span(settings: &Settings, peer: SocketAddr, headers: &HeaderMap, request_id: Uuid) -> Span {
    let span = tracing::info_span!("request", request.id = %request_id);
    if settings.trusts(peer.ip()) {
        traces::continue_from(&span, headers);
    }
    span
}

/// What of a request says whose it is. The body stays where it is.
struct Asked {
    uri: axum::http::Uri,
    headers: HeaderMap,
}

impl Asked {
    fn of(request: &Request) -> Self {
        Self { uri: request.uri().clone(), headers: request.headers().clone() }
    }
}

async fn read(app: &App, settings: &Settings, request: &Asked, address: IpAddr, request_id: Uuid) -> Result<Context, (Face, AppError)> {
    let host = request.uri.host().or_else(|| request.headers.get(header::HOST).and_then(|value| value.to_str().ok())).unwrap_or_default();
    let path = request.uri.path();
    let narrowed = if path.starts_with("/hooks/") {
        Some(Face::Hook)
    } else if path == "/api" || path.starts_with("/api/") || path.starts_with("/.well-known/") {
        Some(Face::Api)
    } else {
        None
    };
    let unknown = || (narrowed.unwrap_or(Face::Platform), AppError::new(kernel::Kind::NotFound, "unknown_host"));
    let (side, slug) = match app.hosts.read(host).ok_or_else(unknown)? {
        HostName::Platform => (Face::Platform, None),
        HostName::Portal(slug) => (Face::Portal, Some(slug)),
        HostName::Office(slug) => (Face::Office, Some(slug)),
        HostName::Callback(slug) => (Face::Hook, Some(slug)),
    };
    let face = if side == Face::Hook { Face::Hook } else { narrowed.unwrap_or(side) };
    let fail = |error: AppError| (face, error);
    let jar = CookieJar::from_headers(&request.headers);
    let Some(slug) = slug else {
        let visitor = read_visitor(app, &jar);
        let id = visitor.unwrap_or_else(Uuid::now_v7);
        settings.limits.check(&Asker::PageVisitor(id), address).map_err(fail)?;
        let csrf = app.signer.sign("csrf", &format!("visitor:{id}"));
        return Ok(Context { face, side, caller: None, new_visitor: visitor.is_none().then_some(id), csrf });
    };
    let tenant = app.directory.by_slug(&slug).await.map_err(fail)?.ok_or_else(unknown)?;
    if matches!(tenant.state, TenantState::Suspended | TenantState::Closed) && face != Face::Hook {
        return Err(fail(AppError::new(kernel::Kind::Forbidden, "tenant_suspended")));
    }
    if face == Face::Hook {
        return Ok(Context { face, side, caller: None, new_visitor: None, csrf: String::new() });
    }
    let (who, key, new_visitor) = person(app, &tenant, face, side, &request.headers, &jar, request_id).await.map_err(fail)?;
    let asker = match (&who, face) {
        (Who::Visitor { .. }, Face::Api) => Asker::ApiVisitor,
        (Who::Visitor { visitor }, _) => Asker::PageVisitor(*visitor),
        (Who::Customer { user, .. } | Who::Staff { user, .. }, Face::Api) => Asker::ApiUser(*user),
        (Who::Customer { user, .. } | Who::Staff { user, .. }, _) => Asker::PageUser(*user),
    };
    settings.limits.check(&asker, address).map_err(fail)?;
    if side == Face::Portal && tenant.state == TenantState::Preview && !may_preview(app, &tenant, request, &jar) {
        return Err(fail(AppError::new(kernel::Kind::NotFound, "portal_not_open")));
    }
    let csrf = app.signer.sign("csrf", &key);
    let locale = language(app, &tenant, face, side, &request.headers, &jar);
    let caller = Caller::new(app, tenant, who, request_id, address).speaking(&locale);
    Ok(Context { face, side, caller: Some(caller), new_visitor, csrf })
}

/// Who calls, what their forms are tied to, and the visitor's id if it is new.
async fn person(
    app: &App,
    tenant: &Arc<Tenant>,
    face: Face,
    side: Face,
    headers: &HeaderMap,
    jar: &CookieJar,
    request_id: Uuid,
) -> AppResult<(Who, String, Option<Uuid>)> {
    let kind = if side == Face::Office { UserKind::Staff } else { UserKind::Customer };
    if face == Face::Api {
        // Cookies never speak for anybody here, so that no other site can make a browser act.
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(AppError::unauthenticated)?;
            let who = authenticator::by_bearer(app, tenant, kind, token, request_id).await?;
            return Ok((who, String::new(), None));
        }
    } else if let Some(cookie) = jar.get(SESSION_COOKIE)
        && let Some(who) = authenticator::by_cookie(app, tenant, kind, cookie.value(), request_id).await?
    {
        let session = match &who {
            Who::Customer { session, .. } | Who::Staff { session, .. } => *session,
            Who::Visitor { visitor } => *visitor,
        };
        return Ok((who, format!("session:{session}"), None));
    }
    let known = read_visitor(app, jar);
    let visitor = known.unwrap_or_else(Uuid::now_v7);
    Ok((Who::Visitor { visitor }, format!("visitor:{visitor}"), known.is_none().then_some(visitor)))
}

/// Readers of a portal have a choice of languages; the back office has the tenant's own.
fn language(app: &App, tenant: &Tenant, face: Face, side: Face, headers: &HeaderMap, jar: &CookieJar) -> String {
    if side != Face::Portal {
        return tenant.locale.clone();
    }
    let chosen = jar.get(LANGUAGE_COOKIE).map(Cookie::value).filter(|_| face != Face::Api);
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    languages::of_reader(app, tenant, chosen, accepted)
}

fn read_visitor(app: &App, jar: &CookieJar) -> Option<Uuid> {
    let cookie = jar.get(VISITOR_COOKIE)?;
    let (id, signature) = cookie.value().split_once('.')?;
    app.signer.verify("visitor", id, signature).then(|| id.parse().ok())?
}

/// A portal that is not open yet is seen by whoever came through a preview link from the back office.
fn may_preview(app: &App, tenant: &Tenant, request: &Asked, jar: &CookieJar) -> bool {
    let valid = |token: &str| app.signer.verify("preview", &tenant.id.to_string(), token);
    let by_link = request.uri.query().is_some_and(|query| query.split('&').any(|pair| pair.strip_prefix("preview=").is_some_and(valid)));
    by_link || jar.get(PREVIEW_COOKIE).is_some_and(|cookie| valid(cookie.value()))
}

fn set_cookies(app: &App, settings: &Settings, context: &Context, flash_was_shown: bool, response: &mut Response) {
    let mut add = |cookie: Cookie<'_>| {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    };
    let build = |name: &'static str, value: String, days: i64| {
        Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .secure(settings.https)
            .same_site(SameSite::Lax)
            .max_age(time::Duration::days(days))
            .build()
    };
    if let Some(visitor) = context.new_visitor {
        let id = visitor.to_string();
        let signature = app.signer.sign("visitor", &id);
        add(build(VISITOR_COOKIE, format!("{id}.{signature}"), 180));
    }
    if let Some(caller) = &context.caller
        && context.side == Face::Portal
        && caller.tenant().state == TenantState::Preview
    {
        add(build(PREVIEW_COOKIE, preview_token(app, caller.tenant()), 7));
    }
    if flash_was_shown {
        add(build(FLASH_COOKIE, String::new(), 0));
    }
}

/// What a preview link carries.
fn preview_token(app: &App, tenant: &Tenant) -> String {
    app.signer.sign(PREVIEW_PARAMETER, &tenant.id.to_string())
}

/// Whether a status asks the reader to sign in.
pub(super) fn wants_login(status: StatusCode) -> bool {
    status == StatusCode::UNAUTHORIZED
}
