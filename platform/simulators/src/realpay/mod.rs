//! RealPay, as strict and as untidy as what is known of it: clients, contracts, mandates, instalments, and what it tells of them. Beside
//! it stands an employer, who answers payroll schedules by file. It is the test system, where the payer and the bank can be played.
//!
//! Always holds: a call that succeeded says nothing of its records; what one merchant number or product has, another does not; money of a
//! product with the payer's consent moves only once the payer agreed; the contract is the truth, whatever was told. Nothing is dialled:
//! what it tells is handed to whoever started it.

mod api;
mod book;
mod employer;
mod record;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{any, post, put};
use chrono::NaiveDate;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use self::book::Books;
pub use self::employer::{Employer, SentBack, Settled};
use crate::scripted::Callback;
use crate::serving::{self, Background};

/// What the simulator begins with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Of the integration.
    pub client_id: String,
    /// Beside it.
    pub client_secret: String,
    /// Products that each merchant number has.
    pub products: Vec<Product>,
    /// The provider's present day.
    pub today: NaiveDate,
    /// Where results go, if the merchant named an address.
    pub webhook: Option<String>,
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
    let router = Router::new()
        .route("/rpi/rpws/oauth/token", post(api::token))
        .route("/rpi/rpws/general/frequency_codes", any(api::frequency_codes))
        .route("/rpi/rpws/maintain/{kind}/{product}", any(api::maintain))
        .route("/rpi/rpws/maintain/simulate/{kind}/{product}", put(api::simulate))
        .with_state(Arc::clone(&simulator));
    serving::serve_router(listener, router, &simulator.background);
    Ok(RealPay { addr, simulator })
}

impl RealPay {
    /// Base URL of the test system, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/rpi/rpws", self.addr)
    }

    /// Makes all access tokens invalid.
    pub fn expire_tokens(&self) {
        self.simulator.books().tokens.clear();
    }

    /// Tells of an instalment as it stands, or claims another status; as often as it is called, in whatever order.
    pub fn tell(&self, reference: &str, claim: Option<&str>) {
        let found = self.simulator.books().instalment(reference);
        let (Some(mut record), Some(url)) = (found, self.simulator.config.webhook.clone()) else { return };
        if let Some(status) = claim {
            record["InstalmentStatus"] = Value::from(status);
        }
        let body = json!({ "InstalmentGetResponse": [record] }).to_string().into_bytes();
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        // Nobody may be listening any more, and then nobody misses it.
        let _ = self.simulator.results.send(Callback { url, method: "POST".to_owned(), headers, body, source: None });
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
