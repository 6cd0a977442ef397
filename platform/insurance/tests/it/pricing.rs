use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use insurance::{
    catalogue::{self, NewProduct, ProductFilter, ProductId, ProductPatch, ProductState},
    pricing::{Publish, service},
    quotes,
    text::LocalText,
};
use kernel::{AppResult, Kind, Scope, clock::Clock};

use crate::shop::{Shop, but, car, open};

const APA: &str = "apa-private-comprehensive";

fn today() -> NaiveDate {
    testkit::noon().date_naive()
}

fn figures(given: &[(&str, &str)]) -> BTreeMap<String, String> {
    given.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Drafts these figures and publishes them for a day.
async fn reprice(shop: &Shop, code: &str, given: &[(&str, &str)], effective_from: NaiveDate) -> AppResult<i32> {
    let product = shop.product(code).await;
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await?;
    let before = service::draft(&mut tx, product.id).await?;
    let draft = service::save_figures(&mut tx, &shop.law, product.id, before.version, &figures(given)).await?;
    let publish = Publish { draft_version: draft.version, effective_from, reason: "circular of the insurer".into() };
    let version = service::publish(&mut tx, &shop.law, product.id, publish).await?;
    tx.commit().await?;
    Ok(version.number)
}

/// The same person, so many days later.
fn later(shop: &Shop, scope: &Scope, days: u64) -> Scope {
    let then = testkit::noon().checked_add_days(Days::new(days)).unwrap();
    Scope::new(shop.world.app.db.clone(), shop.tenant.clone(), scope.audience, scope.actor.clone(), scope.request_id, Clock::fixed(then))
}

fn payable(quote: &quotes::Quote, code: &str) -> i64 {
    quote.offers.iter().find(|offer| offer.rule_version.starts_with(code)).and_then(|offer| offer.payable()).unwrap().minor
}

#[tokio::test]
async fn a_price_counts_from_its_day_and_open_quotes_keep_theirs() {
    let shop = open().await;
    let visitor = shop.world.visitor(&shop.tenant);
    let asked = but(car(), "value", "2,000,000");
    let before = shop.quote(&visitor, asked.clone()).await;
    // 4.5 % of 2,000,000, levies of 0.45 % of that, stamp duty of 40.
    assert_eq!(payable(&before, APA), 9_044_500);

    let in_a_week = today().checked_add_days(Days::new(7)).unwrap();
    assert_eq!(reprice(&shop, APA, &[("basic_premium.percent", "5")], in_a_week).await.unwrap(), 2);
    assert_eq!(payable(&shop.quote(&visitor, asked.clone()).await, APA), 9_044_500, "not yet");
    let then = later(&shop, &visitor, 7);
    assert_eq!(payable(&shop.quote(&then, asked).await, APA), 10_049_000, "from that day on");

    let mut tx = later(&shop, &visitor, 8).begin_write().await.unwrap();
    let offer = before.offers.iter().find(|offer| offer.rule_version.starts_with(APA)).unwrap();
    let kept = quotes::service::choose_add_ons(&mut tx, &shop.law, offer.id, ["pvt".to_owned()].into()).await.unwrap();
    let kept = kept.offers.iter().find(|kept| kept.id == offer.id).unwrap();
    assert!(kept.rule_version.starts_with("apa-private-comprehensive@1+"), "{}", kept.rule_version);
}

#[tokio::test]
async fn of_two_versions_for_one_day_the_last_one_counts() {
    let shop = open().await;
    reprice(&shop, APA, &[("basic_premium.percent", "6")], today()).await.unwrap();
    assert_eq!(reprice(&shop, APA, &[("basic_premium.percent", "5")], today()).await.unwrap(), 3);
    let quote = shop.quote(&shop.world.visitor(&shop.tenant), but(car(), "value", "2,000,000")).await;
    assert_eq!(payable(&quote, APA), 10_049_000);
}

#[tokio::test]
async fn a_planned_change_can_be_taken_back_until_it_counts() {
    let shop = open().await;
    let in_a_week = today().checked_add_days(Days::new(7)).unwrap();
    reprice(&shop, APA, &[("basic_premium.percent", "9")], in_a_week).await.unwrap();
    let product = shop.product(APA).await;
    let staff = shop.world.staff(&shop.tenant);
    let mut tx = staff.begin_write().await.unwrap();
    let planned = catalogue::service::versions(&mut tx, product.id).await.unwrap()[0].id;
    let error = service::take_back(&mut tx, product.id, product.current.id, "not needed").await.unwrap_err();
    assert!(error.is("product.version_not_planned"), "what counts is changed by a new version");
    service::take_back(&mut tx, product.id, planned, "the insurer withdrew it").await.unwrap();
    assert!(service::take_back(&mut tx, product.id, planned, "").await.is_err(), "a reason is needed");
    tx.commit().await.unwrap();
    let then = later(&shop, &shop.world.visitor(&shop.tenant), 7);
    assert_eq!(payable(&shop.quote(&then, but(car(), "value", "2,000,000")).await, APA), 9_044_500);
}

#[tokio::test]
async fn what_is_taken_back_leaves_the_change_planned_before_it() {
    let shop = open().await;
    let day = |days| today().checked_add_days(Days::new(days)).unwrap();
    reprice(&shop, APA, &[("basic_premium.percent", "5")], day(7)).await.unwrap();
    reprice(&shop, APA, &[("basic_premium.percent", "9")], day(14)).await.unwrap();
    let product = shop.product(APA).await;
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await.unwrap();
    let last = catalogue::service::versions(&mut tx, product.id).await.unwrap()[0].id;
    service::take_back(&mut tx, product.id, last, "the insurer withdrew it").await.unwrap();
    let again = service::take_back(&mut tx, product.id, last, "once more").await.unwrap_err();
    assert!(again.is("product.version_not_planned"), "it never comes to count: {again}");
    tx.commit().await.unwrap();
    let then = later(&shop, &shop.world.visitor(&shop.tenant), 14);
    assert_eq!(payable(&shop.quote(&then, but(car(), "value", "2,000,000")).await, APA), 10_049_000, "5 %, not 4.5 %");
}

#[tokio::test]
async fn a_draft_that_is_saved_while_it_is_published_is_not_lost() {
    let shop = open().await;
    let product = shop.product(APA).await;
    let staff = shop.world.staff(&shop.tenant);
    let mut tx = staff.begin_write().await.unwrap();
    service::save_figures(&mut tx, &shop.law, product.id, 0, &figures(&[("basic_premium.percent", "5")])).await.unwrap();
    tx.commit().await.unwrap();
    let mut saving = staff.begin_write().await.unwrap();
    service::save_figures(&mut saving, &shop.law, product.id, 1, &figures(&[("basic_premium.percent", "6")])).await.unwrap();
    let mut publishing = staff.begin_write().await.unwrap();
    let publish = Publish { draft_version: 1, effective_from: today(), reason: "circular".into() };
    let (published, saved) = tokio::join!(service::publish(&mut publishing, &shop.law, product.id, publish), saving.commit());
    saved.unwrap();
    assert!(published.unwrap_err().is("product.draft_changed"));
    drop(publishing);
    let mut tx = staff.begin_read().await.unwrap();
    assert_eq!(service::draft(&mut tx, product.id).await.unwrap().version, 2);
}

/// The draft's next version, with this percentage in it.
async fn save_percent(shop: &Shop, product: ProductId, expected: i32, percent: &str) -> AppResult<i32> {
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await?;
    let saved = service::save_figures(&mut tx, &shop.law, product, expected, &figures(&[("basic_premium.percent", percent)])).await?;
    tx.commit().await?;
    Ok(saved.version)
}

#[tokio::test]
async fn of_two_staff_who_edit_one_draft_the_second_is_told() {
    let shop = open().await;
    let product = shop.product(APA).await;
    let staff = shop.world.staff(&shop.tenant);
    let save = async |expected, percent: &str| save_percent(&shop, product.id, expected, percent).await;
    assert_eq!(save(0, "4.6").await.unwrap(), 1);
    let second = save(0, "4.7").await.unwrap_err();
    assert!(second.is("product.draft_changed") && second.kind == Kind::Precondition, "{second}");
    assert_eq!(save(1, "4.7").await.unwrap(), 2);

    let mut tx = staff.begin_write().await.unwrap();
    let stale = Publish { draft_version: 1, effective_from: today(), reason: "circular".into() };
    assert!(service::publish(&mut tx, &shop.law, product.id, stale).await.unwrap_err().is("product.draft_changed"));
    assert!(service::discard(&mut tx, product.id, 1).await.unwrap_err().is("product.draft_changed"));
    service::discard(&mut tx, product.id, 2).await.unwrap();
    assert!(service::discard(&mut tx, product.id, 2).await.unwrap_err().is("product.nothing_drafted"));
    let draft = service::draft(&mut tx, product.id).await.unwrap();
    assert!(draft.version == 3 && draft.saved.is_none() && !draft.is_changed());
}

#[tokio::test]
async fn an_edit_that_began_before_a_draft_was_published_is_refused_ever_after() {
    let shop = open().await;
    let product = shop.product(APA).await;
    let staff = shop.world.staff(&shop.tenant);
    let save = async |expected, percent: &str| save_percent(&shop, product.id, expected, percent).await;
    let read = async || service::draft(&mut staff.begin_read().await.unwrap(), product.id).await.unwrap();
    let untouched = read().await.version;
    let first = save(untouched, "5").await.unwrap();
    let mut tx = staff.begin_write().await.unwrap();
    let publish = Publish { draft_version: first, effective_from: today(), reason: "circular".into() };
    service::publish(&mut tx, &shop.law, product.id, publish).await.unwrap();
    tx.commit().await.unwrap();

    let between = read().await;
    assert!(between.saved.is_none(), "nothing is drafted");
    for stale in [untouched, first] {
        assert!(save(stale, "9").await.unwrap_err().is("product.draft_changed"), "version {stale} was of what is published");
    }
    let second = save(between.version, "6").await.unwrap();
    for stale in [untouched, first, between.version] {
        assert!(save(stale, "9").await.unwrap_err().is("product.draft_changed"), "version {stale} was of another draft");
    }
    let mut tx = staff.begin_write().await.unwrap();
    assert!(service::discard(&mut tx, product.id, first).await.unwrap_err().is("product.draft_changed"));
    service::discard(&mut tx, product.id, second).await.unwrap();
    tx.commit().await.unwrap();
    assert!(save(second, "9").await.unwrap_err().is("product.draft_changed"), "what is discarded stays so");
    let now = read().await;
    assert!(now.saved.is_none() && now.version > second);
}

#[tokio::test]
async fn what_cannot_be_published_changes_nothing() {
    let shop = open().await;
    let product = shop.product(APA).await;
    let staff = shop.world.staff(&shop.tenant);
    let mut tx = staff.begin_write().await.unwrap();
    let publish = |draft_version, effective_from, reason: &str| Publish { draft_version, effective_from, reason: reason.into() };
    let nothing = service::publish(&mut tx, &shop.law, product.id, publish(0, today(), "circular")).await.unwrap_err();
    assert!(nothing.is("product.nothing_drafted"));
    let greedy = service::save_figures(&mut tx, &shop.law, product.id, 0, &figures(&[("commission.percent", "50")])).await.unwrap_err();
    assert!(greedy.is("product.terms_faulty") && greedy.kind == Kind::Invalid, "the law limits commission: {greedy}");

    let same = service::save_figures(&mut tx, &shop.law, product.id, 0, &figures(&[("basic_premium.percent", "4.50")])).await.unwrap();
    let error = service::publish(&mut tx, &shop.law, product.id, publish(same.version, today(), "circular")).await.unwrap_err();
    assert!(error.is("product.nothing_changed"));
    let changed = service::save_figures(&mut tx, &shop.law, product.id, same.version, &figures(&[("basic_premium.percent", "5")])).await.unwrap();
    let yesterday = today().pred_opt().unwrap();
    let error = service::publish(&mut tx, &shop.law, product.id, publish(changed.version, yesterday, "")).await.unwrap_err();
    let fields: Vec<&str> = error.fields.iter().map(|field| field.field.as_ref()).collect();
    assert_eq!(fields, ["reason", "effective_from"]);
    assert_eq!(catalogue::service::versions(&mut tx, product.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_preview_prices_past_quotes_by_the_draft_and_changes_none() {
    let shop = open().await;
    let visitor = shop.world.visitor(&shop.tenant);
    for value in ["2,000,000", "4,000,000"] {
        shop.quote(&visitor, but(car(), "value", value)).await;
    }
    let product = shop.product(APA).await;
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await.unwrap();
    service::save_figures(&mut tx, &shop.law, product.id, 0, &figures(&[("basic_premium.percent", "5")])).await.unwrap();
    let preview = service::preview(&mut tx, &shop.law, product.id, today()).await.unwrap();
    assert_eq!((preview.dearer, preview.cheaper, preview.unchanged), (2, 0, 0));
    assert_eq!(preview.rows.iter().map(|row| row.after.unwrap().minor).collect::<Vec<_>>(), [20_094_000, 10_049_000]);
    let kept: Vec<i64> = sqlx::query_scalar("select payable_minor from quote_offers where product_id = $1 order by payable_minor")
        .bind(product.id.0)
        .fetch_all(tx.conn())
        .await
        .unwrap();
    assert_eq!(kept, [9_044_500, 18_085_000]);
}

#[tokio::test]
async fn a_new_product_is_a_draft_until_it_is_put_on_sale() {
    let shop = open().await;
    let (model, other) = (shop.product(APA).await, shop.product("britam-private-comprehensive").await);
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await.unwrap();
    let new = |name: &str| NewProduct { copy_of: model.id, insurer: other.insurer.id, name: LocalText::en(name), description: LocalText::default() };
    let product = catalogue::service::create(&mut tx, &shop.law, new(" Mfano Motor Plus ")).await.unwrap();
    assert_eq!((product.code.as_str(), product.state, product.sample), ("mfano-motor-plus", ProductState::Draft, false));
    assert_eq!((product.insurer.id, product.current.terms.clone()), (other.insurer.id, model.current.terms.clone()));
    assert!(catalogue::service::product_for_sale(&mut tx, product.id).await.unwrap_err().is("product.withdrawn"));
    let on_shelf = async |tx: &mut kernel::TenantTx| {
        catalogue::service::list_for_sale(tx, &ProductFilter::default()).await.unwrap().iter().any(|card| card.id == product.id)
    };
    assert!(!on_shelf(&mut tx).await);
    catalogue::service::reactivate(&mut tx, product.id, "").await.unwrap();
    assert!(on_shelf(&mut tx).await);

    let patch = ProductPatch { version: product.version, name: Some(LocalText::en("Mfano Motor")), description: None, needs_approval: None };
    assert!(catalogue::service::update(&mut tx, product.id, patch.clone()).await.unwrap_err().is("product.changed"), "it was put on sale meanwhile");
    let renamed = catalogue::service::update(&mut tx, product.id, ProductPatch { version: product.version + 1, ..patch }).await.unwrap();
    assert_eq!((renamed.name.get("en"), renamed.code.as_str()), ("Mfano Motor", "mfano-motor-plus"));
    let nameless = catalogue::service::create(&mut tx, &shop.law, new("  ")).await.unwrap_err();
    assert_eq!(nameless.fields[0].field, "name");
    let twice = catalogue::service::create(&mut tx, &shop.law, new("Mfano Motor Plus")).await.unwrap_err();
    assert!(twice.fields.iter().any(|field| field.code == "product-code-taken"), "{twice}");
}

#[tokio::test]
async fn drafts_are_for_staff() {
    let shop = open().await;
    let product = shop.product(APA).await;
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await.unwrap();
    service::save_figures(&mut tx, &shop.law, product.id, 0, &figures(&[("basic_premium.percent", "5")])).await.unwrap();
    tx.commit().await.unwrap();
    for scope in [shop.world.visitor(&shop.tenant), shop.world.customer(&shop.tenant, uuid::Uuid::now_v7())] {
        let mut tx = scope.begin_write().await.unwrap();
        assert!(service::draft(&mut tx, product.id).await.unwrap().saved.is_none());
        assert!(service::save_figures(&mut tx, &shop.law, product.id, 0, &figures(&[("basic_premium.percent", "1")])).await.is_err());
    }
}
