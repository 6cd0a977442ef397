//! Answering by the scripts, and remembering what was asked.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::asked::Asked;
use super::callback::Callback;
use super::pattern::difference;
use super::record::Records;
use super::script::{Exchange, Script};
use super::template::Facts;
use crate::serving::{Background, Connection};

/// Requests that are remembered; a plugin in order makes far fewer.
const REMEMBERED: usize = 1_000;

/// One request and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Name of the exchange that took it; none if none did.
    pub exchange: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Host it was meant for.
    pub host: String,
    /// Path without query.
    pub path: String,
    /// Why the exchange could not answer.
    pub fault: Option<String>,
}

/// The scripts and what happened so far.
#[derive(Debug)]
pub(crate) struct Playing {
    scripts: Vec<Script>,
    book: Mutex<Book>,
    /// Which run this is; callbacks of an earlier one are not made.
    run: AtomicU64,
    callbacks: UnboundedSender<Callback>,
    pub background: Background,
}

#[derive(Debug, Default)]
struct Book {
    number: u64,
    used: HashMap<(usize, usize), u32>,
    records: Records,
    seen: Vec<Seen>,
}

/// What is sent back.
#[derive(Debug)]
struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: String,
    delay: Duration,
    drop: bool,
}

impl Playing {
    pub fn new(scripts: Vec<Script>, callbacks: UnboundedSender<Callback>) -> Self {
        Self { scripts, book: Mutex::default(), run: AtomicU64::new(0), callbacks, background: Background::new() }
    }

    pub fn scripts(&self) -> &[Script] {
        &self.scripts
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.book().seen.clone()
    }

    pub fn begin_again(&self) {
        let mut book = self.book();
        self.run.fetch_add(1, Ordering::Relaxed);
        *book = Book::default();
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finds the exchange that answers, counts it, and makes the answer and the callbacks that follow it with their delays.
    fn take(&self, asked: &Asked) -> (Reply, Vec<(Duration, Callback)>) {
        let mut book = self.book();
        book.number += 1;
        let mut seen = Seen { exchange: None, method: asked.method.clone(), host: asked.host.clone(), path: asked.path.clone(), fault: None };
        let made = match self.find(&book, asked) {
            None => {
                (Reply::word(StatusCode::NOT_FOUND, format!("no exchange takes {} {} at {}\n", asked.method, asked.path, asked.host)), Vec::new())
            }
            Some((place, exchange, captured, about)) => {
                *book.used.entry(place).or_default() += 1;
                seen.exchange = Some(exchange.name.clone());
                let counts = self.counts(&book, place.0);
                let facts = Facts::new(asked, &captured, &counts, book.number).about(about.as_ref());
                make(exchange, &facts, &mut book.records).unwrap_or_else(|fault| {
                    let reply = Reply::word(StatusCode::INTERNAL_SERVER_ERROR, format!("exchange `{}`: {fault}\n", exchange.name));
                    seen.fault = Some(fault);
                    (reply, Vec::new())
                })
            }
        };
        if book.seen.len() < REMEMBERED {
            book.seen.push(seen);
        }
        made
    }

    fn find(&self, book: &Book, asked: &Asked) -> Option<Found<'_>> {
        let here = self.scripts.iter().enumerate().filter(|(_, script)| script.hosts.contains(&asked.host));
        here.flat_map(|(n, script)| script.exchanges.iter().enumerate().map(move |(m, exchange)| ((n, m), exchange)))
            .filter(|(place, exchange)| exchange.times.is_none_or(|times| book.used.get(place).is_none_or(|used| *used < times)))
            .find_map(|(place, exchange)| {
                let captured = exchange.fit(asked)?;
                let about = exchange.request.kept.as_ref().map(|wanted| {
                    let (counts, number) = (BTreeMap::new(), book.number);
                    let name = Facts::new(asked, &captured, &counts, number).text(&wanted.under).ok()?;
                    book.records.find(&name).filter(|record| difference(&wanted.json, record).is_none()).cloned()
                });
                match about {
                    Some(None) => None,
                    about => Some((place, exchange, captured, about.flatten())),
                }
            })
    }

    /// How often each exchange of a script answered.
    fn counts(&self, book: &Book, script: usize) -> BTreeMap<String, u32> {
        let exchanges = self.scripts.get(script).map(|script| script.exchanges.as_slice()).unwrap_or_default();
        let used = |n: usize| book.used.get(&(script, n)).copied().unwrap_or_default();
        exchanges.iter().enumerate().map(|(n, exchange)| (exchange.name.clone(), used(n))).collect()
    }

    fn plan(self: &Arc<Self>, delay: Duration, callback: Callback) {
        let (playing, run) = (Arc::clone(self), self.run.load(Ordering::Relaxed));
        self.background.tasks.spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = playing.background.stop.cancelled() => return,
            }
            if playing.run.load(Ordering::Relaxed) == run {
                // Nobody may be waiting any more, and then nobody misses it.
                let _ = playing.callbacks.send(callback);
            }
        });
    }
}

/// The places of a script and of its exchange, the exchange, what its pattern captured, and the record that the request is about.
type Found<'a> = ((usize, usize), &'a Exchange, BTreeMap<String, String>, Option<Value>);

fn make(exchange: &Exchange, facts: &Facts<'_>, records: &mut Records) -> Result<(Reply, Vec<(Duration, Callback)>), String> {
    let response = &exchange.response;
    let mut headers = Vec::new();
    for (name, value) in &response.headers {
        let value = facts.text(value)?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("`{name}` is no name of a header"))?;
        headers.push((name, HeaderValue::from_str(&value).map_err(|_| format!("`{value}` cannot stand in a header"))?));
    }
    let (body, kind) = match (&response.json, &response.text) {
        (Some(document), _) => (facts.document(document)?.to_string(), "application/json"),
        (None, Some(text)) => (facts.text(text)?, "text/plain; charset=utf-8"),
        (None, None) => (String::new(), ""),
    };
    if !kind.is_empty() && !headers.iter().any(|(name, _)| *name == header::CONTENT_TYPE) {
        headers.push((header::CONTENT_TYPE, HeaderValue::from_static(kind)));
    }
    let status = StatusCode::from_u16(response.status).map_err(|_| format!("{} is no status", response.status))?;
    let reply = Reply { status, headers, body, delay: Duration::from_millis(response.delay_ms), drop: response.drop };
    let mut callbacks = Vec::new();
    for plan in &exchange.callbacks {
        callbacks.push((Duration::from_millis(plan.after_ms), plan.fill(facts)?));
    }
    if let Some(record) = &exchange.keep {
        records.keep(facts.text(&record.under)?, facts.document(&record.json)?)?;
    }
    Ok((reply, callbacks))
}

impl Reply {
    fn word(status: StatusCode, body: String) -> Self {
        Self { status, headers: Vec::new(), body, delay: Duration::ZERO, drop: false }
    }
}

/// Answers any request. Callbacks count from its arrival, so that one can overtake the answer.
pub(crate) async fn answer(State(playing): State<Arc<Playing>>, request: Request) -> Response {
    let connection = request.extensions().get::<Connection>().cloned();
    let Some(asked) = Asked::read(request).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let (reply, callbacks) = playing.take(&asked);
    for (delay, callback) in callbacks {
        playing.plan(delay, callback);
    }
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    if let (true, Some(connection)) = (reply.drop, connection) {
        match connection.cut().await {}
    }
    let mut response = (reply.status, reply.body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    for (name, value) in reply.headers {
        response.headers_mut().append(name, value);
    }
    response
}
