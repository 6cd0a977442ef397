//! A browser without scripts in front of the pages of office and platform: it keeps cookies and sends forms with their token.
//! Tenant and person are found as the process does it, by cookie.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, Request},
    http::{HeaderMap, Method, StatusCode, header},
};
use bytes::Bytes;
use http_body_util::BodyExt;
use identity::{Identity, PermissionCatalogue, PersonName, UserKind, users::NewOwner};
use integrations::{
    Integrations,
    publishing::{Examined, Examiner},
};
use kernel::{
    App, AppResult, Scope, Tenant, TenantTx,
    access::AccessLog,
    app::{Parts, Ports},
    clock::Clock,
    csrf::{CsrfToken, Signer},
    hosts::Hosts,
    http::{Caller, Who, client::RequestId},
    i18n::Texts,
    module::Module,
    packs::{PackLoader, Packs},
    routes::{Face, Routes},
    sealing::{MasterKey, Sealer},
};
use pages::{Assets, Nonce, PageShell, Profiles, Shell};
use plugin_host::{Compiler, HostConfig, PluginHost, package::Package};
use ports::{
    PortError,
    message::{Message, Messenger, PlatformMailer, Receipt},
    object::ObjectStore,
    payment::PaymentGateway,
    scan::{ScanError, Verdict, VirusScanner},
};
use tenancy::{Owner, TenantSetup};
use testkit::{MemoryObjects, NothingKnown, SentMessages};
use tower::ServiceExt;
use uuid::Uuid;

pub const PASSWORD: &str = "mbuni-7-kiti";

/// English as it is shipped.
fn texts() -> Texts {
    let folder = testkit::root().join("web/locales/en");
    let files = std::fs::read_dir(folder).expect("texts").map(|entry| entry.expect("entry").path());
    let sources = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "ftl"))
        .map(|path| ("en".to_owned(), std::fs::read_to_string(path).expect("text")));
    Texts::from_sources(sources).unwrap_or_else(|error| panic!("{error}"))
}

/// The platform's mails, written down.
#[derive(Default)]
pub struct Mailbox(Mutex<Vec<Message>>);

impl Mailbox {
    pub fn last(&self) -> Message {
        self.0.lock().expect("lock").last().cloned().expect("a mail")
    }
}

#[async_trait]
impl PlatformMailer for Mailbox {
    async fn send(&self, message: Message) -> Result<Receipt, PortError> {
        self.0.lock().expect("lock").push(message);
        Ok(Receipt { provider_ref: "1".into() })
    }
}

/// What the scanner takes for a virus.
pub const VIRUS: &[u8] = b"this is a virus";

/// Finds what says of itself that it is one.
struct Scanner;

#[async_trait]
impl VirusScanner for Scanner {
    async fn scan(&self, bytes: Bytes) -> Result<Verdict, ScanError> {
        let found = bytes.windows(VIRUS.len()).any(|part| part == VIRUS);
        Ok(if found { Verdict::Infected("Test".to_owned()) } else { Verdict::Clean })
    }
    async fn ping(&self) -> Result<(), ScanError> {
        Ok(())
    }
}

/// The machine's part of a review: it finds nothing wrong.
struct Machine;

#[async_trait]
impl Examiner for Machine {
    async fn examine(&self, _: Package) -> AppResult<Examined> {
        Ok(Examined { report: serde_json::json!({ "passed": true, "scenarios": [{ "passed": true }], "findings": [] }), passed: true })
    }
}

/// What a new tenant begins with, as the process joins it.
struct Setup(Vec<PackLoader>);

#[async_trait]
impl TenantSetup for Setup {
    async fn set_up(&self, app: &App, tx: &mut TenantTx, owner: &Owner) -> AppResult<()> {
        let pack = app.packs.get("kenya-brokerage").expect("pack");
        tenancy::packs::apply(app, tx, &self.0, pack).await?;
        let owner = NewOwner {
            email: owner.email.clone(),
            name: PersonName::split(&owner.name),
            phone: Some(owner.phone.clone()),
            password_hash: owner.password_hash.clone(),
        };
        identity::users::create_owner(app, tx, &owner).await?;
        Ok(())
    }
}

