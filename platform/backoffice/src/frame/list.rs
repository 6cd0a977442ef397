//! Lists: search, one filter, count, pager, and an empty state that says what to do first.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::money::Money;
use pages::{Badge, Count, Flash, ListBar, Shell, Tab};

use super::{Action, Tile};

#[derive(Template)]
#[template(path = "office/list.html")]
pub(crate) struct ListPage {
    pub(crate) shell: Shell,
    pub(crate) list: ListBar,
    pub(crate) rows: Vec<Row>,
    pub(crate) actions: Vec<Action>,
    /// Neighbouring lists; empty for most.
    pub(crate) tabs: Vec<Tab>,
    /// A sentence on what the list holds, where its title does not say it; may be empty.
    pub(crate) lede: String,
    /// What must not be missed.
    pub(crate) alerts: Vec<Flash>,
    pub(crate) empty: Empty,
}

impl ListPage {
    /// A list with nothing around it; what it has besides is written before it: `ListPage { lede, ..ListPage::new(..) }`.
    pub(crate) fn new(shell: Shell, list: ListBar, rows: Vec<Row>, empty: Empty) -> Self {
        Self { shell, list, rows, actions: Vec::new(), tabs: Vec::new(), lede: String::new(), alerts: Vec::new(), empty }
    }
}

/// One line. The first cell leads to `href`, unless that is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    /// What the row is called, for those who hear the page.
    pub(crate) fn name(&self) -> &str {
        let main = self.cells.iter().find_map(|cell| if let Cell::Main(text) | Cell::Pictured(text, _) = cell { Some(text) } else { None });
        main.unwrap_or(&self.href)
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Cell {
    /// What the row is called.
    Main(String),
    /// The same, with what it looks like.
    Pictured(String, Tile),
    Text(String),
    Quiet(String),
    /// A number or amount, at the end of its column.
    Figure(String),
    /// The same as what it is, so that a file of the list can be reckoned with.
    Amount(Option<Money>),
    Count(i64),
    Day(NaiveDate),
    State(Badge),
    At(DateTime<Utc>),
    Link {
        label: String,
        href: String,
    },
    /// What may be done with the row; `about` tells it apart for those who hear the page.
    Action {
        label: String,
        href: String,
        about: String,
    },
}

impl Cell {
    pub(crate) fn count(count: impl Count) -> Self {
        Self::Count(count.count())
    }
}

/// What an empty list says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Empty {
    pub(crate) icon: &'static str,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Empty: nothing to click.
    pub(crate) href: String,
    pub(crate) label: String,
}

impl Empty {
    /// Texts are `{key}-title` and `{key}-text`.
    pub(crate) fn new(shell: &Shell, icon: &'static str, key: &str) -> Self {
        Self { icon, title: shell.t(&format!("{key}-title")), text: shell.t(&format!("{key}-text")), ..Self::default() }
    }
    pub(crate) fn leading(mut self, label: String, href: &str) -> Self {
        self.label = label;
        self.href = href.to_owned();
        self
    }
}
