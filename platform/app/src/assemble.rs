//! Builds the process from its configuration: database, keys, texts, packs, and the implementations of the ports.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use identity::{Identity, PermissionCatalogue};
use integrations::{Integrations, Messengers, SmtpMessenger};
use kernel::{
    App,
    access::AccessLog,
    app::{Parts, Ports},
    clock::Clock,
    csrf::Signer,
    database::Database,
    packs::PackLoader,
    personal_data::Holders,
    routes::Routes,
    sealing::{MasterKey, Sealer},
};
use plugin_host::{Compiler, HostConfig, PluginHost};
use ports::{message::Messenger, object::ObjectStore, payment::PaymentGateway, scan::VirusScanner};

use crate::{config::Config, embedded, examiner::Machine, modules, worker::Work};

/// A process, ready to serve or to work.
pub struct Assembled {
    pub app: App,
    pub routes: Routes,
    pub work: Arc<Work>,
    pub integrations: Arc<Integrations>,
}

/// Refuses database roles that row-level security does not bind, and stand-ins for providers outside development.
pub async fn assemble(config: &Config) -> anyhow::Result<Assembled> {
    let db = Database::connect(
        config.database.tenant_url.expose().parse().context("database.tenant_url")?,
        config.database.platform_url.expose().parse().context("database.platform_url")?,
        config.database.max_connections,
    );
    verify_roles(&db).await?;
    let master = MasterKey { name: config.keys.master_name.clone(), key: config.keys.master.key("keys.master")? };
    let older = config.keys.older_masters.iter().map(|named| Ok(MasterKey { name: named.name.clone(), key: named.key.key("keys.older_masters")? }));
    let sealer = Sealer::new(master, older.collect::<anyhow::Result<_>>()?);
    let signer = Signer::new(config.keys.signer.key("keys.signer")?);

    let mut modules = modules::all();
    let work = Arc::new(Work::of(&modules)?);
    let permissions = PermissionCatalogue::new(modules.iter().flat_map(|module| module.permissions.iter().copied()));
    let mut pack_loaders: Vec<PackLoader> = modules.iter().flat_map(|module| module.pack_loaders.iter().copied()).collect();
    pack_loaders.sort_by_key(|loader| loader.order);
    let holders = Holders(modules.iter().flat_map(|module| module.personal_data.iter().cloned()).collect());
    let mut routes = Routes::new();
    for module in &mut modules {
        routes.extend(std::mem::take(&mut module.routes));
    }

    let objects: Arc<dyn ObjectStore> = Arc::new(documents::store::S3::new(&object_config(config)));
    let host = Arc::new(PluginHost::new(plugin_host_config(config)?)?);
    let menu = Arc::new(portal::ussd::Menu::default());
    let integrations = Arc::new(Integrations::new(integrations::Parts {
        host,
        objects: objects.clone(),
        sealer: sealer.clone(),
        signer: signer.clone(),
        hosts: config.hosts.clone(),
        operators_office: config.plugins.operators_office.clone(),
        lookups: Arc::new(crate::lookups::Records),
        dialogues: menu.clone(),
    }));
    let messenger = Arc::new(SmtpMessenger::new(&mail_config(config))?);
    let directory = Arc::new(tenancy::TenantDirectory::new(db.clone()));
    let ports = Ports::new()
        .with::<Identity>(Arc::new(Identity::new(identity_config(config), permissions)?))
        .with::<dyn identity::CustomerRecords>(Arc::new(crate::customers::Customers))
        .with::<Integrations>(integrations.clone())
        .with::<dyn PaymentGateway>(integrations.clone())
        .with::<dyn ports::payout::PayoutGateway>(integrations.clone())
        .with::<dyn ports::check::Checker>(integrations.clone())
        .with::<dyn ports::insurer::InsurerGateway>(integrations.clone())
        .with::<dyn ports::certificate::CertificateRegister>(integrations.clone())
        .with::<dyn ports::mandate::MandateGateway>(integrations.clone())
        .with::<dyn ports::mandate::PayrollGateway>(integrations.clone())
        .with::<dyn ports::assistant::Assistant>(integrations.clone())
        .with::<dyn integrations::publishing::Examiner>(Arc::new(Machine(plugin_host_config(config)?)))
        .with::<dyn ports::subscriber::Subscribers>(integrations.clone())
        .with::<dyn ports::webhook::Courier>(integrations.clone())
        .with::<dyn integrations::calls::Rehearsal>(Arc::new(crate::rehearsal::Rehearsals::new(plugin_host_config(config)?)))
        .with::<dyn Messenger>(Arc::new(Messengers::new(integrations.clone(), messenger.clone())))
        .with::<dyn ports::message::PlatformMailer>(messenger)
        .with::<dyn ObjectStore>(objects)
        .with::<documents::render::Renderer>(Arc::new(documents::render::Renderer::default()))
        .with::<pages::Assets>(Arc::new(embedded::assets()?))
        .with::<pages::Profiles>(Arc::default())
        .with::<tenancy::sign_up::Agreement>(Arc::new(config.agreement.clone()))
        .with::<outreach::notices::Bells>(Arc::default())
        .with::<outreach::webhooks::Lanes>(Arc::default())
        .with::<Holders>(Arc::new(holders))
        .with::<dyn tenancy::TenantSetup>(Arc::new(crate::sign_up::Setup { loaders: pack_loaders }));
    let ports = match config.scanner.client()? {
        Some(scanner) => ports.with::<dyn VirusScanner>(Arc::new(scanner)),
        None => ports,
    };
    let app = App::new(Parts {
        db,
        sealer,
        signer,
        texts: embedded::texts()?,
        packs: embedded::packs()?,
        hosts: config.hosts.clone(),
        clock: Clock::system(),
        access: AccessLog::start(),
        directory,
        ports,
    });
    menu.serve(app.clone());
    Ok(Assembled { app, routes, work, integrations })
}

