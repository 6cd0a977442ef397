//! The bell of an open page: a stream that tells how many notices are unread, now and whenever it changes, also when another
//! process changed it.
//!
//! What holds: a stream that waits has neither a transaction nor a connection; a signal says for whom something changed, and each
//! stream counts for its own reader; nobody and no process has more streams than a set number; a stream ends with its session, its
//! tenant or its process, and never keeps a session open.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    http::HeaderValue,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use identity::sessions::{self, SessionId};
use kernel::{
    App, AppError, AppResult, Kind, Scope, TenantTx,
    database::Database,
    http::{Caller, error::chain},
    i18n::FluentArgs,
    tenant::TenantState,
};
use tokio::{
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior, interval_at, sleep, timeout},
};

use super::{Reader, service};

const CHANNEL: &str = "notices";

/// Streams of one reader and of all, per process.
const MOST_EACH: usize = 12;
const MOST: usize = 2_000;

/// How often a stream asks whether it should still be there, and counts in case a signal was lost.
const LOOK_AGAIN: Duration = Duration::from_secs(45);
/// Many signals at once are counted once.
const BREATH: Duration = Duration::from_millis(200);
/// More often than proxies give up on a connection that says nothing.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// After which a browser that lost its stream asks for another, or may ask again after too many.
const RETRY: Duration = Duration::from_secs(5);
/// After which a listener that lost the database tries again.
const RELISTEN: Duration = Duration::from_secs(1);
/// After which a connection on which nothing came is made anew: routers forget idle ones without telling either end.
const QUIET: Duration = Duration::from_secs(300);

/// The open streams of one process, by whom they tell.
#[derive(Default)]
pub struct Bells(Mutex<Open>);

#[derive(Default)]
struct Open {
    closed: bool,
    streams: usize,
    readers: HashMap<String, watch::Sender<()>>,
}

/// What a signal calls a reader.
fn name(scope: &Scope, reader: Reader) -> String {
    let (Reader::Staff(id) | Reader::Customer(id)) = reader;
    format!("{}/{id}", scope.tenant.id)
}

/// Has the reader's bells counted anew when the transaction is durable.
pub(super) async fn ring(tx: &mut TenantTx, reader: Reader) -> AppResult<()> {
    let name = name(tx.scope(), reader);
    tx.signal(CHANNEL, &name).await
}

impl Bells {
    /// Rings for what any process says; runs until it is dropped.
    pub async fn listen(&self, db: &Database) {
        loop {
            if let Err(error) = self.hear(db).await {
                tracing::warn!(error = chain(&error), "signals of notices are not heard; trying again");
            }
            sleep(RELISTEN).await;
        }
    }

    async fn hear(&self, db: &Database) -> AppResult<()> {
        let mut signals = db.listen(CHANNEL).await?;
        // What was said before is made up for.
        self.ring_all();
        while let Ok(heard) = timeout(QUIET, signals.next()).await {
            match heard? {
                Some(name) => self.ring(&name),
                None => self.ring_all(),
            }
        }
        Ok(())
    }

    /// Ends every stream and lets none begin: the process stops.
    pub fn close(&self) {
        let mut open = self.open();
        open.closed = true;
        open.readers.clear();
    }

    /// How many streams there are.
    #[must_use]
    pub fn streams(&self) -> u32 {
        u32::try_from(self.open().streams).unwrap_or(u32::MAX)
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self, name: &str) {
        if let Some(bell) = self.open().readers.get(name) {
            bell.send_replace(());
        }
    }

    fn ring_all(&self) {
        for bell in self.open().readers.values() {
            bell.send_replace(());
        }
    }

