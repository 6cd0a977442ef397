//! Insurers, products and their prices, as an administrator changes them.

use axum::http::StatusCode;
use insurance::catalogue::{self, Product, ProductFilter};

use crate::{
    market::PIXEL,
    markup::sound,
    sales,
    support::{Firm, Site},
    terms::keep,
};

pub const APA: &str = "apa-private-comprehensive";
pub const THIRD_PARTY: &str = "apa-commercial-third-party";

pub async fn product(firm: &Firm, code: &str) -> Product {
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    let cards = catalogue::service::list_for_sale(&mut tx, &ProductFilter::default()).await.expect("shelf");
    let card = cards.into_iter().find(|card| card.code == code).expect("a product");
    catalogue::service::product(&mut tx, card.id).await.expect("a product")
}

fn percent(product: &Product) -> String {
    let figures = insurance::pricing::figures::figures(&product.current.terms);
    figures.into_iter().find(|figure| figure.key == "basic_premium.percent").map(|figure| figure.value).unwrap_or_default()
}

#[tokio::test]
async fn a_price_is_changed_reviewed_on_past_quotes_and_published() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    sales::sell(&site, &firm).await;
    let before = product(&firm, APA).await;
    let href = format!("/products/{}", before.id);
    assert!(browser.get(&href).await.has(&format!("{href}/prices")), "the record leads to its prices");
    let form = browser.get(&format!("{href}/prices")).await;
    sound("prices", &form.body);
    assert_eq!(form.hidden("version"), "0");

    let wrong = browser.post(&format!("{href}/prices"), &[("version", "0"), ("basic_premium.percent", "lots")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
    assert!(wrong.has("lots") && wrong.has("Write a number"), "what was typed stays, with what is wrong: {}", wrong.body);
    let saved = browser.post(&format!("{href}/prices"), &[("version", "0"), ("basic_premium.percent", "5")]).await;
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, format!("{href}/draft").as_str()));

    let review = browser.get(&saved.location).await;
    sound("draft", &review.body);
    assert!(review.has("4.5") && review.has("Dearer") && review.has("+KSh"), "the figure and a past quote, before and after: {}", review.body);
    assert_eq!(percent(&product(&firm, APA).await), "4.5", "customers still get the terms in force");
    let refused = browser.post(&format!("{href}/draft/publish"), &[("version", "1"), ("effective_from", "2020-01-01"), ("reason", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    sound("draft refused", &refused.body);
    let today = testkit::noon().date_naive().to_string();
    let sent = [("version", "1"), ("effective_from", today.as_str()), ("reason", "circular")];
    let published = browser.post(&format!("{href}/draft/publish"), &sent).await;
    assert_eq!((published.status, published.location.as_str()), (StatusCode::SEE_OTHER, href.as_str()), "{}", published.body);
    assert_eq!(percent(&product(&firm, APA).await), "5");
    let record = browser.get(&href).await;
    assert!(record.has("Version 2") && record.has("circular"));
    let version = browser.get(&link_to(&record.body, "/versions/")).await;
    sound("version", &version.body);
    assert!(version.has("Compared with what counted before: Version 1,") && version.has("circular"), "{}", version.body);
    assert!(version.has(">4.5<") && version.has(">5<") && !version.has("The wording or cover changes too."), "{}", version.body);
    let first = browser.get(&format!("{href}/versions/{}", before.current.id)).await;
    sound("first version", &first.body);
    assert!(first.has("The first version of these terms.") && !first.has("/take-back"), "{}", first.body);
    let other = product(&firm, THIRD_PARTY).await.id;
    assert_eq!(browser.get(&format!("/products/{other}/versions/{}", before.current.id)).await.status, StatusCode::NOT_FOUND);
}

/// The first address on a page that has this in it.
pub fn link_to(body: &str, part: &str) -> String {
    let mut links = body.split("href=\"").filter_map(|rest| rest.split('"').next());
    links.find(|link| link.contains(part)).expect("a link").to_owned()
}

#[tokio::test]
async fn a_page_left_open_while_a_draft_is_published_overwrites_nothing_of_the_next_one() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let href = format!("/products/{}", product(&firm, APA).await.id);
    let (prices, benefit) = (format!("{href}/prices"), format!("{href}/terms/benefits/1"));
    let unsaved = browser.get(&prices).await.hidden("version");
    keep(&mut browser, &prices, &[("basic_premium.percent", "5")]).await;
    let saved = browser.get(&benefit).await.hidden("version");
    let today = testkit::noon().date_naive().to_string();
    let sent = [("version", saved.as_str()), ("effective_from", today.as_str()), ("reason", "circular")];
    assert_eq!(browser.post(&format!("{href}/draft/publish"), &sent).await.status, StatusCode::SEE_OTHER);
    keep(&mut browser, &prices, &[("basic_premium.percent", "6")]).await;

    for stale in [unsaved, saved] {
        let refused = browser.post(&prices, &[("version", stale.as_str()), ("basic_premium.percent", "9")]).await;
        assert!(refused.has("Somebody else changed this draft meanwhile."), "version {stale}: {}", refused.body);
        let refused = browser.post(&benefit, &[("version", stale.as_str()), ("title_en", "Renamed"), ("place", "1")]).await;
        assert!(refused.has("Somebody else changed this draft meanwhile."), "version {stale}: {}", refused.body);
    }
    let review = browser.get(&format!("{href}/draft")).await;
    assert!(review.has(">6<") && !review.has("Renamed"), "the next draft is as it was saved: {}", review.body);
}

#[tokio::test]
async fn a_planned_price_is_taken_back_from_the_record() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let href = format!("/products/{}", product(&firm, APA).await.id);
    browser.post(&format!("{href}/prices"), &[("version", "0"), ("basic_premium.percent", "9")]).await;
    let later = testkit::noon().date_naive().succ_opt().expect("a day").to_string();
    browser.post(&format!("{href}/draft/publish"), &[("version", "1"), ("effective_from", &later), ("reason", "circular")]).await;
    let record = browser.get(&href).await;
    let version = browser.get(&link_to(&record.body, "/versions/")).await;
    assert!(version.has(">9<"), "what is planned can be looked at: {}", version.body);
    let link = link_to(&version.body, "/take-back");
    sound("take back", &browser.get(&link).await.body);
    let done = browser.post(&link, &[("reason", "the insurer withdrew it")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get(&href).await.has("Version 3"));
    assert!(!browser.get(link.trim_end_matches("/take-back")).await.has("/take-back"), "there is nothing left to take back");
}

#[tokio::test]
async fn cover_is_written_line_by_line_in_every_language() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let href = format!("/products/{}", product(&firm, APA).await.id);
    sound("cover", &browser.get(&format!("{href}/cover")).await.body);
    let uneven = [("version", "0"), ("features_en", "One\nTwo"), ("features_sw", "Moja")];
    let refused = browser.post(&format!("{href}/cover"), &uneven).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("as many lines"), "{}", refused.body);
    let even = [("version", "0"), ("features_en", "One\n\n Two "), ("features_sw", "Moja\nMbili"), ("exclusions_en", "Racing")];
    assert_eq!(browser.post(&format!("{href}/cover"), &even).await.status, StatusCode::SEE_OTHER);
    let shown = browser.get(&format!("{href}/cover")).await;
    assert!(shown.has("One\nTwo") && shown.has("Moja\nMbili"));
}

