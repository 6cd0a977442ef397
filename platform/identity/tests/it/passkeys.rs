//! Passkeys: made by a device of the person, asked for at every door of one host, used once a question, and given up.

use std::sync::Arc;

use aws_lc_rs::{
    digest,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use chrono::TimeDelta;
use identity::{
    UserId,
    UserKind::{self, Customer, Staff},
    accounts::{self, Entry},
    confirmation,
    passkeys::{self, Ceremony},
    second_factor::{self, Proof, SecondFactorPolicy},
    sessions::OpenedSession,
    users,
};
use kernel::{Scope, Tenant, routes::Face};
use serde_json::{Value, json};

use crate::{
    api::{Answer, call},
    world::{PASSWORD, World, code_of, origin},
};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const MAKES: u8 = 0x40;

/// A phone with one key, as a browser sees it.
struct Device {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    user: String,
    uses: u32,
    /// Whether it asks for the finger.
    flags: u8,
    page: String,
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

impl Device {
    /// New, on a page of this address.
    fn on(page: &str) -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).unwrap();
        let id = hash(key.public_key().as_ref());
        Self { key, id, user: String::new(), uses: 0, flags: PRESENT | VERIFIED, page: page.trim_end_matches('/').to_owned() }
    }

    fn said(&self, host: &str, flags: u8) -> Vec<u8> {
        [hash(host.as_bytes()), vec![flags], self.uses.to_be_bytes().to_vec()].concat()
    }

    fn about(&self, what: &str, options: &Value) -> Vec<u8> {
        json!({ "type": format!("webauthn.{what}"), "challenge": options["challenge"], "origin": self.page, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// What `navigator.credentials.create` gives.
    fn make(&mut self, asked: &Ceremony) -> String {
        let options: Value = serde_json::from_str(&asked.options).unwrap();
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "preferred");
        self.user = options["user"]["id"].as_str().unwrap().to_owned();
        let point = self.key.public_key().as_ref();
        let public = [[0xa5u8, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32].as_slice(), &point[1..33], &[0x22, 0x58, 32], &point[33..65]].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let mut said = self.said(options["rp"]["id"].as_str().unwrap(), self.flags | MAKES);
        said.extend([&[0; 16][..], &length, &self.id, &public].concat());
        let size = u8::try_from(said.len()).unwrap();
        let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(), &[size], &said].concat();
        let response = json!({ "clientDataJSON": B64.encode(self.about("create", &options)), "attestationObject": B64.encode(object) });
        json!({ "id": B64.encode(&self.id), "rawId": B64.encode(&self.id), "type": "public-key", "response": response, "extensions": {} }).to_string()
    }

    /// What `navigator.credentials.get` gives.
    fn answer(&mut self, asked: &Ceremony) -> String {
        let options: Value = serde_json::from_str(&asked.options).unwrap();
        self.uses += 1;
        let said = self.said(options["rpId"].as_str().unwrap(), self.flags);
        let about = self.about("get", &options);
        let signature = self.key.sign(&SystemRandom::new(), &[said.clone(), hash(&about)].concat()).unwrap();
        let response = json!({
            "clientDataJSON": B64.encode(about), "authenticatorData": B64.encode(said), "signature": B64.encode(signature.as_ref()), "userHandle": self.user,
        });
        json!({ "id": B64.encode(&self.id), "rawId": B64.encode(&self.id), "type": "public-key", "response": response, "extensions": {} }).to_string()
    }
}

/// Somebody with a passkey.
struct Owner {
    tenant: Arc<Tenant>,
    scope: Scope,
    kind: UserKind,
    user: UserId,
    session: OpenedSession,
    device: Device,
    recovery: Vec<String>,
}

fn page_of(world: &World, tenant: &Tenant, kind: UserKind) -> String {
    match kind {
        Staff => world.app.hosts.office_url(&tenant.slug, "/"),
        Customer => world.app.hosts.portal_url(&tenant.slug, "/"),
    }
}

async fn owner(world: &World, tenant: &Arc<Tenant>, kind: UserKind) -> Owner {
    let user = world.user(tenant, kind, "owner@example.com").await;
    let scope = world.system(tenant);
    let session = accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    let mut device = Device::on(&page_of(world, tenant, kind));
    let asked = asked(world, &scope, user).await;
    let made = device.make(&asked);
    let mut tx = scope.begin_write().await.unwrap();
    let recovery = passkeys::add(&world.app, &mut tx, user, session.id, &asked.token, &made, "Phone").await.unwrap();
    tx.commit().await.unwrap();
    Owner { tenant: tenant.clone(), scope, kind, user, session, device, recovery }
}

/// The question that makes a passkey.
async fn asked(world: &World, scope: &Scope, user: UserId) -> Ceremony {
    let mut tx = scope.begin_write().await.unwrap();
    let person = users::get(&mut tx, user).await.unwrap();
    let asked = passkeys::begin_adding(&world.app, &mut tx, &person).await.unwrap();
    tx.commit().await.unwrap();
    asked
}

impl Owner {
    async fn entry(&self, world: &World) -> Ceremony {
        passkeys::begin_entry(&world.app, &self.scope, self.kind, &origin()).await.unwrap()
    }
    async fn enter(&self, world: &World, asked: &Ceremony, answer: &str) -> kernel::AppResult<UserId> {
        passkeys::enter(&world.app, &self.scope, self.kind, &asked.token, answer, &origin()).await
    }
    async fn one(&self) -> passkeys::PasskeyRow {
        let mut tx = self.scope.begin_read().await.unwrap();
        passkeys::list(&mut tx, self.user).await.unwrap().remove(0)
    }
    async fn challenged(&self, world: &World) -> String {
        let user = accounts::log_in(&world.app, &self.scope, self.kind, "owner@example.com", PASSWORD, &origin()).await.unwrap();
        match accounts::enter_browser(&world.app, &self.scope, user, &origin()).await.unwrap() {
            Entry::SecondFactor(token) => token,
            Entry::Open(_) => panic!("the password alone opened"),
        }
    }
}

#[tokio::test]
async fn a_passkey_is_a_log_in_of_its_own_and_each_question_is_answered_once() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut owner = owner(&world, &tenant, Staff).await;
    assert!(owner.one().await.last_used_at.is_none());
    let asked = owner.entry(&world).await;
    let answer = owner.device.answer(&asked);
    assert_eq!(owner.enter(&world, &asked, &answer).await.unwrap(), owner.user);
    assert!(owner.one().await.last_used_at.is_some());
    assert_eq!(code_of(owner.enter(&world, &asked, &answer).await), "identity.passkey_wrong");
    let another = owner.entry(&world).await;
    assert_eq!(code_of(owner.enter(&world, &another, &answer).await), "identity.passkey_wrong", "the answer is to another question");
    let late = owner.entry(&world).await;
    let answer = owner.device.answer(&late);
    world.pass(TimeDelta::minutes(11));
    assert_eq!(code_of(owner.enter(&world, &late, &answer).await), "identity.passkey_wrong");
}

