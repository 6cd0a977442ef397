//! The S3 store against the server that development and tests run.

use std::time::Duration;

use bytes::Bytes;
use documents::store::{Config, S3};
use kernel::tenant::TenantId;
use ports::object::{Download, ObjectStore};
use simulators::objects::{self, Objects};

async fn server() -> (Objects, Config, std::path::PathBuf) {
    let root = std::env::temp_dir().join(format!("wakala-objects-{}", uuid::Uuid::new_v4()));
    let config = objects::Config {
        port: None,
        root: root.clone(),
        access_key: "access".into(),
        secret_key: "secret-key".into(),
        bucket: "wakala-test".into(),
    };
    let server = objects::start(config).await.unwrap();
    let config = Config {
        endpoint: server.url(),
        public_endpoint: None,
        region: "us-east-1".into(),
        bucket: server.bucket().to_owned(),
        access_key: "access".into(),
        secret_key: "secret-key".into(),
        path_style: true,
    };
    (server, config, root)
}

#[tokio::test]
async fn objects_come_back_as_they_went_in_and_only_to_their_tenant() {
    let (server, config, root) = server().await;
    let store = S3::new(&config);
    let (a, b) = (TenantId::new(), TenantId::new());
    let body = Bytes::from(vec![7; 300_000]);
    store.ping().await.unwrap();
    store.put(a, "receipts/2026/11/x.pdf", "application/pdf", body.clone()).await.unwrap();
    assert_eq!(store.get(a, "receipts/2026/11/x.pdf").await.unwrap(), body);
    assert!(store.get(b, "receipts/2026/11/x.pdf").await.unwrap_err().missing);
    assert!(store.get(b, &format!("../{a}/receipts/2026/11/x.pdf")).await.is_err());
    store.put_platform("plugins/p.wasm", "application/wasm", body.clone()).await.unwrap();
    assert_eq!(store.get_platform("plugins/p.wasm").await.unwrap(), body);
    store.delete(a, "receipts/2026/11/x.pdf").await.unwrap();
    assert!(store.get(a, "receipts/2026/11/x.pdf").await.unwrap_err().missing);
    server.shutdown().await;
    let _ = std::fs::remove_dir_all(root);
}

#[tokio::test]
async fn a_signed_address_opens_the_file_without_credentials_and_an_unsigned_one_does_not() {
    let (server, config, root) = server().await;
    let store = S3::new(&config);
    let tenant = TenantId::new();
    store.put(tenant, "receipts/x.pdf", "application/pdf", Bytes::from_static(b"%PDF-")).await.unwrap();
    let download = Download { valid_for: Duration::from_secs(60), file_name: "Receipt 1.pdf".into(), content_type: "application/pdf".into() };
    let url = store.presign(tenant, "receipts/x.pdf", download).await.unwrap();
    let fetch = async |url: &str| {
        let answer = reqwest::get(url).await.unwrap();
        let disposition = answer.headers().get("content-disposition").map(|v| v.to_str().unwrap().to_owned());
        (answer.status().as_u16(), disposition)
    };
    let (status, disposition) = fetch(&url).await;
    assert_eq!(status, 200);
    assert!(disposition.unwrap().starts_with("attachment; filename=\"Receipt 1.pdf\""));
    assert_eq!(fetch(url.split_once('?').unwrap().0).await.0, 403);
    server.shutdown().await;
    let _ = std::fs::remove_dir_all(root);
}

#[tokio::test]
async fn a_store_that_is_away_is_an_error_to_try_again_and_never_shows_the_secret() {
    let (server, mut config, root) = server().await;
    server.shutdown().await;
    config.secret_key = "very-secret".into();
    let error = S3::new(&config).ping().await.unwrap_err();
    assert!(!error.missing && !error.to_string().contains("very-secret"));
    assert!(!format!("{config:?}").contains("very-secret"));
    assert!(kernel::AppError::from(error).is("storage_unavailable"));
    let _ = std::fs::remove_dir_all(root);
}
