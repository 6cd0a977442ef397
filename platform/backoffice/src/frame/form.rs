//! Forms: fields as data. Shown again with what was typed and what is wrong beside it.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use kernel::{AppError, AppResult, Kind};
use pages::{Choice, Fact, FormState, PriceLine, Shell, Tab, html, html_with};

use super::Sent;

#[derive(Template)]
#[template(path = "office/form.html")]
pub(crate) struct FormPage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    pub(crate) title: String,
    /// What the form is about, in a sentence or two; may be empty.
    pub(crate) lede: String,
    pub(crate) facts: Vec<Fact>,
    /// Figures that are to be confirmed; empty for most.
    pub(crate) lines: Vec<PriceLine>,
    /// Neighbouring pages; empty for most.
    pub(crate) tabs: Vec<Tab>,
    pub(crate) action: String,
    pub(crate) cancel_href: String,
    pub(crate) sections: Vec<Section>,
    /// Sent along as they are.
    pub(crate) hidden: Vec<(String, String)>,
    pub(crate) submit: String,
    /// What leads back without doing anything.
    pub(crate) keep: String,
    /// The button warns: what it does cannot be taken back.
    pub(crate) grave: bool,
    /// The form carries files.
    pub(crate) files: bool,
    /// What the values come to, below the fields; empty for most.
    pub(crate) table: Table,
    /// Under this the facts lie folded, where they are many; empty for most.
    pub(crate) fold: String,
    /// A second button, which sends `then=other`; empty for most.
    pub(crate) other: String,
    /// The field with which one goes on after it; empty where that is the top of the page.
    pub(crate) other_at: String,
}

/// Rows of words under headings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Fields under a heading; the heading may be empty. `when` shows them only for a value of another field: `kind=individual`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) when: String,
    pub(crate) fields: Vec<Field>,
}

impl Section {
    pub(crate) fn of(fields: Vec<Field>) -> Self {
        Self { fields, ..Self::default() }
    }
    pub(crate) fn titled(title: String, fields: Vec<Field>) -> Self {
        Self { title, fields, ..Self::default() }
    }
    pub(crate) fn when(mut self, condition: &str) -> Self {
        self.when = condition.to_owned();
        self
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum FieldKind {
    #[default]
    Text,
    Area,
    Select,
    Choices,
    Checks,
    Check,
    Money,
    Date,
    File,
}

/// One field. `input` is the type of a text input, `complete` its autocomplete token.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field {
    pub(crate) kind: FieldKind,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) help: String,
    pub(crate) input: &'static str,
    pub(crate) complete: &'static str,
    pub(crate) optional: bool,
    pub(crate) max: usize,
    pub(crate) choices: Vec<Choice>,
    /// Typed anew each time, never sent back.
    pub(crate) secret: bool,
    /// Of an amount: the currency's symbol. Of a file: the types it may have.
    pub(crate) unit: String,
}

impl Field {
    fn new(kind: FieldKind, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self { kind, name: name.into(), label: label.into(), input: "text", max: 200, ..Self::default() }
    }
    pub(crate) fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(FieldKind::Text, name, label)
    }
    pub(crate) fn email(name: &str, label: impl Into<String>) -> Self {
        Self { input: "email", complete: "email", max: 254, ..Self::text(name, label) }
    }
    pub(crate) fn phone(name: &str, label: impl Into<String>) -> Self {
        Self { input: "tel", complete: "tel", max: 24, ..Self::text(name, label) }
    }
    /// `complete` is `current-password` or `new-password`.
    pub(crate) fn password(name: &str, label: impl Into<String>, complete: &'static str) -> Self {
        Self { input: "password", complete, secret: true, ..Self::text(name, label) }
    }
    /// A secret of one line that is no person's password.
    pub(crate) fn secret(name: &str, label: impl Into<String>) -> Self {
        Self { input: "password", complete: "off", secret: true, max: 4000, ..Self::text(name, label) }
    }
    /// A secret of several lines, such as a key.
    pub(crate) fn secret_area(name: &str, label: impl Into<String>) -> Self {
        Self { secret: true, max: 20_000, ..Self::area(name, label) }
    }
    pub(crate) fn area(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self { max: 4000, ..Self::new(FieldKind::Area, name, label) }
    }
    pub(crate) fn select(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(FieldKind::Select, name, label) }
    }
    pub(crate) fn choices(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(FieldKind::Choices, name, label) }
    }
    pub(crate) fn checks(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(FieldKind::Checks, name, label) }
    }
    pub(crate) fn check(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(FieldKind::Check, name, label)
    }
    pub(crate) fn date(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(FieldKind::Date, name, label)
    }
    pub(crate) fn file(name: impl Into<String>, label: impl Into<String>, accept: &str) -> Self {
        Self { unit: accept.to_owned(), ..Self::new(FieldKind::File, name, label) }
    }
    pub(crate) fn money(name: impl Into<String>, label: impl Into<String>, symbol: &str) -> Self {
        Self { unit: symbol.to_owned(), ..Self::new(FieldKind::Money, name, label) }
    }
    pub(crate) fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
    /// Values of a text that are suggested while it is typed.
    pub(crate) fn suggesting(self, choices: Vec<Choice>) -> Self {
        Self { choices, ..self }
    }
    /// Id of the list of suggestions; empty without any.
    pub(crate) fn known(&self) -> String {
        if self.choices.is_empty() { String::new() } else { format!("f-{}-known", self.name) }
    }
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }
    pub(crate) fn max(self, max: usize) -> Self {
        Self { max, ..self }
    }
}

