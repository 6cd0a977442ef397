//! Why a document is not given or not kept.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFailure {
    #[error("a customer keeps at most {0} files")]
    TooMany(i64),
    #[error("the file is empty")]
    Empty,
    #[error("not a picture or a PDF")]
    Unsupported,
    #[error("{actual} of at most {limit} {what}")]
    TooLarge { what: &'static str, actual: u64, limit: u64 },
    #[error("the picture cannot be read")]
    Damaged,
    #[error("a virus is in it")]
    Infected,
    #[error("too many files are being read now")]
    Busy,
    #[error("customers do not send documents of this kind")]
    KindNotAccepted,
    #[error("only an upload is verified")]
    NotAnUpload,
    #[error("it was issued or checked, and stays")]
    ReliedOn,
    #[error("at most {0} documents at once")]
    TooManyAtOnce(usize),
    #[error("these documents have {actual} of at most {limit} bytes")]
    TooLargeAtOnce { actual: u64, limit: u64 },
    #[error("the tenant has no template {0}")]
    TemplateMissing(String),
    #[error("the template is wrong: {0}")]
    TemplateFaulty(String),
}

impl Failure for DocumentFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::Empty | Self::Damaged | Self::KindNotAccepted | Self::Infected => Kind::Invalid,
            Self::TooManyAtOnce(_) | Self::TooLargeAtOnce { .. } => Kind::TooLarge,
            Self::Unsupported => Kind::UnsupportedMedia,
            Self::TooLarge { .. } => Kind::TooLarge,
            Self::Busy => Kind::Unavailable,
            Self::TooMany(_) | Self::NotAnUpload | Self::ReliedOn | Self::TemplateMissing(_) | Self::TemplateFaulty(_) => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::TooMany(_) => "document.too_many",
            Self::Empty => "document.empty",
            Self::Unsupported => "document.unsupported",
            Self::TooLarge { .. } => "document.too_large",
            Self::Damaged => "document.damaged",
            Self::Infected => "document.infected",
            Self::Busy => "document.busy",
            Self::KindNotAccepted => "document.kind_not_accepted",
            Self::NotAnUpload => "document.not_an_upload",
            Self::ReliedOn => "document.relied_on",
            Self::TooManyAtOnce(_) => "document.too_many_at_once",
            Self::TooLargeAtOnce { .. } => "document.too_large_at_once",
            Self::TemplateMissing(_) => "document.template_missing",
            Self::TemplateFaulty(_) => "document.template_faulty",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooMany(limit) => vec![("limit", limit.to_string())],
            Self::TooManyAtOnce(limit) => vec![("limit", limit.to_string())],
            Self::TooLarge { limit, .. } | Self::TooLargeAtOnce { limit, .. } => {
                vec![("limit", limit.to_string()), ("megabytes", (limit / (1024 * 1024)).to_string())]
            }
            Self::TemplateMissing(name) => vec![("name", name.clone())],
            Self::TemplateFaulty(fault) => vec![("fault", fault.clone())],
            _ => Vec::new(),
        }
    }
}
