//! Roles, and the staff who hold them.

use std::{collections::BTreeSet, sync::Arc};

use identity::{
    PersonName, UserId,
    UserKind::{Customer, Staff},
    accounts, authenticator,
    roles::{self, RoleDraft},
    users,
};
use kernel::{Tenant, http::Who, paging::PageRequest};
use uuid::Uuid;

use crate::world::{World, code_of, origin};

async fn load_pack(world: &World, tenant: &Arc<Tenant>) {
    let mut tx = world.system(tenant).begin_write().await.unwrap();
    let pack = world.app.packs.get("kenya-brokerage").unwrap();
    (roles::pack_loader().load)(&world.app, &mut tx, pack).await.unwrap();
    tx.commit().await.unwrap();
}

async fn permissions(world: &World, tenant: &Arc<Tenant>, user: UserId) -> BTreeSet<String> {
    let session = accounts::open_browser(&world.app, &world.system(tenant), user, &origin()).await.unwrap();
    match authenticator::by_cookie(&world.app, tenant, Staff, &session.token, Uuid::now_v7()).await.unwrap() {
        Some(Who::Staff { permissions, .. }) => permissions.as_ref().clone(),
        other => panic!("{other:?}"),
    }
}

fn all(world: &World) -> BTreeSet<String> {
    identity::identity(&world.app).unwrap().catalogue().iter().map(str::to_owned).collect()
}

async fn invite(world: &World, tenant: &Arc<Tenant>, email: &str, role: &str, own: &BTreeSet<String>) -> kernel::AppResult<UserId> {
    let mut tx = world.system(tenant).begin_write().await.unwrap();
    let id = users::invite_staff(&world.app, &mut tx, email, &PersonName::split("Otieno Ouma"), &[role.to_owned()], own).await?;
    tx.commit().await?;
    Ok(id)
}

#[tokio::test]
async fn the_pack_brings_its_roles_and_repeating_changes_nothing() {
    let world = World::new();
    let tenant = world.tenant().await;
    let owner = world.user(&tenant, Staff, "owner@example.com").await;
    load_pack(&world, &tenant).await;
    load_pack(&world, &tenant).await;
    let mut tx = world.system(&tenant).begin_read().await.unwrap();
    let keys: Vec<String> = roles::list(&mut tx).await.unwrap().into_iter().map(|role| role.key).collect();
    assert_eq!(keys, ["accountant", "admin", "agent", "assessor", "owner", "underwriter", "viewer"]);
    drop(tx);
    assert_eq!(permissions(&world, &tenant, owner).await, all(&world));
}

#[tokio::test]
async fn an_invited_viewer_chooses_a_password_and_sees_but_changes_nothing() {
    let world = World::new();
    let tenant = world.tenant().await;
    load_pack(&world, &tenant).await;
    let user = invite(&world, &tenant, "otieno@example.com", "viewer", &all(&world)).await.unwrap();
    let mails = world.inbox(&tenant, "otieno@example.com").await;
    assert!(mails[0].text.contains(&format!("http://{}.office.localhost:8080/claim/", tenant.slug)), "{}", mails[0].text);
    let token = world.link(&tenant, "otieno@example.com").await;
    accounts::choose_password(&world.app, &world.system(&tenant), &token, "tatu-mbuzi-9").await.unwrap();
    accounts::log_in(&world.app, &world.system(&tenant), Staff, "otieno@example.com", "tatu-mbuzi-9", &origin()).await.unwrap();
    let held = permissions(&world, &tenant, user).await;
    assert!(held.contains("crm.customer.read") && held.iter().all(|code| code.ends_with(".read")), "{held:?}");
}

#[tokio::test]
async fn nobody_grants_or_takes_more_than_he_holds() {
    let world = World::new();
    let tenant = world.tenant().await;
    let owner = world.user(&tenant, Staff, "owner@example.com").await;
    load_pack(&world, &tenant).await;
    let own: BTreeSet<String> = ["crm.customer.read", "ledger.payment.read", "identity.user.read", "identity.role.read"].map(str::to_owned).into();
    assert_eq!(code_of(invite(&world, &tenant, "a@example.com", "owner", &own).await), "identity.more_than_own");
    let viewer = invite(&world, &tenant, "b@example.com", "viewer", &own).await.unwrap();
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    assert_eq!(code_of(roles::assign(&world.app, &mut tx, viewer, &["admin".into()], &own).await), "identity.more_than_own");
    tx.rollback().await.unwrap();
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    assert_eq!(code_of(roles::assign(&world.app, &mut tx, owner, &["viewer".into()], &own).await), "identity.more_than_own", "taking counts as well");
}

