//! Lists by keyset: a page starts after a row, never at an offset, so that page 1,000 costs what page 1 costs. Ids are UUIDv7,
//! so the order of ids is the order of making; most lists show the newest first.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, Postgres, QueryBuilder, postgres::PgRow};
use uuid::Uuid;

use crate::{AppError, AppResult, ReadTx, scope::Audience};

pub const DEFAULT_SIZE: u16 = 20;
pub const MAX_SIZE: u16 = 100;
/// Counts are exact up to here.
pub const MAX_COUNT: i64 = 10_000;

/// Where a page starts. Opaque outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    id: Uuid,
    /// Toward the start of the list.
    back: bool,
}

impl Cursor {
    fn encode(self) -> String {
        let mut bytes = self.id.as_bytes().to_vec();
        bytes.push(u8::from(self.back));
        URL_SAFE_NO_PAD.encode(bytes)
    }
    fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, back) = bytes.split_at_checked(16)?;
        Some(Self {
            id: Uuid::from_slice(id).ok()?,
            back: match back {
                [0] => false,
                [1] => true,
                _ => return None,
            },
        })
    }
}

/// What a list is asked for: the query parameters that every list takes.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageRequest {
    /// From `next` or `previous` of an earlier answer.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 100, 20 if not given.
    #[serde(default)]
    pub page_size: Option<u16>,
    /// Words to look for.
    #[serde(default)]
    pub search: Option<String>,
}

impl PageRequest {
    #[must_use]
    pub fn size(&self) -> u16 {
        self.page_size.unwrap_or(DEFAULT_SIZE).clamp(1, MAX_SIZE)
    }
    /// The search text, trimmed, in lower case, at most 100 characters; none if empty.
    #[must_use]
    pub fn search_text(&self) -> Option<String> {
        let text: String = self.search.as_deref()?.trim().to_lowercase().chars().take(100).collect();
        (!text.is_empty()).then_some(text)
    }
}

/// One page of a list. `next` and `previous` are cursors.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// Rows of the whole list, exact up to 10,000.
    pub count: i64,
    /// There are more than `count` rows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub count_exceeded: bool,
    pub next: Option<String>,
    pub previous: Option<String>,
    pub results: Vec<T>,
}

impl<T> Page<T> {
    /// A list that is one page.
    #[must_use]
    pub fn whole(results: Vec<T>) -> Self {
        Self { count: i64::try_from(results.len()).unwrap_or(i64::MAX), count_exceeded: false, next: None, previous: None, results }
    }
    /// The same page with every row converted.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            count: self.count,
            count_exceeded: self.count_exceeded,
            next: self.next,
            previous: self.previous,
            results: self.results.into_iter().map(convert).collect(),
        }
    }
}

/// One condition, ready to be written into the page's statement and into its count.
type Filter = Box<dyn Fn(&mut QueryBuilder<Postgres>) + Send + Sync>;

/// A list with optional filters. Text of statements is `&'static str`; values are always bound.
pub struct List {
    columns: &'static str,
    from: &'static str,
    joins: &'static str,
    tenant: &'static str,
    id: &'static str,
    filters: Vec<Filter>,
    filters_need_joins: bool,
}

impl List {
    /// `columns` and `from` are the two halves of the select; `tenant` and `id` name the list's key columns:
    /// `List::new("c.id, c.name", "from customers c", "c.tenant_id", "c.id")`.
    #[must_use]
    pub fn new(columns: &'static str, from: &'static str, tenant: &'static str, id: &'static str) -> Self {
        Self { columns, from, joins: "", tenant, id, filters: Vec::new(), filters_need_joins: false }
    }

    /// Adds joins that only bring columns: each row has exactly one partner, or a left join at most one. They are left out where
    /// rows are only counted, unless [`List::joined`] says that a filter needs them.
    #[must_use]
    pub fn joining(self, joins: &'static str) -> Self {
        Self { joins, ..self }
    }

    /// The filters that follow name columns of the joins.
    pub fn joined(&mut self) -> &mut Self {
        self.filters_need_joins = true;
        self
    }

    /// Adds `and <before><value><after>`: `filter("c.state = ", state, "")`.
    pub fn filter<V>(&mut self, before: &'static str, value: V, after: &'static str) -> &mut Self
    where
        V: Clone + Send + Sync + 'static + for<'t> sqlx::Encode<'t, Postgres> + sqlx::Type<Postgres>,
    {
        self.filters.push(Box::new(move |sql| {
            sql.push(" and ").push(before).push_bind(value.clone()).push(after);
        }));
        self
    }

    /// Adds a filter without a value: `fixed("c.archived_at is null")`.
    pub fn fixed(&mut self, condition: &'static str) -> &mut Self {
        self.filters.push(Box::new(move |sql| {
            sql.push(" and ").push(condition);
        }));
        self
    }

