//! The statement of a list, and its page.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use sqlx::{FromRow, Postgres, QueryBuilder, Row, postgres::PgRow};
use uuid::Uuid;

use super::{MAX_COUNT, Page, PageRequest, cursor::Cursor};
use crate::{AppError, AppResult, ReadTx, scope::Audience};

/// One condition, ready to be written into the page's statement and into its count.
type Filter = Box<dyn Fn(&mut QueryBuilder<Postgres>) + Send + Sync>;

/// The order that every list knows: that of making.
const CREATED: &str = "created";

/// An order that the list offers, by `column`, or by `falling` with the greatest first: the two are the same where every row has a
/// value. `tie` tells rows of the same value apart.
#[derive(Clone, Copy)]
struct Sort {
    name: &'static str,
    column: &'static str,
    falling: &'static str,
    tie: &'static str,
}

/// A list with optional filters. Text of statements is `&'static str`; values are always bound.
pub struct List {
    columns: &'static str,
    from: &'static str,
    joins: &'static str,
    tenant: &'static str,
    id: &'static str,
    amount: Option<&'static str>,
    sorts: Vec<Sort>,
    filters: Vec<Filter>,
    filters_need_joins: bool,
    has_common: bool,
}

impl List {
    /// `columns` and `from` are the two halves of the select; `tenant` and `id` name the list's key columns:
    /// `List::new("c.id, c.name", "from customers c", "c.tenant_id", "c.id")`.
    #[must_use]
    pub fn new(columns: &'static str, from: &'static str, tenant: &'static str, id: &'static str) -> Self {
        Self {
            columns,
            from,
            joins: "",
            tenant,
            id,
            amount: None,
            sorts: Vec::new(),
            filters: Vec::new(),
            filters_need_joins: false,
            has_common: false,
        }
    }

    /// Adds joins that only bring columns: each row has exactly one partner, or a left join at most one. They are left out where
    /// rows are only counted, unless [`List::joined`] says that a filter needs them.
    #[must_use]
    pub fn joining(self, joins: &'static str) -> Self {
        Self { joins, ..self }
    }

    /// Offers to sort by a column that is never null and that an index `(tenant_id, column, id)` or a unique one holds.
    #[must_use]
    pub fn sortable(self, name: &'static str, column: &'static str) -> Self {
        let tie = self.id;
        self.sortable_with(name, column, tie)
    }

    /// The same for a column of a join; `tie` is the id of the joined table, which its index ends with.
    #[must_use]
    pub fn sortable_with(mut self, name: &'static str, column: &'static str, tie: &'static str) -> Self {
        self.sorts.push(Sort { name, column, falling: column, tie });
        self
    }

    /// Offers to sort by a value that rows may lack; those without come last either way. Each expression puts something in its
    /// place, greater or less than every value, and has an index `(tenant_id, expression, id)`.
    #[must_use]
    pub fn sortable_lacking(mut self, name: &'static str, rising: &'static str, falling: &'static str) -> Self {
        self.sorts.push(Sort { name, column: rising, falling, tie: self.id });
        self
    }

    /// Names the column of minor units that the request's amounts are about, and offers to sort by it as `amount`.
    #[must_use]
    pub fn amounts(self, column: &'static str) -> Self {
        Self { amount: Some(column), ..self }.sortable("amount", column)
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
        self.compare("", before, value, after)
    }

