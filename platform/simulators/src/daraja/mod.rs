//! M-Pesa Daraja, as strict and as untidy as the original.
//!
//! Owns: the provider's endpoints (token, push, query, typed-in payments, their list, payouts, reversals, status, balances), the payer's phone
//! as a web page, and a control API under `/_sim` (scripts, answers, settings, merchants, book, CSV
//! statement, whose columns `statement` documents).
//!
//! Always holds:
//! - it answers any Host; the provider's two public names select the sandbox or production profile;
//! - callbacks go through the route table to loopback, never to the real network, each as often as
//!   planned and never retried;
//! - callbacks are unsigned and claim a source address in `X-Forwarded-For`, which a platform may
//!   believe only from loopback in dev and tests;
//! - with a journal, the book survives `kill -9`, open prompts and unsent callbacks included.
//!
//! What nobody outside knows (true retry policy, full list of codes, what the URL validator checks) is
//! not pretended.

mod b2c;
mod book;
mod c2b;
mod callback_body;
mod callback_url;
mod config;
mod control;
mod core;
mod delivery;
mod eat;
mod gateway;
mod ids;
mod journal;
mod oauth;
mod orders;
mod outcome;
mod party;
mod payer;
mod phone;
mod pull;
mod push_request;
mod script;
mod state;
mod statement;
mod stk_push;
mod stk_query;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use chrono::NaiveDate;

pub use self::b2c::{PayoutPlan, PayoutRule};
pub use self::book::{Book, Delivery, Movement, PaidIn, Payout, Prompt, PromptState, RegisteredUrls, Settlement, Step};
pub use self::c2b::{TypedPayment, TypedPaymentError};
pub use self::config::{CALLBACK_SOURCE, Config, InvalidMerchant, Lock, Merchant, Pending, Profile, Route, Settings};
use self::core::Simulator;
pub use self::core::StartError;
pub use self::journal::JournalError;
pub use self::outcome::Outcome;
pub use self::payer::AnswerError;
pub use self::script::{Ack, Answer, AutoAnswer, Callback, CallbackMode, Outage, Plan, Rule};
use self::state::Entry;
use crate::serving;

/// How long the waiting methods of [`Daraja`] wait.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was waited for did not happen.
#[derive(Debug, thiserror::Error)]
#[error("waited in vain for {0}")]
pub struct WaitedInVain(String);

/// A running simulator; stops when dropped.
#[derive(Debug)]
pub struct Daraja {
    addr: SocketAddr,
    simulator: Arc<Simulator>,
}

/// Starts a simulator on loopback and takes up what its journal left open.
///
/// # Errors
/// When the port is taken, the journal is damaged or a merchant is impossible.
pub async fn start(config: Config) -> Result<Daraja, StartError> {
    let port = config.port;
    let simulator = Simulator::open(config)?;
    let (listener, addr) = serving::listen(port).await?;
    serving::serve_router(listener, router(&simulator), &simulator.background);
    payer::resume(&simulator);
    b2c::resume(&simulator);
    Ok(Daraja { addr, simulator })
}

fn router(simulator: &Arc<Simulator>) -> Router {
    let only = |handler: axum::routing::MethodRouter<Arc<Simulator>>| handler.fallback(gateway::wrong_method);
    let provider = Router::new()
        .route("/oauth/v1/generate", get(oauth::generate).fallback(oauth::wrong_method))
        .route("/mpesa/stkpush/v1/processrequest", only(post(stk_push::process_request)))
        .route("/mpesa/stkpushquery/v1/query", only(post(stk_query::query)))
        .route("/mpesa/c2b/{version}/registerurl", only(post(c2b::register_urls)))
        .route("/mpesa/c2b/{version}/simulate", only(post(c2b::simulate)))
        .route("/pulltransactions/v1/register", only(post(pull::register)))
        .route("/pulltransactions/v1/query", only(post(pull::query)))
        .route("/mpesa/b2c/{version}/paymentrequest", only(post(b2c::payment_request)))
        .route("/mpesa/reversal/v1/request", only(post(orders::reversal)))
        .route("/mpesa/transactionstatus/v1/query", only(post(orders::status)))
        .route("/mpesa/accountbalance/v1/query", only(post(orders::balance)))
        .fallback(gateway::not_found)
        .layer(from_fn_with_state(Arc::clone(simulator), gateway::outage));
    provider.merge(control::routes()).merge(phone::routes()).with_state(Arc::clone(simulator))
}

impl Daraja {
    /// Loopback address it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Page of one phone.
    #[must_use]
    pub fn phone_page(&self, phone: &str) -> String {
        format!("{}/phone/{phone}", self.url())
    }

    /// Adds a merchant, or replaces the one with the same app and shortcode.
    ///
    /// # Errors
    /// When the merchant is impossible or the journal cannot be written.
    pub fn add_merchant(&self, merchant: Merchant) -> Result<(), StartError> {
        merchant.check()?;
        Ok(self.simulator.add_merchant(merchant)?)
    }

