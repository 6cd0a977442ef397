use insurance::{
    cart::{CartChange, service},
    catalogue,
    checkout::{self, CheckoutStep},
    quotes,
};
use kernel::Kind;

use crate::{
    sale::Sale,
    shop::{but, car},
};

#[tokio::test]
async fn a_visitors_cart_shows_each_cover_with_its_price_and_their_sum() {
    let sale = Sale::open().await;
    let visitor = sale.shop.world.visitor(&sale.shop.tenant);
    let one = sale.add_car(&visitor, "KDA 123A").await;
    let two = sale.add_car(&visitor, "KDB 456B").await;
    let mut tx = visitor.begin_read().await.unwrap();
    let cart = service::view(&mut tx).await.unwrap();
    assert!(cart.can_check_out);
    assert_eq!(cart.lines.iter().map(|line| line.plate.as_deref().unwrap()).collect::<Vec<_>>(), ["KDA 123A", "KDB 456B"]);
    let expected = one.offers[0].payable().unwrap().minor + two.offers[0].payable().unwrap().minor;
    assert_eq!(cart.payable.minor, expected);
    assert_eq!(cart.lines[0].breakdown, one.offers[0].premium().unwrap().lines);

    let other = sale.shop.world.visitor(&sale.shop.tenant);
    let mut tx = other.begin_write().await.unwrap();
    assert!(service::view(&mut tx).await.unwrap().lines.is_empty(), "carts are private");
    assert!(service::add(&mut tx, one.offers[1].id).await.unwrap_err().is("quote.not_found"));
    assert!(service::remove(&mut tx, cart.lines[0].id).await.unwrap_err().is("cart.item_not_found"));
    let mut tx = sale.staff().begin_read().await.unwrap();
    assert_eq!(service::view(&mut tx).await.unwrap_err().kind, Kind::Forbidden);
}

#[tokio::test]
async fn one_risk_stands_in_the_cart_once_whichever_offer_was_chosen_last() {
    let sale = Sale::open().await;
    let scope = sale.own();
    let quote = sale.add_car(&scope, "KDA 123A").await;
    let mut tx = scope.begin_write().await.unwrap();
    for offer in [quote.offers[1].id, quote.offers[1].id, quote.offers[2].id] {
        let cart = service::add(&mut tx, offer).await.unwrap();
        assert_eq!(cart.lines.iter().map(|line| line.offer).collect::<Vec<_>>(), [offer]);
    }
    let cart = service::view(&mut tx).await.unwrap();
    let emptied = service::remove(&mut tx, cart.lines[0].id).await.unwrap();
    assert!(emptied.lines.is_empty() && !emptied.can_check_out);
}

#[tokio::test]
async fn extras_and_first_day_of_an_item_can_be_changed() {
    let sale = Sale::open().await;
    let scope = sale.own();
    let quote = sale.add_car(&scope, "KDA 123A").await;
    let mut tx = scope.begin_write().await.unwrap();
    let item = service::view(&mut tx).await.unwrap().lines[0].clone();
    let wish = CartChange { add_ons: Some(["pvt".to_owned()].into()), starts_on: scope.today().succ_opt() };
    let changed = service::change(&mut tx, &sale.shop.law, item.id, wish).await.unwrap().lines[0].clone();
    assert!(changed.payable.unwrap().minor > item.payable.unwrap().minor);
    assert_eq!((changed.starts_on, changed.offer), (scope.today().succ_opt(), quote.offers[0].id));
    let past = CartChange { starts_on: scope.today().pred_opt(), ..CartChange::default() };
    let error = service::change(&mut tx, &sale.shop.law, item.id, past).await.unwrap_err();
    assert_eq!((&*error.fields[0].field, &*error.fields[0].code), ("starts_on", "order-start-past"));
}

#[tokio::test]
async fn what_can_no_longer_be_bought_stays_visible_with_its_reason_and_blocks_checkout() {
    let sale = Sale::open().await;
    let scope = sale.own();
    let quote = sale.add_car(&scope, "KDA 123A").await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    catalogue::service::withdraw(&mut tx, quote.offers[0].product_id, "no longer agreed").await.unwrap();
    tx.commit().await.unwrap();
    let problem = async || {
        let mut tx = scope.begin_read().await.unwrap();
        let cart = service::view(&mut tx).await.unwrap();
        assert!(!cart.can_check_out && cart.payable.is_zero());
        cart.lines[0].problem.clone().unwrap().code
    };
    assert_eq!(problem().await, "product.withdrawn");
    assert!(sale.try_order().await.unwrap_err().is("product.withdrawn"));
    sale.advance_days(30);
    assert_eq!(problem().await, "quote.expired");
    let error = sale.try_order().await.unwrap_err();
    assert!(error.is("quote.expired") && error.kind == Kind::Conflict, "{error}");
    let mut tx = scope.begin_write().await.unwrap();
    assert!(checkout::service::begin(&mut tx).await.unwrap_err().is("cart.has_problems"));
}

#[tokio::test]
async fn a_purchase_begun_as_visitor_goes_on_as_customer_step_by_step() {
    let sale = Sale::open().await;
    let visitor = sale.shop.world.visitor(&sale.shop.tenant);
    let mut tx = visitor.begin_write().await.unwrap();
    assert!(checkout::service::begin(&mut tx).await.unwrap_err().is("cart.empty"));
    drop(tx);
    let quote = sale.add(&visitor, but(car(), "plate", "KDA 123A")).await;
    let mut tx = visitor.begin_write().await.unwrap();
    let begun = checkout::service::begin(&mut tx).await.unwrap();
    assert_eq!(checkout::service::begin(&mut tx).await.unwrap(), begun, "taken up, not begun twice");
    assert!(checkout::service::save_details(&mut tx, begun.id, visitor.today()).await.unwrap_err().is("unauthenticated"));
    tx.commit().await.unwrap();

    let mut tx = sale.system().begin_write().await.unwrap();
    checkout::service::adopt(&mut tx, visitor.visitor().unwrap(), sale.customer.id).await.unwrap();
    tx.commit().await.unwrap();

    let own = sale.own();
    let mut tx = own.begin_write().await.unwrap();
    assert_eq!(checkout::service::current(&mut tx).await.unwrap().unwrap().id, begun.id);
    assert!(checkout::service::place(&mut tx, begun.id, None).await.unwrap_err().is("checkout.wrong_step"));
    let starts_on = own.today().succ_opt().unwrap();
    assert_eq!(checkout::service::save_details(&mut tx, begun.id, starts_on).await.unwrap().step, CheckoutStep::Documents);
    assert_eq!(checkout::service::save_documents(&mut tx, begun.id).await.unwrap().step, CheckoutStep::Payment);
    let order = checkout::service::place(&mut tx, begun.id, None).await.unwrap();
    assert_eq!(checkout::service::place(&mut tx, begun.id, None).await.unwrap(), order, "asking again gives the same order");
    assert!(checkout::service::current(&mut tx).await.unwrap().is_none());
    tx.commit().await.unwrap();

    let mut tx = own.begin_read().await.unwrap();
    let lines = insurance::orders::service::lines(&mut tx, order.id).await.unwrap();
    assert_eq!(lines.iter().map(|line| (line.quote, line.starts_on)).collect::<Vec<_>>(), [(quote.id, starts_on)]);
    let mut tx = visitor.begin_read().await.unwrap();
    assert!(service::view(&mut tx).await.unwrap().lines.is_empty());
    assert!(quotes::service::get(&mut tx, quote.id).await.unwrap_err().is("quote.not_found"), "the cookie no longer opens it");
}
