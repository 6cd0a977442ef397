//! A customer with an application of their own, who buys.

use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Api, Door},
    surroundings::Surroundings,
    wait::until,
};

/// Of every buyer.
pub const PASSWORD: &str = "Mfano-2026-buy!";

/// A signed-in customer.
pub struct Buyer {
    pub email: String,
    api: Api,
}

/// An order that was placed, with the payment that was started for it.
#[derive(Debug, Clone)]
pub struct Purchase {
    pub order: Uuid,
    pub number: String,
    pub payment: Uuid,
    /// Under which the provider knows the payment.
    pub reference: String,
}

impl Buyer {
    /// Opens an account with the code from the mailbox.
    ///
    /// # Errors
    /// It is refused, or the code does not come.
    pub async fn register(around: &Surroundings, email: &str) -> anyhow::Result<Self> {
        let api = around.api(Door::Portal);
        let person = json!({ "email": email, "first_name": "Asha", "last_name": "Mfano", "phone": "0700000101", "password": PASSWORD });
        let begun = api.insist(Method::POST, "/auth/register", Some(&person), None).await?.expect(202)?;
        let code = until(format!("the code for {email}"), Duration::from_secs(60), || async {
            let messages = around.mail(email).await?;
            Ok(messages.iter().filter_map(|message| message["text"].as_str()).find_map(code_in))
        })
        .await?;
        let proof = json!({ "registration": begun["registration"], "code": code });
        let tokens = api.insist(Method::POST, "/auth/verify-email", Some(&proof), None).await?.expect(200)?;
        let token = tokens["access_token"].as_str().context("no token")?;
        Ok(Self { email: email.to_owned(), api: api.clone().with_token(token) })
    }

    /// Compares prices for a car, takes the cheapest, and has the payment asked for on a phone. Each step is repeated until it is
    /// answered; the order is placed once, by its key.
    ///
    /// # Errors
    /// A step is refused.
    pub async fn buy(&self, plate: &str, phone: &str) -> anyhow::Result<Purchase> {
        let car = json!({ "plate": plate, "make": "Toyota", "model": "Axio", "year": "2018", "value": "1,000,000", "use": "private" });
        let asked = json!({ "category": "motor-comprehensive", "policy_data": car });
        let quote = self.api.insist(Method::POST, "/quotes", Some(&asked), None).await?.expect(201)?;
        let offer = quote["offers"].as_array().into_iter().flatten().find(|offer| offer["payable"].is_object()).context("no offer with a price")?;
        let item = json!({ "offer": offer["id"] });
        self.api.insist(Method::POST, "/cart/items", Some(&item), None).await?.expect(200)?;
        let payment = json!({ "payment_method": "mpesa", "payment_phone": phone });
        let key = Uuid::new_v4().to_string();
        let placed = self.api.insist(Method::POST, "/checkout", Some(&payment), Some(&key)).await?.expect(201)?;
        ensure!(placed["order"]["lines"].as_array().is_some_and(|lines| lines.len() == 1), "one car, one line: {placed}");
        Ok(Purchase {
            order: id(&placed, "/order/order/id")?,
            number: text(&placed, "/order/order/number")?,
            payment: id(&placed, "/payment/id")?,
            reference: text(&placed, "/payment/reference")?,
        })
    }

    /// Notes at the process on this port that every notice was read.
    ///
    /// # Errors
    /// It is refused.
    pub async fn read_notices(&self, port: u16) -> anyhow::Result<()> {
        self.api.at(port).insist(Method::POST, "/notifications/mark-all-read", None, None).await?.expect(200).map(drop)
    }

    /// The order as its customer sees it.
    ///
    /// # Errors
    /// It is refused.
    pub async fn order(&self, id: Uuid) -> anyhow::Result<Value> {
        self.api.get(&format!("/orders/{id}")).await
    }
}

fn code_in(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).map(str::to_owned)
}

fn text(value: &Value, pointer: &str) -> anyhow::Result<String> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("no {pointer} in {value}"))
}

fn id(value: &Value, pointer: &str) -> anyhow::Result<Uuid> {
    Ok(text(value, pointer)?.parse()?)
}
