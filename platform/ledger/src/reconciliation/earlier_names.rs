//! Lines of a bank's statement that are stored under another name than files give them today: under the bank's id without its day, or,
//! before the column of ids was said, under one made of what they are. Such a line is known by its content: day, value date, kind,
//! amount and texts; those that are alike in all of it by their number. A line that the file names itself is never another one.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use kernel::{AppResult, ReadTx};
use ports::payment::ProviderState;
use uuid::Uuid;

use super::{
    model::{Name, NewLine},
    store,
};

/// A stored line whose name files would not give it today.
pub(crate) struct Stored {
    pub id: Uuid,
    pub kind: String,
    pub receipt: Option<String>,
    pub provider_state: String,
    pub gross_minor: i64,
    pub reference: Option<String>,
    pub counterparty: Option<String>,
    pub day: NaiveDate,
    pub settled_on: Option<NaiveDate>,
}

impl Stored {
    /// Whether what only some files tell speaks for the same movement. Two lines without the bank's id have their names from their
    /// content already, and are two.
    fn agrees_with(&self, line: &NewLine) -> bool {
        let one_id = match (&self.receipt, &line.receipt) {
            (Some(stored), Some(told)) => stored == told,
            (None, None) => false,
            _ => true,
        };
        one_id && (self.settled_on.is_none() || line.settled_on.is_none() || self.settled_on == line.settled_on)
    }
}

type Content = (NaiveDate, String, i64, Option<String>, Option<String>);

/// Adds to the known lines those that are stored under an earlier name.
pub(super) async fn recognise(
    tx: &mut ReadTx,
    installation: Uuid,
    lines: &[(NewLine, ProviderState)],
    known: &mut HashMap<Name, (Uuid, String)>,
) -> AppResult<()> {
    let strange: Vec<&NewLine> = lines.iter().map(|(line, _)| line).filter(|line| !known.contains_key(&line.name())).collect();
    if strange.is_empty() {
        return Ok(());
    }
    let mut days: Vec<NaiveDate> = strange.iter().map(|line| line.day).collect();
    days.sort_unstable();
    days.dedup();
    let named: HashSet<Uuid> = known.values().map(|(id, _)| *id).collect();
    let mut stored: HashMap<Content, Vec<Stored>> = HashMap::new();
    for line in store::named_otherwise(tx, installation, &days).await?.into_iter().filter(|line| !named.contains(&line.id)) {
        let content = (line.day, line.kind.clone(), line.gross_minor, line.reference.clone(), line.counterparty.clone());
        stored.entry(content).or_default().push(line);
    }
    for line in strange {
        let content = (line.day, line.kind.clone(), line.gross.minor, line.reference.clone(), line.counterparty.clone());
        // A file may tell one line twice; it stands for one.
        let Some(alike) = stored.get_mut(&content).filter(|_| !known.contains_key(&line.name())) else { continue };
        if let Some(first) = alike.iter().position(|there| there.agrees_with(line)) {
            let there = alike.remove(first);
            known.insert(line.name(), (there.id, there.provider_state));
        }
    }
    Ok(())
}
