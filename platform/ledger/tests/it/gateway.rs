//! A payment provider in memory. It answers what the test put on its list, and remembers what it was asked.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::NaiveDate;
use kernel::{
    AppResult, Scope,
    money::{Currency, Money},
};
use ports::{
    PortError,
    payment::{Action, Collect, Outcome, PaymentGateway, PaymentMethod, PaymentRef, ProviderState, StatementLine},
};
use uuid::Uuid;

pub type Answer = Result<Outcome, PortError>;

#[derive(Default)]
pub struct Gateway {
    pub methods: Mutex<Vec<PaymentMethod>>,
    answers: Mutex<VecDeque<Answer>>,
    words: Mutex<VecDeque<Answer>>,
    statement: Mutex<Vec<StatementLine>>,
    reader: Mutex<Option<Uuid>>,
    /// Statements by the day; a provider without any tells none.
    days: Mutex<BTreeMap<NaiveDate, Vec<StatementLine>>>,
    pub collected: Mutex<Vec<Collect>>,
    pub asked: Mutex<Vec<PaymentRef>>,
}

impl Gateway {
    /// Offers one mobile-money method, whole shillings, 1 to 250,000.
    pub fn mobile(installation: Uuid) -> Self {
        let method = PaymentMethod {
            method: "mobile".into(),
            installation,
            title: "Mobile money".into(),
            currencies: vec!["KES".into()],
            smallest_unit: 100,
            min: 100,
            max: 25_000_000,
            payer_needs: vec!["phone".into()],
        };
        Self { methods: Mutex::new(vec![method]), ..Self::default() }
    }
    /// What the next request is answered with; pending, with a fresh id, if nothing is on the list.
    pub fn answers(&self, answer: Answer) {
        self.answers.lock().unwrap().push_back(answer);
    }
    /// What the next question is answered with; pending if nothing is on the list.
    pub fn says(&self, word: Answer) {
        self.words.lock().unwrap().push_back(word);
    }
    pub fn writes(&self, lines: Vec<StatementLine>) {
        *self.statement.lock().unwrap() = lines;
    }
    /// From now on it tells statements by the day, this one among them.
    pub fn tells(&self, day: NaiveDate, lines: Vec<StatementLine>) {
        self.days.lock().unwrap().insert(day, lines);
    }
    /// Only this installation knows the provider's files from now on.
    pub fn reads_only(&self, installation: Uuid) {
        *self.reader.lock().unwrap() = Some(installation);
    }
    pub fn sends(&self) -> usize {
        self.collected.lock().unwrap().len()
    }
    pub fn questions(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

pub fn outcome(state: ProviderState) -> Outcome {
    Outcome {
        state,
        provider_ref: None,
        code: None,
        message: None,
        reason: None,
        action: None,
        amount: None,
        fee: None,
        receipt: None,
        occurred_at: None,
    }
}

pub fn pending(provider_ref: &str) -> Outcome {
    Outcome { provider_ref: Some(provider_ref.into()), ..outcome(ProviderState::Pending) }
}

pub fn needs_action(provider_ref: &str, url: &str) -> Outcome {
    Outcome { provider_ref: Some(provider_ref.into()), action: Some(Action::OpenUrl(url.into())), ..outcome(ProviderState::NeedsAction) }
}

pub fn received(minor: i64, receipt: &str) -> Outcome {
    Outcome { amount: Some(Money::new(minor, Currency::KES)), receipt: Some(receipt.into()), ..outcome(ProviderState::Received) }
}

pub fn failed(code: &str) -> Outcome {
    Outcome {
        code: Some(code.into()),
        message: Some("Request cancelled by user".into()),
        reason: Some("cancelled-by-payer".into()),
        ..outcome(ProviderState::Failed)
    }
}

pub fn not_now() -> PortError {
    PortError::Retryable { reason: "busy".into(), after_ms: None }
}

#[async_trait]
impl PaymentGateway for Gateway {
    async fn methods(&self, _: &Scope) -> AppResult<Vec<PaymentMethod>> {
        Ok(self.methods.lock().unwrap().clone())
    }
    async fn collect(&self, _: &Scope, request: Collect) -> Answer {
        let provider_ref = format!("ref-{}", request.idempotency_key);
        self.collected.lock().unwrap().push(request);
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| Ok(pending(&provider_ref)))
    }
    async fn query(&self, _: &Scope, payment: PaymentRef) -> Answer {
        self.asked.lock().unwrap().push(payment);
        self.words.lock().unwrap().pop_front().unwrap_or_else(|| Ok(outcome(ProviderState::Pending)))
    }
    async fn daily_statements(&self, _: &Scope) -> AppResult<Vec<PaymentMethod>> {
        let tells = !self.days.lock().unwrap().is_empty();
        Ok(self.methods.lock().unwrap().iter().take(usize::from(tells)).cloned().collect())
    }
    async fn statement_of(&self, _: &Scope, _: Uuid, day: NaiveDate) -> Result<Vec<StatementLine>, PortError> {
        self.days.lock().unwrap().get(&day).cloned().ok_or_else(not_now)
    }
    async fn read_statement(&self, _: &Scope, installation: Uuid, file: Bytes) -> Result<Vec<StatementLine>, PortError> {
        let knows = self.reader.lock().unwrap().is_none_or(|reader| reader == installation);
        if knows && file.starts_with(b"statement") {
            Ok(self.statement.lock().unwrap().clone())
        } else {
            Err(PortError::Rejected { code: "format".into(), message: "no heading".into() })
        }
    }
}
