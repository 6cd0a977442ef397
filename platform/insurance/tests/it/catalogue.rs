use insurance::{
    catalogue::{NewProduct, ProductFilter, ProductPatch, ProductState, SortBy, service},
    figures::Percent,
    insurers::{self, InsurerInput, InsurerPatch, InsurerState, NewContact},
    text::LocalText,
};
use kernel::{Kind, paging::PageRequest};
use serde_json::json;

use crate::shop::{but, car, open};

#[tokio::test]
async fn a_new_brokerage_has_the_categories_and_insurers_of_the_pack_and_products_marked_as_samples() {
    let shop = open().await;
    let mut tx = shop.world.visitor(&shop.tenant).begin_read().await.unwrap();
    let categories = service::list_categories(&mut tx).await.unwrap();
    assert_eq!(categories.len(), 16);
    assert_eq!(categories[0].code, "motor-comprehensive", "in the order of the pack");
    assert!(categories.iter().all(|category| if category.code == "life" { category.products == 0 } else { category.products >= 3 }));
    let cards = service::list_for_sale(&mut tx, &ProductFilter::default()).await.unwrap();
    assert!(cards.len() >= 48 && cards.iter().all(|card| card.sample));
    drop(tx);
    let mut tx = shop.world.staff(&shop.tenant).begin_read().await.unwrap();
    assert_eq!(insurers::service::list(&mut tx, &PageRequest::default()).await.unwrap().count, 6);
    let origins: i64 =
        sqlx::query_scalar("select count(*) from products where tenant_id = $1 and origin_pack = 'kenya-brokerage' and length(origin_hash) = 64")
            .bind(shop.tenant.id.0)
            .fetch_one(tx.conn())
            .await
            .unwrap();
    assert_eq!(origins, i64::try_from(cards.len()).unwrap(), "every product says which file of the pack it is");
}

#[tokio::test]
async fn the_shelf_narrows_and_sorts() {
    let shop = open().await;
    let mut tx = shop.world.visitor(&shop.tenant).begin_read().await.unwrap();
    let third_party = ProductFilter { category: Some("motor-third-party".into()), sort: SortBy::PriceAsc, ..ProductFilter::default() };
    let prices: Vec<i64> = service::list_for_sale(&mut tx, &third_party).await.unwrap().iter().map(|c| c.price_from.unwrap().minor).collect();
    assert_eq!(prices, [750_000, 780_000, 820_000, 900_000, 950_000]);
    let up_to = ProductFilter { max_price: Some(8_000), category: Some("motor-third-party".into()), ..ProductFilter::default() };
    assert_eq!(service::list_for_sale(&mut tx, &up_to).await.unwrap().len(), 2);
    let words = ProductFilter { search: Some("  BRITAM  accident ".into()), ..ProductFilter::default() };
    assert_eq!(
        service::list_for_sale(&mut tx, &words).await.unwrap().iter().map(|c| c.code.as_str()).collect::<Vec<_>>(),
        ["britam-personal-accident", "britam-group-accident"]
    );
    let company = ProductFilter { company: Some("jubilee".into()), ..ProductFilter::default() };
    assert!(service::list_for_sale(&mut tx, &company).await.unwrap().iter().all(|c| c.insurer_name.starts_with("Jubilee")));
}

#[tokio::test]
async fn a_withdrawn_product_leaves_the_shelf_and_refuses_quotes_until_it_is_put_back() {
    let shop = open().await;
    let product = shop.product("apa-private-comprehensive").await;
    let staff = shop.world.staff(&shop.tenant);
    let mut tx = staff.begin_write().await.unwrap();
    let withdrawn = service::withdraw(&mut tx, product.id, "rates under review").await.unwrap();
    assert_eq!((withdrawn.state, withdrawn.version), (ProductState::Withdrawn, product.version + 1));
    assert_eq!(service::withdraw(&mut tx, product.id, "again").await.unwrap().version, withdrawn.version, "repeating changes nothing");
    tx.commit().await.unwrap();

    let visitor = shop.world.visitor(&shop.tenant);
    let alone = insurance::quotes::NewQuote { asked: insurance::quotes::Asked::Products(vec![product.id]), ..car() };
    let error = shop.refused(&visitor, alone.clone()).await;
    assert!(error.is("product.withdrawn") && error.kind == Kind::Conflict, "{error}");
    let others = shop.quote(&visitor, car()).await;
    assert!(!others.offers.is_empty() && others.offers.iter().all(|offer| offer.product_id != product.id));

    let mut tx = staff.begin_write().await.unwrap();
    service::reactivate(&mut tx, product.id, "").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.quote(&visitor, alone).await.offers.len(), 1);
}

#[tokio::test]
async fn products_of_an_inactive_insurer_are_not_sold() {
    let shop = open().await;
    let product = shop.product("apa-private-comprehensive").await;
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await.unwrap();
    let patch = InsurerPatch {
        version: insurers::service::get(&mut tx, product.insurer.id).await.unwrap().0.version,
        state: Some(InsurerState::Inactive),
        email: Some("desk@example.com".into()),
        ..InsurerPatch::default()
    };
    let changed = insurers::service::update(&mut tx, product.insurer.id, patch.clone()).await.unwrap();
    assert!(!changed.sample, "whoever changes an insurer has confirmed it");
    assert!(insurers::service::update(&mut tx, product.insurer.id, patch).await.unwrap_err().is("insurer.changed"));
    assert!(service::product_for_sale(&mut tx, product.id).await.unwrap_err().is("product.withdrawn"));
    let cards = service::list_for_sale(&mut tx, &ProductFilter::default()).await.unwrap();
    assert!(cards.iter().all(|card| card.insurer_id != product.insurer.id));
    tx.commit().await.unwrap();
    let quote = shop.quote(&shop.world.visitor(&shop.tenant), but(car(), "value", "2,000,000")).await;
    assert!(quote.offers.iter().all(|offer| offer.insurer_name != changed.name));
}

