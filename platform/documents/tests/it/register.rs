use bytes::Bytes;
use documents::{
    DocumentKind, NewUpload, Subject,
    files::upload,
    issue,
    register::{DocumentFilter, service},
};
use kernel::paging::PageRequest;
use uuid::Uuid;

use crate::world::{Office, receipt};

fn logbook(customer: Uuid) -> NewUpload {
    let png = crate::uploads::png(8, 8);
    NewUpload { kind: DocumentKind::Logbook, customer, subject: None, file_name: "my logbook.gif".into(), bytes: Bytes::from(png) }
}

#[tokio::test]
async fn a_file_sent_twice_is_kept_once_and_named_by_what_it_is() {
    let office = Office::new().await;
    let customer = Uuid::now_v7();
    let scope = office.world.customer(&office.tenant, customer);
    let first = upload(&office.world.app, &scope, logbook(customer)).await.unwrap();
    let again = upload(&office.world.app, &scope, logbook(customer)).await.unwrap();
    assert_eq!(first.id, again.id);
    assert_eq!((first.file_name.as_str(), first.mime.as_str()), ("my logbook.png", "image/png"));
    assert_eq!(office.objects.paths(office.tenant.id), [format!("user_documents/{customer}/{}.png", first.id)]);
    let other_purpose = upload(&office.world.app, &scope, NewUpload { kind: DocumentKind::Photo, ..logbook(customer) }).await.unwrap();
    assert_ne!(other_purpose.id, first.id);
}

#[tokio::test]
async fn a_customer_sees_and_opens_own_documents_only() {
    let office = Office::new().await;
    let (app, tenant) = (&office.world.app, &office.tenant);
    let (own, other) = (Uuid::now_v7(), Uuid::now_v7());
    let mine = upload(app, &office.world.customer(tenant, own), logbook(own)).await.unwrap();
    let theirs = issue(app, &office.system(), receipt(other, Uuid::now_v7())).await.unwrap();

    let scope = office.world.customer(tenant, own);
    let mut tx = scope.begin_read().await.unwrap();
    for filter in [DocumentFilter::default(), DocumentFilter { customer: Some(other), ..DocumentFilter::default() }] {
        let page = service::list(&mut tx, &filter, &PageRequest::default()).await.unwrap();
        assert_eq!(page.results.iter().map(|d| d.id).collect::<Vec<_>>(), [mine.id]);
    }
    drop(tx);
    let link = service::download_link(app, &scope, mine.id).await.unwrap();
    assert!(link.url.ends_with("?for=3600"), "{}", link.url);
    assert!(service::download_link(app, &scope, theirs.id).await.unwrap_err().is("not_found"));
    assert!(service::download_link(app, &office.world.visitor(tenant), mine.id).await.unwrap_err().is("not_found"));
    assert!(upload(app, &scope, logbook(other)).await.unwrap_err().is("not_found"), "nobody files for somebody else");
}

#[tokio::test]
async fn a_customer_cannot_file_what_only_the_platform_issues() {
    let office = Office::new().await;
    let customer = Uuid::now_v7();
    let scope = office.world.customer(&office.tenant, customer);
    let forged = NewUpload { kind: DocumentKind::Certificate, ..logbook(customer) };
    assert!(upload(&office.world.app, &scope, forged).await.unwrap_err().is("document.kind_not_accepted"));
    let bad = NewUpload { bytes: Bytes::from_static(b"<svg/>"), ..logbook(customer) };
    assert!(upload(&office.world.app, &scope, bad).await.unwrap_err().is("document.unsupported"));
}

#[tokio::test]
async fn staff_views_are_recorded_and_only_uploads_are_verified() {
    let office = Office::new().await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let staff = office.world.staff(&office.tenant);
    let sent = upload(app, &office.world.customer(&office.tenant, customer), logbook(customer)).await.unwrap();
    let issued = issue(app, &office.system(), receipt(customer, Uuid::now_v7())).await.unwrap();
    service::download_link(app, &staff, sent.id).await.unwrap();

    let mut tx = staff.begin_write().await.unwrap();
    let views: i64 = sqlx::query_scalar("select count(*) from access_entries where tenant_id = $1 and object_type = 'document' and object_id = $2")
        .bind(office.tenant.id.0)
        .bind(sent.id.0)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert_eq!(views, 1);
    assert!(service::verify_upload(&mut tx, sent.id).await.unwrap().verified_at.is_some());
    assert!(service::verify_upload(&mut tx, issued.id).await.unwrap_err().is("document.not_an_upload"));
}

#[tokio::test]
async fn documents_of_one_thing_come_oldest_first_and_another_tenants_never() {
    let office = Office::new().await;
    let (customer, payment) = (Uuid::now_v7(), Uuid::now_v7());
    let first = issue(&office.world.app, &office.system(), receipt(customer, payment)).await.unwrap();
    let mut second = receipt(customer, payment);
    second.revision = 2;
    let second = issue(&office.world.app, &office.system(), second).await.unwrap();
    let subject = Subject::new("payment", payment);
    let mut tx = office.system().begin_read().await.unwrap();
    let ids: Vec<_> = service::list_of(&mut tx, subject).await.unwrap().into_iter().map(|d| (d.id, d.state.as_str())).collect();
    assert_eq!(ids, [(first.id, "replaced"), (second.id, "current")]);
    let elsewhere = office.world.brokerage().await;
    let mut tx = office.world.system(&elsewhere).begin_read().await.unwrap();
    assert!(service::list_of(&mut tx, subject).await.unwrap().is_empty());
}
