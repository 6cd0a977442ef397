//! What customers say of products: only of what they bought, once, and shown only after staff read it.

use insurance::{
    catalogue::{self, ProductFilter, ProductId, SortBy},
    policies::PolicyId,
    reviews::{Review, ReviewInput, ReviewState, service},
};
use kernel::Scope;

use crate::sale::Sale;

async fn insured(sale: &Sale) -> (PolicyId, ProductId) {
    let order = sale.order(&["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.work().await;
    let mut tx = sale.own().begin_read().await.unwrap();
    let line = insurance::orders::service::lines(&mut tx, order.id).await.unwrap().remove(0);
    (line.policy.unwrap(), line.product)
}

fn stars(rating: i16, body: &str) -> ReviewInput {
    ReviewInput { rating, body: body.to_owned() }
}

async fn write(scope: &Scope, policy: PolicyId, input: ReviewInput) -> kernel::AppResult<Review> {
    let mut tx = scope.begin_write().await?;
    let review = service::write(&mut tx, policy, "Asha M.", input).await?;
    tx.commit().await?;
    Ok(review)
}

async fn publish(sale: &Sale, review: &Review) {
    let mut tx = staff(sale).begin_write().await.unwrap();
    service::publish(&mut tx, review.id, review.version).await.unwrap();
    tx.commit().await.unwrap();
}

fn staff(sale: &Sale) -> Scope {
    sale.shop.world.staff(&sale.shop.tenant)
}

async fn seen(sale: &Sale, product: ProductId) -> (usize, Option<String>) {
    let mut tx = sale.shop.world.visitor(&sale.shop.tenant).begin_read().await.unwrap();
    let rating = service::rating(&mut tx, product).await.unwrap();
    (service::published(&mut tx, product).await.unwrap().len(), rating.map(|rating| rating.average().to_string()))
}

#[tokio::test]
async fn a_review_is_read_by_others_once_staff_published_it_and_waits_again_when_it_changes() {
    let sale = Sale::open().await;
    let (policy, product) = insured(&sale).await;
    let review = write(&sale.own(), policy, stars(4, "Quick.")).await.unwrap();
    assert_eq!(seen(&sale, product).await, (0, None));
    publish(&sale, &review).await;
    assert_eq!(seen(&sale, product).await, (1, Some("4".to_owned())));
    let again = write(&sale.own(), policy, stars(2, "Not any more.")).await.unwrap();
    assert_eq!((again.id, again.state), (review.id, ReviewState::Waiting), "one a policy");
    assert_eq!(seen(&sale, product).await, (0, None));
    publish(&sale, &again).await;
    assert_eq!(seen(&sale, product).await, (1, Some("2".to_owned())));
}

#[tokio::test]
async fn nobody_reviews_what_another_bought_or_without_stars() {
    let sale = Sale::open().await;
    let (policy, _) = insured(&sale).await;
    let stranger = sale.shop.world.customer(&sale.shop.tenant, uuid::Uuid::now_v7());
    assert!(write(&stranger, policy, stars(1, "")).await.unwrap_err().is("policy.not_found"));
    for rating in [0, 6] {
        assert_eq!(&*write(&sale.own(), policy, stars(rating, "")).await.unwrap_err().fields[0].field, "rating");
    }
}

#[tokio::test]
async fn a_hidden_review_is_its_writers_alone_and_says_why() {
    let sale = Sale::open().await;
    let (policy, product) = insured(&sale).await;
    let review = write(&sale.own(), policy, stars(1, "Ask for Juma.")).await.unwrap();
    let mut tx = staff(&sale).begin_write().await.unwrap();
    assert!(service::hide(&mut tx, review.id, review.version, " ").await.unwrap_err().is("validation_error"));
    service::hide(&mut tx, review.id, review.version, "It names a person.").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(seen(&sale, product).await, (0, None));
    let own = service::of_policy(&mut sale.own().begin_read().await.unwrap(), policy).await.unwrap().unwrap();
    assert_eq!((own.state, own.reason.as_str()), (ReviewState::Hidden, "It names a person."));
    let mut tx = sale.shop.world.visitor(&sale.shop.tenant).begin_read().await.unwrap();
    assert!(service::of_policy(&mut tx, policy).await.unwrap().is_none());
}

#[tokio::test]
async fn staff_judge_the_words_that_they_read() {
    let sale = Sale::open().await;
    let (policy, _) = insured(&sale).await;
    let read = write(&sale.own(), policy, stars(5, "Kind words.")).await.unwrap();
    write(&sale.own(), policy, stars(5, "Other words.")).await.unwrap();
    let mut tx = staff(&sale).begin_write().await.unwrap();
    assert!(service::publish(&mut tx, read.id, read.version).await.unwrap_err().is("review.changed"));
}

#[tokio::test]
async fn a_withdrawn_review_leaves_nothing() {
    let sale = Sale::open().await;
    let (policy, product) = insured(&sale).await;
    let review = write(&sale.own(), policy, stars(5, "")).await.unwrap();
    publish(&sale, &review).await;
    let mut tx = sale.own().begin_write().await.unwrap();
    service::withdraw(&mut tx, policy).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(seen(&sale, product).await, (0, None));
    let mut tx = sale.own().begin_write().await.unwrap();
    assert!(service::withdraw(&mut tx, policy).await.unwrap_err().is("review.not_found"));
}

#[tokio::test]
async fn the_shelf_is_ordered_by_what_is_bought_and_by_what_is_rated() {
    let sale = Sale::open().await;
    let (policy, product) = insured(&sale).await;
    publish(&sale, &write(&sale.own(), policy, stars(5, "")).await.unwrap()).await;
    let mut tx = sale.shop.world.visitor(&sale.shop.tenant).begin_read().await.unwrap();
    for sort in [SortBy::Popular, SortBy::Rating] {
        let shelf = catalogue::service::list_for_sale(&mut tx, &ProductFilter { sort, ..ProductFilter::default() }).await.unwrap();
        assert_eq!((shelf[0].id, shelf[0].sold), (product, 1), "{sort:?}");
        assert_eq!(shelf[0].rating.map(|rating| rating.count), Some(1));
    }
}
