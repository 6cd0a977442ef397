//! Opening a business.

use std::sync::atomic::Ordering;

use kernel::{Kind, platform_tx::PlatformTx, tenant::TenantState};
use tenancy::sign_up::{self, SignUpForm, SignUpId};

use crate::world::{World, code_of, form};

const OWNERS: &str = "select count(*) from audit_entries where tenant_id = $1 and action = 'test.owner.create'";
const KEYS: &str = "select count(*) from tenant_keys where tenant_id = $1";
const ORIGINS: &str = "select count(*) from pack_origins where tenant_id = $1";

async fn shift_opening(world: &World, id: SignUpId) {
    let mut tx = PlatformTx::begin(&world.app.db, "test").await.unwrap();
    sqlx::query("update sign_ups set opened_at = opened_at - interval '2 minutes' where id = $1").bind(id.0).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_code_from_the_mailbox_opens_a_tenant_in_preview_with_everything_in_it() {
    let world = World::new();
    let form = form();
    let id = sign_up::start(&world.app, &form).await.unwrap();
    let tenant = sign_up::confirm(&world.app, id, &world.code(&form.email)).await.unwrap();
    assert_eq!(
        (tenant.state, tenant.kind.as_str(), tenant.pack.as_str(), tenant.currency.code()),
        (TenantState::Preview, "brokerage", "kenya-brokerage", "KES")
    );
    assert!(tenant.slug.starts_with("mfano-"), "{}", tenant.slug);
    assert_eq!(world.app.directory.by_slug(&tenant.slug).await.unwrap().as_deref(), Some(&*tenant));
    assert_eq!((world.count(tenant.id, OWNERS).await, world.count(tenant.id, KEYS).await), (1, 1));
    let mut tx = world.system(&tenant).begin_read().await.unwrap();
    let profile = tenancy::profile::get(&mut tx).await.unwrap().value;
    assert_eq!((profile.legal_name, profile.email, profile.phone.as_str()), (form.company_name, form.email, "+254700000101"));
}

#[tokio::test]
async fn loaders_run_in_their_order_and_the_origin_of_every_default_is_kept() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut tx = world.system(&tenant).begin_read().await.unwrap();
    let order: Vec<String> = sqlx::query_scalar("select reason from audit_entries where tenant_id = $1 and action = 'test.loader.run' order by id")
        .bind(tenant.id.0)
        .fetch_all(tx.conn())
        .await
        .unwrap();
    assert_eq!(order, ["first", "second"]);
    let origins = tenancy::packs::origins(&mut tx).await.unwrap();
    let roles = origins.iter().find(|origin| origin.key == "roles.toml").unwrap();
    let pack = world.app.packs.get("kenya-brokerage").unwrap();
    assert_eq!((roles.pack.as_str(), roles.version), ("kenya-brokerage", pack.info.version as i32));
    assert_eq!(hex::encode(&roles.hash), hex::encode(<sha2::Sha256 as sha2::Digest>::digest(pack.file("roles.toml").unwrap())));
    assert!(origins.iter().all(|origin| !origin.key.starts_with("law/")), "law is not copied");
}

#[tokio::test]
async fn a_crash_in_the_middle_of_the_setup_leaves_nothing_of_it_and_confirming_again_completes_the_same_tenant() {
    let world = World::new();
    world.setup.failures.store(1, Ordering::SeqCst);
    let form = form();
    let id = sign_up::start(&world.app, &form).await.unwrap();
    let code = world.code(&form.email);
    assert_eq!(code_of(sign_up::confirm(&world.app, id, &code).await), "unavailable");
    let half = sign_up::open(&world.app, id, None).await.unwrap();
    assert_eq!((world.count(half, OWNERS).await, world.count(half, ORIGINS).await, world.count(half, KEYS).await), (0, 0, 1));
    let tenant = sign_up::confirm(&world.app, id, "whatever").await.unwrap();
    assert_eq!(tenant.id, half);
    assert_eq!((world.count(half, OWNERS).await, world.count(half, KEYS).await), (1, 1));
    assert!(world.count(half, ORIGINS).await > 0);
}

#[tokio::test]
async fn a_sign_up_that_nobody_comes_back_for_is_finished_by_the_sweep() {
    let world = World::new();
    let form = form();
    let id = sign_up::start(&world.app, &form).await.unwrap();
    sign_up::verify(&world.app, id, &world.code(&form.email)).await.unwrap();
    // The process dies right after the tenant's row was made.
    let half = sign_up::open(&world.app, id, None).await.unwrap();
    assert_eq!((world.count(half, OWNERS).await, world.count(half, KEYS).await), (0, 0));
    shift_opening(&world, id).await;
    sign_up::sweep(&world.app).await.unwrap();
    assert_eq!((world.count(half, OWNERS).await, world.count(half, KEYS).await), (1, 1));
}

#[tokio::test]
async fn two_confirmations_at_once_make_one_tenant_with_one_owner_and_one_key() {
    let world = World::new();
    let form = form();
    let id = sign_up::start(&world.app, &form).await.unwrap();
    let code = world.code(&form.email);
    let (a, b) = tokio::join!(sign_up::confirm(&world.app, id, &code), sign_up::confirm(&world.app, id, &code));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a.id, b.id);
    assert_eq!((world.count(a.id, OWNERS).await, world.count(a.id, KEYS).await), (1, 1));
}

#[tokio::test]
async fn a_completed_sign_up_forgets_the_hash_of_the_password() {
    let world = World::new();
    let form = form();
    let id = sign_up::start(&world.app, &form).await.unwrap();
    sign_up::confirm(&world.app, id, &world.code(&form.email)).await.unwrap();
    let mut tx = PlatformTx::begin(&world.app.db, "test").await.unwrap();
    let row: String = sqlx::query_scalar("select sign_ups::text from sign_ups where id = $1").bind(id.0).fetch_one(tx.conn()).await.unwrap();
    assert!(!row.contains("argon2"), "{row}");
}

