//! A mail to a customer that somebody wished for, sent once for each wish. Letters that must be sent whatever happens are
//! [`crate::letters`].

use crm::customers::Customer;
use kernel::{App, Scope, jobs::JobResult, profile::Profile};
use ports::message::{Attachment, Channel, Message, Messenger, now_or_later};
use uuid::Uuid;

/// What a mail says. Its texts may also say `name` and `brokerage`.
pub(crate) struct Mail {
    /// The message's id: each wish is one mail.
    pub wish: Uuid,
    /// Keys of the texts.
    pub subject: &'static str,
    pub text: &'static str,
    pub params: Vec<(&'static str, String)>,
    pub attachments: Vec<Attachment>,
}

/// Sends it, if there is an address. `scope` speaks the customer's language.
pub(crate) async fn send(app: &App, scope: &Scope, customer: Customer, profile: Profile, mail: Mail) -> JobResult {
    let Some(to) = customer.email else { return Ok(()) };
    let from_name = if profile.legal_name.is_empty() { scope.tenant.name.clone() } else { profile.legal_name };
    let mut params = vec![("name", customer.display_name.clone()), ("brokerage", from_name.clone())];
    params.extend(mail.params);
    let message = Message {
        id: mail.wish,
        channel: Channel::Email,
        to,
        to_name: Some(customer.display_name),
        from_name,
        reply_to: (!profile.email.is_empty()).then_some(profile.email),
        subject: app.texts.get(&scope.locale, mail.subject, &params),
        text: app.texts.get(&scope.locale, mail.text, &params),
        html: None,
        attachments: mail.attachments,
    };
    now_or_later(app.port::<dyn Messenger>()?.send(scope, message).await)
}
