//! Customers who open an account. What they typed waits in a registration until the code from their mailbox comes back; then the
//! user is made from that very row. Whether the address was known before is told to the mailbox alone.

use std::time::Instant;

use async_trait::async_trait;
use chrono::TimeDelta;
use kernel::{
    App, AppError, AppResult, Scope, TenantTx,
    audit::Change,
    error::Fields,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
    phone::Phone,
    profile::Profile,
};
use ports::message::{Channel, Messenger, now_or_later};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{FORGOT_PAGE, store};
use crate::{
    NewUser, PersonName, User, UserId, UserKind, UserStatus,
    challenges::{ChallengeError, Letter, MOST_ATTEMPTS, compose, page_url, random_code},
    identity, passwords,
    sessions::Origin,
    users::{self, normalise_email, read_email},
};

const VALID: TimeDelta = TimeDelta::hours(1);
const SEALED: &str = "identity.registration.secret";

/// Makes the record of a customer who registers, in the same transaction. The application implements it with the module that
/// keeps customers, and registers it as a port.
#[async_trait]
pub trait CustomerRecords: Send + Sync {
    /// The new customer's id.
    async fn create(&self, app: &App, tx: &mut TenantTx, person: &NewCustomer) -> AppResult<Uuid>;
}

/// A person whose address is proved.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    pub name: PersonName,
    pub email: String,
    /// E.164.
    pub phone: Option<String>,
}

/// What a customer types to open an account.
#[derive(Debug, Clone)]
pub struct Registration {
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    /// Empty: none.
    pub phone: String,
    pub password: String,
}

/// Begins a registration and mails a code. The id that comes back names it in [`confirm`]; nothing in the answer says whether
/// the address has an account.
pub async fn register(app: &App, scope: &Scope, new: &Registration, origin: &Origin) -> AppResult<Uuid> {
    let (identity, started) = (identity(app)?, Instant::now());
    let mut fields = Fields::new();
    let email = fields.check("email", read_email(&new.email), "field-email");
    let first = fields.line("first_name", &new.first_name, 100);
    let last = fields.optional_line("last_name", &new.last_name, 100);
    let phone = match new.phone.trim() {
        "" => None,
        text => fields.check("phone", Phone::parse(text, &scope.tenant.country).ok(), "field-phone"),
    };
    for code in passwords::problems(&new.password, &[&scope.tenant.name, &scope.tenant.slug, &new.email, &first, &last]) {
        fields.add("password", code);
    }
    fields.finish()?;
    let email = email.unwrap_or_default();
    identity.limits.code_request(scope.tenant.id, UserKind::Customer, &normalise_email(&email), origin.address)?;
    let password_hash = identity.hasher.hash(&new.password).await?;

    let (id, now) = (Uuid::new_v4(), identity.now());
    let mut tx = scope.begin_write().await?;
    let row = store::NewRegistration {
        id,
        email: &email,
        first_name: &first,
        last_name: &last,
        phone: phone.as_ref().map(Phone::as_str),
        password_hash: &password_hash,
        now,
        expires_at: now + VALID,
    };
    store::insert(&mut tx, &row).await?;
    new_code(app, &mut tx, id).await?;
    tx.commit().await?;
    identity.level(started).await;
    Ok(id)
}

/// Mails another code for the registration; the one before is worth nothing. An unknown or ended registration is passed over.
pub async fn send_again(app: &App, scope: &Scope, id: Uuid, origin: &Origin) -> AppResult<()> {
    let identity = identity(app)?;
    let mut tx = scope.begin_write().await?;
    let open = store::lock_open(&mut tx, id, identity.now()).await?;
    let key = open.as_ref().map_or_else(|| id.to_string(), |open| normalise_email(&open.email));
    identity.limits.code_request(scope.tenant.id, UserKind::Customer, &key, origin.address)?;
    if open.is_some() {
        new_code(app, &mut tx, id).await?;
    }
    tx.commit().await
}

async fn new_code(app: &App, tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    let code = random_code();
    let hash = app.sealer.lookup_hash(tx, &place(id), &code).await?;
    let sealed = app.sealer.seal(tx, SEALED, code.as_bytes()).await?;
    store::put_secret(tx, id, &hash, &sealed).await?;
    let locale = Some(tx.scope().locale.to_string());
    tx.enqueue(&SendRegistration { registration: id, locale }).await
}

fn place(id: Uuid) -> String {
    format!("identity.registration:{id}")
}