#[tokio::test]
async fn a_passkey_of_one_host_is_nothing_to_another() {
    let world = World::new();
    let (ours, theirs) = (world.tenant().await, world.tenant().await);
    let (mut customer, stranger) = (owner(&world, &ours, Customer).await, owner(&world, &theirs, Customer).await);
    for (scope, kind) in [(&stranger.scope, Customer), (&customer.scope, Staff)] {
        let asked = passkeys::begin_entry(&world.app, scope, kind, &origin()).await.unwrap();
        // The page of the other host, if the browser let it be asked for this one.
        let answer = customer.device.answer(&asked);
        let entered = passkeys::enter(&world.app, scope, kind, &asked.token, &answer, &origin()).await;
        assert_eq!(code_of(entered), "identity.passkey_wrong", "{kind:?}");
    }
    let asked = customer.entry(&world).await;
    customer.device.page = "https://evil.example".to_owned();
    let phished = customer.device.answer(&asked);
    assert_eq!(code_of(customer.enter(&world, &asked, &phished).await), "identity.passkey_wrong");
}

#[tokio::test]
async fn a_device_that_asks_for_no_finger_is_not_taken() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut owner = owner(&world, &tenant, Staff).await;
    let asked = owner.entry(&world).await;
    owner.device.flags = PRESENT;
    let answer = owner.device.answer(&asked);
    assert_eq!(code_of(owner.enter(&world, &asked, &answer).await), "identity.passkey_wrong");
    let asked = self::asked(&world, &owner.scope, owner.user).await;
    let mut careless = Device::on(&page_of(&world, &tenant, Staff));
    careless.flags = PRESENT;
    let made = careless.make(&asked);
    let mut tx = owner.scope.begin_write().await.unwrap();
    let added = passkeys::add(&world.app, &mut tx, owner.user, owner.session.id, &asked.token, &made, "Key").await;
    assert_eq!(code_of(added), "identity.passkey_wrong");
}

