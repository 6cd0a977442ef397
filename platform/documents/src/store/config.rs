//! What a deployment configures about its object store.

use secrecy::SecretString;
use serde::Deserialize;

/// An S3-compatible bucket and who may use it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `https://s3.af-south-1.amazonaws.com`
    pub endpoint: String,
    /// Where browsers reach the same store; the endpoint while not given.
    #[serde(default)]
    pub public_endpoint: Option<String>,
    pub region: String,
    pub bucket: String,
    pub access_key: String,
    /// Shown as stars wherever this is printed.
    pub secret_key: SecretString,
    /// The bucket stands in the path instead of the host's name, as most stores other than Amazon's want it.
    #[serde(default)]
    pub path_style: bool,
}
