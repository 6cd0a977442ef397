//! A shop with a till, a printing room and a post office: everything between a quote and the mail, in memory where it leaves the
//! process. [`Sale::work`] does what dispatcher, pump and workers do, in this process and without waiting.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use crm::customers::{Customer, CustomerInput};
use insurance::{
    cart,
    collection::{Collection, CollectionMode},
    law::Law,
    orders::{self, Order, PAYABLE, PlaceOrder},
    plans::Plan,
    quotes::{NewQuote, Quote},
};
use kernel::{
    AppResult, Scope,
    app::Ports,
    jobs::{JobCx, JobDef, JobError},
    module::Module,
};
use ledger::payments::{self, PayerInput, Payment, Start};
use ports::{
    PortError,
    message::Messenger,
    object::ObjectStore,
    payment::{Collect, Outcome, PaymentGateway, PaymentMethod, PaymentRef, ProviderState, StatementLine},
};
use testkit::{MemoryObjects, SentMessages, World};
use uuid::Uuid;

use crate::shop::{Shop, but, car, stock};

pub struct Sale {
    pub shop: Shop,
    pub objects: Arc<MemoryObjects>,
    pub messages: Arc<SentMessages>,
    pub till: Arc<Till>,
    pub customer: Customer,
    modules: Vec<Module>,
    done: Mutex<HashSet<Uuid>>,
}

impl Sale {
    /// A brokerage that collects and remits.
    pub async fn open() -> Self {
        Self::collecting(CollectionMode::CollectAndRemit { days: 30 }).await
    }

