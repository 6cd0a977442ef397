//! The life of a prompt after it is on the phone: answer, settlement, callbacks.
//!
//! Always holds: a prompt is answered once; money moves at most once per prompt; planned callbacks
//! go out in order, each once (once more if the process dies between sending and noting it).

use std::net::IpAddr;
use std::sync::Arc;

use super::book::{Delivery, Movement, Prompt, PromptState, Settlement, Step};
use super::callback_body;
use super::core::{Inner, Simulator};
use super::delivery::Post;
use super::eat;
use super::outcome::{Outcome, TRANSACTION_LIMIT};
use super::party;
use super::script::{Answer, Callback, CallbackMode};
use super::state::Entry;

/// Why a prompt cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// No push has this id.
    #[error("no such prompt")]
    Unknown,
    /// It was answered before, or expired.
    #[error("the prompt is not open any more")]
    NotOpen,
    /// The journal cannot be written.
    #[error("cannot write the simulator's journal")]
    Journal(#[from] std::io::Error),
}

/// Waits for the scripted answer or for expiry; a person may answer meanwhile.
pub(crate) async fn attend(simulator: Arc<Simulator>, id: String) {
    let (answer, wait_ms) = {
        let inner = simulator.lock();
        let Some(prompt) = inner.state.prompts.get(&id) else {
            return;
        };
        let age = (eat::now() - prompt.created_at).num_milliseconds();
        let (answer, due) = match &prompt.plan.answer {
            Some(answer) => (answer.clone(), prompt.plan.after_ms),
            None => (Answer::TimeOut, inner.settings.prompt_ttl_ms),
        };
        (answer, due.saturating_sub(u64::try_from(age).unwrap_or(0)))
    };
    if !simulator.sleep(wait_ms).await {
        return;
    }
    match settle(&simulator, &id, &answer, None) {
        Ok(()) | Err(AnswerError::NotOpen) => {}
        Err(error) => tracing::error!(%error, "cannot answer a prompt"),
    }
}

/// Answers an open prompt; callbacks follow in the background.
pub(crate) fn settle(simulator: &Arc<Simulator>, id: &str, answer: &Answer, callback: Option<Callback>) -> Result<(), AnswerError> {
    {
        let mut inner = simulator.lock();
        let prompt = inner.state.prompts.get(id).ok_or(AnswerError::Unknown)?.clone();
        if prompt.state() != PromptState::Open {
            return Err(AnswerError::NotOpen);
        }
        let callback = callback.unwrap_or_else(|| prompt.plan.callback.clone());
        let source = callback.source.unwrap_or(inner.settings.callback_source);
        let (now, steps) = course(answer, &callback, source);
        let (settlement, movement) = conclude(&mut inner, &prompt, &now);
        inner.record(Entry::Settled { id: id.to_owned(), settlement, movement, steps: Some(steps) })?;
    }
    simulator.changed();
    simulator.spawn(report(Arc::clone(simulator), id.to_owned()));
    Ok(())
}

/// What is true at once, and the callbacks that follow.
fn course(answer: &Answer, callback: &Callback, source: IpAddr) -> (Answer, Vec<Step>) {
    let first = Step { after_ms: callback.delay_ms, held: callback.held, settle: None, claim: None, source };
    let second = Step { after_ms: callback.gap_ms, ..first.clone() };
    match callback.mode {
        CallbackMode::Once => (answer.clone(), vec![first]),
        CallbackMode::Never => (answer.clone(), Vec::new()),
        CallbackMode::Twice => (answer.clone(), vec![first, second]),
        CallbackMode::Late => (Answer::TimeOut, vec![Step { settle: Some(answer.clone()), ..first }]),
        CallbackMode::Contradictory if *answer == Answer::Approve => (Answer::Approve, vec![first, Step { claim: Some(Answer::Cancel), ..second }]),
        CallbackMode::Contradictory => (answer.clone(), vec![first, Step { settle: Some(Answer::Approve), ..second }]),
    }
}

/// Applies the limits, moves the money, words the callback.
fn conclude(inner: &mut Inner, prompt: &Prompt, answer: &Answer) -> (Settlement, Option<Movement>) {
    let at = eat::now();
    let mut outcome = Outcome::from(answer);
    if outcome.is_paid() {
        let today = inner.state.paid_on(&prompt.phone, eat::day(at));
        if prompt.amount > TRANSACTION_LIMIT {
            outcome = Outcome::above_maximum();
        } else if today + prompt.amount > inner.settings.daily_limit {
            outcome = Outcome::above_daily_limit();
        }
    }
    let receipt = outcome.is_paid().then(|| inner.fresh_receipt(at));
    let callback_body = callback_body::write(&mut inner.rng, prompt, &outcome, receipt.as_deref(), at);
    let movement = receipt.clone().map(|receipt| {
        let amount = i64::try_from(prompt.amount).unwrap_or(i64::MAX);
        let other_party = party::masked(&prompt.phone);
        Movement {
            receipt,
            shortcode: prompt.shortcode.clone(),
            completed_at: at,
            initiated_at: prompt.created_at,
            details: format!("Pay Bill Online from {other_party} Acc. {}", prompt.account_reference),
            amount,
            balance: inner.state.balance(&prompt.shortcode) + amount,
            reason: "Pay Bill Online".to_owned(),
            other_party,
            account: prompt.account_reference.clone(),
        }
    });
    (Settlement { at, outcome, receipt, callback_body }, movement)
}

