//! The simulator's own API under `/_sim`: scripts, answers, settings, merchants, book, statement.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{Router, get, post};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::b2c::PayoutRule;
use super::book::{Delivery, PaidIn, Prompt, PromptState};
use super::c2b::{self, TypedPayment, TypedPaymentError};
use super::config::{Merchant, Route, Settings};
use super::core::Simulator;
use super::delivery::Post;
use super::payer::{self, AnswerError};
use super::script::{Answer, Callback, Rule};
use super::state::Entry;
use super::statement;

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/_sim/book", get(book))
        .route("/_sim/statement.csv", get(statement_csv))
        .route("/_sim/prompts", get(list_prompts))
        .route("/_sim/prompts/{id}", get(show_prompt))
        .route("/_sim/prompts/{id}/answer", post(answer))
        .route("/_sim/prompts/{id}/release", post(release))
        .route("/_sim/prompts/{id}/callback", post(resend))
        .route("/_sim/scripts", get(list_rules).post(add_rule).delete(clear_rules))
        .route("/_sim/payout-scripts", post(add_payout_rule))
        .route("/_sim/settings", get(show_settings).patch(change_settings))
        .route("/_sim/merchants", get(list_merchants).post(add_merchant))
        .route("/_sim/routes", get(list_routes).put(replace_routes))
        .route("/_sim/tokens", axum::routing::delete(expire_tokens))
        .route("/_sim/c2b", post(type_payment))
        .route("/_sim/forge", post(forge))
}

/// A refusal of this API; the provider's envelopes are not used here.
struct Rejected(StatusCode, String);

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

impl From<AnswerError> for Rejected {
    fn from(error: AnswerError) -> Self {
        let status = match error {
            AnswerError::Unknown => StatusCode::NOT_FOUND,
            AnswerError::NotOpen => StatusCode::CONFLICT,
            AnswerError::Journal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, error.to_string())
    }
}

impl From<TypedPaymentError> for Rejected {
    fn from(error: TypedPaymentError) -> Self {
        let status = match error {
            TypedPaymentError::Journal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            TypedPaymentError::UnknownShortcode | TypedPaymentError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, error.to_string())
    }
}

impl From<std::io::Error> for Rejected {
    fn from(error: std::io::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, format!("journal: {error}"))
    }
}

/// A prompt with what can be derived from it.
#[derive(Serialize)]
struct PromptView {
    state: PromptState,
    receipt: Option<String>,
    #[serde(flatten)]
    prompt: Prompt,
}

impl From<Prompt> for PromptView {
    fn from(prompt: Prompt) -> Self {
        Self { state: prompt.state(), receipt: prompt.receipt().map(str::to_owned), prompt }
    }
}

async fn book(State(simulator): State<Arc<Simulator>>) -> Response {
    let book = simulator.lock().state.book();
    Json(book).into_response()
}

#[derive(Deserialize)]
struct StatementOf {
    shortcode: String,
    day: Option<NaiveDate>,
}

async fn statement_csv(State(simulator): State<Arc<Simulator>>, Query(of): Query<StatementOf>) -> Result<Response, Rejected> {
    let csv = statement::write(simulator.lock().state.movements.iter(), &of.shortcode, of.day)
        .map_err(|error| Rejected(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    let name = format!("attachment; filename=\"statement-{}.csv\"", of.shortcode);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, csv).into_response())
}

#[derive(Deserialize)]
struct PromptFilter {
    phone: Option<String>,
    shortcode: Option<String>,
    account_reference: Option<String>,
    state: Option<PromptState>,
}

async fn list_prompts(State(simulator): State<Arc<Simulator>>, Query(filter): Query<PromptFilter>) -> Json<Vec<PromptView>> {
    let same = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|w| w == is);
    let inner = simulator.lock();
    let found = inner.state.prompts.iter().filter(|p| {
        same(&filter.phone, &p.phone)
            && same(&filter.shortcode, &p.shortcode)
            && same(&filter.account_reference, &p.account_reference)
            && filter.state.is_none_or(|state| state == p.state())
    });
    Json(found.cloned().map(PromptView::from).collect())
}

