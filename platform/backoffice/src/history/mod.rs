//! What happened to a record, from the audit: as a timeline, and field by field on the tab of changes.

mod store;

use std::collections::HashMap;

use identity::{UserId, users};
use kernel::{App, AppResult, ReadTx};
use pages::{Event, Shell, Tab, Tone};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    frame::{ChangeRow, RecordPage},
    words,
};

/// Which part of a record is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct TabQuery {
    #[serde(default)]
    tab: String,
}

/// A record shows this many of its newest changes.
const SHOWN: i64 = 100;

pub(crate) struct History {
    entries: Vec<store::Entry>,
    names: HashMap<String, String>,
    wants_changes: bool,
}

impl History {
    /// Reads the newest changes of any of these objects: the record and what it consists of.
    pub(crate) async fn of(tx: &mut ReadTx, objects: &[Uuid], query: &TabQuery) -> AppResult<Self> {
        let entries = store::list(tx, objects, SHOWN).await?;
        let mut names = HashMap::new();
        for entry in &entries {
            let Some(id) = entry.actor.strip_prefix("user:").and_then(|id| id.parse().ok()) else { continue };
            if !names.contains_key(&entry.actor)
                && let Ok(user) = users::get(tx, UserId(id)).await
            {
                names.insert(entry.actor.clone(), user.name.full());
            }
        }
        Ok(Self { entries, names, wants_changes: query.tab == "changes" })
    }

    /// Adds timeline, tabs and, where it was asked for, the changes to a page at `href`.
    pub(crate) fn show(self, app: &App, page: &mut RecordPage, href: &str) {
        let shell = &page.shell;
        page.tabs = vec![
            Tab { label: shell.t("office-tab-overview"), href: href.to_owned(), active: !self.wants_changes, count: None },
            Tab { label: shell.t("record-audit"), href: format!("{href}?tab=changes"), active: self.wants_changes, count: None },
        ];
        let events: Vec<Event> = self.entries.iter().map(|entry| self.event(app, shell, entry)).collect();
        let changes = self.wants_changes.then(|| self.entries.iter().map(|entry| self.change(app, shell, entry)).collect());
        page.timeline.extend(events);
        page.timeline.sort_by_key(|event| std::cmp::Reverse(event.at));
        page.changes = changes;
    }

    fn event(&self, app: &App, shell: &Shell, entry: &store::Entry) -> Event {
        let verb = entry.action.rsplit('.').next().unwrap_or_default();
        let (icon, tone) = match verb {
            "create" | "install" | "open" => ("plus", Tone::Info),
            "cancel" | "withdraw" | "disable" | "suspend" | "reject" => ("x-circle", Tone::Warn),
            "receive" | "confirm" | "issue" | "activate" | "reactivate" | "settle" | "fulfil" => ("check-circle", Tone::Good),
            _ => ("edit", Tone::Neutral),
        };
        Event {
            icon,
            tone,
            text: words::action(&app.texts, &shell.lang, &entry.action),
            who: self.who(shell, &entry.actor),
            at: entry.at,
            detail: words::reason(&app.texts, &shell.lang, entry.reason.as_deref().unwrap_or_default()),
        }
    }

    fn change(&self, app: &App, shell: &Shell, entry: &store::Entry) -> ChangeRow {
        ChangeRow {
            what: words::action(&app.texts, &shell.lang, &entry.action),
            who: self.who(shell, &entry.actor),
            at: entry.at,
            reason: words::reason(&app.texts, &shell.lang, entry.reason.as_deref().unwrap_or_default()),
            fields: entry
                .values
                .iter()
                .map(|(name, before, after)| {
                    let said = |value| words::value(shell, &entry.object_type, name, value);
                    (words::field(&app.texts, &shell.lang, name), said(before), said(after))
                })
                // Ids alone say nothing to people.
                .filter(|(_, before, after)| !(before.is_empty() && after.is_empty()))
                .collect(),
        }
    }

    fn who(&self, shell: &Shell, actor: &str) -> String {
        match (self.names.get(actor), actor.split_once(':')) {
            (Some(name), _) => name.clone(),
            (None, Some(("visitor", _))) => shell.t("office-actor-visitor"),
            (None, Some(("user", _))) => shell.t("office-actor-user"),
            (None, _) => shell.t("office-actor-system"),
        }
    }
}