/// Refuses roles that row-level security does not bind. A database that is away for a moment is waited for.
async fn verify_roles(db: &Database) -> anyhow::Result<()> {
    let mut tries = 0;
    loop {
        match db.verify().await {
            Ok(()) => return Ok(()),
            Err(kernel::database::UnsafeRole::Database(error)) if tries < 20 => {
                tries += 1;
                tracing::warn!(%error, "the database does not answer yet; trying again");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Err(error) => return Err(error).context("the database refused or is not safe to use"),
        }
    }
}

fn identity_config(config: &Config) -> identity::Config {
    let key = |kid: &str, seed: &str| identity::SigningKey { kid: kid.to_owned(), seed: seed.to_owned().into() };
    identity::Config {
        issuer: config.identity.issuer.clone(),
        key: key(&config.identity.key_id, config.identity.key_seed.expose()),
        older_keys: config.identity.older_keys.iter().map(|named| key(&named.name, named.key.expose())).collect(),
        answer_floor_ms: 250,
    }
}

pub(crate) fn object_config(config: &Config) -> documents::store::Config {
    let objects = &config.objects;
    documents::store::Config {
        endpoint: objects.endpoint.clone(),
        public_endpoint: (!objects.public_endpoint.is_empty()).then(|| objects.public_endpoint.clone()),
        region: objects.region.clone(),
        bucket: objects.bucket.clone(),
        access_key: objects.access_key.clone(),
        secret_key: objects.secret_key.expose().to_owned().into(),
        path_style: true,
    }
}

fn mail_config(config: &Config) -> integrations::MailConfig {
    let mail = &config.mail;
    integrations::MailConfig {
        host: mail.host.clone(),
        port: mail.port,
        tls: if mail.tls { integrations::MailTls::StartTls } else { integrations::MailTls::None },
        user: (!mail.username.is_empty()).then(|| mail.username.clone()),
        password: (!mail.password.expose().is_empty()).then(|| mail.password.expose().to_owned()),
        from: mail.from.clone(),
    }
}

pub(crate) fn plugin_host_config(config: &Config) -> anyhow::Result<HostConfig> {
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("wakala"));
    let compiler = Compiler { program, args: vec!["plugin-compile".into()] };
    let mut host = HostConfig::new(config.plugins.cache.clone(), config.keys.plugin_cache.key("keys.plugin_cache")?, compiler);
    host.overrides = config.development.stand_ins(&config.hosts)?;
    Ok(host)
}
