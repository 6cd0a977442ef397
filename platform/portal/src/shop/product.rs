//! One product: what it covers, what it does not, and its questions.

use askama::Template;
use axum::{extract::State, response::Response};
use insurance::catalogue::{Product, ProductId, service as catalogue};
use kernel::{
    App, AppResult,
    http::{Anyone, Path},
    money::Currency,
};
use pages::{Choice, Fact, FormState, Shell, html};
use serde_json::json;

use super::{
    home::data_block,
    questions::{self, Asked},
};
use crate::{
    page::{Page, listed},
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
    compare_href: String,
    form: FormState,
    asked: Vec<Asked>,
    currency: &'static str,
}

pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page, Path(id): Path<ProductId>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let product = catalogue::product(&mut tx, id).await?;
    drop(tx);
    let tenant = caller.tenant();
    let name = product.name.get(&shell.lang).to_owned();
    let shell = shell.under("portal-products-title", "/products").named(name);
    let mut shell = listed(shell, &app, &tenant.slug, "portal-home-description");
    shell.index = product.is_on_sale();
    shell.description = product.description.get(&shell.lang).to_owned();
    shell.json_ld = data_block(&json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": shell.title,
        "description": shell.description,
        "category": product.category_title.get(&shell.lang),
        "brand": { "@type": "Brand", "name": product.insurer.name },
        "url": shell.canonical,
    }));
    html(&ProductPage::new(shell, &product, tenant.currency))
}

impl ProductPage {
    fn new(shell: Shell, product: &Product, currency: Currency) -> Self {
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
            covered: covered(&shell, product, currency),
            excluded: texts(&terms.exclusions),
            excesses: texts(&terms.excesses),
            documents: texts(&terms.documents),
            add_ons: questions::add_ons(&shell, std::slice::from_ref(product)),
            facts,
            compare_href: format!("/quotes/new?category={}", product.category_code),
            form,
            asked,
            currency: currency.symbol(),
            shell,
        }
    }
}

/// What is paid for without an extra, with the most that is paid.
pub(super) fn covered(shell: &Shell, product: &Product, currency: Currency) -> Vec<String> {
    let terms = &product.current.terms;
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
        compare_href: "/quotes/new?category=motor".to_owned(),
        form: FormState::new(shell),
        asked: super::ask::sample_questions(),
        currency: "KSh",
    };
    vec![Sample::of("product", &page(true)), Sample::of("product-withdrawn", &page(false))]
}
