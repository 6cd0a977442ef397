//! The mail with the code, in the platform's own name.

use kernel::{App, AppError, AppResult};
use ports::{
    PortError,
    message::{Channel, Message, PlatformMailer},
};
use uuid::Uuid;

use super::SignUpError;

pub(super) async fn send_code(app: &App, locale: &str, to: &str, name: &str, code: &str, minutes: i64) -> AppResult<()> {
    let values = [("name", name.to_owned()), ("code", code.to_owned()), ("minutes", minutes.to_string())];
    let text = |key: &str| app.texts.get(locale, key, &values);
    let message = Message {
        id: Uuid::now_v7(),
        channel: Channel::Email,
        to: to.to_owned(),
        to_name: Some(name.to_owned()),
        from_name: text("mail-tenancy-from"),
        reply_to: None,
        subject: text("mail-tenancy-sign-up-code-subject"),
        text: text("mail-tenancy-sign-up-code-text"),
        html: None,
        attachments: Vec::new(),
    };
    match app.port::<dyn PlatformMailer>()?.send(message).await {
        // Whether an unknown one arrives is seen in the mailbox; another code can be asked for.
        Ok(_) | Err(PortError::UnknownOutcome(_)) => Ok(()),
        Err(PortError::Rejected { .. }) => Err(AppError::field("email", "field-email-refused")),
        Err(error) => {
            tracing::error!(error = %error, "the code of a sign-up was not sent");
            Err(SignUpError::MailUnavailable.into())
        }
    }
}
