//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Multi-tenant platform for insurance brokerages and payroll lenders.
#[derive(Debug, Parser)]
#[command(name = "wakala", version, arg_required_else_help = true)]
pub struct Cli {
    /// Configuration file; the environment overrides it, and `wakala config show` prints every key.
    #[arg(long, global = true, env = "WAKALA_CONFIG")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Everything on this machine: database, object store, mail catcher, provider simulators, workers and HTTP.
    #[command(after_help = "Examples:\n  wakala dev\n  wakala dev --port 9000 --reset")]
    Dev(DevOptions),
    /// Answers HTTP.
    Serve,
    /// Runs background jobs.
    Work,
    /// Brings the schema to this release and publishes the first-party plugins that are new.
    #[command(after_help = "Examples:\n  wakala migrate\n  wakala migrate --bootstrap postgres://postgres@db.example.com/postgres")]
    Migrate {
        /// First creates roles, database and extensions, as this administrator.
        #[arg(long, value_name = "ADMIN URL")]
        bootstrap: Option<String>,
        /// The database that --bootstrap creates; the schema is then migrated there as wakala_owner.
        #[arg(long, default_value = "wakala")]
        database: String,
    },
    /// Fills a development database for measurements: copies customers with everything they own, and their tenant.
    #[command(after_help = "Example:\n  wakala --config .../config.toml seed --scale 100000 --tenants 1000")]
    Seed(SeedOptions),
    /// Checks and shows the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Tests every connection that a deployment needs, and says in words what is wrong.
    Doctor {
        /// Also verifies every tenant's audit, and compares its documents with the object store: after a restore.
        #[arg(long)]
        thorough: bool,
    },
    /// The child process in which plugins are compiled.
    #[command(hide = true)]
    PluginCompile { args: Vec<String> },
}

#[derive(Debug, Clone, clap::Args)]
pub struct DevOptions {
    /// Port of all pages and APIs.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Starts over: forgets all data of earlier starts.
    #[arg(long)]
    pub reset: bool,
    /// Where data is kept.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Without the demonstration brokerage.
    #[arg(long)]
    pub empty: bool,
    /// Writes addresses and logins as JSON to this file once everything runs.
    #[arg(long, value_name = "FILE")]
    pub describe: Option<PathBuf>,
    /// Only starts database, object store, mail catcher and simulators, and prints the environment for `wakala serve` and `wakala work`.
    #[arg(long)]
    pub services_only: bool,
}

#[derive(Debug, Clone, clap::Args)]
pub struct SeedOptions {
    /// Customers that the tenant has in the end.
    #[arg(long, value_name = "CUSTOMERS", value_parser = clap::value_parser!(i64).range(1..=2_000_000))]
    pub scale: i64,
    /// Tenants that there are in the end, as copies of this one.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    pub tenants: i64,
    /// Whose customers are copied.
    #[arg(long, value_name = "SLUG", default_value = "demo")]
    pub tenant: String,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Reads everything and says whether it is complete.
    Check,
    /// Prints every key with its present value; secrets as stars.
    Show,
    /// Prints fresh keys.
    Keys,
}
