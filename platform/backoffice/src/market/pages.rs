//! About, complaints, terms, privacy, cookies: written as a draft, read as customers will, published as a version that stays.

use ::pages::{Badge, Column, Fact, Flash, FormState, ListBar, ListQuery, Shell, Tone, html, html_with, markdown, redirect_with, regulator};
use askama::{Template, filters::Safe};
use axum::{extract::State, response::Response};
use insurance::site::{PageCode, PageInput, SitePage, pages};
use kernel::{
    App, AppError, AppResult, Tenant,
    http::{Form, Path, Query, Staff},
    paging::Page,
};
use tenancy::permissions::LEGAL_CHANGE;

use super::tabs;
use crate::frame::{
    Action, Cell, Empty, Field, FormPage, Languages, ListPage, Office, Row, Section, Sent, beside_english, in_languages, languages, mendable,
    refused_status, worded, wording,
};

/// What is worded in every language.
const WORDINGS: [&str; 2] = ["title", "body"];

fn code_of(name: &str) -> AppResult<PageCode> {
    PageCode::from_name(name).ok_or_else(AppError::not_found)
}

fn title(shell: &Shell, code: PageCode) -> String {
    shell.t(&format!("portal-{code}-title"))
}

/// The platform's wording in a language, which stands while the firm wrote none: title and text.
fn platform_wording(app: &App, tenant: &Tenant, shell: &Shell, language: &str, code: PageCode) -> (String, String) {
    let words = [("name", shell.brand.name.clone()), ("regulator", regulator(app, tenant, language))];
    let text = |key: String| app.texts.get(language, &key, &words);
    let part = |part: &&str| format!("# {}\n\n{}", text(format!("portal-{code}-{part}-title")), text(format!("portal-{code}-{part}-text")));
    (text(format!("portal-{code}-title")), code.parts().iter().map(part).collect::<Vec<_>>().join("\n\n"))
}

pub(super) async fn list(Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    html(&overview(shell, &query, &pages::list(&mut tx).await?))
}

fn overview(shell: Shell, query: &ListQuery, versions: &[SitePage]) -> ListPage {
    let tabs = tabs(&shell, "pages");
    let shell = shell.titled("office-site-pages");
    let columns = ["office-site-page", "field-status", "office-site-draft"].map(|key| Column::new(shell.t(key))).to_vec();
    let row = |code: &PageCode| {
        let of_code = || versions.iter().filter(|page| page.code == *code);
        let published = of_code().find(|page| page.published_at.is_some());
        let state = match published {
            Some(page) => Badge::new(Tone::Good, in_force(&shell, page)),
            None => Badge::new(Tone::Neutral, shell.t("office-site-platform")),
        };
        let drafted = if of_code().any(|page| page.published_at.is_none()) { shell.t("yes") } else { String::new() };
        Row {
            href: format!("/site/pages/{code}"),
            cells: vec![
                Cell::Main(published.map_or_else(|| title(&shell, *code), |page| page.title.get(&shell.lang).to_owned())),
                Cell::State(state),
                Cell::Quiet(drafted),
            ],
        }
    };
    let found = Page::whole(PageCode::ALL.to_vec());
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/site/pages", String::new(), query, &found, None, columns);
    ListPage { tabs, lede: shell.t("office-site-pages-lede"), ..ListPage::new(shell, list, rows, Empty::default()) }
}

fn in_force(shell: &Shell, page: &SitePage) -> String {
    let day = page.published_at.map(|at| shell.day_of(&at)).unwrap_or_default();
    shell.tf("portal-page-since", [("number", page.number.to_string()), ("date", day)])
}

/// A page as customers see it, in every language, with its draft if there is one.
#[derive(Template)]
#[template(path = "office/site_page.html")]
pub(crate) struct SitePageView {
    shell: Shell,
    form: FormState,
    alerts: Vec<Flash>,
    actions: Vec<Action>,
    /// What is shown is not published.
    drafted: bool,
    publish_href: String,
    discard_href: String,
    /// By language: its name, the page's title, its text.
    wordings: Vec<(String, String, Safe<String>)>,
    versions: Vec<Fact>,
}

impl SitePageView {
    fn new(app: &App, shell: Shell, staff: &Staff, code: PageCode, versions: &[SitePage], languages: &Languages) -> Self {
        let shell = shell.under("office-site-pages", "/site/pages");
        let name = title(&shell, code);
        let shell = shell.named(name);
        let href = format!("/site/pages/{code}");
        let draft = versions.iter().find(|page| page.published_at.is_none());
        let shown = draft.or(versions.first());
        let may_change = shell.can(LEGAL_CHANGE);
        let mut alerts = Vec::new();
        if shown.is_none() {
            alerts.push(Flash { tone: Tone::Info, text: shell.t("office-site-platform-text"), undo: None });
        }
        let portal = app.hosts.portal_url(&staff.tenant().slug, &format!("/{code}"));
        let mut actions = vec![Action::link(shell.t("office-site-see"), portal).icon("external")];
        if may_change {
            actions.insert(0, Action::link(shell.t("office-site-write"), format!("{href}/edit")).icon("edit").key("e"));
        }
        let published = versions.iter().filter(|page| page.published_at.is_some());
        let version = |page: &SitePage| {
            let address = app.hosts.portal_url(&staff.tenant().slug, &format!("/{code}/versions/{}", page.number));
            Fact::new(in_force(&shell, page), page.title.get(&shell.lang)).linked(address)
        };
        Self {
            form: FormState::new(&shell).with_version(draft.map_or(0, |draft| draft.version)),
            alerts,
            actions,
            drafted: draft.is_some() && may_change,
            publish_href: format!("{href}/publish"),
            discard_href: format!("{href}/discard"),
            wordings: languages
                .iter()
                .filter_map(|(language, own_name)| {
                    let (title, text) = match shown {
                        Some(page) => (page.title.get(language).to_owned(), page.body.0.get(language)?.clone()),
                        None => platform_wording(app, staff.tenant(), &shell, language, code),
                    };
                    Some((own_name.clone(), title, markdown(&text)))
                })
                .collect(),
            versions: published.map(version).collect(),
            shell,
        }
    }