fn modules() -> Vec<Module> {
    vec![
        identity::module(),
        tenancy::module(),
        integrations::module(),
        documents::module(),
        ledger::module(),
        crm::module(),
        insurance::module(),
        outreach::module(),
        kernel::dead_letters::module(),
        backoffice::module(),
    ]
}

/// The process, as far as the back office needs it.
pub struct Site {
    pub app: App,
    pub mail: Arc<Mailbox>,
    pub routes: Routes,
    office: Router,
    platform: Router,
}

impl Site {
    pub fn new() -> Self {
        Self::of(None)
    }

    /// The process with this office as that of those who run the platform.
    pub fn operated_by(firm: &Firm) -> Self {
        Self::of(Some(firm.tenant.slug.clone()))
    }

    fn of(operators_office: Option<String>) -> Self {
        let db = testkit::database();
        let mut modules = modules();
        let permissions = PermissionCatalogue::new(modules.iter().flat_map(|module| module.permissions.iter().copied()));
        let loaders = modules.iter().flat_map(|module| module.pack_loaders.iter().copied()).collect();
        let mut routes = std::mem::take(&mut modules.last_mut().expect("backoffice").routes);
        let (sealer, signer) = (Sealer::new(MasterKey { name: "test".into(), key: [7; 32] }, Vec::new()), Signer::new([9; 32]));
        let hosts = Hosts {
            scheme: "http".into(),
            port: Some(8080),
            platform: "localhost".into(),
            portal: "{slug}.localhost".into(),
            office: "{slug}.office.localhost".into(),
            callback: "{slug}.wakala.test".into(),
        };
        let objects: Arc<dyn ObjectStore> = Arc::new(MemoryObjects::default());
        // No plugin runs here: the compiler is never called.
        let mut host = HostConfig::new(
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("backoffice-plugins"),
            [5; 32],
            Compiler { program: "/nowhere".into(), args: Vec::new() },
        );
        host.slots = 2;
        host.memory_bytes = 64 << 20;
        let parts = integrations::Parts {
            host: Arc::new(PluginHost::new(host).expect("a plugin host")),
            objects: objects.clone(),
            sealer: sealer.clone(),
            signer: signer.clone(),
            hosts: hosts.clone(),
            operators_office,
            lookups: Arc::new(NothingKnown),
            dialogues: Arc::new(NothingKnown),
        };
        let integrations = Arc::new(Integrations::new(parts));
        let mail = Arc::new(Mailbox::default());
        let ports = Ports::new()
            .with::<Assets>(Arc::new(Assets::default()))
            .with::<Profiles>(Arc::new(Profiles::default()))
            .with::<Identity>(Arc::new(Identity::new(identity::Config::test(), permissions).expect("identity")))
            .with::<Integrations>(integrations.clone())
            .with::<dyn PaymentGateway>(integrations.clone())
            .with::<dyn ports::payout::PayoutGateway>(integrations)
            .with::<dyn Examiner>(Arc::new(Machine))
            .with::<dyn ports::webhook::Courier>(Arc::new(testkit::Receiver::default()))
            .with::<dyn ObjectStore>(objects)
            .with::<dyn VirusScanner>(Arc::new(Scanner))
            .with::<dyn Messenger>(Arc::new(SentMessages::default()))
            .with::<dyn PlatformMailer>(mail.clone())
            .with::<dyn TenantSetup>(Arc::new(Setup(loaders)));
        let app = App::new(Parts {
            db: db.clone(),
            sealer,
            signer,
            texts: texts(),
            packs: Packs::new([testkit::pack("kenya-brokerage")]),
            hosts,
            clock: Clock::fixed(testkit::noon()),
            access: AccessLog::start(),
            directory: Arc::new(tenancy::TenantDirectory::new(db)),
            ports,
        });
        let (office, platform) = (routes.router(Face::Office).with_state(app.clone()), routes.router(Face::Platform).with_state(app.clone()));
        Self { app, mail, routes, office, platform }
    }

