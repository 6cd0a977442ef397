//! Paystack, as strict and as untidy as the original, as far as payments, prompts, saved cards and refunds go.
//!
//! Owns: the provider's endpoints, what payers and the provider's staff do (as methods of [`Paystack`]), and its notices.
//!
//! Always holds: the secret key decides whose books are read, and whether they are test or live; a reference is taken once for ever; a
//! call that was understood is not a payment that was made; notices are signed over their exact bytes, only successes of payments are
//! told, and they are handed to whoever started the simulator, which dials nothing. Transfers are not played here.

mod api;
mod book;
mod envelope;
mod notice;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{get, post};
use tokio::sync::mpsc::UnboundedSender;

pub use self::book::Account;
use self::book::Books;
use crate::scripted::Callback;
use crate::serving::{self, Background};

/// What handlers share.
#[derive(Debug)]
pub(crate) struct Simulator {
    books: Mutex<Vec<Books>>,
    /// Requests that are still answered before the limit; none for no limit.
    allowance: Mutex<Option<u32>>,
    notices: UnboundedSender<Callback>,
    background: Background,
}

impl Simulator {
    pub fn books(&self) -> MutexGuard<'_, Vec<Books>> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request is within the limit; counts it.
    pub fn is_allowed(&self) -> bool {
        let mut allowance = self.allowance.lock().unwrap_or_else(PoisonError::into_inner);
        match allowance.as_mut() {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// A running simulator; stops when dropped.
#[derive(Debug)]
pub struct Paystack {
    addr: SocketAddr,
    simulator: Arc<Simulator>,
}

/// Nobody has a payment or a refund of this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no `{0}` to which this could happen")]
pub struct Unknown(String);

/// Starts a simulator on loopback with these accounts, and hands its notices to `notices`.
///
/// # Errors
/// When no port is free.
pub async fn start(accounts: Vec<Account>, notices: UnboundedSender<Callback>) -> io::Result<Paystack> {
    let (listener, addr) = serving::listen(None).await?;
    let books = accounts.into_iter().map(Books::new).collect();
    let simulator = Arc::new(Simulator { books: Mutex::new(books), allowance: Mutex::new(None), notices, background: Background::new() });
    serving::serve_router(listener, router(&simulator), &simulator.background);
    Ok(Paystack { addr, simulator })
}

fn router(simulator: &Arc<Simulator>) -> Router {
    Router::new()
        .route("/transaction", get(api::list))
        .route("/transaction/initialize", post(api::initialize))
        .route("/transaction/verify/{reference}", get(api::verify))
        .route("/transaction/charge_authorization", post(api::charge_authorization))
        .route("/charge", post(api::charge))
        .route("/refund", post(api::refund).get(api::refunds))
        .route("/refund/{id}", get(api::fetch_refund))
        .with_state(Arc::clone(simulator))
}

impl Paystack {
    /// Base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Answers so many more requests, and then none: the provider's limit.
    pub fn limit(&self, requests: Option<u32>) {
        *self.simulator.allowance.lock().unwrap_or_else(PoisonError::into_inner) = requests;
    }

    /// The payer pays; a notice follows.
    ///
    /// # Errors
    /// There is no such payment that is open.
    pub fn pay(&self, reference: &str) -> Result<(), Unknown> {
        self.somewhere(reference, |books| books.pay(reference))
    }

    /// The prompt on the phone closes unanswered. No notice follows.
    ///
    /// # Errors
    /// There is no such payment that is open.
    pub fn expire(&self, reference: &str) -> Result<(), Unknown> {
        self.somewhere(reference, |books| books.expire(reference))
    }

    /// A refund goes on to this status; a notice follows.
    ///
    /// # Errors
    /// There is no such refund.
    pub fn settle_refund(&self, id: u64, status: &str) -> Result<(), Unknown> {
        self.somewhere(&id.to_string(), |books| books.settle_refund(id, status))
    }

    /// Sends all notices so far once more, the last one first.
    pub fn repeat_notices(&self) {
        let sent: Vec<Callback> = self.simulator.books().iter().flat_map(|books| books.sent.iter().rev().cloned()).collect();
        for notice in sent {
            // Nobody may be listening any more, and then nobody misses it.
            let _ = self.simulator.notices.send(notice);
        }
    }

    /// Lets something happen in the books in which it can, and sends what they tell of it.
    fn somewhere(&self, name: &str, mut happen: impl FnMut(&mut Books) -> Option<Vec<Callback>>) -> Result<(), Unknown> {
        let told = self.simulator.books().iter_mut().find_map(&mut happen).ok_or_else(|| Unknown(name.to_owned()))?;
        for notice in told {
            let _ = self.simulator.notices.send(notice);
        }
        Ok(())
    }

    /// Stops listening and waits for it.
    pub async fn shutdown(self) {
        self.simulator.background.finish().await;
    }
}

impl Drop for Paystack {
    fn drop(&mut self) {
        self.simulator.background.stop.cancel();
    }
}
