//! What a site has beside its pages: the brand's style and logo, the manifest for phones, the page for when there is no network,
//! what search engines may read, and the pages that the firm words itself.

mod brand;
mod pages;

use ::pages::{Profiles, Shell, html};
use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use insurance::catalogue::service as catalogue;
use kernel::{
    App, AppResult,
    http::{Anyone, Caller},
    routes::{Access, Face, Routes},
    tenant::TenantState,
};
use serde_json::json;

use crate::{page::Page, picture, samples::Sample};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Face::Portal, "/brand.css", Access::Public, brand::style)
        .get(Face::Portal, "/brand/logo.png", Access::Public, brand::logo)
        .get(Face::Office, "/brand.css", Access::Public, brand::style)
        .get(Face::Office, "/brand/logo.png", Access::Public, brand::logo)
        .get(Face::Portal, "/images/{hash}/{name}", Access::Public, picture::file)
        .get(Face::Office, "/images/{hash}/{name}", Access::Public, picture::file)
        .get(Face::Portal, "/manifest.webmanifest", Access::Public, manifest)
        .get(Face::Portal, "/offline", Access::Public, offline)
        .get(Face::Portal, "/robots.txt", Access::Public, robots)
        .get(Face::Portal, "/sitemap.xml", Access::Public, sitemap)
        .get(Face::Portal, "/about", Access::Public, pages::about)
        .get(Face::Portal, "/complaints", Access::Public, pages::complaints)
        .get(Face::Portal, "/terms", Access::Public, pages::terms)
        .get(Face::Portal, "/privacy", Access::Public, pages::privacy)
        .get(Face::Portal, "/cookies", Access::Public, pages::cookies)
        .get(Face::Portal, "/{page}/versions/{number}", Access::Public, pages::version)
}

#[derive(Template)]
#[template(path = "portal/offline.html")]
struct OfflinePage {
    shell: Shell,
}

/// Kept by browsers, so it shows nobody's name.
async fn offline(Page(mut shell): Page) -> AppResult<Response> {
    shell.caller = None;
    shell.flash.clear();
    html(&OfflinePage { shell: shell.titled("offline-title") })
}

/// Makes the portal installable.
async fn manifest(caller: Caller, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    let profile = app.port::<Profiles>()?.of(&caller.scope).await?;
    let icons = match &profile.icon {
        Some(icon) => {
            let kind = if icon.format == "png" { "image/png" } else { "image/jpeg" };
            let file = |width: &i32| json!({ "src": icon.href(*width), "sizes": format!("{width}x{width}"), "type": kind, "purpose": "any" });
            icon.widths.iter().map(file).collect()
        }
        None => vec![json!({ "src": shell.brand.icon_url, "sizes": "any", "type": "image/svg+xml", "purpose": "any" })],
    };
    let manifest = json!({
        "name": shell.brand.name,
        "short_name": shell.brand.name.split_whitespace().next().unwrap_or_default(),
        "start_url": "/account",
        "scope": "/",
        "display": "standalone",
        "lang": shell.lang,
        "background_color": "#ffffff",
        "theme_color": shell.brand.theme_color,
        "icons": icons,
    });
    let headers = [(header::CONTENT_TYPE, "application/manifest+json"), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, manifest.to_string()).into_response())
}

/// A portal that is not open yet is nobody's to index; an open one keeps people's own pages out.
async fn robots(caller: Caller, State(app): State<App>) -> Response {
    let text = if caller.tenant().state == TenantState::Live {
        let map = app.hosts.portal_url(&caller.tenant().slug, "/sitemap.xml");
        format!(
            "Sitemap: {map}\nUser-agent: *\nDisallow: /account\nDisallow: /checkout\nDisallow: /orders\nDisallow: /quotes\nDisallow: /saved/\nDisallow: /verify/\n"
        )
    } else {
        "User-agent: *\nDisallow: /\n".to_owned()
    };
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")], text).into_response()
}

/// The pages that anybody may find: the start, the shelf, each product on sale, the firm's own.
async fn sitemap(caller: Anyone, State(app): State<App>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let products = catalogue::list_for_sale(&mut tx, &Default::default()).await?;
    drop(tx);
    let paths = ["/", "/products", "/verify", "/about", "/complaints", "/terms", "/privacy", "/cookies"]
        .into_iter()
        .map(str::to_owned)
        .chain(products.iter().map(|product| format!("/products/{}", product.id)));
    let urls: String = paths.map(|path| format!("<url><loc>{}</loc></url>", app.hosts.portal_url(&caller.tenant().slug, &path))).collect();
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>");
    Ok(([(header::CONTENT_TYPE, "application/xml"), (header::CACHE_CONTROL, "public, max-age=3600")], text).into_response())
}

pub(crate) fn samples(shell: &Shell) -> Vec<Sample> {
    [vec![Sample::of("offline", &OfflinePage { shell: shell.clone().titled("offline-title") })], pages::samples(shell)].concat()
}
