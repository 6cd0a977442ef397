//! A brokerage with a customer and a member of staff, and a post office that writes down what is sent.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crm::customers::{Customer, CustomerInput};
use kernel::{
    App, AppResult, Scope, Tenant,
    app::Ports,
    clock::Clock,
    events::{Event, EventData},
    i18n::Texts,
    jobs::{Job, JobCx, Subscriber},
};
use outreach::{
    notices::{Bells, Notice, NoticeFilter, Reader, SendNoticeMail, TellPeople, service},
    webhooks::Lanes,
};
use ports::{
    PortError,
    message::Messenger,
    provider::Errand,
    subscriber::{Link, News, Reaction, Subscribers},
    webhook::Courier,
};
use testkit::{Receiver, SentMessages, World};
use uuid::Uuid;

/// A brokerage in which people are told.
pub struct House {
    pub world: World,
    pub app: App,
    pub tenant: Arc<Tenant>,
    pub messages: Arc<SentMessages>,
    pub receiver: Arc<Receiver>,
    pub plugins: Arc<Plugins>,
    pub customer: Customer,
    /// Holds every permission.
    pub staff: Uuid,
}

/// Events plugins that write down what they are told, and answer what they were told to.
#[derive(Default)]
pub struct Plugins {
    hearing: Mutex<Vec<(Uuid, String)>>,
    told: Mutex<Vec<(Errand, News)>>,
    refusals: Mutex<Vec<PortError>>,
}

impl Plugins {
    pub fn hear(&self, installation: Uuid, kind: &str) {
        self.hearing.lock().unwrap().push((installation, kind.to_owned()));
    }
    /// The next one that is told answers so.
    pub fn refuse(&self, error: PortError) {
        self.refusals.lock().unwrap().push(error);
    }
    pub fn told(&self) -> Vec<(Errand, News)> {
        self.told.lock().unwrap().clone()
    }
}

#[async_trait]
impl Subscribers for Plugins {
    async fn listening(&self, _: &Scope, kind: &str) -> AppResult<Vec<Uuid>> {
        Ok(self.hearing.lock().unwrap().iter().filter(|(_, wanted)| wanted == kind).map(|(id, _)| *id).collect())
    }
    async fn tell(&self, _: &Scope, errand: Errand, news: News) -> Result<Reaction, PortError> {
        let kept = format!("kept:{}", news.sequence);
        self.told.lock().unwrap().push((errand, news));
        match self.refusals.lock().unwrap().pop() {
            Some(error) => Err(error),
            None => {
                let link = Link { rel: "view".into(), url: "https://chat.example.com/thread".into(), label: "Chat".into() };
                Ok(Reaction { provider_ref: Some(kept), links: vec![link], ..Reaction::default() })
            }
        }
    }
}

/// Texts as they are shipped.
fn texts() -> Texts {
    let sources = ["en", "sw"].into_iter().flat_map(|language| {
        let files = std::fs::read_dir(testkit::root().join("web/locales").join(language)).expect("texts");
        files.map(move |file| (language.to_owned(), std::fs::read_to_string(file.expect("file").path()).expect("text")))
    });
    Texts::from_sources(sources).unwrap_or_else(|error| panic!("{error}"))
}

impl House {
    pub async fn open() -> Self {
        let messages = Arc::new(SentMessages::default());
        let receiver = Arc::new(Receiver::default());
        let plugins = Arc::new(Plugins::default());
        let ports = Ports::new()
            .with::<dyn Messenger>(messages.clone())
            .with::<Bells>(Arc::default())
            .with::<Lanes>(Arc::default())
            .with::<dyn Courier>(receiver.clone())
            .with::<dyn Subscribers>(plugins.clone());
        let mut world = World::new(ports);
        world.app.texts = texts();
        let tenant = world.brokerage().await;
        let mut tx = world.staff(&tenant).begin_write().await.unwrap();
        let input = CustomerInput {
            first_name: "Amani".into(),
            last_name: "Mfano".into(),
            email: "amani@example.com".into(),
            phone: "0700 000 101".into(),
            ..CustomerInput::default()
        };
        let customer = crm::customers::service::create(&mut tx, &world.app.sealer, input).await.unwrap();
        tx.commit().await.unwrap();
        let staff = employ(&world, &tenant, "juma@example.com", "*").await;
        Self { app: world.app.clone(), world, tenant, messages, receiver, plugins, customer, staff }
    }

