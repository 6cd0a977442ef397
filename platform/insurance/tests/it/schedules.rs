//! Tenants get a job when something is due for them, on the day that it is where they are, and idle ones get none.

use chrono::{DateTime, Duration, Utc};
use insurance::{cancellations::TakeEffect, fulfilment::WatchInstalments, orders::jobs::ExpireOrders, plans::Plan, policies::jobs::TurnPolicies};
use kernel::{Tenant, jobs::Job};
use testkit::noon;

use crate::{
    cancellations::{agree_on_end, take_back},
    plans::divided,
    policies::insured,
    sale::Sale,
};

/// The first moment of a day in Nairobi, which is three hours ahead of UTC, so many days after that of the clock.
fn begin_of_day(days: i64) -> DateTime<Utc> {
    noon() + Duration::days(days) - Duration::hours(12)
}

async fn is_due<J: Job>(sale: &Sale, tenant: &Tenant, now: DateTime<Utc>) -> bool {
    testkit::is_due(&sale.shop.world.app.db, &insurance::module(), J::NAME, tenant, now).await
}

/// Not with the last second of the day before, and with the first of this one.
async fn begins_with_day<J: Job>(sale: &Sale, days: i64) -> bool {
    let (tenant, begin) = (&sale.shop.tenant, begin_of_day(days));
    !is_due::<J>(sale, tenant, begin - Duration::seconds(1)).await && is_due::<J>(sale, tenant, begin).await
}

#[tokio::test]
async fn orders_are_looked_at_when_the_last_day_of_one_is_over() {
    let sale = Sale::open().await;
    let idle = sale.shop.world.brokerage().await;
    sale.order(&["KDA 123A"]).await;
    assert!(begins_with_day::<ExpireOrders>(&sale, 14).await);
    assert!(!is_due::<ExpireOrders>(&sale, &idle, begin_of_day(14)).await);
    sale.advance_days(14);
    ExpireOrders.run(sale.cx()).await.unwrap();
    assert!(!is_due::<ExpireOrders>(&sale, &sale.shop.tenant, begin_of_day(20)).await);
}

#[tokio::test]
async fn policies_are_looked_at_with_the_first_tick_of_every_day() {
    let sale = Sale::open().await;
    let idle = sale.shop.world.brokerage().await;
    insured(&sale).await;
    assert!(is_due::<TurnPolicies>(&sale, &sale.shop.tenant, noon()).await);
    for day in [1, 2] {
        TurnPolicies.run(sale.cx()).await.unwrap();
        assert!(begins_with_day::<TurnPolicies>(&sale, day).await);
        sale.advance_days(1);
    }
    assert!(!is_due::<TurnPolicies>(&sale, &idle, begin_of_day(2)).await);
}

#[tokio::test]
async fn agreed_ends_are_looked_at_with_the_first_tick_of_every_day_once_there_is_one() {
    let sale = Sale::open().await;
    let policy = insured(&sale).await;
    assert!(!is_due::<TakeEffect>(&sale, &sale.shop.tenant, begin_of_day(1)).await);
    agree_on_end(&sale, policy, 10).await;
    assert!(is_due::<TakeEffect>(&sale, &sale.shop.tenant, noon()).await);
    TakeEffect.run(sale.cx()).await.unwrap();
    assert!(begins_with_day::<TakeEffect>(&sale, 1).await);
}

#[tokio::test]
async fn instalments_are_looked_at_once_a_day_while_one_is_late() {
    let (sale, order) = divided(Plan::Two, &["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.work().await;
    assert!(begins_with_day::<WatchInstalments>(&sale, 31).await, "the day on which it is due is not late");
    sale.advance_days(31);
    WatchInstalments.run(sale.cx()).await.unwrap();
    assert!(begins_with_day::<WatchInstalments>(&sale, 32).await);
    sale.pay(&order).await;
    sale.work().await;
    assert!(!is_due::<WatchInstalments>(&sale, &sale.shop.tenant, begin_of_day(60)).await);
}

#[tokio::test]
async fn an_instalment_whose_money_was_taken_back_is_looked_at_on_the_same_day() {
    let (sale, order) = divided(Plan::Two, &["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.work().await;
    sale.advance_days(31);
    WatchInstalments.run(sale.cx()).await.unwrap();
    sale.pay(&order).await;
    sale.work().await;
    take_back(&sale, &order).await;
    sale.work().await;
    assert!(is_due::<WatchInstalments>(&sale, &sale.shop.tenant, sale.system().now()).await);
}
