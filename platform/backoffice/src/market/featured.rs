//! Which products stand in front on the start page, and in which order.

use ::pages::{Choice, Shell, Tone, redirect_with};
use axum::response::Response;
use insurance::{
    catalogue::{ProductFilter, ProductId, service as catalogue},
    site::{Featured, featured},
};
use kernel::{
    AppResult, ReadTx,
    http::{Form, Staff},
};

use super::tabs;
use crate::frame::{Field, FormPage, Office, Section, Sent};

async fn page(tx: &mut ReadTx, shell: Shell) -> AppResult<FormPage> {
    let shelf = catalogue::list_for_sale(tx, &ProductFilter::default()).await?;
    let choices: Vec<Choice> =
        shelf.iter().map(|card| Choice::new(card.id.to_string(), format!("{} · {}", card.name.get(&shell.lang), card.insurer_name))).collect();
    let place = |n: usize| Field::select(format!("product_{n}"), shell.tn("office-site-place", n), choices.clone()).optional();
    let fields = (1..=featured::MOST).map(place).collect();
    let (title, lede, tabs) = (shell.t("office-site-title"), shell.t("office-site-featured-lede"), tabs(&shell, "featured"));
    Ok(FormPage::new(shell, title, "/site", "/", vec![Section::of(fields)]).lede(lede).tabs(tabs))
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let chosen = tx.setting::<Featured>().await?;
    let mut page = page(&mut tx, shell).await?.version(chosen.version);
    for (n, id) in (1..).zip(&chosen.value.products) {
        page = page.with(&format!("product_{n}"), id.to_string());
    }
    page.show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let chosen: Vec<ProductId> = (1..=featured::MOST).filter_map(|n| sent.text(&format!("product_{n}")).parse().ok()).collect();
    let mut tx = staff.begin_write().await?;
    match featured::choose(&mut tx, &chosen, sent.version()?).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/site", Tone::Good, "flash-saved"))
        }
        Err(error) => page(&mut tx, shell).await?.again(&sent, error),
    }
}
