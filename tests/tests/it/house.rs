//! The whole platform in this process on the test database: every module, the router that serves, and in place of the world outside
//! a till, a printing room's cupboard and a post office in memory. Tenants of a test are its own.

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode, header, request},
    response::Response,
};
use identity::{CustomerRecords, Identity, PersonName, UserId, sessions::Origin};
use integrations::Integrations;
use kernel::{
    App, AppResult, Scope, Tenant,
    app::{Parts, Ports},
    jobs::{JobCx, JobDef, JobError},
    module::Module,
    routes::{Route, Routes},
    scope::Audience,
};
use ports::{
    PortError,
    message::Messenger,
    object::ObjectStore,
    payment::{Collect, Outcome, PaymentGateway, PaymentMethod, PaymentRef, ProviderState, StatementLine},
};
use serde_json::Value;
use tenancy::TenantSetup;
use testkit::{MemoryObjects, SentMessages};
use uuid::Uuid;
use wakala::{assemble::assemble, config::Config, http::Web};

/// A tenant's two hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    Portal,
    Office,
}

pub struct House {
    pub app: App,
    pub table: Vec<Route>,
    pub permissions: BTreeSet<&'static str>,
    web: Web,
    modules: Vec<Module>,
    done: Mutex<BTreeSet<Uuid>>,
}

/// A configuration whose every secret is known and whose outside does not answer.
fn configuration() -> Config {
    let place = std::env::var("WAKALA_TEST_DATABASE").expect("WAKALA_TEST_DATABASE is not set: run the tests through ops/test");
    let key = |byte: &str| byte.repeat(32);
    let text = format!(
        r#"
        [hosts]
        scheme = "http"
        platform = "localhost"
        portal = "{{slug}}.localhost"
        office = "{{slug}}.office.localhost"
        callback = "{{slug}}.wakala.test"
        [database]
        tenant_url = "postgres://wakala_tenant@{place}"
        platform_url = "postgres://wakala_platform@{place}"
        max_connections = 4
        [keys]
        master = "{}"
        signer = "{}"
        plugin_cache = "{}"
        [identity]
        key_seed = "{}"
        [plugins]
        cache = "{}"
        [limits]
        visitor_per_hour = 1000000
        address_per_hour = 1000000
        api_visitor_per_hour = 1000000
        api_user_per_hour = 1000000
        "#,
        key("11"),
        key("22"),
        key("33"),
        key("44"),
        std::env::temp_dir().join("wakala-test-plugins").display(),
    );
    Config::with(&text).expect("a configuration")
}

impl House {
    pub async fn open() -> Self {
        let config = configuration();
        let assembled = assemble(&config).await.expect("the platform assembles on the test database");
        let app = with_outside_in_memory(&assembled.app);
        let modules = wakala::modules::all();
        let permissions = modules.iter().flat_map(|module| module.permissions.iter().map(|permission| permission.code)).collect();
        let mut routes = Routes::new();
        for module in wakala::modules::all() {
            routes.extend(module.routes);
        }
        let table = routes.table().to_vec();
        let web = Web::new(app.clone(), routes, &config);
        Self { app, table, permissions, web, modules, done: Mutex::default() }
    }

    /// A live brokerage with everything that sign-up gives it, and its owner.
    pub async fn brokerage(&self) -> Arc<Tenant> {
        let tenant = testkit::new_tenant(&self.app.db).await;
        let mut tx = self.system(&tenant).begin_write().await.expect("a transaction");
        self.app.sealer.create_data_key(&mut tx).await.expect("a data key");
        let password_hash = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ".to_owned();
        let owner = tenancy::Owner { name: "Amina Mfano".into(), email: "owner@example.com".into(), phone: "+254700000100".into(), password_hash };
        self.app.port::<dyn TenantSetup>().expect("set up").set_up(&self.app, &mut tx, &owner).await.expect("the pack applies");
        tx.commit().await.expect("commit");
        tenant
    }

    pub fn scope(&self, tenant: &Arc<Tenant>, audience: Audience) -> Scope {
        Scope::person(self.app.db.clone(), tenant.clone(), audience, Uuid::now_v7(), self.app.clock.clone())
    }
    pub fn system(&self, tenant: &Arc<Tenant>) -> Scope {
        self.scope(tenant, Audience::System)
    }

