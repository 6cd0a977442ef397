//! The object store over S3: the one implementation of [`ObjectStore`], in production and in development alike.
//!
//! What always holds: a tenant's objects lie below `t/{tenant}/`, the platform's below `platform/`, and only [`key`] builds a key, so
//! that no path can name another tenant's object. Addresses for browsers are signed for the public endpoint, for a short while.

mod config;
mod key;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation, retry::RetryConfig, timeout::TimeoutConfig,
    },
    error::{DisplayErrorContext, SdkError},
    operation::get_object::GetObjectError,
    presigning::PresigningConfig,
    primitives::ByteStream,
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bytes::Bytes;
use kernel::tenant::TenantId;
use ports::object::{Download, ObjectError, ObjectStore};
use secrecy::ExposeSecret;

pub use config::Config;

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct S3 {
    client: Client,
    /// Signs addresses that browsers open; its endpoint is the public one.
    public: Client,
    bucket: String,
}

const ATTEMPT: Duration = Duration::from_secs(20);
const WHOLE: Duration = Duration::from_secs(45);

impl S3 {
    /// A client for the configured bucket. Connects at the first use.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let public = config.public_endpoint.as_deref().unwrap_or(&config.endpoint);
        Self { client: client(config, &config.endpoint), public: client(config, public), bucket: config.bucket.clone() }
    }

    /// Paths of all objects of a tenant, for comparing them with the rows that name them.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn list(&self, tenant: TenantId) -> Result<Vec<String>, ObjectError> {
        let folder = key::folder_of(tenant);
        let mut pages = self.client.list_objects_v2().bucket(&self.bucket).prefix(&folder).into_paginator().send();
        let mut paths = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed(&error))?;
            paths.extend(page.contents().iter().filter_map(|object| object.key()?.strip_prefix(&folder).map(str::to_owned)));
        }
        Ok(paths)
    }

    async fn put_key(&self, key: String, content_type: &str, bytes: Bytes) -> Result<(), ObjectError> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(content_type)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|error| failed(&error))?;
        Ok(())
    }

    async fn get_key(&self, key: String) -> Result<Bytes, ObjectError> {
        let answer = self.client.get_object().bucket(&self.bucket).key(key).send().await.map_err(|error| {
            let missing =
                matches!(&error, SdkError::ServiceError(e) if matches!(e.err(), GetObjectError::NoSuchKey(_)) || e.raw().status().as_u16() == 404);
            ObjectError { missing, ..failed(&error) }
        })?;
        let body = answer.body.collect().await.map_err(|error| ObjectError { what: error.to_string(), missing: false })?;
        Ok(body.into_bytes())
    }
}

fn client(config: &Config, endpoint: &str) -> Client {
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https();
    let credentials = Credentials::new(config.access_key.clone(), config.secret_key.expose_secret(), None, None, "configuration");
    Client::from_conf(
        aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(config.region.clone()))
            .endpoint_url(endpoint)
            .force_path_style(config.path_style)
            .credentials_provider(credentials)
            .http_client(http)
            // S3-compatible stores differ in the newer checksums; the signature covers the content's hash anyway.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).operation_timeout(WHOLE).build())
            .build(),
    )
}

fn failed<E: std::error::Error + 'static>(error: &E) -> ObjectError {
    ObjectError { what: DisplayErrorContext(error).to_string(), missing: false }
}

#[async_trait]
impl ObjectStore for S3 {
    async fn put(&self, tenant: TenantId, path: &str, content_type: &str, bytes: Bytes) -> Result<(), ObjectError> {
        self.put_key(key::of_tenant(tenant, path)?, content_type, bytes).await
    }

    async fn get(&self, tenant: TenantId, path: &str) -> Result<Bytes, ObjectError> {
        self.get_key(key::of_tenant(tenant, path)?).await
    }

    async fn delete(&self, tenant: TenantId, path: &str) -> Result<(), ObjectError> {
        let key = key::of_tenant(tenant, path)?;
        self.client.delete_object().bucket(&self.bucket).key(key).send().await.map_err(|error| failed(&error))?;
        Ok(())
    }

    async fn presign(&self, tenant: TenantId, path: &str, download: Download) -> Result<String, ObjectError> {
        let until = PresigningConfig::expires_in(download.valid_for).map_err(|error| failed(&error))?;
        let request = self
            .public
            .get_object()
            .bucket(&self.bucket)
            .key(key::of_tenant(tenant, path)?)
            .response_content_disposition(key::attachment(&download.file_name))
            .response_content_type(download.content_type)
            .presigned(until)
            .await
            .map_err(|error| failed(&error))?;
        Ok(request.uri().to_owned())
    }

    async fn put_platform(&self, path: &str, content_type: &str, bytes: Bytes) -> Result<(), ObjectError> {
        self.put_key(key::of_platform(path)?, content_type, bytes).await
    }

    async fn get_platform(&self, path: &str) -> Result<Bytes, ObjectError> {
        self.get_key(key::of_platform(path)?).await
    }

    async fn ping(&self) -> Result<(), ObjectError> {
        self.client.head_bucket().bucket(&self.bucket).send().await.map_err(|error| failed(&error))?;
        Ok(())
    }
}
