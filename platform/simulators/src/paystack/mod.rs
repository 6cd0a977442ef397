//! Paystack, as strict and as untidy as the original, as far as payments, prompts, saved cards, refunds and transfers go.
//!
//! Owns: the provider's endpoints, the pages on which payers pay, the dashboard on which merchants find their keys and enter where
//! notices go and on which the provider's staff settle refunds and transfers (both also as methods of [`Paystack`]), and its notices.
//!
//! Always holds: the secret key decides whose books are read, and whether they are test or live; a reference is taken once for ever; a
//! call that was understood is not a payment that was made; notices are signed over their exact bytes, only successes of payments are
//! told, and they are handed to whoever started the simulator, which dials nothing. With a file, the books survive `kill -9`.

mod api;
mod book;
mod dashboard;
mod envelope;
mod notice;
mod page;
mod payment;
mod payouts;
mod transfer;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
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
    /// Where the books are kept over a restart.
    file: Option<PathBuf>,
    /// Requests that are still answered before the limit; none for no limit.
    allowance: Mutex<Option<u32>>,
    notices: UnboundedSender<Callback>,
    background: Background,
}

impl Simulator {
    /// Hands notices over. Nobody may be listening any more, and then nobody misses them.
    pub fn tell(&self, told: Vec<Callback>) {
        for notice in told {
            let _ = self.notices.send(notice);
        }
    }

    /// Opens the books of an account.
    pub fn open(&self, account: Account) {
        let mut books = self.books();
        let before = books.len();
        books.push(Books::new(account, before));
        self.keep(&books);
    }

    /// Writes the books down before anybody hears what changed in them.
    pub fn keep(&self, books: &[Books]) {
        let Some(file) = &self.file else { return };
        // Whoever is killed while writing leaves the file before it.
        let beside = file.with_extension("new");
        let written = serde_json::to_vec(books).map_err(io::Error::from).and_then(|text| std::fs::write(&beside, text));
        if let Err(error) = written.and_then(|()| std::fs::rename(&beside, file)) {
            tracing::error!(%error, file = %file.display(), "cannot write the simulator's books");
        }
    }

    /// Lets something happen in the first books in which it can, and tells of it. False if it can in none.
    pub fn happen(&self, event: impl FnMut(&mut Books) -> Option<Vec<Callback>>) -> bool {
        let mut books = self.books();
        let told = books.iter_mut().find_map(event);
        self.keep(&books);
        drop(books);
        let happened = told.is_some();
        self.tell(told.unwrap_or_default());
        happened
    }

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

/// Starts a simulator on loopback with the books in `file`, if there are any, and these accounts, and hands its notices to `notices`.
///
/// # Errors
/// When no port is free, or the file holds something else.
pub async fn start(accounts: Vec<Account>, file: Option<PathBuf>, notices: UnboundedSender<Callback>) -> io::Result<Paystack> {
    let (listener, addr) = serving::listen(None).await?;
    let kept: Vec<Books> = match file.as_deref().filter(|file| file.exists()) {
        Some(file) => serde_json::from_slice(&std::fs::read(file)?)?,
        None => Vec::new(),
    };
    let is_new = |account: &Account| !kept.iter().any(|books| books.account.secret_key == account.secret_key);
    let new: Vec<Account> = accounts.into_iter().filter(is_new).collect();
    let simulator = Arc::new(Simulator { books: Mutex::new(kept), file, allowance: Mutex::new(None), notices, background: Background::new() });
    for account in new {
        simulator.open(account);
    }
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
        .route("/customer/authorization/deactivate", post(api::deactivate))
        .route("/balance", get(payouts::balance))
        .route("/transferrecipient", post(payouts::recipient))
        .route("/transfer", post(payouts::transfer))
        .route("/transfer/verify/{reference}", get(payouts::verify))
        .merge(dashboard::routes())
        .merge(page::routes())
        .with_state(Arc::clone(simulator))
}

impl Paystack {
    /// Base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Names that it stands in for: that of its calls and that of its pages.
    pub const HOSTS: [&str; 2] = ["api.paystack.co", page::PAGES];

    /// Where merchants find their keys.
    #[must_use]
    pub fn dashboard(&self) -> String {
        format!("{}/dashboard", self.url())
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
        self.somewhere(reference, |books| books.fail(reference, "The prompt was not answered"))
    }

    /// The payer's bank says no; the payer may try another card. No notice follows.
    ///
    /// # Errors
    /// There is no such payment that is open.
    pub fn decline(&self, reference: &str) -> Result<(), Unknown> {
        self.somewhere(reference, |books| books.fail(reference, page::DECLINED))
    }

    /// A refund goes on to this status; a notice follows.
    ///
    /// # Errors
    /// There is no such refund.
    pub fn settle_refund(&self, id: u64, status: &str) -> Result<(), Unknown> {
        self.somewhere(&id.to_string(), |books| books.settle_refund(id, status))
    }

    /// A transfer goes on to `success`, `failed` or `reversed`; a notice follows.
    ///
    /// # Errors
    /// There is no such transfer.
    pub fn settle_transfer(&self, reference: &str, status: &str) -> Result<(), Unknown> {
        self.somewhere(reference, |books| books.settle_transfer(reference, status))
    }

    /// Sends all notices so far once more, the last one first.
    pub fn repeat_notices(&self) {
        let sent: Vec<Callback> = self.simulator.books().iter().flat_map(|books| books.sent.iter().rev().cloned()).collect();
        self.simulator.tell(sent);
    }

    fn somewhere(&self, name: &str, event: impl FnMut(&mut Books) -> Option<Vec<Callback>>) -> Result<(), Unknown> {
        if self.simulator.happen(event) { Ok(()) } else { Err(Unknown(name.to_owned())) }
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
