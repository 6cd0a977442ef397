//! How many statements the database is asked: as many for a full cart, its order or a large fleet as for a small one.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use insurance::{
    cart,
    fleet::{PlaceFleet, Told, service},
    plans::Plan,
};
use tracing::{Event, Metadata, Subscriber, span};

use crate::sale::Sale;

/// Counts the statements of a thread, on which the runtime of a test does everything.
#[derive(Clone, Default)]
struct Statements(Arc<AtomicUsize>);

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// How many statements some work asks, and what it gives.
async fn counted<T>(work: impl Future<Output = T>) -> (usize, T) {
    let statements = Statements::default();
    let counting = tracing::subscriber::set_default(statements.clone());
    let done = work.await;
    drop(counting);
    (statements.0.load(Ordering::SeqCst), done)
}

#[tokio::test]
async fn a_full_cart_and_its_order_ask_as_much_as_small_ones() {
    let sale = Sale::open().await;
    let mut asked = Vec::new();
    // The first time some things are asked that are known from then on.
    for plates in [&["KDA 001A"][..], &["KDB 001B", "KDB 002B"], &["KDC 001C", "KDC 002C", "KDC 003C", "KDC 004C", "KDC 005C", "KDC 006C"]] {
        for plate in plates {
            sale.add_car(&sale.own(), plate).await;
        }
        let (shown, cart) = counted(async {
            let mut tx = sale.own().begin_read().await.unwrap();
            cart::service::view(&mut tx).await.unwrap()
        })
        .await;
        assert_eq!(cart.lines.len(), plates.len());
        let (ordered, order) = counted(sale.try_order()).await;
        order.unwrap();
        asked.push((shown, ordered));
    }
    assert!(asked[1].0 > 2 && asked[1].1 > asked[1].0, "statements are counted: {asked:?}");
    assert_eq!(asked[1], asked[2]);
}

#[tokio::test]
async fn a_large_fleet_asks_as_much_as_a_small_one() {
    let sale = Sale::open().await;
    let product = sale.shop.product("jubilee-private-comprehensive").await.id;
    let mut asked = Vec::new();
    for (series, cars) in [('A', 1), ('B', 2), ('C', 40)] {
        let rows: Vec<String> = (1..=cars).map(|car| format!("KD{series} {car:03}A,Toyota,Axio,2018,1000000,private")).collect();
        let sheet = format!("plate,make,model,year,value,use\n{}\n", rows.join("\n"));
        let (count, placed) = counted(async {
            let staff = sale.staff();
            let mut tx = staff.begin_write().await.unwrap();
            let told = Told::Sheet { bytes: sheet.as_bytes(), extras: "extras" };
            let place = PlaceFleet { product, told, expected: 4_775_400 * cars, starts_on: staff.today(), plan: Plan::Full, leave_out: false };
            let placed = service::place(&mut tx, &sale.shop.law, sale.customer.id, place).await.unwrap();
            tx.commit().await.unwrap();
            placed
        })
        .await;
        assert_eq!(placed.order.payable.minor, 4_775_400 * cars);
        asked.push(count);
    }
    assert!(asked[1] > 5, "statements are counted: {asked:?}");
    assert_eq!(asked[1], asked[2]);
}
