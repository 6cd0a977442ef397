//! The shelf: all products, or those of one category, insurer or price.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use insurance::catalogue::{ProductCard, ProductFilter, SortBy, service as catalogue};
use kernel::{
    App, AppResult,
    http::{Anyone, Query},
    money::{Currency, Money},
};
use pages::{Choice, Link, Shell, Tab, html};
use serde::Deserialize;

use super::card::{Card, Looks};
use crate::{
    page::{Page, listed},
    place::encoded,
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
    company: String,
    max_price: String,
    sort: &'static str,
    companies: Vec<Choice>,
    sorts: Vec<Choice>,
    currency: &'static str,
    /// What narrows the shelf, each with the shelf without it.
    chips: Vec<Link>,
    found: usize,
    /// All rates are samples, which is said once.
    sampled: bool,
    groups: Vec<Group>,
}

struct Group {
    title: String,
    cards: Vec<Card>,
    /// How many there are, and where all of them stand; empty where all are shown.
    all: String,
    all_href: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ShelfQuery {
    category: Option<String>,
    search: Option<String>,
    company: Option<String>,
    max_price: Option<String>,
    sort: Option<String>,
}

/// Products of each category on the whole shelf; the others stand on the shelf of the category.
const FIRST: usize = 3;

const SORTS: [(&str, SortBy); 5] = [
    ("name", SortBy::Name),
    ("popular", SortBy::Popular),
    ("rating", SortBy::Rating),
    ("price_asc", SortBy::PriceAsc),
    ("price_desc", SortBy::PriceDesc),
];

/// A query without what is empty or makes no sense.
#[derive(Clone, Default)]
struct Narrowed {
    category: Option<String>,
    search: Option<String>,
    company: Option<String>,
    max_price: Option<i64>,
    sort: usize,
}

impl Narrowed {
    fn of(query: ShelfQuery) -> Self {
        let some = |text: Option<String>| text.map(|text| text.trim().chars().take(100).collect::<String>()).filter(|text| !text.is_empty());
        let digits = |text: String| text.chars().filter(char::is_ascii_digit).take(12).collect::<String>().parse().ok();
        Self {
            category: some(query.category),
            search: some(query.search),
            company: some(query.company),
            max_price: some(query.max_price).and_then(digits),
            sort: SORTS.iter().position(|(name, _)| query.sort.as_deref() == Some(name)).unwrap_or_default(),
        }
    }

    /// Nothing narrows the shelf; it may be sorted.
    fn is_whole(&self) -> bool {
        self.category.is_none() && self.search.is_none() && self.company.is_none() && self.max_price.is_none()
    }

    fn filter(&self) -> ProductFilter {
        ProductFilter {
            category: self.category.clone(),
            company: self.company.clone(),
            max_price: self.max_price,
            search: self.search.clone(),
            sort: SORTS[self.sort].1,
            ..ProductFilter::default()
        }
    }

    /// The address of the shelf narrowed so.
    fn href(&self) -> String {
        let mut pairs = Vec::new();
        for (name, value) in [("category", &self.category), ("company", &self.company), ("search", &self.search)] {
            if let Some(value) = value {
                pairs.push(format!("{name}={}", encoded(value)));
            }
        }
        if let Some(most) = self.max_price {
            pairs.push(format!("max_price={most}"));
        }
        if self.sort > 0 {
            pairs.push(format!("sort={}", SORTS[self.sort].0));
        }
        if pairs.is_empty() { "/products".to_owned() } else { format!("/products?{}", pairs.join("&")) }
    }

