//! The sale from the first page to the policy, without scripts: what is shown, what is refused and how it goes on.

use axum::http::StatusCode;
use insurance::collection::CollectionMode;

use crate::support::{Browser, Payer, Shown, Site, Till};

pub const CAR: &[(&str, &str)] = &[
    ("category", "motor-comprehensive"),
    ("plate", "KDA 123A"),
    ("make", "Toyota"),
    ("model", "Axio"),
    ("year", "2018"),
    ("value", "1,000,000"),
    ("use", "private"),
];

pub async fn shop() -> Site {
    let site = Site::open().await;
    site.collect(CollectionMode::CollectAndRemit { days: 30 }).await;
    site
}

/// From questions to the cart: the offer that stands first.
async fn into_cart(browser: &mut Browser<'_>) -> Shown {
    let quoted = browser.post("/quotes", CAR).await;
    assert_eq!(quoted.status, StatusCode::SEE_OTHER, "{}", quoted.body);
    let offers = browser.get(&quoted.location).await;
    let start = offers.body.find(&format!("{}/offers/", quoted.location)).expect("an offer");
    let href = offers.body[start..].split('"').next().unwrap().to_owned();
    let offer = browser.get(&href).await;
    let added = browser.post("/cart", &[("offer", &offer.hidden("offer"))]).await;
    assert_eq!((added.status, added.location.as_str()), (StatusCode::SEE_OTHER, "/cart"), "{}", added.body);
    browser.get("/cart").await
}

fn details(email: &str) -> Vec<(&'static str, String)> {
    vec![
        ("name", "Asha Mwangi".to_owned()),
        ("phone", "0700 000 101".to_owned()),
        ("email", email.to_owned()),
        ("id_number", "12345678".to_owned()),
        ("tax_pin", "A001234567Z".to_owned()),
        ("starts_on", testkit::noon().date_naive().to_string()),
        ("consent", "yes".to_owned()),
    ]
}

async fn send_details(browser: &mut Browser<'_>, fields: &[(&'static str, String)]) -> Shown {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/checkout/details", &fields).await
}

/// From the cart to the step of paying.
pub async fn to_payment(browser: &mut Browser<'_>, email: &str) -> Shown {
    into_cart(browser).await;
    assert_eq!(browser.post("/checkout", &[]).await.location, "/checkout/details");
    let sent = send_details(browser, &details(email)).await;
    assert_eq!((sent.status, sent.location.as_str()), (StatusCode::SEE_OTHER, "/checkout/documents"), "{}", sent.body);
    let asked = browser.get("/checkout/documents").await;
    assert!(asked.has("aria-labelledby=\"asked\"") && asked.has("name=\"valuation_report\""), "{}", asked.body);
    let papers = browser.upload("/checkout/documents", &[], &[]).await;
    assert_eq!((papers.status, papers.location.as_str()), (StatusCode::SEE_OTHER, "/checkout/pay"), "{}", papers.body);
    browser.get("/checkout/pay").await
}

pub async fn pay(browser: &mut Browser<'_>, page: &Shown) -> Shown {
    let (checkout, key) = (page.hidden("checkout"), page.hidden("idempotency_key"));
    browser
        .post("/checkout/pay", &[("checkout", &checkout), ("idempotency_key", &key), ("method", "mobile"), ("phone", "0700 000 101"), ("email", "")])
        .await
}

#[tokio::test]
async fn the_first_page_asks_three_things_and_the_next_the_rest_without_complaint() {
    let site = shop().await;
    let mut browser = site.browser();
    let home = browser.get("/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.has("name=\"plate\"") && home.has("name=\"value\"") && home.has("name=\"use\"") && !home.has("name=\"make\""), "{}", home.body);
    let rest = browser
        .post("/quotes", &[("category", "motor-comprehensive"), ("first", "yes"), ("plate", "KDA 123A"), ("value", "1,000,000"), ("use", "private")])
        .await;
    assert_eq!(rest.status, StatusCode::OK);
    assert!(rest.has("name=\"make\"") && rest.has("value=\"KDA 123A\"") && !rest.has("error-summary"), "{}", rest.body);
    let wrong = browser
        .post("/quotes", &[("category", "motor-comprehensive"), ("first", "yes"), ("plate", "???"), ("value", "1,000,000"), ("use", "private")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("This is not a number plate"));
}

