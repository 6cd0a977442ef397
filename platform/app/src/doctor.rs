//! Tests what a deployment needs and says in words what is wrong.

use kernel::{App, database::Database};
use ports::{object::ObjectStore, scan::VirusScanner};
use uuid::Uuid;

use crate::{
    assemble::{assemble, object_config},
    audit,
    config::Config,
    database::missing_settings,
};

/// What the configuration lacks before anything is tried.
#[must_use]
pub fn missing(config: &Config) -> Vec<String> {
    let mut missing = Vec::new();
    for (name, secret) in [
        ("keys.master", &config.keys.master),
        ("keys.signer", &config.keys.signer),
        ("keys.plugin_cache", &config.keys.plugin_cache),
        ("identity.key_seed", &config.identity.key_seed),
    ] {
        if let Err(error) = secret.key(name) {
            missing.push(error.to_string());
        }
    }
    if config.objects.access_key.is_empty() {
        missing.push("objects.access_key is empty".to_owned());
    }
    missing
}

/// Refuses a name of nobody for the office of those who run the platform: whoever opened one of that name would decide about plugins.
pub async fn operators_office(config: &Config, app: &App) -> anyhow::Result<()> {
    let Some(slug) = &config.plugins.operators_office else { return Ok(()) };
    let open = app.directory.by_slug(slug).await?.is_some();
    anyhow::ensure!(open, "plugins.operators_office names \"{slug}\", and there is no such office: open it first, then name it");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's report")]
pub async fn run(config: &Config, thorough: bool) -> anyhow::Result<()> {
    let mut wrong = missing(config);
    match (config.database.tenant_url.expose().parse(), config.database.platform_url.expose().parse()) {
        (Ok(tenant), Ok(platform)) => {
            let database = Database::connect(tenant, platform, 2);
            match database.verify().await {
                Ok(()) => {
                    println!("database: both roles connect and are bound by row-level security");
                    let missing = missing_settings(&database).await?.join(", ");
                    if !missing.is_empty() {
                        wrong.push(format!(
                            "database: roles lack settings of this release ({missing}): run `wakala migrate --bootstrap ADMIN_URL` again"
                        ));
                    }
                }
                Err(error) => wrong.push(format!("database: {error}")),
            }
        }
        _ => wrong.push("database: tenant_url and platform_url must be postgres:// URLs".to_owned()),
    }
    match documents::store::S3::new(&object_config(config)).ping().await {
        Ok(()) => println!("objects: the bucket {} answers", config.objects.bucket),
        Err(error) => wrong.push(format!("objects: {error}; check objects.endpoint, the bucket's name and the keys")),
    }
    match tokio::net::TcpStream::connect((config.mail.host.as_str(), config.mail.port)).await {
        Ok(_) => println!("mail: {}:{} answers", config.mail.host, config.mail.port),
        Err(error) => wrong.push(format!("mail: {}:{} does not answer ({error})", config.mail.host, config.mail.port)),
    }
    match config.scanner.client() {
        Ok(None) => println!("scanner: none; files that people send are not scanned for viruses (scanner.address is unset)"),
        Ok(Some(scanner)) => match scanner.ping().await {
            Ok(()) => println!("scanner: {} answers", config.scanner.address),
            Err(error) => wrong.push(format!("{error}; files are kept aside until it answers, check scanner.address")),
        },
        Err(error) => wrong.push(error.to_string()),
    }
    for (name, address) in [("agreement.terms", &config.agreement.terms), ("agreement.processing", &config.agreement.processing)] {
        if address.is_empty() {
            println!("sign-up: {name} is unset; whoever opens a business agrees to a text that the page does not lead to");
        }
    }
    if wrong.is_empty() && (thorough || config.plugins.operators_office.is_some()) {
        let app = assemble(config).await?.app;
        if let Err(error) = operators_office(config, &app).await {
            wrong.push(error.to_string());
        } else if thorough {
            wrong = compare(config, &app).await?;
        }
    }
    anyhow::ensure!(wrong.is_empty(), "{}", wrong.join("\n       "));
    println!("{}", if thorough { "Everything answers and agrees." } else { "Everything answers." });
    Ok(())
}

/// Whether what was written down still holds, tenant by tenant.
#[expect(clippy::print_stdout, reason = "the command's report")]
async fn compare(config: &Config, app: &App) -> anyhow::Result<Vec<String>> {
    let objects = documents::store::S3::new(&object_config(config));
    let (mut wrong, mut blocks, tenants) = (Vec::new(), 0, app.directory.all_ids().await?);
    for id in &tenants {
        let scope = app.system_scope_of(*id, "doctor", Uuid::now_v7()).await?;
        let slug = &scope.tenant.slug;
        match audit::verify(&mut scope.begin_read().await?).await? {
            Ok(count) => blocks += count,
            Err(broken) => wrong.push(format!("audit of {slug}: {broken}")),
        }
        let differences = documents::comparison::compare(&scope, &objects).await?;
        wrong.extend(listed(slug, "documents lack their file in the object store", &differences.missing));
        wrong.extend(listed(slug, "files in the object store belong to no document", &differences.unknown));
    }
    println!("audit: {blocks} blocks of {} tenants were verified", tenants.len());
    Ok(wrong)
}

/// How many, and the first of them.
fn listed(slug: &str, what: &str, paths: &[String]) -> Option<String> {
    let first: Vec<&str> = paths.iter().take(20).map(String::as_str).collect();
    let more = if paths.len() > first.len() { ", …" } else { "" };
    (!paths.is_empty()).then(|| format!("objects of {slug}: {} {what}: {}{more}", paths.len(), first.join(", ")))
}
