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
    #[command(after_help = "Examples:\n  wakala dev\n  wakala dev --port 9000 --reset\n  wakala dev --simulate ~/my-pay")]
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
    /// Reviews what publishers hand in, withdraws versions, stops plugins and lets them run again.
    #[command(
        subcommand,
        after_help = "Examples:\n  wakala plugins stop --plugin com.example.pay --by 'A. Mwangi' --reason 'sends card numbers'\n  wakala plugins mark com.example.pay 1.2.0 revoked --by 'A. Mwangi' --reason 'sends card numbers'"
    )]
    Plugins(PluginCommand),
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
    /// Plays the simulator of the plugin in this folder, also at its hosts of live mode, so that whoever writes it can buy with it; may be
    /// given more than once.
    #[arg(long, value_name = "FOLDER")]
    pub simulate: Vec<PathBuf>,
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
pub enum PluginCommand {
    /// Lists packages that wait for their review.
    Waiting,
    /// Examines a package as `wakala-plugin check` does, keeps the report, and shows what its reviewer has to know: findings, size, hosts
    /// and permissions beside the last version's, its publisher, and what its author says has changed.
    Review {
        /// The package's id.
        #[arg(value_parser = package_id)]
        package: uuid::Uuid,
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Lets a package that the machine passed be listed by its publisher.
    Approve {
        /// The package's id.
        #[arg(value_parser = package_id)]
        package: uuid::Uuid,
        /// The package that was read, as `review` tells it: another one may have taken its place since.
        #[arg(long, value_name = "SHA256")]
        digest: String,
        #[command(flatten)]
        decision: Decision,
    },
    /// Sends a package back; the publisher reads the reason.
    Reject {
        /// The package's id.
        #[arg(value_parser = package_id)]
        package: uuid::Uuid,
        /// The package that was read, as `review` tells it: another one may have taken its place since.
        #[arg(long, value_name = "SHA256")]
        digest: String,
        #[command(flatten)]
        decision: Decision,
    },
    /// Writes a package that was handed in to a file, for whoever reads it.
    Fetch {
        /// The package's id.
        #[arg(value_parser = package_id)]
        package: uuid::Uuid,
        /// The file to make.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Signs every version anew after the platform's signing key was replaced, beside publishers whose signature holds.
    Reseal {
        #[command(flatten)]
        decision: Decision,
    },
    /// Stops calls of plugins in every process, within a second.
    Stop {
        #[command(flatten)]
        pick: Pick,
        /// Every plugin of every tenant.
        #[arg(long, conflicts_with_all = ["plugin", "tenant"])]
        everything: bool,
        #[command(flatten)]
        decision: Decision,
    },
    /// Lets run again what a stop held.
    Resume {
        /// The stop's id.
        stop: uuid::Uuid,
        /// Who decides.
        #[arg(long, value_name = "NAME")]
        by: String,
    },
    /// Lists the stops that hold.
    Stops,
    /// Offers a new version to a part of the tenants first.
    Offer {
        /// Reverse domain name.
        plugin: String,
        version: String,
        /// Of a hundred tenants, how many.
        #[arg(value_parser = clap::value_parser!(u8).range(0..=100))]
        share: u8,
        #[command(flatten)]
        decision: Decision,
    },
    /// Withdraws a version, or offers it again.
    Mark {
        /// Reverse domain name.
        plugin: String,
        version: String,
        /// listed; deprecated: no new installations; yanked: the same, and those who run it are warned; revoked: never runs again.
        state: String,
        #[command(flatten)]
        decision: Decision,
    },
}

/// A package goes by its id: there may be several of one name.
fn package_id(text: &str) -> Result<uuid::Uuid, String> {
    text.parse().map_err(|_| "that is no id of a package; `wakala plugins waiting` lists them".to_owned())
}

/// What a stop reaches: what is both, if two are named.
#[derive(Debug, Clone, clap::Args)]
pub struct Pick {
    /// Reverse domain name of a plugin.
    #[arg(long, value_name = "ID")]
    pub plugin: Option<String>,
    /// One of its versions.
    #[arg(long, value_name = "VERSION", requires = "plugin")]
    pub version: Option<String>,
    /// Slug of a tenant.
    #[arg(long, value_name = "SLUG")]
    pub tenant: Option<String>,
}

/// Who decides, and why.
#[derive(Debug, Clone, clap::Args)]
pub struct Decision {
    /// Who decides: the name that is kept with the decision.
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why: kept with the decision, and read by those it concerns.
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
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
