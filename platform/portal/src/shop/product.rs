//! One product: what it covers, what it does not, and its questions.

use askama::Template;
use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{Product, ProductFilter, ProductId, Terms, service as catalogue},
    pictures::Owner,
    reviews::{Rating, Review, service as reviews},
    site::entries,
};
use kernel::{
    App, AppResult,
    http::{Anyone, Path},
    money::Currency,
};
use pages::{Choice, Fact, FormState, Shell, html};
use serde_json::json;

use super::{
    card::{Card, Looks, Stars},
    home::{Said, data_block},
    questions::{self, Asked},
};
use crate::{
    page::{Page, listed},
    picture::View,
    samples::Sample,
};

#[derive(Template)]
#[template(path = "portal/product.html")]
struct ProductPage {
    shell: Shell,
    id: String,
    name: String,
    insurer: String,
    summary: String,
    /// Rates are samples, not the insurer's.
    sample: bool,
    on_sale: bool,
    covered: Vec<String>,
    excluded: Vec<String>,
    excesses: Vec<String>,
    documents: Vec<String>,
    add_ons: Vec<Choice>,
    facts: Vec<Fact>,
    /// What it costs at least, in words; empty where nobody can say.
    from: String,
    compare_href: String,
    form: FormState,
    asked: Vec<Asked>,
    currency: &'static str,
    stars: Option<Stars>,
    reviews: Vec<ReviewCard>,
    questions: Vec<Said>,
    /// Of the same category.
    related: Vec<Card>,
    picture: Option<View>,
}

/// What a customer says of the product.
struct ReviewCard {
    author: String,
    /// 1 to 5.
    rating: i64,
    /// `on` or `off`, five of them.
    stars: Vec<&'static str>,
    body: String,
    day: String,
}

/// Products that a page leads on to.
const RELATED: usize = 3;

/// What surrounds the product on its page.
struct Around {
    rating: Option<Rating>,
    reviews: Vec<Review>,
    questions: Vec<Said>,
    related: Vec<Card>,
    picture: Option<View>,
}

pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page, Path(id): Path<ProductId>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let product = catalogue::product(&mut tx, id).await?;
    let categories = catalogue::list_categories(&mut tx).await?;
    let alike = ProductFilter { category: Some(product.category_code.clone()), ..ProductFilter::default() };
    let alike = catalogue::list_for_sale(&mut tx, &alike).await?;
    let looks = Looks::read(&mut tx, &categories).await?;
    let around = Around {
        rating: reviews::rating(&mut tx, id).await?,
        reviews: reviews::published(&mut tx, id).await?,
        questions: entries::questions_of(&mut tx, id).await?.iter().map(|entry| Said::new(&shell, entry)).collect(),
        picture: looks.of(&shell, Owner::product(id)),
        related: alike.iter().filter(|card| card.id != id).take(RELATED).map(|card| Card::new(&shell, card, &looks)).collect(),
    };
    drop(tx);
    let tenant = caller.tenant();
    let name = product.name.get(&shell.lang).to_owned();
    let shell = shell.under("portal-products-title", "/products").named(name);
    let mut shell = listed(shell, &app, &tenant.slug, "portal-home-description");
    shell.index = product.is_on_sale();
    shell.description = product.description.get(&shell.lang).to_owned();
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": shell.title,
        "description": shell.description,
        "category": product.category_title.get(&shell.lang),
        "brand": { "@type": "Brand", "name": product.insurer.name },
        "url": shell.canonical,
    });
    if let Some(picture) = &around.picture {
        data["image"] = app.hosts.portal_url(&tenant.slug, &picture.src).into();
    }
    if let Some(rating) = around.rating {
        let average = rating.average().to_string();
        data["aggregateRating"] =
            json!({ "@type": "AggregateRating", "ratingValue": average, "reviewCount": rating.count, "bestRating": 5, "worstRating": 1 });
    }
    shell.json_ld = data_block(&data);
    html(&ProductPage::new(shell, &product, around, tenant.currency))
}