    fn join(self: Arc<Self>, name: String) -> AppResult<Ear> {
        let mut open = self.open();
        if open.closed || open.streams >= MOST {
            return Err(AppError::unavailable("unavailable"));
        }
        if open.readers.get(&name).is_some_and(|bell| bell.receiver_count() >= MOST_EACH) {
            return Err(AppError::new(Kind::RateLimited, "rate_limited").with("retry_after", RETRY.as_secs().to_string()));
        }
        open.streams += 1;
        let rung = open.readers.entry(name.clone()).or_insert_with(|| watch::channel(()).0).subscribe();
        drop(open);
        Ok(Ear { bells: self, name, rung })
    }
}

/// A stream's place among the others, until it is dropped.
struct Ear {
    bells: Arc<Bells>,
    name: String,
    rung: watch::Receiver<()>,
}

impl Drop for Ear {
    fn drop(&mut self) {
        let mut open = self.bells.open();
        open.streams = open.streams.saturating_sub(1);
        // Its own receiver is still there.
        if open.readers.get(&self.name).is_some_and(|bell| bell.receiver_count() <= 1) {
            open.readers.remove(&self.name);
        }
    }
}

/// The stream of one open page.
struct Page {
    app: App,
    scope: Scope,
    reader: Reader,
    session: SessionId,
    ear: Ear,
    look: Interval,
    told: Option<i64>,
    is_new: bool,
}

/// Tells the caller's page how many notices are unread, as `{"unread": 2, "label": "…"}`, for as long as it is open.
///
/// # Errors
/// `rate_limited` if the caller has too many streams, `unavailable` if the process has, or stops.
pub async fn stream(app: &App, caller: &Caller) -> AppResult<Response> {
    let reader = Reader::of(&caller.scope).ok_or_else(AppError::unauthenticated)?;
    let session = SessionId(caller.session().ok_or_else(AppError::unauthenticated)?);
    let app = app.worded(&caller.scope).await?;
    let ear = app.port::<Bells>()?.join(name(&caller.scope, reader))?;
    let mut look = interval_at(Instant::now() + LOOK_AGAIN, LOOK_AGAIN);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let page = Page { app, scope: caller.scope.clone(), reader, session, ear, look, told: None, is_new: true };
    let events = stream::unfold(page, |mut page| async move {
        let event = page.next().await?;
        Some((Ok::<_, Infallible>(event), page))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // Proxies that gather answers would hold back what is told.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

impl Page {
    /// What there is to tell; none once nobody is to be told any more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if !std::mem::take(&mut self.is_new) {
                self.wait().await?;
            }
            match self.count().await {
                Ok(unread) if self.told != Some(unread) => {
                    self.told = Some(unread);
                    let told = serde_json::json!({ "unread": unread, "label": self.label(unread) });
                    return Some(Event::default().retry(RETRY).data(told.to_string()));
                }
                Ok(_) => {}
                Err(error) => tracing::debug!(error = chain(&error), "unread notices are counted again later"),
            }
        }
    }

    /// Until there may be something to tell.
    async fn wait(&mut self) -> Option<()> {
        tokio::select! {
            rung = self.ear.rung.changed() => {
                rung.ok()?;
                sleep(BREATH).await;
                self.ear.rung.mark_unchanged();
                Some(())
            }
            _ = self.look.tick() => self.is_admitted().await.unwrap_or(false).then_some(()),
        }
    }

    /// What the bell is called.
    fn label(&self, unread: i64) -> String {
        let mut values = FluentArgs::new();
        values.set("count", unread);
        self.app.texts.format(&self.scope.locale, "notices-bell", &values).unwrap_or_default()
    }

    async fn count(&self) -> AppResult<i64> {
        let mut tx = self.scope.begin_read().await?;
        service::unread(&mut tx, self.reader).await
    }

    async fn is_admitted(&self) -> AppResult<bool> {
        let tenant = self.app.directory.by_id(self.scope.tenant.id).await?;
        if tenant.is_none_or(|tenant| matches!(tenant.state, TenantState::Suspended | TenantState::Closed)) {
            return Ok(false);
        }
        let mut tx = self.scope.as_system("outreach.notices.live").begin_read().await?;
        sessions::is_open(&self.app, &mut tx, self.session).await
    }
}
