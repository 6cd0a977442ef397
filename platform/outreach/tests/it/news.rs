//! What a tenant's events plugins are told, in which order, and what becomes of it when they do not listen.

use insurance::policies::{PolicyApproved, PolicyCancelled, PolicyId};
use integrations::installs::{InstallMode, InstallationChanged};
use kernel::{
    jobs::{Job, JobError, Subscriber},
    platform_tx::PlatformTx,
};
use outreach::news::{FollowPlugins, TellPlugin, TellPlugins, links};
use ports::PortError;
use uuid::Uuid;

use crate::{notices::verified, world::House};

/// An installation of an events plugin that hears of policies.
pub async fn plugin(house: &House, mode: InstallMode) -> Uuid {
    let (publisher, plugin, version, installation) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let mut tx = PlatformTx::begin(&house.app.db, "tests").await.unwrap();
    sqlx::query("insert into publishers (id, handle, name) values ($1, 'p' || $1::text, 'Test')").bind(publisher).execute(tx.conn()).await.unwrap();
    sqlx::query("insert into plugins (id, publisher_id, name, kind) values ($1, $2, 'test.' || $1::text, 'events')")
        .bind(plugin)
        .bind(publisher)
        .execute(tx.conn())
        .await
        .unwrap();
    sqlx::query(
        "insert into plugin_versions (id, plugin_id, version, component_sha256, component_bytes, manifest, signature, state, published_at)
         values ($1, $2, '1.0.0', repeat('0', 64), 1, '', repeat('0', 64), 'yanked', '2000-01-01')",
    )
    .bind(version)
    .bind(plugin)
    .execute(tx.conn())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut tx = house.system().begin_write().await.unwrap();
    sqlx::query(
        "insert into plugin_installations (tenant_id, id, plugin_id, version_id, mode, granted, created_at, updated_at)
         values ($1, $2, $3, $4, $5, '{}', now(), now())",
    )
    .bind(house.tenant.id.0)
    .bind(installation)
    .bind(plugin)
    .bind(version)
    .bind(mode.as_str())
    .execute(tx.conn())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    for kind in ["policy.approved", "policy.cancelled"] {
        house.plugins.hear(installation, kind);
    }
    installation
}

async fn switch(house: &House, installation: Uuid, mode: InstallMode) {
    let mut tx = house.system().begin_write().await.unwrap();
    sqlx::query("update plugin_installations set mode = $3 where tenant_id = $1 and id = $2")
        .bind(house.tenant.id.0)
        .bind(installation)
        .bind(mode.as_str())
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let event = house.happen(&InstallationChanged { installation, plugin: "test".into(), mode }).await;
    FollowPlugins::handle(event, house.cx(house.system())).await.unwrap();
}

fn approved(policy: PolicyId, house: &House) -> PolicyApproved {
    PolicyApproved { policy, customer: house.customer.id }
}

fn cancelled(policy: PolicyId, house: &House) -> PolicyCancelled {
    PolicyCancelled { policy, customer: house.customer.id }
}

/// Does what the outbox wants told by now, each job twice, until nothing is left but what waits for earlier news.
async fn work(house: &House) {
    let mut left: Vec<serde_json::Value> = Vec::new();
    loop {
        let mut tx = PlatformTx::begin(&house.app.db, "tests").await.unwrap();
        let due: Vec<serde_json::Value> =
            sqlx::query_scalar("delete from outbox where tenant_id = $1 and job = $2 and run_at <= now() returning payload")
                .bind(house.tenant.id.0)
                .bind(TellPlugin::NAME)
                .fetch_all(tx.conn())
                .await
                .unwrap();
        tx.commit().await.unwrap();
        let before = left.len();
        let found = due.len();
        for payload in std::mem::take(&mut left).into_iter().chain(due) {
            let job = || -> TellPlugin { serde_json::from_value(payload.clone()).unwrap() };
            match job().run(house.cx(house.system())).await {
                Ok(()) => job().run(house.cx(house.system())).await.unwrap(),
                Err(JobError::Snooze(_)) => left.push(payload),
                Err(error) => panic!("{error:?}"),
            }
        }
        if found == 0 && left.len() == before {
            for payload in left {
                let job: TellPlugin = serde_json::from_value(payload).unwrap();
                let mut tx = house.system().begin_write().await.unwrap();
                tx.enqueue(&job).await.unwrap();
                tx.commit().await.unwrap();
            }
            return;
        }
    }
}

