//! Everything around a list's rows: search, filters, order, views, count, pager.

mod parts;
mod query;

use kernel::paging::Page;
pub use parts::{Align, BulkAction, Chip, Column, ColumnChoice, Filter, FilterKind, ListTools, Order};
use query::ALL;
pub use query::{ListQuery, address, encoded};
use uuid::Uuid;

use crate::parts::Tab;

/// Rows of a page that the reader may choose.
const SIZES: [u16; 3] = [20, 50, 100];

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
    /// Where the next page begins; empty on the last.
    pub cursor: String,
    /// What search and filters keep.
    pub kept: Vec<(String, String)>,
    /// What an act on chosen rows is told of the list: the filters in force.
    pub asked: Vec<(String, String)>,
    /// The sizes that a page may have; the one in force is active.
    pub sizes: Vec<Tab>,
    /// Of every row, for acts on chosen rows; empty where nothing can be done with them.
    pub ids: Vec<String>,
    pub bulk: Vec<BulkAction>,
    pub tools: Option<ListTools>,
    /// The list as it begins, narrowed by itself: if it is empty, nothing is there.
    pub begins: bool,
}

impl ListBar {
    /// The bar of one page of a list at `action`. What its filters are set to is taken from the query.
    #[must_use]
    pub fn new<T>(
        action: &str,
        placeholder: String,
        query: &ListQuery,
        page: &Page<T>,
        filters: impl IntoIterator<Item = Filter>,
        columns: Vec<Column>,
    ) -> Self {
        let search = query.search.clone().unwrap_or_default();
        let filters: Vec<Filter> = filters.into_iter().map(|filter| set(filter, query)).collect();
        let mut chips: Vec<Chip> = filters.iter().filter_map(|filter| chip(filter, query, action)).collect();
        if !search.is_empty() {
            chips.push(Chip { label: format!("“{search}”"), remove: query.url(action, &[("search", "")]) });
        }
        let own = |name: &str| name == "search" || filters.iter().any(|f| name == f.name || range(f).iter().any(|end| name == end));
        let asked = query.pairs();
        let size = usize::from(query.page().page_size.unwrap_or(kernel::paging::DEFAULT_SIZE));
        let page_at = |cursor: &Option<String>| cursor.as_deref().map(|c| query.url(action, &[("cursor", c)])).unwrap_or_default();
        Self {
            action: action.to_owned(),
            placeholder,
            clear: if chips.is_empty() { String::new() } else { cleared(&filters, query, action) },
            chips,
            columns: columns.into_iter().map(|column| sorted(column, query, action)).collect(),
            count: page.count.unsigned_abs(),
            count_exceeded: page.count_exceeded,
            previous: page_at(&page.previous),
            next: page_at(&page.next),
            cursor: page.next.clone().unwrap_or_default(),
            kept: asked.iter().filter(|(name, _)| !own(name)).cloned().collect(),
            asked,
            sizes: SIZES
                .map(|n| Tab {
                    label: n.to_string(),
                    href: query.url(action, &[("size", &n.to_string())]),
                    active: usize::from(n) == size,
                    count: None,
                })
                .to_vec(),
            begins: query.start.is_some() && search.is_empty() && query.state() == query.start.as_deref() && query.more.is_empty(),
            filters,
            search,
            ..Self::default()
        }
    }

