//! From what happened to one row for each plugin that hears of it.

use std::collections::{HashMap, hash_map::Entry};

use async_trait::async_trait;
use chrono::{Duration, Utc};
use kernel::{
    events::Event,
    jobs::{JobCx, JobResult, Queue, Subscriber},
};
use ports::subscriber::Subscribers;
use uuid::Uuid;

use super::{NewsId, TellPlugin, store};
use crate::webhooks::catalogue;

/// Events of one subject may be taken up in another order than they happened, though hardly later than this.
const OVERTAKEN: Duration = Duration::minutes(10);

/// Writes the news of an event, each once, and those of earlier events of its subject that were overtaken.
pub struct TellPlugins;

#[async_trait]
impl Subscriber for TellPlugins {
    const NAME: &'static str = "outreach.news.fan_out";
    const EVENTS: &'static [&'static str] = catalogue::NAMES;
    const TENANTS: Option<&'static str> = Some(
        "select distinct i.tenant_id from plugin_installations i join plugins p on p.id = i.plugin_id
         where i.tenant_id = any ($1) and i.mode in ('live', 'held') and p.kind = 'events'",
    );
    const QUEUE: Queue = Queue::Bulk;

    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let subscribers = cx.app.port::<dyn Subscribers>()?;
        let mut tx = cx.scope.begin_read().await?;
        let happened = store::up_to(&mut tx, &event, event.occurred_at - OVERTAKEN).await?;
        drop(tx);
        let mut listening: HashMap<&'static str, Vec<Uuid>> = HashMap::new();
        for told in happened.iter().filter_map(|one| catalogue::find(&one.kind)) {
            if let Entry::Vacant(unknown) = listening.entry(told.name) {
                unknown.insert(subscribers.listening(&cx.scope, told.name).await?);
            }
        }
        let (mut tx, now) = (cx.scope.begin_write().await?, Utc::now());
        for one in &happened {
            let Some(told) = catalogue::find(&one.kind) else { continue };
            let subject = format!("{}/{}", told.aggregate, event.aggregate_id);
            for installation in listening.get(told.name).into_iter().flatten() {
                let new = store::New { id: NewsId::new(), installation: *installation, event: one, subject: &subject, now };
                let id = new.id;
                if store::insert(&mut tx, new).await? {
                    tx.enqueue(&TellPlugin { news: id, attempt: 0, after: None }).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
