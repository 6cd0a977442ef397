//! The words of the tenant's mails: which there are, one of them with what it may name, how it reads, and a test of it.

use askama::Template;
use axum::{extract::State, response::Response};
use identity::UserId;
use kernel::{
    App, AppError, AppResult,
    http::{Form, Path, Query, Staff, Who},
    languages,
    paging::Page,
    wordings,
};
use outreach::templates::{SendTestMail, TEMPLATES, Template as Mail, TemplateText, TypedText, service};
use pages::{Badge, Column, FormState, ListBar, ListQuery, Shell, Tab, Tone, html, html_with, redirect_with};

use super::tabs;
use crate::frame::{Cell, Empty, ListPage, Office, Row, Sent, mendable, refused_status};

/// The mails in each language of the tenant's portal.
pub(super) async fn list(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let own = wordings::list(&mut tx).await?;
    drop(tx);
    let shell = shell.titled("office-settings-mails");
    let mut rows = Vec::new();
    for mail in TEMPLATES {
        for language in languages_of(&app, &staff, *mail) {
            let changed = own
                .iter()
                .filter(|row| row.language == language && (row.key == mail.subject_key() || row.key == mail.text_key()))
                .map(|row| row.updated_at)
                .max();
            let (tone, word) = if changed.is_some() { (Tone::Info, "office-wordings-own") } else { (Tone::Neutral, "office-wordings-standard") };
            rows.push(Row {
                href: format!("/settings/mails/{}/{language}", mail.key),
                cells: vec![
                    Cell::Main(shell.t(&mail.name_key())),
                    Cell::Text(app.texts.get(&language, "language-name", &[])),
                    Cell::Text(shell.t(if mail.to_staff { "office-mails-to-staff" } else { "office-mails-to-customers" })),
                    Cell::State(Badge::new(tone, shell.t(word))),
                    changed.map_or_else(|| Cell::Quiet(String::new()), Cell::At),
                ],
            });
        }
    }
    let columns = ["office-mails-mail", "office-wordings-language", "office-mails-to", "office-wordings-words", "office-wordings-changed"];
    let columns = columns.into_iter().map(|key| Column::new(shell.t(key))).collect();
    let found = Page::whole(rows);
    let list = ListBar::new("/settings/mails", String::new(), &query, &found, None, columns);
    let empty = Empty::new(&shell, "mail", "office-mails-empty");
    let (tabs, lede) = (tabs(&shell, "mails"), shell.t("office-mails-lede"));
    html(&ListPage { tabs, lede, ..ListPage::new(shell, list, found.results, empty) })
}

/// Customers read in the portal's languages, staff in the tenant's own.
fn languages_of(app: &App, staff: &Staff, mail: Mail) -> Vec<String> {
    let tenant = staff.tenant();
    let readers = if mail.to_staff { vec![languages::language_of(&tenant.locale)] } else { languages::offered(app, tenant) };
    readers.into_iter().filter(|language| app.texts.original(language, &mail.text_key()).is_some()).map(str::to_owned).collect()
}

#[derive(Template)]
#[template(path = "office/mail.html")]
pub(crate) struct MailPage {
    pub(crate) shell: Shell,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) form: FormState,
    pub(crate) title: String,
    pub(crate) language: String,
    pub(crate) href: String,
    pub(crate) test_href: String,
    pub(crate) reset_href: String,
    pub(crate) values: Vec<String>,
    /// The tenant's own words stand.
    pub(crate) is_own: bool,
    /// Subject and paragraphs as a reader gets them.
    pub(crate) preview: (String, Vec<String>),
    pub(crate) may_change: bool,
}

/// The mail and language of an address; `not_found` for others.
fn asked(app: &App, staff: &Staff, key: &str, language: &str) -> AppResult<Mail> {
    let mail = Mail::find(key).ok_or_else(AppError::not_found)?;
    if languages_of(app, staff, mail).iter().any(|one| one == language) { Ok(mail) } else { Err(AppError::not_found()) }
}

