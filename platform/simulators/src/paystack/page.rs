//! The page on which a payer pays by card: works without scripts, and sends the payer back to the shop afterwards.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{Router, get};
use serde::Deserialize;
use url::Url;

use super::Simulator;
use super::payment::Payment;

/// Host of the pages.
pub(crate) const PAGES: &str = "checkout.paystack.com";
/// What the payer's bank says by its no.
pub(crate) const DECLINED: &str = "Declined";

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    Router::new().route("/{code}", get(show).post(press)).route("/assets/phone.css", get(style))
}

async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))];
    (headers, include_str!("../../assets/phone.css")).into_response()
}

/// Renders a page of the provider. Forms may lead on to the merchant's, which browsers count as their target.
pub(super) fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            let policy = "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'";
            let headers =
                [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (status, headers, Html(html)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "cannot render a page");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Minor units as people read them.
pub(super) fn money(minor: i64, currency: &str) -> String {
    format!("{currency} {}.{:02}", minor / 100, minor % 100)
}

#[derive(Template)]
#[template(path = "paystack_page.html")]
struct CardPage {
    business: String,
    email: String,
    amount: String,
    code: String,
    open: bool,
    paid: bool,
    /// What the bank said of the last card; empty before.
    declined: String,
    /// Where the shop wants the payer back; empty if it did not say.
    back: String,
    test: bool,
}

impl CardPage {
    fn new(business: &str, test: bool, payment: &Payment) -> Self {
        Self {
            business: business.to_owned(),
            email: payment.email.clone(),
            amount: money(payment.amount, &payment.currency),
            code: payment.access_code.clone(),
            open: payment.is_open(),
            paid: payment.paid_at.is_some(),
            declined: if payment.status == "failed" { payment.gateway_response.clone() } else { String::new() },
            back: back(payment).unwrap_or_default(),
            test,
        }
    }
}

/// The shop's address, with what the provider adds to it.
fn back(payment: &Payment) -> Option<String> {
    let mut url = Url::parse(payment.callback_url.as_deref()?).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.query_pairs_mut().append_pair("trxref", &payment.reference).append_pair("reference", &payment.reference);
    Some(url.into())
}

async fn show(State(simulator): State<Arc<Simulator>>, Path(code): Path<String>) -> Response {
    let books = simulator.books();
    let found = books.iter().find_map(|books| Some(CardPage::new(&books.account.business, books.account.domain() == "test", books.on_page(&code)?)));
    match found {
        Some(page) => html(StatusCode::OK, &page),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
struct Press {
    button: String,
}

/// The payer pays or is declined. Who paid is sent back at once.
async fn press(State(simulator): State<Arc<Simulator>>, Path(code): Path<String>, Form(press): Form<Press>) -> Response {
    let found = simulator.books().iter().find_map(|books| books.on_page(&code).map(|payment| (payment.reference.clone(), back(payment))));
    let Some((reference, back)) = found else { return StatusCode::NOT_FOUND.into_response() };
    let here = format!("/{code}");
    match press.button.as_str() {
        "pay" => {
            simulator.happen(|books| if books.on_page(&code).is_some() { books.pay(&reference) } else { None });
            Redirect::to(back.as_deref().unwrap_or(&here)).into_response()
        }
        "decline" => {
            simulator.happen(|books| if books.on_page(&code).is_some() { books.fail(&reference, DECLINED) } else { None });
            Redirect::to(&here).into_response()
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    }
}
