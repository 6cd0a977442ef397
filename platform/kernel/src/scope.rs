//! Who acts, in which tenant, when. A scope is what opens a transaction, and what the row-level policies see of the caller.

use std::{fmt, sync::Arc};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use uuid::Uuid;

use crate::{
    AppError, AppResult, Kind,
    clock::Clock,
    database::Database,
    tenant::Tenant,
    tx::{ReadTx, TenantTx},
};

/// On whose behalf rows are read and written. The restrictive policies of the database decide by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A member of the tenant's staff; `user` is the signed-in user.
    Staff { user: Uuid },
    /// A signed-in customer; sees rows of this customer only.
    Customer { user: Uuid, customer: Uuid },
    /// Somebody not signed in, known by a signed cookie; sees quotes and carts made under it.
    Visitor { visitor: Uuid },
    /// Jobs, callbacks, postings, and identity's look-ups before login.
    System,
}

crate::text_enum! {
    /// What staff see of customers and of what is theirs, from narrow to wide. The database holds them to it.
    #[derive(Default)]
    pub enum Sight {
        /// What is assigned to the person.
        Own = "own",
        /// What is assigned to somebody of the person's team.
        Team = "team",
        #[default]
        All = "all",
    }
}

/// Who is written into audit entries and events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    User(Uuid),
    Visitor(Uuid),
    /// A job or another part of the system, by its name.
    System(&'static str),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::User(id) => write!(f, "user:{id}"),
            Actor::Visitor(id) => write!(f, "visitor:{id}"),
            Actor::System(name) => write!(f, "system:{name}"),
        }
    }
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Scope {
    pub(crate) db: Database,
    pub tenant: Arc<Tenant>,
    pub audience: Audience,
    /// Of staff; others see what their audience says.
    pub sight: Sight,
    pub actor: Actor,
    pub request_id: Uuid,
    pub clock: Clock,
    /// BCP 47: the language of whoever reads what comes of it. The tenant's own, unless [`Scope::speaking`] says otherwise.
    pub locale: Arc<str>,
}

impl Scope {
    #[must_use]
    pub fn new(db: Database, tenant: Arc<Tenant>, audience: Audience, actor: Actor, request_id: Uuid, clock: Clock) -> Self {
        let locale = Arc::from(tenant.locale.as_str());
        Self { db, tenant, audience, sight: Sight::All, actor, request_id, clock, locale }
    }
    /// The scope of a signed-in or anonymous person: actor and audience agree.
    #[must_use]
    pub fn person(db: Database, tenant: Arc<Tenant>, audience: Audience, request_id: Uuid, clock: Clock) -> Self {
        let actor = match audience {
            Audience::Staff { user } | Audience::Customer { user, .. } => Actor::User(user),
            Audience::Visitor { visitor } => Actor::Visitor(visitor),
            Audience::System => Actor::System("system"),
        };
        Self::new(db, tenant, audience, actor, request_id, clock)
    }
    /// The same tenant and request as `system`, acting as the named part of the platform.
    #[must_use]
    pub fn as_system(&self, name: &'static str) -> Self {
        Self { audience: Audience::System, actor: Actor::System(name), ..self.clone() }
    }
    /// The same person with the sight of `system`: for what people do to their own credentials, which nobody else may read.
    #[must_use]
    pub fn elevated(&self) -> Self {
        Self { audience: Audience::System, ..self.clone() }
    }
    /// The same with words in another language; without one, in the tenant's own.
    #[must_use]
    pub fn speaking(&self, locale: Option<&str>) -> Self {
        Self { locale: Arc::from(locale.unwrap_or(&self.tenant.locale)), ..self.clone() }
    }
    /// The same with a narrower sight.
    #[must_use]
    pub fn seeing(&self, sight: Sight) -> Self {
        Self { sight, ..self.clone() }
    }
    /// Refuses staff who see only some of the customers: for what is about the money of all of them.
    ///
    /// # Errors
    /// `sight.limited`.
    pub fn needs_all_sight(&self) -> AppResult<()> {
        match self.audience {
            Audience::Staff { .. } if self.sight != Sight::All => Err(AppError::new(Kind::Forbidden, "sight.limited")),
            _ => Ok(()),
        }
    }
    /// Opens a read-only transaction; dropping it ends it.
    pub async fn begin_read(&self) -> AppResult<ReadTx> {
        ReadTx::begin(self.clone()).await
    }
    /// Opens a transaction that can write; without `commit` nothing happened.
    pub async fn begin_write(&self) -> AppResult<TenantTx> {
        TenantTx::begin(self.clone()).await
    }
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
    /// Today in the tenant's time zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.clock.today(self.tenant.time_zone)
    }
    /// When an hour of a day begins in the tenant's time zone; one that the clocks skip begins with the hour after it.
    #[must_use]
    pub fn moment(&self, day: NaiveDate, hour: u8) -> DateTime<Utc> {
        let local = day.and_time(NaiveTime::MIN) + TimeDelta::hours(hour.into());
        let at = |local: NaiveDateTime| self.tenant.time_zone.from_local_datetime(&local).earliest();
        at(local).or_else(|| at(local + TimeDelta::hours(1))).map_or_else(|| local.and_utc(), |at| at.to_utc())
    }
    /// The customer this scope is confined to, if it is a customer's.
    #[must_use]
    pub fn customer(&self) -> Option<Uuid> {
        match self.audience {
            Audience::Customer { customer, .. } => Some(customer),
            _ => None,
        }
    }
    #[must_use]
    pub fn visitor(&self) -> Option<Uuid> {
        match self.audience {
            Audience::Visitor { visitor } => Some(visitor),
            _ => None,
        }
    }
    #[must_use]
    pub fn user(&self) -> Option<Uuid> {
        match self.audience {
            Audience::Staff { user } | Audience::Customer { user, .. } => Some(user),
            _ => None,
        }
    }
    /// Who asks, for keys that must be unique per caller: `customer:…`, `visitor:…`, `user:…`, `system`. A person with the sight of
    /// `system` stays that person.
    #[must_use]
    pub fn caller_key(&self) -> String {
        match self.audience {
            Audience::Staff { user } => format!("user:{user}"),
            Audience::Customer { customer, .. } => format!("customer:{customer}"),
            Audience::Visitor { visitor } => format!("visitor:{visitor}"),
            Audience::System => match self.actor {
                Actor::User(_) | Actor::Visitor(_) => self.actor.to_string(),
                Actor::System(_) => "system".to_owned(),
            },
        }
    }
}
