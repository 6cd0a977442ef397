//! Everything around a list's rows: search, filters, count, pager.

use std::fmt;

use kernel::paging::{Page, PageRequest};
use serde::Deserialize;

use crate::parts::{Choice, Tab, word};

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

word!(FilterKind { #[default] Choice = "choice", Date = "date", Text = "text" });

impl FilterKind {
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

#[derive(Debug, Clone, Default)]
pub struct Column {
    pub label: String,
    pub sort: String,
    pub order: Order,
    pub align: Align,
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
}

#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub name: String,
    pub label: String,
    pub value: String,
    pub kind: FilterKind,
    pub choices: Vec<Choice>,
    /// The list begins narrowed, see [`ListQuery::beginning`]: everything is then a choice of its own.
    pub narrowed: bool,
}

/// The value of a filter that asks for everything.
const ALL: &str = "all";

/// The query of a list page: paging, search and the one filter, `state`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    pub cursor: Option<String>,
    #[serde(default)]
    pub search: Option<String>,
    #[serde(default)]
    pub state: Option<String>,
}

impl ListQuery {
    #[must_use]
    pub fn page(&self) -> PageRequest {
        PageRequest { cursor: self.cursor.clone(), page_size: None, search: self.search.clone() }
    }
    /// The filter's value; none when "all" was chosen.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref().filter(|state| !state.is_empty() && *state != ALL)
    }
    /// The same, narrowed to this state as long as the reader has not chosen.
    #[must_use]
    pub fn beginning(self, state: &str) -> Self {
        Self { state: self.state.or_else(|| Some(state.to_owned())), ..self }
    }
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct ListBar {
    pub action: String,
    pub search: String,
    pub placeholder: String,
    pub views: Vec<Tab>,
    pub chips: Vec<Chip>,
    pub clear: String,
    pub filters: Vec<Filter>,
    pub columns: Vec<Column>,
    pub count: u64,
    pub count_exceeded: bool,
    pub previous: String,
    pub next: String,
    pub export: String,
    pub kept: Vec<(String, String)>,
}

impl ListBar {
    /// The bar of one page of a list at `action`. `filter` is the list's one filter, if it has one; its value is taken from the query.
    #[must_use]
    pub fn new<T>(action: &str, placeholder: String, query: &ListQuery, page: &Page<T>, filter: Option<Filter>, columns: Vec<Column>) -> Self {
        let search = query.search.clone().unwrap_or_default();
        let narrowed = filter.as_ref().is_some_and(|filter| filter.narrowed);
        let url = |cursor: Option<&str>, with_state: bool, with_search: bool| {
            let mut pairs = Vec::new();
            if with_search && !search.is_empty() {
                pairs.push(("search", search.clone()));
            }
            match query.state().filter(|_| with_state) {
                Some(state) => pairs.push(("state", state.to_owned())),
                None if narrowed => pairs.push(("state", ALL.to_owned())),
                None => {}
            }
            if let Some(cursor) = cursor {
                pairs.push(("cursor", cursor.to_owned()));
            }
            let text: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={}", encode(&value))).collect();
            if text.is_empty() { action.to_owned() } else { format!("{action}?{}", text.join("&")) }
        };
        let filters: Vec<Filter> =
            filter.into_iter().map(|filter| Filter { name: "state".into(), value: query.state().unwrap_or_default().to_owned(), ..filter }).collect();
        let mut chips = Vec::new();
        if let (Some(state), Some(filter)) = (query.state(), filters.first()) {
            let word = filter.choices.iter().find(|c| c.value == state).map_or(state, |c| &c.label);
            chips.push(Chip { label: format!("{}: {word}", filter.label), remove: url(None, false, true) });
        }
        if !search.is_empty() {
            chips.push(Chip { label: format!("“{search}”"), remove: url(None, true, false) });
        }
        Self {
            action: action.to_owned(),
            placeholder,
            clear: if chips.is_empty() { String::new() } else { url(None, false, false) },
            chips,
            filters,
            columns,
            count: page.count.unsigned_abs(),
            count_exceeded: page.count_exceeded,
            previous: page.previous.as_deref().map(|c| url(Some(c), true, true)).unwrap_or_default(),
            next: page.next.as_deref().map(|c| url(Some(c), true, true)).unwrap_or_default(),
            search,
            ..Self::default()
        }
    }

    /// Whether an empty list means "nothing matches" rather than "nothing yet".
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.search.is_empty() || !self.chips.is_empty()
    }
}

/// Percent-encodes a query value.
fn encode(value: &str) -> String {
    value.bytes().fold(String::with_capacity(value.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
