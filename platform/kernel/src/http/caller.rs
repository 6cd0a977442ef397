//! Who calls. The outermost layer finds the tenant by the host and the person by session or token, and leaves a [`Caller`] in the
//! request; handlers take the audience they serve as their first argument.

use std::{collections::BTreeSet, convert::Infallible, sync::Arc};

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use uuid::Uuid;

use crate::{
    App, AppError, AppResult, ReadTx, Scope, TenantTx,
    scope::{Audience, Sight},
    tenant::Tenant,
};

/// A person in a tenant, as the session or token says.
#[derive(Debug, Clone)]
pub enum Who {
    Visitor { visitor: Uuid },
    Customer { user: Uuid, customer: Uuid, session: Uuid, name: String },
    Staff { user: Uuid, session: Uuid, name: String, permissions: Arc<BTreeSet<String>>, sight: Sight },
}

/// See the module.
#[derive(Clone)]
pub struct Caller {
    pub scope: Scope,
    pub who: Who,
    /// Where the request came from, for limits and logs.
    pub address: std::net::IpAddr,
}

impl Caller {
    #[must_use]
    pub fn new(app: &App, tenant: Arc<Tenant>, who: Who, request_id: Uuid, address: std::net::IpAddr) -> Self {
        let audience = match &who {
            Who::Visitor { visitor } => Audience::Visitor { visitor: *visitor },
            Who::Customer { user, customer, .. } => Audience::Customer { user: *user, customer: *customer },
            Who::Staff { user, .. } => Audience::Staff { user: *user },
        };
        let sight = match &who {
            Who::Staff { sight, .. } => *sight,
            Who::Customer { .. } | Who::Visitor { .. } => Sight::All,
        };
        Self { scope: Scope::person(app.db.clone(), tenant, audience, request_id, app.clock.clone()).seeing(sight), who, address }
    }
    /// The same caller, answered in this language.
    #[must_use]
    pub fn speaking(mut self, locale: &str) -> Self {
        self.scope = self.scope.speaking(Some(locale));
        self
    }
    #[must_use]
    pub fn tenant(&self) -> &Tenant {
        &self.scope.tenant
    }
    #[must_use]
    pub fn may(&self, permission: &str) -> bool {
        matches!(&self.who, Who::Staff { permissions, .. } if permissions.contains(permission))
    }
    #[must_use]
    pub fn session(&self) -> Option<Uuid> {
        match &self.who {
            Who::Visitor { .. } => None,
            Who::Customer { session, .. } | Who::Staff { session, .. } => Some(*session),
        }
    }
}

macro_rules! audience {
    ($(#[$meta:meta])* $name:ident, $pattern:pat) => {
        $(#[$meta])*
        #[derive(Clone)]
        pub struct $name(pub Caller);

        impl $name {
            pub async fn begin_read(&self) -> AppResult<ReadTx> {
                self.0.scope.begin_read().await
            }
            pub async fn begin_write(&self) -> AppResult<TenantTx> {
                self.0.scope.begin_write().await
            }
        }

        impl std::ops::Deref for $name {
            type Target = Caller;
            fn deref(&self) -> &Caller {
                &self.0
            }
        }

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = AppError;
            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
                let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(AppError::unauthenticated)?;
                match &caller.who {
                    $pattern => Ok(Self(caller)),
                    #[allow(unreachable_patterns, reason = "one of the three audiences takes every caller")]
                    Who::Visitor { .. } => Err(AppError::unauthenticated()),
                    #[allow(unreachable_patterns, reason = "one of the three audiences takes every caller")]
                    _ => Err(AppError::forbidden()),
                }
            }
        }
    };
}

audience!(/** A member of the tenant's staff. */ Staff, Who::Staff { .. });
audience!(/** A signed-in customer. */ Customer, Who::Customer { .. });
audience!(/** Whoever it is: visitor, customer or staff. */ Anyone, _);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        parts.extensions.get::<Caller>().cloned().ok_or_else(AppError::unauthenticated)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Caller>().cloned())
    }
}
