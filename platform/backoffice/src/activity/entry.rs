//! One entry: what was changed by it, in words, and how it is sealed.

use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Staff},
};
use pages::{Badge, Fact, Tone, html};
use serde_json::Value;
use uuid::Uuid;

use super::{actor_name, record_href, record_kind, store};
use crate::{
    frame::{Office, RecordPage, Related, RelatedItem},
    words,
};

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let line = store::find(&mut tx, id).await?.ok_or_else(AppError::not_found)?;
    let values = store::values(&mut tx, &[id]).await?.remove(&id).unwrap_or_default();
    let names = store::names(&mut tx, std::iter::once(line.actor.as_str())).await?;
    let called = store::called(&mut tx, &[line.object_id]).await?.remove(&line.object_id).unwrap_or_default();
    let sealed = match line.block {
        Some(number) => store::find_block(&mut tx, number).await?.map(|block| (number, block)),
        None => None,
    };

    let shell = shell.under("office-settings-activity", super::list::HERE);
    let badge =
        if sealed.is_some() { Badge::new(Tone::Good, shell.t("activity-is-sealed")) } else { Badge::new(Tone::Info, shell.t("activity-not-sealed")) };
    let what = words::action(&app.texts, &shell.lang, &line.action);
    let mut page = RecordPage::new(shell, what, line.action.clone(), badge);
    let shell = &page.shell;
    let who = actor_name(shell, &names, &line.actor);
    let record = Fact::new(shell.t("activity-record"), [record_kind(shell, &line.object_type), called].join(" ").trim_end());
    let href = record_href(&line.object_type, line.object_id);
    page.facts = vec![
        if href.is_empty() { record } else { record.linked(href) },
        Fact::new(shell.t("activity-who"), who),
        Fact::new(shell.t("activity-when"), shell.moment(&line.at)),
    ];
    if let Some(reason) = line.reason {
        page.facts.push(Fact::new(shell.t("activity-why"), words::reason(&app.texts, &shell.lang, &reason)));
    }
    if let Some((number, (at, hash))) = sealed {
        page.facts
            .push(Fact::new(shell.t("activity-seal"), shell.tf("activity-sealed-at", [("number", shell.number(number)), ("at", shell.moment(&at))])));
        page.facts.push(Fact::new(shell.t("activity-hash"), hex::encode(hash)).copied());
    }
    let change = |(name, before, after): &(String, Value, Value)| RelatedItem {
        label: words::field(&app.texts, &shell.lang, name),
        detail: match [before, after].map(|value| words::value(shell, &line.object_type, name, value)) {
            [before, after] if before.is_empty() => after,
            [before, after] => shell.tf("activity-from-to", [("before", before), ("after", after)]),
        },
        ..RelatedItem::default()
    };
    let everything = RelatedItem {
        label: shell.t("activity-of-record"),
        href: format!("{}?record={}", super::list::HERE, line.object_id),
        ..RelatedItem::default()
    };
    page.related = vec![
        Related {
            title: shell.t("activity-changes"),
            items: values.iter().map(change).filter(|item| !item.detail.is_empty()).collect(),
            all_href: String::new(),
        },
        Related { title: shell.t("activity-more"), items: vec![everything], all_href: String::new() },
    ];
    page.related.retain(|related| !related.items.is_empty());
    html(&page)
}
