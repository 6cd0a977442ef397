//! Records: state and next action on top, facts, related records, what happened, and every change.

use askama::{Template, filters::Safe};
use chrono::{DateTime, Utc};
use pages::{Badge, Event, Fact, Flash, PriceLine, Shell, Tab};

#[derive(Template)]
#[template(path = "office/record.html")]
pub(crate) struct RecordPage {
    pub(crate) shell: Shell,
    pub(crate) title: String,
    pub(crate) reference: String,
    pub(crate) state: Badge,
    pub(crate) tabs: Vec<Tab>,
    /// The next step first; one is primary.
    pub(crate) next: Vec<Action>,
    pub(crate) alerts: Vec<Flash>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) lines: Vec<PriceLine>,
    pub(crate) related: Vec<Related>,
    pub(crate) prose: Vec<Prose>,
    pub(crate) timeline: Vec<Event>,
    /// Some on the tab of changes, which then is all the page shows.
    pub(crate) changes: Option<Vec<ChangeRow>>,
}

impl RecordPage {
    pub(crate) fn new(shell: Shell, title: impl Into<String>, reference: impl Into<String>, state: Badge) -> Self {
        let (title, reference) = (title.into(), reference.into());
        Self {
            shell: shell.named(title.clone()),
            title,
            reference,
            state,
            tabs: Vec::new(),
            next: Vec::new(),
            alerts: Vec::new(),
            facts: Vec::new(),
            lines: Vec::new(),
            related: Vec::new(),
            prose: Vec::new(),
            timeline: Vec::new(),
            changes: None,
        }
    }
}

/// A link or, if `post`, a button that sends the token and nothing else.
#[derive(Debug, Clone, Default)]
pub(crate) struct Action {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) icon: &'static str,
    pub(crate) primary: bool,
    pub(crate) post: bool,
    pub(crate) key: &'static str,
}

impl Action {
    pub(crate) fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), ..Self::default() }
    }
    pub(crate) fn post(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { post: true, ..Self::link(label, href) }
    }
    pub(crate) fn primary(self) -> Self {
        Self { primary: true, ..self }
    }
    pub(crate) fn icon(self, icon: &'static str) -> Self {
        Self { icon, ..self }
    }
    pub(crate) fn key(self, key: &'static str) -> Self {
        Self { key, ..self }
    }
}

/// Other records that belong to this one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Related {
    pub(crate) title: String,
    pub(crate) items: Vec<RelatedItem>,
    /// The list of all of them; may be empty.
    pub(crate) all_href: String,
}

/// A line of [`Related`]; without `href` it is text.
#[derive(Debug, Clone, Default)]
pub(crate) struct RelatedItem {
    pub(crate) label: String,
    pub(crate) detail: String,
    pub(crate) href: String,
    pub(crate) state: Badge,
}

/// What somebody wrote about it at length.
pub(crate) struct Prose {
    pub(crate) title: String,
    pub(crate) text: Safe<String>,
}

/// A change of the record, field by field.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChangeRow {
    pub(crate) what: String,
    pub(crate) who: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) reason: String,
    /// Name, before, after.
    pub(crate) fields: Vec<(String, String, String)>,
}
