//! RealPay, as strict and as untidy as what is known of it: clients, contracts, mandates, instalments, and what it tells of them. Beside
//! it stands an employer, who answers payroll schedules by file. Payer and bank are played on a page, and on the test system also by calls.
//!
//! Always holds: a call that succeeded says nothing of its records; what one merchant number or product has, another does not; money of a
//! product with the payer's consent moves only once the payer agreed; the contract is the truth, whatever was told. Nothing is dialled:
//! what it tells is handed to whoever started it.

mod api;
mod book;
mod dashboard;
mod employer;
mod record;

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{any, post, put};
use chrono::{FixedOffset, NaiveDate, Utc};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use self::book::Books;
pub use self::employer::{Employer, SentBack, Settled};
use crate::scripted::Callback;
use crate::serving::{self, Background};

/// Seconds by which the provider's clock is ahead of UTC.
const AHEAD: i32 = 2 * 3_600;

/// What the simulator begins with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether it is the system where money moves; the other one lets payer and bank be played by calls.
    pub live: bool,
    /// Of the integration.
    pub client_id: String,
    /// Beside it.
    pub client_secret: String,
    /// Products that each merchant number has.
    pub products: Vec<Product>,
    /// The provider's present day; the real one if none is given.
    pub today: Option<NaiveDate>,
    /// Where results go, until a merchant names another address.
    pub webhook: Option<String>,
}

impl Config {
    /// A merchant that nobody is, with a product of each kind and the same client on both systems.
    #[must_use]
    pub fn fictitious(live: bool) -> Self {
        let product = |code: &str, consent| Product { merchant: "10001".to_owned(), code: code.to_owned(), consent };
        Self {
            live,
            client_id: "id".to_owned(),
            client_secret: "secret".to_owned(),
            products: vec![product("FNBNDOBW", false), product("ABSADC", true)],
            today: None,
            webhook: None,
        }
    }

    /// Merchant numbers, each once.
    pub(crate) fn merchants(&self) -> BTreeSet<&str> {
        self.products.iter().map(|product| product.merchant.as_str()).collect()
    }

    /// Between the host and the calls.
    fn path(&self) -> &'static str {
        if self.live { "/rpp/rpws" } else { "/rpi/rpws" }
    }
}

/// A product of a merchant number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// `BeneficiaryUser`.
    pub merchant: String,
    /// Code in paths.
    pub code: String,
    /// Whether the payer has to agree first.
    pub consent: bool,
}

/// What handlers share.
#[derive(Debug)]
pub(crate) struct Simulator {
    config: Config,
    books: Mutex<Books>,
    results: UnboundedSender<Callback>,
    background: Background,
}

impl Simulator {
    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The provider's present day.
    pub fn today(&self) -> NaiveDate {
        let here = || FixedOffset::east_opt(AHEAD).map_or_else(|| Utc::now().date_naive(), |zone| Utc::now().with_timezone(&zone).date_naive());
        self.config.today.unwrap_or_else(here)
    }

    /// Tells a merchant of records of one kind.
    pub fn tell(&self, merchant: &str, wrapper: &str, record: Value) {
        let named = self.books().webhooks.get(merchant).cloned();
        let Some(url) = named.or_else(|| self.config.webhook.clone()) else { return };
        let body = json!({ (wrapper): [record] }).to_string().into_bytes();
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        // Nobody may be listening any more, and then nobody misses it.
        let _ = self.results.send(Callback { url, method: "POST".to_owned(), headers, body, source: None });
    }
}

/// A running simulator; stops when dropped.
#[derive(Debug)]
pub struct RealPay {
    addr: SocketAddr,
    simulator: Arc<Simulator>,
}

/// Starts a simulator on loopback, and hands what it tells to `results`.
///
/// # Errors
/// When no port is free.
pub async fn start(config: Config, results: UnboundedSender<Callback>) -> io::Result<RealPay> {
    let (listener, addr) = serving::listen(None).await?;
    let simulator = Arc::new(Simulator { config, books: Mutex::default(), results, background: Background::new() });
    let calls = Router::new()
        .route("/oauth/token", post(api::token))
        .route("/general/frequency_codes", any(api::frequency_codes))
        .route("/maintain/{kind}/{product}", any(api::maintain));
    let calls = if simulator.config.live { calls } else { calls.route("/maintain/simulate/{kind}/{product}", put(api::simulate)) };
    let router = Router::new().nest(simulator.config.path(), calls).merge(dashboard::routes()).with_state(Arc::clone(&simulator));
    serving::serve_router(listener, router, &simulator.background);
    Ok(RealPay { addr, simulator })
}

impl RealPay {
    /// Where it listens.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Base URL of its calls, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.origin(), self.simulator.config.path())
    }

    /// Name that it stands in for.
    #[must_use]
    pub fn host(&self) -> &'static str {
        if self.simulator.config.live { "realpaycollect.com:4448" } else { "uat.realpaycollect.com:4448" }
    }

    /// Where payer and bank are played.
    #[must_use]
    pub fn dashboard(&self) -> String {
        format!("{}/dashboard", self.origin())
    }

    /// Makes all access tokens invalid.
    pub fn expire_tokens(&self) {
        self.simulator.books().tokens.clear();
    }

    /// Tells of an instalment as it stands, or claims another status; as often as it is called, in whatever order.
    pub fn tell(&self, reference: &str, claim: Option<&str>) {
        let found = self.simulator.books().instalment(reference);
        let Some((merchant, mut record)) = found else { return };
        if let Some(status) = claim {
            record["InstalmentStatus"] = Value::from(status);
        }
        self.simulator.tell(&merchant, dashboard::INSTALMENTS, record);
    }

    /// Stops listening and waits for it.
    pub async fn shutdown(self) {
        self.simulator.background.finish().await;
    }
}

impl Drop for RealPay {
    fn drop(&mut self) {
        self.simulator.background.stop.cancel();
    }
}
