//! One act on many rows: each in a transaction of its own, so that one refusal does not hold up the others, and a report that
//! says of every row what became of it. The rows of an errand are told to the errand instead.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{AppError, AppResult, Kind, TenantTx, paging::Page};
use pages::{Badge, Column, ListBar, ListQuery, Shell, Tone, html};
use uuid::Uuid;

use super::{Cell, Empty, ListPage, Row, mendable};
use crate::errands::{self, ErrandId, Settled};

/// What became of the rows.
pub(crate) struct Batch {
    shell: Shell,
    errand: Option<ErrandId>,
    lines: Vec<Settled>,
}

impl Batch {
    pub(super) fn new(shell: Shell, errand: Option<ErrandId>) -> Self {
        Self { shell, errand, lines: Vec::new() }
    }

    /// Takes down what became of a row: what was done is committed, what was refused left no trace. A fault of ours in one row does
    /// not hold up the others; where something that all rows need is away, the act ends: the rows before stay done, and doing it
    /// again refuses them.
    pub(crate) async fn take<T>(
        &mut self,
        mut tx: TenantTx,
        row: impl Into<Uuid>,
        name: impl Into<String>,
        href: String,
        done: AppResult<T>,
    ) -> AppResult<()> {
        let refused = match done {
            Ok(_) => None,
            Err(error) if mendable(&error) || matches!(error.kind, Kind::NotFound | Kind::Internal) => {
                if error.kind == Kind::Internal {
                    tracing::error!(error = kernel::http::error::chain(&error), "a row of an act failed");
                }
                let scope = tx.scope().clone();
                tx.rollback().await?;
                tx = scope.begin_write().await?;
                Some(why(&self.shell, &error))
            }
            Err(error) => return Err(error),
        };
        let settled = Settled { row: row.into(), name: name.into(), href, refused };
        // Where another worker of the same errand was quicker, what was done here must not stay.
        if let Some(errand) = self.errand
            && !errands::settle(&mut tx, errand, &settled).await?
        {
            return tx.rollback().await;
        }
        tx.commit().await?;
        self.lines.push(settled);
        Ok(())
    }

    /// The report, with the way back to the list; `title` names the act.
    pub(crate) fn report(mut self, title: &str, list: (&str, &str)) -> AppResult<Response> {
        if self.errand.is_some() {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        let shell = self.shell.under(list.0, list.1).titled(title);
        let refused = self.lines.iter().filter(|line| line.refused.is_some()).count();
        let lede = shell.tf("list-batch-result", [("done", shell.number(self.lines.len() - refused)), ("refused", shell.number(refused))]);
        self.lines.sort_by_key(|line| line.refused.is_none());
        let rows: Vec<Row> = self.lines.into_iter().map(|line| row(&shell, line)).collect();
        let columns = vec![Column::of(&shell, "field-name"), Column::of(&shell, "field-status"), Column::of(&shell, "field-reason")];
        let whole = Page::<()> { count: i64::try_from(rows.len()).unwrap_or(i64::MAX), ..Page::whole(Vec::new()) };
        let list = ListBar::new(list.1, String::new(), &ListQuery::default(), &whole, None, columns);
        let empty = Empty::new(&shell, "inbox", "list-batch-empty");
        html(&ListPage { lede, ..ListPage::new(shell, list, rows, empty) })
    }
}

fn row(shell: &Shell, line: Settled) -> Row {
    let badge = match line.refused {
        None => Badge::new(Tone::Good, shell.t("list-batch-done")),
        Some(_) => Badge::new(Tone::Bad, shell.t("list-batch-refused")),
    };
    Row { href: line.href, cells: vec![Cell::Main(line.name), Cell::State(badge), Cell::Text(line.refused.unwrap_or_default())] }
}

/// What is wrong with the row: with its fields, if that is what the error says.
fn why(shell: &Shell, error: &AppError) -> String {
    let fields: Vec<String> = error.fields.iter().map(|field| shell.field_error(field)).collect();
    if fields.is_empty() { shell.error(error) } else { fields.join(" ") }
}
