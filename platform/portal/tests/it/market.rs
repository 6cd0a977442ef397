//! What a visitor finds before buying: what the firm put in front, what others say, and its pages.

use axum::http::{StatusCode, header};
use bytes::Bytes;
use insurance::{
    catalogue::service as catalogue,
    pictures::{self, Owner, OwnerKind},
    reviews::{ReviewState, service as reviews},
    site::{EntryInput, EntryKind, EntryState, Front, PageCode, PageInput, entries, featured, front, pages},
    text::LocalText,
};

use crate::{
    sale::{CAR, pay, shop, to_payment},
    support::Site,
};

#[tokio::test]
async fn the_start_page_shows_what_the_firm_published_and_nothing_empty() {
    let site = shop().await;
    let mut browser = site.browser();
    let bare = browser.get("/").await;
    assert!(!bare.has("id=\"featured\"") && !bare.has("id=\"voices\"") && !bare.has("id=\"questions\""), "{}", bare.body);
    assert!(bare.has("id=\"insurers\"") && bare.has("action=\"/products\""));
    let mut tx = site.system().begin_write().await.unwrap();
    let front = catalogue::list_for_sale(&mut tx, &Default::default()).await.unwrap().remove(4);
    featured::choose(&mut tx, &[front.id], 0).await.unwrap();
    let voice = EntryInput { heading: LocalText::en("Asha M., Nakuru"), body: LocalText::en("Covered <b>at once</b>.") };
    let voice = entries::create(&mut tx, EntryKind::Testimonial, None, voice).await.unwrap();
    entries::set_state(&mut tx, voice.id, EntryState::Published).await.unwrap();
    tx.commit().await.unwrap();
    let full = browser.get("/").await;
    assert!(full.has("id=\"featured\"") && full.has(&format!("/products/{}", front.id)), "{}", full.body);
    assert!(full.has("Asha M., Nakuru") && !full.has("<b>at once</b>"), "words are shown, not run");
}

