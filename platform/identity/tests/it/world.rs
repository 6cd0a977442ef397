//! A world with a mailbox, a clock for sessions and codes, and somebody who keeps customers.

use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use chrono::TimeDelta;
use identity::{
    Config, CustomerRecords, Identity, PermissionCatalogue, PersonName, UserId, UserKind, accounts::NewCustomer, passwords::Hasher, sessions::Origin,
};
use kernel::{
    App, AppResult, Scope, Tenant, TenantTx,
    app::{Parts, Ports},
    clock::Clock,
    i18n::Texts,
    jobs::JobCx,
    module::Permission,
};
use ports::{
    PortError,
    message::{Channel, Message, Messenger, Receipt},
};
use uuid::Uuid;

pub const PASSWORD: &str = "mbuni-7-kiti";

/// Keeps what was sent.
#[derive(Default)]
pub struct Mailbox {
    pub sms: bool,
    sent: Mutex<Vec<Message>>,
    pub refuse: Mutex<Option<PortError>>,
}

#[async_trait]
impl Messenger for Mailbox {
    async fn offers(&self, _: &Scope, channel: Channel) -> bool {
        channel == Channel::Email || (channel == Channel::Sms && self.sms)
    }
    async fn send(&self, _: &Scope, message: Message) -> Result<Receipt, PortError> {
        if let Some(error) = self.refuse.lock().unwrap().clone() {
            return Err(error);
        }
        self.sent.lock().unwrap().push(message);
        Ok(Receipt { provider_ref: "1".into() })
    }
}

/// Makes customer ids and counts them.
#[derive(Default)]
pub struct Customers(Mutex<Vec<(Uuid, String)>>);

#[async_trait]
impl CustomerRecords for Customers {
    async fn create(&self, _: &App, _: &mut TenantTx, person: &NewCustomer) -> AppResult<Uuid> {
        let id = Uuid::now_v7();
        self.0.lock().unwrap().push((id, person.email.clone()));
        Ok(id)
    }
}

impl Customers {
    pub fn made_for(&self, email: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|(_, e)| e == email).count()
    }
}

pub struct World {
    pub inner: testkit::World,
    pub app: App,
    pub mail: Arc<Mailbox>,
    pub customers: Arc<Customers>,
    /// Time of sessions and codes.
    pub clock: Clock,
    done: Mutex<HashSet<Uuid>>,
}

impl World {
    pub fn new() -> Self {
        Self::with_sms(false)
    }

    pub fn with_sms(sms: bool) -> Self {
        let inner = testkit::World::with_packs(Ports::new(), &["kenya-brokerage"]);
        let (mail, customers) = (Arc::new(Mailbox { sms, ..Mailbox::default() }), Arc::new(Customers::default()));
        let clock = Clock::fixed(testkit::noon());
        let codes = identity::module().permissions.iter().copied();
        let others = ["crm.customer.read", "crm.customer.write", "ledger.payment.read"].map(|code| Permission { code, sensitive: false });
        let catalogue = PermissionCatalogue::new(codes.chain(others));
        let ours = Identity::with_clock(Config::test(), catalogue, clock.clone()).unwrap();
        let ports = Ports::new().with::<Identity>(Arc::new(ours)).with::<dyn Messenger>(mail.clone()).with::<dyn CustomerRecords>(customers.clone());
        let app = app_with(&inner.app, ports);
        Self { inner, app, mail, customers, clock, done: Mutex::default() }
    }

    pub async fn tenant(&self) -> Arc<Tenant> {
        self.inner.brokerage().await
    }
    pub fn system(&self, tenant: &Arc<Tenant>) -> Scope {
        self.inner.system(tenant)
    }
    pub fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// A user with the usual password and a verified address.
    pub async fn user(&self, tenant: &Arc<Tenant>, kind: UserKind, email: &str) -> UserId {
        let hash = Hasher::new().hash(PASSWORD).await.unwrap();
        self.user_with_hash(tenant, kind, email, &hash).await
    }

    pub async fn user_with_hash(&self, tenant: &Arc<Tenant>, kind: UserKind, email: &str, hash: &str) -> UserId {
        let name = PersonName::split("Asha Wanjiru");
        let mut tx = self.system(tenant).begin_write().await.unwrap();
        let id = match kind {
            UserKind::Staff => {
                let owner = identity::users::NewOwner { email: email.into(), name, phone: None, password_hash: hash.into() };
                identity::users::create_owner(&self.app, &mut tx, &owner).await.unwrap()
            }
            UserKind::Customer => {
                let id = identity::users::create_guest_customer(&self.app, &mut tx, Uuid::now_v7(), &name, email, None).await.unwrap();
                sqlx::query("insert into passwords (tenant_id, user_id, hash, set_at) values ($1, $2, $3, now())")
                    .bind(tenant.id.0)
                    .bind(id.0)
                    .bind(hash)
                    .execute(tx.conn())
                    .await
                    .unwrap();
                id
            }
        };
        tx.commit().await.unwrap();
        id
    }

