//! Uploads and the virus scanner: what is clean is kept, what is not is refused, and what nobody could look at is given to nobody.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use documents::{
    DocumentKind, DocumentState, NewUpload,
    files::{ScanHeld, must_be_clean, upload},
    register::{DocumentFilter, archive, service},
    scanner::Clamd,
};
use kernel::{
    app::Ports,
    jobs::{Job, JobCx},
    paging::PageRequest,
};
use ports::{
    object::ObjectStore,
    scan::{ScanError, Verdict, VirusScanner},
};
use simulators::clamd;
use testkit::{MemoryObjects, World};
use uuid::Uuid;

use crate::world::{Office, brokerage};

/// Finds everything clean, but does not get along with what is strange.
#[derive(Default)]
struct Picky {
    down: AtomicBool,
}

#[async_trait]
impl VirusScanner for Picky {
    async fn scan(&self, bytes: Bytes) -> Result<Verdict, ScanError> {
        self.ping().await?;
        if bytes.windows(7).any(|part| part == b"Strange") { Err(ScanError("it cannot be unpacked".to_owned())) } else { Ok(Verdict::Clean) }
    }
    async fn ping(&self) -> Result<(), ScanError> {
        if self.down.load(Ordering::Relaxed) { Err(ScanError("no connection".to_owned())) } else { Ok(()) }
    }
}

async fn office(scanner: &clamd::Clamd) -> Office {
    office_with(Arc::new(Clamd::new(scanner.address().parse().expect("an address")))).await
}

async fn office_with(scanner: Arc<dyn VirusScanner>) -> Office {
    let objects = Arc::new(MemoryObjects::default());
    let world = World::new(Ports::new().with::<dyn ObjectStore>(objects.clone()).with::<dyn VirusScanner>(scanner));
    let tenant = brokerage(&world).await;
    Office { world, tenant, objects }
}

fn pdf(customer: Uuid, inside: &str) -> NewUpload {
    let bytes = Bytes::from(format!("%PDF-1.4\n{inside}\n%%EOF\n"));
    NewUpload { kind: DocumentKind::Other, customer, subject: None, file_name: "letter.pdf".into(), bytes }
}

async fn work(office: &Office) {
    let cx = JobCx { app: office.world.app.clone(), scope: office.system(), id: Uuid::now_v7(), attempt: 1 };
    ScanHeld {}.run(cx).await.expect("the job runs");
}

#[tokio::test]
async fn a_clean_file_is_kept_and_a_virus_is_refused_without_a_trace() {
    let scanner = clamd::start().await.expect("the scanner");
    let office = office(&scanner).await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    assert_eq!(upload(app, &scope, pdf(customer, "Dear sirs")).await.unwrap().state, DocumentState::Current);
    let refused = upload(app, &scope, pdf(customer, &clamd::eicar())).await.unwrap_err();
    assert!(refused.is("document.infected"), "{refused:?}");
    assert_eq!(office.objects.paths(office.tenant.id).len(), 1);
    assert_eq!((scanner.scanned().len(), scanner.faults()), (2, Vec::new()));
}

#[tokio::test]
async fn while_the_scanner_is_away_a_file_is_kept_aside_and_given_to_nobody() {
    let scanner = clamd::start().await.expect("the scanner");
    let office = office(&scanner).await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    scanner.down(true);
    let held = upload(app, &scope, pdf(customer, "Dear sirs")).await.unwrap();
    assert_eq!(held.state, DocumentState::Held);
    assert_eq!(upload(app, &scope, pdf(customer, "Dear sirs")).await.unwrap().id, held.id, "sent twice is sent once");
    for scope in [scope.clone(), office.world.staff(&office.tenant)] {
        assert!(service::download_link(app, &scope, held.id).await.unwrap_err().is("not_found"));
        assert!(service::open(app, &scope, held.id).await.unwrap_err().is("not_found"));
        assert!(archive::choose(&scope, &[held.id]).await.unwrap_err().is("not_found"));
        let mut tx = scope.begin_read().await.unwrap();
        assert_eq!(service::list(&mut tx, &DocumentFilter::default(), &PageRequest::default()).await.unwrap().count, 0);
    }
    work(&office).await;
    assert!(service::download_link(app, &scope, held.id).await.is_err(), "it is still away");
    scanner.down(false);
    work(&office).await;
    work(&office).await;
    assert!(service::download_link(app, &scope, held.id).await.is_ok());
}

