//! Append-only file of the book's changes, one JSON object a line.
//!
//! Always holds: a change is in the file before anybody sees its effect. A line that a crash cut in
//! half is removed at the next start; any other damage refuses to start.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::state::{Entry, State};

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("journal cannot be used")]
    Io(#[from] io::Error),
    /// A line in the middle is damaged.
    #[error("journal line {line} is damaged")]
    Damaged {
        /// Line number from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The open file; without one, nothing is kept.
#[derive(Debug, Default)]
pub(crate) struct Journal(Option<File>);

impl Journal {
    /// Opens or creates the file and replays it.
    pub fn open(path: Option<&Path>) -> Result<(Self, State), JournalError> {
        let mut state = State::default();
        let Some(path) = path else {
            return Ok((Self(None), state));
        };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let kept = text.get(..whole).unwrap_or_default();
        for (index, line) in kept.split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
            let entry = serde_json::from_slice(line).map_err(|source| JournalError::Damaged { line: index + 1, source })?;
            state.apply(entry);
        }
        file.set_len(u64::try_from(whole).unwrap_or(0))?;
        file.seek(SeekFrom::End(0))?;
        Ok((Self(Some(file)), state))
    }

    pub fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let Some(file) = &mut self.0 else {
            return Ok(());
        };
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        file.write_all(&line)
    }
}
