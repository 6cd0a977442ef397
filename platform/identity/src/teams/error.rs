//! What can go wrong with a team.

use kernel::{Failure, Kind, error::FieldError};

#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    #[error("a team of this name exists")]
    NameTaken,
}

impl Failure for TeamError {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        "identity.team_name_taken"
    }
    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError { field: "name".into(), code: self.code().into(), params: Vec::new() }]
    }
}
