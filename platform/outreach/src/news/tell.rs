//! Telling one plugin of one event, again and again until it takes it.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use integrations::installs::{self, InstallMode};
use kernel::{
    AppResult, Scope, TenantTx,
    events::{self, Event},
    jobs::{Job, JobCx, JobError, JobResult, Queue},
};
use ports::{
    PortError,
    provider::Errand,
    subscriber::{News, Reaction, Subscribers},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{NewsId, NewsLink, NewsState, model::Waiting, papers, rules, store};
use crate::webhooks::catalogue::{self, Told};

/// Letters of an error that are kept.
const ERROR: usize = 500;
/// Longest reference that a plugin is reminded of.
const REFERENCE: usize = 8_000;
/// A day's limit that is reached is looked at again so often.
const OVER_BUDGET: Duration = Duration::hours(1);

/// Tells once; if it is not taken, wants itself again later. The plugin knows what it was told already by the event's id.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellPlugin {
    pub news: NewsId,
    /// How many attempts came before.
    pub attempt: i32,
    /// What ended a pause: a job from before it, which may just be ending, does not stand for this one.
    #[serde(default)]
    pub after: Option<Uuid>,
}

#[async_trait]
impl Job for TellPlugin {
    const NAME: &'static str = "outreach.news.tell";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(90);

    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}:{}", self.news, self.attempt, self.after.unwrap_or_default()))
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let scope = cx.scope.as_system("outreach.news");
        let ready = match self.turn(&scope).await? {
            Turn::Now(ready) => ready,
            Turn::Later(wait) => return Err(JobError::Snooze(wait.to_std().unwrap_or_default())),
            Turn::Never => return Ok(()),
        };
        let papers = papers::of(&cx.app, &scope, ready.told.aggregate, &ready.event).await?;
        let errand = Errand {
            installation: ready.waiting.installation,
            key: self.news.to_string(),
            attempt: u32::try_from(self.attempt).unwrap_or_default().saturating_add(1),
        };
        let news = News {
            id: ready.event.id,
            kind: ready.told.name.to_owned(),
            version: u32::try_from(ready.told.version).unwrap_or(1),
            occurred_at: ready.event.occurred_at,
            subject: ready.waiting.subject.clone(),
            sequence: u64::try_from(ready.waiting.sequence).unwrap_or_default(),
            data: Value::Object(catalogue::data(ready.told, &ready.event)),
            papers,
            earlier_ref: ready.earlier_ref.clone(),
        };
        let said = cx.app.port::<dyn Subscribers>()?.tell(&scope, errand, news).await;
        Ok(self.settle(&scope, &ready, said).await?)
    }
}

/// What is told.
struct Ready {
    waiting: Waiting,
    created_at: DateTime<Utc>,
    event: Event,
    told: &'static Told,
    earlier_ref: Option<String>,
}

/// Whether it is told now.
enum Turn {
    Now(Box<Ready>),
    /// Earlier news of the subject come first.
    Later(Duration),
    /// It was, it must not be, or the plugin is held: somebody wants it told once it goes on.
    Never,
}

impl TellPlugin {
    async fn turn(&self, scope: &Scope) -> AppResult<Turn> {
        let now = Utc::now();
        let mut tx = scope.begin_write().await?;
        let Some((waiting, created_at)) = store::find_waiting(&mut tx, self.news, self.attempt).await? else { return Ok(Turn::Never) };
        match installs::mode(&mut tx, waiting.installation).await? {
            InstallMode::Live => {}
            InstallMode::Held => return Ok(Turn::Never),
            InstallMode::Test | InstallMode::Disabled | InstallMode::Removed => return self.drop_it(tx, "the plugin was switched off").await,
        }
        if rules::is_old(created_at, now) {
            return self.drop_it(tx, "too old to be told").await;
        }
        if let Some(due) = store::behind(&mut tx, &waiting, rules::oldest(now)).await? {
            return Ok(Turn::Later(rules::turn(due, now)));
        }
        let event = events::find(&mut tx, waiting.event).await?;
        let Some((event, told)) = event.and_then(|event| catalogue::find(&event.event_type).map(|told| (event, told))) else {
            return self.drop_it(tx, "the event is gone").await;
        };
        let earlier_ref = store::earlier_ref(&mut tx, &waiting).await?;
        Ok(Turn::Now(Box::new(Ready { waiting, created_at, event, told, earlier_ref })))
    }

    async fn drop_it(&self, mut tx: TenantTx, why: &str) -> AppResult<Turn> {
        store::note(&mut tx, self.news, self.attempt, &store::Outcome::without(NewsState::Dropped, why.to_owned(), None), Utc::now()).await?;
        tx.commit().await?;
        Ok(Turn::Never)
    }

    async fn settle(&self, scope: &Scope, ready: &Ready, said: Result<Reaction, PortError>) -> AppResult<()> {
        let now = Utc::now();
        let outcome = judge(said, self.attempt + 1, ready.created_at, now);
        let mut tx = scope.begin_write().await?;
        if !store::note(&mut tx, self.news, self.attempt, &outcome, now).await? {
            return Ok(());
        }
        if let Some(at) = outcome.again {
            tx.enqueue_at(&Self { news: self.news, attempt: self.attempt + 1, after: None }, at).await?;
        }
        tx.commit().await
    }
}

impl store::Outcome {
    /// The plugin made nothing of it.
    fn without(state: NewsState, error: String, again: Option<DateTime<Utc>>) -> Self {
        Self {
            state,
            again,
            error: Some(error.chars().filter(|letter| *letter != '\0').take(ERROR).collect()),
            provider_ref: None,
            links: Vec::new(),
        }
    }
}

/// What came of an attempt.
fn judge(said: Result<Reaction, PortError>, attempts: i32, created: DateTime<Utc>, now: DateTime<Utc>) -> store::Outcome {
    let without = store::Outcome::without;
    let again = |error: String, at_least: Duration| match rules::next_attempt(attempts, at_least, created, now) {
        Some(at) => without(NewsState::Waiting, error, Some(at)),
        None => without(NewsState::Dropped, error, None),
    };
    match said {
        Ok(reaction) => {
            // The database cannot hold the character of number zero.
            let links = reaction.links.into_iter().filter(|link| !link.rel.contains('\0') && !link.label.contains('\0'));
            let links = links.map(|link| NewsLink { rel: link.rel, url: link.url, label: link.label }).collect();
            let provider_ref = reaction.provider_ref.filter(|text| text.len() <= REFERENCE && !text.contains('\0'));
            store::Outcome { state: NewsState::Told, again: None, error: None, provider_ref, links }
        }
        Err(PortError::Retryable { reason, after_ms }) => {
            again(reason, Duration::milliseconds(after_ms.and_then(|ms| i64::try_from(ms).ok()).unwrap_or_default()))
        }
        // Somebody has to attend to the installation, and may.
        Err(PortError::Misconfigured(reason)) => again(reason, Duration::zero()),
        Err(PortError::Rejected { code, message }) if code == "over_budget" => again(message, OVER_BUDGET),
        Err(PortError::Rejected { code, message }) => without(NewsState::Refused, format!("{code}: {message}"), None),
        Err(PortError::UnknownOutcome(reason)) => without(NewsState::Refused, reason, None),
        Err(PortError::Unsupported(reason)) => without(NewsState::Dropped, reason, None),
    }
}
