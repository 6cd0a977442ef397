//! The tenants of a test.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use async_trait::async_trait;
use kernel::{
    AppResult,
    database::Database,
    money::Currency,
    platform_tx::PlatformTx,
    tenant::{Directory, Tenant, TenantId, TenantState},
};

/// A directory that knows the tenants a test made.
pub struct Tenants {
    known: RwLock<HashMap<TenantId, Arc<Tenant>>>,
    _db: Database,
}

impl Tenants {
    #[must_use]
    pub fn new(db: Database) -> Self {
        Self { known: RwLock::default(), _db: db }
    }
    pub fn add(&self, tenant: Arc<Tenant>) {
        self.known.write().expect("not poisoned").insert(tenant.id, tenant);
    }
}

#[async_trait]
impl Directory for Tenants {
    async fn by_slug(&self, slug: &str) -> AppResult<Option<Arc<Tenant>>> {
        Ok(self.known.read().expect("not poisoned").values().find(|t| t.slug == slug).cloned())
    }
    async fn by_id(&self, id: TenantId) -> AppResult<Option<Arc<Tenant>>> {
        Ok(self.known.read().expect("not poisoned").get(&id).cloned())
    }
    async fn all_ids(&self) -> AppResult<Vec<TenantId>> {
        Ok(self.known.read().expect("not poisoned").keys().copied().collect())
    }
    fn forget(&self, _: TenantId) {}
}

/// Inserts a live Kenyan brokerage with a name of its own.
pub async fn new_tenant(db: &Database) -> Arc<Tenant> {
    let id = TenantId::new();
    let slug = format!("t{}", &id.0.simple().to_string()[12..]);
    let tenant = Tenant {
        id,
        slug,
        name: "Mfano Insurance Brokers".into(),
        kind: "brokerage".into(),
        country: "KE".into(),
        pack: "kenya-brokerage".into(),
        currency: Currency::KES,
        time_zone: chrono_tz::Africa::Nairobi,
        locale: "en-KE".into(),
        state: TenantState::Live,
    };
    let mut tx = PlatformTx::begin(db, "testkit.tenant").await.expect("test database");
    sqlx::query(
        "insert into tenants (id, slug, name, kind, country, pack, currency, time_zone, locale, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'live')",
    )
    .bind(tenant.id.0)
    .bind(&tenant.slug)
    .bind(&tenant.name)
    .bind(&tenant.kind)
    .bind(&tenant.country)
    .bind(&tenant.pack)
    .bind(tenant.currency.code())
    .bind(tenant.time_zone.name())
    .bind(&tenant.locale)
    .execute(tx.conn())
    .await
    .expect("tenant");
    tx.commit().await.expect("commit");
    Arc::new(tenant)
}