async fn show_prompt(State(simulator): State<Arc<Simulator>>, Path(id): Path<String>) -> Result<Json<PromptView>, Rejected> {
    let found = simulator.lock().state.prompts.get(&id).cloned();
    found.map(|prompt| Json(prompt.into())).ok_or_else(|| AnswerError::Unknown.into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerRequest {
    answer: Answer,
    callback: Option<Callback>,
}

async fn answer(State(simulator): State<Arc<Simulator>>, Path(id): Path<String>, Json(request): Json<AnswerRequest>) -> Result<StatusCode, Rejected> {
    payer::settle(&simulator, &id, &request.answer, request.callback)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn release(State(simulator): State<Arc<Simulator>>, Path(id): Path<String>) -> Result<StatusCode, Rejected> {
    if simulator.lock().state.prompts.get(&id).is_none() {
        return Err(AnswerError::Unknown.into());
    }
    simulator.record(Entry::Released { id });
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ResendRequest {
    claim: Option<Answer>,
    source: Option<IpAddr>,
}

async fn resend(
    State(simulator): State<Arc<Simulator>>,
    Path(id): Path<String>,
    Json(request): Json<ResendRequest>,
) -> Result<Json<Delivery>, Rejected> {
    Ok(Json(payer::resend(&simulator, &id, request.claim.as_ref(), request.source).await?))
}

async fn list_rules(State(simulator): State<Arc<Simulator>>) -> Json<Vec<Rule>> {
    Json(simulator.lock().rules.clone())
}

async fn add_rule(State(simulator): State<Arc<Simulator>>, Json(rule): Json<Rule>) -> StatusCode {
    simulator.lock().rules.push(rule);
    StatusCode::CREATED
}

async fn clear_rules(State(simulator): State<Arc<Simulator>>) -> StatusCode {
    let mut inner = simulator.lock();
    inner.rules.clear();
    inner.payout_rules.clear();
    StatusCode::NO_CONTENT
}

async fn add_payout_rule(State(simulator): State<Arc<Simulator>>, Json(rule): Json<PayoutRule>) -> StatusCode {
    simulator.lock().payout_rules.push(rule);
    StatusCode::CREATED
}

async fn show_settings(State(simulator): State<Arc<Simulator>>) -> Json<Settings> {
    Json(simulator.settings())
}

/// Changes the settings named in the body; the others stay.
async fn change_settings(
    State(simulator): State<Arc<Simulator>>,
    Json(changes): Json<serde_json::Map<String, Value>>,
) -> Result<Json<Settings>, Rejected> {
    let mut inner = simulator.lock();
    let refuse = |error: serde_json::Error| Rejected(StatusCode::UNPROCESSABLE_ENTITY, error.to_string());
    let mut merged = serde_json::to_value(&inner.settings).map_err(refuse)?;
    if let Value::Object(fields) = &mut merged {
        fields.extend(changes);
    }
    inner.settings = serde_json::from_value(merged).map_err(refuse)?;
    Ok(Json(inner.settings.clone()))
}

async fn list_merchants(State(simulator): State<Arc<Simulator>>) -> Json<Vec<Merchant>> {
    Json(simulator.lock().state.merchants.clone())
}

async fn add_merchant(State(simulator): State<Arc<Simulator>>, Json(merchant): Json<Merchant>) -> Result<StatusCode, Rejected> {
    merchant.check().map_err(|error| Rejected(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    simulator.add_merchant(merchant)?;
    Ok(StatusCode::CREATED)
}

async fn list_routes(State(simulator): State<Arc<Simulator>>) -> Json<Vec<Route>> {
    Json(simulator.lock().routes.clone())
}

async fn replace_routes(State(simulator): State<Arc<Simulator>>, Json(routes): Json<Vec<Route>>) -> StatusCode {
    simulator.lock().routes = routes;
    StatusCode::NO_CONTENT
}

async fn expire_tokens(State(simulator): State<Arc<Simulator>>) -> StatusCode {
    simulator.lock().tokens.clear();
    StatusCode::NO_CONTENT
}

async fn type_payment(State(simulator): State<Arc<Simulator>>, Json(payment): Json<TypedPayment>) -> Result<Json<PaidIn>, Rejected> {
    Ok(Json(c2b::pay(&simulator, payment).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forgery {
    url: String,
    body: Value,
    source: Option<IpAddr>,
    #[serde(default)]
    shortcode: String,
}

/// Posts any body to any routed URL, as somebody who is not the provider. Leaves no trace in the book.
async fn forge(State(simulator): State<Arc<Simulator>>, Json(forgery): Json<Forgery>) -> Json<Delivery> {
    let settings = simulator.settings();
    let body = match forgery.body {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let post = Post {
        url: forgery.url,
        body,
        shortcode: forgery.shortcode,
        source: forgery.source.unwrap_or(settings.callback_source),
        planned: false,
        timeout_ms: settings.callback_timeout_ms,
    };
    Json(simulator.post(post).await)
}
