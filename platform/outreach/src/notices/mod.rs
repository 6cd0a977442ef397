//! Notices: what happened or comes due, told to the people whom it concerns.
//!
//! What always holds: one cause is told to one reader once, however often its event is heard or its day is planned; a reader sees
//! own notices only; what a reader switched off is neither shown nor mailed; a mail is claimed before it is sent, and one whose
//! outcome is not known is not sent again. Texts are worded when they are read, in the reader's language.

pub mod api;
mod archive;
mod digest;
mod happenings;
pub mod live;
mod mail;
mod model;
mod reminders;
pub mod rules;
pub mod service;
mod settings;
pub(crate) mod store;
mod subscriber;

pub use archive::ArchiveNotices;
pub use digest::PlanDigests;
pub(crate) use digest::WAITING;
pub use live::Bells;
pub use mail::SendNoticeMail;
pub use model::{Channel, Delivery, Kind, NewNotice, Notice, NoticeFilter, NoticeId, NoticeState, Param, Params, Reader, Told, Topic};
pub use reminders::PlanReminders;
pub use settings::{NoticeSettings, TypedSettings};
pub use subscriber::TellPeople;
