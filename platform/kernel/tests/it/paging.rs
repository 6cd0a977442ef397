//! Pages follow each other without gaps, both ways.

use kernel::{
    app::Ports,
    audit::Change,
    paging::{List, PageRequest},
};
use testkit::World;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
}

#[tokio::test]
async fn all_rows_are_met_once_going_forward_and_again_going_back() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    for _ in 0..23 {
        tx.audit(Change::of("tests.thing.change", "thing", Uuid::now_v7())).await.unwrap();
    }
    tx.commit().await.unwrap();

    let mut tx = world.staff(&tenant).begin_read().await.unwrap();
    let mut request = PageRequest { page_size: Some(10), ..PageRequest::default() };
    let (mut forward, mut sizes) = (Vec::new(), Vec::new());
    let last = loop {
        let mut list = List::new("a.id", "from audit_entries a", "a.tenant_id", "a.id");
        list.filter("a.action = ", "tests.thing.change".to_owned(), "");
        let page = list.fetch::<Row>(&mut tx, &request, |row| row.id).await.unwrap();
        assert_eq!((page.count, page.count_exceeded), (23, false));
        sizes.push(page.results.len());
        forward.extend(page.results.iter().map(|row| row.id));
        match &page.next {
            Some(next) => request.cursor = Some(next.clone()),
            None => break page,
        }
    };
    assert_eq!(sizes, [10, 10, 3]);
    assert!(forward.windows(2).all(|pair| pair[0] > pair[1]), "newest first, each once");

    let back = PageRequest { cursor: last.previous.clone(), page_size: Some(10), ..PageRequest::default() };
    let page = List::new("a.id", "from audit_entries a", "a.tenant_id", "a.id").fetch::<Row>(&mut tx, &back, |row| row.id).await.unwrap();
    assert_eq!(page.results.iter().map(|row| row.id).collect::<Vec<_>>(), forward[10..20]);
}

#[tokio::test]
async fn a_cursor_that_was_tampered_with_is_refused() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.staff(&tenant).begin_read().await.unwrap();
    let request = PageRequest { cursor: Some("%%%".into()), ..PageRequest::default() };
    let refused = List::new("a.id", "from audit_entries a", "a.tenant_id", "a.id").fetch::<Row>(&mut tx, &request, |row| row.id).await;
    assert_eq!(refused.err().map(|error| error.kind.status()), Some(400));
}

#[tokio::test]
async fn text_that_the_database_cannot_hold_is_the_askers_mistake() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.staff(&tenant).begin_read().await.unwrap();
    let mut list = List::new("a.id", "from audit_entries a", "a.tenant_id", "a.id");
    list.filter("a.action = ", "before\0after".to_owned(), "");
    let error = list.fetch::<Row>(&mut tx, &PageRequest::default(), |row| row.id).await.map(drop).unwrap_err();
    assert_eq!((error.kind, error.code.as_ref()), (kernel::Kind::Malformed, "malformed"));
}
