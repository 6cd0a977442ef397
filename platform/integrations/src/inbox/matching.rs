//! Finds whom a message is from.

use async_trait::async_trait;
use kernel::{
    events::{Event, EventData},
    jobs::{JobCx, JobResult, Queue, Subscriber},
};
use ports::report::MessageReceived;

use super::{ReceivedId, service};
use crate::Integrations;

/// Puts a message to the customer whose number it came from.
pub struct MatchSender;

#[async_trait]
impl Subscriber for MatchSender {
    const NAME: &'static str = "integrations.message.match";
    const EVENTS: &'static [&'static str] = &[MessageReceived::TYPE];
    const QUEUE: Queue = Queue::Messages;

    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let received: MessageReceived = event.read()?;
        let integrations = Integrations::of(&cx.app)?;
        let mut tx = cx.scope.begin_write().await?;
        service::find_sender(&integrations, &mut tx, ReceivedId(received.message)).await?;
        tx.commit().await?;
        Ok(())
    }
}