#[tokio::test]
async fn nothing_is_opened_without_the_code() {
    let world = World::new();
    let form = form();
    let id = sign_up::start(&world.app, &form).await.unwrap();
    let code = world.code(&form.email);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(code_of(sign_up::open(&world.app, id, None).await), "tenancy.not_verified");
    assert_eq!(code_of(sign_up::finish(&world.app, id).await), "tenancy.not_verified");
    assert_eq!(code_of(sign_up::verify(&world.app, SignUpId::new(), &code).await), "tenancy.code_wrong");
    for _ in 0..5 {
        assert_eq!(code_of(sign_up::verify(&world.app, id, wrong).await), "tenancy.code_wrong");
    }
    assert_eq!(code_of(sign_up::verify(&world.app, id, &code).await), "tenancy.code_wrong", "five guesses used it up");
    sign_up::send_again(&world.app, id).await.unwrap();
    let second = world.code(&form.email);
    sign_up::verify(&world.app, id, &format!("{} {}", &second[..3], &second[3..])).await.unwrap();
}

#[tokio::test]
async fn an_address_gets_five_codes_in_an_hour() {
    let world = World::new();
    let form = form();
    let id = sign_up::start(&world.app, &form).await.unwrap();
    for _ in 0..4 {
        sign_up::send_again(&world.app, id).await.unwrap();
    }
    let error = sign_up::send_again(&world.app, id).await.unwrap_err();
    assert_eq!((error.kind, &*error.code), (Kind::RateLimited, "tenancy.too_many_codes"));
    assert_eq!(code_of(sign_up::start(&world.app, &SignUpForm { company_name: "Another".into(), ..form.clone() }).await), "tenancy.too_many_codes");
    assert_eq!(world.mails_to(&form.email), 5);
}

#[tokio::test]
async fn the_label_can_be_chosen_after_the_code_and_one_that_is_taken_comes_with_a_free_one() {
    let world = World::new();
    let taken = world.tenant().await;
    let form = form();
    let id = sign_up::start(&world.app, &form).await.unwrap();
    sign_up::verify(&world.app, id, &world.code(&form.email)).await.unwrap();
    let error = sign_up::open(&world.app, id, Some(&taken.slug)).await.unwrap_err();
    assert_eq!(&*error.code, "tenancy.slug_taken");
    let suggestion = error.params.iter().find(|(name, _)| *name == "suggestion").unwrap().1.clone();
    let bad = sign_up::open(&world.app, id, Some("www")).await.unwrap_err();
    assert_eq!((&*bad.fields[0].field, &*bad.fields[0].code), ("slug", "slug-reserved"));
    let tenant = sign_up::open(&world.app, id, Some(&suggestion)).await.unwrap();
    assert_eq!(world.app.directory.by_id(tenant).await.unwrap().unwrap().slug, suggestion);
    assert_eq!(sign_up::open(&world.app, id, Some("something-else")).await.unwrap(), tenant, "a repeat finds the same");
}

#[tokio::test]
async fn the_form_offers_what_packs_present_and_names_everything_that_is_wrong() {
    let world = World::new();
    let offers = sign_up::offers(&world.app);
    assert_eq!(offers.iter().map(|offer| (offer.kind.as_str(), offer.country.as_str())).collect::<Vec<_>>(), [("brokerage", "KE")]);
    let bad = SignUpForm {
        kind: "lender".into(),
        company_name: " ".into(),
        slug: Some("Www".into()),
        owner_name: String::new(),
        email: "asha".into(),
        phone: "12".into(),
        password_hash: String::new(),
        ..form()
    };
    let error = sign_up::start(&world.app, &bad).await.unwrap_err();
    let fields: Vec<&str> = error.fields.iter().map(|field| &*field.field).collect();
    assert_eq!(fields, ["kind", "company_name", "owner_name", "email", "phone", "password", "slug"]);
    assert_eq!(world.mails_to("asha"), 0);
}

#[tokio::test]
async fn a_label_that_somebody_has_is_not_offered_to_the_next() {
    let world = World::new();
    let tenant = world.tenant().await;
    assert_eq!(sign_up::check_slug(&world.app, &tenant.slug.to_uppercase()).await.unwrap(), Err("slug-taken"));
    let suggested = sign_up::suggest_slug(&world.app, &tenant.name).await.unwrap();
    assert_ne!(suggested, tenant.slug);
    assert_eq!(sign_up::check_slug(&world.app, &suggested).await.unwrap(), Ok(suggested));
}

#[tokio::test]
async fn a_mail_that_cannot_leave_is_said_and_can_be_asked_for_again() {
    let world = World::new();
    *world.mail.refuse.lock().unwrap() = Some(ports::PortError::Retryable { reason: "away".into(), after_ms: None });
    assert_eq!(code_of(sign_up::start(&world.app, &form()).await), "tenancy.mail_unavailable");
    *world.mail.refuse.lock().unwrap() = Some(ports::PortError::Rejected { code: "550".into(), message: "unknown".into() });
    let error = sign_up::start(&world.app, &form()).await.unwrap_err();
    assert_eq!(&*error.fields[0].code, "field-email-refused");
}

#[tokio::test]
async fn no_tenant_connection_reads_sign_ups() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut tx = world.system(&tenant).begin_read().await.unwrap();
    let refused = sqlx::query("select id from sign_ups").fetch_all(tx.conn()).await.unwrap_err();
    assert!(refused.to_string().contains("permission denied"), "{refused}");
}