    fn compare<V>(&mut self, column: &'static str, before: &'static str, value: V, after: &'static str) -> &mut Self
    where
        V: Clone + Send + Sync + 'static + for<'t> sqlx::Encode<'t, Postgres> + sqlx::Type<Postgres>,
    {
        self.filters.push(Box::new(move |sql| {
            sql.push(" and ").push(column).push(before).push_bind(value.clone()).push(after);
        }));
        self
    }

    /// Keeps the rows whose `column` is among the ids that every select gives, one for each value and each written
    /// `<before><tenant><between><value><after>`. The ids are found first: the planner, which cannot know how few they have in common,
    /// would look for them along the list's order.
    pub fn filter_common<V>(&mut self, column: &'static str, select: [&'static str; 3], tenant: Uuid, values: Vec<V>) -> &mut Self
    where
        V: Clone + Send + Sync + 'static + for<'t> sqlx::Encode<'t, Postgres> + sqlx::Type<Postgres>,
    {
        let [before, between, after] = select;
        self.has_common = true;
        self.filters.push(Box::new(move |sql| {
            sql.push(" and ").push(column).push(" = any (array(");
            for (at, value) in values.iter().enumerate() {
                sql.push(if at == 0 { "" } else { " intersect " });
                sql.push(before).push_bind(tenant).push(between).push_bind(value.clone()).push(after);
            }
            sql.push("))");
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

    /// The filters that every list has.
    fn narrow(&mut self, zone: Tz, request: &PageRequest) -> AppResult<()> {
        let id = self.id;
        if let Some(day) = request.created_from {
            self.compare(id, " >= ", first_id_of(day, zone), "");
        }
        if let Some(day) = request.created_to.map(|day| day.checked_add_days(Days::new(1)).unwrap_or(day)) {
            self.compare(id, " < ", first_id_of(day, zone), "");
        }
        if let Some(super::Chosen::These(ids)) = &request.chosen {
            self.compare(id, " = any(", ids.clone(), ")");
        }
        for (amount, comparison, name) in [(request.amount_from, " >= ", "amount_from"), (request.amount_to, " <= ", "amount_to")] {
            if let Some(amount) = amount {
                let column = self.amount.ok_or_else(|| AppError::malformed(name))?;
                self.compare(column, comparison, amount, "");
            }
        }
        Ok(())
    }

    /// The order asked for, and whether the greatest comes first.
    fn order(&self, request: &PageRequest) -> AppResult<(Sort, bool)> {
        let created = Sort { name: CREATED, column: self.id, falling: self.id, tie: self.id };
        let Some(asked) = request.sort.as_deref().filter(|sort| !sort.is_empty()) else { return Ok((created, true)) };
        let (name, falling) = asked.strip_prefix('-').map_or((asked, false), |name| (name, true));
        let sort = self.sorts.iter().copied().chain([created]).find(|sort| sort.name == name).ok_or_else(|| AppError::malformed("sort"))?;
        Ok((Sort { column: if falling { sort.falling } else { sort.column }, ..sort }, falling))
    }

    /// The alias of the table whose rows make the list, where filters and order name it alone. Then the page is found first and joined
    /// after: the planner takes a left join for one that multiplies rows, and would look for the page where it is not.
    fn own_rows(&self, sort: Sort) -> Option<&'static str> {
        let (alias, _) = self.id.split_once('.')?;
        let is_own = |column: &str| column.split_once('.').is_some_and(|(table, name)| table == alias && !name.contains([' ', '(']));
        let single = self.from.split_whitespace().count() == 3 && self.from.ends_with(alias);
        (single && !self.joins.is_empty() && !self.filters_need_joins && is_own(sort.column) && is_own(sort.tie)).then_some(alias)
    }

    fn write_body(&self, sql: &mut QueryBuilder<Postgres>, tx: &ReadTx, joins: &'static str) {
        sql.push(" ").push(self.from).push(" ").push(joins).push(" where ").push(self.tenant).push(" = ").push_bind(tx.tenant_id());
        for filter in &self.filters {
            filter(sql);
        }
    }

    /// A column of the row that the cursor names, as the boundary of an index scan.
    fn write_boundary(&self, sql: &mut QueryBuilder<Postgres>, tx: &ReadTx, column: &'static str, row: Uuid) {
        sql.push("(select ").push(column).push(" ").push(self.from).push(" ").push(self.joins);
        sql.push(" where ").push(self.tenant).push(" = ").push_bind(tx.tenant_id());
        sql.push(" and ").push(self.id).push(" = ").push_bind(row).push(")");
    }

    fn write_start(&self, sql: &mut QueryBuilder<Postgres>, tx: &ReadTx, sort: Sort, comparison: &'static str, row: Uuid) {
        if sort.column == self.id {
            sql.push(" and ").push(self.id).push(comparison).push_bind(row);
            return;
        }
        sql.push(" and (").push(sort.column).push(", ").push(sort.tie).push(")").push(comparison).push("(");
        self.write_boundary(sql, tx, sort.column, row);
        sql.push(", ");
        self.write_boundary(sql, tx, sort.tie, row);
        sql.push(")");
    }

    /// Reads the page that `request` asks for, and counts. `id_of` names a row's key.
    pub async fn fetch<T>(mut self, tx: &mut ReadTx, request: &PageRequest, id_of: impl Fn(&T) -> Uuid) -> AppResult<Page<T>>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let cursor = match request.cursor.as_deref().filter(|c| !c.is_empty()) {
            Some(text) => Some(Cursor::decode(text).ok_or_else(|| AppError::malformed("cursor"))?),
            None => None,
        };
        let (sort, falling) = self.order(request)?;
        self.narrow(tx.scope().tenant.time_zone, request)?;
        let size = request.size();

        let back = cursor.is_some_and(|c| c.back);
        let downward = falling != back;
        let (comparison, direction) = if downward { (" < ", " desc") } else { (" > ", " asc") };
        let own = self.own_rows(sort);
        // Ids that several searches have in common are found once: for the first page and, beside it, for the count.
        let counts_itself = own.is_some() && self.has_common && cursor.is_none() && request.chosen.is_none();
        let mut selecting = QueryBuilder::new("select ");
        match own {
            Some(alias) if counts_itself => {
                selecting.push(self.columns).push(", ").push(alias).push(".listed from (select ").push(alias).push(".*, count(*) over () as listed")
            }
            Some(alias) => selecting.push(self.columns).push(" from (select ").push(alias).push(".*"),
            None => selecting.push(self.columns),
        };
        self.write_body(&mut selecting, tx, if own.is_some() { "" } else { self.joins });
        if let Some(cursor) = cursor {
            self.write_start(&mut selecting, tx, sort, comparison, cursor.id);
        }
        write_order(&mut selecting, sort, direction);
        selecting.push(" limit ").push_bind(i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1));
        if let Some(alias) = own {
            selecting.push(") ").push(alias).push(" ").push(self.joins);
            write_order(&mut selecting, sort, direction);
        }
        let rows = selecting.build().persistent(self.is_planned_once(tx, cursor)).fetch_all(tx.conn()).await?;
        let listed: i64 = if counts_itself { rows.first().map_or(Ok(0), |row| row.try_get("listed"))? } else { 0 };
        let mut results = rows.iter().map(T::from_row).collect::<Result<Vec<T>, _>>()?;

        let more = results.len() > size;
        results.truncate(size);
        if request.chosen.is_some() {
            let next = results.last().map(|row| Cursor { id: id_of(row), back: false }.encode()).filter(|_| more);
            return Ok(Page { count_exceeded: more, next, ..Page::whole(results) });
        }
        let count = if counts_itself { listed } else { self.count(tx).await? };
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

    /// The whole list of a member of staff, by which its length is remembered.
    fn whole_of_staff(&self, tx: &ReadTx) -> Option<(Uuid, Uuid, &'static str)> {
        match tx.scope().audience {
            Audience::Staff { user } if self.filters.is_empty() => Some((tx.tenant_id(), user, self.from)),
            _ => None,
        }
    }

    /// Whether one plan serves for all: with filters the best depends on their values; and past the first page, where few rows are
    /// expected of a tenant of middling size, all of a large one's would be read and sorted, though the index has them in order.
    fn is_planned_once(&self, tx: &ReadTx, cursor: Option<Cursor>) -> bool {
        let is_long = || self.whole_of_staff(tx).is_some_and(|list| tx.scope().db.long_lists().holds(list));
        self.filters.is_empty() && !(cursor.is_some() && is_long())
    }

    /// Rows of the whole list, at most one more than are shown as counted.
    async fn count(&self, tx: &mut ReadTx) -> AppResult<i64> {
        let whole = self.filters.is_empty();
        let (scope, list) = (tx.scope().clone(), self.whole_of_staff(tx));
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

fn write_order(sql: &mut QueryBuilder<Postgres>, sort: Sort, direction: &'static str) {
    sql.push(" order by ").push(sort.column).push(direction);
    if sort.column != sort.tie {
        sql.push(", ").push(sort.tie).push(direction);
    }
}

/// What a UUIDv7 has room for.
const LAST_MILLISECOND: i64 = (1 << 48) - 1;

/// The least id of those made on or after the day: a UUIDv7 begins with the milliseconds of its making.
fn first_id_of(day: NaiveDate, zone: Tz) -> Uuid {
    let midnight = day.and_time(NaiveTime::MIN);
    let begins: DateTime<Utc> = zone.from_local_datetime(&midnight).earliest().map_or_else(|| midnight.and_utc(), |at| at.to_utc());
    Uuid::from_u128(u128::from(begins.timestamp_millis().clamp(0, LAST_MILLISECOND).unsigned_abs()) << 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_the_tenants_midnight() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let (first, before) = (first_id_of(day, chrono_tz::Africa::Nairobi), first_id_of(day, chrono_tz::UTC));
        assert_eq!(before.as_u128().wrapping_sub(first.as_u128()) >> 80, 3 * 3_600_000, "Nairobi is three hours ahead");
    }

    #[test]
    fn a_day_that_nobody_will_see_is_after_everything() {
        let now = Uuid::now_v7();
        for day in [NaiveDate::from_ymd_opt(12_000, 1, 1).expect("a day"), NaiveDate::MAX] {
            assert!(first_id_of(day, chrono_tz::Africa::Nairobi) > now, "{day}");
        }
        assert!(first_id_of(NaiveDate::MIN, chrono_tz::Africa::Nairobi) < now);
    }
}
