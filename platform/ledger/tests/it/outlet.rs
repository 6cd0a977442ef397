//! A provider in memory that lets money leave. It answers what the test put on its list, and remembers what it was told.

use std::{collections::VecDeque, sync::Mutex};

use async_trait::async_trait;
use kernel::{AppResult, Scope};
use ports::{
    PortError,
    payment::{Outcome, ProviderState},
    payout::{PayoutGateway, PayoutOffer, PayoutOrder, SentPayout},
};
use uuid::Uuid;

use crate::gateway::outcome;

pub type Answer = Result<Outcome, PortError>;

pub struct Outlet {
    installation: Uuid,
    answers: Mutex<VecDeque<Answer>>,
    words: Mutex<VecDeque<Answer>>,
    pub orders: Mutex<Vec<PayoutOrder>>,
    pub asked: Mutex<Vec<SentPayout>>,
}

impl Outlet {
    pub fn of(installation: Uuid) -> Self {
        Self { installation, answers: Mutex::default(), words: Mutex::default(), orders: Mutex::default(), asked: Mutex::default() }
    }
    pub fn offer(&self) -> PayoutOffer {
        PayoutOffer {
            installation: self.installation,
            title: "Mobile money".into(),
            method: "mobile".into(),
            currencies: vec!["KES".into()],
            gives_back: true,
            pays_out: true,
        }
    }
    /// What the next order is answered with; pending if nothing is on the list.
    pub fn answers(&self, answer: Answer) {
        self.answers.lock().unwrap().push_back(answer);
    }
    /// What the next question is answered with; pending if nothing is on the list.
    pub fn says(&self, word: Answer) {
        self.words.lock().unwrap().push_back(word);
    }
    pub fn told(&self) -> usize {
        self.orders.lock().unwrap().len()
    }
    pub fn questions(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[async_trait]
impl PayoutGateway for Outlet {
    async fn offers(&self, _: &Scope) -> AppResult<Vec<PayoutOffer>> {
        Ok(vec![self.offer()])
    }
    async fn send(&self, _: &Scope, order: PayoutOrder) -> Answer {
        self.orders.lock().unwrap().push(order);
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| Ok(outcome(ProviderState::Pending)))
    }
    async fn query(&self, _: &Scope, sent: SentPayout) -> Answer {
        self.asked.lock().unwrap().push(sent);
        self.words.lock().unwrap().pop_front().unwrap_or_else(|| Ok(outcome(ProviderState::Pending)))
    }
}