#[tokio::test]
async fn a_copied_key_gives_itself_away_by_its_count() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut owner = owner(&world, &tenant, Staff).await;
    for expected in [true, true, false] {
        let asked = owner.entry(&world).await;
        if !expected {
            owner.device.uses = 0;
        }
        let answer = owner.device.answer(&asked);
        assert_eq!(owner.enter(&world, &asked, &answer).await.is_ok(), expected);
    }
}

#[tokio::test]
async fn the_password_alone_opens_nothing_any_more_and_the_passkey_or_a_code_on_paper_is_the_second_step() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut owner = owner(&world, &tenant, Staff).await;
    assert_eq!(owner.recovery.len(), 10);
    let token = owner.challenged(&world).await;
    let offered = accounts::offer_passkey(&world.app, &owner.scope, &token).await.unwrap().unwrap();
    let wrong = Proof::Passkey { token: &offered.token, answer: "{}" };
    assert_eq!(code_of(accounts::pass_second_step(&world.app, &owner.scope, &token, wrong).await), "identity.passkey_wrong");
    let offered = accounts::offer_passkey(&world.app, &owner.scope, &token).await.unwrap().unwrap();
    let answer = owner.device.answer(&offered);
    let proof = Proof::Passkey { token: &offered.token, answer: &answer };
    assert_eq!(accounts::pass_second_step(&world.app, &owner.scope, &token, proof).await.unwrap(), owner.user);
    let again = owner.challenged(&world).await;
    assert_eq!(code_of(accounts::pass_second_step(&world.app, &owner.scope, &again, proof).await), "identity.passkey_wrong", "used");
    accounts::pass_second_step(&world.app, &owner.scope, &again, Proof::Code(&owner.recovery[0])).await.unwrap();
}

#[tokio::test]
async fn an_application_shows_a_passkey_as_its_second_step_and_each_question_is_good_once() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut owner = owner(&world, &tenant, Customer).await;
    let post = async |path: &str, body: Value| call(&world, &tenant, Face::Portal, None, "POST", path, body).await;
    let log_in = async || post("/auth/login", json!({ "email": "owner@example.com", "password": PASSWORD })).await.body["challenge"].clone();
    let ask = async |challenge: &Value| post("/auth/second-factor/passkey/begin", json!({ "challenge": challenge })).await;
    let question =
        |asked: &Answer| Ceremony { token: asked.body["ceremony"].as_str().unwrap().to_owned(), options: asked.body["options"].to_string() };
    let answer = async |challenge: &Value, asked: &Ceremony, passkey: &str| {
        let passkey: Value = serde_json::from_str(passkey).unwrap();
        let given = post("/auth/second-factor/passkey", json!({ "challenge": challenge, "ceremony": asked.token, "passkey": passkey })).await;
        (given.status.as_u16(), given.body)
    };

    assert_eq!(ask(&json!("made-up")).await.body["code"], "identity.log_in_again");
    let challenge = log_in().await;
    let asked = ask(&challenge).await;
    assert_eq!((asked.status.as_u16(), &asked.body["expires_in"]), (200, &json!(600)));
    let first = question(&asked);
    let right = owner.device.answer(&first);
    let wrong = answer(&challenge, &first, "{}").await;
    assert_eq!((wrong.0, &wrong.1["code"]), (422, &json!("identity.passkey_wrong")));
    assert_eq!(answer(&challenge, &first, &right).await.0, 422, "the question was used up");

    let second = question(&ask(&challenge).await);
    let right = owner.device.answer(&second);
    let opened = answer(&challenge, &second, &right).await;
    assert_eq!((opened.0, &opened.1["token_type"]), (200, &json!("Bearer")), "{}", opened.1);
    assert_eq!(answer(&challenge, &second, &right).await.1["code"], "identity.log_in_again", "and so is the log-in");

    let challenge = log_in().await;
    let passkey = owner.one().await.id;
    let mut tx = owner.scope.begin_write().await.unwrap();
    passkeys::remove(&world.app, &mut tx, owner.user, passkey).await.unwrap();
    tx.commit().await.unwrap();
    let none = ask(&challenge).await;
    assert_eq!((none.status.as_u16(), &none.body["code"]), (409, &json!("identity.no_passkey")));
}

