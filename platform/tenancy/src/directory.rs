//! Finds tenants by name and id, for every request. Kept in memory; a process asks once a second whether anything changed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use kernel::{
    AppError, AppResult,
    database::Database,
    money::Currency,
    platform_tx::PlatformTx,
    tenant::{Directory, Tenant, TenantId, TenantState},
};
use uuid::Uuid;

use crate::generation;

/// Answers older than this are checked against the counter of changes.
const FRESH: Duration = Duration::from_secs(1);
/// Names that nobody has are remembered too, but not without end.
const MANY: usize = 20_000;

/// The kernel's directory, on the database.
pub struct TenantDirectory {
    db: Database,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    checked: Option<Instant>,
    generation: i64,
    /// Raised whenever something is dropped, so that what was read before is not kept after.
    epoch: u64,
    by_slug: HashMap<String, Option<Arc<Tenant>>>,
    by_id: HashMap<TenantId, Arc<Tenant>>,
}

impl Cache {
    fn clear(&mut self) {
        self.epoch += 1;
        self.by_slug.clear();
        self.by_id.clear();
    }
    fn keep(&mut self, tenant: &Arc<Tenant>) {
        self.by_slug.insert(tenant.slug.clone(), Some(tenant.clone()));
        self.by_id.insert(tenant.id, tenant.clone());
    }
}

struct TenantRow {
    id: Uuid,
    slug: String,
    name: String,
    kind: String,
    country: String,
    pack: String,
    currency: String,
    time_zone: String,
    locale: String,
    state: String,
}

impl TryFrom<TenantRow> for Tenant {
    type Error = AppError;
    fn try_from(row: TenantRow) -> AppResult<Self> {
        Ok(Self {
            id: TenantId(row.id),
            slug: row.slug,
            name: row.name,
            kind: row.kind,
            country: row.country,
            pack: row.pack,
            currency: Currency::from_code(&row.currency).map_err(AppError::internal)?,
            time_zone: row.time_zone.parse().map_err(|_| AppError::internal("unknown time zone of a tenant"))?,
            locale: row.locale,
            state: TenantState::from_name(&row.state).ok_or_else(|| AppError::internal("unknown state of a tenant"))?,
        })
    }
}

impl TenantDirectory {
    #[must_use]
    pub fn new(db: Database) -> Self {
        Self { db, cache: Mutex::default() }
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops everything if a tenant changed since the last look; gives the epoch in which answers may be kept.
    async fn freshen(&self) -> AppResult<u64> {
        {
            let cache = self.cache();
            if cache.checked.is_some_and(|at| at.elapsed() < FRESH) {
                return Ok(cache.epoch);
            }
        }
        let asked = Instant::now();
        let mut tx = PlatformTx::begin(&self.db, "tenancy.directory").await?;
        let generation = generation::read(&mut tx).await?;
        let mut cache = self.cache();
        if cache.generation != generation {
            cache.generation = generation;
            cache.clear();
        }
        cache.checked = cache.checked.max(Some(asked));
        Ok(cache.epoch)
    }
}

/// Reads past any cache.
pub(crate) async fn load(tx: &mut PlatformTx, id: TenantId) -> AppResult<Option<Arc<Tenant>>> {
    sqlx::query_as!(TenantRow, "select id, slug, name, kind, country, pack, currency, time_zone, locale, state from tenants where id = $1", id.0)
        .fetch_optional(tx.conn())
        .await?
        .map(|row| Tenant::try_from(row).map(Arc::new))
        .transpose()
}

#[async_trait]
impl Directory for TenantDirectory {
    async fn by_slug(&self, slug: &str) -> AppResult<Option<Arc<Tenant>>> {
        let epoch = self.freshen().await?;
        if let Some(known) = self.cache().by_slug.get(slug) {
            return Ok(known.clone());
        }
        let mut tx = PlatformTx::begin(&self.db, "tenancy.directory").await?;
        let row = sqlx::query_as!(
            TenantRow,
            "select id, slug, name, kind, country, pack, currency, time_zone, locale, state from tenants where slug = $1",
            slug
        )
        .fetch_optional(tx.conn())
        .await?;
        let tenant = row.map(|row| Tenant::try_from(row).map(Arc::new)).transpose()?;
        let mut cache = self.cache();
        if cache.epoch == epoch {
            match &tenant {
                Some(tenant) => cache.keep(tenant),
                None => {
                    if cache.by_slug.len() >= MANY {
                        cache.by_slug.retain(|_, known| known.is_some());
                    }
                    cache.by_slug.insert(slug.to_owned(), None);
                }
            }
        }
        Ok(tenant)
    }

    async fn by_id(&self, id: TenantId) -> AppResult<Option<Arc<Tenant>>> {
        let epoch = self.freshen().await?;
        if let Some(known) = self.cache().by_id.get(&id) {
            return Ok(Some(known.clone()));
        }
        let mut tx = PlatformTx::begin(&self.db, "tenancy.directory").await?;
        let tenant = load(&mut tx, id).await?;
        let mut cache = self.cache();
        if let (Some(tenant), true) = (&tenant, cache.epoch == epoch) {
            cache.keep(tenant);
        }
        Ok(tenant)
    }

    async fn all_ids(&self) -> AppResult<Vec<TenantId>> {
        let mut tx = PlatformTx::begin(&self.db, "tenancy.directory").await?;
        let ids = sqlx::query_scalar!(r#"select id as "id: TenantId" from tenants where state <> 'closed' order by id"#).fetch_all(tx.conn()).await?;
        Ok(ids)
    }

    fn forget(&self, id: TenantId) {
        let mut cache = self.cache();
        cache.epoch += 1;
        cache.by_id.remove(&id);
        cache.by_slug.retain(|_, known| known.as_ref().is_some_and(|tenant| tenant.id != id));
    }
}
