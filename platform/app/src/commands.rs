//! What each command does.

use anyhow::Context;
use kernel::tokens;

use crate::{
    assemble::{Assembled, assemble},
    cli::{Cli, Command, ConfigCommand},
    config::Config,
    database, dev, doctor, plugins, seed, serve,
    telemetry::metrics::{self, Survey},
};

pub async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Dev(options) => dev::run(options).await,
        Command::Serve => {
            let config = Config::load(cli.config.as_ref())?;
            let assembled = assemble(&config).await?;
            doctor::operators_office(&config, &assembled.app).await?;
            let _metrics = metrics::start(&config, &assembled.app, Survey::Nothing).await?;
            serve::serve(&config, assembled, serve::stop_signal()).await
        }
        Command::Work => {
            let config = Config::load(cli.config.as_ref())?;
            let assembled = assemble(&config).await?;
            let _metrics = metrics::start(&config, &assembled.app, Survey::Work).await?;
            let Assembled { app, work, .. } = assembled;
            serve::work(app, work, serve::stop_signal()).await;
            Ok(())
        }
        Command::Migrate { bootstrap: Some(admin), database: name } => {
            database::bootstrap(&admin, &name, None).await?;
            let mut owner: url::Url = admin.parse()?;
            // The owner of a cluster that asks for passwords is named in the configuration instead.
            let _ = owner.set_username("wakala_owner");
            owner.set_path(&format!("/{name}"));
            database::migrate(owner.as_str()).await
        }
        Command::Migrate { bootstrap: None, .. } => {
            let config = Config::load(cli.config.as_ref())?;
            database::migrate(config.database.owner_url.expose()).await?;
            if !config.plugins.bundle.as_os_str().is_empty() {
                let assembled = assemble(&config).await?;
                integrations::catalogue::publish_bundle(&assembled.app, &config.plugins.bundle).await?;
            }
            Ok(())
        }
        Command::Seed(options) => seed::run(&Config::load(cli.config.as_ref())?, &options).await,
        Command::Plugins(command) => {
            let config = Config::load(cli.config.as_ref())?;
            complete(&config).context("name the deployment's file by --config or WAKALA_CONFIG; that of `wakala dev` is in its data folder")?;
            plugins::run(&config, command).await
        }
        Command::Config(command) => configuration(&cli.config, &command),
        Command::Doctor { thorough } => doctor::run(&Config::load(cli.config.as_ref())?, thorough).await,
        Command::PluginCompile { .. } => Ok(()),
    }
}

fn complete(config: &Config) -> anyhow::Result<()> {
    let missing = doctor::missing(config);
    anyhow::ensure!(missing.is_empty(), "the configuration is not complete: {}", missing.join("; "));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what the command was asked for")]
fn configuration(file: &Option<std::path::PathBuf>, command: &ConfigCommand) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Keys => {
            for name in ["keys.master", "keys.signer", "keys.plugin_cache", "identity.key_seed"] {
                println!("{name} = \"{}\"", hex::encode(tokens::random_bytes::<32>()));
            }
        }
        ConfigCommand::Show => println!("{:#?}", Config::load(file.as_ref())?),
        ConfigCommand::Check => {
            complete(&Config::load(file.as_ref())?)?;
            println!("The configuration is complete.");
        }
    }
    Ok(())
}