/// State, attempts and error of what each installation has, in order.
async fn rows(house: &House, installation: Uuid) -> Vec<(String, i32, Option<String>)> {
    let mut tx = house.system().begin_read().await.unwrap();
    sqlx::query_as("select state, attempts, error from plugin_news where tenant_id = $1 and installation_id = $2 order by sequence")
        .bind(house.tenant.id.0)
        .bind(installation)
        .fetch_all(tx.conn())
        .await
        .unwrap()
}

#[tokio::test]
async fn each_plugin_that_hears_of_an_event_is_told_once_and_reminded_of_what_it_made_of_the_subject() {
    let house = House::open().await;
    let (one, other) = (plugin(&house, InstallMode::Live).await, plugin(&house, InstallMode::Live).await);
    let policy = PolicyId::new();
    let event = house.happen(&approved(policy, &house)).await;
    for _ in 0..2 {
        TellPlugins::handle(event.clone(), house.cx(house.system())).await.unwrap();
    }
    work(&house).await;
    let told = house.plugins.told();
    assert_eq!(told.len(), 2, "one each");
    for installation in [one, other] {
        let (errand, news) = told.iter().find(|(errand, _)| errand.installation == installation).unwrap();
        assert_eq!((news.kind.as_str(), news.subject.as_str(), errand.attempt), ("policy.approved", format!("policy/{policy}").as_str(), 1));
        assert_eq!((news.data["policy_id"].as_str(), news.earlier_ref.as_deref()), (Some(policy.to_string().as_str()), None));
    }
    let event = house.happen(&cancelled(policy, &house)).await;
    TellPlugins::handle(event, house.cx(house.system())).await.unwrap();
    work(&house).await;
    assert!(house.plugins.told()[2..].iter().all(|(_, news)| news.earlier_ref.as_deref() == Some(format!("kept:{}", told[0].1.sequence).as_str())));
    let mut tx = house.scope_of(house.staff_reader()).begin_read().await.unwrap();
    let links = links(&mut tx, "policy", policy.0).await.unwrap();
    assert_eq!(links.iter().map(|link| link.url.as_str()).collect::<Vec<_>>(), ["https://chat.example.com/thread"], "shown once");
    drop(tx);
    let event = house.happen(&verified(&house)).await;
    TellPlugins::handle(event, house.cx(house.system())).await.unwrap();
    work(&house).await;
    assert_eq!(house.plugins.told().len(), 4, "nobody hears of it");
}

#[tokio::test]
async fn what_is_told_of_one_policy_keeps_its_order_and_a_plugin_that_is_busy_holds_up_nobody() {
    let house = House::open().await;
    let (slow, quick) = (plugin(&house, InstallMode::Live).await, plugin(&house, InstallMode::Live).await);
    let (policy, another) = (PolicyId::new(), PolicyId::new());
    house.happen(&approved(policy, &house)).await;
    let second = house.happen(&cancelled(policy, &house)).await;
    let elsewhere = house.happen(&cancelled(another, &house)).await;
    // The second is taken up before the first.
    TellPlugins::handle(second, house.cx(house.system())).await.unwrap();
    house.plugins.refuse(PortError::Retryable { reason: "busy".into(), after_ms: None });
    work(&house).await;
    TellPlugins::handle(elsewhere, house.cx(house.system())).await.unwrap();
    work(&house).await;
    let told = house.plugins.told();
    let refused = told[0].0.installation;
    let spared = if refused == slow { quick } else { slow };
    let heard = |installation: Uuid| -> Vec<String> {
        told.iter().filter(|(errand, _)| errand.installation == installation).map(|(_, news)| format!("{} {}", news.kind, news.subject)).collect()
    };
    let (first, last) = (format!("policy.approved policy/{policy}"), format!("policy.cancelled policy/{policy}"));
    let other = format!("policy.cancelled policy/{another}");
    assert_eq!(heard(spared), [first.clone(), last.clone(), other.clone()]);
    assert_eq!(heard(refused), [first, other], "the second waits for the first");
    let busy = ("waiting".to_owned(), 1, Some("busy".to_owned()));
    assert_eq!(rows(&house, refused).await[0], busy);

    let mut tx = PlatformTx::begin(&house.app.db, "tests").await.unwrap();
    sqlx::query("update outbox set run_at = now() where tenant_id = $1").bind(house.tenant.id.0).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    work(&house).await;
    let told = house.plugins.told();
    let again: Vec<_> = told.iter().filter(|(errand, _)| errand.installation == refused).collect();
    assert_eq!((again[2].0.attempt, again[3].1.kind.as_str()), (2, "policy.cancelled"));
    assert_eq!(again[0].0.key, again[2].0.key, "one key for all attempts");
    assert!(rows(&house, refused).await.iter().all(|(state, ..)| state == "told"));
}

