//! The words at the top of the start page, and the way to its picture.

use ::pages::{Fact, Shell, Tone, redirect_with};
use axum::{extract::State, response::Response};
use insurance::{
    pictures::OwnerKind,
    site::{Front, front},
};
use kernel::{
    App, AppResult,
    http::{Form, Staff},
};

use super::tabs;
use crate::frame::{Field, FormPage, Languages, Office, Section, Sent, in_languages, languages, worded, wording};

fn page(shell: Shell, staff: &Staff, languages: &Languages) -> FormPage {
    let mut fields = in_languages(languages, "title", &shell.t("office-front-heading"), |name, label| {
        Field::text(name, label).max(front::LONGEST_TITLE).optional()
    });
    fields.extend(in_languages(languages, "lede", &shell.t("office-front-lede"), |name, label| {
        Field::area(name, label).max(front::LONGEST_LEDE).optional()
    }));
    let (title, lede, tabs) = (shell.t("office-site-title"), shell.t("office-site-front-lede"), tabs(&shell, "front"));
    let picture = format!("/pictures/{}/{}", OwnerKind::Front, staff.tenant().id);
    let facts = vec![Fact::new(shell.t("office-picture-front"), shell.t("office-front-picture")).linked(picture)];
    let mut page = FormPage::new(shell, title, "/site/front", "/", vec![Section::of(fields)]).lede(lede).tabs(tabs);
    page.facts = facts;
    page
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let languages = languages(&app, &staff);
    let mut tx = staff.begin_read().await?;
    let kept = tx.setting::<Front>().await?;
    drop(tx);
    let page = page(shell, &staff, &languages).version(kept.version);
    worded(worded(page, &languages, "title", &kept.value.title), &languages, "lede", &kept.value.lede).show()
}

pub(super) async fn save(State(app): State<App>, Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let languages = languages(&app, &staff);
    let words = Front { title: wording(&sent, &languages, "title"), lede: wording(&sent, &languages, "lede") };
    let mut tx = staff.begin_write().await?;
    match front::save(&mut tx, words, sent.version()?).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/site/front", Tone::Good, "flash-saved"))
        }
        Err(error) => {
            drop(tx);
            page(shell, &staff, &languages).again(&sent, error)
        }
    }
}