#[tokio::test]
async fn a_product_is_made_from_another_and_put_on_sale() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let model = product(&firm, APA).await;
    let form = browser.get("/products/new").await;
    sound("new product", &form.body);
    let key = form.hidden("idempotency_key");
    let (copy_of, insurer) = (model.id.to_string(), model.insurer.id.to_string());
    let mut sent = vec![("idempotency_key", key.as_str()), ("copy_of", &copy_of), ("insurer", &insurer), ("name_en", ""), ("name_sw", "Mfano")];
    let nameless = browser.post("/products/new", &sent).await;
    assert!(nameless.status == StatusCode::UNPROCESSABLE_ENTITY && nameless.has("Mfano"), "{}", nameless.body);
    sent[3].1 = "Mfano Motor";
    let made = browser.post("/products/new", &sent).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    assert_eq!(browser.post("/products/new", &sent).await.location, made.location, "a second click makes no second product");
    assert!(browser.get(&made.location).await.has("Not on sale yet"));
    let sold = browser.post(&format!("{}/reactivate", made.location), &[("reason", "")]).await;
    assert_eq!(sold.status, StatusCode::SEE_OTHER);
    assert_eq!(product(&firm, "mfano-motor").await.name.get("sw"), "Mfano");
}

#[tokio::test]
async fn a_sheet_of_prices_goes_out_and_comes_back_with_a_verdict_for_every_row() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let sheet = browser.get("/products/sheet.csv").await;
    assert!(sheet.has("apa-private-comprehensive") && sheet.has("basic_premium.percent,4.5"), "{}", sheet.body);
    sound("sheet", &browser.get("/products/sheet").await.body);
    let changed = "product,figure,value\n\
        apa-private-comprehensive,basic_premium.percent,4.25\n\
        apa-private-comprehensive,minimum_premium.amount,30000\n\
        nothing-of-this-name,basic_premium.percent,1\n\
        britam-private-comprehensive,commission.percent,60\n";
    let result = browser.upload("/products/sheet", &[], ("file", "prices.csv", changed.as_bytes())).await;
    assert_eq!(result.status, StatusCode::OK, "{}", result.body);
    sound("verdicts", &result.body);
    for words in ["Drafted", "Unchanged", "There is no such product", "commission above"] {
        assert!(result.has(words), "{words}: {}", result.body);
    }
    assert_eq!(percent(&product(&firm, APA).await), "4.5", "nothing is published by an upload");

    let drafts = browser.get("/products/drafts").await;
    sound("drafts", &drafts.body);
    let page = browser.get("/products/drafts/publish").await;
    sound("publish drafts", &page.body);
    let (draft, today) = (page.hidden("draft"), testkit::noon().date_naive().to_string());
    let done = browser.post("/products/drafts/publish", &[("draft", &draft), ("effective_from", &today), ("reason", "new rates")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(percent(&product(&firm, APA).await), "4.25");

    let huge = vec![b'a'; (1 << 20) + 1];
    let refused = browser.upload("/products/sheet", &[], ("file", "prices.csv", &huge)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
}

#[tokio::test]
async fn an_insurer_is_added_changed_and_given_contacts() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let form = browser.get("/insurers/new").await;
    sound("new insurer", &form.body);
    let key = form.hidden("idempotency_key");
    let sent = [
        ("idempotency_key", key.as_str()),
        ("name", "Mfano Assurance"),
        ("kind", "underwriter"),
        ("website", "https://mfano.example.com"),
        ("contract_start", "2026-01-01"),
        ("contract_end", "2026-12-31"),
        ("default_commission", "7.5"),
    ];
    let made = browser.post("/insurers/new", &sent).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let edit = browser.get(&format!("{}/edit", made.location)).await;
    sound("edit insurer", &edit.body);
    let version = edit.hidden("version");
    let mut change = vec![("version", version.as_str()), ("state", "inactive")];
    change.extend(sent.iter().skip(1).copied());
    assert_eq!(browser.post(&format!("{}/edit", made.location), &change).await.status, StatusCode::SEE_OTHER);
    let stale = browser.post(&format!("{}/edit", made.location), &change).await;
    assert!(stale.status == StatusCode::UNPROCESSABLE_ENTITY && stale.has("meanwhile"), "{}", stale.body);

    let path = format!("{}/contacts/new", made.location);
    let form = browser.get(&path).await;
    sound("new contact", &form.body);
    let key = form.hidden("idempotency_key");
    let added = browser.post(&path, &[("idempotency_key", &key), ("name", "Underwriting desk"), ("email", "desk@example.com")]).await;
    assert_eq!(added.location, made.location);
    let record = browser.get(&made.location).await;
    sound("insurer", &record.body);
    assert!(record.has("Underwriting desk") && record.has("7.5 %"));
    let link = record.body.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|link| link.ends_with("/remove")).map(str::to_owned);
    let link = link.expect("a way to remove the contact");
    sound("remove contact", &browser.get(&link).await.body);
    assert_eq!(browser.post(&link, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!browser.get(&made.location).await.has("Underwriting desk"));
}

#[tokio::test]
async fn a_contract_is_put_on_file_once_opened_and_taken_off() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let insurer = product(&firm, APA).await.insurer.id;
    let href = format!("/insurers/{insurer}");
    sound("new paper", &browser.get(&format!("{href}/papers/new")).await.body);
    let new = format!("{href}/papers/new");
    let today = testkit::noon().date_naive();
    let (from, until) = ((today - chrono::Days::new(300)).to_string(), (today + chrono::Days::new(20)).to_string());
    let wrong =
        browser.upload(&new, &[("title", "Agency agreement"), ("valid_from", &until), ("valid_until", &from)], ("file", "a.png", PIXEL)).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.has("It cannot end before it begins."), "{}", wrong.body);
    let none = browser.upload(&new, &[("title", "Agency agreement")], ("other", "a.png", PIXEL)).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let virus = browser.upload(&new, &[("title", "Agency agreement")], ("file", "a.pdf", b"MZ")).await;
    assert!(virus.status == StatusCode::UNPROCESSABLE_ENTITY && virus.has("Agency agreement"), "{}", virus.body);
    let fields = [("title", "Agency agreement"), ("valid_from", from.as_str()), ("valid_until", until.as_str())];
    for _ in 0..2 {
        assert_eq!(browser.upload(&new, &fields, ("file", "agreement.png", PIXEL)).await.location, href);
    }
    let record = browser.get(&href).await;
    assert_eq!(record.body.matches(">Agency agreement</a>").count(), 1, "the same file is on record once: {}", record.body);
    assert!(record.has("Ends soon") && record.has("Paper added"), "{}", record.body);
    sound("insurer", &record.body);
    let links = record.body.split("href=\"").filter_map(|rest| rest.split('"').next()).filter(|link| link.contains("/papers/"));
    let paper = links.filter(|link| !link.ends_with("/new")).map(str::to_owned).next().expect("a way to the paper");
    let open = browser.get(&paper).await;
    assert!(open.status == StatusCode::SEE_OTHER && open.location.contains("papers/"), "{}", open.location);
    sound("take off", &browser.get(&format!("{paper}/remove")).await.body);
    browser.post(&format!("{paper}/remove"), &[]).await;
    assert!(!browser.get(&href).await.has(">Agency agreement</a>"));
    assert_eq!(browser.get(&paper).await.status, StatusCode::NOT_FOUND);
    let other = site.brokerage().await;
    let mut stranger = site.owner(&other).await;
    assert_eq!(stranger.get(&format!("{href}/papers/new")).await.status, StatusCode::NOT_FOUND);
}
