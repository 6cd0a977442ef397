use chrono::Days;
use crm::activities::{self, ActivityInput, ActivityKind, FollowUpFilter};
use kernel::{app::Ports, paging::PageRequest};
use testkit::World;

use crate::customers::{asha, create};

fn call() -> ActivityInput {
    ActivityInput {
        kind: "call".into(),
        direction: "inbound".into(),
        subject: "Asked about the renewal".into(),
        outcome: "interested".into(),
        ..ActivityInput::default()
    }
}

#[tokio::test]
async fn a_call_is_written_down_and_its_next_step_is_ticked_off_once() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let staff = world.staff(&tenant);
    let customer = create(&world, &staff, asha()).await;
    let tomorrow = staff.today().checked_add_days(Days::new(1)).unwrap();
    let mut tx = staff.begin_write().await.unwrap();
    let input = ActivityInput { follow_up: "Send the offer".into(), follow_up_on: tomorrow.to_string(), ..call() };
    let said = activities::log(&mut tx, customer.id, &input).await.unwrap();
    activities::log(&mut tx, customer.id, &ActivityInput { kind: "note".into(), ..call() }).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = staff.begin_write().await.unwrap();
    let shown = activities::of_customer(&mut tx, customer.id).await.unwrap();
    assert_eq!(
        shown.iter().map(|one| (one.kind, one.direction.is_some())).collect::<Vec<_>>(),
        [(ActivityKind::Note, false), (ActivityKind::Call, true)]
    );
    let open = activities::follow_ups(&mut tx, &FollowUpFilter::default(), &PageRequest::default()).await.unwrap().results;
    assert_eq!(open.iter().map(|one| (one.customer_name.as_str(), one.follow_up.as_str())).collect::<Vec<_>>(), [("Asha Mwangi", "Send the offer")]);
    let due = FollowUpFilter { due_by: Some(staff.today()), done: false };
    assert_eq!(activities::follow_ups(&mut tx, &due, &PageRequest::default()).await.unwrap().count, 0, "it is due tomorrow");
    assert!(activities::complete(&mut tx, said.id).await.unwrap());
    assert!(!activities::complete(&mut tx, said.id).await.unwrap());
    assert!(activities::follow_up(&mut tx, said.id).await.unwrap().followed_up_at.is_some());
    assert_eq!(activities::follow_ups(&mut tx, &FollowUpFilter::default(), &PageRequest::default()).await.unwrap().count, 0);
}

#[tokio::test]
async fn a_next_step_needs_its_day_and_customers_read_nothing_of_what_was_noted() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let staff = world.staff(&tenant);
    let customer = create(&world, &staff, asha()).await;
    let mut tx = staff.begin_write().await.unwrap();
    for (follow_up, day, field) in [("Call", "", "follow_up_on"), ("Call", "2020-01-01", "follow_up_on"), ("", "2030-01-01", "follow_up")] {
        let input = ActivityInput { follow_up: follow_up.into(), follow_up_on: day.into(), ..call() };
        assert_eq!(activities::log(&mut tx, customer.id, &input).await.unwrap_err().fields[0].field, field);
    }
    activities::log(&mut tx, customer.id, &call()).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.customer(&tenant, customer.id.0).begin_read().await.unwrap();
    assert!(activities::of_customer(&mut tx, customer.id).await.unwrap().is_empty());
}
