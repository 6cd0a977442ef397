//! What the tenant's mails say. Each mail has a subject and a text per language; where the tenant has no words of its own the
//! platform's stand, see [`kernel::wordings`]. What holds: a mail names only values that it has, and keeps its code or its link.

mod model;
pub mod service;
mod test_mail;

pub use model::{TEMPLATES, Template, TemplateText, TypedText};
pub use test_mail::SendTestMail;
