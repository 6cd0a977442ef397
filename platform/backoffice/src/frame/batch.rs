//! One act on many rows: each in a transaction of its own, so that one refusal does not hold up the others, and a report that
//! says of every row what became of it.

use axum::response::Response;
use kernel::{AppError, AppResult, TenantTx, paging::Page};
use pages::{Badge, Column, ListBar, ListQuery, Shell, Tone, html};

use super::{Cell, Empty, ListPage, Row, mendable};

/// What became of the rows.
#[derive(Default)]
pub(crate) struct Batch(Vec<Line>);

struct Line {
    name: String,
    href: String,
    /// None: done.
    refused: Option<AppError>,
}

impl Batch {
    /// Takes down what became of a row: what was done is committed, what was refused left no trace. An error of ours ends the act;
    /// the rows before it stay done, and doing it again refuses them.
    pub(crate) async fn take<T>(&mut self, tx: TenantTx, name: impl Into<String>, href: String, done: AppResult<T>) -> AppResult<()> {
        let refused = match done {
            Ok(_) => {
                tx.commit().await?;
                None
            }
            Err(error) if mendable(&error) || error.kind == kernel::Kind::NotFound => Some(error),
            Err(error) => return Err(error),
        };
        self.0.push(Line { name: name.into(), href, refused });
        Ok(())
    }

    /// The report, with the way back to the list; `title` names the act.
    pub(crate) fn report(mut self, shell: Shell, title: &str, list: (&str, &str)) -> AppResult<Response> {
        let shell = shell.under(list.0, list.1).titled(title);
        let refused = self.0.iter().filter(|line| line.refused.is_some()).count();
        let lede = shell.tf("list-batch-result", [("done", shell.number(self.0.len() - refused)), ("refused", shell.number(refused))]);
        self.0.sort_by_key(|line| line.refused.is_none());
        let rows: Vec<Row> = self.0.into_iter().map(|line| row(&shell, line)).collect();
        let columns = vec![Column::of(&shell, "field-name"), Column::of(&shell, "field-status"), Column::of(&shell, "field-reason")];
        let whole = Page::<()> { count: i64::try_from(rows.len()).unwrap_or(i64::MAX), ..Page::whole(Vec::new()) };
        let list = ListBar::new(list.1, String::new(), &ListQuery::default(), &whole, None, columns);
        let empty = Empty::new(&shell, "inbox", "list-batch-empty");
        html(&ListPage { lede, ..ListPage::new(shell, list, rows, empty) })
    }
}

fn row(shell: &Shell, line: Line) -> Row {
    let (badge, why) = match &line.refused {
        None => (Badge::new(Tone::Good, shell.t("list-batch-done")), String::new()),
        Some(error) => (Badge::new(Tone::Bad, shell.t("list-batch-refused")), why(shell, error)),
    };
    Row { href: line.href, cells: vec![Cell::Main(line.name), Cell::State(badge), Cell::Text(why)] }
}

/// What is wrong with the row: with its fields, if that is what the error says.
fn why(shell: &Shell, error: &AppError) -> String {
    let fields: Vec<String> = error.fields.iter().map(|field| shell.field_error(field)).collect();
    if fields.is_empty() { shell.error(error) } else { fields.join(" ") }
}
