//! What is done with users. Everything that makes or suspends one runs as the system audience or as staff; the caller commits.

use std::{collections::BTreeSet, sync::Arc};

use kernel::{
    App, AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    http::Who,
    paging::{Page, PageRequest},
    phone::Phone,
};
use uuid::Uuid;

use super::{NewUser, PersonName, User, UserError, UserId, UserKind, UserStatus, read_email, store};
use crate::{
    challenges::{self, Purpose},
    identity, passwords,
    permissions::granting,
    roles, sessions,
};

pub use super::store::StaffRow;

/// The one who opened the business; the address was proved and the password hashed before the tenant existed.
#[derive(Debug, Clone)]
pub struct NewOwner {
    pub email: String,
    pub name: PersonName,
    /// E.164.
    pub phone: Option<String>,
    /// From [`passwords::prepare`].
    pub password_hash: String,
}

/// Makes the owner and the owner's role. Repeating it finds the same user, so that an interrupted sign-up can be resumed.
pub async fn create_owner(app: &App, tx: &mut TenantTx, owner: &NewOwner) -> AppResult<UserId> {
    let role = roles::ensure_owner_role(tx).await?;
    if let Some(user) = store::find_by_email(tx, UserKind::Staff, &owner.email).await? {
        return Ok(user.id);
    }
    let new = NewUser {
        kind: UserKind::Staff,
        email: read_email(&owner.email).ok_or_else(|| AppError::field("email", "field-invalid"))?,
        name: owner.name.clone(),
        phone: owner.phone.clone(),
        subject: None,
        email_verified: true,
    };
    let id = insert(app, tx, &new).await?;
    passwords::replace(app, tx, id, &owner.password_hash).await?;
    roles::store::grant(tx, id, &[role]).await?;
    Ok(id)
}

/// A customer who bought without an account: no password, address not proved. `identity.email_taken` means that this address
/// signs in first (by code, say) before anything is attached to it. As the system audience.
pub async fn create_guest_customer(
    app: &App,
    tx: &mut TenantTx,
    customer: Uuid,
    name: &PersonName,
    email: &str,
    phone: Option<&Phone>,
) -> AppResult<UserId> {
    let new = NewUser {
        kind: UserKind::Customer,
        email: read_email(email).ok_or_else(|| AppError::field("email", "field-invalid"))?,
        name: name.clone(),
        phone: phone.map(|phone| phone.as_str().to_owned()),
        subject: Some(("customer", customer)),
        email_verified: false,
    };
    insert(app, tx, &new).await
}

/// Adds a member of staff and mails an invitation to choose a password. The inviter can give only roles that grant no more
/// than the inviter holds (`own`). As the system audience, with the inviter as actor.
pub async fn invite_staff(
    app: &App,
    tx: &mut TenantTx,
    email: &str,
    name: &PersonName,
    role_keys: &[String],
    own: &BTreeSet<String>,
) -> AppResult<UserId> {
    let mut fields = Fields::new();
    let email = fields.check("email", read_email(email), "field-invalid");
    let first = fields.line("first_name", &name.first, 100);
    let last = fields.optional_line("last_name", &name.last, 100);
    if role_keys.is_empty() {
        fields.add("roles", "field-required");
    }
    fields.finish()?;
    let new = NewUser {
        kind: UserKind::Staff,
        email: email.unwrap_or_default(),
        name: PersonName { first, last },
        phone: None,
        subject: None,
        email_verified: false,
    };
    let id = insert(app, tx, &new).await?;
    roles::assign(app, tx, id, role_keys, own).await?;
    send_claim_link(app, tx, id).await?;
    Ok(id)
}

pub(crate) async fn insert(app: &App, tx: &mut TenantTx, new: &NewUser) -> AppResult<UserId> {
    let id = store::insert(tx, new, identity(app)?.now()).await?;
    tx.audit(Change::of("identity.user.create", "user", id.0).set("kind", new.kind.as_str()).set("email", new.email.as_str())).await?;
    Ok(id)
}

