//! What the firm says of itself, its terms and how it treats data. While it published no wording of its own, the platform's plain
//! words stand under its name.

use ::pages::{Link, Shell, html, markdown, regulator};
use askama::{Template, filters::Safe};
use axum::{extract::State, response::Response};
use insurance::site::{PageCode, SitePage, pages};
use kernel::{
    App, AppError, AppResult,
    http::{Anyone, Path},
};

use crate::{
    page::{Page, listed},
    samples::Sample,
};

#[derive(Template)]
#[template(path = "portal/page.html")]
struct PageOfFirm {
    shell: Shell,
    /// The firm's own wording; empty where the parts stand for it.
    html: Safe<String>,
    /// Heading and text of each part.
    parts: Vec<(String, String)>,
    /// Which wording it is and since when; empty for the platform's.
    since: String,
    /// A wording that does not hold any more.
    past: bool,
    /// The wordings before it.
    older: Vec<Link>,
    /// Whoever reads it wants to reach somebody.
    contact: bool,
}

impl PageOfFirm {
    fn of_platform(shell: Shell, code: PageCode, regulator: &str) -> Self {
        let name = shell.brand.name.clone();
        let words = [("name", name.as_str()), ("regulator", regulator)];
        let text = |part: &str, kind: &str| shell.tf(&format!("portal-{code}-{part}-{kind}"), words);
        let parts = code.parts().iter().map(|part| (text(part, "title"), text(part, "text"))).collect();
        let shell = shell.titled(&format!("portal-{code}-title"));
        Self { shell, html: Safe(String::new()), parts, since: String::new(), past: false, older: Vec::new(), contact: code == PageCode::Complaints }
    }

    fn of_firm(shell: Shell, page: &SitePage, older: &[&SitePage], past: bool) -> Self {
        let day = |page: &SitePage| page.published_at.map(|at| shell.day_of(&at)).unwrap_or_default();
        let words = |page: &SitePage| shell.tf("portal-page-since", [("number", page.number.to_string()), ("date", day(page))]);
        Self {
            html: markdown(page.body.get(&shell.lang)),
            parts: Vec::new(),
            since: words(page),
            past,
            contact: page.code == PageCode::Complaints,
            older: older.iter().map(|page| Link { label: words(page), href: format!("/{}/versions/{}", page.code, page.number) }).collect(),
            shell: shell.clone().named(page.title.get(&shell.lang)),
        }
    }
}

async fn show(caller: Anyone, app: App, shell: Shell, code: PageCode) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let versions = pages::versions(&mut tx, code).await?;
    drop(tx);
    let published: Vec<&SitePage> = versions.iter().filter(|page| page.published_at.is_some()).collect();
    let shell = listed(shell, &app, &caller.tenant().slug, "portal-home-description");
    html(&match published.split_first() {
        Some((newest, older)) => PageOfFirm::of_firm(shell, newest, older, false),
        None => {
            let regulator = regulator(&app, caller.tenant(), &shell.lang);
            PageOfFirm::of_platform(shell, code, &regulator)
        }
    })
}

pub(super) async fn about(caller: Anyone, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    show(caller, app, shell, PageCode::About).await
}

pub(super) async fn complaints(caller: Anyone, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    show(caller, app, shell, PageCode::Complaints).await
}

pub(super) async fn terms(caller: Anyone, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    show(caller, app, shell, PageCode::Terms).await
}

pub(super) async fn privacy(caller: Anyone, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    show(caller, app, shell, PageCode::Privacy).await
}

pub(super) async fn cookies(caller: Anyone, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    show(caller, app, shell, PageCode::Cookies).await
}

/// A wording as it was published, for those who agreed to it.
pub(super) async fn version(caller: Anyone, Page(shell): Page, Path((page, number)): Path<(String, i32)>) -> AppResult<Response> {
    let code = PageCode::from_name(&page).ok_or_else(AppError::not_found)?;
    let mut tx = caller.begin_read().await?;
    let shown = pages::version(&mut tx, code, number).await?;
    let newest = pages::published(&mut tx, code).await?.is_some_and(|page| page.number == number);
    html(&PageOfFirm::of_firm(shell, &shown, &[], !newest))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let platform = |name, code| Sample::of(name, &PageOfFirm::of_platform(shell.clone(), code, &shell.t("portal-regulator")));
    let firm = PageOfFirm {
        shell: shell.clone().named("Terms"),
        html: markdown("# Who we are\n\nA broker, *not* an insurer."),
        parts: Vec::new(),
        since: "Version 2, in force since 5 Mar 2026".to_owned(),
        past: true,
        contact: false,
        older: vec![Link { label: "Version 1".to_owned(), href: "/terms/versions/1".to_owned() }],
    };
    vec![
        platform("about", PageCode::About),
        platform("complaints", PageCode::Complaints),
        platform("terms", PageCode::Terms),
        platform("privacy", PageCode::Privacy),
        platform("cookies", PageCode::Cookies),
        Sample::of("page of the firm", &firm),
    ]
}
