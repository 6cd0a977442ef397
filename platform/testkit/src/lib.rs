//! Worlds for tests. A test gets fresh tenants in the shared, migrated test database, connected as the roles that serve: tenancy
//! itself keeps tests apart, so they run in parallel and exercise row-level security every time.

mod directory;
mod ports;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use chrono::{DateTime, TimeZone, Utc};
use kernel::{
    App, Scope,
    access::AccessLog,
    app::{Parts, Ports},
    clock::Clock,
    csrf::Signer,
    database::Database,
    hosts::Hosts,
    i18n::Texts,
    module::Module,
    packs::{Pack, Packs},
    platform_tx::PlatformTx,
    scope::Audience,
    sealing::{MasterKey, Sealer},
    tenant::Tenant,
};
use uuid::Uuid;

pub use self::ports::{MemoryObjects, NothingKnown, Receiver, SentMessages};
pub use directory::{Tenants, new_tenant};

/// Where the migrated test database is: `host:port/name`, set by the test scripts.
const DATABASE: &str = "WAKALA_TEST_DATABASE";

/// The instant at which test clocks stand: a Monday morning in Nairobi.
#[must_use]
pub fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).single().unwrap_or_default()
}

/// Connections to the test database as the serving roles. Panics with the remedy if there is no database.
#[must_use]
pub fn database() -> Database {
    let place = std::env::var(DATABASE).unwrap_or_else(|_| panic!("{DATABASE} is not set: run the tests through ops/test"));
    let url = |role: &str| format!("postgres://{role}@{place}").parse().unwrap_or_else(|e| panic!("{DATABASE}: {e}"));
    Database::connect(url("wakala_tenant"), url("wakala_platform"), 4)
}

/// Whether a tick at this moment of business time gives the tenant the job that the module schedules.
pub async fn is_due(db: &Database, module: &Module, job: &str, tenant: &Tenant, now: DateTime<Utc>) -> bool {
    let schedule = module.schedules.iter().find(|schedule| schedule.name == job).expect("a schedule of the module");
    let mut tx = PlatformTx::begin(db, "testkit.due").await.expect("test database");
    schedule.due(&mut tx, now).await.expect("tenants").contains(&tenant.id.0)
}

/// The root of the source tree, for packs and other data files.
#[must_use]
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads a pack from `tenants/`.
#[must_use]
pub fn pack(name: &str) -> Pack {
    fn read(dir: &std::path::Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                read(&entry.path(), &format!("{name}/"), files);
            } else if let Ok(bytes) = std::fs::read(entry.path()) {
                files.insert(name, bytes);
            }
        }
    }
    let mut files = BTreeMap::new();
    read(&root().join("tenants").join(name), "", &mut files);
    Pack::new(name, files).unwrap_or_else(|e| panic!("{e}"))
}

/// An [`App`] on the test database with a clock that stands still, and whatever ports a test brings.
pub struct World {
    pub app: App,
    pub tenants: Arc<Tenants>,
}

impl World {
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self::with_packs(ports, &["kenya-brokerage"])
    }

    #[must_use]
    pub fn with_packs(ports: Ports, packs: &[&str]) -> Self {
        let db = database();
        let tenants = Arc::new(Tenants::new(db.clone()));
        let app = App::new(Parts {
            db,
            sealer: Sealer::new(MasterKey { name: "test".into(), key: [7; 32] }, Vec::new()),
            signer: Signer::new([9; 32]),
            texts: Texts::none(),
            packs: Packs::new(packs.iter().map(|name| pack(name))),
            hosts: Hosts {
                scheme: "http".into(),
                port: Some(8080),
                platform: "localhost".into(),
                portal: "{slug}.localhost".into(),
                office: "{slug}.office.localhost".into(),
                callback: "{slug}.wakala.test".into(),
            },
            clock: Clock::fixed(noon()),
            access: AccessLog::start(),
            directory: tenants.clone(),
            ports,
        });
        Self { app, tenants }
    }

    /// A fresh Kenyan brokerage with a data key, live.
    pub async fn brokerage(&self) -> Arc<Tenant> {
        let tenant = new_tenant(&self.app.db).await;
        self.tenants.add(tenant.clone());
        let mut tx = self.system(&tenant).begin_write().await.expect("test database");
        self.app.sealer.create_data_key(&mut tx).await.expect("data key");
        tx.commit().await.expect("commit");
        tenant
    }

    #[must_use]
    pub fn system(&self, tenant: &Arc<Tenant>) -> Scope {
        self.scope(tenant, Audience::System)
    }
    #[must_use]
    pub fn staff(&self, tenant: &Arc<Tenant>) -> Scope {
        self.scope(tenant, Audience::Staff { user: Uuid::now_v7() })
    }
    #[must_use]
    pub fn customer(&self, tenant: &Arc<Tenant>, customer: Uuid) -> Scope {
        self.scope(tenant, Audience::Customer { user: Uuid::now_v7(), customer })
    }
    #[must_use]
    pub fn visitor(&self, tenant: &Arc<Tenant>) -> Scope {
        self.scope(tenant, Audience::Visitor { visitor: Uuid::now_v7() })
    }
    #[must_use]
    pub fn scope(&self, tenant: &Arc<Tenant>, audience: Audience) -> Scope {
        Scope::person(self.app.db.clone(), tenant.clone(), audience, Uuid::now_v7(), self.app.clock.clone())
    }
}
