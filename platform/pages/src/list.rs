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
    /// The list begins narrowed, see [`ListQuery::beginning`]: everything is then a choice of its own. Set by the bar.
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
    /// The state that the list shows as long as the reader has not chosen.
    #[serde(skip)]
    pub start: Option<String>,
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
        Self { state: self.state.or_else(|| Some(state.to_owned())), start: Some(state.to_owned()), ..self }
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
    /// The list as it begins, narrowed by itself: if it is empty, nothing is there.
    pub begins: bool,
}

impl ListBar {
    /// The bar of one page of a list at `action`. `filter` is the list's one filter, if it has one; its value is taken from the query.
    #[must_use]
    pub fn new<T>(action: &str, placeholder: String, query: &ListQuery, page: &Page<T>, filter: Option<Filter>, columns: Vec<Column>) -> Self {
        let search = query.search.clone().unwrap_or_default();
        let narrowed = query.start.is_some();
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
        let value = query.state().unwrap_or_default().to_owned();
        let filters: Vec<Filter> =
            filter.into_iter().map(|filter| Filter { name: "state".into(), value: value.clone(), narrowed, ..filter }).collect();
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
            begins: narrowed && search.is_empty() && query.state() == query.start.as_deref(),
            search,
            ..Self::default()
        }
    }

    /// Whether there are other pages than this one.
    #[must_use]
    pub fn has_more(&self) -> bool {
        !self.next.is_empty() || !self.previous.is_empty()
    }

    /// Whether an empty list means "nothing matches" rather than "nothing yet".
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.begins && (!self.search.is_empty() || !self.chips.is_empty())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(query: &ListQuery) -> ListBar {
        let page = Page { count: 41, count_exceeded: false, next: Some("n".into()), previous: None, results: vec![()] };
        let filter = Filter { label: "Status".into(), choices: vec![Choice::new("open", "Open"), Choice::new("done", "Done")], ..Filter::default() };
        ListBar::new("/tasks", String::new(), query, &page, Some(filter), Vec::new())
    }

    fn asked(state: Option<&str>) -> ListQuery {
        ListQuery { state: state.map(str::to_owned), ..ListQuery::default() }.beginning("open")
    }

    #[test]
    fn a_list_that_begins_narrowed_says_so_and_shows_everything_when_asked_to() {
        let begun = bar(&asked(None));
        assert_eq!((asked(None).state(), begun.filters[0].value.as_str(), begun.chips[0].label.as_str()), (Some("open"), "open", "Status: Open"));
        assert_eq!((begun.chips[0].remove.as_str(), begun.next.as_str()), ("/tasks?state=all", "/tasks?state=open&cursor=n"));
        assert!(!begun.is_filtered(), "nothing open means that nothing is there");
        for everything in ["all", ""] {
            let all = bar(&asked(Some(everything)));
            assert_eq!((asked(Some(everything)).state(), all.chips.len(), all.next.as_str()), (None, 0, "/tasks?state=all&cursor=n"));
        }
        assert!(bar(&asked(Some("done"))).is_filtered());
    }

    #[test]
    fn other_lists_begin_with_everything() {
        let query = ListQuery { state: Some("open".to_owned()), ..ListQuery::default() };
        assert_eq!(bar(&query).chips[0].remove, "/tasks");
        assert_eq!(bar(&ListQuery::default()).next, "/tasks?cursor=n");
    }
}
