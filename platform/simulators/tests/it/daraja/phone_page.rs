//! The payer's phone in a browser without scripts.

use serde_json::json;
use simulators::daraja::{Merchant, PromptState};

use super::world::{PHONE, Reply, World, changed};

async fn get(world: &World, path: &str) -> Reply {
    world.send(world.http.get(world.url(path))).await
}

async fn press(world: &World, id: &str, button: &str) -> Reply {
    let request = world.http.post(world.url(&format!("/phone/{PHONE}/prompts/{id}")));
    world.send(request.form(&[("button", button)])).await
}

#[tokio::test]
async fn the_prompt_shows_amount_business_and_account_and_reloads_itself() {
    let world = World::new().await;
    world.push(PHONE, 12_500).await.id();
    let page = get(&world, &format!("/phone/{PHONE}")).await;
    for text in ["KES 12,500", "Bima Sample", "PAY7QX2M", "http-equiv=\"refresh\"", "Enter PIN and pay"] {
        assert!(page.text.contains(text), "{text}");
    }
    assert!(!page.text.contains("<script"));
    assert!(get(&world, "/phone").await.text.contains(&format!("href=\"/phone/{PHONE}\"")));
}

#[tokio::test]
async fn pressing_pay_pays_and_the_page_shows_the_receipt() {
    let world = World::new().await;
    let id = world.push(PHONE, 10).await.id();
    let page = press(&world, &id, "approve").await;
    let receipt = world.daraja.prompt(&id).unwrap().receipt().unwrap().to_owned();
    assert!(page.text.contains(&format!("{receipt} confirmed")), "{}", page.text);
    assert_eq!(world.receiver.wait(1).await[0].callback()["ResultCode"], json!(0));
    assert!(press(&world, &id, "cancel").await.text.contains("already ended"));
}

#[tokio::test]
async fn every_button_on_the_page_does_something() {
    let world = World::new().await;
    world.push(PHONE, 10).await.id();
    let page = get(&world, &format!("/phone/{PHONE}")).await.text;
    let buttons: Vec<_> = page.split("name=\"button\" value=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
    assert_eq!(buttons.len(), 10);
    for button in buttons {
        let prompt = match world.daraja.book().prompts.into_iter().find(|p| p.state() == PromptState::Open) {
            Some(prompt) => prompt.checkout_request_id,
            None => world.push(PHONE, 10).await.id(),
        };
        assert_eq!(press(&world, &prompt, button).await.status, 200, "{button}");
        assert_ne!(world.daraja.prompt(&prompt).unwrap().state(), PromptState::Open, "{button}");
    }
    let id = world.push(PHONE, 10).await.id();
    assert_eq!(press(&world, &id, "nonsense").await.status, 422);
}

#[tokio::test]
async fn a_number_can_be_typed_as_people_know_it() {
    let world = World::new().await;
    let page = get(&world, "/phone?phone=0700+000+111").await;
    assert!(page.text.contains("<h1>254700000111</h1>"));
    let dial = get(&world, "/phone?phone=").await.text;
    assert!(dial.contains("<form class=\"dial\"") && !dial.contains("http-equiv=\"refresh\""));
    assert!(!dial.contains("not a Kenyan"));
    assert!(get(&world, "/phone").await.text.contains("http-equiv=\"refresh\""));
    assert!(get(&world, "/phone?phone=12").await.text.contains("not a Kenyan mobile number"));
}

#[tokio::test]
async fn names_from_merchants_cannot_inject_markup() {
    let world = World::new().await;
    world.daraja.add_merchant(Merchant { name: "<b>Bima</b>".to_owned(), ..world.merchant.clone() }).unwrap();
    world.push_with(&changed(&world.push_body(PHONE, 10), "AccountReference", json!("<i>x</i>"))).await.id();
    let page = get(&world, &format!("/phone/{PHONE}")).await.text;
    assert!(!page.contains("<b>Bima") && !page.contains("<i>x"), "{page}");
}
