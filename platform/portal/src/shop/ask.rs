//! The questions about a risk, and the quote that is made of the answers.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use insurance::{
    catalogue::{Product, ProductId, service as catalogue},
    law::Law,
    quotes::{Asked as AskedFor, NewQuote, Quote, service as quotes},
};
use kernel::{
    App, AppError, AppResult,
    http::{Anyone, Query, form::Form},
};
use pages::{Choice, FormState, Shell, html_with, redirect};

use super::questions::{self, Asked, AskedKind};
use crate::{form::status_of, page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/ask.html")]
struct AskPage {
    shell: Shell,
    form: FormState,
    subject: String,
    category: String,
    product: String,
    asked: Vec<Asked>,
    add_ons: Vec<Choice>,
    currency: &'static str,
}

type Pairs = Vec<(String, String)>;

fn value<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

/// Who is asked: one product, or all of a category.
async fn products_of(caller: &Anyone, pairs: &Pairs) -> AppResult<(AskedFor, Vec<Product>)> {
    let mut tx = caller.begin_read().await?;
    match value(pairs, "product").parse::<ProductId>() {
        Ok(id) => Ok((AskedFor::Products(vec![id]), vec![catalogue::product_for_sale(&mut tx, id).await?])),
        Err(_) => {
            let code = value(pairs, "category").to_owned();
            let products = catalogue::products_of_category(&mut tx, &code).await?;
            if products.is_empty() { Err(AppError::not_found()) } else { Ok((AskedFor::Category(code), products)) }
        }
    }
}

pub(super) async fn show(caller: Anyone, Page(shell): Page, Query(pairs): Query<Pairs>) -> AppResult<Response> {
    let (_, products) = products_of(&caller, &pairs).await?;
    html_with(StatusCode::OK, &AskPage::new(shell, &caller, &products, &pairs, None))
}

/// Prices the risk with everybody who is asked. From the first page only a few answers come; then the rest is asked for, without
/// complaint about what could not be answered yet.
pub(super) async fn send(caller: Anyone, State(app): State<App>, Page(shell): Page, Form(pairs): Form<Pairs>) -> AppResult<Response> {
    let (asked_for, products) = products_of(&caller, &pairs).await?;
    match create(&app, &caller, &shell, asked_for, &products, &pairs).await {
        Ok(quote) => Ok(redirect(&format!("/quotes/{}", quote.id))),
        Err(error) => {
            let (mut status, mut error) = status_of(error)?;
            if !value(&pairs, "first").is_empty() {
                error.fields.retain(|field| pairs.iter().any(|(name, typed)| *name == field.field && !typed.trim().is_empty()));
                if error.is("validation_error") && error.fields.is_empty() {
                    status = StatusCode::OK;
                }
            }
            let complaint = (status != StatusCode::OK).then_some(&error);
            html_with(status, &AskPage::new(shell, &caller, &products, &pairs, complaint))
        }
    }
}

async fn create(app: &App, caller: &Anyone, shell: &Shell, asked: AskedFor, products: &[Product], pairs: &Pairs) -> AppResult<Quote> {
    let law = Law::of(app, caller.tenant())?;
    let answers = questions::answers(&questions::of_products(shell, products), pairs);
    let add_ons = pairs.iter().filter(|(name, _)| name == "add_on").map(|(_, key)| key.clone()).collect();
    let mut tx = caller.begin_write().await?;
    let quote = quotes::create(&mut tx, &law, NewQuote { asked, answers, add_ons, customer: None }).await?;
    tx.commit().await?;
    Ok(quote)
}

impl AskPage {
    fn new(shell: Shell, caller: &Anyone, products: &[Product], pairs: &Pairs, error: Option<&AppError>) -> Self {
        let asked = questions::of_products(&shell, products);
        let mut form = questions::filled(FormState::new(&shell), &asked, pairs);
        for (_, key) in pairs.iter().filter(|(name, _)| name == "add_on") {
            form = form.with("add_on", key.clone());
        }
        if let Some(error) = error {
            form = form.failing(&shell, error, |field| questions::label_of(&asked, field));
        }
        let one = value(pairs, "product");
        let subject = products
            .first()
            .map(|product| if one.is_empty() { &product.category_title } else { &product.name })
            .map(|text| text.get(&shell.lang).to_owned());
        Self {
            form,
            subject: subject.unwrap_or_default(),
            category: if one.is_empty() { value(pairs, "category").to_owned() } else { String::new() },
            product: one.to_owned(),
            add_ons: questions::add_ons(&shell, products),
            asked,
            currency: caller.tenant().currency.symbol(),
            shell: shell.titled("portal-ask-title").under("portal-products-title", "/products"),
        }
    }
}

/// One question of each kind.
pub(super) fn sample_questions() -> Vec<Asked> {
    let kinds = [AskedKind::Plate, AskedKind::Money, AskedKind::Choice, AskedKind::Text, AskedKind::Number, AskedKind::Date, AskedKind::Check];
    kinds
        .into_iter()
        .zip(["plate", "value", "use", "make", "year", "born", "tracker"])
        .map(|(kind, key)| Asked {
            key: key.to_owned(),
            label: format!("Question {key}"),
            help: if key == "value" { "What it would cost today.".to_owned() } else { String::new() },
            kind,
            required: key != "born",
            choices: if kind == AskedKind::Choice { vec![Choice::new("private", "Private"), Choice::new("hire", "Hire")] } else { Vec::new() },
            max: 40,
            default: String::new(),
        })
        .collect()
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |form| AskPage {
        shell: shell.clone().titled("portal-ask-title"),
        form,
        subject: "Motor comprehensive".to_owned(),
        category: "motor".to_owned(),
        product: String::new(),
        asked: sample_questions(),
        add_ons: vec![Choice::new("pvt", "Political violence")],
        currency: "KSh",
    };
    let error = AppError::field("plate", "field-required").and_field("use", "field-required");
    let failed = FormState::new(shell).failing(shell, &error, |field| questions::label_of(&sample_questions(), field));
    vec![Sample::of("ask", &page(FormState::new(shell))), Sample::of("ask-failed", &page(failed))]
}
