//! Many vehicles by a sheet: a verdict for every row, and one order for all or none.

use insurance::{
    fleet::{self, Fleet, Outcome, PlaceFleet, service},
    orders::{self, Order},
    plans::Plan,
};
use kernel::{AppResult, Kind};

use crate::sale::Sale;

const EXTRAS: &str = "Extras";
const HEAD: &str = "Number plate,make,Model,Year of manufacture,Value of the car,What the car is used for,Extras\n";

async fn judge(sale: &Sale, sheet: &str) -> AppResult<Fleet> {
    let product = sale.shop.product("jubilee-private-comprehensive").await.id;
    let mut tx = sale.staff().begin_read().await.unwrap();
    service::judge(&mut tx, &sale.shop.law, product, sheet.as_bytes(), EXTRAS).await
}

async fn place(sale: &Sale, sheet: &str, expected: i64) -> AppResult<Order> {
    let product = sale.shop.product("jubilee-private-comprehensive").await.id;
    let staff = sale.staff();
    let mut tx = staff.begin_write().await?;
    let place = PlaceFleet { product, sheet: sheet.as_bytes(), extras: EXTRAS, expected, starts_on: staff.today(), plan: Plan::Full };
    let order = service::place(&mut tx, &sale.shop.law, sale.customer.id, place).await?;
    tx.commit().await?;
    Ok(order)
}

/// What is wrong with each row, by question and code; a row without fault says what it costs.
fn told(fleet: &Fleet) -> Vec<String> {
    fleet
        .verdicts
        .iter()
        .map(|verdict| match &verdict.outcome {
            Outcome::Priced(premium) => format!("{} {}", verdict.line, premium.payable.minor),
            Outcome::Declined(reasons) => format!("{} {}", verdict.line, reasons[0].code),
            Outcome::Wrong(faults) => {
                let faults: Vec<String> = faults.iter().map(|fault| format!("{} {}", fault.field, fault.code)).collect();
                format!("{} {}", verdict.line, faults.join(", "))
            }
        })
        .collect()
}

#[tokio::test]
async fn a_sheet_becomes_one_order_with_a_cover_for_every_vehicle() {
    let sale = Sale::open().await;
    let sheet =
        format!("\u{feff}{HEAD}kda 123a,Toyota,Axio,2018,\"1,000,000\",Private: home, work, journeys,\nKDB456B,Isuzu,NPR,2019,2000000,private,pvt\n")
            .replace("Private: home, work, journeys", "\"Private: home, work, journeys\"");
    let fleet = judge(&sale, &sheet).await.unwrap();
    assert!(fleet.is_whole());
    assert_eq!(told(&fleet)[0], "2 4775400");
    let order = place(&sale, &sheet, fleet.payable.minor).await.unwrap();
    assert_eq!(order.payable, fleet.payable);
    sale.pay(&order).await;
    sale.work().await;
    let mut tx = sale.own().begin_read().await.unwrap();
    let lines = orders::service::lines(&mut tx, order.id).await.unwrap();
    assert_eq!(
        lines.iter().map(|line| (line.plate.as_deref().unwrap(), line.add_ons.join(" "))).collect::<Vec<_>>(),
        [("KDA 123A", String::new()), ("KDB 456B", "pvt".to_owned())]
    );
    assert!(lines.iter().all(|line| line.policy.is_some()));
}

#[tokio::test]
async fn every_row_says_what_is_wrong_with_it_and_one_bad_row_stops_all() {
    let sale = Sale::open().await;
    let rows = [
        "KDA 123A,Toyota,Axio,2018,1000000,private,",
        "kda123a,Toyota,Vitz,2018,900000,private,",
        "KDC 789C,Toyota,Axio,1998,1000000,private,",
        "KDD 001D,Toyota,=HYPERLINK(1),2018,1000000,private,",
        "KDE 002E,,Axio,soon,1000000,racing,",
        "KDF 003F,Toyota,Axio,2018,1000000,private,gold rims",
        "no plate,Toyota,Axio,2018,1000000,private,",
    ];
    let sheet = format!("{HEAD}{}\n", rows.join("\n"));
    let fleet = judge(&sale, &sheet).await.unwrap();
    assert!(!fleet.is_whole());
    let told = told(&fleet);
    assert_eq!(told[0], "2 4775400");
    assert_eq!(told[1], "3 plate fleet-plate-twice");
    assert_eq!(told[2], "4 vehicle_too_old");
    assert_eq!(told[3], "5 model fleet-formula");
    assert!(told[4].starts_with("6 make field-required, year "), "{}", told[4]);
    assert_eq!(told[5], "7 extras fleet-extra-unknown");
    assert!(told[6].starts_with("8 plate "), "{}", told[6]);
    assert!(place(&sale, &sheet, fleet.payable.minor).await.unwrap_err().is("fleet.not_whole"));
    for table in ["select count(*) from quotes where tenant_id = $1", "select count(*) from orders where tenant_id = $1"] {
        assert_eq!(sale.count(table).await, 0);
    }
}

#[tokio::test]
async fn nothing_is_ordered_at_another_price_than_the_one_that_was_shown() {
    let sale = Sale::open().await;
    let sheet = format!("{HEAD}KDA 123A,Toyota,Axio,2018,1000000,private,\n");
    let shown = judge(&sale, &sheet).await.unwrap().payable.minor;
    assert!(place(&sale, &sheet, shown - 100).await.unwrap_err().is("fleet.price_changed"));
    let dearer = sheet.replace("1000000", "1200000");
    assert!(place(&sale, &dearer, shown).await.unwrap_err().is("fleet.price_changed"));
    assert_eq!(sale.count("select count(*) from orders where tenant_id = $1").await, 0);
}

#[tokio::test]
async fn what_is_no_such_sheet_is_refused_before_anything_is_priced() {
    let sale = Sale::open().await;
    let refused = async |sheet: &str| judge(&sale, sheet).await.unwrap_err().fields.first().map(|field| field.code.to_string());
    assert_eq!(refused("Number plate,Colour\nKDA 123A,red\n").await.as_deref(), Some("fleet-column-unknown"));
    assert_eq!(refused(HEAD).await.as_deref(), Some("fleet-empty"));
    let long = format!("{HEAD}{}", "KDA 123A,Toyota,Axio,2018,1000000,private,\n".repeat(fleet::MOST_ROWS + 1));
    assert_eq!(refused(&long).await.as_deref(), Some("sheet-too-long"));
    assert_eq!(judge(&sale, &"x".repeat(fleet::MOST_BYTES + 1)).await.unwrap_err().kind, Kind::TooLarge);
}

#[tokio::test]
async fn the_template_has_the_columns_that_are_read_in_every_language() {
    let sale = Sale::open().await;
    let terms = sale.shop.product("jubilee-private-comprehensive").await.current.terms;
    for locale in ["en", "sw"] {
        let template = String::from_utf8(fleet::template(&terms, locale, "Nyongeza").unwrap()).unwrap();
        assert!(template.starts_with('\u{feff}') && template.lines().count() == 1);
        let product = sale.shop.product("jubilee-private-comprehensive").await.id;
        let mut tx = sale.staff().begin_read().await.unwrap();
        let error = service::judge(&mut tx, &sale.shop.law, product, template.as_bytes(), "Nyongeza").await.unwrap_err();
        assert_eq!(error.fields[0].code, "fleet-empty", "every heading is known");
    }
}