    /// Lets rows be chosen: their ids in order, and what can be done with them besides taking them away as a file.
    #[must_use]
    pub fn choosing<I: Into<Uuid>>(mut self, ids: impl IntoIterator<Item = I>, actions: Vec<BulkAction>) -> Self {
        self.ids = ids.into_iter().map(|id| id.into().to_string()).collect();
        self.bulk = actions;
        self
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

    /// The filters that stand in the bar itself; ranges open beside it.
    #[must_use]
    pub fn choices(&self) -> Vec<&Filter> {
        self.filters.iter().filter(|filter| filter.kind.is_choice()).collect()
    }
    #[must_use]
    pub fn ranges(&self) -> Vec<&Filter> {
        self.filters.iter().filter(|filter| !filter.kind.is_choice()).collect()
    }

    /// What a cell's column is called: cards on phones have no heads.
    #[must_use]
    pub fn head(&self, column: &usize) -> &str {
        self.columns.get(*column).map_or("", |column| column.label.as_str())
    }
    /// Whether a column is of figures, which stand at its end.
    #[must_use]
    pub fn is_figure(&self, column: &usize) -> bool {
        self.columns.get(*column).is_some_and(|column| column.align.is_end())
    }
    /// The id of a row.
    #[must_use]
    pub fn id(&self, row: &usize) -> &str {
        self.ids.get(*row).map_or("", String::as_str)
    }
    /// Rows of the list that are not on this page can be chosen together with those that are.
    #[must_use]
    pub fn chooses_all(&self) -> bool {
        self.has_more()
    }
    /// Whether rows can be chosen.
    #[must_use]
    pub fn chooses(&self) -> bool {
        !self.ids.is_empty() && (!self.bulk.is_empty() || self.tools.as_ref().is_some_and(|tools| tools.exports))
    }
}

/// The parameters of a range.
fn range(filter: &Filter) -> [String; 2] {
    [format!("{}_from", filter.name), format!("{}_to", filter.name)]
}

/// The filter with what the query says of it.
fn set(mut filter: Filter, query: &ListQuery) -> Filter {
    if filter.name.is_empty() {
        filter.name = "state".to_owned();
    }
    let value = |name: &str| query.value(name).unwrap_or_default().to_owned();
    if !filter.kind.is_choice() {
        let [from, to] = range(&filter);
        (filter.value, filter.until) = (value(&from), value(&to));
    } else if filter.name == "state" {
        (filter.value, filter.narrowed) = (query.state().unwrap_or_default().to_owned(), query.start.is_some());
    } else {
        filter.value = value(&filter.name);
    }
    filter
}

fn chip(filter: &Filter, query: &ListQuery, action: &str) -> Option<Chip> {
    if filter.value.is_empty() && filter.until.is_empty() {
        return None;
    }
    let word = if filter.kind.is_choice() {
        filter.choices.iter().find(|choice| choice.value == filter.value).map_or(filter.value.clone(), |choice| choice.label.clone())
    } else {
        format!("{} – {}", filter.value, filter.until)
    };
    Some(Chip { label: format!("{}: {word}", filter.label), remove: query.url(action, &without(&names(filter), filter.narrowed)) })
}

/// The parameters of a filter.
fn names(filter: &Filter) -> Vec<String> {
    if filter.kind.is_choice() { vec![filter.name.clone()] } else { range(filter).to_vec() }
}

/// What takes a filter of these parameters away.
fn without(names: &[String], narrowed: bool) -> Vec<(&str, &str)> {
    names.iter().map(|name| (name.as_str(), if narrowed { ALL } else { "" })).collect()
}

/// The list with no filter at all.
fn cleared(filters: &[Filter], query: &ListQuery, action: &str) -> String {
    let names: Vec<(Vec<String>, bool)> = filters.iter().map(|filter| (names(filter), filter.narrowed)).collect();
    let mut changed = vec![("search", ""), ("view", "")];
    changed.extend(names.iter().flat_map(|(names, narrowed)| without(names, *narrowed)));
    query.url(action, &changed)
}

/// The column with the address that sorts by it: a second press turns the order round.
fn sorted(mut column: Column, query: &ListQuery, action: &str) -> Column {
    if column.by.is_empty() {
        return column;
    }
    let falling = format!("-{}", column.by);
    let asked = query.sort.as_deref().filter(|sort| !sort.is_empty()).unwrap_or("-created");
    column.order = if asked == column.by {
        Order::Up
    } else if asked == falling {
        Order::Down
    } else {
        Order::None
    };
    let fall = match column.order {
        Order::None => column.falls(),
        Order::Up => true,
        Order::Down => false,
    };
    column.sort = query.url(action, &[("sort", if fall { &falling } else { column.by })]);
    column
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::Choice;

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

    #[test]
    fn the_head_of_a_column_sorts_and_turns_round_and_everything_else_stays() {
        let page = Page { count: 0, count_exceeded: false, next: None, previous: None, results: Vec::<()>::new() };
        let head = |sort: Option<&str>| {
            let query = ListQuery { state: Some("open".into()), sort: sort.map(str::to_owned), ..ListQuery::default() };
            let columns = vec![Column::new("Name").by("name"), Column::end("Amount").by("amount"), Column::new("Phone")];
            let bar = ListBar::new("/tasks", String::new(), &query, &page, None, columns);
            bar.columns.into_iter().map(|column| (column.sort, column.order)).collect::<Vec<_>>()
        };
        assert_eq!(head(None)[0], ("/tasks?state=open&sort=name".to_owned(), Order::None));
        assert_eq!(head(None)[1].0, "/tasks?state=open&sort=-amount", "the greatest first");
        assert_eq!(head(Some("name"))[0], ("/tasks?state=open&sort=-name".to_owned(), Order::Up));
        assert_eq!(head(Some("-name"))[0], ("/tasks?state=open&sort=name".to_owned(), Order::Down));
        assert_eq!(head(None)[2], (String::new(), Order::None));
    }

    #[test]
    fn several_filters_are_chips_of_their_own() {
        let page = Page { count: 0, count_exceeded: false, next: None, previous: None, results: Vec::<()>::new() };
        let pairs = [("state", "open"), ("amount_from", "100"), ("agent", "a1"), ("search", "asha"), ("size", "50")];
        let query = ListQuery::of(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        let range = Filter { name: "amount".into(), label: "Amount".into(), kind: FilterKind::Amounts, ..Filter::default() };
        let filters = [Filter::choice("agent", "Agent".into(), vec![Choice::new("a1", "Asha")]), range];
        let bar = ListBar::new("/tasks", String::new(), &query, &page, filters, Vec::new());
        let chips: Vec<(&str, &str)> = bar.chips.iter().map(|chip| (chip.label.as_str(), chip.remove.as_str())).collect();
        assert_eq!(
            chips,
            [
                ("Agent: Asha", "/tasks?search=asha&state=open&amount_from=100&size=50"),
                ("Amount: 100 – ", "/tasks?search=asha&state=open&agent=a1&size=50"),
                ("“asha”", "/tasks?state=open&agent=a1&amount_from=100&size=50"),
            ]
        );
        assert_eq!((bar.kept.len(), query.page().amount_from), (2, Some(10_000)), "state and size stay, the rest are fields of the form");
    }
}
