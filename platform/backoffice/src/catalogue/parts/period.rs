//! How long cover lasts, and how long a quote holds.

use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{self, Product, ProductId, Terms},
    law::Law,
    pricing::{self, Draft},
};
use kernel::{
    App, AppResult,
    error::Fields,
    http::{Path, Staff},
};
use pages::{Crumb, Shell, Tone, redirect_with};

use crate::{
    catalogue::under,
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section, Sent},
};

fn page(shell: Shell, product: &Product, draft: &Draft) -> FormPage {
    let (mut shell, href) = under(shell, product);
    let outline = format!("{href}/terms");
    shell.crumbs.push(Crumb { label: shell.t("office-terms-title"), href: outline.clone() });
    let fields = vec![
        Field::text("term_months", shell.t("office-terms-months")).max(2).help(shell.t("office-terms-months-help")),
        Field::text("quote_valid_days", shell.t("office-terms-valid-days")).max(2).help(shell.t("office-terms-valid-days-help")),
    ];
    let (title, lede) = (shell.t("office-terms-period"), shell.t("office-terms-lede"));
    FormPage::new(shell, title, &format!("{outline}/period"), &outline, vec![Section::of(fields)])
        .lede(lede)
        .version(draft.version)
        .with("term_months", draft.terms.term_months.to_string())
        .with("quote_valid_days", draft.terms.quote_valid_days.to_string())
}

fn read(sent: &Sent, terms: &Terms) -> AppResult<Terms> {
    let mut fields = Fields::new();
    let mut whole = |name: &'static str, most: u32, complaint: &'static str| {
        let number = sent.text(name).parse::<u32>().ok().filter(|number| (1..=most).contains(number));
        fields.check(name, number, if sent.some(name).is_none() { "field-required" } else { complaint }).unwrap_or_default()
    };
    let term_months = whole("term_months", Terms::MOST_MONTHS, "terms-months-out-of-range");
    let quote_valid_days = whole("quote_valid_days", Terms::MOST_VALID_DAYS, "terms-valid-days-out-of-range");
    fields.finish()?;
    Ok(Terms { term_months, quote_valid_days, ..terms.clone() })
}

pub(in crate::catalogue) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<ProductId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    page(shell, &product, &pricing::service::draft(&mut tx, id).await?).show()
}

pub(in crate::catalogue) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ProductId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let law = Law::of(&app, staff.tenant())?;
    let mut tx = staff.begin_write().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let draft = pricing::service::draft(&mut tx, id).await?;
    let saved = match read(&sent, &draft.terms) {
        Ok(terms) => pricing::service::save(&mut tx, &law, id, sent.version()?, terms).await.map(drop),
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/products/{id}/terms"), Tone::Good, "flash-saved"))
        }
        Err(error) => page(shell, &product, &draft).again(&sent, error),
    }
}