    /// A token of a member of staff who holds exactly these permissions.
    pub async fn staff(&self, tenant: &Arc<Tenant>, permissions: &BTreeSet<&str>) -> String {
        let (user, role) = (Uuid::now_v7(), Uuid::now_v7());
        let held: Vec<String> = permissions.iter().map(|code| (*code).to_owned()).collect();
        let mut tx = self.system(tenant).begin_write().await.expect("a transaction");
        let email = format!("{user}@example.com");
        for (sql, id) in [
            (
                "insert into users (tenant_id, id, kind, email, email_norm, first_name, email_verified_at) values ($1, $2, 'staff', $3, $3, 'Asha', now())",
                user,
            ),
            ("insert into roles (tenant_id, id, key, name) values ($1, $2, 'r' || substr(md5($3), 1, 20), 'Test')", role),
        ] {
            sqlx::query(sql).bind(tenant.id.0).bind(id).bind(&email).execute(tx.conn()).await.expect("a row");
        }
        sqlx::query("insert into role_permissions (tenant_id, role_id, permission) select $1, $2, * from unnest($3::text[])")
            .bind(tenant.id.0)
            .bind(role)
            .bind(held)
            .execute(tx.conn())
            .await
            .expect("permissions");
        sqlx::query("insert into user_roles (tenant_id, user_id, role_id, granted_by) values ($1, $2, $3, 'test')")
            .bind(tenant.id.0)
            .bind(user)
            .bind(role)
            .execute(tx.conn())
            .await
            .expect("a role");
        let pair = identity::tokens::issue(&self.app, &mut tx, UserId(user), &origin()).await.expect("a token");
        tx.commit().await.expect("commit");
        pair.access_token
    }

    /// A customer with a token: user, customer, token.
    pub async fn customer(&self, tenant: &Arc<Tenant>) -> (Uuid, Uuid, String) {
        self.customer_at(tenant, "amani@example.com").await
    }

    /// A customer with this address, where a tenant has several.
    pub async fn customer_at(&self, tenant: &Arc<Tenant>, email: &str) -> (Uuid, Uuid, String) {
        let mut tx = self.system(tenant).begin_write().await.expect("a transaction");
        let person = crm::customers::CustomerInput {
            first_name: "Amani".into(),
            last_name: "Mfano".into(),
            email: email.into(),
            phone: "0700 000 101".into(),
            kra_pin: "A012345678Z".into(),
            ..Default::default()
        };
        let customer = crm::customers::service::create(&mut tx, &self.app.sealer, person).await.expect("a customer");
        let name = PersonName::split("Amani Mfano");
        let user = identity::users::create_guest_customer(&self.app, &mut tx, customer.id.0, &name, email, None).await.expect("a user");
        let pair = identity::tokens::issue(&self.app, &mut tx, user, &origin()).await.expect("a token");
        tx.commit().await.expect("commit");
        (user.0, customer.id.0, pair.access_token)
    }

    /// A cookie with which a browser is this user's.
    pub async fn session(&self, tenant: &Arc<Tenant>, user: Uuid) -> String {
        let session = identity::accounts::open_browser(&self.app, &self.system(tenant), UserId(user), &origin()).await.expect("a session");
        format!("{}={}", identity::SESSION_COOKIE, session.token)
    }

    /// The beginning of a request to one of a tenant's hosts.
    pub fn request(&self, tenant: &Tenant, host: Host, method: &str, path: &str) -> request::Builder {
        let name = match host {
            Host::Portal => format!("{}.localhost", tenant.slug),
            Host::Office => format!("{}.office.localhost", tenant.slug),
        };
        Request::builder().method(method).uri(path).header(header::HOST, name)
    }

