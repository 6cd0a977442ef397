//! A world with the real directory, the platform's mailbox, and a set-up that can fail.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use kernel::{
    App, AppError, AppResult, Scope, Tenant, TenantTx,
    app::{Parts, Ports},
    audit::Change,
    i18n::Texts,
    packs::PackLoader,
    scope::Audience,
    tenant::TenantId,
};
use ports::{
    PortError,
    message::{Message, PlatformMailer, Receipt},
    object::ObjectStore,
};
use tenancy::{Owner, TenantDirectory, TenantSetup, sign_up::SignUpForm};
use testkit::MemoryObjects;
use uuid::Uuid;

#[derive(Default)]
pub struct Mailbox {
    sent: Mutex<Vec<Message>>,
    pub refuse: Mutex<Option<PortError>>,
}

#[async_trait]
impl PlatformMailer for Mailbox {
    async fn send(&self, message: Message) -> Result<Receipt, PortError> {
        if let Some(error) = self.refuse.lock().unwrap().clone() {
            return Err(error);
        }
        self.sent.lock().unwrap().push(message);
        Ok(Receipt { provider_ref: "1".into() })
    }
}

/// Stands in for the application: leaves one trace per owner and applies the pack. Fails as often as told, after its first step.
#[derive(Default)]
pub struct Setup {
    pub failures: AtomicU32,
}

#[async_trait]
impl TenantSetup for Setup {
    async fn set_up(&self, app: &App, tx: &mut TenantTx, owner: &Owner) -> AppResult<()> {
        let pack = app.packs.get(&tx.scope().tenant.pack).unwrap();
        if !tenancy::packs::apply(app, tx, &[numbers_loader(), names_loader()], pack).await? {
            return Ok(());
        }
        let tenant = tx.tenant_id();
        tx.audit(Change::of("test.owner.create", "owner", tenant).set("email", owner.email.as_str()).set("hash", owner.password_hash.as_str()))
            .await?;
        if self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err(AppError::unavailable("unavailable"));
        }
        Ok(())
    }
}

fn names_loader() -> PackLoader {
    PackLoader { name: "test.names", order: 10, load: |_, tx, _| Box::pin(trace(tx, "first")) }
}
fn numbers_loader() -> PackLoader {
    PackLoader { name: "test.numbers", order: 20, load: |_, tx, _| Box::pin(trace(tx, "second")) }
}

async fn trace(tx: &mut TenantTx, what: &'static str) -> AppResult<()> {
    let tenant = tx.tenant_id();
    tx.audit(Change::of("test.loader.run", "tenant", tenant).because(what)).await
}

pub struct World {
    pub app: App,
    pub mail: Arc<Mailbox>,
    pub setup: Arc<Setup>,
    pub objects: Arc<MemoryObjects>,
}

impl World {
    pub fn new() -> Self {
        let inner = testkit::World::with_packs(Ports::new(), &["kenya-brokerage"]).app;
        let (mail, setup, objects) = (Arc::new(Mailbox::default()), Arc::new(Setup::default()), Arc::new(MemoryObjects::default()));
        let source = std::fs::read_to_string(testkit::root().join("web/locales/en/tenancy.ftl")).unwrap();
        let app = App::new(Parts {
            db: inner.db.clone(),
            sealer: inner.sealer.clone(),
            signer: inner.signer.clone(),
            texts: Texts::from_sources([("en".to_owned(), source)]).unwrap(),
            packs: inner.packs.clone(),
            hosts: inner.hosts.clone(),
            clock: inner.clock.clone(),
            access: inner.access.clone(),
            directory: Arc::new(TenantDirectory::new(inner.db.clone())),
            ports: Ports::new()
                .with::<dyn PlatformMailer>(mail.clone())
                .with::<dyn TenantSetup>(setup.clone())
                .with::<dyn ObjectStore>(objects.clone()),
        });
        Self { app, mail, setup, objects }
    }

    /// The code in the newest mail to the address.
    pub fn code(&self, to: &str) -> String {
        let sent = self.mail.sent.lock().unwrap();
        let mail = sent.iter().rev().find(|mail| mail.to == to).expect("a mail");
        mail.text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).unwrap_or_else(|| panic!("a code in {}", mail.text)).to_owned()
    }
    pub fn mails_to(&self, to: &str) -> usize {
        self.mail.sent.lock().unwrap().iter().filter(|mail| mail.to == to).count()
    }

    /// A tenant that signed up.
    pub async fn tenant(&self) -> Arc<Tenant> {
        let form = form();
        let id = tenancy::sign_up::start(&self.app, &form).await.unwrap();
        tenancy::sign_up::confirm(&self.app, id, &self.code(&form.email)).await.unwrap()
    }
    pub fn system(&self, tenant: &Arc<Tenant>) -> Scope {
        self.app.system_scope(tenant.clone(), "test", Uuid::now_v7())
    }
    pub fn staff(&self, tenant: &Arc<Tenant>) -> Scope {
        let audience = Audience::Staff { user: Uuid::now_v7() };
        Scope::person(self.app.db.clone(), tenant.clone(), audience, Uuid::now_v7(), self.app.clock.clone())
    }
    pub async fn count(&self, tenant: TenantId, sql: &'static str) -> i64 {
        let tenant = self.app.directory.by_id(tenant).await.unwrap().unwrap();
        let mut tx = self.system(&tenant).begin_read().await.unwrap();
        sqlx::query_scalar(sql).bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap()
    }
}

/// A form with names that no other test uses.
pub fn form() -> SignUpForm {
    let unique = &Uuid::now_v7().simple().to_string()[16..];
    SignUpForm {
        kind: "brokerage".into(),
        country: "KE".into(),
        company_name: format!("Mfano {unique} Brokers Ltd"),
        slug: None,
        owner_name: "Asha Wanjiru".into(),
        email: format!("asha-{unique}@example.com"),
        phone: "0700 000 101".into(),
        password_hash: "$argon2id$opaque".into(),
    }
}

pub fn code_of<T: std::fmt::Debug>(result: AppResult<T>) -> String {
    result.expect_err("an error").code.into_owned()
}
