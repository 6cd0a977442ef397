//! S3 on a folder: what the platform's object store is in dev and tests.
//!
//! Owns: one loopback S3 server with one pair of credentials, path style only.
//! Always holds: an unsigned or wrongly signed request is refused; an object appears whole or not at
//! all (written beside and renamed), so `kill -9` loses at most the upload under way. A key that is a
//! folder of another key (`a` and `a/b`) cannot be kept, because objects are files.

use std::net::SocketAddr;
use std::path::PathBuf;

use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;

use crate::serving::{self, Background};

/// How to start the server.
#[derive(Clone, Debug)]
pub struct Config {
    /// Loopback port; a free one when not given.
    pub port: Option<u16>,
    /// Folder that holds the buckets; made when missing.
    pub root: PathBuf,
    /// Access key id.
    pub access_key: String,
    /// Secret key.
    pub secret_key: String,
    /// Bucket that is made when missing.
    pub bucket: String,
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The bucket's name would be refused by S3, or is no plain folder name.
    #[error("a bucket name has 3 to 63 lower-case letters, digits and hyphens")]
    BucketName,
    /// The folder cannot be used or the port is taken.
    #[error("cannot use the folder or the port")]
    Io(#[from] std::io::Error),
    /// The folder is refused by the file system backend.
    #[error("cannot use the folder as an object store: {0}")]
    Store(String),
}

/// A running server; stops when dropped.
#[derive(Debug)]
pub struct Objects {
    addr: SocketAddr,
    bucket: String,
    background: Background,
}

/// Starts the server and makes the bucket.
///
/// # Errors
/// When the folder, the port or the bucket's name cannot be used.
pub async fn start(config: Config) -> Result<Objects, StartError> {
    if !is_bucket_name(&config.bucket) {
        return Err(StartError::BucketName);
    }
    tokio::fs::create_dir_all(config.root.join(&config.bucket)).await?;
    let store = FileSystem::new(&config.root).map_err(|error| StartError::Store(format!("{error:?}")))?;
    let service = {
        let mut builder = S3ServiceBuilder::new(store);
        builder.set_auth(SimpleAuth::from_single(config.access_key, config.secret_key));
        builder.build()
    };
    let background = Background::new();
    let (listener, addr) = serving::listen(config.port).await?;
    serving::serve(listener, &background, move |_| service.clone());
    Ok(Objects { addr, bucket: config.bucket, background })
}

impl Objects {
    /// Loopback address it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Endpoint URL for S3 clients (path style, any region).
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The bucket made at the start.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Stops listening and waits for open requests.
    pub async fn shutdown(self) {
        self.background.finish().await;
    }
}

fn is_bucket_name(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}
