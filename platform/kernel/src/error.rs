//! One error for everything a caller may be told: a kind (which decides the HTTP status), a stable code, parameters for the
//! message, and errors per field. Each slice has its own enum of business failures and converts it through [`Failure`].

use std::{borrow::Cow, fmt, sync::Arc};

pub type AppResult<T> = Result<T, AppError>;
type Source = Arc<dyn std::error::Error + Send + Sync>;

/// What went wrong, seen from the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 400: cannot be read, or a required header is missing.
    Malformed,
    /// 401: no credentials, or bad ones.
    Unauthenticated,
    /// 403: known, but not allowed; only where the thing is known to exist.
    Forbidden,
    /// 404: not there, or nothing the caller may know of.
    NotFound,
    /// 409: the state does not allow it.
    Conflict,
    /// 412: somebody else changed it first.
    Precondition,
    /// 428: the request must name the version it changes.
    PreconditionRequired,
    /// 413.
    TooLarge,
    /// 415.
    UnsupportedMedia,
    /// 422: understood, but not acceptable.
    Invalid,
    /// 429: too often; parameter `retry_after` in seconds.
    RateLimited,
    /// 503: try again later.
    Unavailable,
    /// 500: our fault.
    Internal,
}

impl Kind {
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Kind::Malformed => 400,
            Kind::Unauthenticated => 401,
            Kind::Forbidden => 403,
            Kind::NotFound => 404,
            Kind::Conflict => 409,
            Kind::Precondition => 412,
            Kind::PreconditionRequired => 428,
            Kind::TooLarge => 413,
            Kind::UnsupportedMedia => 415,
            Kind::Invalid => 422,
            Kind::RateLimited => 429,
            Kind::Unavailable => 503,
            Kind::Internal => 500,
        }
    }
}

/// A field of the request and what is wrong with it. `code` is a message key such as `field-required`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: Cow<'static, str>,
    pub code: Cow<'static, str>,
    pub params: Vec<(&'static str, String)>,
}

