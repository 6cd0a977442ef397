//! The same as a file for a spreadsheet. Who took it, and how much, is itself an entry.

use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult,
    audit::Change,
    http::{Query, Staff},
    paging::{Chosen, PageRequest},
};
use pages::{ListQuery, PageShell};

use super::{actor_name, list::wanted, record_kind, store};
use crate::words;

/// Entries of one file at most, the newest.
const MOST: u32 = 5_000;

pub(super) async fn download(
    State(app): State<App>,
    PageShell(shell): PageShell,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let mut csv = csv::Writer::from_writer(Vec::new());
    let head = [
        "activity-when",
        "activity-who",
        "activity-what",
        "activity-record",
        "activity-record-id",
        "activity-why",
        "activity-changes",
        "activity-seal",
    ];
    csv.write_record(head.map(|key| shell.t(key))).map_err(AppError::internal)?;
    let request = PageRequest { chosen: Some(Chosen::All(MOST)), cursor: None, ..query.page() };
    let found = store::list(&mut tx, wanted(&query), &request).await?;
    let names = store::names(&mut tx, found.results.iter().map(|line| line.actor.as_str())).await?;
    let ids: Vec<uuid::Uuid> = found.results.iter().map(|line| line.id).collect();
    let values = store::values(&mut tx, &ids).await?;
    for line in found.results {
        let changes = values.get(&line.id).map(Vec::as_slice).unwrap_or_default().iter();
        let changes = changes.map(|(name, before, after)| {
            format!("{}: {} → {}", words::field(&app.texts, &shell.lang, name), words::exact(before), words::exact(after))
        });
        let cells = [
            line.at.to_rfc3339(),
            actor_name(&shell, &names, &line.actor),
            words::action(&app.texts, &shell.lang, &line.action),
            record_kind(&shell, &line.object_type),
            line.object_id.to_string(),
            words::reason(&app.texts, &shell.lang, line.reason.as_deref().unwrap_or_default()),
            changes.collect::<Vec<_>>().join("; "),
            line.block.map(|number| number.to_string()).unwrap_or_default(),
        ];
        csv.write_record(cells.map(harmless)).map_err(AppError::internal)?;
    }
    let tenant = tx.tenant_id();
    tx.audit(Change::of("identity.activity.export", "tenant", tenant).set("entries", ids.len())).await?;
    tx.commit().await?;
    pages::download("activity.csv", pages::CSV, csv.into_inner().map_err(|_| AppError::internal("a file that was not written"))?)
}

/// A spreadsheet takes what begins so for a formula; a quote in front makes it text.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn nothing_in_the_file_is_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")".into()), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("+254700000101".into()), "'+254700000101");
        assert_eq!(harmless("Asha".into()), "Asha");
    }
}
