//! A desk at a glance: figures that lead to their rows, what waits for somebody, and the first rows of what comes next.

use pages::Shell;

use super::{Related, RelatedItem};

/// A number and the list that it counts.
#[derive(Debug, Clone)]
pub(crate) struct Stat {
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) href: String,
}

/// What a desk shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overview {
    pub(crate) stats: Vec<Stat>,
    /// What waits for somebody, each with how much of it.
    pub(crate) needs: Vec<Stat>,
    pub(crate) next: Vec<Related>,
}

impl Overview {
    /// A figure, in words.
    pub(crate) fn figure(&mut self, label: impl Into<String>, value: impl Into<String>, href: impl Into<String>) {
        self.stats.push(Stat { label: label.into(), value: value.into(), href: href.into() });
    }
    /// What is worth a word only while there is some.
    pub(crate) fn need(&mut self, shell: &Shell, label: &str, count: i64, href: &str) {
        if count > 0 {
            self.needs.push(Stat { label: shell.t(label), value: shell.number(count), href: href.to_owned() });
        }
    }
    /// The first rows of a list; nothing where it has none.
    pub(crate) fn show(&mut self, shell: &Shell, title: &str, items: Vec<RelatedItem>, all_href: &str) {
        if !items.is_empty() {
            self.next.push(Related { title: shell.t(title), items, all_href: all_href.to_owned() });
        }
    }
}