/// See the module. `source` is for the log only and never reaches a client.
#[derive(Debug, Clone)]
pub struct AppError {
    pub kind: Kind,
    pub code: Cow<'static, str>,
    pub params: Vec<(&'static str, String)>,
    pub fields: Vec<FieldError>,
    pub source: Option<Source>,
}

/// A slice's business failure: an enum whose cases have a kind and a stable, dotted code (`quote.expired`).
pub trait Failure: std::error::Error + Send + Sync + 'static {
    fn kind(&self) -> Kind;
    fn code(&self) -> &'static str;
    /// Values that the message of this code shows.
    fn params(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
    /// Errors beside fields, if the failure belongs to some.
    fn fields(&self) -> Vec<FieldError> {
        Vec::new()
    }
}

impl<F: Failure> From<F> for AppError {
    fn from(failure: F) -> Self {
        Self {
            kind: failure.kind(),
            code: Cow::Borrowed(failure.code()),
            params: failure.params(),
            fields: failure.fields(),
            source: Some(Arc::new(failure)),
        }
    }
}

impl AppError {
    #[must_use]
    pub fn new(kind: Kind, code: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, code: code.into(), params: Vec::new(), fields: Vec::new(), source: None }
    }
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "not_found")
    }
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(Kind::Unauthenticated, "unauthenticated")
    }
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Kind::Forbidden, "forbidden")
    }
    /// A required thing that the request lacks or that cannot be read; `what` names it.
    #[must_use]
    pub fn malformed(what: impl Into<String>) -> Self {
        Self::new(Kind::Malformed, "malformed").with("what", what)
    }
    #[must_use]
    pub fn unavailable(code: &'static str) -> Self {
        Self::new(Kind::Unavailable, code)
    }
    /// Our own fault; the error is logged where the answer is made.
    #[must_use]
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: Some(Arc::from(source.into())), ..Self::new(Kind::Internal, "internal") }
    }
    /// One field that is not acceptable.
    #[must_use]
    pub fn field(field: impl Into<Cow<'static, str>>, code: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Invalid, "validation_error").and_field(field, code)
    }
    #[must_use]
    pub fn and_field(mut self, field: impl Into<Cow<'static, str>>, code: impl Into<Cow<'static, str>>) -> Self {
        self.fields.push(FieldError { field: field.into(), code: code.into(), params: Vec::new() });
        self
    }
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.params.push((name, value.into()));
        self
    }
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        self.code == code
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for field in &self.fields {
            write!(f, " [{}: {}]", field.field, field.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for AppError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

/// Collects errors of fields, so that a form shows all of them at once.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, code: impl Into<Cow<'static, str>>) {
        self.0.push(FieldError { field: field.into(), code: code.into(), params: Vec::new() });
    }
    /// Keeps the value, or notes the error and gives none.
    pub fn check<T>(&mut self, field: &'static str, value: Option<T>, code: &'static str) -> Option<T> {
        if value.is_none() {
            self.add(field, code);
        }
        value
    }
    /// Text without surrounding spaces, required, at most `max` characters, without control characters.
    pub fn text(&mut self, field: &'static str, value: &str, max: usize) -> String {
        let value = value.trim();
        if value.is_empty() {
            self.add(field, "field-required");
        }
        self.optional_text(field, value, max)
    }
    /// As [`Fields::text`], on one line: for names and subjects, which stand in messages to others.
    pub fn line(&mut self, field: &'static str, value: &str, max: usize) -> String {
        if value.trim().is_empty() {
            self.add(field, "field-required");
        }
        self.optional_line(field, value, max)
    }
    /// As [`Fields::line`], but may be empty.
    pub fn optional_line(&mut self, field: &'static str, value: &str, max: usize) -> String {
        if value.trim().contains(['\n', '\r']) {
            self.add(field, "field-invalid");
        }
        self.optional_text(field, value, max)
    }
    /// As [`Fields::text`], but may be empty.
    pub fn optional_text(&mut self, field: &'static str, value: &str, max: usize) -> String {
        let value = value.trim();
        if value.chars().count() > max {
            self.0.push(FieldError { field: field.into(), code: "field-too-long".into(), params: vec![("max", max.to_string())] });
        } else if value.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
            self.add(field, "field-invalid");
        }
        value.to_owned()
    }
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// An error with everything collected, or nothing.
    pub fn finish(self) -> AppResult<()> {
        if self.0.is_empty() { Ok(()) } else { Err(AppError { fields: self.0, ..AppError::new(Kind::Invalid, "validation_error") }) }
    }
}

/// Database errors are our fault unless a store mapped the constraint that was hit. Serialisation failures, deadlocks and a
/// database that is away mean "try again".
impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        // Text that the database cannot hold, such as the character of number zero: whoever sent it can mend it.
        if error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| matches!(&*code, "22021" | "22P05")) {
            return Self { source: Some(Arc::new(error)), ..Self::new(Kind::Malformed, "malformed") };
        }
        let again = match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
            sqlx::Error::Database(db) => {
                db.code().is_some_and(|code| matches!(&*code, "40001" | "40P01" | "55P03" | "57014" | "57P01" | "57P02" | "57P03" | "53300"))
            }
            _ => false,
        };
        let kind = if again { Kind::Unavailable } else { Kind::Internal };
        Self { source: Some(Arc::new(error)), ..Self::new(kind, if again { "unavailable" } else { "internal" }) }
    }
}

impl From<crate::money::MoneyError> for AppError {
    fn from(error: crate::money::MoneyError) -> Self {
        Self { source: Some(Arc::new(error)), ..Self::new(Kind::Invalid, "amount_out_of_range") }
    }
}

/// That a statement wrote the one row that it named; otherwise the row went, or somebody else changed it first.
pub fn expect_one(rows_affected: u64, otherwise: impl Into<AppError>) -> AppResult<()> {
    if rows_affected == 1 { Ok(()) } else { Err(otherwise.into()) }
}

/// The name of the constraint that a statement violated, for stores that map it to a business failure.
#[must_use]
pub fn violated_constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(sqlx::error::DatabaseError::constraint)
}
