//! A brokerage with a customer who owes money, and the steps of a payment as tests take them.

use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use kernel::{
    AppError, AppResult, Scope, Tenant,
    app::Ports,
    jobs::{Job, JobCx, JobError},
    money::{Currency, Money},
};
use ledger::{
    accounts::Account,
    journal,
    payments::{Ask, PayerInput, Payment, PaymentId, PaymentRecord, PaymentState, Start, Submit, reports, service},
    receivables::{self, NewReceivable, Receivable},
};
use ports::{
    payment::{PaymentGateway, PaymentReported, ProviderState, StatementLine},
    payout::PayoutGateway,
};
use sqlx::Row;
use testkit::World;
use uuid::Uuid;

use crate::{gateway::Gateway, outlet::Outlet};

pub fn kes(minor: i64) -> Money {
    Money::new(minor, Currency::KES)
}

/// Money that a provider says has come, from somebody who gave this reference.
pub fn line(bench: &Bench, receipt: &str, minor: i64, reference: Option<&str>) -> StatementLine {
    StatementLine {
        provider_ref: receipt.into(),
        receipt: Some(receipt.into()),
        kind: "payment".into(),
        state: ProviderState::Received,
        gross: kes(minor),
        fee: None,
        reference: reference.map(str::to_owned),
        counterparty: Some("Asha Mfano".into()),
        occurred_at: bench.system().now(),
        settled_on: None,
    }
}

pub struct Bench {
    pub world: World,
    pub tenant: Arc<Tenant>,
    pub gateway: Arc<Gateway>,
    pub outlet: Arc<Outlet>,
    pub installation: Uuid,
    pub customer: Uuid,
}

impl Bench {
    pub async fn new() -> Self {
        let installation = Uuid::now_v7();
        let gateway = Arc::new(Gateway::mobile(installation));
        let outlet = Arc::new(Outlet::of(installation));
        let ports = Ports::new().with::<dyn PaymentGateway>(gateway.clone()).with::<dyn PayoutGateway>(outlet.clone());
        let world = World::with_packs(ports, &[]);
        let tenant = world.brokerage().await;
        Self { world, tenant, gateway, outlet, installation, customer: Uuid::now_v7() }
    }

    pub fn system(&self) -> Scope {
        self.world.system(&self.tenant)
    }
    pub fn staff(&self) -> Scope {
        self.world.staff(&self.tenant)
    }
    pub fn payer(&self) -> Scope {
        self.world.customer(&self.tenant, self.customer)
    }
    pub fn today(&self) -> NaiveDate {
        self.system().today()
    }
    pub fn wait(&self, seconds: i64) {
        self.world.app.clock.advance(Duration::seconds(seconds));
    }
    pub fn cx(&self) -> JobCx {
        JobCx { app: self.world.app.clone(), scope: self.system(), id: Uuid::now_v7(), attempt: 1 }
    }

    /// An order with one line per amount, due today.
    pub async fn order(&self, amounts: &[i64]) -> Uuid {
        let order = Uuid::now_v7();
        let mut tx = self.system().begin_write().await.unwrap();
        for amount in amounts {
            let new = NewReceivable {
                payable_kind: "order".into(),
                payable_id: order,
                line: Some(Uuid::now_v7()),
                instalment: 1,
                customer: self.customer,
                description: "Motor cover".into(),
                amount: kes(*amount),
                due_on: self.today(),
            };
            receivables::open(&mut tx, new).await.unwrap();
        }
        tx.commit().await.unwrap();
        order
    }

    pub async fn receivables(&self, order: Uuid) -> Vec<Receivable> {
        let mut tx = self.system().begin_read().await.unwrap();
        receivables::of_payable(&mut tx, "order", order).await.unwrap()
    }

    pub async fn try_start(&self, order: Uuid, amount: Option<Money>, phone: Option<&str>) -> AppResult<Payment> {
        let scope = self.payer();
        let method = service::choose(&self.world.app, &scope, "mobile").await?;
        let mut tx = scope.begin_write().await?;
        let start = Start {
            method,
            payable_kind: "order".into(),
            payable_id: order,
            amount,
            payer: PayerInput { phone: phone.map(str::to_owned), ..PayerInput::default() },
            description: "Cover".into(),
            return_url: None,
        };
        let payment = service::start(&mut tx, start).await?;
        tx.commit().await?;
        Ok(payment)
    }

    pub async fn start(&self, order: Uuid) -> PaymentId {
        self.try_start(order, None, Some("0700 000 101")).await.unwrap().id
    }

