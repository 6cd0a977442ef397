//! Opening an account.

use identity::{
    UserKind::Customer,
    accounts::{self, Registration},
};

use crate::world::{PASSWORD, World, code_of, origin, origin_at};

fn form(email: &str) -> Registration {
    Registration {
        email: email.into(),
        first_name: "Njeri".into(),
        last_name: "Kamau".into(),
        phone: "0700 000 101".into(),
        password: "tatu-mbuzi-9".into(),
    }
}

#[tokio::test]
async fn the_code_from_the_mailbox_makes_the_account_with_its_customer() {
    let world = World::new();
    let tenant = world.tenant().await;
    let scope = world.system(&tenant);
    let id = accounts::register(&world.app, &scope, &form("njeri@example.com"), &origin()).await.unwrap();
    assert_eq!(world.count(&tenant, "select count(*) from users where tenant_id = $1").await, 0, "nothing before the code");
    let code = world.code(&tenant, "njeri@example.com").await;
    let user = accounts::confirm(&world.app, &scope, id, &format!("{} {}", &code[..3], &code[3..]), &origin()).await.unwrap();
    assert_eq!(accounts::log_in(&world.app, &scope, Customer, "njeri@example.com", "tatu-mbuzi-9", &origin()).await.unwrap(), user);
    let mut tx = scope.begin_read().await.unwrap();
    let user = identity::users::get(&mut tx, user).await.unwrap();
    assert_eq!((user.phone.as_deref(), user.subject_kind.as_deref()), (Some("+254700000101"), Some("customer")));
    assert!(user.email_verified_at.is_some());
    assert_eq!(world.customers.made_for("njeri@example.com"), 1);
    assert_eq!(code_of(accounts::confirm(&world.app, &scope, id, &code, &origin()).await), "identity.code_wrong");
}

#[tokio::test]
async fn a_name_is_one_line_so_that_nobody_writes_letters_in_the_firms_name() {
    let world = World::new();
    let tenant = world.tenant().await;
    let typed = Registration { first_name: "Njeri,\n\nyou won: https://evil.example".into(), ..form("njeri@example.com") };
    let refused = accounts::register(&world.app, &world.system(&tenant), &typed, &origin()).await.unwrap_err();
    assert_eq!((refused.fields[0].field.as_ref(), refused.fields[0].code.as_ref()), ("first_name", "field-invalid"));
}

#[tokio::test]
async fn a_known_address_gets_the_same_answer_and_a_mail_without_a_code() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let id = accounts::register(&world.app, &scope, &form("asha@example.com"), &origin()).await.unwrap();
    let mails = world.inbox(&tenant, "asha@example.com").await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "You have an account with Mfano Insurance Brokers");
    // The tenant's own name in the link may hold digits.
    let text = mails[0].text.replace(&tenant.slug, "");
    assert!(!text.split(|c: char| !c.is_ascii_digit()).any(|word| word.len() == 6), "{text}");
    assert_eq!(code_of(accounts::confirm(&world.app, &scope, id, "000000", &origin()).await), "identity.code_wrong");
    assert_eq!(accounts::log_in(&world.app, &scope, Customer, "asha@example.com", PASSWORD, &origin()).await.unwrap(), user);
}

#[tokio::test]
async fn nobody_prepares_an_account_for_somebody_elses_address() {
    let world = World::new();
    let tenant = world.tenant().await;
    let scope = world.system(&tenant);
    let own = accounts::register(&world.app, &scope, &form("njeri@example.com"), &origin()).await.unwrap();
    let code = world.code(&tenant, "njeri@example.com").await;
    let theirs = Registration { password: "wezi-3-usiku".into(), ..form("njeri@example.com") };
    let stranger = accounts::register(&world.app, &scope, &theirs, &origin_at(66)).await.unwrap();
    if world.code(&tenant, "njeri@example.com").await != code {
        assert_eq!(code_of(accounts::confirm(&world.app, &scope, stranger, &code, &origin_at(66)).await), "identity.code_wrong");
    }
    accounts::confirm(&world.app, &scope, own, &code, &origin()).await.unwrap();
    let stolen = accounts::log_in(&world.app, &scope, Customer, "njeri@example.com", "wezi-3-usiku", &origin_at(66)).await;
    assert_eq!(code_of(stolen), "identity.wrong_credentials");
}

#[tokio::test]
async fn a_guest_who_registers_keeps_the_customer_and_proves_the_address() {
    let world = World::new();
    let tenant = world.tenant().await;
    let guest = world.guest(&tenant, "asha@example.com").await;
    let scope = world.system(&tenant);
    let session = accounts::open_browser(&world.app, &scope, guest, &origin()).await.unwrap();
    let id = accounts::register(&world.app, &scope, &form("asha@example.com"), &origin()).await.unwrap();
    let code = world.code(&tenant, "asha@example.com").await;
    assert_eq!(accounts::confirm(&world.app, &scope, id, &code, &origin()).await.unwrap(), guest);
    assert_eq!(world.customers.made_for("asha@example.com"), 0);
    assert!(!world.admits(&tenant, Customer, &session.token).await, "whoever used the address unproved is out");
}

#[tokio::test]
async fn two_confirmations_at_once_make_one_account() {
    let world = World::new();
    let tenant = world.tenant().await;
    let scope = world.system(&tenant);
    let id = accounts::register(&world.app, &scope, &form("njeri@example.com"), &origin()).await.unwrap();
    let code = world.code(&tenant, "njeri@example.com").await;
    let (here, there) = (origin_at(1), origin_at(2));
    let (a, b) = tokio::join!(accounts::confirm(&world.app, &scope, id, &code, &here), accounts::confirm(&world.app, &scope, id, &code, &there));
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
    assert_eq!(world.count(&tenant, "select count(*) from users where tenant_id = $1").await, 1);
}

#[tokio::test]
async fn five_wrong_codes_end_a_code_and_another_one_can_be_asked_for() {
    let world = World::new();
    let tenant = world.tenant().await;
    let scope = world.system(&tenant);
    let id = accounts::register(&world.app, &scope, &form("njeri@example.com"), &origin()).await.unwrap();
    let code = world.code(&tenant, "njeri@example.com").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for n in 0..5 {
        assert_eq!(code_of(accounts::confirm(&world.app, &scope, id, wrong, &origin_at(n)).await), "identity.code_wrong");
    }
    assert_eq!(code_of(accounts::confirm(&world.app, &scope, id, &code, &origin_at(200)).await), "identity.code_wrong");
    accounts::send_again(&world.app, &scope, id, &origin()).await.unwrap();
    let second = world.code(&tenant, "njeri@example.com").await;
    accounts::confirm(&world.app, &scope, id, &second, &origin_at(201)).await.unwrap();
}

#[tokio::test]
async fn a_form_names_everything_that_is_wrong_with_it() {
    let world = World::new();
    let tenant = world.tenant().await;
    let bad = Registration { email: "njeri".into(), first_name: " ".into(), last_name: String::new(), phone: "12".into(), password: "short".into() };
    let error = accounts::register(&world.app, &world.system(&tenant), &bad, &origin()).await.unwrap_err();
    let mut fields: Vec<&str> = error.fields.iter().map(|field| &*field.field).collect();
    fields.dedup();
    assert_eq!((&*error.code, fields), ("validation_error", vec!["email", "first_name", "phone", "password"]));
}