#[tokio::test]
async fn offers_are_ranked_and_every_line_of_a_price_explains_itself() {
    let site = shop().await;
    let mut browser = site.browser();
    let quoted = browser.post("/quotes", CAR).await;
    let offers = browser.get(&quoted.location).await;
    assert!(offers.body.matches("class=\"offer\"").count() >= 3, "{}", offers.body);
    assert!(offers.has("Lowest price") && offers.has("The law adds") && offers.has("% of KSh\u{a0}1,000,000"));
    assert_eq!(site.browser().get(&quoted.location).await.status, StatusCode::NOT_FOUND, "somebody else's quote");
}

#[tokio::test]
async fn a_price_for_each_seat_says_how_many_and_an_insurer_that_declines_names_the_question() {
    let site = shop().await;
    let mut browser = site.browser();
    let matatu = [
        ("category", "motor-psv"),
        ("plate", "KDC 345C"),
        ("make", "Toyota"),
        ("model", "HiAce"),
        ("year", "2019"),
        ("use", "matatu"),
        ("seats", "14"),
        ("value", "2,500,000"),
    ];
    let quoted = browser.post("/quotes", &matatu).await;
    assert_eq!(quoted.status, StatusCode::SEE_OTHER, "{}", quoted.body);
    let offers = browser.get(&quoted.location).await;
    assert!(offers.has("14 at KSh\u{a0}500 each."), "{}", offers.body);
    assert!(offers.has("Britam General Insurance") && offers.has("“How it carries passengers”") && offers.has("1–7"), "{}", offers.body);
}

#[tokio::test]
async fn an_extra_is_ticked_without_scripts_and_changes_the_price() {
    let site = shop().await;
    let mut browser = site.browser();
    let quoted = browser.post("/quotes", CAR).await;
    let offers = browser.get(&quoted.location).await;
    let start = offers.body.find(&format!("{}/offers/", quoted.location)).unwrap();
    let href = offers.body[start..].split('"').next().unwrap().to_owned();
    assert!(offers.has("Excess · ") && offers.has(", up to KSh"), "what sets offers apart: {}", offers.body);
    let before = browser.get(&href).await;
    assert!(before.has("+ KSh\u{a0}"), "what an extra would cost: {}", before.body);
    let ticked = browser.post(&href, &[("add_on", "pvt")]).await;
    assert_eq!(ticked.location, href);
    let after = browser.get(&href).await;
    assert!(after.has("value=\"pvt\" data-submit checked") && after.body != before.body, "{}", after.body);
    let cleared = browser.post(&href, &[]).await;
    assert_eq!(cleared.status, StatusCode::SEE_OTHER);
    assert!(!browser.get(&href).await.has("data-submit checked"));
}

