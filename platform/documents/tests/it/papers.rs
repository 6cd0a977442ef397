//! What customers do with their documents: take a file back, change their mind, get several at once.

use std::sync::Arc;

use bytes::Bytes;
use chrono::Duration;
use documents::{
    DocumentGroup, DocumentKind, DocumentState, NewUpload,
    files::upload,
    issue,
    register::{
        DocumentFilter, archive,
        jobs::{EraseRemoved, UNDO},
        service,
    },
};
use kernel::{
    Scope, Tenant,
    jobs::{Job, JobCx},
    paging::PageRequest,
};
use tokio::io::AsyncReadExt;
use uuid::Uuid;

use crate::world::{Office, receipt};

fn photo(customer: Uuid, side: u32) -> NewUpload {
    let bytes = Bytes::from(crate::uploads::png(side, side));
    NewUpload { kind: DocumentKind::Photo, customer, subject: None, file_name: "car.png".into(), bytes }
}

async fn listed(scope: &Scope, filter: DocumentFilter, search: &str) -> Vec<String> {
    let mut tx = scope.begin_read().await.unwrap();
    let page = PageRequest { search: Some(search.to_owned()), ..PageRequest::default() };
    service::list(&mut tx, &filter, &page).await.unwrap().results.into_iter().map(|document| document.title).collect()
}

async fn erase(office: &Office) {
    let cx = JobCx { app: office.world.app.clone(), scope: office.system(), id: Uuid::now_v7(), attempt: 1 };
    EraseRemoved {}.run(cx).await.expect("the job runs");
}

#[tokio::test]
async fn a_file_is_taken_back_by_its_sender_and_brought_back_while_it_is_there() {
    let office = Office::new().await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    let sent = upload(app, &scope, photo(customer, 8)).await.unwrap();
    let stranger = office.world.customer(&office.tenant, Uuid::now_v7());
    assert!(service::remove(&stranger, sent.id).await.unwrap_err().is("not_found"));

    service::remove(&scope, sent.id).await.unwrap();
    service::remove(&scope, sent.id).await.unwrap();
    assert!(listed(&scope, DocumentFilter::default(), "").await.is_empty());
    assert!(service::download_link(app, &scope, sent.id).await.unwrap_err().is("not_found"));
    let removed = DocumentFilter { state: Some(DocumentState::Removed), ..DocumentFilter::default() };
    assert_eq!(listed(&scope, removed, "").await, ["car.png"]);
    erase(&office).await;
    assert_eq!(office.objects.paths(office.tenant.id).len(), 1, "what may come back is kept");

    assert!(service::restore(&stranger, sent.id).await.unwrap_err().is("not_found"));
    service::restore(&scope, sent.id).await.unwrap();
    assert_eq!(listed(&scope, DocumentFilter::default(), "").await, ["car.png"]);
    service::remove(&scope, sent.id).await.unwrap();
    assert_eq!(upload(app, &scope, photo(customer, 8)).await.unwrap().state, DocumentState::Current, "sending it again wants it again");
}

#[tokio::test]
async fn after_a_while_the_file_is_gone_for_good_and_may_be_sent_anew() {
    let office = Office::new().await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    let sent = upload(app, &scope, photo(customer, 8)).await.unwrap();
    service::remove(&scope, sent.id).await.unwrap();
    app.clock.advance(UNDO + Duration::minutes(1));
    assert!(service::restore(&scope, sent.id).await.unwrap_err().is("not_found"), "too late, though the file is still there");
    erase(&office).await;
    assert_eq!(office.objects.paths(office.tenant.id).len(), 1, "nothing is deleted at the moment at which it could be brought back");
    app.clock.advance(Duration::hours(1));
    office.objects.fail_next(1);
    let cx = JobCx { app: app.clone(), scope: office.system(), id: Uuid::now_v7(), attempt: 1 };
    assert!(EraseRemoved {}.run(cx).await.is_err(), "a store that is away is asked again");
    erase(&office).await;
    erase(&office).await;
    assert!(office.objects.paths(office.tenant.id).is_empty());
    assert!(service::restore(&scope, sent.id).await.unwrap_err().is("not_found"));
    assert_ne!(upload(app, &scope, photo(customer, 8)).await.unwrap().id, sent.id);
}

#[tokio::test]
async fn a_file_that_cannot_be_deleted_holds_up_no_other() {
    let office = Office::new().await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    for side in [8, 9] {
        let sent = upload(app, &scope, photo(customer, side)).await.unwrap();
        service::remove(&scope, sent.id).await.unwrap();
    }
    app.clock.advance(UNDO + Duration::hours(2));
    office.objects.fail_next(1);
    let cx = JobCx { app: app.clone(), scope: office.system(), id: Uuid::now_v7(), attempt: 1 };
    assert!(EraseRemoved {}.run(cx).await.is_err());
    assert_eq!(office.objects.paths(office.tenant.id).len(), 1);
    erase(&office).await;
    assert!(office.objects.paths(office.tenant.id).is_empty());
}

