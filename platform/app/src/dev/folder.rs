//! Where `wakala dev` keeps its data and secrets.

use std::path::{Path, PathBuf};

use anyhow::Context;
use kernel::tokens;
use serde::{Deserialize, Serialize};

use super::cluster::write_private;

/// Keys made at the first start and kept with the data they protect.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    pub database_password: String,
    pub master: String,
    pub signer: String,
    pub plugin_cache: String,
    pub identity_seed: String,
    pub object_access: String,
    pub object_secret: String,
}

/// An account's own data folder; root's home is closed to the account that the database runs under.
#[must_use]
pub fn default_folder() -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let own = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).or_else(|| home.map(|home| home.join(".local/share")));
    match own {
        Some(own) if !own.starts_with("/root") => own.join("wakala/dev"),
        _ => PathBuf::from("/var/lib/wakala-dev"),
    }
}

/// The secrets of a folder, made if there are none.
pub fn secrets(folder: &Path) -> anyhow::Result<Secrets> {
    let file = folder.join("secrets.json");
    if let Ok(text) = std::fs::read_to_string(&file) {
        return serde_json::from_str(&text).with_context(|| format!("{} is damaged: start over with --reset", file.display()));
    }
    let key = || hex::encode(tokens::random_bytes::<32>());
    let secrets = Secrets {
        database_password: hex::encode(tokens::random_bytes::<16>()),
        master: key(),
        signer: key(),
        plugin_cache: key(),
        identity_seed: key(),
        object_access: format!("dev{}", hex::encode(tokens::random_bytes::<6>())),
        object_secret: key(),
    };
    std::fs::create_dir_all(folder)?;
    write_private(&file, &serde_json::to_string_pretty(&secrets)?)?;
    Ok(secrets)
}

/// Removes everything that `dev` made in the folder, and nothing else.
pub fn reset(folder: &Path) -> anyhow::Result<()> {
    let ours = ["postgres", "objects", "mail", "plugins"];
    for name in ours {
        let path = folder.join(name);
        if path.exists() {
            std::fs::remove_dir_all(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }
    for name in ["secrets.json", "payments.jsonl"] {
        std::fs::remove_file(folder.join(name)).ok();
    }
    Ok(())
}