    /// A live brokerage with the pack's defaults, and its owner.
    pub async fn brokerage(&self) -> Firm {
        let tenant = testkit::new_tenant(&self.app.db).await;
        let scope = self.app.system_scope(tenant.clone(), "test", Uuid::now_v7());
        let mut tx = scope.begin_write().await.expect("transaction");
        self.app.sealer.create_data_key(&mut tx).await.expect("data key");
        tx.commit().await.expect("commit");
        let password_hash = identity::passwords::prepare(&self.app, "password", PASSWORD, &[]).await.expect("hash");
        let owner = Owner { name: "Juma Otieno".into(), email: "owner@example.com".into(), phone: "+254700000101".into(), password_hash };
        let mut tx = scope.begin_write().await.expect("transaction");
        self.app
            .port::<dyn TenantSetup>()
            .expect("setup")
            .set_up(&self.app, &mut tx, &owner)
            .await
            .unwrap_or_else(|error| panic!("{}", kernel::http::error::chain(&error)));
        tx.commit().await.expect("commit");
        Firm { tenant, scope }
    }

    pub fn browser(&self, tenant: Option<&Arc<Tenant>>) -> Browser<'_> {
        Browser { site: self, tenant: tenant.cloned(), visitor: Uuid::now_v7(), cookies: BTreeMap::new(), permissions: None }
    }

    /// A browser in which the owner is signed in.
    pub async fn owner(&self, firm: &Firm) -> Browser<'_> {
        let mut browser = self.browser(Some(&firm.tenant));
        let entered = browser.post("/login", &[("email", "owner@example.com"), ("password", PASSWORD), ("next", "/")]).await;
        assert_eq!((entered.status, entered.location.as_str()), (StatusCode::SEE_OTHER, "/"), "{}", entered.body);
        browser
    }

    /// A browser in which a colleague with this role is signed in.
    pub async fn member(&self, firm: &Firm, email: &str, role: &str) -> Browser<'_> {
        let everything = identity::identity(&self.app).expect("identity").catalogue().iter().map(str::to_owned).collect();
        let mut tx = firm.scope.begin_write().await.expect("transaction");
        let name = PersonName::split("Amina Mfano");
        let id = identity::users::invite_staff(&self.app, &mut tx, email, &name, &[role.to_owned()], &everything).await.expect("a colleague");
        tx.commit().await.expect("commit");
        let origin = identity::sessions::Origin::new(IpAddr::V4(Ipv4Addr::LOCALHOST), "test");
        let session = identity::accounts::open_browser(&self.app, &firm.scope, id, &origin).await.expect("a session");
        let mut browser = self.browser(Some(&firm.tenant));
        browser.cookies.insert(identity::sessions::COOKIE.to_owned(), session.token);
        browser
    }

    /// The shell of an office page that may do everything.
    pub async fn shell(&self) -> Shell {
        let (mut parts, ()) = Request::builder().uri("/sample").body(()).expect("request").into_parts();
        parts.extensions.insert(Face::Platform);
        parts.extensions.insert(Nonce("nonce".to_owned()));
        parts.extensions.insert(CsrfToken("token".to_owned()));
        let PageShell(mut shell) = PageShell::from_request_parts(&mut parts, &self.app).await.expect("shell");
        let everything = modules().iter().flat_map(|module| module.permissions).map(|permission| permission.code.to_owned()).collect();
        shell.caller = Some(pages::Caller {
            name: "Juma Otieno".into(),
            initials: "JO".into(),
            staff: true,
            permissions: Arc::new(everything),
            ..pages::Caller::default()
        });
        shell.brand.css_url = "/brand.css".into();
        shell
    }
}

pub struct Firm {
    pub tenant: Arc<Tenant>,
    /// As the system.
    pub scope: Scope,
}

