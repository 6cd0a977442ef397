//! Terms and privacy in plain words, under the firm's name and licence.

use askama::Template;
use axum::response::Response;
use kernel::AppResult;
use pages::{Shell, html};

use crate::{page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/legal.html")]
struct LegalPage {
    shell: Shell,
    /// Heading and text of each part.
    parts: Vec<(String, String)>,
}

impl LegalPage {
    fn new(shell: Shell, page: &str, parts: &[&str]) -> Self {
        let name = shell.brand.name.clone();
        let text = |part: &str, kind: &str| shell.tf(&format!("portal-{page}-{part}-{kind}"), [("name", name.as_str())]);
        let parts = parts.iter().map(|part| (text(part, "title"), text(part, "text"))).collect();
        Self { shell: shell.titled(&format!("portal-{page}-title")), parts }
    }
    fn of_terms(shell: Shell) -> Self {
        Self::new(shell, "terms", &["who", "price", "pay", "cancel", "complain"])
    }
    fn of_privacy(shell: Shell) -> Self {
        Self::new(shell, "privacy", &["what", "why", "who", "long", "rights"])
    }
}

pub(super) async fn terms(Page(shell): Page) -> AppResult<Response> {
    html(&LegalPage::of_terms(shell))
}

pub(super) async fn privacy(Page(shell): Page) -> AppResult<Response> {
    html(&LegalPage::of_privacy(shell))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    vec![Sample::of("terms", &LegalPage::of_terms(shell.clone())), Sample::of("privacy", &LegalPage::of_privacy(shell.clone()))]
}