#[tokio::test]
async fn a_final_no_lets_the_next_pass() {
    let house = House::open().await;
    let installation = plugin(&house, InstallMode::Live).await;
    let policy = PolicyId::new();
    house.happen(&approved(policy, &house)).await;
    let second = house.happen(&cancelled(policy, &house)).await;
    house.plugins.refuse(PortError::Rejected { code: "limit".into(), message: "too much".into() });
    TellPlugins::handle(second, house.cx(house.system())).await.unwrap();
    work(&house).await;
    let states: Vec<String> = rows(&house, installation).await.into_iter().map(|(state, ..)| state).collect();
    assert_eq!(states, ["refused", "told"]);
}

#[tokio::test]
async fn a_limit_of_the_day_and_settings_that_are_wrong_lose_nothing() {
    for error in [PortError::Rejected { code: "over_budget".into(), message: "calls".into() }, PortError::Misconfigured("token: enter it".into())] {
        let house = House::open().await;
        let installation = plugin(&house, InstallMode::Live).await;
        let event = house.happen(&approved(PolicyId::new(), &house)).await;
        house.plugins.refuse(error);
        TellPlugins::handle(event, house.cx(house.system())).await.unwrap();
        work(&house).await;
        assert_eq!(rows(&house, installation).await[0].0, "waiting");
    }
}

#[tokio::test]
async fn a_held_plugin_hears_later_what_is_not_too_old_and_one_that_is_switched_off_hears_nothing() {
    let house = House::open().await;
    let (held, off) = (plugin(&house, InstallMode::Held).await, plugin(&house, InstallMode::Live).await);
    for _ in 0..2 {
        let event = house.happen(&approved(PolicyId::new(), &house)).await;
        TellPlugins::handle(event, house.cx(house.system())).await.unwrap();
    }
    switch(&house, off, InstallMode::Disabled).await;
    work(&house).await;
    assert!(house.plugins.told().is_empty());
    assert!(rows(&house, off).await.iter().all(|(state, ..)| state == "dropped"));

    let mut tx = house.system().begin_write().await.unwrap();
    sqlx::query(
        "update plugin_news set created_at = now() - interval '4 days' where tenant_id = $1 and installation_id = $2
         and sequence = (select min(sequence) from plugin_news where tenant_id = $1 and installation_id = $2)",
    )
    .bind(house.tenant.id.0)
    .bind(held)
    .execute(tx.conn())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    switch(&house, held, InstallMode::Live).await;
    work(&house).await;
    assert_eq!(house.plugins.told().len(), 1);
    let states: Vec<String> = rows(&house, held).await.into_iter().map(|(state, ..)| state).collect();
    assert_eq!(states, ["dropped", "told"]);
}

#[tokio::test]
async fn only_tenants_with_an_events_plugin_that_is_on_are_looked_at() {
    let (house, other) = (House::open().await, House::open().await);
    plugin(&house, InstallMode::Live).await;
    plugin(&other, InstallMode::Disabled).await;
    let mut tx = PlatformTx::begin(&house.app.db, "tests").await.unwrap();
    let both = vec![house.tenant.id.0, other.tenant.id.0];
    let found: Vec<Uuid> = sqlx::query_scalar(TellPlugins::TENANTS.unwrap()).bind(both).fetch_all(tx.conn()).await.unwrap();
    assert_eq!(found, [house.tenant.id.0]);
}
