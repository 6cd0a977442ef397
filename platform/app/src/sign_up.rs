//! Joins tenancy and identity: what a new tenant begins with.

use async_trait::async_trait;
use identity::{PersonName, users::service::NewOwner};
use kernel::{App, AppError, AppResult, TenantTx, packs::PackLoader};
use tenancy::{Owner, TenantSetup};

/// Makes the owner and copies the defaults of the tenant's pack.
pub struct Setup {
    pub loaders: Vec<PackLoader>,
}

#[async_trait]
impl TenantSetup for Setup {
    async fn set_up(&self, app: &App, tx: &mut TenantTx, owner: &Owner) -> AppResult<()> {
        let name = &tx.scope().tenant.pack;
        let pack = app.packs.get(name).ok_or_else(|| AppError::internal(format!("the pack {name} is gone")))?;
        tenancy::packs::apply(app, tx, &self.loaders, pack).await?;
        let owner = NewOwner {
            email: owner.email.clone(),
            name: PersonName::split(&owner.name),
            phone: Some(owner.phone.clone()).filter(|phone| !phone.is_empty()),
            password_hash: owner.password_hash.clone(),
        };
        identity::users::service::create_owner(app, tx, &owner).await?;
        Ok(())
    }
}
