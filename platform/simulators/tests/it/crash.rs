//! `kill -9` of a process that runs the simulators: what was acknowledged is still there.
//!
//! The process is this test binary itself, running the ignored test below.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use simulators::daraja::{self, Merchant};
use simulators::{mail, objects};

use crate::daraja::world::{PHONE, TIMESTAMP};
use crate::mail::send;
use crate::objects::Signer;

const FOLDER: &str = "SIMULATORS_CRASH_FOLDER";
pub const BUCKET: &str = "documents";

/// A folder that goes away with the test.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Self {
        let unique = format!("simulators-{}-{:016x}", std::process::id(), rand::random::<u64>());
        let folder = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn merchant() -> Merchant {
    Merchant::fictitious("Bima Sample", "600111")
}

fn objects_config(folder: &Path) -> objects::Config {
    objects::Config {
        port: None,
        root: folder.join("objects"),
        access_key: "sample-access".to_owned(),
        secret_key: "sample-secret".to_owned(),
        bucket: BUCKET.to_owned(),
    }
}

async fn start(folder: &Path) -> (daraja::Daraja, mail::Mail, objects::Objects) {
    let journal = Some(folder.join("book.jsonl"));
    let config = daraja::Config { merchants: vec![merchant()], journal, ..daraja::Config::default() };
    let routed = daraja::Config { routes: vec![daraja::Route::new("*.wakala.test", ([127, 0, 0, 1], 9).into())], ..config };
    let mail = mail::Config { folder: Some(folder.join("mail")), ..mail::Config::default() };
    (daraja::start(routed).await.unwrap(), mail::start(mail).await.unwrap(), objects::start(objects_config(folder)).await.unwrap())
}

#[tokio::test]
#[ignore = "the process that another test kills"]
async fn victim() {
    let folder = PathBuf::from(std::env::var(FOLDER).unwrap());
    let (daraja, mail, objects) = start(&folder).await;
    eprintln!("ready {} {} {}", daraja.addr(), mail.smtp_addr(), objects.addr());
    std::future::pending::<()>().await;
}

fn spawn_victim(folder: &Path) -> (Child, Vec<String>) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "crash::victim", "--nocapture"]).env(FOLDER, folder);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let ready = stderr.lines().map(|line| line.unwrap()).find(|line| line.starts_with("ready ")).unwrap();
    (child, ready.split(' ').skip(1).map(str::to_owned).collect())
}

#[tokio::test]
async fn prompts_mail_and_objects_survive_kill_9() {
    let scratch = Scratch::new();
    let (mut child, addresses) = spawn_victim(&scratch.path(""));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let signer = Signer::new(&format!("http://{}", addresses[2]), "sample-access", "sample-secret");

    let id = push(&http, &addresses[0]).await;
    send(addresses[1].parse().unwrap(), "asha@example.com", "Kept").await.unwrap();
    let put = signer.put(&http, &format!("/{BUCKET}/policies/P-42.pdf"), b"%PDF-1.7 sample").await;
    assert_eq!(put.status(), 200);
    child.kill().unwrap();
    child.wait().unwrap();

    let (daraja, mail, objects) = start(&scratch.path("")).await;
    assert_eq!(daraja.prompt_on(PHONE).await.unwrap().checkout_request_id, id);
    assert_eq!(mail.wait_for("asha@example.com").await.unwrap().subject, "Kept");
    let signer = Signer::new(&objects.url(), "sample-access", "sample-secret");
    let got = signer.get(&http, &format!("/{BUCKET}/policies/P-42.pdf")).await;
    assert_eq!(got.bytes().await.unwrap().as_ref(), b"%PDF-1.7 sample");
}

async fn push(http: &reqwest::Client, addr: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let merchant = merchant();
    let token: serde_json::Value = http
        .get(format!("http://{addr}/oauth/v1/generate?grant_type=client_credentials"))
        .basic_auth(&merchant.consumer_key, Some(&merchant.consumer_secret))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let pushed: serde_json::Value = http
        .post(format!("http://{addr}/mpesa/stkpush/v1/processrequest"))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .json(&serde_json::json!({
            "BusinessShortCode": merchant.shortcode,
            "Password": STANDARD.encode(format!("{}{}{TIMESTAMP}", merchant.shortcode, merchant.passkey)),
            "Timestamp": TIMESTAMP,
            "TransactionType": "CustomerPayBillOnline",
            "Amount": 10,
            "PartyA": PHONE,
            "PartyB": merchant.shortcode,
            "PhoneNumber": PHONE,
            "CallBackURL": "https://acme.wakala.test/hooks/x",
            "AccountReference": "PAY7QX2M",
            "TransactionDesc": "Cover",
        }))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    pushed["CheckoutRequestID"].as_str().unwrap().to_owned()
}
