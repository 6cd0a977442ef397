//! The steps before there is a tenant: what was typed, and the code from the mailbox. Each opens its own platform transaction,
//! and mail leaves between transactions, never inside one. A code is in memory and in the mail, nowhere else.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use kernel::{App, AppError, AppResult, Tenant, platform_tx::PlatformTx, tokens};

use super::{SignUpError, SignUpForm, SignUpId, form, mail, open, store};

/// How long a code is good for.
const CODE_VALID: TimeDelta = TimeDelta::minutes(30);
/// Wrong codes after which another one has to be asked for.
const MOST_ATTEMPTS: i32 = 5;
/// Codes to one address in an hour.
const MOST_CODES: i64 = 5;
const PURPOSE: &str = "tenancy.sign_up.code";

/// Checks the form, keeps it, and mails a code to the address.
pub async fn start(app: &App, typed: &SignUpForm) -> AppResult<SignUpId> {
    let checked = form::check(app, typed).await?;
    let (id, now, code) = (SignUpId(uuid::Uuid::new_v4()), Utc::now(), random_code());
    let mut tx = PlatformTx::begin(&app.db, "tenancy.sign_up").await?;
    limit_codes(&mut tx, &checked.email).await?;
    let new = store::NewSignUp {
        id,
        kind: &checked.pack.info.kind,
        country: &checked.pack.info.country,
        pack: &checked.pack.name,
        company_name: &checked.company_name,
        slug: &checked.slug,
        owner_name: &checked.owner_name,
        email: &checked.email,
        phone: checked.phone.as_str(),
        password_hash: &typed.password_hash,
        code_hash: &code_hash(app, id, &code),
        now,
        code_expires_at: now + CODE_VALID,
    };
    store::insert(&mut tx, &new).await?;
    tx.commit().await?;
    let locale = &checked.pack.info.locale;
    mail::send_code(app, locale, &checked.email, &checked.owner_name, &code, CODE_VALID.num_minutes()).await?;
    Ok(id)
}

/// Mails another code; the one before is worth nothing.
pub async fn send_again(app: &App, id: SignUpId) -> AppResult<()> {
    let code = random_code();
    let mut tx = PlatformTx::begin(&app.db, "tenancy.sign_up").await?;
    let row = store::lock(&mut tx, id).await?.filter(|row| row.verified_at.is_none()).ok_or_else(AppError::not_found)?;
    limit_codes(&mut tx, &row.email).await?;
    store::put_code(&mut tx, id, &code_hash(app, id, &code), Utc::now() + CODE_VALID).await?;
    tx.commit().await?;
    let locale = app.packs.get(&row.pack).map_or(kernel::i18n::FALLBACK, |pack| &pack.info.locale);
    mail::send_code(app, locale, &row.email, &row.owner_name, &code, CODE_VALID.num_minutes()).await
}

async fn limit_codes(tx: &mut PlatformTx, email: &str) -> AppResult<()> {
    if store::codes_sent_to(tx, email, Utc::now() - TimeDelta::hours(1)).await? >= MOST_CODES {
        return Err(SignUpError::TooManyCodes.into());
    }
    Ok(())
}

/// What a page shows of a sign-up on its way.
#[derive(Debug, Clone)]
pub struct SignUpView {
    pub company_name: String,
    pub slug: String,
    pub email: String,
    pub verified: bool,
    /// The tenant exists.
    pub opened: bool,
}

/// Not found once it was purged.
pub async fn get(app: &App, id: SignUpId) -> AppResult<SignUpView> {
    let mut tx = PlatformTx::begin(&app.db, "tenancy.sign_up").await?;
    let row = store::lock(&mut tx, id).await?.ok_or_else(AppError::not_found)?;
    Ok(SignUpView {
        company_name: row.company_name,
        slug: row.slug,
        email: row.email,
        verified: row.verified_at.is_some(),
        opened: row.opened_tenant.is_some(),
    })
}

/// Checks the code from the mailbox. Repeating it after a success is fine whatever the code; unknown, old and wrong are one answer.
pub async fn verify(app: &App, id: SignUpId, code: &str) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "tenancy.sign_up").await?;
    let row = store::lock(&mut tx, id).await?.ok_or(SignUpError::WrongCode)?;
    if row.verified_at.is_some() {
        return Ok(());
    }
    let digits: String = code.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let now = Utc::now();
    let open = row.attempts < MOST_ATTEMPTS && row.code_expires_at > now;
    if !open {
        return Err(SignUpError::WrongCode.into());
    }
    let right = app.signer.verify(PURPOSE, &format!("{id}:{digits}"), &row.code_hash);
    if right {
        store::mark_verified(&mut tx, id, now).await?;
    } else {
        store::count_attempt(&mut tx, id).await?;
    }
    tx.commit().await?;
    if right { Ok(()) } else { Err(SignUpError::WrongCode.into()) }
}

/// Checks the code and does all the rest at the label that was typed or suggested: [`verify`], [`super::open`] and
/// [`super::finish`] in one. Can be repeated at any time.
pub async fn confirm(app: &App, id: SignUpId, code: &str) -> AppResult<Arc<Tenant>> {
    verify(app, id, code).await?;
    open::open(app, id, None).await?;
    open::finish(app, id).await
}

/// A key of the deployment is in the hash: the million codes cannot be tried on a stolen table.
fn code_hash(app: &App, id: SignUpId, code: &str) -> String {
    app.signer.sign(PURPOSE, &format!("{id}:{code}"))
}

/// Six digits, each code as likely as any other.
fn random_code() -> String {
    loop {
        let number = u32::from_be_bytes(tokens::random_bytes::<4>());
        if number < 4_294_000_000 {
            return format!("{:06}", number % 1_000_000);
        }
    }
}
