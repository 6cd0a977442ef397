//! Shows that the firm's rows are its own: counted now, under the roles that serve.

use axum::{extract::State, response::Response};
use kernel::{App, AppResult, http::Staff, paging::Page};
use pages::{Badge, Column, ListBar, ListQuery, Shell, Tone, html};
use tenancy::isolation::{self, MOST, TESTS, TableProof};

use super::tabs;
use crate::frame::{Cell, Empty, ListPage, Office, Row};

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let proofs = isolation::prove(&app, &staff.scope).await?;
    html(&page(shell, proofs))
}

pub(crate) fn page(shell: Shell, proofs: Vec<TableProof>) -> ListPage {
    let shell = shell.titled("office-settings-isolation");
    let columns = vec![
        Column::new(shell.t("office-isolation-table")),
        Column::end(shell.t("office-isolation-own")),
        Column::end(shell.t("office-isolation-others")),
        Column::new(shell.t("office-isolation-verdict")),
    ];
    let rows = proofs.iter().map(|proof| row(&shell, proof)).collect();
    let verdict = match proofs.iter().filter(|proof| proof.others > 0).count() {
        0 => shell.tf("office-isolation-all-apart", [("all", shell.number(proofs.len()))]),
        leaks => shell.tf("office-isolation-leaks", [("leaks", shell.number(leaks)), ("all", shell.number(proofs.len()))]),
    };
    let found = Page::whole(proofs);
    let list = ListBar::new("/settings/isolation", String::new(), &ListQuery::default(), &found, None, columns);
    let tests: Vec<String> = TESTS.iter().map(|(_, name)| name.replace('_', " ")).collect();
    let lede = format!("{verdict} {}", shell.tf("office-isolation-lede", [("tests", tests.join("; "))]));
    let empty = Empty::new(&shell, "shield", "office-isolation-empty");
    ListPage { tabs: tabs(&shell, "isolation"), lede, ..ListPage::new(shell, list, rows, empty) }
}

fn row(shell: &Shell, proof: &TableProof) -> Row {
    let own = if proof.own >= i64::from(MOST) { shell.tf("office-isolation-most", [("count", shell.number(MOST))]) } else { shell.number(proof.own) };
    let verdict = if proof.others == 0 { (Tone::Good, "office-isolation-apart") } else { (Tone::Bad, "office-isolation-leak") };
    Row {
        href: String::new(),
        cells: vec![
            Cell::Main(proof.table.replace('_', " ")),
            Cell::Figure(own),
            Cell::Figure(shell.number(proof.others)),
            Cell::State(Badge::new(verdict.0, shell.t(verdict.1))),
        ],
    }
}