#[tokio::test]
async fn an_insurer_has_contacts_of_which_one_is_primary() {
    let shop = open().await;
    let insurer = shop.product("apa-private-comprehensive").await.insurer;
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await.unwrap();
    let desk = |name: &str| NewContact {
        name: name.into(),
        email: "desk@example.com".into(),
        phone: "0700 000 120".into(),
        is_primary: true,
        ..NewContact::default()
    };
    insurers::service::add_contact(&mut tx, insurer.id, desk("Underwriting desk")).await.unwrap();
    let contacts = insurers::service::add_contact(&mut tx, insurer.id, desk("Claims desk")).await.unwrap();
    assert_eq!(contacts.iter().map(|c| (c.name.as_str(), c.is_primary)).collect::<Vec<_>>(), [("Claims desk", true), ("Underwriting desk", false)]);
    assert_eq!(contacts[0].phone, "+254700000120");
    insurers::service::remove_contact(&mut tx, insurer.id, contacts[0].id).await.unwrap();
    assert!(insurers::service::remove_contact(&mut tx, insurer.id, contacts[0].id).await.unwrap_err().is("insurer.contact_not_found"));
    let bad = NewContact { email: "no".into(), ..NewContact::default() };
    let fields: Vec<_> =
        insurers::service::add_contact(&mut tx, insurer.id, bad).await.unwrap_err().fields.into_iter().map(|f| f.field.to_string()).collect();
    assert_eq!(fields, ["name", "email"]);
}

#[tokio::test]
async fn an_insurer_is_added_with_what_is_agreed_and_its_new_products_begin_with_its_commission() {
    let shop = open().await;
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await.unwrap();
    let input = InsurerInput {
        name: "Mfano Assurance".into(),
        contract_start: Some("2026-01-01".parse().unwrap()),
        contract_end: Some("2026-12-31".parse().unwrap()),
        default_commission: Percent::parse("7.25"),
        ..InsurerInput::default()
    };
    let backwards = InsurerInput { contract_end: Some("2025-12-31".parse().unwrap()), website: "mfano".into(), ..input.clone() };
    let refused = insurers::service::create(&mut tx, backwards).await.unwrap_err();
    assert_eq!(refused.fields.iter().map(|field| field.field.as_ref()).collect::<Vec<_>>(), ["website", "contract_end"]);
    let insurer = insurers::service::create(&mut tx, input.clone()).await.unwrap();
    assert_eq!((insurer.code.as_str(), insurer.sample), ("mfano-assurance", false));
    let (kept, _) = insurers::service::get(&mut tx, insurer.id).await.unwrap();
    assert_eq!(kept, insurer);
    let model = shop.product("apa-private-comprehensive").await;
    let new = NewProduct { copy_of: model.id, insurer: insurer.id, name: LocalText::en("Mfano Motor"), description: LocalText::default() };
    let product = service::create(&mut tx, &shop.law, new).await.unwrap();
    assert_eq!(product.current.terms.commission_percent.to_string(), "7.25");
    let patch = InsurerPatch { version: insurer.version, contract_end: Some(None), ..InsurerPatch::default() };
    assert_eq!(insurers::service::update(&mut tx, insurer.id, patch).await.unwrap().contract_end, None, "open from now on");
    let twice = insurers::service::create(&mut tx, input).await.unwrap_err();
    assert!(twice.fields.iter().any(|field| field.code == "insurer-name-taken"), "{twice}");
}

#[tokio::test]
async fn a_patch_clears_what_is_null_and_keeps_what_it_does_not_name() {
    let shop = open().await;
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await.unwrap();
    let input = InsurerInput {
        name: "Mfano Assurance".into(),
        email: "desk@example.com".into(),
        website: "https://example.com".into(),
        contract_end: Some("2026-12-31".parse().unwrap()),
        ..InsurerInput::default()
    };
    let insurer = insurers::service::create(&mut tx, input).await.unwrap();
    let patch: InsurerPatch = serde_json::from_value(json!({ "version": insurer.version, "website": null, "contract_end": null })).unwrap();
    let after = insurers::service::update(&mut tx, insurer.id, patch).await.unwrap();
    assert_eq!((after.website.as_str(), after.contract_end, after.email.as_str()), ("", None, "desk@example.com"));

    let product = shop.product("apa-private-comprehensive").await;
    assert_ne!(product.description, LocalText::default());
    let patch: ProductPatch = serde_json::from_value(json!({ "version": product.version, "description": null })).unwrap();
    let after = service::update(&mut tx, product.id, patch).await.unwrap();
    assert_eq!((after.description, after.name), (LocalText::default(), product.name));
    let nameless: ProductPatch = serde_json::from_value(json!({ "version": product.version + 1, "name": null })).unwrap();
    assert_eq!(service::update(&mut tx, product.id, nameless).await.unwrap_err().fields[0].field, "name", "a name cannot be missing");
}