    /// One request, as a server would be given it.
    pub async fn send(&self, request: Request) -> (StatusCode, HeaderMap, String) {
        let (head, body) = self.answer(request).await.into_parts();
        let bytes = axum::body::to_bytes(body, 16 * 1024 * 1024).await.expect("a body");
        (head.status, head.headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The same with the body still to come.
    pub async fn answer(&self, request: Request) -> Response {
        self.web.answer(SocketAddr::from(([127, 0, 0, 1], 1)), request).await
    }

    /// One call of the API under a key of its own.
    pub async fn ask(&self, tenant: &Tenant, host: Host, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> (StatusCode, Value) {
        let mut request = self.request(tenant, host, method, path).header("idempotency-key", Uuid::now_v7().to_string());
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let (status, _, text) = self.send(request.body(body).expect("a request")).await;
        (status, serde_json::from_str(&text).unwrap_or_else(|_| text.into()))
    }

    /// Does what dispatcher, pump and workers do, in this process, until nothing is left that can be done now.
    pub async fn work(&self, tenant: &Arc<Tenant>) {
        for _ in 0..20 {
            let todo = self.todo(tenant).await;
            if todo.is_empty() {
                return;
            }
            for (id, def, payload) in todo {
                let cx = JobCx { app: self.app.clone(), scope: self.system(tenant), id, attempt: 1 };
                match (def.run)(payload, cx).await {
                    Ok(()) => {
                        self.done.lock().expect("not poisoned").insert(id);
                    }
                    Err(JobError::Retry(_) | JobError::Later(..) | JobError::Snooze(_)) => {}
                    Err(JobError::Fail(error)) => panic!("{}: {}", def.name, kernel::http::error::chain(&error)),
                }
            }
        }
    }

    async fn todo(&self, tenant: &Arc<Tenant>) -> Vec<(Uuid, JobDef, Value)> {
        let mut tx = self.system(tenant).begin_read().await.expect("a transaction");
        let events: Vec<(Uuid, String)> = sqlx::query_as("select id, type from events where tenant_id = $1 order by sequence")
            .bind(tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .expect("events");
        let jobs: Vec<(Uuid, String, Value)> = sqlx::query_as("select id, job, payload from outbox where tenant_id = $1 order by created_at, id")
            .bind(tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .expect("jobs");
        let mut todo = Vec::new();
        for (event, kind) in events {
            for (nth, subscription) in self.modules.iter().flat_map(|module| &module.subscriptions).enumerate() {
                if subscription.events.contains(&kind.as_str()) {
                    todo.push((
                        Uuid::from_u128(event.as_u128() ^ (nth as u128 + 1)),
                        subscription.job.clone(),
                        serde_json::json!({ "event_id": event }),
                    ));
                }
            }
        }
        for (id, name, payload) in jobs {
            if let Some(def) = self.modules.iter().flat_map(|module| &module.jobs).find(|def| def.name == name) {
                todo.push((id, def.clone(), payload));
            }
        }
        let done = self.done.lock().expect("not poisoned");
        todo.retain(|(id, _, _)| !done.contains(id));
        todo
    }
}

fn origin() -> Origin {
    Origin::new(IpAddr::from([192, 0, 2, 10]), "Mozilla/5.0 (test)")
}

/// The same platform with the world outside in memory.
fn with_outside_in_memory(app: &App) -> App {
    let ports = Ports::new()
        .with::<Identity>(app.port::<Identity>().expect("identity"))
        .with::<dyn CustomerRecords>(app.port::<dyn CustomerRecords>().expect("customer records"))
        .with::<Integrations>(app.port::<Integrations>().expect("integrations"))
        .with::<documents::render::Renderer>(app.port::<documents::render::Renderer>().expect("a renderer"))
        .with::<dyn TenantSetup>(app.port::<dyn TenantSetup>().expect("set up"))
        .with::<pages::Assets>(app.port::<pages::Assets>().expect("assets"))
        .with::<pages::Profiles>(app.port::<pages::Profiles>().expect("profiles"))
        .with::<outreach::notices::Bells>(app.port().expect("bells"))
        .with::<outreach::webhooks::Lanes>(app.port().expect("lanes"))
        .with::<kernel::personal_data::Holders>(app.port().expect("what modules keep about customers"))
        .with::<dyn PaymentGateway>(Arc::new(Till))
        .with::<dyn ports::payout::PayoutGateway>(app.port::<dyn ports::payout::PayoutGateway>().expect("payouts"))
        .with::<dyn Messenger>(Arc::new(SentMessages::default()))
        .with::<dyn ports::webhook::Courier>(Arc::new(testkit::Receiver::default()))
        .with::<dyn ObjectStore>(Arc::new(MemoryObjects::default()));
    App::new(Parts {
        db: app.db.clone(),
        sealer: app.sealer.clone(),
        signer: app.signer.clone(),
        texts: app.texts.clone(),
        packs: app.packs.clone(),
        hosts: app.hosts.clone(),
        clock: app.clock.clone(),
        access: app.access.clone(),
        directory: app.directory.clone(),
        ports,
    })
}

/// Takes whatever is asked for at once.
struct Till;

fn paid(key: &str, amount: Option<kernel::money::Money>) -> Outcome {
    Outcome {
        state: ProviderState::Received,
        provider_ref: Some(format!("ref-{key}")),
        code: None,
        message: None,
        reason: None,
        action: None,
        amount,
        fee: None,
        receipt: Some(format!("R{}", &key[24..])),
        occurred_at: None,
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
        Ok(paid(&request.idempotency_key, Some(request.amount)))
    }
    async fn query(&self, _: &Scope, payment: PaymentRef) -> Result<Outcome, PortError> {
        Ok(paid(&payment.idempotency_key, None))
    }
    async fn read_statement(&self, _: &Scope, _: Uuid, _: bytes::Bytes) -> Result<Vec<StatementLine>, PortError> {
        Ok(Vec::new())
    }
}