#[tokio::test]
async fn a_quote_that_is_over_says_so_and_is_asked_again_with_one_press() {
    let site = shop().await;
    let mut browser = site.browser();
    let quoted = browser.post("/quotes", CAR).await;
    into_cart(&mut browser).await;
    site.app.clock.advance(chrono::Duration::days(40));
    let over = browser.get(&quoted.location).await;
    assert!(over.has("These prices were valid until") && over.has("/repeat\""));
    let cart = browser.get("/cart").await;
    assert!(cart.has("This quote was valid until") && !cart.has("action=\"/checkout\""), "{}", cart.body);
    let again = browser.post(&format!("{}/repeat", quoted.location), &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_ne!(again.location, quoted.location);
    assert!(!browser.get(&again.location).await.has("These prices were valid until"));
}

#[tokio::test]
async fn a_visitor_buys_and_finds_policy_certificate_and_receipt() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    assert!(browser.is_customer().await, "the details opened a session");
    assert!(page.has("Mobile money") && page.has("Cover starts on"), "{}", page.body);
    let paid = pay(&mut browser, &page).await;
    assert_eq!(paid.status, StatusCode::SEE_OTHER, "{}", paid.body);
    let waiting = browser.get(&paid.location).await;
    assert!(waiting.has("Enter your PIN on") && waiting.has("Do not pay again") && waiting.has("http-equiv=\"refresh\""), "{}", waiting.body);
    assert!(waiting.has(&format!("hx-get=\"{}/state\"", paid.location)));
    site.work().await;
    let done = browser.get(&paid.location).await;
    assert!(done.has("You are insured") && done.has("/account/documents/") && done.has("POL-"), "{}", done.body);
    assert!(done.has("big-amount") && done.body.split("big-amount").nth(1).unwrap().split("</p>").next().unwrap().ends_with("paid"), "{}", done.body);
    let part = browser.get(&format!("{}/state", paid.location)).await;
    assert_eq!(part.headers.get("hx-refresh").map(|value| value.to_str().unwrap()), Some("true"));
    let policies = browser.get("/account/policies").await;
    let start = policies.body.find("/account/policies/").unwrap();
    let policy = policies.body[start..].split('"').next().unwrap().to_owned();
    let shown = browser.get(&policy).await;
    assert!(shown.has("KDA 123A") && shown.has("Mobile money"), "{}", shown.body);
    // What the button opens: for a car the certificate is the insurer's own.
    for page in [&shown, &policies] {
        assert!(page.has("Confirmation of cover") && !page.has("Certificate of cover"), "{}", page.body);
    }
    let certificate = browser.get(&format!("{}/certificate", policy.trim_end_matches("/certificate"))).await;
    assert!(certificate.status == StatusCode::SEE_OTHER && certificate.location.starts_with("memory:"), "{}", certificate.body);
    assert!(browser.get("/account").await.has("KDA 123A"));
    let claim = site.messages.all().into_iter().find(|message| message.text.contains("/claim/")).expect("a link for a first password");
    assert_eq!(claim.to, "asha@example.com");
    assert!(browser.get("/account/payments").await.has("Received"));
    assert_eq!(site.browser().get(&paid.location).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_second_press_and_a_second_window_ask_for_money_once() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    let other_window = browser.get("/checkout/pay").await;
    let first = pay(&mut browser, &page).await;
    let second = pay(&mut browser, &page).await;
    let third = pay(&mut browser, &other_window).await;
    assert!(first.location.starts_with("/orders/"));
    assert_eq!([second.location, third.location], [first.location.clone(), first.location]);
    site.till.payer(Payer::Waits);
    site.work().await;
    assert_eq!(site.till.asked.lock().unwrap().len(), 1);
    assert_eq!(site.count("select count(*) from orders where tenant_id = $1").await, 1);
}

#[tokio::test]
async fn a_refused_payment_says_why_and_is_tried_again_once() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    site.till.payer(Payer::Refuses);
    let order = pay(&mut browser, &page).await.location;
    site.work().await;
    let failed = browser.get(&order).await;
    assert!(failed.has("The payment did not go through") && failed.has("Nothing was taken"), "{}", failed.body);
    assert!(failed.has("The request was cancelled on the phone. Pay again when you are ready"), "{}", failed.body);
    assert!(failed.has("You are not insured by this order until it is paid"), "{}", failed.body);
    assert!(!failed.has("DS timeout"), "what the provider said stays with staff");
    let key = failed.hidden("idempotency_key");
    let bad = browser.post(&format!("{order}/pay"), &[("idempotency_key", &key), ("method", "mobile"), ("phone", "+44 7911 123456")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.body);
    assert!(bad.has("Use a mobile number of this country"));
    site.till.payer(Payer::Pays);
    for _ in 0..2 {
        let again = browser.post(&format!("{order}/pay"), &[("idempotency_key", &key), ("method", "mobile"), ("phone", "0700 000 101")]).await;
        assert_eq!((again.status, again.location.as_str()), (StatusCode::SEE_OTHER, order.as_str()), "{}", again.body);
    }
    site.work().await;
    assert!(browser.get(&order).await.has("You are insured"));
    assert_eq!(site.till.asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn more_than_one_payment_takes_is_paid_in_parts() {
    let site = shop().await;
    *site.till.methods.lock().unwrap() = vec![Till::mobile(2_000_000)];
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    assert!(page.has("One payment takes at most KSh\u{a0}20,000"), "{}", page.body);
    let order = pay(&mut browser, &page).await.location;
    for _ in 0..5 {
        site.work().await;
        let shown = browser.get(&order).await;
        if shown.has("You are insured") {
            assert!(site.till.asked.lock().unwrap().iter().all(|asked| asked.amount.minor <= 2_000_000));
            return;
        }
        assert!(shown.has("Still to pay"), "{}", shown.body);
        let key = shown.hidden("idempotency_key");
        browser.post(&format!("{order}/pay"), &[("idempotency_key", &key), ("method", "mobile"), ("phone", "0700 000 101")]).await;
    }
    panic!("not paid in five parts");
}

#[tokio::test]
async fn without_a_way_to_pay_the_page_says_whom_to_call() {
    let site = shop().await;
    site.till.methods.lock().unwrap().clear();
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    assert!(page.has("Paying online is not possible right now") && !page.has("name=\"method\""));
}

#[tokio::test]
async fn where_the_insurer_collects_the_order_says_how_to_pay_it() {
    let site = Site::open().await;
    site.collect(CollectionMode::InsurerCollects).await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    assert!(page.has("You pay the insurer"), "{}", page.body);
    let (checkout, key) = (page.hidden("checkout"), page.hidden("idempotency_key"));
    let placed = browser.post("/checkout/pay", &[("checkout", &checkout), ("idempotency_key", &key)]).await;
    let order = browser.get(&placed.location).await;
    assert!(order.has("Pay the insurer now") && order.has("Your reference"), "{}", order.body);
    assert!(site.till.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn details_come_back_with_every_complaint_at_once() {
    let site = shop().await;
    let mut browser = site.browser();
    into_cart(&mut browser).await;
    browser.post("/checkout", &[]).await;
    let empty = send_details(&mut browser, &[("starts_on", "2020-01-01".to_owned())]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name", "phone", "email", "id_number", "starts_on", "consent"] {
        assert!(empty.has(&format!("href=\"#f-{field}\"")), "{field}: {}", empty.body);
    }
    let mut odd = details("asha@example.com");
    odd[1].1 = "12".to_owned();
    odd[3].1 = "12".to_owned();
    let shown = send_details(&mut browser, &odd).await;
    assert!(shown.has("href=\"#f-phone\"") && shown.has("href=\"#f-id_number\"") && shown.has("value=\"Asha Mwangi\""), "{}", shown.body);
    assert!(!browser.is_customer().await);
    assert_eq!(site.count("select count(*) from customers where tenant_id = $1").await, 0, "nothing is left of a refused step");
}

#[tokio::test]
async fn an_address_that_has_an_account_logs_in_and_the_cart_comes_along() {
    let site = shop().await;
    let mut first = site.browser();
    to_payment(&mut first, "asha@example.com").await;
    let mut second = site.browser();
    into_cart(&mut second).await;
    second.post("/checkout", &[]).await;
    let taken = send_details(&mut second, &details("asha@example.com")).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.has("This e-mail address has an account") && taken.has("/login?next=/checkout"), "{}", taken.body);
    assert!(!second.is_customer().await);
    second.post("/login/code", &[("email", "asha@example.com"), ("next", "/checkout")]).await;
    site.work().await;
    let text = site.mail("asha@example.com").text;
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).expect("a code").to_owned();
    let inside = second.post("/login/code/confirm", &[("email", "asha@example.com"), ("code", &code), ("next", "/cart")]).await;
    assert_eq!(inside.location, "/cart", "{}", inside.body);
    assert!(second.get("/cart").await.has("KDA 123A"));
}

#[tokio::test]
async fn papers_are_kept_and_a_file_that_is_none_is_refused_beside_its_field() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let bad = browser.upload("/account/documents", &[("kind", "logbook")], &[("file", "logbook.jpg", b"MZ not a picture")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.has("href=\"#f-file\"") && bad.has("Send a picture"), "{}", bad.body);
    let good = browser
        .upload(
            "/account/documents",
            &[("kind", "logbook")],
            &[(
                "file",
                "logbook.pdf",
                b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
            )],
        )
        .await;
    assert_eq!(good.status, StatusCode::SEE_OTHER, "{}", good.body);
    assert!(browser.get("/account/documents").await.has("logbook.pdf"));
}

#[tokio::test]
async fn an_order_is_given_up_before_money_comes() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    site.till.payer(Payer::Refuses);
    let order = pay(&mut browser, &page).await.location;
    site.work().await;
    assert_eq!(browser.post(&format!("{order}/cancel"), &[]).await.location, "/account");
    assert!(browser.get(&order).await.has("This order has ended"));
}