impl FormPage {
    pub(crate) fn new(shell: Shell, title: String, action: &str, cancel: &str, sections: Vec<Section>) -> Self {
        let form = FormState::once(&shell);
        let (submit, keep) = (shell.t("button-save"), shell.t("button-cancel"));
        Self {
            shell: shell.named(title.clone()),
            form,
            title,
            lede: String::new(),
            facts: Vec::new(),
            lines: Vec::new(),
            tabs: Vec::new(),
            action: action.to_owned(),
            cancel_href: cancel.to_owned(),
            sections,
            hidden: Vec::new(),
            submit,
            keep,
            grave: false,
            files: false,
            table: Table::default(),
            fold: String::new(),
            other: String::new(),
            other_at: String::new(),
        }
    }
    pub(crate) fn lede(mut self, lede: String) -> Self {
        self.lede = lede;
        self
    }
    pub(crate) fn tabs(mut self, tabs: Vec<Tab>) -> Self {
        self.tabs = tabs;
        self
    }
    pub(crate) fn facts(mut self, facts: Vec<Fact>) -> Self {
        self.facts = facts;
        self
    }
    pub(crate) fn folded(mut self, title: String, facts: Vec<Fact>) -> Self {
        self.fold = title;
        self.facts(facts)
    }
    pub(crate) fn lines(mut self, lines: Vec<PriceLine>) -> Self {
        self.lines = lines;
        self
    }
    /// The form carries files.
    pub(crate) fn files(mut self) -> Self {
        self.files = true;
        self
    }
    /// Whether there is something to fill in or to read before one sends it; otherwise it is a row of buttons.
    pub(crate) fn asks(&self) -> bool {
        self.sections.iter().any(|section| !section.fields.is_empty()) || !self.table.head.is_empty()
    }
    pub(crate) fn table(mut self, table: Table) -> Self {
        self.table = table;
        self
    }
    pub(crate) fn other(mut self, label: String) -> Self {
        self.other = label;
        self
    }
    pub(crate) fn other_at(mut self, field: &str) -> Self {
        self.other_at = field.to_owned();
        self
    }
    pub(crate) fn hidden(mut self, name: &str, value: impl Into<String>) -> Self {
        self.hidden.push((name.to_owned(), value.into()));
        self
    }
    pub(crate) fn submit(mut self, label: String) -> Self {
        self.submit = label;
        self
    }
    /// What it does cannot be taken back; `keep` says what stays if one goes back.
    pub(crate) fn grave(mut self, keep: String) -> Self {
        self.grave = true;
        self.keep = keep;
        self
    }
    /// For a record that is changed rather than made.
    pub(crate) fn version(mut self, version: i32) -> Self {
        self.form.version = version.to_string();
        self.form.idempotency_key.clear();
        self
    }
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.form = self.form.with(name, value);
        self
    }
    pub(crate) fn show(&self) -> AppResult<Response> {
        html(self)
    }
    /// The form again with what was sent and what is wrong with it. An error that a form cannot mend stays an error.
    pub(crate) fn again(mut self, sent: &Sent, error: AppError) -> AppResult<Response> {
        if !mendable(&error) {
            return Err(error);
        }
        let label =
            |name: &str| self.sections.iter().flat_map(|s| &s.fields).find(|f| f.name == name).map_or_else(|| name.to_owned(), |f| f.label.clone());
        self.form = self.kept(sent).failing(&self.shell, &error, label);
        html_with(refused_status(&error), &self)
    }
    /// The form again with what was sent, which nothing was done with yet.
    pub(crate) fn redrawn(mut self, sent: &Sent) -> AppResult<Response> {
        self.form = self.kept(sent);
        html(&self)
    }
    fn kept(&self, sent: &Sent) -> FormState {
        let secrets: Vec<&str> = self.sections.iter().flat_map(|s| &s.fields).filter(|f| f.secret).map(|f| f.name.as_str()).collect();
        sent.without(&secrets).kept(FormState::new(&self.shell))
    }
}

/// Whether typing something else, or waiting, may help.
pub(crate) fn mendable(error: &AppError) -> bool {
    matches!(error.kind, Kind::Invalid | Kind::Conflict | Kind::Precondition | Kind::RateLimited | Kind::TooLarge | Kind::UnsupportedMedia)
        || (matches!(error.kind, Kind::Forbidden | Kind::Unauthenticated) && error.code.contains('.'))
}

pub(crate) fn refused_status(error: &AppError) -> StatusCode {
    if error.kind == Kind::RateLimited { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY }
}
