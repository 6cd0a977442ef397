//! The payer's phone as a web page: works without scripts, reloads itself while it waits.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{Router, get, post};
use serde::Deserialize;

use super::book::{Prompt, PromptState};
use super::core::Simulator;
use super::eat;
use super::gateway::is_phone;
use super::payer::{self, AnswerError};
use super::script::{Answer, Callback, CallbackMode};

/// Seconds between reloads.
const RELOAD: u32 = 3;
/// How many ended prompts the page shows.
const SHOWN: usize = 10;
/// Milliseconds that "late" and "second" callbacks of this page take.
const GAP_MS: u64 = 15_000;

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/phone") }))
        .route("/phone", get(phones))
        .route("/phone/{phone}", get(phone))
        .route("/phone/{phone}/prompts/{id}", post(press))
        .route("/assets/phone.css", get(style))
}

async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))];
    (headers, include_str!("../../assets/phone.css")).into_response()
}

#[derive(Template)]
#[template(path = "phones.html")]
struct PhonesPage {
    reload: u32,
    phones: Vec<PhoneLine>,
    ended: Vec<Line>,
    unknown: bool,
}

struct PhoneLine {
    phone: String,
    line: Line,
}

#[derive(Template)]
#[template(path = "phone.html")]
struct PhonePage {
    reload: u32,
    phone: String,
    open: Vec<Line>,
    ended: Vec<Line>,
    notice: &'static str,
}

/// A prompt as the payer sees it.
struct Line {
    id: String,
    phone: String,
    business: String,
    amount: String,
    account: String,
    time: String,
    result: String,
    paid: bool,
}

impl From<&Prompt> for Line {
    fn from(prompt: &Prompt) -> Self {
        let result = match prompt.settlements.last() {
            None => String::new(),
            Some(last) => last.receipt.as_ref().map_or_else(|| last.outcome.callback_text.clone(), |receipt| format!("{receipt} confirmed")),
        };
        Self {
            id: prompt.checkout_request_id.clone(),
            phone: prompt.phone.clone(),
            business: prompt.business.clone(),
            amount: grouped(prompt.amount),
            account: prompt.account_reference.clone(),
            time: eat::local(prompt.created_at).format("%H:%M:%S").to_string(),
            result,
            paid: prompt.state() == PromptState::Paid,
        }
    }
}

/// Thousands separated by commas, as phones show it.
fn grouped(amount: u64) -> String {
    let digits = amount.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            let policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'";
            let headers =
                [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (headers, Html(html)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "cannot render a page");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Deserialize)]
struct Dialled {
    phone: Option<String>,
}

/// All phones with an open prompt, and a field to go to any phone.
async fn phones(State(simulator): State<Arc<Simulator>>, Query(dialled): Query<Dialled>) -> Response {
    let wanted = dialled.phone.as_deref().map(international);
    // A page that reloads itself would take the digits out of a typing hand.
    let reload = if wanted.is_none() { RELOAD } else { 0 };
    let unknown = wanted == Some(None) && dialled.phone.as_deref() != Some("");
    if let Some(Some(phone)) = &wanted {
        return Redirect::to(&format!("/phone/{phone}")).into_response();
    }
    let inner = simulator.lock();
    let open = inner.state.prompts.iter().filter(|p| p.state() == PromptState::Open);
    let phones = open.map(|p| PhoneLine { phone: p.phone.clone(), line: p.into() }).collect();
    let ended = inner.state.prompts.iter().rev().filter(|p| p.state() != PromptState::Open);
    let ended = ended.take(SHOWN).map(Line::from).collect();
    page(&PhonesPage { reload, phones, ended, unknown })
}

/// The number as the provider writes it; people type it as they know it.
fn international(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let full = match digits.strip_prefix('0') {
        Some(rest) => format!("254{rest}"),
        None if digits.len() == 9 => format!("254{digits}"),
        None => digits,
    };
    is_phone(&full).then_some(full)
}

#[derive(Deserialize)]
struct Notice {
    #[serde(default)]
    late: bool,
}

async fn phone(State(simulator): State<Arc<Simulator>>, Path(phone): Path<String>, Query(notice): Query<Notice>) -> Response {
    if !is_phone(&phone) {
        return Redirect::to(&format!("/phone?phone={}", digits_only(&phone))).into_response();
    }
    let inner = simulator.lock();
    let of_phone = || inner.state.prompts.iter().filter(|p| p.phone == phone);
    let open = of_phone().filter(|p| p.state() == PromptState::Open).map(Line::from).collect();
    let ended = of_phone().rev().filter(|p| p.state() != PromptState::Open).take(SHOWN).map(Line::from).collect();
    let notice = if notice.late { "That request had already ended." } else { "" };
    page(&PhonePage { reload: RELOAD, phone: phone.clone(), open, ended, notice })
}

fn digits_only(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[derive(Deserialize)]
struct Press {
    button: String,
}

/// A button of the phone.
async fn press(State(simulator): State<Arc<Simulator>>, Path((phone, id)): Path<(String, String)>, Form(press): Form<Press>) -> Response {
    let Some((answer, callback)) = meaning(&press.button) else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let back = match payer::settle(&simulator, &id, &answer, callback) {
        Ok(()) => format!("/phone/{}", digits_only(&phone)),
        Err(AnswerError::NotOpen | AnswerError::Unknown) => {
            format!("/phone/{}?late=true", digits_only(&phone))
        }
        Err(AnswerError::Journal(_)) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    Redirect::to(&back).into_response()
}

/// What a button does; ordinary buttons leave the callback to the prompt's own plan.
fn meaning(button: &str) -> Option<(Answer, Option<Callback>)> {
    let odd = |mode| Some(Callback { mode, delay_ms: if mode == CallbackMode::Late { GAP_MS } else { 0 }, gap_ms: GAP_MS, ..Callback::default() });
    Some(match button {
        "approve" => (Answer::Approve, None),
        "cancel" => (Answer::Cancel, None),
        "wrong_pin" => (Answer::WrongPin, None),
        "insufficient_funds" => (Answer::InsufficientFunds, None),
        "time_out" => (Answer::TimeOut, None),
        "approve_never" => (Answer::Approve, odd(CallbackMode::Never)),
        "approve_twice" => (Answer::Approve, odd(CallbackMode::Twice)),
        "approve_late" => (Answer::Approve, odd(CallbackMode::Late)),
        "approve_contradictory" => (Answer::Approve, odd(CallbackMode::Contradictory)),
        "cancel_contradictory" => (Answer::Cancel, odd(CallbackMode::Contradictory)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{grouped, international};

    #[test]
    fn numbers_are_understood_as_people_type_them() {
        for typed in ["0700 000 111", "+254700000111", "700000111", "254700000111"] {
            assert_eq!(international(typed).as_deref(), Some("254700000111"), "{typed}");
        }
        assert_eq!(international("0200000111"), None);
    }

    #[test]
    fn amounts_are_grouped_by_thousands() {
        assert_eq!((grouped(1).as_str(), grouped(999).as_str()), ("1", "999"));
        assert_eq!((grouped(1_000).as_str(), grouped(250_000).as_str()), ("1,000", "250,000"));
    }
}