    fn write_body(&self, sql: &mut QueryBuilder<Postgres>, tx: &ReadTx, joins: &'static str) {
        sql.push(" ").push(self.from).push(" ").push(joins).push(" where ").push(self.tenant).push(" = ").push_bind(tx.tenant_id());
        for filter in &self.filters {
            filter(sql);
        }
    }

    /// Reads the page that `request` asks for, newest first, and counts. `id_of` names a row's key.
    pub async fn fetch<T>(self, tx: &mut ReadTx, request: &PageRequest, id_of: impl Fn(&T) -> Uuid) -> AppResult<Page<T>>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let cursor = match request.cursor.as_deref().filter(|c| !c.is_empty()) {
            Some(text) => Some(Cursor::decode(text).ok_or_else(|| AppError::malformed("cursor"))?),
            None => None,
        };
        let size = usize::from(request.size());

        let mut selecting = QueryBuilder::new("select ");
        selecting.push(self.columns);
        self.write_body(&mut selecting, tx, self.joins);

        let id = self.id;
        let back = cursor.is_some_and(|c| c.back);
        if let Some(cursor) = cursor {
            selecting.push(" and ").push(id).push(if back { " > " } else { " < " }).push_bind(cursor.id);
        }
        selecting.push(" order by ").push(id).push(if back { " asc" } else { " desc" }).push(" limit ").push_bind(size as i64 + 1);
        // With filters the best plan depends on their values; without, it is always the same.
        let whole = self.filters.is_empty();
        let mut results: Vec<T> = selecting.build_query_as().persistent(whole).fetch_all(tx.conn()).await?;
        let count = self.count(tx).await?;

        let more = results.len() > size;
        results.truncate(size);
        if back {
            results.reverse();
        }
        let edge = |row: Option<&T>, back| row.map(|row| Cursor { id: id_of(row), back }.encode());
        let (has_next, has_previous) = if back { (true, more) } else { (more, cursor.is_some()) };
        Ok(Page {
            count: count.min(MAX_COUNT),
            count_exceeded: count > MAX_COUNT,
            next: edge(results.last(), false).filter(|_| has_next),
            previous: edge(results.first(), true).filter(|_| has_previous),
            results,
        })
    }

    /// Rows of the whole list, at most one more than are shown as counted.
    async fn count(&self, tx: &mut ReadTx) -> AppResult<i64> {
        let whole = self.filters.is_empty();
        let (scope, tenant) = (tx.scope().clone(), tx.tenant_id());
        let list = match scope.audience {
            Audience::Staff { user } if whole => Some((tenant, user, self.from)),
            _ => None,
        };
        if list.is_some_and(|list| scope.db.long_lists().holds(list)) {
            return Ok(MAX_COUNT + 1);
        }
        let mut counting = QueryBuilder::new("select count(*) from (select 1");
        self.write_body(&mut counting, tx, if self.filters_need_joins { self.joins } else { "" });
        counting.push(" limit ").push_bind(MAX_COUNT + 1).push(") counted");
        let count = counting.build_query_scalar().persistent(whole).fetch_one(tx.conn()).await?;
        if let Some(list) = list.filter(|_| count > MAX_COUNT) {
            scope.db.long_lists().remember(list);
        }
        Ok(count)
    }
}

/// A tenant's list without filters, as one of its staff sees it.
type WholeList = (Uuid, Uuid, &'static str);

/// Lists that had more rows than are counted, a moment ago: they still have, and need not be counted for every page.
#[derive(Debug, Default)]
pub(crate) struct LongLists(Mutex<HashMap<WholeList, Instant>>);

const REMEMBERED: Duration = Duration::from_secs(60);
const MOST_REMEMBERED: usize = 10_000;

impl LongLists {
    fn holds(&self, list: WholeList) -> bool {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(&list).is_some_and(|counted| counted.elapsed() < REMEMBERED)
    }

    fn remember(&self, list: WholeList) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= MOST_REMEMBERED {
            lists.retain(|_, counted| counted.elapsed() < REMEMBERED);
        }
        if lists.len() < MOST_REMEMBERED {
            lists.insert(list, Instant::now());
        }
    }
}

/// The upper end of a prefix search on a C-collated column: every text that starts with `prefix` is at least `prefix` and less
/// than this.
#[must_use]
pub fn prefix_end(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_way_out_and_back_and_nonsense_is_refused() {
        let cursor = Cursor { id: Uuid::from_u128(42), back: true };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for bad in ["", "AAAA", "not base64!", &"A".repeat(500)] {
            assert_eq!(Cursor::decode(bad), None, "{bad}");
        }
    }
}
