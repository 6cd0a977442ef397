//! Lists that are too long to be counted for every page.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use uuid::Uuid;

/// A tenant's list without filters, as one of its staff sees it.
pub(super) type WholeList = (Uuid, Uuid, &'static str);

/// Lists that had more rows than are counted, a moment ago: they still have, and need not be counted for every page.
#[derive(Debug, Default)]
pub(crate) struct LongLists(Mutex<HashMap<WholeList, Instant>>);

const REMEMBERED: Duration = Duration::from_secs(60);
const MOST_REMEMBERED: usize = 10_000;

impl LongLists {
    pub(super) fn holds(&self, list: WholeList) -> bool {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(&list).is_some_and(|counted| counted.elapsed() < REMEMBERED)
    }

    pub(super) fn remember(&self, list: WholeList) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= MOST_REMEMBERED {
            lists.retain(|_, counted| counted.elapsed() < REMEMBERED);
        }
        if lists.len() < MOST_REMEMBERED {
            lists.insert(list, Instant::now());
        }
    }
}