/// Not found for a user of another tenant or, to a customer, of somebody else.
pub async fn get(tx: &mut ReadTx, id: UserId) -> AppResult<User> {
    store::find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// As the system audience: who has this address.
pub async fn find_by_email(tx: &mut ReadTx, kind: UserKind, email: &str) -> AppResult<Option<User>> {
    store::find_by_email(tx, kind, email).await
}

/// The user who is this customer, if one exists.
pub async fn find_by_subject(tx: &mut ReadTx, subject: Uuid) -> AppResult<Option<User>> {
    store::find_by_subject(tx, subject).await
}

/// The users of a record of another module that still say who they are.
pub(crate) async fn list_unerased(tx: &mut ReadTx, subject: Uuid) -> AppResult<Vec<UserId>> {
    store::list_unerased(tx, subject).await
}

/// Erases who a user was: name, address, number, credentials. The row stays, since what it did names it.
pub(crate) async fn erase(tx: &mut TenantTx, id: UserId) -> AppResult<()> {
    store::erase(tx, id).await?;
    tx.audit(Change::of("identity.user.erase", "user", id.0)).await
}

/// Says which record of another module the user is.
pub async fn link_subject(tx: &mut TenantTx, id: UserId, kind: &'static str, subject: Uuid) -> AppResult<()> {
    store::update_subject(tx, id, kind, subject).await?;
    tx.audit(Change::of("identity.user.link", "user", id.0).set(kind, subject.to_string())).await
}

/// What a person may change about himself; absent stays. An empty phone removes it.
#[derive(Debug, Clone, Default)]
pub struct ProfilePatch {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phone: Option<String>,
}

/// Changes the caller's own profile. Another number has to be verified anew.
pub async fn change_profile(tx: &mut TenantTx, id: UserId, patch: &ProfilePatch) -> AppResult<User> {
    let user = get(tx, id).await?;
    let country = tx.scope().tenant.country.clone();
    let mut fields = Fields::new();
    let first = patch.first_name.as_deref().map_or(user.name.first.clone(), |text| fields.line("first_name", text, 100));
    let last = patch.last_name.as_deref().map_or(user.name.last.clone(), |text| fields.optional_line("last_name", text, 100));
    let phone = match patch.phone.as_deref().map(str::trim) {
        None => user.phone.clone(),
        Some("") => None,
        Some(text) => fields.check("phone", Phone::parse(text, &country).ok(), "field-phone").map(|phone| phone.to_string()),
    };
    fields.finish()?;
    let name = PersonName { first, last };
    store::update_profile(tx, id, &name, phone.as_deref()).await?;
    tx.audit(
        Change::of("identity.user.change", "user", id.0)
            .change("first_name", user.name.first.as_str(), name.first.as_str())
            .change("last_name", user.name.last.as_str(), name.last.as_str())
            .change("phone", user.phone.clone(), phone.clone()),
    )
    .await?;
    get(tx, id).await
}

/// Staff of the tenant, newest first.
pub async fn list_staff(tx: &mut ReadTx, status: Option<UserStatus>, role: Option<String>, request: &PageRequest) -> AppResult<Page<StaffRow>> {
    store::list_staff(tx, status, role, request).await
}

/// A member of staff, for work that goes on when the session is over: with what the roles hold now. None for whoever may not sign in.
pub async fn standing(app: &App, tx: &mut ReadTx, id: UserId) -> AppResult<Option<Who>> {
    let active = |user: &User| user.kind == UserKind::Staff && user.status == UserStatus::Active;
    let Some(user) = store::find(tx, id).await?.filter(active) else { return Ok(None) };
    let held = roles::store::list_permissions_of(tx, id).await?;
    let permissions = identity(app)?.catalogue.resolve(held.iter().map(String::as_str));
    let (permissions, sight) = (Arc::new(permissions), roles::store::sight_of(tx, id).await?);
    Ok(Some(Who::Staff { user: id.0, session: Uuid::nil(), name: user.name.full(), permissions, sight }))
}

/// Nobody signs in as this user any more, and every session ends. As the system audience, with the actor who wants it; the last
/// owner stays.
pub async fn suspend(app: &App, tx: &mut TenantTx, id: UserId, by: UserId) -> AppResult<()> {
    shut_out(app, tx, id, by, UserStatus::Suspended, "suspended").await
}

/// The person left the firm: as [`suspend`], and not on the list of those who work there any more. What was done stays under the name.
pub async fn remove(app: &App, tx: &mut TenantTx, id: UserId, by: UserId) -> AppResult<()> {
    shut_out(app, tx, id, by, UserStatus::Inactive, "left").await
}

async fn shut_out(app: &App, tx: &mut TenantTx, id: UserId, by: UserId, status: UserStatus, because: &'static str) -> AppResult<()> {
    if id == by {
        return Err(UserError::OwnAccount.into());
    }
    change_status(tx, id, status).await?;
    sessions::end_all(app, tx, id, None, because).await
}

/// Mails the person a link to choose another password; the present one holds until then.
pub async fn send_reset_link(app: &App, tx: &mut TenantTx, id: UserId) -> AppResult<()> {
    let user = get(tx, id).await?;
    if user.status != UserStatus::Active {
        return Err(UserError::StatusUnchanged.into());
    }
    challenges::create(app, tx, &user, Purpose::ResetPassword).await?;
    tx.audit(Change::of("identity.password.send_link", "user", id.0)).await
}

/// Refuses whoever would act on somebody who may do more: nobody gets at the account of the owner by way of its recovery.
pub async fn may_manage(app: &App, tx: &mut ReadTx, id: UserId, own: &BTreeSet<String>) -> AppResult<()> {
    let held = roles::store::list_permissions_of(tx, id).await?;
    let granted = identity(app)?.catalogue().resolve(held.iter().map(String::as_str));
    if granted.is_subset(own) { Ok(()) } else { Err(UserError::MoreThanOwn.into()) }
}

/// The user may sign in again.
pub async fn activate(tx: &mut TenantTx, id: UserId) -> AppResult<()> {
    change_status(tx, id, UserStatus::Active).await
}

async fn change_status(tx: &mut TenantTx, id: UserId, next: UserStatus) -> AppResult<()> {
    store::lock(tx, id).await?;
    let user = get(tx, id).await?;
    if !user.status.can_become(next) {
        return Err(UserError::StatusUnchanged.into());
    }
    store::update_status(tx, id, next).await?;
    tx.audit(Change::of("identity.user.change", "user", id.0).change("status", user.status.as_str(), next.as_str())).await
}

/// Mails the person a link to choose a password, proving the address at the same time.
pub async fn send_claim_link(app: &App, tx: &mut TenantTx, id: UserId) -> AppResult<()> {
    let user = get(tx, id).await?;
    challenges::create(app, tx, &user, Purpose::ClaimAccount).await.map(drop)
}

/// Active staff who may do what the permission names: those to be told of work that wants it.
pub async fn holders(tx: &mut ReadTx, permission: &str) -> AppResult<Vec<UserId>> {
    store::list_holders(tx, &granting(permission)).await
}