#[tokio::test]
async fn every_page_of_the_firm_has_words_until_it_has_its_own() {
    let site = Site::open().await;
    let mut browser = site.browser();
    for page in ["about", "complaints", "terms", "privacy", "cookies"] {
        let shown = browser.get(&format!("/{page}")).await;
        assert!(shown.status == StatusCode::OK && shown.has("rel=\"canonical\"") && shown.has(&format!("href=\"/{page}\"")), "{page}");
    }
    let mut tx = site.system().begin_write().await.unwrap();
    for text in ["# First", "# Second"] {
        let input = PageInput { title: LocalText::en("Our terms"), body: LocalText::en(text) };
        let draft = pages::save_draft(&mut tx, PageCode::Terms, 0, input).await.unwrap();
        pages::publish(&mut tx, PageCode::Terms, draft.version).await.unwrap();
    }
    tx.commit().await.unwrap();
    let terms = browser.get("/terms").await;
    assert!(terms.has("<h1>Our terms</h1>") && terms.has("<h2>Second</h2>") && terms.has("/terms/versions/1"), "{}", terms.body);
    let old = browser.get("/terms/versions/1").await;
    assert!(old.has("<h2>First</h2>") && old.has("earlier wording") && old.has("noindex"), "{}", old.body);
    assert_eq!(browser.get("/terms/versions/3").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/imprint/versions/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_customer_rates_a_cover_and_others_read_it_once_it_is_published() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    pay(&mut browser, &page).await;
    site.work().await;
    let policies = browser.get("/account/policies").await;
    let start = policies.body.find("/account/policies/").expect("a policy");
    let policy = policies.body[start..].split('"').next().unwrap().to_owned();
    assert!(browser.get(&policy).await.has("Rate this cover"));
    let form = browser.get(&format!("{policy}/review")).await;
    assert!(form.status == StatusCode::OK && form.has("Asha M."), "{}", form.body);
    let empty = browser.post(&format!("{policy}/review"), &[("body", "Quick.")]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.has("Quick."), "{}", empty.body);
    let sent = browser.post(&format!("{policy}/review"), &[("rating", "4"), ("body", "Quick.")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);

    let mut tx = site.system().begin_write().await.unwrap();
    let row = reviews::list(&mut tx, &Default::default(), Some(ReviewState::Waiting)).await.unwrap().results.remove(0);
    let review = reviews::get(&mut tx, row.id).await.unwrap();
    let product = format!("/products/{}", review.product);
    let mut visitor = site.browser();
    let before = visitor.get(&product).await;
    assert!(!before.has("Quick.") && !before.has("aggregateRating"), "{}", before.body);
    reviews::publish(&mut tx, review.id, review.version).await.unwrap();
    tx.commit().await.unwrap();
    let after = visitor.get(&product).await;
    assert!(after.has("Quick.") && after.has("Asha M.") && after.has("\"ratingValue\":\"4\"") && after.has("\"reviewCount\":1"), "{}", after.body);
    assert!(visitor.get("/products?sort=rating").await.has("4 of 5 stars, 1 review"));

    let gone = browser.post(&format!("{policy}/review/withdraw"), &[]).await;
    assert_eq!(gone.location, policy);
    assert!(!visitor.get(&product).await.has("Quick."));
    assert_eq!(visitor.get(&format!("{policy}/review")).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn pictures_come_in_several_widths_and_stay_with_browsers() {
    let site = shop().await;
    let mut browser = site.browser();
    let mut tx = site.system().begin_read().await.unwrap();
    let card = catalogue::list_for_sale(&mut tx, &Default::default()).await.unwrap().remove(0);
    drop(tx);
    let png = Bytes::from_static(include_bytes!("../../../../tenants/kenya-brokerage/documents/samples/logo.png"));
    let alt = LocalText::en("Mfano");
    pictures::service::change(&site.app, &site.system(), Owner::product(card.id), Some(png), alt, 0).await.unwrap();
    let page = browser.get(&format!("/products/{}", card.id)).await;
    assert!(page.has("<picture") && page.has("type=\"image/webp\"") && page.has("alt=\"Mfano\"") && page.has("\"image\":\"http"), "{}", page.body);
    let sources = page.body.find("type=\"image/webp\" srcset=").unwrap();
    let start = sources + page.body[sources..].find("/images/").unwrap();
    let href = page.body[start..].split([' ', '"']).next().unwrap().to_owned();
    let file = browser.get(&href).await;
    assert_eq!((file.status, file.headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "image/webp"), "{href}");
    assert!(file.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    let hash = href.split('/').nth(2).unwrap();
    for bad in [
        format!("/images/{hash}/1.webp"),
        format!("/images/{hash}/96.svg"),
        format!("/images/{}/96.webp", "0".repeat(64)),
        "/images/x/96.webp".to_owned(),
    ] {
        assert_eq!(browser.get(&bad).await.status, StatusCode::NOT_FOUND, "{bad}");
    }
}

#[tokio::test]
async fn the_firms_icon_words_and_picture_stand_where_its_visitors_look_first() {
    let site = shop().await;
    let wide = Bytes::from_static(include_bytes!("../../../../tenants/kenya-brokerage/documents/samples/logo.png"));
    let square = Bytes::from_static(include_bytes!("../../../app/src/dev/pictures/icon.png"));
    let firm = |kind| Owner::firm(kind, site.tenant.id);
    let scope = site.system();
    let refused = pictures::service::change(&site.app, &scope, firm(OwnerKind::Icon), Some(wide.clone()), LocalText::default(), 0).await.unwrap_err();
    assert_eq!(refused.fields[0].code, "picture-not-square");
    let stranger = Owner::firm(OwnerKind::Icon, kernel::tenant::TenantId(uuid::Uuid::now_v7()));
    assert!(pictures::service::change(&site.app, &scope, stranger, Some(square.clone()), LocalText::default(), 0).await.is_err());
    for (kind, bytes) in [(OwnerKind::Icon, square), (OwnerKind::Front, wide)] {
        pictures::service::change(&site.app, &scope, firm(kind), Some(bytes), LocalText::default(), 0).await.unwrap();
    }
    let mut tx = scope.begin_write().await.unwrap();
    front::save(&mut tx, Front { title: LocalText::en("Cover for every road"), lede: LocalText::default() }, 0).await.unwrap();
    tx.commit().await.unwrap();

    let mut browser = site.browser();
    let home = browser.get("/").await;
    assert!(home.has("<h1>Cover for every road</h1>") && home.has("front-picture") && home.has("rel=\"apple-touch-icon\""), "{}", home.body);
    assert!(browser.get("/manifest.webmanifest").await.has("192x192"));
    let start = home.body.find("rel=\"icon\" href=\"").unwrap() + 17;
    let icon = browser.get(home.body[start..].split('"').next().unwrap()).await;
    assert_eq!((icon.status, icon.headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "image/png"));

    let mut tx = scope.begin_write().await.unwrap();
    pictures::service::remove(&mut tx, firm(OwnerKind::Icon), 1).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = scope.begin_read().await.unwrap();
    assert_eq!(tx.setting::<kernel::profile::Profile>().await.unwrap().value.icon, None);
}

#[tokio::test]
async fn prices_are_taken_along_by_a_link_that_tells_nothing_of_their_owner() {
    let site = shop().await;
    let mut browser = site.browser();
    let quoted = browser.post("/quotes", CAR).await.location;
    let offers = browser.get(&quoted).await;
    let start = offers.body.find("/saved/").expect("a link");
    let link = offers.body[start..].split('"').next().unwrap().to_owned();
    assert_eq!(browser.post(&link, &[]).await.location, quoted, "the owner comes back to the quote itself");

    let mut other = site.browser();
    assert_eq!(other.get(&quoted).await.status, StatusCode::NOT_FOUND);
    let saved = other.get(&link).await;
    assert!(saved.has("KDA ···A") && !saved.has("KDA 123A") && saved.has("KSh") && saved.has("noindex"), "{}", saved.body);
    assert_eq!(saved.headers[header::REFERRER_POLICY], "no-referrer");
    let own = other.post(&link, &[]).await.location;
    assert_ne!(own, quoted);
    assert_eq!(other.post(&link, &[]).await.location, own, "following it again gives the same copy");
    let copied = other.get(&own).await;
    assert!(copied.status == StatusCode::OK && !copied.has("KDA 123A") && !copied.has("plate="), "{}", copied.body);
    let amount = |page: &str| page.split("class=\"amount\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(amount(&copied.body), amount(&offers.body), "the prices are the same");
    let start = copied.body.find(&format!("{own}/offers/")).expect("an offer");
    let offer = other.get(copied.body[start..].split('"').next().unwrap()).await;
    other.post("/cart", &[("offer", &offer.hidden("offer"))]).await;
    let cart = other.get("/cart").await;
    assert!(cart.has("KDA ···A") && !cart.has("KDA 123A"), "{}", cart.body);
    let forged = format!("{}0", &link[..link.len() - 1]);
    for bad in [forged.as_str(), "/saved/x", "/saved/00000000000000000000000000000000.00"] {
        if bad != link {
            assert_eq!(other.get(bad).await.status, StatusCode::NOT_FOUND, "{bad}");
        }
    }
}

#[tokio::test]
async fn a_link_is_mailed_a_few_times_and_an_expired_one_asks_again_with_the_same_answers() {
    let site = shop().await;
    let mut browser = site.browser();
    let quoted = browser.post("/quotes", CAR).await.location;
    let save = format!("{quoted}/save");
    assert_eq!(browser.post(&save, &[("email", "nonsense")]).await.location, quoted);
    for _ in 0..5 {
        assert_eq!(browser.post(&save, &[("email", "asha@example.com")]).await.location, quoted);
    }
    site.work().await;
    assert_eq!(site.count("select count(*) from quote_mails where tenant_id = $1 and state = 'sent'").await, 3);
    let mail = site.mail("asha@example.com");
    let start = mail.text.find("/saved/").expect("a link");
    let link = mail.text[start..].split_whitespace().next().unwrap().to_owned();

    let mut tx = site.system().begin_write().await.unwrap();
    sqlx::query("update quotes set valid_until = (created_at - interval '1 day')::date where tenant_id = $1")
        .bind(site.tenant.id.0)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut other = site.browser();
    assert!(other.get(&link).await.has("Ask again with the same answers"));
    let old = other.post(&link, &[]).await.location;
    let fresh = other.post(&format!("{old}/repeat"), &[]).await;
    assert_eq!(fresh.status, StatusCode::SEE_OTHER, "{}", fresh.body);
    let shown = other.get(&fresh.location).await;
    assert!(shown.has("KSh") && !shown.has("KDA 123A"), "{}", shown.body);
    assert_eq!(other.get("/account/quotes").await.status, StatusCode::UNAUTHORIZED);

    site.app.clock.advance(chrono::Duration::days(91));
    assert_eq!(other.get(&link).await.status, StatusCode::NOT_FOUND, "no link leads somewhere for ever");
    assert_eq!(site.browser().post(&link, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn strangers_cannot_fill_somebodys_mailbox_with_prices() {
    let site = shop().await;
    for _ in 0..4 {
        let mut browser = site.browser();
        let quoted = browser.post("/quotes", CAR).await.location;
        for address in ["asha@example.com", "Asha@Example.com"] {
            browser.post(&format!("{quoted}/save"), &[("email", address)]).await;
        }
    }
    site.work().await;
    assert_eq!(site.count("select count(*) from quote_mails where tenant_id = $1 and state = 'sent'").await, 6);
    assert_eq!(site.count("select count(*) from quote_mails where tenant_id = $1 and state = 'refused'").await, 2);
}

#[tokio::test]
async fn a_comparison_is_printed_under_the_firms_name() {
    let site = shop().await;
    let mut browser = site.browser();
    let mut tx = site.system().begin_read().await.unwrap();
    let shelf = catalogue::list_for_sale(&mut tx, &Default::default()).await.unwrap();
    drop(tx);
    let chosen: Vec<String> = shelf.iter().take(3).map(|card| format!("p={}", card.id)).collect();
    let page = browser.get(&format!("/products/compare?{}", chosen.join("&"))).await;
    let href = format!("/products/compare.pdf?{}", chosen.join("&"));
    assert!(page.has(&href.replace('&', "&#38;")) || page.has(&href), "{}", page.body);
    let sheet = browser.get(&href).await;
    assert_eq!((sheet.status, sheet.headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "application/pdf"), "{}", sheet.body);
    assert!(sheet.body.starts_with("%PDF-"));
    assert_eq!(browser.get("/products/compare.pdf").await.status, StatusCode::NOT_FOUND);
}
