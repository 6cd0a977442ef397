//! A browser without scripts in front of the portal's routes: it keeps cookies, sends forms with their hidden fields, follows
//! redirects. Tenant and person are found as the process does it, by cookie.

use std::{
    collections::{BTreeMap, HashSet},
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{Method, StatusCode, header},
};
use bytes::Bytes;
use http_body_util::BodyExt;
use kernel::{
    App, AppResult, Scope, Tenant,
    access::AccessLog,
    app::{Parts, Ports},
    clock::Clock,
    csrf::{CsrfToken, Signer},
    hosts::Hosts,
    http::{Caller, Who, client::RequestId},
    i18n::Texts,
    jobs::{JobCx, JobDef, JobError},
    languages::{self, LANGUAGE_COOKIE},
    module::Module,
    money::Money,
    packs::Packs,
    personal_data::Holders,
    routes::Face,
    sealing::{MasterKey, Sealer},
};
use pages::{Assets, Nonce, Profiles};
use ports::{
    PortError,
    message::Messenger,
    object::ObjectStore,
    payment::{Collect, DirectNumber, Outcome, PaymentGateway, PaymentMethod, PaymentRef, ProviderState, StatementLine},
};
use testkit::{MemoryObjects, SentMessages};
use tower::ServiceExt;
use uuid::Uuid;

/// All languages as they are shipped.
pub fn texts() -> Texts {
    let mut sources = Vec::new();
    for language in ["en", "sw"] {
        for entry in std::fs::read_dir(testkit::root().join("web/locales").join(language)).expect("texts") {
            let path = entry.expect("entry").path();
            if path.extension().is_some_and(|ending| ending == "ftl") {
                sources.push((language.to_owned(), std::fs::read_to_string(path).expect("text")));
            }
        }
    }
    Texts::from_sources(sources).unwrap_or_else(|error| panic!("{error}"))
}

/// What the payer does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer {
    Pays,
    Waits,
    Refuses,
}

/// A provider whose payers do as the test says.
pub struct Till {
    pub methods: Mutex<Vec<PaymentMethod>>,
    pub payer: Mutex<Payer>,
    pub asked: Mutex<Vec<Collect>>,
    /// Where payers may send money by themselves.
    pub numbers: Mutex<Vec<DirectNumber>>,
}

impl Till {
    fn new() -> Self {
        Self {
            methods: Mutex::new(vec![Self::mobile(25_000_000)]),
            payer: Mutex::new(Payer::Pays),
            asked: Mutex::default(),
            numbers: Mutex::default(),
        }
    }
    /// Takes whole shillings up to `max` cents at once, from phones.
    pub fn mobile(max: i64) -> PaymentMethod {
        PaymentMethod {
            method: "mobile".to_owned(),
            installation: Uuid::from_u128(7),
            title: "Mobile money".to_owned(),
            currencies: vec!["KES".to_owned()],
            smallest_unit: 100,
            min: 100,
            max,
            payer_needs: vec!["phone".to_owned()],
        }
    }
    /// From now on payers may also type a number.
    pub fn has_number(&self) {
        *self.numbers.lock().expect("lock") = vec![DirectNumber {
            installation: Uuid::from_u128(7),
            method: "mobile".to_owned(),
            title: "Mobile money".to_owned(),
            currencies: vec!["KES".to_owned()],
            kind: "paybill".to_owned(),
            number: "600111".to_owned(),
        }];
    }
    pub fn payer(&self, does: Payer) {
        *self.payer.lock().expect("lock") = does;
    }
    fn outcome(&self, key: &str, amount: Option<Money>) -> Outcome {
        let payer = *self.payer.lock().expect("lock");
        let state = match payer {
            Payer::Pays => ProviderState::Received,
            Payer::Waits => ProviderState::Pending,
            Payer::Refuses => ProviderState::Failed,
        };
        Outcome {
            state,
            provider_ref: Some(format!("ref-{key}")),
            code: (payer == Payer::Refuses).then(|| "refused".to_owned()),
            message: (payer == Payer::Refuses).then(|| "DS timeout: request refused by user".to_owned()),
            reason: (payer == Payer::Refuses).then(|| "cancelled-by-payer".to_owned()),
            action: None,
            amount: amount.filter(|_| payer == Payer::Pays),
            fee: None,
            receipt: (payer == Payer::Pays).then(|| format!("R{}", &key[24..])),
            occurred_at: None,
        }
    }
}

