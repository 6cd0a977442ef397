//! From what happened to one message for each endpoint that wants to hear of it.

use async_trait::async_trait;
use kernel::{
    events::Event,
    jobs::{JobCx, JobResult, Queue, Subscriber},
};

use super::{Deliver, EndpointId, MessageId, catalogue, store};

/// Writes the messages of an event, each once.
pub struct FanOut;

#[async_trait]
impl Subscriber for FanOut {
    const NAME: &'static str = "outreach.webhook.fan_out";
    const EVENTS: &'static [&'static str] = catalogue::NAMES;
    const TENANTS: Option<&'static str> = Some("select distinct tenant_id from webhook_endpoints where tenant_id = any ($1) and state = 'active'");
    const QUEUE: Queue = Queue::Bulk;

    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let Some(body) = catalogue::message(&event) else { return Ok(()) };
        let mut tx = cx.scope.begin_write().await?;
        for endpoint in store::wanting(&mut tx, &event.event_type).await? {
            let id = MessageId::new();
            let new = store::NewMessage { id, endpoint: EndpointId(endpoint), event: event.id, kind: &event.event_type, body: &body };
            if store::insert_message(&mut tx, new).await? {
                tx.enqueue(&Deliver { message: id, attempt: 0 }).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
