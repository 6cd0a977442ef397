//! Several kinds of cover of one insurer, bought together: what they cost, and that no price outlives the cart it was shown for.

use insurance::{
    cart::{self, Cart},
    catalogue::Product,
    orders::{self, Order, OrderLine, PlaceOrder},
    plans::Plan,
    quotes::{Asked, NewQuote},
};
use kernel::{
    AppResult,
    money::{Currency, Money},
};

use crate::{
    sale::Sale,
    shop::{answers, but, car},
};

fn kes(shillings: i64) -> Money {
    Money::new(shillings * 100, Currency::KES)
}

async fn jubilee(sale: &Sale, code: &str) -> Product {
    sale.shop.product(&format!("jubilee-{code}")).await
}

/// 4.75 % of a million: 47,500, with 213.75 of levies and 40 of duty.
async fn the_car(sale: &Sale) -> NewQuote {
    NewQuote { asked: Asked::Products(vec![jubilee(sale, "private-comprehensive").await.id]), ..car() }
}

/// 6,000, with 27 of levies and 40 of duty.
async fn accident(sale: &Sale) -> NewQuote {
    NewQuote {
        asked: Asked::Products(vec![jubilee(sale, "personal-accident").await.id]),
        answers: answers(&[("date_of_birth", "1990-05-17"), ("occupation_class", "2"), ("capital_sum", "3,000,000")]),
        add_ons: [].into(),
        customer: None,
    }
}

async fn cart_now(sale: &Sale) -> Cart {
    let mut tx = sale.own().begin_read().await.unwrap();
    cart::service::view(&mut tx).await.unwrap()
}

async fn order(sale: &Sale, expected: Option<i64>) -> AppResult<(Order, Vec<OrderLine>)> {
    let scope = sale.own();
    let mut tx = scope.begin_write().await?;
    let place = PlaceOrder { items: None, starts_on: scope.today(), plan: Plan::Full, expected };
    let order = orders::service::place_order(&mut tx, place).await?;
    let lines = orders::service::lines(&mut tx, order.id).await?;
    tx.commit().await?;
    Ok((order, lines))
}

#[tokio::test]
async fn two_kinds_of_cover_of_one_insurer_cost_less_and_levies_and_commission_follow() {
    let sale = Sale::open().await;
    sale.add(&sale.own(), the_car(&sale).await).await;
    let alone = cart_now(&sale).await;
    assert_eq!((alone.payable, alone.saved), (kes(47_754), kes(0)));
    assert_eq!(alone.lines[0].bundled, Some(kes(45_368)), "the cart says what another kind of cover would make of it");

    sale.add(&sale.own(), accident(&sale).await).await;
    let both = cart_now(&sale).await;
    assert_eq!(both.lines.iter().map(|line| (line.payable, line.bundled)).collect::<Vec<_>>(), [(Some(kes(45_368)), None), (Some(kes(5_766)), None)]);
    assert_eq!((both.payable, both.saved), (kes(51_134), kes(47_754 + 6_067 - 51_134)));
    let discount = both.lines[0].breakdown.iter().find(|line| line.code == "bundle").unwrap();
    assert_eq!(discount.amount, kes(-2_375));

    let (placed, lines) = order(&sale, Some(both.payable.minor)).await.unwrap();
    assert_eq!((placed.payable, lines[0].premium, lines[0].levies.minor), (kes(51_134), kes(45_125), 9_025 + 11_281 + 4_000));
    let terms = jubilee(&sale, "private-comprehensive").await.current.terms;
    assert_eq!(lines[0].commission, terms.commission(kes(45_125)).unwrap());
    for line in &lines {
        assert_eq!(line.premium_lines.iter().map(|line| line.amount.minor).sum::<i64>(), line.payable.minor);
    }
    sale.pay(&placed).await;
    sale.work().await;
    assert_eq!(sale.books().await.iter().map(|(_, minor)| minor).sum::<i64>(), 0);
    assert_eq!(sale.count("select count(*) from policies where tenant_id = $1").await, 2);
}

#[tokio::test]
async fn taking_one_out_takes_the_discount_away_and_nobody_pays_a_price_that_was_not_shown() {
    let sale = Sale::open().await;
    sale.add(&sale.own(), the_car(&sale).await).await;
    sale.add(&sale.own(), accident(&sale).await).await;
    let shown = cart_now(&sale).await;
    // In another window.
    let mut tx = sale.own().begin_write().await.unwrap();
    let left = cart::service::remove(&mut tx, shown.lines[1].id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((left.payable, left.saved), (kes(47_754), kes(0)));

    assert!(order(&sale, Some(shown.payable.minor)).await.unwrap_err().is("order.price_changed"));
    assert_eq!(sale.count("select count(*) from orders where tenant_id = $1").await, 0);
    let (placed, lines) = order(&sale, Some(left.payable.minor)).await.unwrap();
    assert_eq!((placed.payable, lines.len()), (kes(47_754), 1));
}

#[tokio::test]
async fn two_of_a_kind_and_two_insurers_are_no_bundle() {
    let sale = Sale::open().await;
    sale.add(&sale.own(), the_car(&sale).await).await;
    sale.add(&sale.own(), but(the_car(&sale).await, "plate", "KDB 456B")).await;
    let other = sale.shop.product("apa-personal-accident").await;
    sale.add(&sale.own(), NewQuote { asked: Asked::Products(vec![other.id]), ..but(accident(&sale).await, "capital_sum", "1,000,000") }).await;
    let cart = cart_now(&sale).await;
    assert!(cart.saved.is_zero() && cart.lines.iter().all(|line| line.saved.is_none()));
    assert_eq!(cart.lines[0].payable, Some(kes(47_754)));
}

#[tokio::test]
async fn what_is_ordered_without_the_rest_of_the_cart_costs_what_it_costs_alone() {
    let sale = Sale::open().await;
    sale.add(&sale.own(), the_car(&sale).await).await;
    sale.add(&sale.own(), accident(&sale).await).await;
    let car = cart_now(&sale).await.lines[0].id;
    let scope = sale.own();
    let mut tx = scope.begin_write().await.unwrap();
    let place = PlaceOrder { items: Some([car].into()), starts_on: scope.today(), plan: Plan::Full, expected: None };
    assert_eq!(orders::service::place_order(&mut tx, place).await.unwrap().payable, kes(47_754));
}

#[tokio::test]
async fn extras_change_both_prices_and_parts_come_from_the_one_that_holds() {
    let sale = Sale::open().await;
    sale.allow_instalments(12).await;
    let quote = sale.add(&sale.own(), the_car(&sale).await).await;
    sale.add(&sale.own(), accident(&sale).await).await;
    let mut tx = sale.own().begin_write().await.unwrap();
    let changed = insurance::quotes::service::choose_add_ons(&mut tx, &sale.shop.law, quote.offers[0].id, ["pvt".to_owned()].into()).await.unwrap();
    let offer = &changed.offers[0];
    assert!(offer.bundled.as_ref().unwrap().payable.minor < offer.payable().unwrap().minor);
    let cart = cart::service::view(&mut tx).await.unwrap();
    // 47,500 and 3,000 for the extra, less 5 %.
    assert_eq!(cart.lines[0].premium, Some(Money::new(4_797_500, Currency::KES)));
    for option in insurance::checkout::service::plans(&mut tx, sale.own().today()).await.unwrap() {
        let later: i64 = option.later.iter().map(|due| due.amount.minor).sum();
        assert_eq!(option.now.minor + later, cart.payable.minor, "{:?}", option.plan);
    }
}
