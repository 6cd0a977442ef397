//! A customer's own pages: documents, named people, consents.

use axum::http::{StatusCode, header};

use crate::{
    sale::{shop, to_payment},
    support::{Browser, Shown},
};

const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

async fn send(browser: &mut Browser<'_>, name: &str, bytes: &[u8]) -> Shown {
    let sent = browser.upload("/account/documents", &[("kind", "other")], &[("file", name, bytes)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    browser.get("/account/documents").await
}

/// The id of the first document that a list shows.
fn first_document(list: &Shown) -> String {
    list.body.split("/account/documents/").find_map(|rest| rest.split_once("/view\"").map(|(id, _)| id)).expect("a document").to_owned()
}

#[tokio::test]
async fn a_document_is_looked_at_taken_back_and_brought_back() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let id = first_document(&send(&mut browser, "valuation.pdf", PDF).await);
    let page = browser.get(&format!("/account/documents/{id}/view")).await;
    assert!(page.has("valuation.pdf") && page.has("Received, not checked yet") && page.has("<iframe"), "{}", page.body);
    let file = browser.get(&format!("/account/documents/{id}/content")).await;
    let policy = file.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'") && file.headers[header::CONTENT_TYPE] == "application/pdf", "{policy}");
    assert_eq!(file.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");

    let gone = browser.post(&format!("/account/documents/{id}/remove"), &[]).await;
    let list = browser.get(&gone.location).await;
    assert!(list.has("The document is taken back.") && list.has(&format!("/account/documents/{id}/restore")), "{}", list.body);
    assert_eq!(browser.get(&format!("/account/documents/{id}/view")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&format!("/account/documents/{id}/restore"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(first_document(&browser.get("/account/documents").await), id);
}

#[tokio::test]
async fn documents_are_narrowed_by_kind_and_name_and_nobody_sees_anothers() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let id = first_document(&send(&mut browser, "valuation.pdf", PDF).await);
    assert!(browser.get("/account/documents?state=uploads&search=VALUA").await.has("valuation.pdf"));
    let nothing = browser.get("/account/documents?state=receipts").await;
    assert!(!nothing.has("valuation.pdf") && nothing.has("Nothing matches"), "{}", nothing.body);
    let mut other = site.browser();
    to_payment(&mut other, "juma@example.com").await;
    for page in ["view", "content"] {
        assert_eq!(other.get(&format!("/account/documents/{id}/{page}")).await.status, StatusCode::NOT_FOUND);
    }
    for act in ["remove", "restore"] {
        assert_eq!(other.post(&format!("/account/documents/{id}/{act}"), &[]).await.status, StatusCode::NOT_FOUND);
    }
    for act in ["zip", "mail"] {
        assert_eq!(other.post(&format!("/account/documents/{act}"), &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn chosen_documents_come_as_one_file_or_by_mail_and_choosing_none_is_said() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let id = first_document(&send(&mut browser, "valuation.pdf", PDF).await);
    let zip = browser.post("/account/documents/zip", &[("id", &id)]).await;
    assert_eq!(zip.headers[header::CONTENT_TYPE], "application/zip");
    assert!(zip.body.starts_with("PK") && zip.has("valuation.pdf"));
    let none = browser.post("/account/documents/zip", &[]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.has("Choose at least one document."), "{}", none.body);

    assert_eq!(browser.post("/account/documents/mail", &[("id", &id)]).await.status, StatusCode::SEE_OTHER);
    site.work().await;
    let mail = site.mail("asha@example.com");
    assert_eq!(mail.attachments.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["valuation.pdf"]);
    assert!(mail.text.contains("Hello Asha Mwangi"), "{}", mail.text);
}

#[tokio::test]
async fn beneficiaries_are_saved_when_their_shares_are_whole_and_complained_about_otherwise() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let page = browser.get("/account/beneficiaries").await;
    let version = page.hidden("version");
    let wrong = [("version", version.as_str()), ("name-0", "Neema Mfano"), ("relation-0", "child"), ("share-0", "40"), ("name-1", "")];
    let refused = browser.post("/account/beneficiaries", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("The shares do not add up to 100 percent.") && refused.has("value=\"Neema Mfano\""), "{}", refused.body);
    let right = [("version", version.as_str()), ("name-0", "Neema Mfano"), ("relation-0", "child"), ("share-0", "100"), ("id_number-0", "12345678")];
    assert_eq!(browser.post("/account/beneficiaries", &right).await.status, StatusCode::SEE_OTHER);
    let kept = browser.get("/account/beneficiaries").await;
    assert!(kept.has("value=\"Neema Mfano\"") && kept.has("••••678") && !kept.has("12345678"), "{}", kept.body);
    let stale = browser.post("/account/beneficiaries", &right).await;
    assert!(stale.has("This list was changed elsewhere meanwhile"), "{}", stale.body);
    assert_eq!(browser.get("/account/dependants").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_consent_is_given_and_taken_back_and_the_history_keeps_both() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    for granted in ["yes", ""] {
        let done = browser.post("/account/privacy/consents", &[("purpose", "marketing_sms"), ("granted", granted)]).await;
        assert_eq!(done.location, "/account/privacy");
    }
    let entries = site.count("select count(*) from consents where tenant_id = $1 and purpose = 'marketing_sms' and wording = 'News by SMS'").await;
    assert_eq!(entries, 2);
    assert!(browser.get("/account/privacy").await.has("Taken back"));
    assert_eq!(browser.post("/account/privacy/consents", &[("purpose", "everything")]).await.status, StatusCode::BAD_REQUEST);
}