async fn page(app: &App, shell: Shell, staff: &Staff, (mail, language): (Mail, &str), form: Option<FormState>) -> AppResult<MailPage> {
    let name = match &staff.who {
        Who::Staff { name, .. } => name.split_whitespace().next().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    let mut tx = staff.begin_read().await?;
    let text = service::get(app, &mut tx, mail, language).await?;
    drop(tx);
    let shown = form.as_ref().map_or_else(
        || text.clone(),
        |form| TemplateText { subject: form.value("subject").to_owned(), text: form.value("text").to_owned(), ..text.clone() },
    );
    let mut tx = staff.scope.speaking(Some(language)).begin_read().await?;
    let values = service::sample_values(app, &mut tx, &name).await?;
    drop(tx);
    let (subject, body) = service::filled(&shown, &values);
    let form = form.unwrap_or_else(|| filled(&shell, &text));
    let title = shell.t(&mail.name_key());
    let shell = shell.under("office-settings-mails", "/settings/mails").named(title.clone());
    let href = format!("/settings/mails/{}/{language}", mail.key);
    Ok(MailPage {
        tabs: tabs(&shell, "mails"),
        title,
        language: app.texts.get(language, "language-name", &[]),
        test_href: format!("{href}/test"),
        reset_href: format!("{href}/reset"),
        href,
        values: text.values.iter().map(|name| format!("{{{name}}}")).collect(),
        is_own: text.is_own(),
        preview: (subject, body.split("\n\n").map(|part| part.trim().to_owned()).collect()),
        may_change: shell.can(tenancy::permissions::SETTINGS_CHANGE),
        form,
        shell,
    })
}

fn filled(shell: &Shell, text: &TemplateText) -> FormState {
    FormState::new(shell)
        .with("subject", text.subject.clone())
        .with("text", text.text.clone())
        .with("subject_version", text.versions.0.to_string())
        .with("text_version", text.versions.1.to_string())
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((key, language)): Path<(String, String)>,
) -> AppResult<Response> {
    let mail = asked(&app, &staff, &key, &language)?;
    html(&page(&app, shell, &staff, (mail, &language), None).await?)
}

/// Saves, or only shows how it would read: `preview` is the button that was pressed.
pub(super) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((key, language)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let mail = asked(&app, &staff, &key, &language)?;
    let kept = sent.kept(FormState::new(&shell));
    if sent.yes("preview") {
        return html(&page(&app, shell, &staff, (mail, &language), Some(kept)).await?);
    }
    let typed = TypedText { subject: sent.owned("subject"), text: sent.owned("text"), versions: versions(&sent)? };
    let mut tx = staff.begin_write().await?;
    match service::save(&app, &mut tx, mail, &language, &typed).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/settings/mails/{key}/{language}"), Tone::Good, "flash-saved"))
        }
        Err(error) if mendable(&error) => {
            tx.rollback().await?;
            let label = |field: &str| shell.t(if field == "subject" { "office-mails-subject" } else { "office-mails-text" });
            let form = kept.failing(&shell, &error, label);
            html_with(refused_status(&error), &page(&app, shell.clone(), &staff, (mail, &language), Some(form)).await?)
        }
        Err(error) => Err(error),
    }
}

/// The versions of subject and text that the page was made from.
fn versions(sent: &Sent) -> AppResult<(i32, i32)> {
    let version = |name: &str| sent.text(name).parse().map_err(|_| AppError::malformed("version"));
    Ok((version("subject_version")?, version("text_version")?))
}

pub(super) async fn reset(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((key, language)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let mail = asked(&app, &staff, &key, &language)?;
    let mut tx = staff.begin_write().await?;
    match service::reset(&app, &mut tx, mail, &language, versions(&sent)?).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/settings/mails/{key}/{language}"), Tone::Good, "office-wordings-was-reset"))
        }
        Err(error) if mendable(&error) => {
            tx.rollback().await?;
            let mut page = page(&app, shell, &staff, (mail, &language), None).await?;
            page.form = page.form.failing(&page.shell, &error, str::to_owned);
            html_with(refused_status(&error), &page)
        }
        Err(error) => Err(error),
    }
}

/// Mails it to the reader.
pub(super) async fn test(
    State(app): State<App>,
    staff: Staff,
    Path((key, language)): Path<(String, String)>,
    Form(_): Form<Sent>,
) -> AppResult<Response> {
    let mail = asked(&app, &staff, &key, &language)?;
    let user = staff.scope.user().ok_or_else(AppError::unauthenticated)?;
    let mut tx = staff.begin_write().await?;
    tx.enqueue(&SendTestMail { user: UserId(user), template: mail.key.to_owned(), language: language.clone() }).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/settings/mails/{key}/{language}"), Tone::Info, "office-mails-test-sent"))
}
