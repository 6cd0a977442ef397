//! Problems of a manifest, with the place where each was found.

use std::fmt;

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Where: `capabilities.http[0].host`.
    pub place: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Everything wrong with a manifest, in file order as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ManifestError(pub Vec<Issue>);

impl ManifestError {
    pub(crate) fn one(place: &str, message: impl Into<String>) -> Self {
        Self(vec![Issue { place: place.to_owned(), message: message.into() }])
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, issue) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{}: {}", issue.place, issue.message)?;
        }
        Ok(())
    }
}
