//! The portal's content as an administrator writes it.

use axum::http::StatusCode;
use insurance::{
    catalogue::{ProductFilter, service as catalogue},
    site::featured,
};

use crate::{markup::sound, support::Site};

#[tokio::test]
async fn a_question_is_written_published_moved_deleted_and_brought_back() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let empty = browser.get("/site/question").await;
    sound("no questions", &empty.body);
    assert!(empty.has("Answer it once"));
    let form = browser.get("/site/question/new").await;
    sound("new question", &form.body);
    let key = form.hidden("idempotency_key");
    let half = [("idempotency_key", key.as_str()), ("heading_en", "When does cover begin?")];
    let refused = browser.post("/site/question/new", &half).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("When does cover begin?") && refused.has("f-body_en-error"), "{}", refused.body);
    let whole = [half[0], half[1], ("body_en", "On the day that you choose.")];
    let made = browser.post("/site/question/new", &whole).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let again = browser.post("/site/question/new", &whole).await;
    assert_eq!(again.location, made.location, "a second press has no second effect");

    for (turn, says) in
        [("publish", "Published"), ("up", "Published"), ("delete", "Undo the deletion"), ("restore", "Published"), ("withdraw", "Draft")]
    {
        assert_eq!(browser.post(&format!("{}/{turn}", made.location), &[]).await.status, StatusCode::SEE_OTHER, "{turn}");
        let record = browser.get(&made.location).await;
        sound(turn, &record.body);
        assert!(record.has(says), "{turn}: {}", record.body);
    }
    assert_eq!(browser.post(&format!("{}/dance", made.location), &[]).await.status, StatusCode::NOT_FOUND);
    assert!(browser.get("/site/question").await.has("When does cover begin?"));
}

#[tokio::test]
async fn a_page_is_drafted_read_and_published_and_its_html_stays_outside() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let pages = browser.get("/site/pages").await;
    sound("pages", &pages.body);
    assert!(pages.has("The platform's wording") || pages.has("The platform&#39;s wording"), "{}", pages.body);
    let platform = browser.get("/site/pages/privacy").await;
    sound("platform's page", &platform.body);
    assert!(platform.has("<h2>What we keep</h2>"), "what visitors read stands there: {}", platform.body);
    assert!(browser.get("/site/pages/privacy/edit").await.has("# What we keep"), "and is where one begins");
    let text = "# What we keep\n\n<script>alert(1)</script>\n\n**Little.**";
    let sent = [("version", "0"), ("title_en", "Privacy"), ("body_en", text)];
    let saved = browser.post("/site/pages/privacy/edit", &sent).await;
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, "/site/pages/privacy"), "{}", saved.body);
    let draft = browser.get("/site/pages/privacy").await;
    sound("draft", &draft.body);
    assert!(draft.has("<h2>What we keep</h2>") && draft.has("<strong>Little.</strong>") && !draft.has("<script>alert"), "{}", draft.body);
    let version = draft.hidden("version");
    let old = browser.post("/site/pages/privacy/publish", &[("version", "9")]).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else's draft is not published unread");
    assert_eq!(browser.post("/site/pages/privacy/publish", &[("version", &version)]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/site/pages").await.has("Version 1"));
    assert_eq!(browser.get("/site/pages/imprint").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn products_are_put_in_front() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let form = browser.get("/site").await;
    sound("in front", &form.body);
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    let shelf = catalogue::list_for_sale(&mut tx, &ProductFilter::default()).await.expect("shelf");
    drop(tx);
    let (first, second) = (shelf[3].id.to_string(), shelf[1].id.to_string());
    let sent = browser.post("/site", &[("version", "0"), ("product_1", &first), ("product_4", &second)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    assert_eq!(featured::chosen(&mut tx).await.expect("chosen"), [shelf[3].id, shelf[1].id]);
}

/// One white pixel.
pub const PIXEL: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 144, 119, 83, 222, 0, 0, 0, 12, 73, 68, 65,
    84, 120, 156, 99, 248, 255, 255, 63, 0, 5, 254, 2, 254, 13, 239, 70, 184, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

#[tokio::test]
async fn a_picture_is_shown_replaced_and_removed_and_nothing_else_is_taken_for_one() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    let product = catalogue::list_for_sale(&mut tx, &ProductFilter::default()).await.expect("shelf").remove(0).id;
    drop(tx);
    let href = format!("/pictures/product/{product}");
    let none = browser.get(&href).await;
    sound("no picture", &none.body);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for (name, bytes, says) in
        [("logo.svg", &svg[..], "PNG, JPEG or WebP"), ("logo.png", &PIXEL[..40], "cannot be read"), ("paper.png", b"%PDF-1.7", "PNG, JPEG or WebP")]
    {
        let refused = browser.upload(&href, &[("version", "0"), ("alt_en", "A car")], ("picture", name, bytes)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", refused.body);
        assert!(refused.has(says), "{name}: {}", refused.body);
    }
    let kept = browser.upload(&href, &[("version", "0"), ("alt_en", "A car")], ("picture", "car.png", PIXEL)).await;
    assert_eq!((kept.status, kept.location.as_str()), (StatusCode::SEE_OTHER, href.as_str()), "{}", kept.body);
    let shown = browser.get(&href).await;
    sound("picture", &shown.body);
    assert!(shown.has("alt=\"A car\"") && shown.has("/images/"), "{}", shown.body);
    let old = browser.upload(&href, &[("version", "0")], ("picture", "car.png", PIXEL)).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else's picture is not written over");
    let version = shown.hidden("version");
    assert_eq!(browser.post(&format!("{href}/remove"), &[("version", &version)]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&href).await.has("No picture yet"));
    sound("categories", &browser.get("/site/categories").await.body);
    assert_eq!(browser.get("/pictures/tenant/00000000-0000-0000-0000-000000000001").await.status, StatusCode::NOT_FOUND);
}
