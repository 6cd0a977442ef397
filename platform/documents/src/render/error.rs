//! Why a document could not be rendered, in terms a template's author or an operator can act on.

use std::time::Duration;

/// Failure of one rendering. Nothing was produced and nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The template or a partial is wrong, or asks for data or a file that was not given.
    #[error("{fault}")]
    Template {
        /// What is wrong and where.
        fault: TemplateFault,
    },
    /// An asset or partial has a name that templates cannot use.
    #[error("file name {0:?} must be 1 to 48 of a-z, 0-9, - and a known ending")]
    FileName(String),
    /// Input or output exceeds a limit of [`super::Limits`].
    #[error("{what} is {actual}, more than the limit of {limit}")]
    TooLarge {
        /// What was measured, for example `data bytes`.
        what: &'static str,
        /// Measured value.
        actual: u64,
        /// Greatest allowed value.
        limit: u64,
    },
    /// The template ran longer than [`super::Limits::time`].
    #[error("rendering took longer than {0:?}")]
    TooSlow(Duration),
    /// No processor became free within [`super::Limits::wait`], or an earlier run of the same
    /// template that was too slow has not ended yet. Try again later.
    #[error("no capacity to render now")]
    Busy,
    /// The renderer itself failed; our bug.
    #[error("rendering failed: {0}")]
    Internal(String),
}

/// One error of a template's author, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    /// File name, for example `risk-note.typ` or `letterhead.typ`.
    pub file: String,
    /// Line, counted from 1, if the fault has a place.
    pub line: Option<usize>,
    /// Column in characters, counted from 1, if the fault has a place.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// Suggestions, possibly none.
    pub hints: Vec<String>,
}

impl std::fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}
