use insurance::{
    catalogue,
    quotes::{Asked, NewQuote, QuoteFilter, service},
};
use kernel::{Kind, Scope, paging::PageRequest};

use crate::shop::{Shop, car, open, stock};

async fn sees_nothing_of(shop: &Shop, scope: Scope, quote: &insurance::quotes::Quote, who: &str) {
    let mut tx = scope.begin_write().await.unwrap();
    assert_eq!(service::get(&mut tx, quote.id).await.unwrap_err().kind, Kind::NotFound, "{who}");
    assert!(service::offer_for_sale(&mut tx, quote.offers[0].id).await.is_err(), "{who}");
    assert!(service::choose_add_ons(&mut tx, &shop.law, quote.offers[0].id, ["pvt".to_owned()].into()).await.is_err(), "{who}");
    assert_eq!(service::list(&mut tx, &PageRequest::default(), &QuoteFilter::default()).await.unwrap().count, 0, "{who}");
    let touched = sqlx::query("update quote_offers set payable_minor = 1 where id = $1").bind(quote.offers[0].id.0).execute(tx.conn()).await.unwrap();
    assert_eq!(touched.rows_affected(), 0, "{who}");
}

#[tokio::test]
async fn a_quote_is_seen_by_its_visitor_and_by_staff_alone() {
    let shop = open().await;
    let other = shop.world.brokerage().await;
    stock(&shop.world, &other).await;
    let quote = shop.quote(&shop.world.visitor(&shop.tenant), car()).await;
    sees_nothing_of(&shop, shop.world.visitor(&shop.tenant), &quote, "another visitor").await;
    sees_nothing_of(&shop, shop.world.customer(&shop.tenant, uuid::Uuid::now_v7()), &quote, "a customer").await;
    sees_nothing_of(&shop, shop.world.staff(&other), &quote, "staff of another tenant").await;
    sees_nothing_of(&shop, shop.world.system(&other), &quote, "the system in another tenant").await;
    let mut tx = shop.world.staff(&shop.tenant).begin_read().await.unwrap();
    assert!(service::get(&mut tx, quote.id).await.is_ok());
}

#[tokio::test]
async fn a_visitor_cannot_take_a_quote_for_a_customer_nor_change_the_catalogue() {
    let shop = open().await;
    let visitor = shop.world.visitor(&shop.tenant);
    let quote = shop.quote(&visitor, car()).await;
    let mut tx = visitor.begin_write().await.unwrap();
    let taken = sqlx::query("update quotes set customer_id = $2 where id = $1").bind(quote.id.0).bind(uuid::Uuid::now_v7()).execute(tx.conn()).await;
    assert!(taken.is_err());
    drop(tx);
    let mut tx = visitor.begin_write().await.unwrap();
    assert!(catalogue::service::withdraw(&mut tx, quote.offers[0].product_id, "no longer agreed").await.is_err());
    drop(tx);
    let mut tx = visitor.begin_read().await.unwrap();
    assert!(catalogue::service::product_for_sale(&mut tx, quote.offers[0].product_id).await.is_ok());
    let contacts: i64 = sqlx::query_scalar("select count(*) from insurer_contacts").fetch_one(tx.conn()).await.unwrap();
    assert_eq!(contacts, 0, "people at insurers are for staff");
}

#[tokio::test]
async fn another_tenants_product_cannot_be_quoted() {
    let shop = open().await;
    let other = shop.world.brokerage().await;
    stock(&shop.world, &other).await;
    let product = shop.product("apa-private-comprehensive").await;
    let foreign = NewQuote { asked: Asked::Products(vec![product.id]), ..car() };
    assert!(shop.refused(&shop.world.visitor(&other), foreign).await.is("product.not_found"));
}

#[tokio::test]
async fn terms_of_a_version_are_never_changed() {
    let shop = open().await;
    let mut tx = shop.world.system(&shop.tenant).begin_write().await.unwrap();
    assert!(sqlx::query("update product_versions set number = 7").execute(tx.conn()).await.is_err());
}
