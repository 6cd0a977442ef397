//! The S3 server under requests signed by hand (Signature Version 4).

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use simulators::objects::{self, Config, Objects, StartError};

use crate::crash::{BUCKET, Scratch};

const REGION: &str = "us-east-1";

/// Signs requests as S3 clients do.
pub struct Signer {
    endpoint: String,
    host: String,
    access: String,
    secret: String,
}

fn hmac(key: &[u8], data: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(data.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

impl Signer {
    pub fn new(endpoint: &str, access: &str, secret: &str) -> Self {
        let host = endpoint.trim_start_matches("http://").to_owned();
        Self { endpoint: endpoint.to_owned(), host, access: access.to_owned(), secret: secret.to_owned() }
    }

    fn signature(&self, stamp: &str, canonical: &str) -> String {
        let day = &stamp[..8];
        let scope = format!("{day}/{REGION}/s3/aws4_request");
        let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
        let key = hmac(format!("AWS4{}", self.secret).as_bytes(), day);
        let key = hmac(&hmac(&hmac(&key, REGION), "s3"), "aws4_request");
        hex::encode(hmac(&key, &to_sign))
    }

    async fn send(&self, http: &reqwest::Client, method: &str, path: &str, body: &[u8]) -> reqwest::Response {
        let stamp = chrono::Utc::now().format("%Y%m%dT%H%M%SZ").to_string();
        let hash = hex::encode(Sha256::digest(body));
        let signed = "host;x-amz-content-sha256;x-amz-date";
        let headers = format!("host:{}\nx-amz-content-sha256:{hash}\nx-amz-date:{stamp}\n", self.host);
        let signature = self.signature(&stamp, &format!("{method}\n{path}\n\n{headers}\n{signed}\n{hash}"));
        let credential = format!("{}/{}/{REGION}/s3/aws4_request", self.access, &stamp[..8]);
        let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, Signature={signature}");
        http.request(method.parse().unwrap(), format!("{}{path}", self.endpoint))
            .header("x-amz-date", stamp)
            .header("x-amz-content-sha256", hash)
            .header("authorization", authorization)
            .body(body.to_vec())
            .send()
            .await
            .unwrap()
    }

    pub async fn put(&self, http: &reqwest::Client, path: &str, body: &[u8]) -> reqwest::Response {
        self.send(http, "PUT", path, body).await
    }

    pub async fn get(&self, http: &reqwest::Client, path: &str) -> reqwest::Response {
        self.send(http, "GET", path, b"").await
    }

    /// A URL that works without credentials for some seconds.
    pub fn presign(&self, path: &str, seconds: u32, at: chrono::DateTime<chrono::Utc>) -> String {
        let stamp = at.format("%Y%m%dT%H%M%SZ").to_string();
        let credential = format!("{}%2F{}%2F{REGION}%2Fs3%2Faws4_request", self.access, &stamp[..8]);
        let query = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={stamp}&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host"
        );
        let canonical = format!("GET\n{path}\n{query}\nhost:{}\n\nhost\nUNSIGNED-PAYLOAD", self.host);
        format!("{}{path}?{query}&X-Amz-Signature={}", self.endpoint, self.signature(&stamp, &canonical))
    }
}

fn config(scratch: &Scratch) -> Config {
    Config {
        port: None,
        root: scratch.path("objects"),
        access_key: "sample-access".to_owned(),
        secret_key: "sample-secret".to_owned(),
        bucket: BUCKET.to_owned(),
    }
}

async fn started(scratch: &Scratch) -> (Objects, Signer, reqwest::Client) {
    let objects = objects::start(config(scratch)).await.unwrap();
    let signer = Signer::new(&objects.url(), "sample-access", "sample-secret");
    (objects, signer, reqwest::Client::builder().no_proxy().build().unwrap())
}

#[tokio::test]
async fn a_signed_put_is_read_back_by_a_signed_get() {
    let scratch = Scratch::new();
    let (objects, signer, http) = started(&scratch).await;
    let path = format!("/{}/t/0192/policy.pdf", objects.bucket());
    assert_eq!(signer.put(&http, &path, b"sample bytes").await.status(), 200);
    let got = signer.get(&http, &path).await;
    assert_eq!(got.status(), 200);
    assert_eq!(got.bytes().await.unwrap().as_ref(), b"sample bytes");
    assert_eq!(signer.get(&http, &format!("/{BUCKET}/missing")).await.status(), 404);
}

#[tokio::test]
async fn a_presigned_url_reads_until_it_expires() {
    let scratch = Scratch::new();
    let (_objects, signer, http) = started(&scratch).await;
    let path = format!("/{BUCKET}/receipt.txt");
    signer.put(&http, &path, b"paid").await;
    let now = chrono::Utc::now();
    let fresh = http.get(signer.presign(&path, 60, now)).send().await.unwrap();
    assert_eq!(fresh.text().await.unwrap(), "paid");
    let stale = signer.presign(&path, 60, now - chrono::TimeDelta::seconds(120));
    assert_eq!(http.get(stale).send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn unsigned_and_wrongly_signed_requests_are_refused() {
    let scratch = Scratch::new();
    let (objects, signer, http) = started(&scratch).await;
    let path = format!("/{BUCKET}/secret.txt");
    signer.put(&http, &path, b"secret").await;
    assert_eq!(http.get(format!("{}{path}", objects.url())).send().await.unwrap().status(), 403);
    let wrong = Signer::new(&objects.url(), "sample-access", "guessed");
    assert_eq!(wrong.get(&http, &path).await.status(), 403);
    assert_eq!(wrong.put(&http, &path, b"overwritten").await.status(), 403);
    assert_eq!(signer.get(&http, &path).await.text().await.unwrap(), "secret");
}

#[tokio::test]
async fn starting_again_keeps_the_bucket_and_bad_names_are_refused() {
    let scratch = Scratch::new();
    let (objects, signer, http) = started(&scratch).await;
    signer.put(&http, &format!("/{BUCKET}/a.txt"), b"a").await;
    objects.shutdown().await;
    let (_objects, signer, http) = started(&scratch).await;
    assert_eq!(signer.get(&http, &format!("/{BUCKET}/a.txt")).await.text().await.unwrap(), "a");
    for bucket in ["", "../up", "Upper", "-x-", "a/b"] {
        let bad = Config { bucket: bucket.to_owned(), ..config(&scratch) };
        assert!(matches!(objects::start(bad).await, Err(StartError::BucketName)), "{bucket}");
    }
}
