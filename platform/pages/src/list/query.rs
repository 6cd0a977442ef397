//! What the address of a list asks for.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{
    money::{Currency, Money},
    paging::{Chosen, PageRequest},
};
use serde::Deserialize;
use uuid::Uuid;

/// The value of a filter that asks for everything.
pub(super) const ALL: &str = "all";

/// Asks for the list without a saved view.
const NONE: &str = "none";

/// The query of a list page: paging, search, order and filters.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    pub cursor: Option<String>,
    #[serde(default)]
    pub search: Option<String>,
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub sort: Option<String>,
    #[serde(default)]
    pub size: Option<String>,
    /// The saved view that this began with.
    #[serde(default)]
    pub view: Option<String>,
    /// What else the list's filters know.
    #[serde(flatten)]
    pub more: BTreeMap<String, String>,
    /// The state that the list shows as long as the reader has not chosen.
    #[serde(skip)]
    pub start: Option<String>,
    /// Not a page to look at, but the rows that an act is about.
    #[serde(skip)]
    pub chosen: Option<Chosen>,
    /// What amounts are typed in; without it, shillings.
    #[serde(skip)]
    pub currency: Option<Currency>,
    /// The reader begins with a view of their own: everything is then asked for by name.
    #[serde(skip)]
    pub has_default: bool,
}

impl ListQuery {
    /// The query of these pairs. Of what is said twice the last counts, and rows are chosen by `id` or `all`.
    #[must_use]
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "cursor" => query.cursor = Some(value),
                "search" => query.search = Some(value),
                "state" => query.state = Some(value),
                "sort" => query.sort = Some(value),
                "size" => query.size = Some(value),
                "view" => query.view = Some(value),
                "id" | "all" | "export" => {}
                _ => drop(query.more.insert(name, value)),
            }
        }
        query
    }

    #[must_use]
    pub fn page(&self) -> PageRequest {
        PageRequest {
            cursor: self.cursor.clone(),
            page_size: self.size.as_deref().and_then(|size| size.parse().ok()),
            search: self.search.clone(),
            sort: self.sort.clone(),
            created_from: self.day("created_from"),
            created_to: self.day("created_to"),
            amount_from: self.amount("amount_from"),
            amount_to: self.amount("amount_to"),
            chosen: self.chosen.clone(),
        }
    }
    /// The filter's value; none when "all" was chosen.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref().filter(|state| !state.is_empty() && *state != ALL)
    }
    /// The value of another filter, by its name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.more.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
    /// The value as an id, such as of a member of staff.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<Uuid> {
        self.value(name)?.parse().ok()
    }
    #[must_use]
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        self.value(name)?.parse().ok()
    }
    /// The value as an amount, in minor units.
    #[must_use]
    pub fn amount(&self, name: &str) -> Option<i64> {
        Money::parse(self.value(name)?, self.currency.unwrap_or(Currency::KES)).map(|money| money.minor)
    }
    /// The same, narrowed to this state as long as the reader has not chosen.
    #[must_use]
    pub fn beginning(self, state: &str) -> Self {
        Self { state: self.state.or_else(|| Some(state.to_owned())), start: Some(state.to_owned()), ..self }
    }

    /// Everything but the page: what a saved view keeps.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut add = |name: &str, value: Option<&str>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                pairs.push((name.to_owned(), value.to_owned()));
            }
        };
        add("search", self.search.as_deref());
        add("state", self.state().or_else(|| self.start.is_some().then_some(ALL)));
        for (name, value) in &self.more {
            add(name, Some(value));
        }
        add("sort", self.sort.as_deref());
        add("size", self.size.as_deref());
        add("view", self.view.as_deref().filter(|view| *view != NONE));
        pairs
    }

    /// The list at `action` as it is asked for, with some parameters set, or left out where the value is empty.
    pub(super) fn url(&self, action: &str, changed: &[(&str, &str)]) -> String {
        let kept = self.pairs().into_iter().filter(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        let set = changed.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut pairs: Vec<(String, String)> = kept.chain(set).collect();
        if pairs.is_empty() && self.has_default {
            pairs.push(("view".to_owned(), NONE.to_owned()));
        }
        address(action, pairs)
    }
}

/// A path with a query.
pub fn address(path: &str, pairs: impl IntoIterator<Item = (String, String)>) -> String {
    let query = encoded(pairs);
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Pairs as the query of an address.
pub fn encoded(pairs: impl IntoIterator<Item = (String, String)>) -> String {
    pairs.into_iter().map(|(name, value)| format!("{}={}", encode(&name), encode(&value))).collect::<Vec<_>>().join("&")
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
