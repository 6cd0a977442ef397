use std::collections::BTreeSet;

use chrono::Duration;
use crm::customers::CustomerInput;
use insurance::{
    catalogue, orders,
    quotes::{Asked, NewQuote, OfferOutcome, Quote, QuoteFilter, service},
    rating::LineKind,
};
use kernel::{Kind, Sight, paging::PageRequest};

use crate::{
    sale::Sale,
    shop::{Shop, answers, but, car, open},
};

fn of<'a>(quote: &'a Quote, code: &str) -> &'a insurance::quotes::Offer {
    quote.offers.iter().find(|offer| offer.product_code == code).unwrap()
}

fn keys(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[tokio::test]
async fn one_set_of_answers_gives_an_offer_of_each_insurer_with_the_cheapest_first() {
    let shop = open().await;
    let quote = shop.quote(&shop.world.visitor(&shop.tenant), car()).await;
    assert_eq!(quote.reference, "QUO-2026-00001");
    assert_eq!(quote.plate.as_deref(), Some("KDA 123A"));
    assert_eq!(quote.valid_until.to_string(), "2026-12-06", "fourteen days, today included");
    let payable: Vec<i64> = quote.offers.iter().map(|offer| offer.payable().unwrap().minor).collect();
    assert!(quote.offers.len() >= 3 && payable.is_sorted(), "{payable:?}");
    assert_eq!(quote.offers.iter().map(|offer| offer.rank).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);

    let apa = of(&quote, "apa-private-comprehensive");
    assert_eq!(apa.rule_version, "apa-private-comprehensive@1+ke-premium-2024");
    let premium = apa.premium().unwrap();
    assert_eq!((premium.total.minor, premium.payable.minor, premium.sum_insured.unwrap().minor), (4_524_250, 4_524_300, 100_000_000));
    let lines: Vec<(&str, i64)> = premium.lines.iter().map(|line| (line.code.as_str(), line.amount.minor)).collect();
    assert_eq!(
        lines,
        [("basic_premium", 4_500_000), ("training_levy", 9_000), ("compensation_fund", 11_250), ("stamp_duty", 4_000), ("rounding", 50)]
    );
}

#[tokio::test]
async fn who_sees_only_some_customers_asks_no_price_for_nobody() {
    let sale = Sale::open().await;
    let (staff, nobodys) = (sale.staff(), car());
    let limited = staff.seeing(Sight::Own);
    assert!(nobodys.customer.is_none());
    assert!(sale.shop.refused(&limited, nobodys.clone()).await.is("sight.limited"));
    assert!(sale.shop.quote(&staff, nobodys).await.customer.is_none());
}

#[tokio::test]
async fn choosing_extras_prices_the_offer_again_and_ranks_it_anew() {
    let shop = open().await;
    let visitor = shop.world.visitor(&shop.tenant);
    let quote = shop.quote(&visitor, car()).await;
    let cheapest = &quote.offers[0];
    assert_eq!(cheapest.product_code, "apa-private-comprehensive");
    let mut tx = visitor.begin_write().await.unwrap();
    let with = service::choose_add_ons(&mut tx, &shop.law, cheapest.id, keys(&["pvt", "excess_protector"])).await.unwrap();
    let offer = with.offer(cheapest.id).unwrap();
    let extras: Vec<i64> = offer.premium().unwrap().lines.iter().filter(|line| line.kind == LineKind::AddOn).map(|line| line.amount.minor).collect();
    assert_eq!(extras, [250_000, 250_000], "a quarter of a percent of a million is the lowest price of each");
    assert!(offer.payable().unwrap().minor > cheapest.payable().unwrap().minor);
    assert!(with.offers.iter().map(|offer| offer.payable().unwrap().minor).is_sorted());

    let without = service::choose_add_ons(&mut tx, &shop.law, cheapest.id, keys(&[])).await.unwrap();
    assert_eq!(without.offers, quote.offers, "taking extras back gives the first price again");
    for chosen in [keys(&[]), keys(&["pvt"])] {
        service::choose_add_ons(&mut tx, &shop.law, cheapest.id, chosen).await.unwrap();
        let sale = service::offer_for_sale(&mut tx, cheapest.id).await.unwrap();
        let prices = service::prices_of_extras(&shop.law, &sale).unwrap();
        assert_eq!(["pvt", "excess_protector"].map(|key| prices[key].minor), [250_000, 250_000], "before they are chosen and after");
    }
    let error = service::choose_add_ons(&mut tx, &shop.law, cheapest.id, keys(&["courtesy_car"])).await.unwrap_err();
    assert!(error.is("quote.unknown_add_on"), "another product's extra is not this one's: {error}");
}

#[tokio::test]
async fn an_insurer_that_declines_says_why_and_comes_last() {
    let shop = open().await;
    let quote = shop.quote(&shop.world.visitor(&shop.tenant), but(car(), "year", "2013")).await;
    let declined: Vec<&str> = quote.offers.iter().filter(|o| o.premium().is_none()).map(|o| o.product_code.as_str()).collect();
    assert_eq!(declined, ["apa-private-comprehensive", "jubilee-private-comprehensive"], "13 years are too many for two of them");
    assert_eq!(quote.offers[0].product_code, "cic-private-comprehensive");
    let apa = of(&quote, "apa-private-comprehensive");
    let OfferOutcome::Declined(why) = &apa.outcome else { panic!("taken") };
    assert_eq!((why[0].code.as_str(), why[0].question.as_str(), why[0].limit.as_str()), ("vehicle_too_old", "year", "12"));
    assert_eq!(why[0].label.get("en"), "Year of manufacture");
    let mut tx = shop.world.staff(&shop.tenant).begin_read().await.unwrap();
    assert!(service::offer_for_sale(&mut tx, apa.id).await.unwrap_err().is("quote.declined"));
}

#[tokio::test]
async fn a_quote_that_everybody_declines_is_kept_as_an_answer() {
    let shop = open().await;
    let quote = shop.quote(&shop.world.visitor(&shop.tenant), but(car(), "use", "hire")).await;
    assert!(quote.offers.iter().all(|offer| offer.premium().is_none()));
    assert_eq!(quote.valid_until, quote.priced_on);
}

#[tokio::test]
async fn answers_that_cannot_be_are_refused_beside_their_question_and_nothing_is_stored() {
    let shop = open().await;
    let visitor = shop.world.visitor(&shop.tenant);
    let error = shop.refused(&visitor, but(but(car(), "year", "2031"), "value", "-5")).await;
    assert_eq!(error.kind, Kind::Invalid);
    let fields: BTreeSet<(String, String)> = error.fields.iter().map(|f| (f.field.to_string(), f.code.to_string())).collect();
    assert_eq!(fields, [("year", "quote-answer-too-large"), ("value", "quote-answer-too-small")].map(|(f, c)| (f.to_owned(), c.to_owned())).into());
    assert_eq!(error.fields.len(), 2, "each once, though every product asks");
    assert!(shop.refused(&visitor, but(car(), "colour", "red")).await.fields[0].field == "colour");
    assert!(shop.refused(&visitor, NewQuote { asked: Asked::Category("submarines".into()), ..car() }).await.is("category.not_found"));
    assert!(shop.refused(&visitor, NewQuote { asked: Asked::Category("life".into()), ..car() }).await.is("quote.nothing_for_sale"));
    assert!(shop.refused(&visitor, NewQuote { add_ons: keys(&["jacuzzi"]), ..car() }).await.is("quote.unknown_add_on"));
    let mut tx = visitor.begin_read().await.unwrap();
    assert!(service::list_own(&mut tx).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_expired_quote_is_not_for_sale_and_is_repeated_at_todays_price() {
    let shop = open().await;
    let visitor = shop.world.visitor(&shop.tenant);
    let quote = shop.quote(&visitor, NewQuote { add_ons: keys(&["pvt"]), ..car() }).await;
    let offer = quote.offers[0].id;
    shop.world.app.clock.advance(Duration::days(13));
    let mut tx = visitor.begin_write().await.unwrap();
    assert!(service::offer_for_sale(&mut tx, offer).await.is_ok(), "the last day counts");
    shop.world.app.clock.advance(Duration::days(1));
    let error = service::offer_for_sale(&mut tx, offer).await.unwrap_err();
    assert!(error.is("quote.expired") && error.kind == Kind::Conflict && error.params == [("date", "2026-12-06".to_owned())], "{error:?}");
    assert!(service::choose_add_ons(&mut tx, &shop.law, offer, keys(&[])).await.unwrap_err().is("quote.expired"));
    let again = service::repeat(&mut tx, &shop.law, quote.id).await.unwrap();
    assert_eq!(
        (again.answers == quote.answers, again.offers.len(), again.valid_until.to_string()),
        (true, quote.offers.len(), "2026-12-20".to_owned())
    );
    assert!(again.offers.iter().all(|offer| offer.add_ons == keys(&["pvt"])));
    tx.commit().await.unwrap();
    assert_eq!(
        service::list_own(&mut visitor.begin_read().await.unwrap()).await.unwrap().iter().map(|q| q.id).collect::<Vec<_>>(),
        [again.id, quote.id]
    );
}

#[tokio::test]
async fn an_offer_of_a_withdrawn_product_passes_no_checkout() {
    let shop = open().await;
    let visitor = shop.world.visitor(&shop.tenant);
    let quote = shop.quote(&visitor, car()).await;
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await.unwrap();
    catalogue::service::withdraw(&mut tx, quote.offers[0].product_id, "no longer agreed").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = visitor.begin_write().await.unwrap();
    assert!(service::offer_for_sale(&mut tx, quote.offers[0].id).await.unwrap_err().is("product.withdrawn"));
    assert!(service::choose_add_ons(&mut tx, &shop.law, quote.offers[0].id, keys(&["pvt"])).await.unwrap_err().is("product.withdrawn"));
    assert!(service::offer_for_sale(&mut tx, quote.offers[1].id).await.is_ok());
}

#[tokio::test]
async fn a_newer_version_of_a_product_leaves_quotes_at_the_terms_they_were_given() {
    let shop = open().await;
    let visitor = shop.world.visitor(&shop.tenant);
    let quote = shop.quote(&visitor, car()).await;
    let offer = of(&quote, "apa-private-comprehensive");
    dearer(&shop, offer.product_id.0).await;
    let mut tx = visitor.begin_write().await.unwrap();
    let same = service::choose_add_ons(&mut tx, &shop.law, offer.id, keys(&[])).await.unwrap();
    assert_eq!(same.offer(offer.id).unwrap().payable(), offer.payable());
    let sale = service::offer_for_sale(&mut tx, offer.id).await.unwrap();
    assert_eq!((sale.version.number, sale.product.current.number), (1, 2));
    let again = service::repeat(&mut tx, &shop.law, quote.id).await.unwrap();
    let repeated = of(&again, "apa-private-comprehensive");
    assert_eq!(repeated.rule_version, "apa-private-comprehensive@2+ke-premium-2024");
    assert!(repeated.payable().unwrap().minor > offer.payable().unwrap().minor);
}

/// Gives the product a second version at nine percent, as an upgrade of a catalogue does.
async fn dearer(shop: &Shop, product: uuid::Uuid) {
    let mut tx = shop.world.staff(&shop.tenant).begin_write().await.unwrap();
    sqlx::query(
        "insert into product_versions (tenant_id, id, product_id, number, effective_from, terms, created_at, created_by)
         select tenant_id, gen_random_uuid(), product_id, 2, effective_from, jsonb_set(terms, '{pricing,0,percent}', '\"9\"'), created_at, 'test'
         from product_versions where tenant_id = $1 and product_id = $2",
    )
    .bind(shop.tenant.id.0)
    .bind(product)
    .execute(tx.conn())
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn personal_accident_is_priced_by_sum_and_kind_of_work() {
    let shop = open().await;
    let new = |class: &str| NewQuote {
        asked: Asked::Category("personal-accident".into()),
        answers: answers(&[("date_of_birth", "1990-05-17"), ("occupation_class", class), ("capital_sum", "2,000,000")]),
        add_ons: [].into(),
        customer: None,
    };
    let visitor = shop.world.visitor(&shop.tenant);
    let premium = |quote: &Quote| quote.offers[0].premium().map(|p| p.premium.minor);
    assert_eq!(premium(&shop.quote(&visitor, new("1")).await), Some(300_000), "0.15 % of two million");
    assert_eq!(premium(&shop.quote(&visitor, new("3")).await), Some(525_000), "and 75 % more");
    assert_eq!(premium(&shop.quote(&visitor, new("4")).await), None);
}

#[tokio::test]
async fn a_quote_that_an_order_holds_is_not_among_those_to_buy_until_the_order_ends() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    let other = sale.shop.quote(&sale.own(), but(car(), "plate", "KDB 123B")).await;
    let ids = |quotes: Vec<Quote>| quotes.iter().map(|quote| quote.id).collect::<Vec<_>>();
    let mut tx = sale.own().begin_read().await.unwrap();
    assert_eq!(service::list_own(&mut tx).await.unwrap().len(), 2);
    assert_eq!(ids(service::list_to_buy(&mut tx).await.unwrap()), [other.id]);
    drop(tx);
    let mut tx = sale.staff().begin_write().await.unwrap();
    orders::service::cancel(&mut tx, order.id, "asked for by phone").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = sale.own().begin_read().await.unwrap();
    assert_eq!(service::list_to_buy(&mut tx).await.unwrap().len(), 2, "it can be bought again");
}

#[tokio::test]
async fn a_visitors_quotes_become_the_customers_and_leave_the_visitor() {
    let shop = open().await;
    let (visitor, staff) = (shop.world.visitor(&shop.tenant), shop.world.staff(&shop.tenant));
    let quote = shop.quote(&visitor, car()).await;
    let mut tx = staff.begin_write().await.unwrap();
    let input = CustomerInput { first_name: "Asha".into(), last_name: "Mwangi".into(), phone: "0700000101".into(), ..CustomerInput::default() };
    let customer = crm::customers::service::create(&mut tx, &shop.world.app.sealer, input).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = shop.world.system(&shop.tenant).begin_write().await.unwrap();
    assert_eq!(service::move_to_customer(&mut tx, visitor.visitor().unwrap(), customer.id).await.unwrap(), 1);
    assert_eq!(service::move_to_customer(&mut tx, visitor.visitor().unwrap(), customer.id).await.unwrap(), 0, "once");
    tx.commit().await.unwrap();

    let own = shop.world.customer(&shop.tenant, customer.id.0);
    let mut tx = own.begin_write().await.unwrap();
    assert_eq!(service::list_own(&mut tx).await.unwrap().len(), 1);
    assert!(service::choose_add_ons(&mut tx, &shop.law, quote.offers[0].id, keys(&["pvt"])).await.is_ok());
    tx.commit().await.unwrap();
    let mut tx = visitor.begin_read().await.unwrap();
    assert_eq!(service::get(&mut tx, quote.id).await.unwrap_err().kind, Kind::NotFound, "the cookie no longer opens it");

    let mut tx = staff.begin_read().await.unwrap();
    let of_customer = QuoteFilter { customer: Some(customer.id), ..QuoteFilter::default() };
    let page = service::list(&mut tx, &PageRequest::default(), &of_customer).await.unwrap();
    assert_eq!((page.count, page.results[0].customer_name.as_deref(), page.results[0].offers), (1, Some("Asha Mwangi"), 5));
}

#[tokio::test]
async fn staff_find_quotes_by_reference_and_by_plate() {
    let shop = open().await;
    let quote = shop.quote(&shop.world.visitor(&shop.tenant), car()).await;
    shop.quote(&shop.world.visitor(&shop.tenant), but(car(), "plate", "KCZ 999Z")).await;
    let mut tx = shop.world.staff(&shop.tenant).begin_read().await.unwrap();
    for text in ["quo-2026-00001", "kda 1", "KDA123A"] {
        let request = PageRequest { search: Some(text.into()), ..PageRequest::default() };
        let page = service::list(&mut tx, &request, &QuoteFilter::default()).await.unwrap();
        assert_eq!(page.results.iter().map(|row| row.id).collect::<Vec<_>>(), [quote.id], "{text}");
    }
    assert_eq!(service::get_by_reference(&mut tx, " quo-2026-00001 ").await.unwrap(), quote);
}
