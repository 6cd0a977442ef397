//! `wakala dev`: everything on one machine. The same binary and the same code as in production; only what surrounds it is
//! embedded: a private PostgreSQL cluster, an S3 server on a folder, a mail catcher and simulators of the providers.

mod buyers;
mod cluster;
mod demo;
mod describe;
mod folder;
mod providers;
mod showcase;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context;
use simulators::{daraja, mail, objects};
use tokio_util::sync::CancellationToken;

use crate::{
    assemble::{Assembled, assemble},
    cli::DevOptions,
    config::Config,
    database, http, serve,
};
use cluster::Cluster;

const DATABASE: &str = "wakala";
/// What providers' hosts are replaced by on this machine.
const PROVIDER_HOSTS: [&str; 2] = ["api.safaricom.co.ke", "sandbox.safaricom.co.ke"];

/// What runs around the platform.
struct Surroundings {
    cluster: Cluster,
    objects: objects::Objects,
    mail: mail::Mail,
    daraja: daraja::Daraja,
    providers: providers::Providers,
}

/// Runs until Ctrl-C; keeps its data.
pub async fn run(options: DevOptions) -> anyhow::Result<()> {
    let begun = Instant::now();
    let stop = serve::stop_signal();
    let folder = options.data.clone().unwrap_or_else(folder::default_folder);
    let folder = std::path::absolute(&folder).with_context(|| format!("the data folder {}", folder.display()))?;
    // The port is taken first: a second start must not disturb the first one's database.
    let listener = if options.services_only { None } else { Some(serve::listen_on(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port))).await?) };
    if options.reset {
        tracing::info!(folder = %folder.display(), "starting over");
        if let Ok(secrets) = folder::secrets(&folder)
            && let Ok(cluster) = Cluster::running(&folder, &secrets.database_password)
        {
            cluster.stop()?;
        }
        folder::reset(&folder)?;
    }
    let secrets = folder::secrets(&folder)?;
    let surroundings = surround(&folder, &secrets, &options).await?;
    let result = platform(&options, &folder, &secrets, &surroundings, listener, begun, stop).await;
    tracing::info!("stopping");
    surroundings.mail.shutdown().await;
    surroundings.daraja.shutdown().await;
    surroundings.providers.shutdown().await;
    surroundings.objects.shutdown().await;
    let stopped = surroundings.cluster.stop();
    result.and(stopped)
}

async fn surround(folder: &Path, secrets: &folder::Secrets, options: &DevOptions) -> anyhow::Result<Surroundings> {
    let platform = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    let cluster = Cluster::start(folder, &secrets.database_password).await?;
    let objects = objects::start(objects::Config {
        port: None,
        root: folder.join("objects"),
        access_key: secrets.object_access.clone(),
        secret_key: secrets.object_secret.clone(),
        bucket: "wakala".to_owned(),
    })
    .await
    .context("starting the object store")?;
    let mail =
        mail::start(mail::Config { folder: Some(folder.join("mail")), ..mail::Config::default() }).await.context("starting the mail catcher")?;
    let daraja = daraja::start(daraja::Config {
        merchants: demo::merchants(),
        routes: vec![daraja::Route::new("*.wakala.test", platform)],
        journal: Some(folder.join("payments.jsonl")),
        ..daraja::Config::default()
    })
    .await
    .context("starting the payment simulator")?;
    let providers = providers::start(folder, &bundle_folder(), &options.simulate, &PROVIDER_HOSTS, platform).await?;
    Ok(Surroundings { cluster, objects, mail, daraja, providers })
}

