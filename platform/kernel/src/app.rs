//! What a running process shares with every handler and job: database, keys, texts, packs, names of hosts, and the ports that
//! other modules implement.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

use uuid::Uuid;

use crate::{
    AppError, AppResult,
    access::AccessLog,
    clock::Clock,
    csrf::Signer,
    database::Database,
    hosts::Hosts,
    i18n::Texts,
    packs::Packs,
    scope::{Actor, Audience, Scope},
    sealing::Sealer,
    tenant::{Directory, Tenant, TenantId},
    wordings::WordingCache,
};

/// Cheap to clone; the state of every router and job.
#[derive(Clone)]
pub struct App {
    parts: Arc<Parts>,
    /// What people read; in a job or on a page of a tenant with the tenant's own words in it, see [`App::worded`].
    pub texts: Texts,
    wordings: Arc<WordingCache>,
}

/// What an [`App`] is made of.
pub struct Parts {
    pub db: Database,
    pub sealer: Sealer,
    pub signer: Signer,
    pub texts: Texts,
    pub packs: Packs,
    pub hosts: Hosts,
    pub clock: Clock,
    pub access: AccessLog,
    pub directory: Arc<dyn Directory>,
    pub ports: Ports,
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl App {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self { texts: parts.texts.clone(), parts: Arc::new(parts), wordings: Arc::default() }
    }
    /// The same, speaking to readers of the scope's tenant in the tenant's own words.
    pub async fn worded(&self, scope: &Scope) -> AppResult<Self> {
        Ok(Self { texts: self.texts.worded(self.wordings.of(scope).await?), ..self.clone() })
    }
    /// Has this process read the tenant's words anew; the others notice by themselves.
    pub fn forget_wordings(&self, tenant: TenantId) {
        self.wordings.forget(tenant);
    }
    /// The implementation of a port: `app.port::<dyn Messenger>()`. Unavailable if this process has none.
    pub fn port<P: ?Sized + Send + Sync + 'static>(&self) -> AppResult<Arc<P>> {
        self.ports.get::<P>().ok_or_else(|| AppError::internal(format!("no implementation of {}", std::any::type_name::<P>())))
    }
    /// A scope of the tenant as the named part of the system.
    #[must_use]
    pub fn system_scope(&self, tenant: Arc<Tenant>, name: &'static str, request_id: Uuid) -> Scope {
        Scope::new(self.db.clone(), tenant, Audience::System, Actor::System(name), request_id, self.clock.clone())
    }
    /// As [`App::system_scope`], by the tenant's id.
    pub async fn system_scope_of(&self, tenant: TenantId, name: &'static str, request_id: Uuid) -> AppResult<Scope> {
        let tenant = self.directory.by_id(tenant).await?.ok_or_else(AppError::not_found)?;
        Ok(self.system_scope(tenant, name, request_id))
    }
}

/// Implementations by the trait they implement.
#[derive(Default)]
pub struct Ports(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl Ports {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Registers `implementation` as the trait object `P`: `ports.with::<dyn Messenger>(Arc::new(Smtp::new()))`.
    #[must_use]
    pub fn with<P: ?Sized + Send + Sync + 'static>(mut self, implementation: Arc<P>) -> Self {
        self.0.insert(TypeId::of::<P>(), Box::new(implementation));
        self
    }
    fn get<P: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<P>> {
        self.0.get(&TypeId::of::<P>())?.downcast_ref::<Arc<P>>().cloned()
    }
}