#[tokio::test]
async fn a_passkey_proves_that_the_person_is_there() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut owner = owner(&world, &tenant, Customer).await;
    let (app, scope, session) = (&world.app, &owner.scope, owner.session.id);
    world.pass(TimeDelta::hours(1));
    let asked = confirmation::offer_passkey(app, scope, owner.user).await.unwrap().unwrap();
    let answer = owner.device.answer(&asked);
    let somebody = world.guest(&tenant, "guest@example.com").await;
    let theirs = Proof::Passkey { token: &asked.token, answer: &answer };
    assert!(confirmation::confirm(app, scope, somebody, session, theirs, &origin()).await.is_err(), "the question was put to another");
    confirmation::confirm(app, scope, owner.user, session, theirs, &origin()).await.unwrap();
    confirmation::demand(app, scope, session).await.unwrap();
}

#[tokio::test]
async fn a_passkey_is_named_and_given_up_by_its_person_alone() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut owner = owner(&world, &tenant, Staff).await;
    let id = owner.one().await.id;
    let stranger = world.guest(&tenant, "guest@example.com").await;
    let mut tx = owner.scope.begin_write().await.unwrap();
    assert_eq!(code_of(passkeys::rename(&mut tx, stranger, id, "Mine").await), "not_found");
    assert_eq!(code_of(passkeys::remove(&world.app, &mut tx, stranger, id).await), "not_found");
    passkeys::rename(&mut tx, owner.user, id, "Blue phone").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(owner.one().await.name, "Blue phone");

    let asked = owner.entry(&world).await;
    let mut tx = owner.scope.begin_write().await.unwrap();
    passkeys::remove(&world.app, &mut tx, owner.user, id).await.unwrap();
    tx.commit().await.unwrap();
    let answer = owner.device.answer(&asked);
    assert_eq!(code_of(owner.enter(&world, &asked, &answer).await), "identity.passkey_wrong", "also where it was asked for before");
    assert_eq!(world.count(&tenant, "select count(*) from recovery_codes where tenant_id = $1").await, 0, "the codes went with the last one");
    let entry = accounts::enter_browser(&world.app, &owner.scope, owner.user, &origin()).await.unwrap();
    assert!(matches!(entry, Entry::Open(_)));
    let mails = world.inbox(&tenant, "owner@example.com").await;
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["A passkey was added to your account", "A passkey was removed from your account"]);
}

#[tokio::test]
async fn where_a_second_factor_is_demanded_a_passkey_is_one_and_the_last_one_stays() {
    let world = World::new();
    let tenant = world.tenant().await;
    let owner = owner(&world, &tenant, Staff).await;
    let mut tx = owner.scope.begin_write().await.unwrap();
    let policy = SecondFactorPolicy { everybody: true, ..SecondFactorPolicy::default() };
    second_factor::change_policy(&world.app, &mut tx, &policy, 0).await.unwrap();
    tx.commit().await.unwrap();
    let id = owner.one().await.id;
    let mut tx = owner.scope.begin_write().await.unwrap();
    assert_eq!(code_of(passkeys::remove(&world.app, &mut tx, owner.user, id).await), "identity.second_factor_demanded");
    drop(tx);
    let mut tx = owner.scope.begin_write().await.unwrap();
    second_factor::reset(&world.app, &mut tx, owner.user).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!world.admits(&owner.tenant, Staff, &owner.session.token).await, "an administrator takes all of them, and every session ends");
    assert_eq!(world.count(&tenant, "select count(*) from passkeys where tenant_id = $1").await, 0);
}

#[tokio::test]
async fn one_key_is_one_passkey() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut owner = owner(&world, &tenant, Staff).await;
    let asked = self::asked(&world, &owner.scope, owner.user).await;
    assert!(asked.options.contains(&B64.encode(&owner.device.id)), "the device is told which it holds");
    let made = owner.device.make(&asked);
    let mut tx = owner.scope.begin_write().await.unwrap();
    let added = passkeys::add(&world.app, &mut tx, owner.user, owner.session.id, &asked.token, &made, "Again").await;
    assert_eq!(code_of(added), "identity.passkey_wrong", "a device that makes it again all the same is not believed");
    drop(tx);
    assert_eq!(world.count(&tenant, "select count(*) from passkeys where tenant_id = $1").await, 1);
}
