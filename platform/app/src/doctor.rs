//! Tests what a deployment needs and says in words what is wrong.

use kernel::database::Database;
use ports::object::ObjectStore;

use crate::{assemble::object_config, config::Config};

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

#[expect(clippy::print_stdout, reason = "the command's report")]
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let mut wrong = missing(config);
    match (config.database.tenant_url.expose().parse(), config.database.platform_url.expose().parse()) {
        (Ok(tenant), Ok(platform)) => match Database::connect(tenant, platform, 2).verify().await {
            Ok(()) => println!("database: both roles connect and are bound by row-level security"),
            Err(error) => wrong.push(format!("database: {error}")),
        },
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
    anyhow::ensure!(wrong.is_empty(), "{}", wrong.join("\n       "));
    println!("Everything answers.");
    Ok(())
}