/// Makes the account of a registration whose code came back. A guest customer of the same address gets this password.
pub async fn confirm(app: &App, scope: &Scope, id: Uuid, code: &str, origin: &Origin) -> AppResult<UserId> {
    let identity = identity(app)?;
    let key = id.to_string();
    identity.limits.code_check(scope.tenant.id, UserKind::Customer, &key, origin.address)?;
    let mut tx = scope.begin_write().await?;
    let wrong = || AppError::from(ChallengeError::WrongCode);
    let open = store::lock_open(&mut tx, id, identity.now()).await?.filter(|open| open.attempts < MOST_ATTEMPTS).ok_or_else(wrong)?;
    let digits: String = code.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let given = app.sealer.lookup_hash(&mut tx, &place(id), &digits).await?;
    if !bool::from(given.ct_eq(&open.secret_hash)) {
        store::count_attempt(&mut tx, id).await?;
        tx.commit().await?;
        return Err(wrong());
    }
    store::use_up(&mut tx, id, identity.now()).await?;
    let user = match users::find_by_email(&mut tx, UserKind::Customer, &open.email).await? {
        None => make_user(app, &mut tx, &open).await?,
        Some(guest) if is_unclaimed(&guest) => guest.id,
        Some(_) => return Err(wrong()),
    };
    passwords::replace(app, &mut tx, user, &open.password_hash).await?;
    users::store::mark_email_verified(&mut tx, user, identity.now()).await?;
    // Whoever used the address before it was proved is signed out.
    crate::sessions::end_all(app, &mut tx, user, None, "account claimed").await?;
    tx.audit(Change::of("identity.password.change", "user", user.0).because("registered")).await?;
    tx.commit().await?;
    identity.limits.code_succeeded(scope.tenant.id, UserKind::Customer, &key, origin.address);
    Ok(user)
}

fn is_unclaimed(user: &User) -> bool {
    !user.has_password && user.status == UserStatus::Active
}

async fn make_user(app: &App, tx: &mut TenantTx, open: &store::OpenRegistration) -> AppResult<UserId> {
    let name = PersonName::new(&open.first_name, &open.last_name);
    let person = NewCustomer { name: name.clone(), email: open.email.clone(), phone: open.phone_e164.clone() };
    let customer = app.port::<dyn CustomerRecords>()?.create(app, tx, &person).await?;
    let new = NewUser {
        kind: UserKind::Customer,
        email: open.email.clone(),
        name,
        phone: open.phone_e164.clone(),
        subject: Some(("customer", customer)),
        email_verified: true,
    };
    users::insert(app, tx, &new).await
}

/// Mails the code of a registration, or, to an address that has an account, that it has one.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendRegistration {
    registration: Uuid,
    #[serde(default)]
    locale: Option<String>,
}

#[async_trait]
impl Job for SendRegistration {
    const NAME: &'static str = "identity.registration.send";
    const QUEUE: Queue = Queue::Messages;

    async fn run(self, cx: JobCx) -> JobResult {
        let identity = identity(&cx.app)?;
        let mut tx = cx.scope.begin_read().await?;
        let Some(open) = store::find_open(&mut tx, self.registration, identity.now()).await? else { return Ok(()) };
        let Some(sealed) = &open.secret_sealed else { return Ok(()) };
        let code = String::from_utf8(cx.app.sealer.open(&mut tx, SEALED, sealed).await?).map_err(AppError::internal)?;
        let known = users::find_by_email(&mut tx, UserKind::Customer, &open.email).await?.filter(|user| !is_unclaimed(user));
        let profile = tx.setting::<Profile>().await?.value;
        drop(tx);

        let minutes = (open.expires_at - identity.now()).num_minutes().max(1).to_string();
        let (key, values) = match known {
            Some(_) => ("already-registered", vec![("url", page_url(&cx.app, &cx.scope, UserKind::Customer, FORGOT_PAGE))]),
            None => ("verify-email", vec![("code", code), ("minutes", minutes)]),
        };
        let to = (open.email.clone(), PersonName::new(&open.first_name, &open.last_name));
        let letter = Letter { id: cx.id, key, channel: Channel::Email, to: to.0, values };
        let scope = cx.scope.speaking(self.locale.as_deref());
        let message = compose(&cx.app, &scope, &profile, &to.1, letter);
        let given_up = match now_or_later(cx.app.port::<dyn Messenger>()?.send(&scope, message).await) {
            Ok(()) => None,
            Err(JobError::Fail(error)) => Some(JobError::Fail(error)),
            // By then it would be worth nothing: somebody must know.
            Err(JobError::Later(error, wait)) if identity.now() + wait >= open.expires_at => Some(JobError::Fail(error)),
            Err(later) => return Err(later),
        };
        let mut tx = cx.scope.begin_write().await?;
        store::mark_sent(&mut tx, open.id, identity.now()).await?;
        tx.commit().await?;
        given_up.map_or(Ok(()), Err)
    }
}