#[tokio::test]
async fn what_is_sent_anew_while_the_old_file_waits_for_its_end_is_a_new_document_with_a_file() {
    let office = Office::new().await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    let sent = upload(app, &scope, photo(customer, 8)).await.unwrap();
    service::remove(&scope, sent.id).await.unwrap();
    app.clock.advance(UNDO + Duration::minutes(1));
    let again = upload(app, &scope, photo(customer, 8)).await.unwrap();
    assert_ne!(again.id, sent.id);
    app.clock.advance(Duration::hours(2));
    erase(&office).await;
    assert_eq!(office.objects.paths(office.tenant.id), [again.path]);
}

#[tokio::test]
async fn what_we_issued_or_checked_is_not_taken_back() {
    let office = Office::new().await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    let issued = issue(app, &office.system(), receipt(customer, Uuid::now_v7())).await.unwrap();
    let checked = upload(app, &scope, photo(customer, 8)).await.unwrap();
    let mut tx = office.world.staff(&office.tenant).begin_write().await.unwrap();
    service::verify_upload(&mut tx, checked.id).await.unwrap();
    tx.commit().await.unwrap();
    for id in [issued.id, checked.id] {
        assert!(service::remove(&scope, id).await.unwrap_err().is("document.relied_on"));
    }
}

#[tokio::test]
async fn a_customer_finds_documents_by_group_and_by_a_part_of_the_name() {
    let office = Office::new().await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    issue(app, &office.system(), receipt(customer, Uuid::now_v7())).await.unwrap();
    upload(app, &scope, photo(customer, 8)).await.unwrap();
    let of = |group| DocumentFilter { group: Some(group), ..DocumentFilter::default() };
    assert_eq!(listed(&scope, of(DocumentGroup::Receipts), "").await, ["Receipt"]);
    assert_eq!(listed(&scope, of(DocumentGroup::Uploads), "").await, ["car.png"]);
    assert!(listed(&scope, of(DocumentGroup::Policies), "").await.is_empty());
    assert_eq!(listed(&scope, DocumentFilter::default(), "AR.P").await, ["car.png"]);
    assert_eq!(listed(&scope, DocumentFilter::default(), "rc-").await, ["Receipt"], "and by its number");
}

#[tokio::test]
async fn several_documents_come_as_one_file_and_nobody_elses_among_them() {
    let office = Office::new().await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    let (one, two) = (upload(app, &scope, photo(customer, 8)).await.unwrap(), upload(app, &scope, photo(customer, 9)).await.unwrap());
    let other = Uuid::now_v7();
    let theirs = upload(app, &office.world.customer(&office.tenant, other), photo(other, 8)).await.unwrap();

    let chosen = archive::choose(&scope, &[one.id, two.id, one.id]).await.unwrap();
    let mut file = Vec::new();
    archive::zip(app, &scope, chosen).read_to_end(&mut file).await.unwrap();
    let text = String::from_utf8_lossy(&file);
    assert!(file.starts_with(b"PK\x03\x04") && text.contains("PK\u{5}\u{6}"), "begins and ends as a ZIP file does");
    assert!(text.contains("car.png") && text.contains("car (2).png"), "both, each by a name of its own");

    assert!(archive::choose(&scope, &[one.id, theirs.id]).await.unwrap_err().is("not_found"));
    let crowd: Vec<_> = (0..=archive::MOST).map(|_| documents::DocumentId::new()).collect();
    assert!(archive::choose(&scope, &crowd).await.unwrap_err().is("document.too_many_at_once"));
    assert!(archive::choose(&scope, &[]).await.is_err());
}

#[tokio::test]
async fn tenants_get_the_job_that_erases_when_a_file_was_removed_long_enough_ago() {
    let office = Office::new().await;
    let other = office.world.brokerage().await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    let sent = upload(app, &scope, photo(customer, 8)).await.unwrap();
    let is_due = async |tenant: &Arc<Tenant>| testkit::is_due(&app.db, &documents::module(), EraseRemoved::NAME, tenant, app.clock.now()).await;
    service::remove(&scope, sent.id).await.unwrap();
    assert!(!is_due(&office.tenant).await);
    app.clock.advance(UNDO + Duration::hours(2));
    assert!(is_due(&office.tenant).await && !is_due(&other).await);
    erase(&office).await;
    assert!(!is_due(&office.tenant).await);
}