async fn platform(
    options: &DevOptions,
    folder: &Path,
    secrets: &folder::Secrets,
    surroundings: &Surroundings,
    listener: Option<tokio::net::TcpListener>,
    begun: Instant,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let admin = surroundings.cluster.url("postgres", "postgres");
    database::bootstrap(&admin, DATABASE, Some(&secrets.database_password)).await?;
    database::migrate(&surroundings.cluster.url("wakala_owner", DATABASE)).await?;
    let text = configuration(options, folder, secrets, surroundings)?;
    cluster::write_private(&folder.join("config.toml"), &text)?;
    let config = Config::with(&text)?;
    let assembled = assemble(&config).await?;
    if config.plugins.bundle.exists() {
        integrations::catalogue::publish_bundle(&assembled.app, &config.plugins.bundle).await?;
    } else {
        tracing::warn!(folder = %config.plugins.bundle.display(), "no first-party plugins: ops/plugins builds them");
    }
    let demo = if options.empty { None } else { Some(demo::ensure(&assembled, &surroundings.mail).await?) };
    // Tests bring processes of their own and count what is sold; whoever looks around wants to see something sold.
    if demo.is_some() && !options.services_only {
        demo::populate(&assembled.app).await?;
    }
    let links = describe::Links::new(options.port, folder, surroundings, demo.as_ref());
    if let Some(file) = &options.describe {
        links.write(file)?;
    }
    links.print(begun.elapsed());
    let db = assembled.app.db.clone();
    match listener {
        None => stop.cancelled().await,
        Some(listener) => together(&config, assembled, listener, stop).await?,
    }
    // The database stops next: connections that are still open would complain. One that is never given back must not hold us up.
    let _ = tokio::time::timeout(Duration::from_secs(5), db.close()).await;
    Ok(())
}

/// HTTP and workers in one process.
async fn together(config: &Config, assembled: Assembled, listener: tokio::net::TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
    let web = http::Web::new(assembled.app.clone(), assembled.routes, config);
    let working = tokio::spawn(serve::work(assembled.app, assembled.work, stop.clone()));
    http::serve(listener, web, stop).await?;
    working.await?;
    Ok(())
}

/// Where built plugins lie, one folder each.
fn bundle_folder() -> PathBuf {
    let bundle = std::env::var_os("WAKALA_BUNDLE").map(PathBuf::from).or_else(|| {
        let cache = std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))?;
        Some(cache.join("wakala/bundle"))
    });
    bundle.unwrap_or_default()
}

/// The configuration that production writes by hand.
fn configuration(options: &DevOptions, folder: &Path, secrets: &folder::Secrets, surroundings: &Surroundings) -> anyhow::Result<String> {
    let bundle = bundle_folder();
    let url = |role: &str| surroundings.cluster.url(role, DATABASE);
    let smtp = surroundings.mail.smtp_addr();
    let daraja = surroundings.daraja.url();
    let value = toml::toml! {
        [server]
        trusted_proxies = ["127.0.0.1"]
        [hosts]
        scheme = "http"
        platform = "localhost"
        portal = "{slug}.localhost"
        office = "{slug}.office.localhost"
        callback = "{slug}.wakala.test"
        [mail]
        tls = false
        from = "no-reply@wakala.test"
        [objects]
        region = "local"
        bucket = "wakala"
        [development]
        enabled = true
        [limits]
        visitor_per_hour = 100000
        address_per_hour = 1000000
        api_visitor_per_hour = 1000000
        api_user_per_hour = 1000000
        page_user_per_hour = 1000000
    };
    let mut table = value;
    let mut set = |section: &str, key: &str, value: toml::Value| {
        let entry = table.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        if let Some(section) = entry.as_table_mut() {
            section.insert(key.to_owned(), value);
        }
    };
    set("server", "address", format!("127.0.0.1:{}", options.port).into());
    set("hosts", "port", i64::from(options.port).into());
    set("database", "tenant_url", url("wakala_tenant").into());
    set("database", "platform_url", url("wakala_platform").into());
    set("database", "owner_url", url("wakala_owner").into());
    set("objects", "endpoint", surroundings.objects.url().into());
    set("objects", "access_key", secrets.object_access.clone().into());
    set("objects", "secret_key", secrets.object_secret.clone().into());
    set("mail", "host", smtp.ip().to_string().into());
    set("mail", "port", i64::from(smtp.port()).into());
    set("keys", "master", secrets.master.clone().into());
    set("keys", "signer", secrets.signer.clone().into());
    set("keys", "plugin_cache", secrets.plugin_cache.clone().into());
    set("identity", "key_seed", secrets.identity_seed.clone().into());
    set("plugins", "bundle", bundle.display().to_string().into());
    set("plugins", "cache", folder.join("plugins").display().to_string().into());
    if !options.empty {
        set("plugins", "operators_office", demo::SLUG.into());
    }
    let ours = PROVIDER_HOSTS.iter().map(|host| format!("{host}={daraja}"));
    let stand_ins = ours.chain(surroundings.providers.stand_ins()).map(toml::Value::from).collect::<Vec<_>>();
    set("development", "stand_ins", stand_ins.into());
    Ok(toml::to_string(&table)?)
}
