//! Every page of the portal with made-up content, for the test that renders them all.

use askama::Template;
use pages::Shell;

/// A page's name and its markup.
#[derive(Debug, Clone)]
pub struct Sample {
    pub name: &'static str,
    pub html: String,
}

impl Sample {
    /// A page that cannot be rendered has no markup, which the test refuses.
    pub(crate) fn of<T: Template>(name: &'static str, page: &T) -> Self {
        Self { name, html: page.render().unwrap_or_default() }
    }
}

/// All of them, inside `shell`.
#[must_use]
pub fn all(shell: &Shell) -> Vec<Sample> {
    let mut shell = shell.clone();
    crate::page::furnish(&mut shell, false);
    [
        crate::shop::samples(&shell),
        crate::checkout::samples(&shell),
        crate::account::samples(&shell),
        crate::entry::samples(&shell),
        crate::site::samples(&shell),
        crate::verify::samples(&shell),
    ]
    .concat()
}
