//! The shelf: all products, or those of one category.

use askama::Template;
use axum::{extract::State, response::Response};
use insurance::catalogue::{ProductFilter, service as catalogue};
use kernel::{
    App, AppResult,
    http::{Anyone, Query},
};
use pages::{Shell, Tab, html};
use serde::Deserialize;

use crate::{
    page::{Page, listed},
    samples::Sample,
};

#[derive(Template)]
#[template(path = "portal/products.html")]
struct ProductsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    /// Asks all insurers of the chosen category; empty while none is chosen.
    quote_href: String,
    search: String,
    category: String,
    groups: Vec<Group>,
}

struct Group {
    title: String,
    icon: String,
    cards: Vec<Card>,
}

struct Card {
    name: String,
    insurer: String,
    line: String,
    /// Formatted; empty where it depends on the risk.
    from: String,
    href: String,
    sample: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ShelfQuery {
    category: Option<String>,
    search: Option<String>,
}

pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page, Query(query): Query<ShelfQuery>) -> AppResult<Response> {
    let category = query.category.filter(|code| !code.is_empty());
    let filter = ProductFilter { category: category.clone(), search: query.search.clone(), ..ProductFilter::default() };
    let mut tx = caller.begin_read().await?;
    let categories = catalogue::list_categories(&mut tx).await?;
    let cards = catalogue::list_for_sale(&mut tx, &filter).await?;
    drop(tx);
    let text = |text: &insurance::text::LocalText| text.get(&shell.lang).to_owned();
    let groups = categories
        .iter()
        .filter_map(|one| {
            let cards: Vec<Card> = cards
                .iter()
                .filter(|card| card.category_code == one.code)
                .map(|card| Card {
                    name: text(&card.name),
                    insurer: card.insurer_name.clone(),
                    line: text(&card.description),
                    from: card.price_from.map(|price| shell.money(&price)).unwrap_or_default(),
                    href: format!("/products/{}", card.id),
                    sample: card.sample,
                })
                .collect();
            (!cards.is_empty()).then(|| Group { title: text(&one.title), icon: one.icon.clone(), cards })
        })
        .collect();
    let mut tabs = vec![Tab { label: shell.t("portal-products-all"), href: "/products".to_owned(), active: category.is_none(), count: None }];
    tabs.extend(categories.iter().filter(|one| one.products > 0).map(|one| Tab {
        label: text(&one.title),
        href: format!("/products?category={}", one.code),
        active: category.as_deref() == Some(one.code.as_str()),
        count: u64::try_from(one.products).ok(),
    }));
    let quote_href = category
        .as_ref()
        .filter(|code| categories.iter().any(|one| one.code == **code && one.products > 0))
        .map(|code| format!("/quotes/new?category={code}"))
        .unwrap_or_default();
    let search = query.search.unwrap_or_default();
    let shell = listed(shell.titled("portal-products-title"), &app, &caller.tenant().slug, "portal-home-description");
    html(&ProductsPage { shell, tabs, quote_href, search, category: category.unwrap_or_default(), groups })
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let card = |sample| Card {
        name: "Private Motor Comprehensive".to_owned(),
        insurer: "Mfano Insurance".to_owned(),
        line: "Your own car and what it does to others.".to_owned(),
        from: "KSh 37,500".to_owned(),
        href: "/products/1".to_owned(),
        sample,
    };
    let page = |groups| ProductsPage {
        shell: shell.clone().titled("portal-products-title"),
        tabs: vec![Tab { label: "Motor".to_owned(), href: "/products?category=motor".to_owned(), active: true, count: Some(2) }],
        quote_href: "/quotes/new?category=motor".to_owned(),
        search: String::new(),
        category: "motor".to_owned(),
        groups,
    };
    let full = vec![Group { title: "Motor".to_owned(), icon: "car".to_owned(), cards: vec![card(true), card(false)] }];
    vec![Sample::of("products", &page(full)), Sample::of("products-empty", &page(Vec::new()))]
}
