//! `POST /mpesa/stkpush/v1/processrequest`: asks a payer's phone for money.
//!
//! Always holds: every accepted request is a prompt of its own (the provider knows no idempotency),
//! and the merchant's account reference is never told to the merchant again.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Extension;
use axum::body::{Body, HttpBody};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use rand::RngExt;
use serde_json::json;

use super::book::Prompt;
use super::config::Lock;
use super::core::{Inner, Simulator};
use super::eat;
use super::gateway::{self, Caller, Family, Fields, Refusal};
use super::ids;
use super::outcome::Outcome;
use super::payer;
use super::push_request::PushRequest;
use super::script::{self, Ack, Answer, Plan, Pushed};
use super::state::Entry;
use crate::serving::Connection;

const ACCEPTED: &str = "Success. Request accepted for processing";

pub(crate) async fn process_request(
    State(simulator): State<Arc<Simulator>>,
    Extension(connection): Extension<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let caller = gateway::authenticate(&simulator, &headers, Family::Push)?;
    let fields = Fields::parse(&body)?;
    let (prompt, answer) = accept(&simulator, &caller, &fields)?;
    simulator.changed();
    let id = prompt.checkout_request_id.clone();
    let payer = Start { simulator: Arc::clone(&simulator), id: id.clone() };
    match prompt.plan.ack {
        Ack::Normal => Ok(after_sending(answer, payer)),
        Ack::AfterCallback => {
            drop(payer);
            simulator.wait(|state| state.prompts.get(&id).is_none_or(is_reported).then_some(())).await;
            Ok(answer)
        }
        Ack::Slow { ms } => {
            drop(payer);
            simulator.sleep(ms).await;
            Ok(answer)
        }
        Ack::Dropped => {
            drop(payer);
            match connection.cut().await {}
        }
        Ack::ServerError => {
            drop(payer);
            Err(Refusal::internal())
        }
    }
}

/// Whether the first callback is out, or none will come.
fn is_reported(prompt: &Prompt) -> bool {
    !prompt.settlements.is_empty() && (prompt.steps.is_empty() || prompt.steps_done() > 0)
}

/// Checks everything, then makes the prompt.
fn accept(simulator: &Simulator, caller: &Caller, fields: &Fields) -> Result<(Prompt, Response), Refusal> {
    let mut guard = simulator.lock();
    let inner = &mut *guard;
    let push = PushRequest::read(fields, &inner.routes)?;
    let merchant = push.credentials.merchant(inner, caller)?.clone();
    push.check_receiver(&merchant)?;
    let is_locked = inner.state.open.contains_key(&push.phone);
    if is_locked && inner.settings.lock == Lock::GatewayError {
        return Err(Refusal::merchant(&Outcome::locked().callback_text));
    }
    let failed = match (is_locked, push.is_too_long(&merchant.name)) {
        (true, _) => Some(Outcome::locked()),
        (false, true) => Some(Outcome::not_sent()),
        (false, false) => None,
    };
    let mut plan = choose_plan(inner, &push);
    if let Some(Outcome { code, callback_text: text, .. }) = failed {
        plan.answer = Some(Answer::Other { code, text });
    }
    let at = eat::now();
    let prompt = Prompt {
        checkout_request_id: free_checkout_id(inner, at, &push.phone),
        merchant_request_id: ids::merchant_request_id(&mut inner.rng),
        consumer_key: caller.consumer_key.clone(),
        shortcode: merchant.shortcode.clone(),
        business: merchant.name.clone(),
        profile: caller.profile,
        warnings: push.warnings(),
        transaction_type: push.transaction_type,
        phone: push.phone,
        amount: push.amount,
        account_reference: push.account_reference,
        description: push.description,
        callback_url: push.callback_url,
        created_at: at,
        plan,
        settlements: Vec::new(),
        steps: Vec::new(),
        released: 0,
        deliveries: Vec::new(),
    };
    inner.record(Entry::Prompted { prompt: Box::new(prompt.clone()) })?;
    let mut answer = json!({
        "MerchantRequestID": prompt.merchant_request_id,
        "CheckoutRequestID": prompt.checkout_request_id,
        "ResponseCode": "0",
        "ResponseDescription": ACCEPTED,
    });
    if !inner.rng.random_ratio(1, 8) {
        answer["CustomerMessage"] = json!(ACCEPTED);
    }
    Ok((prompt, gateway::ok_json(&answer)))
}

fn choose_plan(inner: &mut Inner, push: &PushRequest) -> Plan {
    let pushed =
        Pushed { phone: &push.phone, amount: push.amount, account_reference: &push.account_reference, shortcode: &push.credentials.shortcode };
    let scripted = script::take_plan(&mut inner.rules, &pushed);
    let drawn = || inner.settings.auto_answer.as_ref().map(|auto| auto.draw(&mut inner.rng));
    scripted.or_else(drawn).unwrap_or_default()
}

/// The id carries only milliseconds: two pushes to one phone within one must still differ.
fn free_checkout_id(inner: &Inner, mut at: chrono::DateTime<chrono::Utc>, phone: &str) -> String {
    loop {
        let id = ids::checkout_request_id(at, phone);
        if inner.state.prompts.get(&id).is_none() {
            return id;
        }
        at += chrono::TimeDelta::milliseconds(1);
    }
}

/// Lets the payer act when dropped: once the answer is on its way, or when the caller hung up.
struct Start {
    simulator: Arc<Simulator>,
    id: String,
}

impl Drop for Start {
    fn drop(&mut self) {
        self.simulator.spawn(payer::attend(Arc::clone(&self.simulator), self.id.clone()));
    }
}

/// A body that holds on to something until it has been handed to the connection.
struct Holding<T> {
    body: Body,
    _held: T,
}

fn after_sending(answer: Response, payer: Start) -> Response {
    let (parts, body) = answer.into_parts();
    Response::from_parts(parts, Body::new(Holding { body, _held: payer }))
}

impl<T: Unpin> HttpBody for Holding<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