#[async_trait]
impl PaymentGateway for Till {
    async fn methods(&self, _: &Scope) -> AppResult<Vec<PaymentMethod>> {
        Ok(self.methods.lock().expect("lock").clone())
    }
    async fn direct_numbers(&self, _: &Scope) -> AppResult<Vec<DirectNumber>> {
        Ok(self.numbers.lock().expect("lock").clone())
    }
    async fn collect(&self, _: &Scope, request: Collect) -> Result<Outcome, PortError> {
        let outcome = self.outcome(&request.idempotency_key, Some(request.amount));
        self.asked.lock().expect("lock").push(request);
        Ok(outcome)
    }
    async fn query(&self, _: &Scope, payment: PaymentRef) -> Result<Outcome, PortError> {
        Ok(self.outcome(&payment.idempotency_key, None))
    }
    async fn read_statement(&self, _: &Scope, _: Uuid, _: Bytes) -> Result<Vec<StatementLine>, PortError> {
        Ok(Vec::new())
    }
}

/// Customers as the process makes them.
struct Customers;

#[async_trait]
impl identity::CustomerRecords for Customers {
    async fn create(&self, app: &App, tx: &mut kernel::TenantTx, person: &identity::accounts::NewCustomer) -> AppResult<Uuid> {
        let input = crm::customers::CustomerInput {
            first_name: person.name.first.clone(),
            last_name: person.name.last.clone(),
            email: person.email.clone(),
            phone: person.phone.clone().unwrap_or_default(),
            ..Default::default()
        };
        Ok(crm::customers::service::create(tx, &app.sealer, input).await?.id.0)
    }
}

/// Those whose jobs run here.
fn modules() -> Vec<Module> {
    vec![identity::module(), ledger::module(), crm::module(), documents::module(), insurance::module()]
}

/// The process, as far as the portal needs it.
pub struct Site {
    pub app: App,
    pub tenant: Arc<Tenant>,
    pub till: Arc<Till>,
    pub messages: Arc<SentMessages>,
    router: Router,
    modules: Vec<Module>,
    done: Mutex<HashSet<Uuid>>,
}

impl Site {
    /// A live brokerage with the pack's catalogue.
    pub async fn open() -> Self {
        let db = testkit::database();
        let tenants = Arc::new(testkit::Tenants::new(db.clone()));
        let (till, messages) = (Arc::new(Till::new()), Arc::new(SentMessages::default()));
        let identity = identity::Identity::new(identity::Config::test(), identity::PermissionCatalogue::default()).expect("identity");
        let ports = Ports::new()
            .with::<Assets>(Arc::new(Assets::default()))
            .with::<Profiles>(Arc::new(Profiles::default()))
            .with::<Holders>(Arc::new(Holders(modules().into_iter().chain([outreach::module()]).flat_map(|module| module.personal_data).collect())))
            .with::<identity::Identity>(Arc::new(identity))
            .with::<dyn identity::CustomerRecords>(Arc::new(Customers))
            .with::<dyn ObjectStore>(Arc::new(MemoryObjects::default()))
            .with::<dyn Messenger>(messages.clone())
            .with::<dyn PaymentGateway>(till.clone());
        let app = App::new(Parts {
            db: db.clone(),
            sealer: Sealer::new(MasterKey { name: "test".into(), key: [7; 32] }, Vec::new()),
            signer: Signer::new([9; 32]),
            texts: texts(),
            packs: Packs::new([testkit::pack("kenya-brokerage")]),
            hosts: Hosts {
                scheme: "http".into(),
                port: Some(8080),
                platform: "localhost".into(),
                portal: "{slug}.localhost".into(),
                office: "{slug}.office.localhost".into(),
                callback: "{slug}.wakala.test".into(),
            },
            clock: Clock::fixed(testkit::noon()),
            access: AccessLog::start(),
            directory: tenants.clone(),
            ports,
        });
        let tenant = testkit::new_tenant(&db).await;
        tenants.add(tenant.clone());
        let scope = app.system_scope(tenant.clone(), "test", Uuid::now_v7());
        let mut tx = scope.begin_write().await.expect("transaction");
        app.sealer.create_data_key(&mut tx).await.expect("data key");
        for loader in insurance::module().pack_loaders.into_iter().chain(documents::module().pack_loaders) {
            (loader.load)(&app, &mut tx, app.packs.get("kenya-brokerage").expect("pack")).await.expect("load");
        }
        tx.commit().await.expect("commit");
        let router = portal::module().routes.router(Face::Portal).with_state(app.clone());
        Self { app, tenant, till, messages, router, modules: modules(), done: Mutex::default() }
    }

