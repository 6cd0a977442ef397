//! What a bank answers, whatever the file: pain.002, or CSV by the mapping that was said for the account.

use kernel::{AppResult, error::Fields};
use serde::{Deserialize, Serialize};

use super::{Batch, error::AnswerError, pain002, table};
use crate::reconciliation::formats;

/// More lines than any batch has payouts, for files of a whole day.
pub(super) const MAX_LINES: usize = 5_000;
/// The most columns that an answer may have.
pub(super) const MAX_COLUMNS: u16 = 60;

/// What a bank says of a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Paid,
    Failed,
    /// Nothing final.
    Pending,
    /// A word that nobody explained.
    Unclear,
}

/// One line of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub row: usize,
    pub reference: String,
    pub said: Said,
    /// The bank's own word.
    pub status: String,
    /// In minor units; none if it is not said.
    pub amount: Option<i64>,
    pub receipt: Option<String>,
    pub reason: Option<String>,
}

/// An answer: of single payouts, and of all that it does not name.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub lines: Vec<Line>,
    /// What is said of the whole file, where that is final. Its reference is empty.
    pub whole: Option<Line>,
}

/// Which column of a bank's CSV answers holds what, and which words mean what. Columns count from zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultMapping {
    /// `,`, `;`, `|` or a tab.
    pub delimiter: char,
    /// Rows before the first payout, headings included.
    pub skip: u16,
    pub reference: u16,
    pub status: u16,
    pub amount: Option<u16>,
    pub receipt: Option<u16>,
    pub reason: Option<u16>,
    /// In lower case.
    pub paid: Vec<String>,
    pub failed: Vec<String>,
}

impl ResultMapping {
    /// Whether it can be meant.
    ///
    /// # Errors
    /// `validation_error` with the fields of the form.
    pub(super) fn check(&self) -> AppResult<()> {
        let mut fields = Fields::new();
        if !matches!(self.delimiter, ',' | ';' | '|' | '\t') {
            fields.add("delimiter", "field-invalid");
        }
        if self.skip > 100 {
            fields.add("skip", "field-invalid");
        }
        let columns = [
            ("reference", Some(self.reference)),
            ("status", Some(self.status)),
            ("amount", self.amount),
            ("receipt", self.receipt),
            ("reason", self.reason),
        ];
        for (name, column) in columns {
            if column.is_some_and(|column| column >= MAX_COLUMNS) {
                fields.add(name, "field-invalid");
            }
        }
        if self.reference == self.status {
            fields.add("status", "payout-column-twice");
        }
        for (name, words) in [("paid", &self.paid), ("failed", &self.failed)] {
            if words.is_empty() {
                fields.add(name, "field-required");
            } else if words.len() > 20 || words.iter().any(|word| word.chars().count() > 40) {
                fields.add(name, "field-invalid");
            }
        }
        if self.paid.iter().any(|word| self.failed.contains(word)) {
            fields.add("failed", "payout-word-twice");
        }
        fields.finish()
    }
    /// What a word means.
    pub(super) fn read(&self, word: &str) -> Said {
        let word = word.trim().to_lowercase();
        if self.paid.contains(&word) {
            Said::Paid
        } else if self.failed.contains(&word) {
            Said::Failed
        } else {
            Said::Unclear
        }
    }
}

/// Reads an answer to a batch.
///
/// # Errors
/// The first thing that is wrong with the file.
pub(super) fn read(file: &[u8], batch: &Batch, mapping: Option<&ResultMapping>) -> Result<Answer, AnswerError> {
    let text = formats::text(file);
    let answer = if text.trim_start().starts_with('<') {
        pain002::read(&text, batch)?
    } else {
        let lines = table::read(&text, mapping.ok_or(AnswerError::NoMapping)?, batch.total.currency)?;
        Answer { lines, whole: None }
    };
    if answer.lines.is_empty() && answer.whole.is_none() { Err(AnswerError::NoLines) } else { Ok(answer) }
}

/// A mapping to begin with, from the names of columns at the beginning of a file, and these names.
#[must_use]
pub fn guess(beginning: &str) -> (ResultMapping, Vec<String>) {
    table::guess(beginning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping() -> ResultMapping {
        ResultMapping {
            delimiter: ',',
            skip: 1,
            reference: 0,
            status: 1,
            amount: None,
            receipt: None,
            reason: None,
            paid: vec!["paid".into()],
            failed: vec!["rejected".into()],
        }
    }

    #[test]
    fn a_mapping_by_which_no_line_could_be_read_is_refused() {
        assert!(mapping().check().is_ok());
        for wrong in [
            ResultMapping { status: 0, ..mapping() },
            ResultMapping { paid: Vec::new(), ..mapping() },
            ResultMapping { failed: vec!["paid".into()], ..mapping() },
            ResultMapping { reference: 60, ..mapping() },
            ResultMapping { delimiter: 'x', ..mapping() },
        ] {
            assert!(wrong.check().unwrap_err().is("validation_error"), "{wrong:?}");
        }
    }

    #[test]
    fn a_word_that_nobody_explained_means_nothing() {
        assert_eq!((mapping().read(" PAID "), mapping().read("Rejected"), mapping().read("ok")), (Said::Paid, Said::Failed, Said::Unclear));
    }
}
