//! The keys that sign this office's packages: their public halves.

use axum::{extract::State, response::Response};
use integrations::publishing::{self, KeyView};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Staff},
    paging::Page,
};
use pages::{Badge, Column, Crumb, Fact, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use uuid::Uuid;

use super::{KEYS, LIST, NEW_KEY};
use crate::{
    entry::Confirmed,
    frame::{Action, Cell, Empty, Field, FormPage, ListPage, Office, Row, Section},
};

pub(super) async fn list(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let keys = match publishing::get_account(&app, &staff.scope).await {
        Ok(account) => account.keys,
        Err(error) if error.is("publisher.none") => return Ok(redirect_with(LIST, Tone::Info, "office-publishing-account-first")),
        Err(error) => return Err(error),
    };
    html(&page(shell, &keys))
}

pub(crate) fn page(shell: Shell, keys: &[KeyView]) -> ListPage {
    let shell = shell.under("office-publishing-title", LIST).titled("office-publishing-keys");
    let all: Page<()> = Page::whole(keys.iter().map(|_| ()).collect());
    let columns = ["field-name", "office-publishing-public", "field-status", "field-created"].map(|key| Column::of(&shell, key)).to_vec();
    let row = |key: &KeyView| {
        let signs = key.revoked_at.is_none();
        let (tone, word) = if signs { (Tone::Good, "office-publishing-key-signs") } else { (Tone::Neutral, "office-publishing-key-revoked") };
        Row {
            href: if signs { revoke_address(key.id) } else { String::new() },
            cells: vec![
                Cell::Main(key.name.clone()),
                Cell::Quiet(key.public_key.clone()),
                Cell::State(Badge::new(tone, shell.t(word))),
                Cell::At(key.added_at),
            ],
        }
    };
    let rows = keys.iter().map(row).collect();
    let list = ListBar::new(KEYS, String::new(), &ListQuery::default(), &all, None, columns);
    let actions = vec![Action::link(shell.t("office-publishing-key-new"), NEW_KEY).primary().icon("plus")];
    let empty = Empty::new(&shell, "plug", "office-publishing-keys-empty");
    ListPage { actions, lede: shell.t("office-publishing-keys-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn revoke_address(id: Uuid) -> String {
    format!("{KEYS}/{id}/revoke")
}

fn below_keys(shell: Shell) -> Shell {
    let mut shell = shell.under("office-publishing-title", LIST);
    shell.crumbs.push(Crumb { label: shell.t("office-publishing-keys"), href: KEYS.to_owned() });
    shell
}

fn form(shell: Shell) -> FormPage {
    let shell = below_keys(shell);
    let fields = vec![
        Field::text("public_key", shell.t("office-publishing-public")).help(shell.t("office-publishing-public-help")).max(100),
        Field::text("name", shell.t("field-name")).help(shell.t("office-publishing-key-name-help")).max(100),
    ];
    let title = shell.t("office-publishing-key-new");
    FormPage::new(shell, title, NEW_KEY, KEYS, vec![Section::of(fields)])
}

pub(super) async fn show_new(Office(shell): Office) -> AppResult<Response> {
    form(shell).show()
}

/// A key is added once, whoever asks again is told so.
pub(super) async fn add(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    match publishing::add_key(&app, &staff.scope, sent.text("public_key"), sent.text("name")).await {
        Ok(()) => Ok(redirect_with(KEYS, Tone::Good, "office-publishing-key-added")),
        Err(error) => form(shell).again(&sent, error),
    }
}

async fn find(app: &App, staff: &Staff, id: Uuid) -> AppResult<KeyView> {
    let account = publishing::get_account(app, &staff.scope).await?;
    account.keys.into_iter().find(|key| key.id == id && key.revoked_at.is_none()).ok_or_else(AppError::not_found)
}

fn revoking(shell: Shell, key: &KeyView) -> FormPage {
    let shell = below_keys(shell);
    let facts = vec![Fact::new(shell.t("field-name"), key.name.clone()), Fact::new(shell.t("office-publishing-public"), key.public_key.clone())];
    let (title, lede) = (shell.t("office-publishing-key-revoke"), shell.t("office-publishing-key-revoke-lede"));
    let (submit, keep) = (title.clone(), shell.t("office-publishing-key-keep"));
    FormPage::new(shell, title, &revoke_address(key.id), KEYS, Vec::new()).lede(lede).facts(facts).submit(submit).grave(keep)
}

pub(super) async fn show_revoke(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    revoking(shell, &find(&app, &staff, id).await?).show()
}

pub(super) async fn revoke(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let key = find(&app, &staff, id).await?;
    match publishing::revoke_key(&app, &staff.scope, id).await {
        Ok(()) => Ok(redirect_with(KEYS, Tone::Good, "office-publishing-key-gone")),
        Err(error) => revoking(shell, &key).again(&sent, error),
    }
}
