//! What the customer says of a cover that it bought: stars and a few words, shown to others once staff have seen them.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use insurance::{
    policies::{PolicyId, service as policies},
    reviews::{Review, ReviewInput, ReviewState, service as reviews},
};
use kernel::{
    AppError, AppResult,
    http::{Customer, Path, Who, form::Form},
};
use pages::{Badge, Choice, FormState, Shell, Tone, html_with, redirect_with};
use serde::{Deserialize, Serialize};

use crate::{form::status_of, page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/review.html")]
struct ReviewPage {
    shell: Shell,
    product: String,
    form: FormState,
    stars: Vec<Choice>,
    /// As others will read it.
    author: String,
    state: Option<Badge>,
    /// Why it is hidden; may be empty.
    reason: String,
    action: String,
    /// Empty: there is nothing to take back.
    withdraw_action: String,
    back_href: String,
}

#[derive(Deserialize, Serialize, Default, Clone)]
#[serde(default)]
pub(super) struct ReviewForm {
    rating: String,
    body: String,
}

/// `Asha Mwangi Otieno` signs as `Asha O.`
fn signature(caller: &Customer) -> String {
    let name = match &caller.who {
        Who::Customer { name, .. } => name.as_str(),
        _ => "",
    };
    let mut words = name.split_whitespace();
    let first: String = words.next().unwrap_or("?").chars().take(40).collect();
    match words.last().and_then(|last| last.chars().next()) {
        Some(initial) => format!("{first} {initial}."),
        None => first,
    }
}

async fn page(caller: &Customer, shell: Shell, id: PolicyId, typed: Option<(&ReviewForm, &AppError)>) -> AppResult<ReviewPage> {
    let mut tx = caller.begin_read().await?;
    let policy = policies::get(&mut tx, id).await?;
    let review = reviews::of_policy(&mut tx, id).await?;
    drop(tx);
    let product = policy.product_name.get(&shell.lang).to_owned();
    let back_href = format!("/account/policies/{id}");
    let mut shell = shell.under("portal-account-policies", "/account/policies");
    shell.crumbs.push(pages::Crumb { label: product.clone(), href: back_href.clone() });
    let shell = shell.titled("portal-review-title");
    let form = match (typed, &review) {
        (Some((typed, error)), _) => FormState::new(&shell).with_values(typed).failing(&shell, error, |field| label(&shell, field)),
        (None, Some(review)) => FormState::new(&shell).with_values(&ReviewForm { rating: review.rating.to_string(), body: review.body.clone() }),
        (None, None) => FormState::new(&shell),
    };
    Ok(ReviewPage {
        product,
        form,
        stars: stars(&shell),
        author: signature(caller),
        state: review.as_ref().map(|review| badge(&shell, review)),
        withdraw_action: review.as_ref().map(|_| format!("{back_href}/review/withdraw")).unwrap_or_default(),
        reason: review.map(|review| review.reason).unwrap_or_default(),
        action: format!("{back_href}/review"),
        back_href,
        shell,
    })
}

fn stars(shell: &Shell) -> Vec<Choice> {
    (1..=5).rev().map(|stars: i16| Choice::new(stars.to_string(), shell.t(&format!("portal-review-{stars}")))).collect()
}

fn badge(shell: &Shell, review: &Review) -> Badge {
    let tone = match review.state {
        ReviewState::Waiting => Tone::Info,
        ReviewState::Published => Tone::Good,
        ReviewState::Hidden => Tone::Warn,
    };
    Badge::new(tone, shell.t(&format!("review-state-{}", review.state)))
}

fn label(shell: &Shell, field: &str) -> String {
    shell.t(if field == "rating" { "portal-review-rating" } else { "portal-review-body" })
}

pub(super) async fn show(caller: Customer, Page(shell): Page, Path(id): Path<PolicyId>) -> AppResult<Response> {
    html_with(StatusCode::OK, &page(&caller, shell, id, None).await?)
}

pub(super) async fn send(caller: Customer, Page(shell): Page, Path(id): Path<PolicyId>, Form(body): Form<ReviewForm>) -> AppResult<Response> {
    match save(&caller, id, &body).await {
        Ok(()) => Ok(redirect_with(&format!("/account/policies/{id}/review"), Tone::Good, "portal-review-sent")),
        Err(error) => {
            let (status, error) = status_of(error)?;
            html_with(status, &page(&caller, shell, id, Some((&body, &error))).await?)
        }
    }
}

async fn save(caller: &Customer, id: PolicyId, body: &ReviewForm) -> AppResult<()> {
    let input = ReviewInput { rating: body.rating.parse().unwrap_or_default(), body: body.body.clone() };
    let mut tx = caller.begin_write().await?;
    reviews::write(&mut tx, id, &signature(caller), input).await?;
    tx.commit().await
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn withdraw(caller: Customer, Path(id): Path<PolicyId>, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let mut tx = caller.begin_write().await?;
    reviews::withdraw(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/account/policies/{id}"), Tone::Good, "portal-review-withdrawn"))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |form, state: Option<Badge>| ReviewPage {
        shell: shell.clone().titled("portal-review-title"),
        product: "Private Motor Comprehensive".to_owned(),
        form,
        stars: stars(shell),
        author: "Asha M.".to_owned(),
        reason: state.as_ref().map(|_| "It names another person.".to_owned()).unwrap_or_default(),
        withdraw_action: state.as_ref().map(|_| "/account/policies/1/review/withdraw".to_owned()).unwrap_or_default(),
        state,
        action: "/account/policies/1/review".to_owned(),
        back_href: "/account/policies/1".to_owned(),
    };
    let error = AppError::field("rating", "field-required");
    let failed = FormState::new(shell).failing(shell, &error, |field| label(shell, field));
    vec![
        Sample::of("review", &page(FormState::new(shell), None)),
        Sample::of("review-failed", &page(failed, None)),
        Sample::of("review-hidden", &page(FormState::new(shell).with("rating", "4"), Some(Badge::new(Tone::Warn, "Hidden")))),
    ]
}
