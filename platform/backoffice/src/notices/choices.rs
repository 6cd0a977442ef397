//! What the reader wants to be told of, where, and how soon.

use axum::response::Response;
use kernel::{
    AppError, AppResult,
    http::{Form, Staff},
};
use outreach::notices::{
    Channel, Delivery, Reader, Topic, rules,
    service::{self, Wanted},
};
use pages::{Choice, Shell, Tone, redirect_with};

use crate::frame::{Field, FormPage, Office, Section, Sent};

fn name(topic: Topic, channel: Channel) -> String {
    format!("{topic}_{channel}")
}

fn page(shell: Shell, reader: Reader) -> FormPage {
    let deliveries: Vec<Choice> = rules::deliveries(reader, Channel::Email)
        .iter()
        .map(|delivery| Choice::new(delivery.as_str(), shell.t(&format!("notices-delivery-{delivery}"))))
        .collect();
    let section = |topic: &Topic| {
        let fields = vec![
            Field::check(name(*topic, Channel::InApp), shell.t("notices-channel-in-app")),
            Field::select(name(*topic, Channel::Email), shell.t("notices-channel-email"), deliveries.clone()),
        ];
        Section::titled(shell.t(&format!("notices-topic-{topic}")), fields)
    };
    let sections = rules::topics(reader).iter().map(section).collect();
    let (title, lede) = (shell.t("notices-choices-title"), shell.t("office-notices-choices-lede"));
    let mut page = FormPage::new(shell, title, "/profile/notices", "/notices", sections).lede(lede);
    page.form.idempotency_key.clear();
    page
}

fn reader(staff: &Staff) -> AppResult<Reader> {
    Reader::of(&staff.scope).ok_or_else(AppError::unauthenticated)
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let reader = reader(&staff)?;
    let mut tx = staff.begin_read().await?;
    let wanted = Wanted::of(&mut tx, reader).await?;
    drop(tx);
    let mut page = page(shell, reader);
    for (topic, channel, delivery) in wanted.all() {
        let value = match (channel, delivery) {
            (Channel::InApp, Delivery::Off) => "",
            (Channel::InApp, _) => "yes",
            (Channel::Email, delivery) => delivery.as_str(),
        };
        page = page.with(&name(topic, channel), value);
    }
    page.show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let reader = reader(&staff)?;
    let choice = |topic: &Topic, channel: &Channel| {
        let name = name(*topic, *channel);
        let delivery = match channel {
            Channel::InApp if sent.yes(&name) => Some(Delivery::Each),
            Channel::InApp => Some(Delivery::Off),
            Channel::Email => Delivery::from_name(sent.text(&name)),
        };
        delivery.map(|delivery| (*topic, *channel, delivery)).ok_or_else(|| AppError::field(name, "field-required"))
    };
    let choices: AppResult<Vec<_>> =
        rules::topics(reader).iter().flat_map(|topic| Channel::ALL.iter().map(move |channel| (topic, channel))).map(|(t, c)| choice(t, c)).collect();
    let mut tx = staff.begin_write().await?;
    let done = match choices {
        Ok(choices) => service::choose(&mut tx, reader, &choices).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/profile/notices", Tone::Good, "flash-saved"))
        }
        Err(error) => page(shell, reader).again(&sent, error),
    }
}