    pub(crate) fn sample(shell: &Shell) -> Self {
        let shell = shell.clone().under("office-site-pages", "/site/pages").named("Terms");
        Self {
            form: FormState::new(&shell).with_version(1),
            alerts: vec![Flash { tone: Tone::Info, text: shell.t("office-site-platform-text"), undo: None }],
            actions: vec![Action::link(shell.t("office-site-write"), "/site/pages/terms/edit").icon("edit")],
            drafted: true,
            publish_href: "/site/pages/terms/publish".to_owned(),
            discard_href: "/site/pages/terms/discard".to_owned(),
            wordings: vec![("English".to_owned(), "Terms".to_owned(), markdown("# Who we are\n\nA broker."))],
            versions: vec![Fact::new("Version 1", "Terms").linked("/terms/versions/1")],
            shell,
        }
    }
}

async fn view(app: &App, shell: Shell, staff: &Staff, code: PageCode) -> AppResult<SitePageView> {
    let mut tx = staff.begin_read().await?;
    let versions = pages::versions(&mut tx, code).await?;
    Ok(SitePageView::new(app, shell, staff, code, &versions, &languages(app, staff)))
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(code): Path<String>) -> AppResult<Response> {
    html(&view(&app, shell, &staff, code_of(&code)?).await?)
}

fn edit_page(shell: Shell, code: PageCode, languages: &Languages) -> FormPage {
    let href = format!("/site/pages/{code}");
    let name = title(&shell, code);
    let mut shell = shell.under("office-site-pages", "/site/pages");
    shell.crumbs.push(::pages::Crumb { label: name, href: href.clone() });
    let mut fields = in_languages(languages, "title", &shell.t("office-site-page-title"), |name, label| Field::text(name, label).max(120));
    let help = shell.t("office-site-page-help");
    fields.extend(in_languages(languages, "body", &shell.t("office-site-page-body"), |name, label| {
        Field::area(name, label).max(pages::LONGEST_BODY).help(help.clone())
    }));
    let (heading, lede, submit) = (shell.t("office-site-write"), shell.t("office-site-write-lede"), shell.t("office-site-draft-save"));
    FormPage::new(shell, heading, &format!("{href}/edit"), &href, vec![Section::of(fields)]).lede(lede).submit(submit)
}

pub(super) async fn show_edit(State(app): State<App>, Office(shell): Office, staff: Staff, Path(code): Path<String>) -> AppResult<Response> {
    let (code, languages) = (code_of(&code)?, languages(&app, &staff));
    let mut tx = staff.begin_read().await?;
    let versions = pages::versions(&mut tx, code).await?;
    let draft = versions.iter().find(|page| page.published_at.is_none());
    let mut page = edit_page(shell, code, &languages).version(draft.map_or(0, |draft| draft.version));
    match draft.or(versions.first()) {
        Some(shown) => page = worded(worded(page, &languages, "title", &shown.title), &languages, "body", &shown.body),
        // Nobody begins with an empty sheet.
        None => {
            for (language, _) in &languages {
                let (title, body) = platform_wording(&app, staff.tenant(), &page.shell, language, code);
                page = page.with(&format!("title_{language}"), title).with(&format!("body_{language}"), body);
            }
        }
    }
    page.show()
}

pub(super) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(code): Path<String>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let (code, languages) = (code_of(&code)?, languages(&app, &staff));
    let input = PageInput { title: wording(&sent, &languages, "title"), body: wording(&sent, &languages, "body") };
    let mut tx = staff.begin_write().await?;
    match pages::save_draft(&mut tx, code, sent.version()?, input).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/site/pages/{code}"), Tone::Good, "flash-site-drafted"))
        }
        Err(error) => edit_page(shell, code, &languages).again(&sent, beside_english(error, &WORDINGS)),
    }
}

/// What became of a button of the page: back to it, with what was refused above.
async fn answer(app: &App, shell: Shell, staff: &Staff, code: PageCode, done: AppResult<()>, flash: &str) -> AppResult<Response> {
    match done {
        Ok(()) => Ok(redirect_with(&format!("/site/pages/{code}"), Tone::Good, flash)),
        Err(error) if mendable(&error) => {
            let mut view = view(app, shell, staff, code).await?;
            view.alerts.insert(0, Flash { tone: Tone::Bad, text: view.shell.error(&error), undo: None });
            html_with(refused_status(&error), &view)
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn publish(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(code): Path<String>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let (code, version) = (code_of(&code)?, sent.version()?);
    let done = async {
        let mut tx = staff.begin_write().await?;
        pages::publish(&mut tx, code, version).await?;
        tx.commit().await
    };
    let done = done.await;
    answer(&app, shell, &staff, code, done, "flash-site-published").await
}

pub(super) async fn discard(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(code): Path<String>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let (code, version) = (code_of(&code)?, sent.version()?);
    let done = async {
        let mut tx = staff.begin_write().await?;
        pages::discard(&mut tx, code, version).await?;
        tx.commit().await
    };
    let done = done.await;
    answer(&app, shell, &staff, code, done, "flash-site-discarded").await
}
