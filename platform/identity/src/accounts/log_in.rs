//! Signing in, and what a browser or an application gets for it.

use std::time::Instant;

use kernel::{App, AppError, AppResult, ReadTx, Scope, phone::Phone};
use ports::message::{Channel, Messenger};

use super::AccountError;
use crate::{
    User, UserId, UserKind, UserStatus,
    challenges::{self, ChallengeError, Purpose},
    identity,
    passwords::{self, Verdict},
    sessions::{self, OpenedSession, Origin},
    tokens::{self, TokenPair},
    users::{self, normalise_email},
};

/// Longer ones are wrong without hashing them.
const LONGEST_PASSWORD_BYTES: usize = 1024;

/// Checks address and password. Takes as long for an unknown address as for a wrong password; an outdated hash is renewed.
pub async fn log_in(app: &App, scope: &Scope, kind: UserKind, email: &str, password: &str, origin: &Origin) -> AppResult<UserId> {
    let identity = identity(app)?;
    let email = normalise_email(email);
    if email.len() > 254 || password.len() > LONGEST_PASSWORD_BYTES {
        return Err(refused(kind));
    }
    identity.limits.login(scope.tenant.id, kind, &email, origin.address)?;
    let mut tx = scope.begin_read().await?;
    let user = users::find_by_email(&mut tx, kind, &email).await?;
    let hash = match &user {
        Some(user) => passwords::store::find(&mut tx, user.id).await?,
        None => None,
    };
    drop(tx);
    let (Some(user), Some(hash)) = (user, hash) else {
        identity.hasher.verify_nothing(password).await?;
        return Err(refused(kind));
    };
    let verdict = identity.hasher.verify(password, &hash).await?;
    if verdict == Verdict::Wrong {
        return Err(refused(kind));
    }
    if user.status != UserStatus::Active {
        return Err(AccountError::Suspended.into());
    }
    identity.limits.login_succeeded(scope.tenant.id, kind, &email, origin.address);
    if verdict == Verdict::RightOutdated {
        let renewed = identity.hasher.hash(password).await?;
        let mut tx = scope.begin_write().await?;
        passwords::store::upgrade(&mut tx, user.id, &hash, &renewed).await?;
        tx.commit().await?;
    }
    Ok(user.id)
}

fn refused(kind: UserKind) -> AppError {
    count_failure(kind);
    AccountError::WrongCredentials.into()
}

pub(crate) fn count_failure(kind: UserKind) {
    metrics::counter!("wakala_login_failures_total", "kind" => kind.as_str()).increment(1);
}

/// What a customer is known by.
enum KnownBy {
    /// Normalised.
    Email(String),
    /// E.164. Counts only where it was verified: anybody may have typed it.
    Phone(String),
}

impl KnownBy {
    fn read(scope: &Scope, said: &str) -> Self {
        match Phone::parse(said, &scope.tenant.country) {
            Ok(phone) if !said.contains('@') => Self::Phone(phone.to_string()),
            _ => Self::Email(normalise_email(said)),
        }
    }
    /// What attempts are counted by.
    fn name(&self) -> &str {
        match self {
            Self::Email(name) | Self::Phone(name) => name,
        }
    }
    fn purpose(&self) -> Purpose {
        match self {
            Self::Email(_) => Purpose::SignIn,
            Self::Phone(_) => Purpose::SignInByPhone,
        }
    }
    /// The one customer who may enter. A number that two have verified is nobody's.
    async fn customer(&self, tx: &mut ReadTx) -> AppResult<Option<User>> {
        let found = match self {
            Self::Email(email) => users::find_by_email(tx, UserKind::Customer, email).await?,
            Self::Phone(phone) => match users::store::find_by_verified_phone(tx, UserKind::Customer, phone).await?.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            },
        };
        Ok(found.filter(|user| user.status == UserStatus::Active))
    }
}

/// Whether codes go by text message too, beside mail.
pub async fn sends_codes_by_phone(app: &App, scope: &Scope) -> AppResult<bool> {
    Ok(app.port::<dyn Messenger>()?.offers(scope, Channel::Sms).await)
}

/// Sends a customer a code to sign in with: to the e-mail address given, or to the phone number given, if it was verified and the
/// tenant can send text messages. The answer is the same whether it is known or not.
pub async fn request_sign_in_code(app: &App, scope: &Scope, said: &str, origin: &Origin) -> AppResult<()> {
    let (identity, started) = (identity(app)?, Instant::now());
    let known_by = KnownBy::read(scope, said);
    identity.limits.code_request(scope.tenant.id, UserKind::Customer, known_by.name(), origin.address)?;
    let sendable = matches!(known_by, KnownBy::Email(_)) || sends_codes_by_phone(app, scope).await?;
    let mut tx = scope.begin_write().await?;
    if let Some(user) = known_by.customer(&mut tx).await?.filter(|_| sendable) {
        challenges::create(app, &mut tx, &user, known_by.purpose()).await?;
    }
    tx.commit().await?;
    identity.level(started).await;
    Ok(())
}

/// Checks the code that [`request_sign_in_code`] sent; an address that it was sent to counts as verified.
pub async fn log_in_with_code(app: &App, scope: &Scope, said: &str, code: &str, origin: &Origin) -> AppResult<UserId> {
    let identity = identity(app)?;
    let (kind, known_by) = (UserKind::Customer, KnownBy::read(scope, said));
    identity.limits.code_check(scope.tenant.id, kind, known_by.name(), origin.address)?;
    let mut tx = scope.begin_write().await?;
    let Some(user) = known_by.customer(&mut tx).await? else {
        count_failure(kind);
        return Err(ChallengeError::WrongCode.into());
    };
    let sent_to = challenges::check_code(app, &mut tx, user.id, known_by.purpose(), code).await?;
    // A code that went to an earlier number opens nothing.
    let right = sent_to.is_some_and(|to| matches!(known_by, KnownBy::Email(_)) || to == known_by.name());
    if right && matches!(known_by, KnownBy::Email(_)) {
        users::store::mark_email_verified(&mut tx, user.id, identity.now()).await?;
    }
    tx.commit().await?;
    if !right {
        count_failure(kind);
        return Err(ChallengeError::WrongCode.into());
    }
    identity.limits.code_succeeded(scope.tenant.id, kind, known_by.name(), origin.address);
    Ok(user.id)
}

/// Opens a session of a browser for a user all of whose credentials were checked; see [`super::enter_browser`].
pub async fn open_browser(app: &App, scope: &Scope, user: UserId, origin: &Origin) -> AppResult<OpenedSession> {
    let mut tx = scope.begin_write().await?;
    let session = sessions::open(app, &mut tx, user, origin).await?;
    tx.commit().await?;
    Ok(session)
}

/// Issues tokens to an application for a user all of whose credentials were checked; see [`super::enter_application`].
pub async fn open_application(app: &App, scope: &Scope, user: UserId, origin: &Origin) -> AppResult<TokenPair> {
    let mut tx = scope.begin_write().await?;
    let pair = tokens::issue(app, &mut tx, user, origin).await?;
    tx.commit().await?;
    Ok(pair)
}
