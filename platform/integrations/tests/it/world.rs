//! A world with a plugin host, the provider's simulator and a server for its callbacks.
//!
//! The catalogue is the platform's and shared by all tests, so each world publishes the real component under a name of its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::{
    extract::Request,
    middleware::{self, Next},
    response::Response,
};
use integrations::{
    Integrations, Parts,
    calls::{Recorded, Rehearsal, Rehearsed},
    catalogue::{self, Published},
    hooks::HandleWebhook,
    installs::{self, ConfigInput, NewInstallation, SettingsMode},
};
use kernel::{
    AppResult, Scope,
    app::Ports,
    csrf::Signer,
    hosts::Hosts,
    http::client::ClientAddress,
    jobs::{Job, JobCx, JobResult},
    money::{Currency, Money},
    platform_tx::PlatformTx,
    routes::Face,
    sealing::{MasterKey, Sealer},
    tenant::Tenant,
};
use plugin_host::{Compiler, HostConfig, HostOverrides, PluginHost, package::Package};
use ports::{
    object::ObjectStore,
    payment::{Collect, Payer, PaymentGateway, PaymentReported},
};
use simulators::daraja::{self, Daraja, Merchant, Profile, Route};
use testkit::{MemoryObjects, NothingKnown, World};
use uuid::Uuid;

/// The built first-party plugins: `WAKALA_BUNDLE`, or where the scripts put them.
fn bundle(plugin: &str) -> PathBuf {
    let cache = || {
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from).join("wakala/bundle")
    };
    let folder = std::env::var_os("WAKALA_BUNDLE").map_or_else(cache, PathBuf::from).join(plugin);
    assert!(folder.join("plugin.wasm").is_file(), "no built plugin in {}: run ops/plugins", folder.display());
    folder
}

/// The tool that builds plugins lies beside the tests and has the compiling child in it.
fn compiler() -> Compiler {
    let tests = std::env::current_exe().expect("the path of the tests");
    let program = tests.parent().and_then(Path::parent).expect("target/debug").join("wakala-plugin");
    assert!(program.is_file(), "no {}: run ops/plugins", program.display());
    Compiler { program, args: vec!["plugin-compile".into()] }
}

pub fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("integrations-{name}"))
}

pub struct Wired {
    pub world: World,
    pub integrations: Arc<Integrations>,
    pub objects: Arc<MemoryObjects>,
    pub daraja: Daraja,
    /// Name of the plugin in the catalogue.
    pub plugin: String,
    pub folder: PathBuf,
    pub parts: Parts,
    pub stage: Arc<EmptyStage>,
}

/// Where calls are played again: writes down what it was asked to play, and says that it went well.
#[derive(Default)]
pub struct EmptyStage(Mutex<Vec<Recorded>>);

impl EmptyStage {
    pub fn played(&self) -> Vec<Recorded> {
        self.0.lock().expect("the lock").clone()
    }
}

#[async_trait]
impl Rehearsal for EmptyStage {
    async fn play(&self, package: Package, recorded: Recorded) -> AppResult<Rehearsed> {
        assert!(package.file("plugin.wasm").is_some(), "the whole package");
        self.0.lock().expect("the lock").push(recorded);
        Ok(Rehearsed {
            said: serde_json::json!({ "state": "pending", "phone": "254700000101" }),
            requests: vec!["POST api.example.com:443/pay (accepts)".to_owned()],
            log: Vec::new(),
            problem: None,
            cpu_ms: 1,
            wall_ms: 2,
            memory_kib: 3,
        })
    }
}

pub fn merchant(profile: Profile) -> Merchant {
    let shortcode = if profile == Profile::Production { "600111" } else { "600112" };
    Merchant { profile, ..Merchant::fictitious("Mfano Insurance Brokers", shortcode) }
}

