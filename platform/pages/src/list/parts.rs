//! What a list offers: columns, filters, and acts on chosen rows.

use std::fmt;

use crate::{
    Shell,
    parts::{Choice, word},
};

word!(
    /// How a column is sorted, in the words of `aria-sort`.
    Order { #[default] None = "none", Up = "ascending", Down = "descending" }
);

impl Order {
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
    #[must_use]
    pub fn icon(&self) -> &'static str {
        match self {
            Self::None => "sort-none",
            Self::Up => "sort-up",
            Self::Down => "sort-down",
        }
    }
}

word!(
    /// Numbers and money stand at the end.
    Align { #[default] Start = "start", End = "end" }
);

impl Align {
    #[must_use]
    pub fn is_end(&self) -> bool {
        *self == Self::End
    }
}

word!(
    /// `Days` and `Amounts` are ranges: `{name}_from` and `{name}_to`.
    FilterKind { #[default] Choice = "choice", Days = "date", Amounts = "text" }
);

impl FilterKind {
    #[must_use]
    pub fn is_days(&self) -> bool {
        *self == Self::Days
    }
    #[must_use]
    pub fn is_choice(&self) -> bool {
        *self == Self::Choice
    }
}

#[derive(Debug, Clone, Default)]
pub struct Chip {
    pub label: String,
    pub remove: String,
}

/// Head of a column. One with a name can be hidden and moved by the reader; one with `by` can be sorted.
#[derive(Debug, Clone, Default)]
pub struct Column {
    pub name: String,
    pub label: String,
    pub align: Align,
    /// The list's word for this order.
    pub by: &'static str,
    /// Not shown until the reader chooses it.
    pub aside: bool,
    /// The address that sorts by it, and how it is sorted now. Set by the bar.
    pub sort: String,
    pub order: Order,
}

impl Column {
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }
    #[must_use]
    pub fn end(label: impl Into<String>) -> Self {
        Self { align: Align::End, ..Self::new(label) }
    }
    /// The column called by this text.
    #[must_use]
    pub fn of(shell: &Shell, key: &str) -> Self {
        Self { name: key.to_owned(), ..Self::new(shell.t(key)) }
    }
    /// The same for figures.
    #[must_use]
    pub fn figure(shell: &Shell, key: &str) -> Self {
        Self { align: Align::End, ..Self::of(shell, key) }
    }
    /// The list can be sorted by it.
    #[must_use]
    pub fn by(self, sort: &'static str) -> Self {
        Self { by: sort, ..self }
    }
    /// Not shown until the reader chooses it, so that the others fit the screen.
    #[must_use]
    pub fn aside(self) -> Self {
        self.aside_when(true)
    }
    /// The same where it says nothing of most rows.
    #[must_use]
    pub fn aside_when(self, aside: bool) -> Self {
        Self { aside, ..self }
    }
    /// Whether the first press puts the greatest first: it does for amounts and times.
    pub(super) fn falls(&self) -> bool {
        self.align.is_end() || matches!(self.by, "created" | "updated")
    }
}

/// What narrows a list. Without a name it is called `state`.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub name: String,
    pub label: String,
    pub kind: FilterKind,
    pub choices: Vec<Choice>,
    /// What is chosen; of a range, where it begins. Set by the bar.
    pub value: String,
    /// Where a range ends. Set by the bar.
    pub until: String,
    /// The list begins narrowed, see [`super::ListQuery::beginning`]: everything is then a choice of its own. Set by the bar.
    pub narrowed: bool,
}

impl Filter {
    #[must_use]
    pub fn choice(name: &str, label: String, choices: Vec<Choice>) -> Self {
        Self { name: name.to_owned(), label, choices, ..Self::default() }
    }
    /// The days on which rows were made; every list knows it.
    #[must_use]
    pub fn created(shell: &Shell) -> Self {
        Self { name: "created".to_owned(), label: shell.t("field-created"), kind: FilterKind::Days, ..Self::default() }
    }
    /// For lists of amounts.
    #[must_use]
    pub fn amount(shell: &Shell) -> Self {
        Self { name: "amount".to_owned(), label: shell.t("field-amount"), kind: FilterKind::Amounts, ..Self::default() }
    }
}

/// What can be done with all chosen rows at once. `href` is asked with their ids.
#[derive(Debug, Clone, Default)]
pub struct BulkAction {
    pub label: String,
    pub href: String,
    pub icon: &'static str,
}

impl BulkAction {
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>, icon: &'static str) -> Self {
        Self { label: label.into(), href: href.into(), icon }
    }
}

/// A column in the reader's choice of columns.
#[derive(Debug, Clone, Default)]
pub struct ColumnChoice {
    pub name: String,
    pub label: String,
    pub shown: bool,
}

/// What the reader may do with the list as a whole: its columns, its views, its export.
#[derive(Debug, Clone, Default)]
pub struct ListTools {
    /// The list's own name, and the search and filters in force.
    pub list: String,
    pub query: String,
    pub columns: Vec<ColumnChoice>,
    /// The reader may take the list away as a file.
    pub exports: bool,
    /// The view in force, and where it is changed; empty where none is.
    pub view: String,
    pub view_href: String,
    /// Only its owner changes it.
    pub view_own: bool,
    pub view_shared: bool,
    pub view_is_default: bool,
    pub view_changed: bool,
}