    pub fn system(&self) -> Scope {
        self.app.system_scope(self.tenant.clone(), "test", Uuid::now_v7())
    }

    /// Lets premium be collected in this way.
    pub async fn collect(&self, mode: insurance::collection::CollectionMode) {
        let mut tx = self.system().begin_write().await.expect("transaction");
        let setting = insurance::collection::Collection { mode: Some(mode), ..Default::default() };
        tx.set_setting(&setting, 0).await.expect("setting");
        tx.commit().await.expect("commit");
    }

    /// Hands every event to its subscribers and runs every job, until nothing is left that can be done now.
    pub async fn work(&self) {
        for _ in 0..20 {
            let todo = self.todo().await;
            if todo.is_empty() {
                return;
            }
            for (id, def, payload) in todo {
                let cx = JobCx { app: self.app.clone(), scope: self.system(), id, attempt: 1 };
                match (def.run)(payload, cx).await {
                    Ok(()) => {
                        self.done.lock().expect("lock").insert(id);
                    }
                    Err(JobError::Retry(_) | JobError::Later(..) | JobError::Snooze(_)) => {}
                    Err(JobError::Fail(error)) => panic!("{}: {}", def.name, kernel::http::error::chain(&error)),
                }
            }
        }
    }

    async fn todo(&self) -> Vec<(Uuid, JobDef, serde_json::Value)> {
        let mut tx = self.system().begin_read().await.expect("transaction");
        let tenant = self.tenant.id.0;
        let events: Vec<(Uuid, String)> = sqlx::query_as("select id, type from events where tenant_id = $1 order by sequence")
            .bind(tenant)
            .fetch_all(tx.conn())
            .await
            .expect("events");
        let jobs: Vec<(Uuid, String, serde_json::Value)> =
            sqlx::query_as("select id, job, payload from outbox where tenant_id = $1 order by created_at, id")
                .bind(tenant)
                .fetch_all(tx.conn())
                .await
                .expect("jobs");
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
        let done = self.done.lock().expect("lock");
        todo.retain(|(id, _, _)| !done.contains(id));
        todo
    }

    /// The newest mail to an address.
    pub fn mail(&self, to: &str) -> ports::message::Message {
        self.messages.all().into_iter().rev().find(|message| message.to == to).unwrap_or_else(|| panic!("no mail to {to}"))
    }

    /// One number of the database, as the system sees the tenant. `$1` is the tenant.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let mut tx = self.system().begin_read().await.expect("transaction");
        sqlx::query_scalar(sql).bind(self.tenant.id.0).fetch_one(tx.conn()).await.expect("count")
    }

    /// One text of the database, as [`Site::count`].
    pub async fn text(&self, sql: &'static str) -> String {
        let mut tx = self.system().begin_read().await.expect("transaction");
        sqlx::query_scalar(sql).bind(self.tenant.id.0).fetch_one(tx.conn()).await.expect("text")
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { site: self, visitor: Uuid::now_v7(), accepts: "", cookies: BTreeMap::new() }
    }
}

/// One person's browser. A copy of it is the same browser once more, for what happens at the same moment.
#[derive(Clone)]
pub struct Browser<'a> {
    site: &'a Site,
    visitor: Uuid,
    accepts: &'static str,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub struct Shown {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
    pub headers: axum::http::HeaderMap,
}

