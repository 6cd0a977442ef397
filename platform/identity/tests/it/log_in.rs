//! Signing in.

use identity::{
    UserKind::{Customer, Staff},
    accounts,
};
use kernel::Kind;

use crate::world::{PASSWORD, World, code_of, origin, origin_at};

#[tokio::test]
async fn the_right_password_signs_in_and_the_address_is_compared_without_case() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "Asha@example.com").await;
    let scope = world.system(&tenant);
    assert_eq!(accounts::log_in(&world.app, &scope, Customer, " asha@EXAMPLE.com ", PASSWORD, &origin()).await.unwrap(), user);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Customer, "asha@example.com").await;
    world.guest(&tenant, "guest@example.com").await;
    let scope = world.system(&tenant);
    for (email, password) in [("asha@example.com", "mbuni-7-kitu"), ("nobody@example.com", PASSWORD), ("guest@example.com", PASSWORD), ("", "")] {
        let error = accounts::log_in(&world.app, &scope, Customer, email, password, &origin()).await.unwrap_err();
        assert_eq!(
            (error.kind, &*error.code, error.params.len(), error.fields.len()),
            (Kind::Unauthenticated, "identity.wrong_credentials", 0, 0),
            "{email}"
        );
    }
}

#[tokio::test]
async fn staff_and_customers_and_tenants_are_apart() {
    let world = World::new();
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    world.user(&tenant, Customer, "asha@example.com").await;
    let staff = accounts::log_in(&world.app, &world.system(&tenant), Staff, "asha@example.com", PASSWORD, &origin()).await;
    assert_eq!(code_of(staff), "identity.wrong_credentials");
    let elsewhere = accounts::log_in(&world.app, &world.system(&other), Customer, "asha@example.com", PASSWORD, &origin()).await;
    assert_eq!(code_of(elsewhere), "identity.wrong_credentials");
}

#[tokio::test]
async fn a_suspended_user_is_told_so_only_with_the_right_password() {
    let world = World::new();
    let tenant = world.tenant().await;
    let (user, admin) = (world.user(&tenant, Customer, "asha@example.com").await, world.user(&tenant, Staff, "owner@example.com").await);
    let scope = world.system(&tenant);
    let mut tx = scope.begin_write().await.unwrap();
    identity::users::suspend(&world.app, &mut tx, user, admin).await.unwrap();
    tx.commit().await.unwrap();
    let right = accounts::log_in(&world.app, &scope, Customer, "asha@example.com", PASSWORD, &origin()).await;
    let wrong = accounts::log_in(&world.app, &scope, Customer, "asha@example.com", "nope", &origin()).await;
    assert_eq!((code_of(right).as_str(), code_of(wrong).as_str()), ("identity.suspended", "identity.wrong_credentials"));
}

#[tokio::test]
async fn a_pbkdf2_hash_is_accepted_once_and_replaced() {
    let world = World::new();
    let tenant = world.tenant().await;
    // RFC 7914 section 11: PBKDF2-HMAC-SHA-256 of "passwd" with salt "salt", one iteration, first 32 bytes in base64.
    let user = world.user_with_hash(&tenant, Customer, "asha@example.com", "pbkdf2_sha256$1$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=").await;
    let scope = world.system(&tenant);
    for _ in 0..2 {
        assert_eq!(accounts::log_in(&world.app, &scope, Customer, "asha@example.com", "passwd", &origin()).await.unwrap(), user);
        let argon2 = world.count(&tenant, "select count(*) from passwords where tenant_id = $1 and hash like '$argon2id$%'").await;
        assert_eq!(argon2, 1);
    }
}

#[tokio::test]
async fn guessing_from_one_address_has_to_wait_and_the_owner_elsewhere_does_not() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let mut last = None;
    for _ in 0..8 {
        last = accounts::log_in(&world.app, &scope, Customer, "asha@example.com", "guess-1-guess", &origin_at(66)).await.err();
    }
    let error = last.unwrap();
    assert_eq!((error.kind, &*error.code), (Kind::RateLimited, "identity.too_many_attempts"));
    assert!(error.params.iter().any(|(name, value)| *name == "retry_after" && value.parse::<u64>().unwrap() >= 1));
    let throttled = accounts::log_in(&world.app, &scope, Customer, "asha@example.com", PASSWORD, &origin_at(66)).await;
    assert_eq!(code_of(throttled), "identity.too_many_attempts", "also the right password waits");
    assert_eq!(accounts::log_in(&world.app, &scope, Customer, "asha@example.com", PASSWORD, &origin_at(67)).await.unwrap(), user);
}

