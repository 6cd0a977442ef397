//! Builds the shell from the request.

use axum::{
    extract::FromRequestParts,
    http::{Method, Uri, header, request::Parts},
};
use axum_extra::extract::CookieJar;
use kernel::{
    App, AppError, AppResult,
    csrf::CsrfToken,
    http::{
        caller::{Caller as Person, Who},
        client::RequestId,
    },
    i18n::FALLBACK,
    languages::{self, language_of},
    profile::Profile,
    routes::Face,
    tenant::TenantState,
};
use sha2::{Digest, Sha256};

use crate::{Assets, Brand, Caller, FLASH_COOKIE, Flash, Language, Link, Nonce, Notice, Profiles, Shell, Tone, flash};

/// Take it as an argument of a page's handler: `PageShell(shell): PageShell`.
pub struct PageShell(pub Shell);

impl FromRequestParts<App> for PageShell {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        build(parts, app).await.map(Self)
    }
}

async fn build(parts: &Parts, app: &App) -> AppResult<Shell> {
    let extensions = &parts.extensions;
    let person = extensions.get::<Person>();
    let face = extensions.get::<Face>().copied().unwrap_or(Face::Platform);
    let lang = person.map_or_else(|| FALLBACK.to_owned(), |person| person.scope.locale.to_string());
    let mut shell = Shell {
        face,
        title: String::new(),
        description: String::new(),
        canonical: String::new(),
        index: false,
        json_ld: String::new(),
        lang,
        languages: Vec::new(),
        path: parts.uri.path().to_owned(),
        here: here(parts),
        brand: Brand::default(),
        caller: None,
        nav: Vec::new(),
        crumbs: Vec::new(),
        flash: Vec::new(),
        notice: None,
        csrf: extensions.get::<CsrfToken>().map(|token| token.0.clone()).unwrap_or_default(),
        nonce: extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default(),
        live: String::new(),
        request_id: extensions.get::<RequestId>().map(|id| id.0.to_string()).unwrap_or_default(),
        zone: person.map_or(chrono_tz::UTC, |person| person.tenant().time_zone),
        now: app.clock.now(),
        texts: match person {
            Some(person) => app.worded(&person.scope).await?.texts,
            None => app.texts.clone(),
        },
        assets: app.port::<Assets>()?,
    };
    match person {
        Some(person) => {
            let profile = app.port::<Profiles>()?.of(&person.scope).await?;
            shell.brand = tenant_brand(&shell, person, &profile);
            shell.caller = reader(person);
            if face == Face::Portal {
                shell.languages = languages(app, person);
            }
            if face == Face::Portal && person.tenant().state == TenantState::Preview {
                shell.notice = Some(Notice { tone: Tone::Warn, text: shell.t("notice-preview"), link: None, acts: false });
            }
        }
        None => {
            shell.brand =
                Brand { name: "Wakala".to_owned(), icon_url: shell.asset("favicon.svg"), theme_color: "#0b5c4d".to_owned(), ..Brand::default() };
        }
    }
    let jar = CookieJar::from_headers(&parts.headers);
    if let Some((tone, key, undo)) = jar.get(FLASH_COOKIE).and_then(|cookie| flash::read(cookie.value())) {
        let undo = undo.map(|href| Link { label: shell.t("button-undo"), href: href.to_owned() });
        shell.flash.push(Flash { tone, text: shell.t(key), undo });
    }
    Ok(shell)
}

/// The languages to choose from, each by its own name; none where there is no choice.
fn languages(app: &App, person: &Person) -> Vec<Language> {
    let offered = languages::offered(app, person.tenant());
    if offered.len() < 2 {
        return Vec::new();
    }
    let current = language_of(&person.scope.locale);
    offered
        .iter()
        .map(|code| Language { code: (*code).to_owned(), name: app.texts.get(code, "language-name", &[]), current: *code == current })
        .collect()
}

/// Where the reader is, to come back to: a page that answers a form has no address of its own, but that of the form.
fn here(parts: &Parts) -> String {
    let asked = || parts.uri.path_and_query().map(ToString::to_string);
    let referrer = || {
        let uri: Uri = parts.headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
        uri.path_and_query().map(ToString::to_string)
    };
    let place = if parts.method == Method::GET { asked() } else { referrer() };
    place.unwrap_or_else(|| "/".to_owned())
}

fn tenant_brand(shell: &Shell, person: &Person, profile: &Profile) -> Brand {
    let name = if profile.legal_name.is_empty() { &person.tenant().name } else { &profile.legal_name };
    let version = hex(&Sha256::digest(format!("{}{}", profile.brand_colour, profile.logo_path.as_deref().unwrap_or_default())));
    let licence =
        if profile.licence_number.is_empty() { String::new() } else { shell.tf("brand-licence", [("number", profile.licence_number.as_str())]) };
    Brand {
        name: name.clone(),
        // The firm's own words, in its own language; readers of another are greeted in the platform's.
        tagline: if language_of(&shell.lang) == language_of(&person.tenant().locale) { profile.tagline.clone() } else { String::new() },
        logo_url: profile.logo_path.as_ref().map(|_| format!("/brand/logo.png?v={version}")).unwrap_or_default(),
        logo_width: 160,
        logo_height: 48,
        css_url: format!("/brand.css?v={version}"),
        dark_logo_url: profile.dark_logo.as_ref().map(|picture| picture.href(384)).unwrap_or_default(),
        icon_url: profile.icon.as_ref().map_or_else(|| shell.asset("favicon.svg"), |icon| icon.href(96)),
        touch_icon_url: profile.icon.as_ref().map(|icon| icon.href(192)).unwrap_or_default(),
        theme_color: if profile.brand_colour.is_empty() { "#0b5c4d".to_owned() } else { profile.brand_colour.clone() },
        licence,
        phone: profile.phone.clone(),
        email: profile.email.clone(),
        address: profile.address.clone(),
        links: Vec::new(),
        elsewhere: profile.elsewhere.iter().map(|url| Link { label: site_name(url).to_owned(), href: url.clone() }).collect(),
    }
}

/// `https://www.example.com/mfano` is on example.com.
fn site_name(url: &str) -> &str {
    let host = url.trim_start_matches("https://").split('/').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

fn reader(person: &Person) -> Option<Caller> {
    let (name, staff, permissions) = match &person.who {
        Who::Visitor { .. } => return None,
        Who::Customer { name, .. } => (name.clone(), false, Default::default()),
        Who::Staff { name, permissions, .. } => (name.clone(), true, permissions.clone()),
    };
    let initials = name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect();
    Some(Caller { initials, name, detail: String::new(), staff, permissions, unread: 0 })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
