//! People of the demonstration who bought at the desk, and what they say of it. All of them are made up.

use crm::customers::{self, CustomerInput};
use identity::{PersonName, UserKind, users};
use insurance::{
    cart,
    catalogue::{ProductFilter, service as catalogue},
    fulfilment,
    law::Law,
    orders::{self, Order, PAYABLE, PlaceOrder},
    plans::Plan,
    quotes::{self, Asked, NewQuote},
    reviews::{ReviewInput, service as reviews},
};
use kernel::{App, AppError, AppResult, Scope, scope::Audience};
use ledger::takings::{self, TakingInput, Target};
use serde_json::Value;
use uuid::Uuid;

/// What staff made of a review.
enum Verdict {
    Waiting,
    Published,
    /// With the reason.
    Hidden(&'static str),
}

/// Somebody who bought a product, and what this person says of it.
struct Buyer {
    first: &'static str,
    last: &'static str,
    email: &'static str,
    phone: &'static str,
    product: &'static str,
    answers: &'static [(&'static str, &'static str)],
    stars: i16,
    words: &'static str,
    verdict: Verdict,
}

const TRAVEL: &[(&str, &str)] = &[("region", "europe"), ("days", "10"), ("travellers", "2"), ("oldest", "1985-01-01"), ("purpose", "leisure")];
const HOME: &[(&str, &str)] = &[("construction", "permanent"), ("contents", "800,000"), ("portable", "150,000"), ("domestic_workers", "1")];

const BUYERS: [Buyer; 6] = [
    Buyer {
        first: "Achieng",
        last: "Sampuli",
        email: "achieng.sampuli@example.com",
        phone: "0700 000 191",
        product: "apa-private-comprehensive",
        answers: &[("plate", "KDZ 901Z"), ("make", "Toyota"), ("model", "Axio"), ("year", "2019"), ("value", "1,100,000"), ("use", "private")],
        stars: 5,
        words: "I asked for a price at lunch and drove home insured. Every levy was explained.",
        verdict: Verdict::Published,
    },
    Buyer {
        first: "Kiprono",
        last: "Mfano",
        email: "kiprono.mfano@example.com",
        phone: "0700 000 192",
        product: "apa-private-comprehensive",
        answers: &[("plate", "KDZ 902Z"), ("make", "Mazda"), ("model", "Demio"), ("year", "2018"), ("value", "900,000"), ("use", "private")],
        stars: 3,
        words: "The cover is what I wanted. I would have liked to pay in more than three parts.",
        verdict: Verdict::Published,
    },
    Buyer {
        first: "Zawadi",
        last: "Sampuli",
        email: "zawadi.sampuli@example.com",
        phone: "0700 000 193",
        product: "jubilee-travel",
        answers: TRAVEL,
        stars: 4,
        words: "The embassy took the certificate at once.",
        verdict: Verdict::Published,
    },
    Buyer {
        first: "Barasa",
        last: "Mfano",
        email: "barasa.mfano@example.com",
        phone: "0700 000 194",
        product: "jubilee-travel",
        answers: TRAVEL,
        stars: 5,
        words: "Our luggage came two days late, and the claim was paid within the week.",
        verdict: Verdict::Waiting,
    },
    Buyer {
        first: "Nafula",
        last: "Sampuli",
        email: "nafula.sampuli@example.com",
        phone: "0700 000 195",
        product: "britam-home",
        answers: HOME,
        stars: 4,
        words: "Good value for a flat. The list of what counts as portable could be clearer.",
        verdict: Verdict::Published,
    },
    Buyer {
        first: "Mutiso",
        last: "Mfano",
        email: "mutiso.mfano@example.com",
        phone: "0700 000 196",
        product: "britam-home",
        answers: HOME,
        stars: 2,
        words: "Call me on my own number, 0700 000 196, and I will tell you how it went.",
        verdict: Verdict::Hidden("It holds a phone number."),
    },
];

/// Lets those buy who are not customers yet. `scope` is the system's, `owner` the address of the member of staff who serves them.
pub(super) async fn ensure(app: &App, scope: &Scope, owner: &str) -> AppResult<()> {
    let mut tx = scope.begin_read().await?;
    let Some(owner) = users::find_by_email(&mut tx, UserKind::Staff, owner).await? else { return Ok(()) };
    drop(tx);
    let staff = acting(app, scope, Audience::Staff { user: owner.id.0 });
    for buyer in &BUYERS {
        let mut tx = scope.begin_read().await?;
        let known = users::find_by_email(&mut tx, UserKind::Customer, buyer.email).await?.is_some();
        drop(tx);
        if !known {
            let order = sell(app, &staff, buyer).await?;
            fulfilment::fulfil(scope, order.id).await?;
            say(app, scope, &staff, buyer, &order).await?;
        }
    }
    Ok(())
}

fn acting(app: &App, scope: &Scope, audience: Audience) -> Scope {
    Scope::person(app.db.clone(), scope.tenant.clone(), audience, Uuid::now_v7(), app.clock.clone())
}

/// From the first question to the money, as staff do it at the desk.
async fn sell(app: &App, staff: &Scope, buyer: &Buyer) -> AppResult<Order> {
    let law = Law::of(app, &staff.tenant)?;
    let mut tx = staff.begin_write().await?;
    let input = CustomerInput {
        first_name: buyer.first.to_owned(),
        last_name: buyer.last.to_owned(),
        email: buyer.email.to_owned(),
        phone: buyer.phone.to_owned(),
        ..CustomerInput::default()
    };
    let customer = customers::service::create(&mut tx, &app.sealer, input).await?;
    let shelf = catalogue::list_for_sale(&mut tx, &ProductFilter::default()).await?;
    let product = shelf.iter().find(|card| card.code == buyer.product).ok_or_else(AppError::not_found)?;
    let new = NewQuote {
        asked: Asked::Products(vec![product.id]),
        answers: buyer.answers.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect(),
        add_ons: [].into(),
        customer: Some(customer.id),
    };
    let quote = quotes::service::create(&mut tx, &law, new).await?;
    let offer = quote.offers.first().ok_or_else(AppError::not_found)?;
    cart::service::add_for(&mut tx, customer.id, offer.id).await?;
    let place = PlaceOrder { items: None, starts_on: staff.today(), plan: Plan::Full, expected: None };
    let order = orders::service::place_for(&mut tx, customer.id, place).await?;
    let money = TakingInput {
        method: "bank_transfer".to_owned(),
        method_title: "Bank transfer".to_owned(),
        about: order.number.clone(),
        amount: order.payable.short(),
        reference: format!("DEMO-{}", order.number),
        ..TakingInput::default()
    };
    takings::take(&mut tx, Target::Payable { kind: PAYABLE.to_owned(), id: order.id.0 }, &money).await?;
    tx.commit().await?;
    Ok(order)
}

/// The buyer writes, and staff read.
async fn say(app: &App, scope: &Scope, staff: &Scope, buyer: &Buyer, order: &Order) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let name = PersonName::new(buyer.first, buyer.last);
    let user = users::create_guest_customer(app, &mut tx, order.customer.0, &name, buyer.email, None).await?;
    let policy = orders::service::lines(&mut tx, order.id).await?.into_iter().find_map(|line| line.policy).ok_or_else(AppError::not_found)?;
    tx.commit().await?;

    let own = acting(app, scope, Audience::Customer { user: user.0, customer: order.customer.0 });
    let mut tx = own.begin_write().await?;
    let author = format!("{} {}.", buyer.first, buyer.last.chars().take(1).collect::<String>());
    let review = reviews::write(&mut tx, policy, &author, ReviewInput { rating: buyer.stars, body: buyer.words.to_owned() }).await?;
    tx.commit().await?;

    let mut tx = staff.begin_write().await?;
    match buyer.verdict {
        Verdict::Waiting => {}
        Verdict::Published => drop(reviews::publish(&mut tx, review.id, review.version).await?),
        Verdict::Hidden(reason) => drop(reviews::hide(&mut tx, review.id, review.version, reason).await?),
    }
    tx.commit().await
}
