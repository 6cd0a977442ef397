//! The running simulator: its locked state, its clock of changes, its background work.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::b2c::PayoutRule;
use super::config::{Config, InvalidMerchant, Merchant, Profile, Route, Settings};
use super::ids;
use super::journal::{Journal, JournalError};
use super::script::Rule;
use super::state::{Entry, State};
use crate::serving::Background;

/// Shared by all handlers and tasks.
#[derive(Debug)]
pub(crate) struct Simulator {
    inner: Mutex<Inner>,
    changes: watch::Sender<u64>,
    pub http: reqwest::Client,
    pub background: Background,
    runtime: Handle,
}

/// What one lock protects.
#[derive(Debug)]
pub(crate) struct Inner {
    pub state: State,
    journal: Journal,
    pub settings: Settings,
    pub routes: Vec<Route>,
    pub rules: Vec<Rule>,
    pub payout_rules: Vec<PayoutRule>,
    pub tokens: HashMap<String, Token>,
    /// Moments of each app's requests within the last second.
    pub recent: HashMap<String, VecDeque<Instant>>,
    pub rng: StdRng,
}

/// An access token that was issued.
#[derive(Debug)]
pub(crate) struct Token {
    pub consumer_key: String,
    pub profile: Profile,
    pub expires: Instant,
}

/// Why a simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken.
    #[error("cannot listen on the loopback port")]
    Listen(#[from] io::Error),
    /// The journal is unusable.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A configured merchant is impossible.
    #[error(transparent)]
    Merchant(#[from] InvalidMerchant),
    /// The HTTP client for callbacks cannot be built.
    #[error("cannot build the HTTP client for callbacks")]
    Client(#[from] reqwest::Error),
}

impl Simulator {
    /// Replays the journal and adds the configured merchants.
    pub fn open(config: Config) -> Result<Arc<Self>, StartError> {
        let (journal, state) = Journal::open(config.journal.as_deref())?;
        let rng = config.seed.map_or_else(|| StdRng::from_rng(&mut rand::rng()), StdRng::seed_from_u64);
        let inner = Inner {
            state,
            journal,
            settings: config.settings,
            routes: config.routes,
            rules: Vec::new(),
            payout_rules: Vec::new(),
            tokens: HashMap::new(),
            recent: HashMap::new(),
            rng,
        };
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        let simulator =
            Self { inner: Mutex::new(inner), changes: watch::Sender::new(0), http, background: Background::new(), runtime: Handle::current() };
        for merchant in config.merchants {
            merchant.check()?;
            simulator.add_merchant(merchant)?;
        }
        Ok(Arc::new(simulator))
    }

    /// Adds or replaces the merchant with this app and shortcode.
    pub fn add_merchant(&self, merchant: Merchant) -> io::Result<()> {
        let mut inner = self.lock();
        if inner.state.merchants.contains(&merchant) {
            return Ok(());
        }
        inner.record(Entry::MerchantAdded { merchant })
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic inside the lock cannot leave a change half applied: entries apply as a whole.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records one change and wakes everybody who waits for one.
    pub fn record(&self, entry: Entry) {
        let result = self.lock().record(entry);
        if let Err(error) = result {
            tracing::error!(%error, "cannot write the simulator's journal");
        }
        self.changed();
    }

    pub fn changed(&self) {
        self.changes.send_modify(|n| *n += 1);
    }

    pub fn settings(&self) -> Settings {
        self.lock().settings.clone()
    }

    /// Waits until the state satisfies `ready`. Gives nothing when the simulator stops first.
    pub async fn wait<T>(&self, mut ready: impl FnMut(&State) -> Option<T>) -> Option<T> {
        let mut changes = self.changes.subscribe();
        loop {
            changes.mark_unchanged();
            if let Some(found) = ready(&self.lock().state) {
                return Some(found);
            }
            tokio::select! {
                changed = changes.changed() => changed.ok()?,
                () = self.background.stop.cancelled() => return None,
            }
        }
    }

    /// Sleeps; false when the simulator stops first.
    pub async fn sleep(&self, ms: u64) -> bool {
        if ms == 0 {
            return !self.background.stop.is_cancelled();
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(ms)) => true,
            () = self.background.stop.cancelled() => false,
        }
    }

    /// Runs in the background until done or stopped; callable outside the runtime as well.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.background.tasks.spawn_on(work, &self.runtime);
    }
}

impl Inner {
    /// Writes one change to the journal, then applies it.
    pub fn record(&mut self, entry: Entry) -> io::Result<()> {
        self.journal.append(&entry)?;
        self.state.apply(entry);
        Ok(())
    }

    /// A receipt that was never issued before.
    pub fn fresh_receipt(&mut self, at: chrono::DateTime<chrono::Utc>) -> String {
        loop {
            let receipt = ids::receipt(&mut self.rng, at);
            if !self.state.receipts.contains(&receipt) {
                return receipt;
            }
        }
    }

    pub fn merchant(&self, consumer_key: &str, shortcode: &str) -> Option<&Merchant> {
        self.state.merchants.iter().find(|m| m.consumer_key == consumer_key && m.shortcode == shortcode)
    }

    pub fn is_known_shortcode(&self, shortcode: &str) -> bool {
        self.state.merchants.iter().any(|m| m.shortcode == shortcode)
    }
}