/// One person's browser; without a tenant it is on the platform's site.
pub struct Browser<'a> {
    site: &'a Site,
    tenant: Option<Arc<Tenant>>,
    visitor: Uuid,
    cookies: BTreeMap<String, String>,
    /// What the session's person may do, if the test narrows it.
    pub permissions: Option<Vec<&'static str>>,
}

/// What came back.
pub struct Shown {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
    pub headers: HeaderMap,
}

impl Shown {
    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }
    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let start = self.body.find(&mark).unwrap_or_else(|| panic!("no field {name} in {}", self.body)) + mark.len();
        self.body[start..].split('"').next().unwrap_or_default().to_owned()
    }
    /// The text that the next page will tell.
    pub fn flash(&self) -> String {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .filter_map(|cookie| cookie.strip_prefix("wakala_flash="))
            .map(|rest| rest.split(';').next().unwrap_or_default().to_owned())
            .next()
            .unwrap_or_default()
    }
}

impl Browser<'_> {
    async fn who(&self) -> Option<Who> {
        let tenant = self.tenant.as_ref()?;
        if let Some(token) = self.cookies.get(identity::sessions::COOKIE) {
            let found = identity::authenticator::by_cookie(&self.site.app, tenant, UserKind::Staff, token, Uuid::now_v7()).await.expect("session");
            if let Some(Who::Staff { user, session, name, permissions, sight }) = found {
                let permissions =
                    self.permissions.as_ref().map_or(permissions, |held| Arc::new(held.iter().map(|code| (*code).to_owned()).collect()));
                return Some(Who::Staff { user, session, name, permissions, sight });
            }
        }
        Some(Who::Visitor { visitor: self.visitor })
    }

    fn token(&self, who: Option<&Who>) -> String {
        let key = match who {
            Some(Who::Staff { session, .. }) => format!("session:{session}"),
            _ => format!("visitor:{}", self.visitor),
        };
        self.site.app.signer.sign("csrf", &key)
    }

    async fn send(&mut self, method: Method, path: &str, content_type: &str, body: Vec<u8>) -> Shown {
        let who = self.who().await;
        let mut request =
            Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, content_type).body(Body::from(body)).expect("request");
        for (name, value) in &self.cookies {
            request.headers_mut().append(header::COOKIE, format!("{name}={value}").parse().expect("cookie"));
        }
        let csrf = self.token(who.as_ref());
        let extensions = request.extensions_mut();
        extensions.insert(RequestId(Uuid::now_v7()));
        extensions.insert(Nonce("test".to_owned()));
        extensions.insert(CsrfToken(csrf));
        let router = match (&self.tenant, who) {
            (Some(tenant), Some(who)) => {
                extensions.insert(Face::Office);
                extensions.insert(Caller::new(&self.site.app, tenant.clone(), who, Uuid::now_v7(), IpAddr::V4(Ipv4Addr::LOCALHOST)));
                self.site.office.clone()
            }
            _ => {
                extensions.insert(Face::Platform);
                self.site.platform.clone()
            }
        };
        let response = tokio::time::timeout(Duration::from_secs(60), router.oneshot(request)).await.expect("in time").expect("response");
        self.cookies.remove(pages::FLASH_COOKIE);
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

    /// Sends a form with the token of this browser.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let token = self.token(self.who().await.as_ref());
        let mut pairs = vec![("csrf", token.as_str())];
        pairs.extend(fields);
        let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.post_raw(path, &body.join("&")).await
    }

    pub async fn post_raw(&mut self, path: &str, body: &str) -> Shown {
        self.send(Method::POST, path, "application/x-www-form-urlencoded", body.as_bytes().to_vec()).await
    }

    /// Sends a form with one file.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Shown {
        let token = self.token(self.who().await.as_ref());
        let mut body = Vec::new();
        for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
            body.extend(format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        let (field, name, bytes) = file;
        body.extend(
            format!(
                "--edge\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
            )
            .bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend(b"\r\n--edge--\r\n");
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
