//! What a list is asked for.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{DEFAULT_SIZE, MAX_SIZE};

/// Rows that one act is about, rather than a page to look at: they come at once and are not counted. Where there are more than
/// the act takes, the page names what comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// All rows that the request's filters leave, at most this many.
    All(u32),
    /// These.
    These(Vec<Uuid>),
}

/// The query parameters that every list takes.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageRequest {
    /// From `next` or `previous` of an earlier answer.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 100, 20 if not given.
    #[serde(default)]
    pub page_size: Option<u16>,
    /// Words to look for.
    #[serde(default)]
    pub search: Option<String>,
    /// What to sort by, with `-` before it for the greatest first. Every list knows `created`, and begins with `-created`.
    #[serde(default)]
    pub sort: Option<String>,
    /// The first day on which rows were made.
    #[serde(default)]
    pub created_from: Option<NaiveDate>,
    /// The last day on which rows were made.
    #[serde(default)]
    pub created_to: Option<NaiveDate>,
    /// The smallest amount, in minor units; for lists of amounts.
    #[serde(default)]
    pub amount_from: Option<i64>,
    /// The greatest amount, in minor units.
    #[serde(default)]
    pub amount_to: Option<i64>,
    #[serde(skip)]
    #[param(ignore)]
    pub chosen: Option<Chosen>,
}

impl PageRequest {
    /// How many rows are read at most.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.chosen {
            Some(Chosen::All(most)) => usize::try_from(*most).unwrap_or(usize::MAX),
            Some(Chosen::These(ids)) => ids.len(),
            None => usize::from(self.page_size.unwrap_or(DEFAULT_SIZE).clamp(1, MAX_SIZE)),
        }
    }
    /// The search text, trimmed, in lower case, at most 100 characters; none if empty.
    #[must_use]
    pub fn search_text(&self) -> Option<String> {
        let text: String = self.search.as_deref()?.trim().to_lowercase().chars().take(100).collect();
        (!text.is_empty()).then_some(text)
    }
}