    fn chips(&self, shell: &Shell, companies: &[Choice], currency: Currency) -> Vec<Link> {
        let mut chips = Vec::new();
        if let Some(code) = &self.company {
            let label = companies.iter().find(|one| one.value == *code).map_or_else(|| code.clone(), |one| one.label.clone());
            chips.push(Link { label, href: Self { company: None, ..self.clone() }.href() });
        }
        if let Some(most) = self.max_price {
            let most = Money::new(most.saturating_mul(currency.minor_per_major()), currency);
            let label = shell.tf("portal-products-up-to", [("amount", shell.money(&most))]);
            chips.push(Link { label, href: Self { max_price: None, ..self.clone() }.href() });
        }
        if let Some(words) = &self.search {
            chips.push(Link { label: format!("“{words}”"), href: Self { search: None, ..self.clone() }.href() });
        }
        chips
    }
}

pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page, Query(query): Query<ShelfQuery>) -> AppResult<Response> {
    let narrowed = Narrowed::of(query);
    let currency = caller.tenant().currency;
    let mut tx = caller.begin_read().await?;
    let categories = catalogue::list_categories(&mut tx).await?;
    let mut cards = catalogue::list_for_sale(&mut tx, &ProductFilter { company: None, ..narrowed.filter() }).await?;
    let looks = Looks::read(&mut tx, &categories).await?;
    drop(tx);
    // Whom one can choose from does not shrink with the choice.
    let companies: Vec<Choice> = cards
        .iter()
        .map(|card| (card.insurer_name.clone(), card.insurer_code.clone()))
        .collect::<BTreeMap<_, _>>()
        .into_iter()
        .map(|(name, code)| Choice::new(code, name))
        .collect();
    cards.retain(|card| narrowed.company.as_ref().is_none_or(|code| card.insurer_code == *code));
    let text = |text: &insurance::text::LocalText| text.get(&shell.lang).to_owned();
    let sampled = !cards.is_empty() && cards.iter().all(|card| card.sample);
    let shown = |card: &ProductCard| Card { sample: card.sample && !sampled, ..Card::new(&shell, card, &looks) };
    let groups = categories
        .iter()
        .filter_map(|one| {
            let mut cards: Vec<Card> = cards.iter().filter(|card| card.category_code == one.code).map(shown).collect();
            let of_category = Narrowed { category: Some(one.code.clone()), ..narrowed.clone() };
            let (mut all, mut all_href) = (String::new(), String::new());
            if narrowed.is_whole() && cards.len() > FIRST {
                all = shell.tf("portal-products-all-of", [("count", cards.len().to_string()), ("title", text(&one.title))]);
                all_href = of_category.href();
                cards.truncate(FIRST);
            }
            (!cards.is_empty()).then(|| Group { title: text(&one.title), cards, all, all_href })
        })
        .collect();
    let all = Narrowed { category: None, ..narrowed.clone() };
    let mut tabs = vec![Tab { label: shell.t("portal-products-all"), href: all.href(), active: narrowed.category.is_none(), count: None }];
    tabs.extend(categories.iter().filter(|one| one.products > 0).map(|one| Tab {
        label: text(&one.title),
        href: Narrowed { category: Some(one.code.clone()), ..narrowed.clone() }.href(),
        active: narrowed.category.as_deref() == Some(one.code.as_str()),
        count: u64::try_from(one.products).ok(),
    }));
    let quote_href = narrowed
        .category
        .as_ref()
        .filter(|code| categories.iter().any(|one| one.code == **code && one.products > 0))
        .map(|code| format!("/quotes/new?category={code}"))
        .unwrap_or_default();
    let sorts = SORTS.map(|(name, _)| Choice::new(name, shell.t(&format!("portal-products-sort-{}", name.replace('_', "-"))))).to_vec();
    let title = narrowed.category.as_ref().and_then(|code| categories.iter().find(|one| one.code == *code)).map(|one| text(&one.title));
    let shell = match title {
        Some(title) => shell.named(title),
        None => shell.titled("portal-products-title"),
    };
    let shell = listed(shell, &app, &caller.tenant().slug, "portal-home-description");
    html(&ProductsPage {
        tabs,
        quote_href,
        chips: narrowed.chips(&shell, &companies, currency),
        companies,
        sorts,
        currency: currency.symbol(),
        found: cards.len(),
        sampled,
        groups,
        search: narrowed.search.unwrap_or_default(),
        category: narrowed.category.unwrap_or_default(),
        company: narrowed.company.unwrap_or_default(),
        max_price: narrowed.max_price.map(|most| most.to_string()).unwrap_or_default(),
        sort: SORTS[narrowed.sort].0,
        shell,
    })
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |groups| ProductsPage {
        shell: shell.clone().titled("portal-products-title"),
        tabs: vec![Tab { label: "Motor".to_owned(), href: "/products?category=motor".to_owned(), active: true, count: Some(2) }],
        quote_href: "/quotes/new?category=motor".to_owned(),
        search: String::new(),
        category: "motor".to_owned(),
        company: "mfano".to_owned(),
        max_price: "50000".to_owned(),
        sort: "price_asc",
        companies: vec![Choice::new("mfano", "Mfano Insurance")],
        sorts: vec![Choice::new("price_asc", "Lowest price first")],
        currency: "KSh",
        chips: vec![Link { label: "Mfano Insurance".to_owned(), href: "/products?category=motor".to_owned() }],
        found: 2,
        sampled: true,
        groups,
    };
    let full = vec![Group {
        title: "Motor".to_owned(),
        cards: vec![Card::sample(true), Card::sample(false)],
        all: "All 6: Motor".to_owned(),
        all_href: "/products?category=motor".to_owned(),
    }];
    vec![Sample::of("products", &page(full)), Sample::of("products-empty", &page(Vec::new()))]
}
