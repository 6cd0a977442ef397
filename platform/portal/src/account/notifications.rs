//! What the customer wants to be told of, and how.

use std::collections::BTreeMap;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use kernel::{
    AppError, AppResult,
    http::{Customer, form::Form},
};
use outreach::notices::{
    Channel, Delivery, Reader, Topic, rules,
    service::{self, Wanted},
};
use pages::{FormState, Shell, Tone, html_with, redirect_with};

use crate::{page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/notifications.html")]
struct NotificationsPage {
    shell: Shell,
    form: FormState,
    topics: Vec<TopicRow>,
}

/// What one topic is, and the names of its boxes.
struct TopicRow {
    title: String,
    detail: String,
    in_app: String,
    email: String,
}

fn name(topic: Topic, channel: Channel) -> String {
    format!("{topic}_{channel}")
}

fn page(shell: Shell, reader: Reader, wanted: impl Iterator<Item = (Topic, Channel, Delivery)>) -> NotificationsPage {
    let form = wanted
        .filter(|(_, _, delivery)| *delivery != Delivery::Off)
        .fold(FormState::new(&shell), |form, (topic, channel, _)| form.with(name(topic, channel), "yes"));
    let topics = rules::topics(reader)
        .iter()
        .map(|topic| TopicRow {
            title: shell.t(&format!("notices-topic-{topic}")),
            detail: shell.t(&format!("notices-topic-{topic}-detail")),
            in_app: name(*topic, Channel::InApp),
            email: name(*topic, Channel::Email),
        })
        .collect();
    NotificationsPage { form, topics, shell: shell.titled("notices-choices-title") }
}

fn reader(caller: &Customer) -> AppResult<Reader> {
    Reader::of(&caller.scope).ok_or_else(AppError::unauthenticated)
}

pub(super) async fn show(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    let reader = reader(&caller)?;
    let mut tx = caller.begin_read().await?;
    let wanted = Wanted::of(&mut tx, reader).await?;
    drop(tx);
    html_with(StatusCode::OK, &page(shell, reader, wanted.all()))
}

/// A box that is not ticked is not sent: what is missing is switched off.
pub(super) async fn save(caller: Customer, Form(sent): Form<BTreeMap<String, String>>) -> AppResult<Response> {
    let reader = reader(&caller)?;
    let choice = |topic: Topic, channel: Channel| {
        let ticked = sent.get(&name(topic, channel)).is_some_and(|value| value == "yes");
        (topic, channel, if ticked { Delivery::Each } else { Delivery::Off })
    };
    let choices: Vec<_> = rules::topics(reader)
        .iter()
        .flat_map(|topic| Channel::ALL.iter().map(move |channel| (*topic, *channel)))
        .map(|(t, c)| choice(t, c))
        .collect();
    let mut tx = caller.begin_write().await?;
    service::choose(&mut tx, reader, &choices).await?;
    tx.commit().await?;
    Ok(redirect_with("/account/notifications", Tone::Good, "flash-saved"))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let reader = Reader::Customer(uuid::Uuid::nil());
    let all = rules::topics(reader).iter().map(|topic| (*topic, Channel::Email, Delivery::Each));
    vec![Sample::of("notifications", &page(shell.clone(), reader, all))]
}