impl ProductPage {
    fn new(shell: Shell, product: &Product, around: Around, currency: Currency) -> Self {
        let terms = &product.current.terms;
        let text = |text: &insurance::text::LocalText| text.get(&shell.lang).to_owned();
        let texts = |all: &[insurance::text::LocalText]| all.iter().map(text).collect::<Vec<_>>();
        let asked = questions::of_products(&shell, std::slice::from_ref(product));
        let mut facts = vec![
            Fact::new(shell.t("portal-insurer"), product.insurer.name.clone()),
            Fact::new(shell.t("portal-product-term"), shell.tn("portal-product-months", terms.term_months)),
        ];
        if let Some(from) = product.price_from {
            facts.push(Fact::new(shell.t("portal-product-from"), shell.money(&from)));
        }
        let form = questions::filled(FormState::new(&shell), &asked, &[]);
        Self {
            id: product.id.to_string(),
            name: text(&product.name),
            insurer: product.insurer.name.clone(),
            summary: text(&product.description),
            sample: product.sample,
            on_sale: product.is_on_sale(),
            covered: covered(&shell, &product.current.terms, currency),
            excluded: texts(&terms.exclusions),
            excesses: texts(&terms.excesses),
            documents: texts(&terms.documents),
            add_ons: questions::add_ons(&shell, std::slice::from_ref(product)),
            facts,
            from: product.price_from.map(|from| shell.tf("portal-products-from", [("amount", shell.money(&from))])).unwrap_or_default(),
            compare_href: format!("/quotes/new?category={}", product.category_code),
            form,
            asked,
            currency: currency.symbol(),
            stars: around.rating.map(Stars::from),
            reviews: around.reviews.iter().map(|review| ReviewCard::new(&shell, review)).collect(),
            questions: around.questions,
            related: around.related,
            picture: around.picture,
            shell,
        }
    }
}

impl ReviewCard {
    fn new(shell: &Shell, review: &Review) -> Self {
        Self {
            author: review.author.clone(),
            rating: review.rating.into(),
            stars: (1..=5).map(|n| if n <= review.rating { "on" } else { "off" }).collect(),
            body: review.body.clone(),
            day: shell.day_of(&review.updated_at),
        }
    }
}

/// What is paid for without an extra, with the most that is paid.
pub(super) fn covered(shell: &Shell, terms: &Terms, currency: Currency) -> Vec<String> {
    terms
        .benefits
        .iter()
        .filter(|benefit| benefit.included)
        .map(|benefit| {
            let title = benefit.title.get(&shell.lang);
            match benefit.amount.and_then(|amount| amount.in_currency(currency).ok()) {
                Some(most) => shell.tf("portal-covered-up-to", [("what", title.to_owned()), ("amount", shell.money(&most))]),
                None => title.to_owned(),
            }
        })
        .collect()
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |on_sale| ProductPage {
        shell: shell.clone().under("portal-products-title", "/products").named("Private Motor Comprehensive"),
        id: "1".to_owned(),
        name: "Private Motor Comprehensive".to_owned(),
        insurer: "Mfano Insurance".to_owned(),
        summary: "A plain cover at one rate.".to_owned(),
        sample: true,
        on_sale,
        covered: vec!["Theft and fire".to_owned()],
        excluded: vec!["Racing".to_owned()],
        excesses: vec!["2.5 % of the value".to_owned()],
        documents: vec!["Logbook".to_owned()],
        add_ons: vec![Choice { value: "pvt".to_owned(), label: "Political violence".to_owned(), detail: "Riots and strikes.".to_owned() }],
        facts: vec![Fact::new("Insurer", "Mfano Insurance")],
        from: "from KSh 37,500".to_owned(),
        compare_href: "/quotes/new?category=motor".to_owned(),
        form: FormState::new(shell),
        asked: super::ask::sample_questions(),
        currency: "KSh",
        stars: on_sale.then(|| Stars { average: "4.6".to_owned(), count: 12 }),
        reviews: vec![ReviewCard {
            author: "Asha M.".to_owned(),
            rating: 4,
            stars: vec!["on", "on", "on", "on", "off"],
            body: "Paid within a week.".to_owned(),
            day: "5 Mar 2026".to_owned(),
        }],
        questions: vec![Said::sample("Is my spouse covered too?", "Yes, whoever drives with your consent.")],
        related: vec![Card::sample(true)],
        picture: on_sale.then(View::sample),
    };
    vec![Sample::of("product", &page(true)), Sample::of("product-withdrawn", &page(false))]
}
