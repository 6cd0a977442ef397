//! A mail to oneself, to see how it arrives.

use async_trait::async_trait;
use identity::{UserId, users};
use kernel::{
    AppError,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
    profile::Profile,
};
use ports::message::{Channel, Message, Messenger, now_or_later};
use serde::{Deserialize, Serialize};

use super::{Template, service};

/// Sends a mail with sample values to the member of staff who asked for it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendTestMail {
    pub user: UserId,
    pub template: String,
    pub language: String,
}

#[async_trait]
impl Job for SendTestMail {
    const NAME: &'static str = "outreach.template.test";
    const QUEUE: Queue = Queue::Messages;
    const ATTEMPTS: u32 = 3;

    /// Asking twice while one waits sends one.
    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}:{}", self.user, self.template, self.language))
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let template = Template::find(&self.template).ok_or_else(|| JobError::Fail(AppError::not_found()))?;
        let scope = cx.scope.speaking(Some(&self.language));
        let mut tx = scope.begin_read().await?;
        let user = users::get(&mut tx, self.user).await?;
        let profile = tx.setting::<Profile>().await?.value;
        let text = service::get(&cx.app, &mut tx, template, &self.language).await?;
        let values = service::sample_values(&cx.app, &mut tx, &user.name.first).await?;
        drop(tx);
        let (subject, text) = service::filled(&text, &values);
        let from_name = if profile.legal_name.is_empty() { scope.tenant.name.clone() } else { profile.legal_name };
        let message = Message {
            id: cx.id,
            channel: Channel::Email,
            to: user.email.clone(),
            to_name: Some(user.name.full()),
            from_name,
            reply_to: None,
            subject,
            text,
            html: None,
            attachments: Vec::new(),
        };
        now_or_later(cx.app.port::<dyn Messenger>()?.send(&scope, message).await)
    }
}
