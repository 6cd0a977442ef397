//! What every request knows about its tenant.

use std::sync::Arc;

use async_trait::async_trait;
use chrono_tz::Tz;

use crate::{AppResult, money::Currency};

crate::id!(/** Identifies a tenant: a brokerage or a lender. */ TenantId);

/// The directory entry of a tenant. Cached per process; [`Directory`] says how fresh it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    /// The label of the host name: `demo` in `demo.example.com`.
    pub slug: String,
    pub name: String,
    /// `brokerage` or `lender`.
    pub kind: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    pub pack: String,
    pub currency: Currency,
    pub time_zone: Tz,
    /// BCP 47.
    pub locale: String,
    pub state: TenantState,
}

/// `Preview`: only staff see the portal, until licence number and collection mode are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TenantState {
    Preview,
    Live,
    Suspended,
    Closed,
}

impl TenantState {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Live => "live",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Preview, Self::Live, Self::Suspended, Self::Closed].into_iter().find(|s| s.as_str() == name)
    }
}

/// Finds tenants without a transaction of theirs. Implemented by `tenancy`; answers come from a cache that lags a second at most.
#[async_trait]
pub trait Directory: Send + Sync {
    async fn by_slug(&self, slug: &str) -> AppResult<Option<Arc<Tenant>>>;
    async fn by_id(&self, id: TenantId) -> AppResult<Option<Arc<Tenant>>>;
    /// Tenants that are not closed, for schedules that visit each.
    async fn all_ids(&self) -> AppResult<Vec<TenantId>>;
    /// Drops what is cached about one tenant.
    fn forget(&self, id: TenantId);
}
