//! The start page: prices are a few fields away.

use std::collections::BTreeSet;

use askama::Template;
use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{Category, ProductCard, ProductFilter, ProductId, service as catalogue},
    pictures::{Owner, OwnerKind},
    site::{EntryKind, Front, SiteEntry, entries, featured, front},
    text::LocalText,
};
use kernel::{
    App, AppResult,
    http::{Anyone, Query},
};
use pages::{FormState, Shell, Tab, html};
use serde::Deserialize;
use serde_json::json;

use super::{
    card::{Card, Looks},
    questions::{self, Asked},
};
use crate::{
    page::{Page, listed},
    picture::View,
    samples::Sample,
};

#[derive(Template)]
#[template(path = "portal/home.html")]
struct HomePage {
    shell: Shell,
    /// In the firm's words, or else the platform's.
    title: String,
    lede: String,
    picture: Option<View>,
    form: FormState,
    /// What the form insures; the active one is chosen.
    kinds: Vec<Tab>,
    category: String,
    asked: Vec<Asked>,
    currency: &'static str,
    featured: Vec<Card>,
    /// Whose cover is sold here, by name.
    insurers: Vec<Mark>,
    tiles: Vec<Tile>,
    voices: Vec<Said>,
    questions: Vec<Said>,
}

/// A voice with its words, or a question with its answer.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub heading: String,
    /// Paragraphs.
    pub body: Vec<String>,
}

impl Said {
    pub(super) fn new(shell: &Shell, entry: &SiteEntry) -> Self {
        let body = entry.body.get(&shell.lang).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        Self { heading: entry.heading.get(&shell.lang).to_owned(), body }
    }
    pub(super) fn sample(heading: &str, body: &str) -> Self {
        Self { heading: heading.to_owned(), body: vec![body.to_owned()] }
    }
}

/// An insurer as the start page shows it.
struct Mark {
    name: String,
    logo: Option<View>,
}

/// A way to more products.
struct Tile {
    name: String,
    line: String,
    href: String,
    icon: String,
    /// In place of the icon.
    picture: Option<View>,
}

#[derive(Deserialize, Default)]
pub(super) struct Chosen {
    #[serde(default)]
    kind: String,
}

pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page, Query(query): Query<Chosen>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let categories: Vec<Category> = catalogue::list_categories(&mut tx).await?.into_iter().filter(|category| category.products > 0).collect();
    let shelf = catalogue::list_for_sale(&mut tx, &ProductFilter::default()).await?;
    let chosen = categories.iter().find(|category| category.code == query.kind).or(categories.first());
    let products = match chosen {
        Some(category) => catalogue::products_of_category(&mut tx, &category.code).await?,
        None => Vec::new(),
    };
    let chosen_front = featured::chosen(&mut tx).await?;
    let voices = entries::published(&mut tx, EntryKind::Testimonial).await?;
    let answered = entries::published(&mut tx, EntryKind::Question).await?;
    let looks = Looks::read(&mut tx, &categories).await?;
    let front = front::get(&mut tx).await?;
    drop(tx);

    let featured = in_front(&shelf, &chosen_front).into_iter().map(|card| Card::new(&shell, card, &looks)).collect();
    let insurers: BTreeSet<_> = shelf.iter().map(|card| (card.insurer_name.as_str(), card.insurer_id)).collect();
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
            picture: looks.of(&shell, Owner::category(one.id)),
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
    let said = |entries: &[SiteEntry]| entries.iter().map(|entry| Said::new(&shell, entry)).collect();
    let tagline = if shell.brand.tagline.is_empty() { shell.t("portal-home-title") } else { shell.brand.tagline.clone() };
    let own = |text: &LocalText, other: String| Some(Front::in_language(text, &shell.lang).to_owned()).filter(|own| !own.is_empty()).unwrap_or(other);
    html(&HomePage {
        title: own(&front.title, tagline),
        lede: own(&front.lede, shell.t("portal-home-lede")),
        picture: looks.of(&shell, Owner::firm(OwnerKind::Front, tenant.id)),
        form,
        kinds,
        category,
        asked,
        currency: tenant.currency.symbol(),
        featured,
        insurers: insurers.into_iter().map(|(name, id)| Mark { name: name.to_owned(), logo: looks.of(&shell, Owner::insurer(id)) }).collect(),
        tiles,
        voices: said(&voices),
        questions: said(&answered),
        shell,
    })
}

/// The products that the brokerage chose, in its order, as far as they are on sale.
fn in_front<'a>(shelf: &'a [ProductCard], chosen: &[ProductId]) -> Vec<&'a ProductCard> {
    chosen.iter().filter_map(|id| shelf.iter().find(|card| card.id == *id)).collect()
}

/// JSON that cannot end its own element.
pub(super) fn data_block(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |asked: Vec<Asked>, products: bool| HomePage {
        shell: shell.clone().titled("portal-home-short"),
        title: shell.t("portal-home-title"),
        lede: shell.t("portal-home-lede"),
        picture: products.then(View::sample),
        form: FormState::new(shell),
        kinds: if products {
            vec![Tab { label: "Motor".to_owned(), href: "/?kind=motor".to_owned(), active: true, count: None }]
        } else {
            Vec::new()
        },
        category: if products { "motor".to_owned() } else { String::new() },
        asked,
        currency: "KSh",
        featured: if products { vec![Card::sample(true), Card::sample(false)] } else { Vec::new() },
        insurers: if products {
            vec![Mark { name: "Mfano Insurance".to_owned(), logo: Some(View::sample()) }, Mark { name: "Jaribu Insurance".to_owned(), logo: None }]
        } else {
            Vec::new()
        },
        voices: if products { vec![Said::sample("Asha M., Nakuru", "Paid at noon, covered at five past.")] } else { Vec::new() },
        questions: if products { vec![Said::sample("When does cover begin?", "On the day that you choose.")] } else { Vec::new() },
        tiles: if products {
            vec![Tile {
                name: "Motor".to_owned(),
                line: "Accident, theft, fire".to_owned(),
                href: "/products?category=motor".to_owned(),
                icon: "car".to_owned(),
                picture: None,
            }]
        } else {
            Vec::new()
        },
    };
    vec![Sample::of("home", &page(super::ask::sample_questions(), true)), Sample::of("home-without-products", &page(Vec::new(), false))]
}