    /// A customer without a password.
    pub async fn guest(&self, tenant: &Arc<Tenant>, email: &str) -> UserId {
        let mut tx = self.system(tenant).begin_write().await.unwrap();
        let name = PersonName::split("Asha Wanjiru");
        let id = identity::users::create_guest_customer(&self.app, &mut tx, Uuid::now_v7(), &name, email, None).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Runs every job of the tenant that has not run, and gives their results by name.
    pub async fn run_jobs(&self, tenant: &Arc<Tenant>) -> Vec<(String, Result<(), String>)> {
        let mut tx = self.system(tenant).begin_read().await.unwrap();
        let rows: Vec<(Uuid, String, serde_json::Value)> = sqlx::query_as("select id, job, payload from outbox where tenant_id = $1 order by id")
            .bind(tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .unwrap();
        drop(tx);
        let jobs = identity::module().jobs;
        let mut results = Vec::new();
        for (id, name, payload) in rows {
            if !self.done.lock().unwrap().insert(id) {
                continue;
            }
            let job = jobs.iter().find(|job| job.name == name).unwrap_or_else(|| panic!("no job {name}"));
            let cx = JobCx { app: self.app.clone(), scope: self.system(tenant), id, attempt: 1 };
            results.push((name, (job.run)(payload, cx).await.map_err(|error| format!("{error:?}"))));
        }
        results
    }

    /// Runs jobs, and gives everything that was sent to the address since the start.
    pub async fn inbox(&self, tenant: &Arc<Tenant>, to: &str) -> Vec<Message> {
        for (name, result) in self.run_jobs(tenant).await {
            assert_eq!(result, Ok(()), "{name}");
        }
        self.mail.sent.lock().unwrap().iter().filter(|message| message.to == to).cloned().collect()
    }

    /// The code in the newest message to the address.
    pub async fn code(&self, tenant: &Arc<Tenant>, to: &str) -> String {
        let inbox = self.inbox(tenant, to).await;
        let text = &inbox.last().expect("a message").text;
        text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).unwrap_or_else(|| panic!("a code in {text}")).to_owned()
    }

    /// The token of the link in the newest message to the address.
    pub async fn link(&self, tenant: &Arc<Tenant>, to: &str) -> String {
        let inbox = self.inbox(tenant, to).await;
        let text = &inbox.last().expect("a message").text;
        let url = text.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_else(|| panic!("a link in {text}"));
        url.rsplit('/').next().unwrap().to_owned()
    }

    /// Whether the cookie admits somebody now; asks another process, which has not just admitted the same.
    pub async fn admits(&self, tenant: &Arc<Tenant>, kind: UserKind, token: &str) -> bool {
        let ours = Identity::with_clock(Config::test(), PermissionCatalogue::default(), self.clock.clone()).unwrap();
        let app = app_with(&self.inner.app, Ports::new().with::<Identity>(Arc::new(ours)));
        identity::authenticator::by_cookie(&app, tenant, kind, token, Uuid::now_v7()).await.unwrap().is_some()
    }

    /// One number of the tenant's rows, as system.
    pub async fn count(&self, tenant: &Arc<Tenant>, sql: &'static str) -> i64 {
        let mut tx = self.system(tenant).begin_read().await.unwrap();
        sqlx::query_scalar(sql).bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap()
    }
}

pub fn origin() -> Origin {
    origin_at(10)
}

pub fn origin_at(last: u8) -> Origin {
    Origin::new(IpAddr::from([192, 0, 2, last]), "Mozilla/5.0 (test)")
}

pub fn code_of<T: std::fmt::Debug>(result: AppResult<T>) -> String {
    result.expect_err("an error").code.into_owned()
}

/// The same app with these ports and our texts.
fn app_with(app: &App, ports: Ports) -> App {
    let source = std::fs::read_to_string(testkit::root().join("web/locales/en/identity.ftl")).unwrap();
    App::new(Parts {
        db: app.db.clone(),
        sealer: app.sealer.clone(),
        signer: app.signer.clone(),
        texts: Texts::from_sources([("en".to_owned(), source)]).unwrap(),
        packs: app.packs.clone(),
        hosts: app.hosts.clone(),
        clock: app.clock.clone(),
        access: app.access.clone(),
        directory: app.directory.clone(),
        ports,
    })
}