    /// A payment that the provider has and the payer has not answered.
    pub async fn pending(&self, order: Uuid) -> PaymentId {
        let payment = self.start(order).await;
        self.submit(payment).await.unwrap();
        assert_eq!(self.state(payment).await, PaymentState::Pending);
        payment
    }

    pub async fn submit(&self, payment: PaymentId) -> Result<(), JobError> {
        Submit { payment, version: 1, locale: None }.run(self.cx()).await
    }

    /// The next scheduled question.
    pub async fn ask(&self, payment: PaymentId) {
        let round = self.asks(payment).await;
        Ask { payment, round, report: None }.run(self.cx()).await.unwrap();
    }

    /// The question that a report made due.
    pub async fn confirm(&self, payment: PaymentId) {
        let round = self.asks(payment).await;
        Ask { payment, round, report: Some(Uuid::now_v7()) }.run(self.cx()).await.unwrap();
    }

    async fn asks(&self, payment: PaymentId) -> u32 {
        let mut tx = self.system().begin_read().await.unwrap();
        let asks: i32 = sqlx::query_scalar("select asks from payments where tenant_id = $1 and id = $2")
            .bind(self.tenant.id.0)
            .bind(payment.0)
            .fetch_one(tx.conn())
            .await
            .unwrap();
        asks.unsigned_abs()
    }

    /// A report of this payment that agrees in every point and comes from a known source.
    pub async fn proof(&self, payment: PaymentId, receipt: &str) -> PaymentReported {
        let record = self.record(payment).await.payment;
        PaymentReported {
            delivery: Uuid::now_v7(),
            installation: self.installation,
            key: Some(payment.to_string()),
            provider_ref: record.provider_ref,
            state: ProviderState::Received,
            code: Some("0".into()),
            message: None,
            reason: None,
            amount_minor: Some(record.amount.minor),
            currency: Some("KES".into()),
            fee_minor: None,
            receipt: Some(receipt.into()),
            occurred_at: Some(self.system().now()),
            source_trusted: true,
        }
    }

    pub async fn report(&self, report: &PaymentReported) {
        let mut tx = self.system().begin_write().await.unwrap();
        reports::accept(&mut tx, report).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn record(&self, payment: PaymentId) -> PaymentRecord {
        let mut tx = self.system().begin_read().await.unwrap();
        service::record(&mut tx, payment).await.unwrap()
    }

    pub async fn state(&self, payment: PaymentId) -> PaymentState {
        self.record(payment).await.payment.state
    }

    pub async fn balance(&self, account: &Account) -> i64 {
        let mut tx = self.system().begin_read().await.unwrap();
        journal::balance(&mut tx, account, Currency::KES).await.unwrap().minor
    }

    /// What clearing holds, and what the customer is owed; after checking that all books balance.
    pub async fn books(&self) -> (i64, i64) {
        let mut tx = self.system().begin_read().await.unwrap();
        for total in journal::trial_balance(&mut tx, self.today()).await.unwrap().totals {
            assert_eq!(total.debit, total.credit, "the trial balance is even");
        }
        drop(tx);
        (self.balance(&Account::clearing("mobile")).await, -self.balance(&Account::customer_credit(self.customer)).await)
    }

    /// Events of a type, oldest first.
    pub async fn events(&self, event_type: &str) -> Vec<serde_json::Value> {
        let mut tx = self.system().begin_read().await.unwrap();
        sqlx::query("select data from events where tenant_id = $1 and type = $2 order by sequence")
            .bind(self.tenant.id.0)
            .bind(event_type)
            .fetch_all(tx.conn())
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.get("data"))
            .collect()
    }

    /// Jobs of a name that are wanted: payload, and seconds from now.
    pub async fn wanted(&self, job: &str) -> Vec<(serde_json::Value, i64)> {
        let mut tx = self.system().begin_read().await.unwrap();
        sqlx::query(
            "select payload, extract(epoch from run_at - created_at)::bigint as pause from outbox where tenant_id = $1 and job = $2 order by id",
        )
        .bind(self.tenant.id.0)
        .bind(job)
        .fetch_all(tx.conn())
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.get("payload"), row.get("pause")))
        .collect()
    }
}

pub fn code(error: &AppError) -> &str {
    &error.code
}

pub fn param<'e>(error: &'e AppError, name: &str) -> Option<&'e str> {
    error.params.iter().find(|(param, _)| *param == name).map(|(_, value)| value.as_str())
}
