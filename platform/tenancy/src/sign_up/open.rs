//! The steps that make the tenant. First its row, together with the note that this sign-up has one; then its data key; then, in
//! one transaction, everything the application puts into a new tenant. Each can be repeated: whatever was done is found.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::Utc;
use kernel::{App, AppError, AppResult, Tenant, TenantTx, platform_tx::PlatformTx, profile::Profile, tenant::TenantId};
use uuid::Uuid;

use super::{SignUpError, SignUpId, form, store};
use crate::{directory, generation, slug};

/// The one who signed up.
#[derive(Debug, Clone)]
pub struct Owner {
    pub name: String,
    /// Proved.
    pub email: String,
    /// E.164.
    pub phone: String,
    /// As the caller of [`super::start`] gave it.
    pub password_hash: String,
}

/// What a new tenant begins with: its owner and the defaults of its pack. The application implements it with `identity` and
/// [`crate::packs::apply`], and registers it as a port. It runs as the system audience in a transaction that it must not commit;
/// it may run again for a tenant that has everything, and then changes nothing.
#[async_trait]
pub trait TenantSetup: Send + Sync {
    async fn set_up(&self, app: &App, tx: &mut TenantTx, owner: &Owner) -> AppResult<()>;
}

/// Makes the tenant, in preview, at `label` or at the one that was typed before. Repeating it finds the same tenant, also with
/// another label. `tenancy.slug_taken` names a free one.
pub async fn open(app: &App, id: SignUpId, label: Option<&str>) -> AppResult<TenantId> {
    let mut tx = PlatformTx::begin(&app.db, "tenancy.sign_up").await?;
    let row = store::lock(&mut tx, id).await?.ok_or_else(AppError::not_found)?;
    if row.verified_at.is_none() {
        return Err(SignUpError::NotVerified.into());
    }
    if let Some(tenant) = row.opened_tenant {
        return Ok(tenant);
    }
    let label = slug::read(label.unwrap_or(&row.slug)).map_err(|problem| AppError::field("slug", problem.code()))?;
    let pack = app.packs.get(&row.pack).ok_or_else(|| AppError::internal(format!("pack {} is gone", row.pack)))?;
    let tenant = TenantId::new();
    let new = store::NewTenant {
        id: tenant,
        slug: &label,
        name: &row.company_name,
        kind: &row.kind,
        country: &row.country,
        pack: &row.pack,
        currency: &pack.info.currency,
        time_zone: &pack.info.time_zone,
        locale: &pack.info.locale,
    };
    if !store::insert_tenant(&mut tx, &new).await? {
        let suggestion = form::suggest_in(&mut tx, &row.company_name).await?;
        return Err(SignUpError::SlugTaken { suggestion }.into());
    }
    store::mark_opened(&mut tx, id, tenant, &label, Utc::now()).await?;
    tx.record("tenancy", "sign_up").await?;
    generation::raise(tx.conn()).await?;
    tx.commit().await?;
    app.directory.forget(tenant);
    Ok(tenant)
}

/// Fills the tenant of an opened sign-up: data key, profile, owner, defaults. Repeating it, also at the same time, changes nothing.
pub async fn finish(app: &App, id: SignUpId) -> AppResult<Arc<Tenant>> {
    let mut tx = PlatformTx::begin(&app.db, "tenancy.sign_up").await?;
    let row = store::lock(&mut tx, id).await?.ok_or_else(AppError::not_found)?;
    let tenant = row.opened_tenant.ok_or(SignUpError::NotVerified)?;
    let tenant = directory::load(&mut tx, tenant).await?.ok_or_else(AppError::not_found)?;
    drop(tx);
    if row.completed_at.is_some() {
        return Ok(tenant);
    }
    let scope = app.system_scope(tenant.clone(), "tenancy.sign_up", Uuid::now_v7());

    let mut tx = scope.begin_write().await?;
    lock_tenant(&mut tx).await?;
    if !has_data_key(&mut tx).await? {
        app.sealer.create_data_key(&mut tx).await?;
    }
    tx.commit().await?;

    let owner = Owner { name: row.owner_name, email: row.email, phone: row.phone_e164, password_hash: row.password_hash };
    let setup = app.port::<dyn TenantSetup>()?;
    let mut tx = scope.begin_write().await?;
    lock_tenant(&mut tx).await?;
    introduce(&mut tx, &tenant.name, &owner).await?;
    setup.set_up(app, &mut tx, &owner).await?;
    tx.commit().await?;

    let mut tx = PlatformTx::begin(&app.db, "tenancy.sign_up").await?;
    store::mark_completed(&mut tx, id, Utc::now()).await?;
    tx.commit().await?;
    Ok(tenant)
}

/// Two that finish the same sign-up take turns.
async fn lock_tenant(tx: &mut TenantTx) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from tenants where id = $1 for update", tenant).fetch_one(tx.conn()).await?;
    Ok(())
}

async fn has_data_key(tx: &mut TenantTx) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(r#"select exists (select from tenant_keys where tenant_id = $1) as "known!""#, tenant).fetch_one(tx.conn()).await?)
}

/// A first profile from what was typed, so that mails and documents have a name and a number to answer to.
async fn introduce(tx: &mut TenantTx, company: &str, owner: &Owner) -> AppResult<()> {
    if tx.setting::<Profile>().await?.version > 0 {
        return Ok(());
    }
    let profile = Profile { legal_name: company.to_owned(), email: owner.email.clone(), phone: owner.phone.clone(), ..Profile::default() };
    tx.set_setting(&profile, 0).await
}
