//! A brokerage with the pack's catalogue, and risks to quote.

use std::sync::Arc;

use insurance::{
    catalogue::{self, form::RawAnswers, pack},
    law::Law,
    quotes::{self, Asked, NewQuote, Quote},
};
use kernel::{Scope, Tenant, app::Ports};
use serde_json::Value;
use testkit::World;

pub struct Shop {
    pub world: World,
    pub tenant: Arc<Tenant>,
    pub law: Law,
}

pub async fn open() -> Shop {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    stock(&world, &tenant).await;
    let law = Law::of(&world.app, &tenant).unwrap();
    Shop { world, tenant, law }
}

/// Copies the pack's catalogue into the tenant.
pub async fn stock(world: &World, tenant: &Arc<Tenant>) {
    let mut tx = world.system(tenant).begin_write().await.unwrap();
    pack::load_catalogue(&mut tx, world.app.packs.get("kenya-brokerage").unwrap()).await.unwrap();
    tx.commit().await.unwrap();
}

impl Shop {
    pub async fn quote(&self, scope: &Scope, new: NewQuote) -> Quote {
        let mut tx = scope.begin_write().await.unwrap();
        let quote = quotes::service::create(&mut tx, &self.law, new).await.unwrap();
        tx.commit().await.unwrap();
        quote
    }

    pub async fn refused(&self, scope: &Scope, new: NewQuote) -> kernel::AppError {
        let mut tx = scope.begin_write().await.unwrap();
        quotes::service::create(&mut tx, &self.law, new).await.unwrap_err()
    }

    pub async fn product(&self, code: &str) -> catalogue::Product {
        let mut tx = self.world.staff(&self.tenant).begin_read().await.unwrap();
        let cards = catalogue::service::list_for_sale(&mut tx, &catalogue::ProductFilter::default()).await.unwrap();
        let card = cards.into_iter().find(|card| card.code == code).unwrap();
        catalogue::service::product(&mut tx, card.id).await.unwrap()
    }
}

/// A car worth a million, eight years old, privately used.
pub fn car() -> NewQuote {
    NewQuote {
        asked: Asked::Category("motor-comprehensive".into()),
        answers: answers(&[
            ("plate", "kda 123a"),
            ("make", "Toyota"),
            ("model", "Axio"),
            ("year", "2018"),
            ("value", "1,000,000"),
            ("use", "private"),
        ]),
        add_ons: [].into(),
        customer: None,
    }
}

pub fn answers(given: &[(&str, &str)]) -> RawAnswers {
    given.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect()
}

pub fn but(mut new: NewQuote, key: &str, value: &str) -> NewQuote {
    new.answers.insert(key.to_owned(), Value::from(value));
    new
}
