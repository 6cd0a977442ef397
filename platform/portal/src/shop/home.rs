//! The start page: prices are a few fields away.

use askama::Template;
use axum::{extract::State, response::Response};
use insurance::catalogue::{Category, service as catalogue};
use kernel::{
    App, AppResult,
    http::{Anyone, Query},
};
use pages::{FormState, Shell, Tab, html};
use serde::Deserialize;
use serde_json::json;

use super::questions::{self, Asked};
use crate::{
    page::{Page, listed},
    samples::Sample,
};

#[derive(Template)]
#[template(path = "portal/home.html")]
struct HomePage {
    shell: Shell,
    form: FormState,
    /// What the form insures; the active one is chosen.
    kinds: Vec<Tab>,
    category: String,
    asked: Vec<Asked>,
    currency: &'static str,
    insurers: usize,
    tiles: Vec<Tile>,
}

/// A way to more products.
struct Tile {
    name: String,
    line: String,
    href: String,
    icon: String,
}

#[derive(Deserialize, Default)]
pub(super) struct Chosen {
    #[serde(default)]
    kind: String,
}

pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page, Query(query): Query<Chosen>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let categories: Vec<Category> = catalogue::list_categories(&mut tx).await?.into_iter().filter(|category| category.products > 0).collect();
    let shelf = catalogue::list_for_sale(&mut tx, &Default::default()).await?;
    let chosen = categories.iter().find(|category| category.code == query.kind).or(categories.first());
    let products = match chosen {
        Some(category) => catalogue::products_of_category(&mut tx, &category.code).await?,
        None => Vec::new(),
    };
    drop(tx);

    let mut insurers: Vec<_> = shelf.iter().map(|card| card.insurer_id).collect();
    insurers.sort_unstable();
    insurers.dedup();
    let asked = questions::first_few(&questions::of_products(&shell, &products));
    let category = chosen.map(|category| category.code.clone()).unwrap_or_default();
    let kinds = categories
        .iter()
        .take(4)
        .map(|one| Tab {
            label: one.title.get(&shell.lang).to_owned(),
            href: format!("/?kind={}", one.code),
            active: one.code == category,
            count: None,
        })
        .collect();
    let tiles = categories
        .iter()
        .map(|one| Tile {
            name: one.title.get(&shell.lang).to_owned(),
            line: one.description.get(&shell.lang).to_owned(),
            href: format!("/products?category={}", one.code),
            icon: one.icon.clone(),
        })
        .collect();
    let tenant = caller.tenant();
    let mut shell = listed(shell.titled("portal-home-short"), &app, &tenant.slug, "portal-home-description");
    shell.json_ld = data_block(&json!({
        "@context": "https://schema.org",
        "@type": "InsuranceAgency",
        "name": shell.brand.name,
        "url": shell.canonical,
        "telephone": shell.brand.phone,
        "email": shell.brand.email,
        "address": shell.brand.address,
    }));
    let form = questions::filled(FormState::new(&shell), &asked, &[]);
    html(&HomePage { shell, form, kinds, category, asked, currency: tenant.currency.symbol(), insurers: insurers.len(), tiles })
}

/// JSON that cannot end its own element.
pub(super) fn data_block(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |asked: Vec<Asked>, products: bool| HomePage {
        shell: shell.clone().titled("portal-home-short"),
        form: FormState::new(shell),
        kinds: if products {
            vec![Tab { label: "Motor".to_owned(), href: "/?kind=motor".to_owned(), active: true, count: None }]
        } else {
            Vec::new()
        },
        category: if products { "motor".to_owned() } else { String::new() },
        asked,
        currency: "KSh",
        insurers: 4,
        tiles: if products {
            vec![Tile {
                name: "Motor".to_owned(),
                line: "Accident, theft, fire".to_owned(),
                href: "/products?category=motor".to_owned(),
                icon: "car".to_owned(),
            }]
        } else {
            Vec::new()
        },
    };
    vec![Sample::of("home", &page(super::ask::sample_questions(), true)), Sample::of("home-without-products", &page(Vec::new(), false))]
}