/// Sends the planned callbacks that are not out yet.
pub(crate) async fn report(simulator: Arc<Simulator>, id: String) {
    loop {
        let next = {
            let inner = simulator.lock();
            let prompt = inner.state.prompts.get(&id);
            prompt.and_then(|p| {
                let done = p.steps_done();
                let step = p.steps.get(done)?.clone();
                let held_before = p.steps.iter().take(done).filter(|s| s.held).count();
                Some((step, held_before))
            })
        };
        let Some((step, held_before)) = next else {
            return;
        };
        if !simulator.sleep(step.after_ms).await || !released(&simulator, &id, &step, held_before).await {
            return;
        }
        let Some(post) = prepare(&simulator, &id, &step) else {
            return;
        };
        let delivery = simulator.post(post).await;
        simulator.record(Entry::Delivered { id: id.clone(), delivery });
    }
}

async fn released(simulator: &Simulator, id: &str, step: &Step, held_before: usize) -> bool {
    if !step.held {
        return true;
    }
    let free = |count: u32| usize::try_from(count).is_ok_and(|count| count > held_before);
    simulator.wait(|state| state.prompts.get(id).filter(|p| free(p.released)).map(|_| ())).await.is_some()
}

/// Makes the step's truth true and picks the body that tells it, or the lie instead.
fn prepare(simulator: &Simulator, id: &str, step: &Step) -> Option<Post> {
    let mut inner = simulator.lock();
    let mut prompt = inner.state.prompts.get(id)?.clone();
    if let Some(answer) = &step.settle {
        // Already true when a crash came between settling and sending.
        let pending = prompt.settlements.len() < 2;
        if pending {
            let (settlement, movement) = conclude(&mut inner, &prompt, answer);
            let entry = Entry::Settled { id: id.to_owned(), settlement, movement, steps: None };
            if let Err(error) = inner.record(entry) {
                tracing::error!(%error, "cannot write the simulator's journal");
                return None;
            }
            prompt = inner.state.prompts.get(id)?.clone();
        }
    }
    let body = body(&mut inner, &prompt, step.claim.as_ref())?;
    let timeout_ms = inner.settings.callback_timeout_ms;
    drop(inner);
    simulator.changed();
    let Prompt { callback_url: url, shortcode, .. } = prompt;
    Some(Post { url, body, shortcode, source: step.source, planned: true, timeout_ms })
}

/// The callback of the present truth, or of a claim; an untrue success gets a receipt nobody issued.
fn body(inner: &mut Inner, prompt: &Prompt, claim: Option<&Answer>) -> Option<String> {
    let Some(claim) = claim else {
        return prompt.settlements.last().map(|last| last.callback_body.clone());
    };
    let at = eat::now();
    let outcome = Outcome::from(claim);
    let receipt = outcome.is_paid().then(|| inner.fresh_receipt(at));
    Some(callback_body::write(&mut inner.rng, prompt, &outcome, receipt.as_deref(), at))
}

/// Sends one more callback now: the truth again, or a claim. An open prompt has no truth yet.
pub(crate) async fn resend(simulator: &Simulator, id: &str, claim: Option<&Answer>, source: Option<IpAddr>) -> Result<Delivery, AnswerError> {
    let post = {
        let mut inner = simulator.lock();
        let prompt = inner.state.prompts.get(id).ok_or(AnswerError::Unknown)?.clone();
        let body = body(&mut inner, &prompt, claim).ok_or(AnswerError::NotOpen)?;
        let source = source.unwrap_or(inner.settings.callback_source);
        let timeout_ms = inner.settings.callback_timeout_ms;
        Post { url: prompt.callback_url, body, shortcode: prompt.shortcode, source, planned: false, timeout_ms }
    };
    let delivery = simulator.post(post).await;
    simulator.record(Entry::Delivered { id: id.to_owned(), delivery: delivery.clone() });
    Ok(delivery)
}

/// Picks up what a restart interrupted: open prompts and callbacks that were not sent.
pub(crate) fn resume(simulator: &Arc<Simulator>) {
    let (open, unreported): (Vec<String>, Vec<String>) = {
        let inner = simulator.lock();
        let id = |p: &Prompt| p.checkout_request_id.clone();
        let prompts = || inner.state.prompts.iter();
        (
            prompts().filter(|p| p.state() == PromptState::Open).map(id).collect(),
            prompts().filter(|p| p.steps_done() < p.steps.len()).map(id).collect(),
        )
    };
    for id in open {
        simulator.spawn(attend(Arc::clone(simulator), id));
    }
    for id in unreported {
        simulator.spawn(report(Arc::clone(simulator), id));
    }
}