#[tokio::test]
async fn a_virus_that_was_kept_aside_is_deleted_once_it_is_found() {
    let scanner = clamd::start().await.expect("the scanner");
    let office = office(&scanner).await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    scanner.down(true);
    let held = upload(app, &scope, pdf(customer, &clamd::eicar())).await.unwrap();
    scanner.down(false);
    work(&office).await;
    assert!(office.objects.paths(office.tenant.id).is_empty());
    assert!(service::download_link(app, &scope, held.id).await.unwrap_err().is("not_found"));
    assert!(upload(app, &scope, pdf(customer, &clamd::eicar())).await.unwrap_err().is("document.infected"), "and sent again it is refused again");
}

#[tokio::test]
async fn files_that_cannot_be_read_hold_up_no_other_that_waits_for_the_scanner() {
    let scanner = clamd::start().await.expect("the scanner");
    let office = office(&scanner).await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    scanner.down(true);
    // More than one round takes.
    for n in 0..51 {
        assert_eq!(upload(app, &scope, pdf(customer, &format!("Lost {n}"))).await.unwrap().state, DocumentState::Held);
    }
    for path in office.objects.paths(office.tenant.id) {
        office.objects.delete(office.tenant.id, &path).await.unwrap();
    }
    let held = upload(app, &scope, pdf(customer, "Dear sirs")).await.unwrap();
    scanner.down(false);
    work(&office).await;
    assert!(service::download_link(app, &scope, held.id).await.is_err(), "fifty came before it, and none of them can be read");
    work(&office).await;
    assert!(service::download_link(app, &scope, held.id).await.is_ok(), "those wait, and it has its turn");
    let mut tx = office.system().begin_read().await.unwrap();
    let waiting: i64 = sqlx::query_scalar("select count(*) from documents where tenant_id = $1 and state = 'held' and scan_after > $2")
        .bind(office.tenant.id.0)
        .bind(tx.scope().now())
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert_eq!(waiting, 51);
}

#[tokio::test]
async fn a_file_that_the_scanner_does_not_judge_holds_up_no_other() {
    let scanner = Arc::new(Picky::default());
    let office = office_with(scanner.clone()).await;
    let (app, customer) = (&office.world.app, Uuid::now_v7());
    let scope = office.world.customer(&office.tenant, customer);
    scanner.down.store(true, Ordering::Relaxed);
    let strange = upload(app, &scope, pdf(customer, "Strange")).await.unwrap();
    let held = upload(app, &scope, pdf(customer, "Dear sirs")).await.unwrap();
    assert_eq!((strange.state, held.state), (DocumentState::Held, DocumentState::Held));
    work(&office).await;
    assert!(service::download_link(app, &scope, held.id).await.is_err(), "the scanner is away");
    scanner.down.store(false, Ordering::Relaxed);
    work(&office).await;
    assert!(service::download_link(app, &scope, held.id).await.is_ok(), "no file waits longer because the scanner was away");
    assert!(service::download_link(app, &scope, strange.id).await.is_err(), "nobody knows what is in it");
}

#[tokio::test]
async fn what_staff_send_for_the_firm_is_scanned_and_never_kept_aside() {
    let scanner = clamd::start().await.expect("the scanner");
    let office = office(&scanner).await;
    let bytes = |inside: &str| Bytes::from(format!("%PDF-1.4\n{inside}\n%%EOF\n"));
    let app = &office.world.app;
    must_be_clean(app, bytes("Dear sirs")).await.unwrap();
    assert!(must_be_clean(app, bytes(&clamd::eicar())).await.unwrap_err().is("document.infected"));
    scanner.down(true);
    assert!(must_be_clean(app, bytes("Dear sirs")).await.unwrap_err().is("document.busy"));
}

#[tokio::test]
async fn the_scanner_answers_and_takes_large_files_in_pieces() {
    let scanner = clamd::start().await.expect("the scanner");
    let client = Clamd::new(scanner.address().parse().expect("an address"));
    client.ping().await.expect("it answers");
    assert!(client.scan(Bytes::from(vec![7; 3_000_000])).await.is_ok());
    assert!(client.scan(Bytes::from(vec![7; 26 * 1024 * 1024])).await.is_err(), "more than it takes is not clean");
    assert_eq!(scanner.scanned(), [3_000_000]);
    scanner.shutdown().await;
    assert!(client.ping().await.is_err());
}
