//! The journal: a restart continues where the simulator stopped.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;
use simulators::daraja::{self, Answer, Callback, Config, Daraja, Plan, PromptState, Route, Rule, Settings};

use super::world::{PHONE, Receiver, World, merchant};
use crate::crash::Scratch;

async fn start(journal: PathBuf, receiver: &Receiver, settings: Settings) -> Daraja {
    let config = Config {
        merchants: vec![merchant()],
        routes: vec![Route::new("*.wakala.test", receiver.addr)],
        settings,
        journal: Some(journal),
        ..Config::default()
    };
    daraja::start(config).await.unwrap()
}

async fn world(journal: PathBuf, receiver: Receiver, settings: Settings) -> World {
    let daraja = start(journal, &receiver, settings).await;
    World { daraja, receiver, http: reqwest::Client::builder().no_proxy().build().unwrap(), merchant: merchant() }
}

#[tokio::test]
async fn payments_and_open_prompts_are_still_there() {
    let scratch = Scratch::new();
    let receiver = Receiver::start().await;
    let first = world(scratch.path("book.jsonl"), receiver.clone(), Settings::default()).await;
    let paid = first.push(PHONE, 10).await.id();
    first.daraja.answer(&paid, &Answer::Approve, None).unwrap();
    first.daraja.delivered(&paid, 1).await.unwrap();
    let open = first.push(PHONE, 20).await.id();
    let before = serde_json::to_value(first.daraja.book()).unwrap();
    first.daraja.shutdown().await;

    let second = start(scratch.path("book.jsonl"), &receiver, Settings::default()).await;
    assert_eq!(serde_json::to_value(second.book()).unwrap(), before);
    assert_eq!(receiver.all().len(), 1, "a callback that was delivered is not sent again");
    second.answer(&open, &Answer::Approve, None).unwrap();
    assert_eq!(receiver.wait(2).await[1].callback()["CheckoutRequestID"], json!(open));
    assert_eq!(second.book().balances["600111"], 30);
}

#[tokio::test]
async fn an_open_prompt_expires_after_the_restart() {
    let scratch = Scratch::new();
    let receiver = Receiver::start().await;
    let first = world(scratch.path("book.jsonl"), receiver.clone(), Settings::default()).await;
    let open = first.push(PHONE, 20).await.id();
    first.daraja.shutdown().await;
    let expired = Settings { prompt_ttl_ms: 0, ..Settings::default() };
    let second = start(scratch.path("book.jsonl"), &receiver, expired).await;
    assert_eq!(second.ended(&open).await.unwrap().state(), PromptState::Failed);
    assert_eq!(receiver.wait(1).await[0].callback()["ResultCode"], json!(1037));
}

#[tokio::test]
async fn a_callback_that_was_not_sent_goes_out_after_the_restart() {
    let scratch = Scratch::new();
    let receiver = Receiver::start().await;
    let first = world(scratch.path("book.jsonl"), receiver.clone(), Settings::default()).await;
    let callback = Callback { held: true, ..Callback::default() };
    first.daraja.script(Rule::next(Plan { callback, ..Plan::answer(Answer::Approve) }));
    let id = first.push(PHONE, 20).await.id();
    first.daraja.ended(&id).await.unwrap();
    first.daraja.shutdown().await;
    let second = start(scratch.path("book.jsonl"), &receiver, Settings::default()).await;
    second.release(&id);
    assert_eq!(receiver.wait(1).await[0].callback()["ResultCode"], json!(0));
}

#[tokio::test]
async fn a_line_cut_in_half_is_dropped_and_writing_goes_on() {
    let scratch = Scratch::new();
    let receiver = Receiver::start().await;
    let first = world(scratch.path("book.jsonl"), receiver.clone(), Settings::default()).await;
    first.push(PHONE, 20).await.id();
    first.daraja.shutdown().await;
    let mut file = std::fs::OpenOptions::new().append(true).open(scratch.path("book.jsonl")).unwrap();
    file.write_all(br#"{"entry":"settled","id":"ws_"#).unwrap();
    let second = world(scratch.path("book.jsonl"), receiver.clone(), Settings::default()).await;
    second.push("254700000112", 30).await.id();
    second.daraja.shutdown().await;
    assert_eq!(start(scratch.path("book.jsonl"), &receiver, Settings::default()).await.book().prompts.len(), 2);
}

#[tokio::test]
async fn damage_in_the_middle_refuses_to_start() {
    let scratch = Scratch::new();
    std::fs::write(scratch.path("book.jsonl"), "{\"entry\":\"nonsense\"}\n{}\n").unwrap();
    let config = Config { journal: Some(scratch.path("book.jsonl")), ..Config::default() };
    let error = daraja::start(config).await.unwrap_err();
    assert_eq!(error.to_string(), "journal line 1 is damaged");
}
