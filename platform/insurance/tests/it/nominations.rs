//! Whom customers name: one list saved as a whole, sealed numbers kept, and nobody else's eyes on it.

use insurance::nominations::{NamedPerson, Nomination, NominationRole, Place, service};
use kernel::{AppResult, Scope};

use crate::sale::Sale;

fn neema(share: &str) -> NamedPerson {
    NamedPerson {
        name: "Neema  Mfano".into(),
        relation: "child".into(),
        share: share.into(),
        born: "2015-03-09".into(),
        id_number: "12345678".into(),
        ..NamedPerson::default()
    }
}

async fn save(sale: &Sale, scope: &Scope, place: Place, version: i32, people: &[NamedPerson]) -> AppResult<Nomination> {
    let mut tx = scope.begin_write().await?;
    service::save(&mut tx, &sale.shop.world.app.sealer, place, version, people).await?;
    tx.commit().await?;
    service::get(&mut scope.begin_read().await?, place).await
}

fn general(sale: &Sale) -> Place {
    Place { customer: sale.customer.id, policy: None, role: NominationRole::Beneficiary }
}

#[tokio::test]
async fn a_list_is_saved_as_a_whole_and_a_sealed_number_stays_until_another_is_typed() {
    let sale = Sale::open().await;
    let (own, place) = (sale.own(), general(&sale));
    let first = save(&sale, &own, place, 0, &[neema("100")]).await.unwrap();
    let kept = &first.people[0];
    assert_eq!((kept.name.as_str(), kept.masked.as_deref(), kept.share_bp), ("Neema Mfano", Some("••••678"), Some(10_000)));

    let again = NamedPerson { was: Some(kept.id.0), id_number: String::new(), ..neema("60") };
    let other = NamedPerson { name: "Baraka Mfano".into(), id_number: String::new(), ..neema("40") };
    let second = save(&sale, &own, place, first.version, &[again, other]).await.unwrap();
    assert_eq!(second.people.iter().map(|one| one.masked.as_deref()).collect::<Vec<_>>(), [Some("••••678"), None]);
    let sealed: i64 =
        sale.count("select count(*) from nominees where tenant_id = $1 and position('12345678' in encode(id_sealed, 'escape')) > 0").await;
    assert_eq!(sealed, 0, "the number itself stands nowhere");

    let stale = save(&sale, &own, place, first.version, &[neema("100")]).await.unwrap_err();
    assert!(stale.is("nomination.changed"));
    assert!(save(&sale, &own, place, second.version, &[neema("99")]).await.is_err(), "shares make up the whole");
    assert!(save(&sale, &own, place, second.version, &[]).await.unwrap().people.is_empty(), "nobody need be named");
}

#[tokio::test]
async fn a_policy_goes_by_its_own_list_or_by_the_general_one() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.work().await;
    let own = sale.own();
    let policies =
        insurance::policies::service::list_own(&mut own.begin_read().await.unwrap(), &Default::default(), &Default::default()).await.unwrap();
    let of_policy = Place { policy: Some(policies.results[0].id), ..general(&sale) };
    save(&sale, &own, general(&sale), 0, &[neema("100")]).await.unwrap();
    let (in_force, its_own) = service::in_force(&mut own.begin_read().await.unwrap(), of_policy).await.unwrap();
    assert_eq!((in_force.people.len(), its_own), (1, false));
    let two = [neema("50"), NamedPerson { name: "Baraka Mfano".into(), ..neema("50") }];
    save(&sale, &own, of_policy, 0, &two).await.unwrap();
    let (in_force, its_own) = service::in_force(&mut own.begin_read().await.unwrap(), of_policy).await.unwrap();
    assert_eq!((in_force.people.len(), its_own), (2, true));
}

#[tokio::test]
async fn another_customer_neither_sees_nor_changes_the_list() {
    let sale = Sale::open().await;
    let place = general(&sale);
    save(&sale, &sale.own(), place, 0, &[neema("100")]).await.unwrap();
    let stranger = sale.shop.world.customer(&sale.shop.tenant, uuid::Uuid::now_v7());
    let seen = service::get(&mut stranger.begin_read().await.unwrap(), place).await.unwrap();
    assert!(seen.people.is_empty());
    assert!(save(&sale, &stranger, place, 0, &[neema("100")]).await.is_err());
    let staff = service::get(&mut sale.staff().begin_read().await.unwrap(), place).await.unwrap();
    assert_eq!(staff.people.len(), 1);
}