/// Puts the caller's address where the outermost layer of the application puts it.
async fn from_forwarded(mut request: Request, next: Next) -> Response {
    let claimed = request.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<IpAddr>().ok());
    if let Some(address) = claimed {
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

impl Wired {
    pub async fn new() -> Self {
        let mut wired = Self::unpublished().await;
        wired.publish().await;
        wired
    }

    pub async fn unpublished() -> Self {
        let daraja =
            daraja::start(daraja::Config { merchants: vec![merchant(Profile::Sandbox), merchant(Profile::Production)], ..Default::default() })
                .await
                .expect("a simulator");
        daraja.set(|settings| {
            settings.query_flake_permille = 0;
            settings.spike_arrest = None;
        });
        let mut overrides = HostOverrides::default();
        for host in ["api.safaricom.co.ke", "sandbox.safaricom.co.ke"] {
            overrides.insert(host, &daraja.url()).expect("on this machine");
        }
        let mut config = HostConfig::new(folder("compiled"), [5; 32], compiler());
        config.overrides = overrides;
        config.slots = 8;
        config.memory_bytes = 256 << 20;
        let objects = Arc::new(MemoryObjects::default());
        // The keys and names of testkit's application.
        let parts = Parts {
            host: Arc::new(PluginHost::new(config).expect("a plugin host")),
            objects: objects.clone(),
            sealer: Sealer::new(MasterKey { name: "test".into(), key: [7; 32] }, Vec::new()),
            signer: Signer::new([9; 32]),
            hosts: Hosts {
                scheme: "http".into(),
                port: Some(8080),
                platform: "localhost".into(),
                portal: "{slug}.localhost".into(),
                office: "{slug}.office.localhost".into(),
                callback: "{slug}.wakala.test".into(),
            },
            operators_office: None,
            lookups: Arc::new(NothingKnown),
            dialogues: Arc::new(NothingKnown),
        };
        let integrations = Arc::new(Integrations::new(parts.clone()));
        let stage = Arc::new(EmptyStage::default());
        let ports = Ports::new()
            .with::<Integrations>(integrations.clone())
            .with::<dyn PaymentGateway>(integrations.clone())
            .with::<dyn Rehearsal>(stage.clone());
        let world = World::new(ports);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = integrations::module().routes.router(Face::Hook).layer(middleware::from_fn(from_forwarded)).with_state(world.app.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        daraja.add_route(Route::new("*.wakala.test", address));
        let name = format!("test.w{}", Uuid::now_v7().simple());
        let folder = folder(&name);
        Self { world, integrations, objects, daraja, plugin: name, folder, parts, stage }
    }

    /// Writes the real bundle under this world's name and publishes it.
    pub async fn publish(&mut self) -> Vec<Published> {
        self.write_bundle("1.0.0");
        catalogue::publish_bundle(&self.world.app, &self.folder).await.unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn write_bundle(&self, version: &str) {
        self.write_bundle_with(version, |manifest| manifest);
    }

    /// The bundle with another manifest.
    pub fn write_bundle_with(&self, version: &str, change: impl FnOnce(String) -> String) {
        self.write_bundle_of("mpesa", version, change);
    }

    /// The bundle of another first-party plugin, under this world's name.
    pub fn write_bundle_of(&self, plugin: &str, version: &str, change: impl FnOnce(String) -> String) {
        let target = self.folder.join("plugin");
        std::fs::create_dir_all(&target).expect("a folder");
        let manifest = std::fs::read_to_string(bundle(plugin).join("plugin.toml")).expect("a manifest");
        let built = manifest.lines().find(|line| line.starts_with("version = ")).expect("a version").to_owned();
        let manifest = manifest
            .replace(&format!("id = \"ke.wakala.{plugin}\""), &format!("id = \"{}\"", self.plugin))
            .replace(&built, &format!("version = \"{version}\""));
        std::fs::write(target.join("plugin.toml"), change(manifest)).expect("written");
        std::fs::copy(bundle(plugin).join("plugin.wasm"), target.join("plugin.wasm")).expect("copied");
    }

    /// Every permission of the plugin's consent page.
    pub async fn all_permissions(&self, scope: &Scope) -> BTreeSet<String> {
        let mut tx = scope.begin_read().await.unwrap();
        let detail = catalogue::get(&self.integrations, &mut tx, &self.plugin).await.unwrap();
        detail.permissions.into_iter().map(|permission| permission.key).collect()
    }

    pub async fn install(&self, scope: &Scope) -> Uuid {
        let new = NewInstallation { plugin: self.plugin.clone(), accepted: self.all_permissions(scope).await };
        let mut tx = scope.begin_write().await.unwrap();
        let id = installs::install(&self.integrations, &mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn configure(&self, scope: &Scope, id: Uuid, mode: SettingsMode, input: ConfigInput) -> AppResult<()> {
        let mut tx = scope.begin_write().await?;
        installs::configure(&self.integrations, &mut tx, id, mode, input).await?;
        tx.commit().await
    }

    pub async fn view(&self, scope: &Scope, id: Uuid) -> AppResult<installs::InstallationView> {
        let mut tx = scope.begin_read().await?;
        installs::get(&self.integrations, &mut tx, id).await
    }

    /// Installed, configured, checked and live.
    pub async fn live(&self, tenant: &Arc<Tenant>) -> Uuid {
        let staff = self.world.staff(tenant);
        let id = self.install(&staff).await;
        self.configure(&staff, id, SettingsMode::Live, good(Profile::Production)).await.unwrap();
        let check = installs::check(&self.integrations, &staff, id, SettingsMode::Live).await.unwrap();
        assert!(check.passed, "{check:?}");
        installs::go_live(&self.integrations, &staff, id).await.unwrap();
        id
    }

    pub fn context(&self, tenant: &Arc<Tenant>) -> JobCx {
        JobCx { app: self.world.app.clone(), scope: self.world.system(tenant), id: Uuid::now_v7(), attempt: 1 }
    }

    /// Deliveries that still have to be looked at, oldest first.
    pub async fn waiting(&self, tenant: &Arc<Tenant>) -> Vec<Uuid> {
        let mut tx = self.world.system(tenant).begin_read().await.unwrap();
        sqlx::query_scalar("select id from webhook_deliveries where tenant_id = $1 and state = 'received' order by id")
            .bind(tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .unwrap()
    }

    /// Runs the job of every waiting delivery.
    pub async fn handle_all(&self, tenant: &Arc<Tenant>) -> Vec<JobResult> {
        let mut results = Vec::new();
        for delivery in self.waiting(tenant).await {
            results.push(HandleWebhook { delivery }.run(self.context(tenant)).await);
        }
        results
    }

    /// Runs the jobs that look at what arrived, as a worker would, until none waits.
    pub async fn look_at_all(&self, tenant: &Arc<Tenant>) -> Vec<JobResult> {
        let mut results = Vec::new();
        loop {
            let mut tx = PlatformTx::begin(&self.world.app.db, "test").await.unwrap();
            let begun: Option<(Uuid, String, serde_json::Value)> = sqlx::query_as(
                "update outbox set moved_at = now(), attempts = 1 where tenant_id = $1 and id = (
                   select id from outbox where tenant_id = $1 and moved_at is null and job = any('{integrations.webhook.handle,integrations.webhooks.handle}')
                   order by run_at, id limit 1)
                 returning id, job, payload",
            )
            .bind(tenant.id.0)
            .fetch_optional(tx.conn())
            .await
            .unwrap();
            tx.commit().await.unwrap();
            let Some((id, job, payload)) = begun else { return results };
            let job = integrations::module().jobs.into_iter().find(|def| def.name == job).expect("a job of the module");
            results.push((job.run)(payload, JobCx { id, ..self.context(tenant) }).await);
            let mut tx = PlatformTx::begin(&self.world.app.db, "test").await.unwrap();
            sqlx::query("delete from outbox where tenant_id = $1 and id = $2").bind(tenant.id.0).bind(id).execute(tx.conn()).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    /// What was told about payments, in order.
    pub async fn reported(&self, tenant: &Arc<Tenant>) -> Vec<PaymentReported> {
        let mut tx = self.world.system(tenant).begin_read().await.unwrap();
        let rows: Vec<serde_json::Value> =
            sqlx::query_scalar("select data from events where tenant_id = $1 and type = 'provider.payment_reported' order by sequence")
                .bind(tenant.id.0)
                .fetch_all(tx.conn())
                .await
                .unwrap();
        rows.into_iter().map(|row| serde_json::from_value(row).unwrap()).collect()
    }
}

impl Drop for Wired {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Settings that the provider accepts.
pub fn good(profile: Profile) -> ConfigInput {
    let merchant = merchant(profile);
    ConfigInput {
        settings: BTreeMap::from([("shortcode".to_owned(), merchant.shortcode.into())]),
        secrets: BTreeMap::from([
            ("consumer_key".to_owned(), merchant.consumer_key),
            ("consumer_secret".to_owned(), merchant.consumer_secret),
            ("passkey".to_owned(), merchant.passkey),
        ]),
        ..ConfigInput::default()
    }
}

/// 1,500 shillings from a reserved number.
pub fn request(installation: Uuid) -> Collect {
    Collect {
        installation,
        method: "mpesa".into(),
        idempotency_key: Uuid::now_v7().to_string(),
        attempt: 1,
        amount: Money::new(150_000, Currency::KES),
        payer: Payer { name: Some("Asha Mwangi".into()), phone: Some("+254700000101".into()), email: None },
        reference: "P7K2M9QX".into(),
        description: "Motor cover".into(),
        return_url: None,
    }
}

/// Whether a stored component still is what was published.
pub async fn component(objects: &MemoryObjects, path: &str) -> bytes::Bytes {
    objects.get_platform(path).await.expect("a stored component")
}