#[tokio::test]
async fn the_last_owner_stays_owner_and_active() {
    let world = World::new();
    let tenant = world.tenant().await;
    let owner = world.user(&tenant, Staff, "owner@example.com").await;
    load_pack(&world, &tenant).await;
    let second = invite(&world, &tenant, "second@example.com", "admin", &all(&world)).await.unwrap();
    let scope = world.system(&tenant);

    let mut tx = scope.begin_write().await.unwrap();
    assert_eq!(code_of(roles::assign(&world.app, &mut tx, owner, &["viewer".into()], &all(&world)).await), "identity.last_owner");
    tx.rollback().await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    assert_eq!(code_of(users::suspend(&world.app, &mut tx, owner, second).await), "identity.last_owner");
    tx.rollback().await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    assert_eq!(code_of(users::suspend(&world.app, &mut tx, owner, owner).await), "identity.own_account");
    tx.rollback().await.unwrap();

    let mut tx = scope.begin_write().await.unwrap();
    roles::assign(&world.app, &mut tx, second, &["owner".into(), "admin".into()], &all(&world)).await.unwrap();
    users::suspend(&world.app, &mut tx, owner, second).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn customers_hold_no_roles_and_unknown_roles_are_refused() {
    let world = World::new();
    let tenant = world.tenant().await;
    load_pack(&world, &tenant).await;
    let customer = world.user(&tenant, Customer, "asha@example.com").await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    assert_eq!(code_of(roles::assign(&world.app, &mut tx, customer, &["viewer".into()], &all(&world)).await), "not_found");
    drop(tx);
    assert_eq!(code_of(invite(&world, &tenant, "a@example.com", "emperor", &all(&world)).await), "identity.unknown_role");
}

#[tokio::test]
async fn staff_are_listed_with_their_roles_and_found_by_name_status_and_role() {
    let world = World::new();
    let tenant = world.tenant().await;
    let owner = world.user(&tenant, Staff, "owner@example.com").await;
    world.user(&tenant, Customer, "asha@example.com").await;
    load_pack(&world, &tenant).await;
    let agent = invite(&world, &tenant, "otieno@example.com", "agent", &all(&world)).await.unwrap();
    let mut tx = world.inner.staff(&tenant).begin_read().await.unwrap();
    let all = users::list_staff(&mut tx, None, None, &PageRequest::default()).await.unwrap();
    assert_eq!(
        all.results.iter().map(|row| (row.id, row.roles.join(","))).collect::<Vec<_>>(),
        [(agent.0, "agent".into()), (owner.0, "owner".into())]
    );
    let found = async |tx: &mut kernel::ReadTx, status, role: Option<&str>, search: Option<&str>| {
        let request = PageRequest { search: search.map(str::to_owned), ..PageRequest::default() };
        users::list_staff(tx, status, role.map(str::to_owned), &request).await.unwrap().count
    };
    assert_eq!(found(&mut tx, None, Some("agent"), None).await, 1);
    assert_eq!(found(&mut tx, None, None, Some("OUMA")).await, 1);
    assert_eq!(found(&mut tx, Some(identity::UserStatus::Suspended), None, None).await, 0);
}

#[tokio::test]
async fn two_owners_who_bar_each_other_at_once_leave_one() {
    let world = World::new();
    let tenant = world.tenant().await;
    let (one, other) = (world.user(&tenant, Staff, "one@example.com").await, world.user(&tenant, Staff, "other@example.com").await);
    let scope = world.system(&tenant);
    let bar = async |whom: UserId, by: UserId| {
        let mut tx = scope.begin_write().await?;
        users::suspend(&world.app, &mut tx, whom, by).await?;
        tx.commit().await
    };
    let outcomes = tokio::join!(bar(one, other), bar(other, one));
    assert_eq!([outcomes.0.is_ok(), outcomes.1.is_ok()].into_iter().filter(|done| *done).count(), 1, "{outcomes:?}");
    let refused = outcomes.0.err().or(outcomes.1.err()).unwrap();
    assert_eq!(refused.code, "identity.last_owner");
    assert_eq!(world.count(&tenant, "select count(*) from users where tenant_id = $1 and status = 'active'").await, 1);
}

fn draft(name: &str, permissions: &[&str]) -> RoleDraft {
    RoleDraft { name: name.to_owned(), permissions: permissions.iter().map(|code| (*code).to_owned()).collect(), ..RoleDraft::default() }
}

#[tokio::test]
async fn a_role_is_made_changed_at_its_version_and_removed_once_nobody_holds_it() {
    let world = World::new();
    let tenant = world.tenant().await;
    load_pack(&world, &tenant).await;
    let own = all(&world);
    let mut tx = world.inner.staff(&tenant).begin_write().await.unwrap();
    let key = roles::create(&world.app, &mut tx, &draft("Claims desk", &["crm.customer.read"]), &own).await.unwrap();
    assert_eq!(key, "claims-desk");
    assert_eq!(code_of(roles::create(&world.app, &mut tx, &draft("claims DESK", &[]), &own).await), "identity.role_name_taken");
    tx.commit().await.unwrap();
    let holder = invite(&world, &tenant, "otieno@example.com", &key, &own).await.unwrap();
    assert_eq!(permissions(&world, &tenant, holder).await.into_iter().collect::<Vec<_>>(), ["crm.customer.read"]);

    let mut tx = world.inner.staff(&tenant).begin_write().await.unwrap();
    let wider = draft("Claims desk", &["crm.customer.read", "ledger.payment.read"]);
    roles::change(&world.app, &mut tx, &key, &wider, 1, &own).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(permissions(&world, &tenant, holder).await.len(), 2, "whoever holds it is concerned at once");
    let mut tx = world.inner.staff(&tenant).begin_write().await.unwrap();
    assert_eq!(code_of(roles::change(&world.app, &mut tx, &key, &wider, 1, &own).await), "identity.role_changed");
    assert_eq!(code_of(roles::delete(&world.app, &mut tx, &key, 2, &own).await), "identity.role_held");
    drop(tx);
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    roles::assign(&world.app, &mut tx, holder, &["viewer".into()], &own).await.unwrap();
    roles::delete(&world.app, &mut tx, &key, 2, &own).await.unwrap();
    assert_eq!(code_of(roles::get(&mut tx, &key).await), "not_found");
}

#[tokio::test]
async fn nobody_puts_into_a_role_or_takes_out_of_it_what_he_does_not_hold_and_the_owners_stays() {
    let world = World::new();
    let tenant = world.tenant().await;
    load_pack(&world, &tenant).await;
    let own: BTreeSet<String> = ["crm.customer.read", "identity.role.change"].map(str::to_owned).into();
    let mut tx = world.inner.staff(&tenant).begin_write().await.unwrap();
    let (app, before) = (&world.app, roles::get(&mut tx, "viewer").await.unwrap());
    assert_eq!(code_of(roles::create(app, &mut tx, &draft("More", &["ledger.payment.read"]), &own).await), "identity.more_than_own");
    let less = draft("Viewer", &["crm.customer.read"]);
    assert_eq!(code_of(roles::change(app, &mut tx, "viewer", &less, before.version, &own).await), "identity.more_than_own", "taking counts as well");
    assert_eq!(code_of(roles::change(app, &mut tx, "owner", &less, 1, &all(&world)).await), "identity.role_of_owner");
    assert_eq!(code_of(roles::create(app, &mut tx, &draft("", &["no.such.thing"]), &all(&world)).await), "validation_error");
}

#[tokio::test]
async fn whoever_looks_through_a_role_sees_what_it_sees_and_sends_nothing() {
    let world = World::new();
    let tenant = world.tenant().await;
    let owner = world.user(&tenant, Staff, "owner@example.com").await;
    load_pack(&world, &tenant).await;
    let session = accounts::open_browser(&world.app, &world.system(&tenant), owner, &origin()).await.unwrap();
    let look = async |key: Option<&str>| {
        let mut tx = world.system(&tenant).begin_write().await.unwrap();
        roles::look_through(&world.app, &mut tx, session.id, key).await.unwrap();
        tx.commit().await.unwrap();
        authenticator::by_cookie(&world.app, &tenant, Staff, &session.token, Uuid::now_v7()).await.unwrap().unwrap()
    };
    let seen = look(Some("viewer")).await;
    let Who::Staff { permissions, name, .. } = &seen else { panic!("{seen:?}") };
    assert!(permissions.contains("crm.customer.read") && !permissions.contains("crm.customer.write"), "{permissions:?}");
    assert_eq!(name, "Asha Wanjiru (Viewer)");
    assert!(!authenticator::may_send(&seen, "/customers/new") && authenticator::may_send(&seen, "/logout"));
    let back = look(None).await;
    assert!(authenticator::may_send(&back, "/customers/new"));
}
