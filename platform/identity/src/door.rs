//! Which kind of user a request is about: the host decides. The portal's is for customers, the back office's for staff.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use kernel::{AppError, Scope, http::Caller, routes::Face};

use crate::{UserKind, sessions::Origin};

/// The kind of user of this host, the caller, and where the request comes from.
pub struct Door {
    pub kind: UserKind,
    pub caller: Caller,
    pub origin: Origin,
}

impl Door {
    /// The tenant's system scope for this request: credentials are looked up by nobody else.
    pub fn system(&self, name: &'static str) -> Scope {
        self.caller.scope.as_system(name)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Door {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(AppError::not_found)?;
        let kind = match parts.extensions.get::<Face>() {
            Some(Face::Portal) => UserKind::Customer,
            Some(Face::Office) => UserKind::Staff,
            _ => return Err(AppError::not_found()),
        };
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let origin = Origin::new(caller.address, user_agent);
        Ok(Self { kind, caller, origin })
    }
}