    pub async fn collecting(mode: CollectionMode) -> Self {
        let (objects, messages, till) = (Arc::new(MemoryObjects::default()), Arc::new(SentMessages::default()), Arc::new(Till::default()));
        let ports =
            Ports::new().with::<dyn ObjectStore>(objects.clone()).with::<dyn Messenger>(messages.clone()).with::<dyn PaymentGateway>(till.clone());
        let world = World::new(ports);
        let tenant = world.brokerage().await;
        stock(&world, &tenant).await;
        let mut tx = world.system(&tenant).begin_write().await.unwrap();
        for loader in documents::module().pack_loaders {
            (loader.load)(&world.app, &mut tx, world.app.packs.get("kenya-brokerage").unwrap()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = world.staff(&tenant).begin_write().await.unwrap();
        let instructions = [("apa".to_owned(), "Pay the insurer at its own paybill.".to_owned())];
        tx.set_setting(&Collection { mode: Some(mode), pay_instructions: instructions.into() }, 0).await.unwrap();
        let customer = crm::customers::service::create(&mut tx, &world.app.sealer, amani()).await.unwrap();
        tx.commit().await.unwrap();
        let law = Law::of(&world.app, &tenant).unwrap();
        let modules = vec![ledger::module(), insurance::module()];
        Self { shop: Shop { world, tenant, law }, objects, messages, till, customer, modules, done: Mutex::default() }
    }

    pub fn own(&self) -> Scope {
        self.shop.world.customer(&self.shop.tenant, self.customer.id.0)
    }
    pub fn staff(&self) -> Scope {
        self.shop.world.staff(&self.shop.tenant)
    }
    pub fn system(&self) -> Scope {
        self.shop.world.system(&self.shop.tenant)
    }
    pub fn advance_days(&self, days: i64) {
        self.shop.world.app.clock.advance(chrono::Duration::days(days));
    }

    /// Quotes a car and puts the cheapest offer into the cart.
    pub async fn add_car(&self, scope: &Scope, plate: &str) -> Quote {
        self.add(scope, but(car(), "plate", plate)).await
    }

    pub async fn add(&self, scope: &Scope, new: NewQuote) -> Quote {
        let quote = self.shop.quote(scope, new).await;
        let mut tx = scope.begin_write().await.unwrap();
        cart::service::add(&mut tx, quote.offers[0].id).await.unwrap();
        tx.commit().await.unwrap();
        quote
    }

    pub async fn try_order(&self) -> AppResult<Order> {
        self.try_order_by(Plan::Full).await
    }

    pub async fn try_order_by(&self, plan: Plan) -> AppResult<Order> {
        let scope = self.own();
        let mut tx = scope.begin_write().await?;
        let order = orders::service::place_order(&mut tx, PlaceOrder { items: None, starts_on: scope.today(), plan, expected: None }).await?;
        tx.commit().await?;
        Ok(order)
    }

    /// An order for these cars, cover from today.
    pub async fn order(&self, plates: &[&str]) -> Order {
        for plate in plates {
            self.add_car(&self.own(), plate).await;
        }
        self.try_order().await.unwrap()
    }

    /// Lets every insurer be paid in so many parts.
    pub async fn allow_instalments(&self, most: i16) {
        let mut tx = self.staff().begin_write().await.unwrap();
        sqlx::query("update insurers set most_instalments = $2 where tenant_id = $1")
            .bind(self.shop.tenant.id.0)
            .bind(most)
            .execute(tx.conn())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Starts a payment for an order; the till answers when the work is done.
    pub async fn pay(&self, order: &Order) -> Payment {
        let method = payments::service::choose(&self.shop.world.app, &self.own(), "mobile").await.unwrap();
        let mut tx = self.own().begin_write().await.unwrap();
        let start = Start {
            method,
            payable_kind: PAYABLE.into(),
            payable_id: order.id.0,
            amount: None,
            payer: PayerInput { phone: Some("0700000101".into()), ..PayerInput::default() },
            description: order.number.clone(),
            return_url: None,
        };
        let payment = payments::service::start(&mut tx, start).await.unwrap();
        tx.commit().await.unwrap();
        payment
    }

    pub async fn order_now(&self, order: &Order) -> Order {
        let mut tx = self.own().begin_read().await.unwrap();
        orders::service::get(&mut tx, order.id).await.unwrap()
    }

    pub fn cx(&self) -> JobCx {
        JobCx { app: self.shop.world.app.clone(), scope: self.system(), id: Uuid::now_v7(), attempt: 1 }
    }

    /// Hands every event to its subscribers and runs every job, until nothing is left that can be done now.
    pub async fn work(&self) {
        for _ in 0..20 {
            let todo = self.todo().await;
            if todo.is_empty() {
                return;
            }
            for (id, def, payload) in todo {
                match (def.run)(payload, self.cx()).await {
                    Ok(()) => {
                        self.done.lock().unwrap().insert(id);
                    }
                    Err(JobError::Retry(_) | JobError::Later(..) | JobError::Snooze(_)) => {}
                    Err(JobError::Fail(error)) => panic!("{}: {}", def.name, kernel::http::error::chain(&error)),
                }
            }
        }
    }

    /// Everything once more, as after a crash that lost the note of what was done.
    pub async fn work_again(&self) {
        self.done.lock().unwrap().clear();
        self.work().await;
    }

    /// Runs everything, but each job dies at its n-th wait, for n = 1, 2, 3, …, until it lives to its end.
    pub async fn work_dying(&self) {
        for _ in 0..20 {
            let todo = self.todo().await;
            if todo.is_empty() {
                return;
            }
            for (id, def, payload) in todo {
                let mut waits = 1;
                while !dies((def.run)(payload.clone(), self.cx()), waits).await {
                    waits += 1;
                    assert!(waits < 3_000, "{} never ends", def.name);
                    self.forget_claims().await;
                }
                self.done.lock().unwrap().insert(id);
            }
        }
    }

    /// A claim of a worker that died counts for some minutes of real time; here they are over at once.
    async fn forget_claims(&self) {
        let mut tx = self.system().begin_write().await.unwrap();
        sqlx::query("update order_mails set claimed_at = claimed_at - interval '1 day' where tenant_id = $1 and state = 'sending'")
            .bind(self.shop.tenant.id.0)
            .execute(tx.conn())
            .await
            .unwrap();
        sqlx::query("update payments set in_flight_since = null where tenant_id = $1 and state in ('created', 'submitted')")
            .bind(self.shop.tenant.id.0)
            .execute(tx.conn())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn todo(&self) -> Vec<(Uuid, JobDef, serde_json::Value)> {
        let mut tx = self.system().begin_read().await.unwrap();
        let tenant = self.shop.tenant.id.0;
        let events: Vec<(Uuid, String)> =
            sqlx::query_as("select id, type from events where tenant_id = $1 order by sequence").bind(tenant).fetch_all(tx.conn()).await.unwrap();
        let jobs: Vec<(Uuid, String, serde_json::Value)> =
            sqlx::query_as("select id, job, payload from outbox where tenant_id = $1 order by created_at, id")
                .bind(tenant)
                .fetch_all(tx.conn())
                .await
                .unwrap();
        let mut todo = Vec::new();
        for (event, kind) in events {
            for subscription in self.modules.iter().flat_map(|module| &module.subscriptions).filter(|s| s.events.contains(&kind.as_str())) {
                let id = Uuid::from_u128(event.as_u128() ^ u128::from(subscription.job.name.len() as u64));
                todo.push((id, subscription.job.clone(), serde_json::json!({ "event_id": event })));
            }
        }
        for (id, name, payload) in jobs {
            if let Some(def) = self.modules.iter().flat_map(|module| &module.jobs).find(|def| def.name == name) {
                todo.push((id, def.clone(), payload));
            }
        }
        let done = self.done.lock().unwrap();
        todo.retain(|(id, _, _)| !done.contains(id));
        todo
    }

    /// One number of the database, as the system sees the tenant. `$1` is the tenant.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let mut tx = self.system().begin_read().await.unwrap();
        sqlx::query_scalar(sql).bind(self.shop.tenant.id.0).fetch_one(tx.conn()).await.unwrap()
    }

    /// All balances by kind of account, debits positive; nothing that is zero.
    pub async fn books(&self) -> Vec<(String, i64)> {
        let mut tx = self.system().begin_read().await.unwrap();
        sqlx::query_as(
            "select a.kind, sum(l.amount_minor)::bigint from journal_lines l join accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id
             where l.tenant_id = $1 group by a.kind having sum(l.amount_minor) <> 0 order by a.kind",
        )
        .bind(self.shop.tenant.id.0)
        .fetch_all(tx.conn())
        .await
        .unwrap()
    }
}

/// Polls a job until it has waited so often, then drops it. True if it came to its end before.
async fn dies(job: impl Future<Output = Result<(), JobError>>, waits: u32) -> bool {
    let mut job = Box::pin(job);
    let mut left = waits;
    let lived = std::future::poll_fn(|cx| match job.as_mut().poll(cx) {
        std::task::Poll::Ready(result) => std::task::Poll::Ready(Some(result)),
        std::task::Poll::Pending if left == 0 => std::task::Poll::Ready(None),
        std::task::Poll::Pending => {
            left -= 1;
            std::task::Poll::Pending
        }
    })
    .await;
    match lived {
        Some(Ok(())) => true,
        Some(Err(JobError::Fail(error))) => panic!("{}", kernel::http::error::chain(&error)),
        Some(Err(JobError::Retry(_) | JobError::Later(..) | JobError::Snooze(_))) | None => false,
    }
}

/// Somebody with an address.
pub fn amani() -> CustomerInput {
    CustomerInput {
        first_name: "Amani".into(),
        last_name: "Mfano".into(),
        email: "amani@example.com".into(),
        phone: "0700 000 101".into(),
        kra_pin: "A012345678Z".into(),
        ..CustomerInput::default()
    }
}

/// Takes whatever is asked for at once, unless told to wait for the payer.
#[derive(Default)]
pub struct Till {
    waiting: AtomicBool,
    taken: Mutex<BTreeSet<String>>,
}

impl Till {
    /// Payers take their time from now on.
    pub fn wait(&self) {
        self.waiting.store(true, Ordering::SeqCst);
    }
    fn outcome(&self, key: &str, amount: Option<kernel::money::Money>) -> Outcome {
        let pending = self.waiting.load(Ordering::SeqCst);
        self.taken.lock().unwrap().insert(key.to_owned());
        Outcome {
            state: if pending { ProviderState::Pending } else { ProviderState::Received },
            provider_ref: Some(format!("ref-{key}")),
            code: None,
            message: None,
            reason: None,
            action: None,
            amount: amount.filter(|_| !pending),
            fee: None,
            receipt: (!pending).then(|| format!("R{}", &key[24..])),
            occurred_at: None,
        }
    }
}

#[async_trait]
impl PaymentGateway for Till {
    async fn methods(&self, _: &Scope) -> AppResult<Vec<PaymentMethod>> {
        Ok(vec![PaymentMethod {
            method: "mobile".into(),
            installation: Uuid::from_u128(1),
            title: "Mobile money".into(),
            currencies: vec!["KES".into()],
            smallest_unit: 100,
            min: 100,
            max: 100_000_000,
            payer_needs: vec!["phone".into()],
        }])
    }
    async fn collect(&self, _: &Scope, request: Collect) -> Result<Outcome, PortError> {
        Ok(self.outcome(&request.idempotency_key, Some(request.amount)))
    }
    async fn query(&self, _: &Scope, payment: PaymentRef) -> Result<Outcome, PortError> {
        Ok(self.outcome(&payment.idempotency_key, None))
    }
    async fn read_statement(&self, _: &Scope, _: Uuid, _: Bytes) -> Result<Vec<StatementLine>, PortError> {
        Ok(Vec::new())
    }
}