#[tokio::test]
async fn a_success_makes_the_next_tries_free_again() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    for _ in 0..3 {
        for _ in 0..4 {
            let wrong = accounts::log_in(&world.app, &scope, Customer, "asha@example.com", "guess-1-guess", &origin()).await;
            assert_eq!(code_of(wrong), "identity.wrong_credentials");
        }
        accounts::log_in(&world.app, &scope, Customer, "asha@example.com", PASSWORD, &origin()).await.unwrap();
    }
}

#[tokio::test]
async fn a_customer_signs_in_with_a_mailed_code_once() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.guest(&tenant, "asha@example.com").await;
    let scope = world.system(&tenant);
    accounts::request_sign_in_code(&world.app, &scope, "asha@example.com", &origin()).await.unwrap();
    let code = world.code(&tenant, "asha@example.com").await;
    assert_eq!(accounts::log_in_with_code(&world.app, &scope, "asha@example.com", &code, &origin()).await.unwrap(), user);
    let again = accounts::log_in_with_code(&world.app, &scope, "asha@example.com", &code, &origin()).await;
    assert_eq!(code_of(again), "identity.code_wrong");
    assert_eq!(world.count(&tenant, "select count(*) from users where tenant_id = $1 and email_verified_at is not null").await, 1);
}

#[tokio::test]
async fn a_code_survives_four_wrong_guesses_but_not_five() {
    let world = World::new();
    let tenant = world.tenant().await;
    for (email, wrong, fine) in [("four@example.com", 4, true), ("five@example.com", 5, false)] {
        world.guest(&tenant, email).await;
        let scope = world.system(&tenant);
        accounts::request_sign_in_code(&world.app, &scope, email, &origin()).await.unwrap();
        let code = world.code(&tenant, email).await;
        let guess = if code == "000000" { "000001" } else { "000000" };
        for n in 0..wrong {
            let result = accounts::log_in_with_code(&world.app, &scope, email, guess, &origin_at(n)).await;
            assert_eq!(code_of(result), "identity.code_wrong");
        }
        let result = accounts::log_in_with_code(&world.app, &scope, email, &code, &origin_at(200)).await;
        assert_eq!(result.is_ok(), fine, "{email}");
    }
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes_and_with_the_next_one() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.guest(&tenant, "asha@example.com").await;
    let scope = world.system(&tenant);
    accounts::request_sign_in_code(&world.app, &scope, "asha@example.com", &origin()).await.unwrap();
    let first = world.code(&tenant, "asha@example.com").await;
    accounts::request_sign_in_code(&world.app, &scope, "asha@example.com", &origin()).await.unwrap();
    let second = world.code(&tenant, "asha@example.com").await;
    if first != second {
        assert_eq!(code_of(accounts::log_in_with_code(&world.app, &scope, "asha@example.com", &first, &origin()).await), "identity.code_wrong");
    }
    world.pass(chrono::TimeDelta::minutes(10));
    assert_eq!(code_of(accounts::log_in_with_code(&world.app, &scope, "asha@example.com", &second, &origin()).await), "identity.code_wrong");
}

#[tokio::test]
async fn asking_for_a_code_answers_alike_for_known_and_unknown_addresses_also_when_limited() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.guest(&tenant, "asha@example.com").await;
    let scope = world.system(&tenant);
    let mut answers = Vec::new();
    for (email, address) in [("asha@example.com", 1), ("nobody@example.com", 2)] {
        let mut codes = Vec::new();
        for _ in 0..6 {
            let asked = accounts::request_sign_in_code(&world.app, &scope, email, &origin_at(address)).await;
            codes.push(asked.map_err(|error| error.code.into_owned()));
        }
        answers.push(codes);
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].contains(&Err("identity.too_many_attempts".to_owned())));
    assert!(world.inbox(&tenant, "nobody@example.com").await.is_empty());
}
