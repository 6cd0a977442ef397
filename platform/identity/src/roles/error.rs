//! What can go wrong with a role.

use kernel::{Failure, Kind, error::FieldError};

#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error("a role of this name exists")]
    NameTaken,
    #[error("the owner's role stays as it is")]
    OwnerRole,
    #[error("somebody holds the role")]
    Held,
    #[error("somebody else changed the role first")]
    Changed,
}

impl Failure for RoleError {
    fn kind(&self) -> Kind {
        match self {
            Self::Changed => Kind::Precondition,
            _ => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NameTaken => "identity.role_name_taken",
            Self::OwnerRole => "identity.role_of_owner",
            Self::Held => "identity.role_held",
            Self::Changed => "identity.role_changed",
        }
    }
    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::NameTaken => vec![FieldError { field: "name".into(), code: self.code().into(), params: Vec::new() }],
            _ => Vec::new(),
        }
    }
}