impl Shown {
    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let start = self.body.find(&mark).unwrap_or_else(|| panic!("no field {name} in {}", self.body)) + mark.len();
        self.body[start..].split('"').next().unwrap_or_default().to_owned()
    }
    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}

impl Browser<'_> {
    async fn who(&self) -> Who {
        if let Some(token) = self.cookies.get(identity::sessions::COOKIE) {
            let found = identity::authenticator::by_cookie(&self.site.app, &self.site.tenant, identity::UserKind::Customer, token, Uuid::now_v7())
                .await
                .expect("session");
            if let Some(who) = found {
                return who;
            }
        }
        Who::Visitor { visitor: self.visitor }
    }

    /// The same browser, asking for these languages.
    pub fn accepting(mut self, languages: &'static str) -> Self {
        self.accepts = languages;
        self
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub async fn is_customer(&self) -> bool {
        matches!(self.who().await, Who::Customer { .. })
    }

    async fn send(&mut self, method: Method, path: &str, content_type: &str, body: Vec<u8>) -> Shown {
        let who = self.who().await;
        let key = match &who {
            Who::Customer { session, .. } => format!("session:{session}"),
            _ => format!("visitor:{}", self.visitor),
        };
        let mut request =
            Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, content_type).body(Body::from(body)).expect("request");
        let chosen = self.cookie(LANGUAGE_COOKIE);
        let locale = languages::of_reader(&self.site.app, &self.site.tenant, chosen, Some(self.accepts));
        let caller = Caller::new(&self.site.app, self.site.tenant.clone(), who, Uuid::now_v7(), IpAddr::V4(Ipv4Addr::LOCALHOST)).speaking(&locale);
        if let Some(chosen) = chosen {
            let cookie = format!("{LANGUAGE_COOKIE}={chosen}").parse().expect("cookie");
            request.headers_mut().insert(header::COOKIE, cookie);
        }
        let extensions = request.extensions_mut();
        extensions.insert(Face::Portal);
        extensions.insert(RequestId(Uuid::now_v7()));
        extensions.insert(Nonce("test".to_owned()));
        extensions.insert(CsrfToken(self.site.app.signer.sign("csrf", &key)));
        extensions.insert(caller);
        let response =
            tokio::time::timeout(Duration::from_secs(60), self.site.router.clone().oneshot(request)).await.expect("in time").expect("response");
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().expect("cookie").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("cookie");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let bytes = response.into_body().collect().await.expect("body").to_bytes();
        Shown { status, location, body: String::from_utf8_lossy(&bytes).into_owned(), headers }
    }

    pub async fn get(&mut self, path: &str) -> Shown {
        self.send(Method::GET, path, "text/html", Vec::new()).await
    }

    /// Sends a form; the token is that of this browser.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let who = self.who().await;
        let key = match &who {
            Who::Customer { session, .. } => format!("session:{session}"),
            _ => format!("visitor:{}", self.visitor),
        };
        let csrf = self.site.app.signer.sign("csrf", &key);
        let mut pairs = vec![("csrf", csrf.as_str())];
        pairs.extend(fields);
        let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.post_raw(path, &body.join("&")).await
    }

    pub async fn post_raw(&mut self, path: &str, body: &str) -> Shown {
        self.send(Method::POST, path, "application/x-www-form-urlencoded", body.as_bytes().to_vec()).await
    }

    /// Sends a form with files: field, name, bytes.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Shown {
        let csrf = match self.who().await {
            Who::Customer { session, .. } => self.site.app.signer.sign("csrf", &format!("session:{session}")),
            _ => self.site.app.signer.sign("csrf", &format!("visitor:{}", self.visitor)),
        };
        let mut body = Vec::new();
        for (name, value) in [("csrf", csrf.as_str())].iter().chain(fields) {
            body.extend(format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        for (name, file, bytes) in files {
            body.extend(
                format!(
                    "--edge\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
                )
                .bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        self.send(Method::POST, path, "multipart/form-data; boundary=edge", body).await
    }
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