    /// Adds a route for callbacks; the first match counts.
    pub fn add_route(&self, route: Route) {
        self.simulator.lock().routes.push(route);
    }

    /// Scripts pushes in advance.
    pub fn script(&self, rule: Rule) {
        self.simulator.lock().rules.push(rule);
    }

    /// Scripts payouts in advance.
    pub fn script_payout(&self, rule: PayoutRule) {
        self.simulator.lock().payout_rules.push(rule);
    }

    /// Changes settings.
    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.simulator.lock().settings);
    }

    /// Makes all access tokens invalid.
    pub fn expire_tokens(&self) {
        self.simulator.lock().tokens.clear();
    }

    /// Answers an open prompt, reporting as its plan says, or as given.
    ///
    /// # Errors
    /// When there is no such prompt, or it has ended.
    pub fn answer(&self, id: &str, answer: &Answer, callback: Option<Callback>) -> Result<(), AnswerError> {
        payer::settle(&self.simulator, id, answer, callback)
    }

    /// Lets the next held callback of a prompt go.
    pub fn release(&self, id: &str) {
        self.simulator.record(Entry::Released { id: id.to_owned() });
    }

    /// Sends one more callback: the truth again, or a claim.
    ///
    /// # Errors
    /// When there is no such prompt, or it is open and nothing is claimed.
    pub async fn resend(&self, id: &str, claim: Option<&Answer>) -> Result<Delivery, AnswerError> {
        payer::resend(&self.simulator, id, claim, None).await
    }

    /// Types in a payment at the payer's phone and carries it out.
    ///
    /// # Errors
    /// When the shortcode is unknown or the payment cannot exist.
    pub async fn type_payment(&self, payment: TypedPayment) -> Result<PaidIn, TypedPaymentError> {
        c2b::pay(&self.simulator, payment).await
    }

    /// A copy of the whole book.
    #[must_use]
    pub fn book(&self) -> Book {
        self.simulator.lock().state.book()
    }

    /// A copy of one push.
    #[must_use]
    pub fn prompt(&self, id: &str) -> Option<Prompt> {
        self.simulator.lock().state.prompts.get(id).cloned()
    }

    /// Statement of a shortcode for one Nairobi day, or for all.
    ///
    /// # Errors
    /// When the CSV cannot be written.
    pub fn statement(&self, shortcode: &str, day: Option<NaiveDate>) -> Result<Vec<u8>, csv::Error> {
        statement::write(self.simulator.lock().state.movements.iter(), shortcode, day)
    }

    /// Waits for an open prompt on a phone.
    ///
    /// # Errors
    /// After 20 seconds.
    pub async fn prompt_on(&self, phone: &str) -> Result<Prompt, WaitedInVain> {
        let waiting = self.simulator.wait(|state| state.prompts.get(state.open.get(phone)?).cloned());
        patiently(waiting, || format!("a prompt on {phone}")).await
    }

    /// Waits until so many callbacks of a push were sent, planned or by hand.
    ///
    /// # Errors
    /// After 20 seconds.
    pub async fn delivered(&self, id: &str, callbacks: usize) -> Result<Prompt, WaitedInVain> {
        let waiting = self.simulator.wait(|state| state.prompts.get(id).filter(|p| p.deliveries.len() >= callbacks).cloned());
        patiently(waiting, || format!("{callbacks} callbacks of {id}")).await
    }

    /// Waits until a push has ended.
    ///
    /// # Errors
    /// After 20 seconds.
    pub async fn ended(&self, id: &str) -> Result<Prompt, WaitedInVain> {
        let ended = |p: &&Prompt| p.state() != PromptState::Open;
        let waiting = self.simulator.wait(|state| state.prompts.get(id).filter(ended).cloned());
        patiently(waiting, || format!("the end of {id}")).await
    }

    /// Waits until a payout was reported.
    ///
    /// # Errors
    /// After 20 seconds.
    pub async fn payout_reported(&self, originator_conversation_id: &str) -> Result<Payout, WaitedInVain> {
        let waiting = self.simulator.wait(|state| state.payouts.get(originator_conversation_id).filter(|p| !p.deliveries.is_empty()).cloned());
        patiently(waiting, || format!("the result of {originator_conversation_id}")).await
    }

    /// Stops listening, ends background work and waits for both.
    pub async fn shutdown(self) {
        self.simulator.background.finish().await;
    }
}

impl Drop for Daraja {
    fn drop(&mut self) {
        // Tasks hold the simulator as well, so its own drop would come too late.
        self.simulator.background.stop.cancel();
    }
}

async fn patiently<T>(waiting: impl Future<Output = Option<T>>, what: impl FnOnce() -> String) -> Result<T, WaitedInVain> {
    tokio::time::timeout(PATIENCE, waiting).await.ok().flatten().ok_or_else(|| WaitedInVain(what()))
}
