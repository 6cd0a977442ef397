//! One version of a product's terms: why it was made, and what it changed.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use insurance::{
    catalogue::{self, Product, ProductId, ProductVersionId, Terms, VersionLine},
    pricing::PRICE,
};
use kernel::{
    AppError, AppResult,
    http::{Path, Staff},
    money::Currency,
};
use pages::{Fact, Shell, html};

use super::{changes::Changes, under};
use crate::frame::Office;

#[derive(Template)]
#[template(path = "office/version.html")]
struct VersionPage {
    shell: Shell,
    title: String,
    lede: String,
    facts: Vec<Fact>,
    /// None of the first version.
    changes: Option<Changes>,
    /// Empty for what cannot be taken back, or not by the reader.
    take_back_href: String,
}

/// What a version is called.
pub(super) fn name(shell: &Shell, line: &VersionLine) -> String {
    shell.tf("office-versions-since", [("number", shell.number(line.number)), ("date", shell.date(&line.effective_from))])
}

/// Whether it will come to count on a later day: of one day only the last version does.
pub(super) fn is_planned(line: &VersionLine, versions: &[VersionLine], today: NaiveDate) -> bool {
    line.effective_from > today && !versions.iter().any(|other| other.effective_from == line.effective_from && other.number > line.number)
}

/// What would count on its day without it and those that came later.
fn before<'a>(line: &VersionLine, versions: &'a [VersionLine]) -> Option<&'a VersionLine> {
    let earlier = versions.iter().filter(|other| other.number < line.number && other.effective_from <= line.effective_from);
    earlier.max_by_key(|other| (other.effective_from, other.number))
}

/// A version beside the one that it followed.
struct Followed<'a> {
    line: &'a VersionLine,
    terms: Terms,
    before: Option<(&'a VersionLine, Terms)>,
}

fn page(shell: Shell, product: &Product, followed: &Followed<'_>, planned: bool, currency: Currency) -> VersionPage {
    let (shell, href) = under(shell, product);
    let line = followed.line;
    let facts =
        [Fact::new(shell.t("field-reason"), line.reason.clone()), Fact::new(shell.t("office-versions-published"), shell.moment(&line.created_at))];
    let title = name(&shell, line);
    VersionPage {
        lede: match &followed.before {
            Some((before, _)) => shell.tf("office-versions-compared", [("version", name(&shell, before))]),
            None => shell.t("office-versions-first"),
        },
        facts: facts.into_iter().filter(|fact| !fact.value.is_empty()).collect(),
        changes: followed
            .before
            .as_ref()
            .map(|(_, terms)| Changes::of(&shell, terms, &followed.terms, currency).published(&shell, &line.effective_from)),
        take_back_href: if planned && shell.can(PRICE) { format!("{href}/versions/{}/take-back", line.id) } else { String::new() },
        shell: shell.named(title.clone()),
        title,
    }
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path((id, version)): Path<(ProductId, ProductVersionId)>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let versions = catalogue::service::versions(&mut tx, id).await?;
    let line = versions.iter().find(|line| line.id == version).ok_or_else(AppError::not_found)?;
    let before = match before(line, &versions) {
        Some(before) => Some((before, catalogue::service::version(&mut tx, before.id).await?.terms)),
        None => None,
    };
    let followed = Followed { line, terms: catalogue::service::version(&mut tx, version).await?.terms, before };
    let planned = is_planned(line, &versions, tx.scope().today());
    html(&page(shell, &product, &followed, planned, staff.tenant().currency))
}