    pub fn system(&self) -> Scope {
        self.world.system(&self.tenant)
    }
    pub fn at(&self, now: DateTime<Utc>) -> Scope {
        let mut scope = self.system();
        scope.clock = Clock::fixed(now);
        scope
    }
    pub fn customer_reader(&self) -> Reader {
        Reader::Customer(self.customer.id.0)
    }
    pub fn staff_reader(&self) -> Reader {
        Reader::Staff(self.staff)
    }
    /// The scope of a person of the house.
    pub fn scope_of(&self, reader: Reader) -> Scope {
        match reader {
            Reader::Customer(customer) => self.world.customer(&self.tenant, customer),
            Reader::Staff(user) => self.world.scope(&self.tenant, kernel::Audience::Staff { user }),
        }
    }

    /// Writes the event and has it heard, twice.
    pub async fn hear<E: EventData>(&self, event: &E) {
        let event = self.happen(event).await;
        for _ in 0..2 {
            TellPeople::handle(event.clone(), self.cx(self.system())).await.unwrap();
        }
    }

    /// Writes the event, and gives it as subscribers get it.
    pub async fn happen<E: EventData>(&self, event: &E) -> Event {
        let mut tx = self.system().begin_write().await.unwrap();
        tx.emit(event).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = self.system().begin_read().await.unwrap();
        let id: Uuid = sqlx::query_scalar("select id from events where tenant_id = $1 and type = $2 order by sequence desc limit 1")
            .bind(self.tenant.id.0)
            .bind(E::TYPE)
            .fetch_one(tx.conn())
            .await
            .unwrap();
        kernel::events::find(&mut tx, id).await.unwrap().unwrap()
    }

    pub fn cx(&self, scope: Scope) -> JobCx {
        JobCx { app: self.app.clone(), scope, id: Uuid::now_v7(), attempt: 1 }
    }

    pub async fn run<J: Job>(&self, job: J, now: DateTime<Utc>) {
        job.run(self.cx(self.at(now))).await.unwrap();
    }

    /// Does what the outbox wants mailed, twice each.
    pub async fn post(&self) {
        let mut tx = self.system().begin_read().await.unwrap();
        let payloads: Vec<serde_json::Value> = sqlx::query_scalar("select payload from outbox where tenant_id = $1 and job = $2 order by id")
            .bind(self.tenant.id.0)
            .bind(SendNoticeMail::NAME)
            .fetch_all(tx.conn())
            .await
            .unwrap();
        drop(tx);
        for payload in payloads {
            for _ in 0..2 {
                let job: SendNoticeMail = serde_json::from_value(payload.clone()).unwrap();
                job.run(self.cx(self.system())).await.unwrap();
            }
        }
    }

    /// What the reader finds, newest first.
    pub async fn told(&self, reader: Reader) -> Vec<Notice> {
        let mut tx = self.scope_of(reader).begin_read().await.unwrap();
        service::list(&mut tx, reader, NoticeFilter::default(), &Default::default()).await.unwrap().results
    }
}

/// A member of staff whose role holds the permission or pattern.
pub async fn employ(world: &World, tenant: &Arc<Tenant>, email: &str, permission: &str) -> Uuid {
    let (user, role) = (Uuid::now_v7(), Uuid::now_v7());
    let mut tx = world.system(tenant).begin_write().await.unwrap();
    sqlx::query("insert into users (tenant_id, id, kind, email, email_norm, first_name) values ($1, $2, 'staff', $3, $3, 'Juma')")
        .bind(tenant.id.0)
        .bind(user)
        .bind(email)
        .execute(tx.conn())
        .await
        .unwrap();
    sqlx::query("insert into roles (tenant_id, id, key, name) values ($1, $2, 'r' || substr($2::text, 25, 8), 'Role')")
        .bind(tenant.id.0)
        .bind(role)
        .execute(tx.conn())
        .await
        .unwrap();
    sqlx::query("insert into role_permissions (tenant_id, role_id, permission) values ($1, $2, $3)")
        .bind(tenant.id.0)
        .bind(role)
        .bind(permission)
        .execute(tx.conn())
        .await
        .unwrap();
    sqlx::query("insert into user_roles (tenant_id, user_id, role_id, granted_by) values ($1, $2, $3, 'user:1')")
        .bind(tenant.id.0)
        .bind(user)
        .bind(role)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    user
}
