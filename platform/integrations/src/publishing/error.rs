//! Why something is not published.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum PublishingFailure {
    #[error("the tenant is no publisher")]
    NoAccount,
    #[error("another publisher has this handle")]
    HandleTaken,
    #[error("a publisher's handle stays as it is")]
    HandleFixed,
    #[error("no such key")]
    KeyNotFound,
    #[error("the key is in use")]
    KeyTaken,
    #[error("too many keys")]
    ManyKeys,
    #[error("the package is refused: {0}")]
    Refused(String),
    #[error("the package is signed by nobody, or by a key that is not the publisher's")]
    UnknownKey,
    #[error("the manifest names another publisher")]
    OtherPublisher,
    #[error("the plugin's name or kind is taken")]
    NameTaken,
    #[error("the version is in the catalogue")]
    VersionPublished,
    #[error("a higher version is in the catalogue")]
    VersionLower,
    #[error("no such package was handed in")]
    NotFound,
    #[error("not in this state")]
    State,
    #[error("nobody reviews what he handed in")]
    OwnWork,
    #[error("no office reviews what it published")]
    OwnOffice,
    #[error("another package took its place since it was read")]
    Replaced,
    #[error("the machine has not passed this package")]
    NotExamined,
}

impl Failure for PublishingFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::KeyNotFound | Self::NotFound => Kind::NotFound,
            Self::Refused(_) | Self::UnknownKey | Self::OtherPublisher => Kind::Invalid,
            Self::NoAccount
            | Self::HandleTaken
            | Self::HandleFixed
            | Self::KeyTaken
            | Self::ManyKeys
            | Self::NameTaken
            | Self::VersionPublished
            | Self::VersionLower
            | Self::State
            | Self::OwnWork
            | Self::OwnOffice
            | Self::Replaced
            | Self::NotExamined => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoAccount => "publisher.none",
            Self::HandleTaken => "publisher.handle_taken",
            Self::HandleFixed => "publisher.handle_fixed",
            Self::KeyNotFound => "publisher_key.not_found",
            Self::KeyTaken => "publisher_key.taken",
            Self::ManyKeys => "publisher_key.too_many",
            Self::Refused(_) => "submission.refused",
            Self::UnknownKey => "submission.unknown_key",
            Self::OtherPublisher => "submission.other_publisher",
            Self::NameTaken => "submission.name_taken",
            Self::VersionPublished => "submission.version_published",
            Self::VersionLower => "submission.version_lower",
            Self::NotFound => "submission.not_found",
            Self::State => "submission.state",
            Self::OwnWork => "submission.own_work",
            Self::OwnOffice => "submission.own_office",
            Self::Replaced => "submission.replaced",
            Self::NotExamined => "submission.not_examined",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Refused(reason) => vec![("reason", reason.clone())],
            _ => Vec::new(),
        }
    }
}
