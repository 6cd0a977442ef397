//! The mail catcher as an SMTP client and a browser see it.

use std::net::SocketAddr;

use lettre::message::header::ContentType;
use lettre::message::{Attachment, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde_json::{Value, json};
use simulators::mail::{self, Config, Failures, Mail};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::crash::Scratch;

const TO: &str = "asha@example.com";

fn transport(addr: SocketAddr) -> AsyncSmtpTransport<Tokio1Executor> {
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(addr.ip().to_string()).port(addr.port()).build()
}

pub async fn send(addr: SocketAddr, to: &str, subject: &str) -> Result<(), lettre::transport::smtp::Error> {
    let message = Message::builder()
        .from("Bima Sample <noreply@bima.example>".parse().unwrap())
        .to(to.parse().unwrap())
        .subject(subject)
        .body("Verify at https://acme.wakala.test/verify?t=1&u=2.\n.dot".to_owned())
        .unwrap();
    transport(addr).send(message).await.map(drop)
}

async fn started() -> Mail {
    mail::start(Config::default()).await.unwrap()
}

async fn get(mail: &Mail, path: &str) -> reqwest::Response {
    reqwest::Client::builder().no_proxy().build().unwrap().get(format!("{}{path}", mail.url())).send().await.unwrap()
}

#[tokio::test]
async fn a_message_is_caught_with_envelope_text_and_links() {
    let mail = started().await;
    send(mail.smtp_addr(), TO, "Karibu, Ásha").await.unwrap();
    let message = mail.wait_for("ASHA@example.com").await.unwrap();
    assert_eq!((message.from.as_str(), message.to.as_slice()), ("noreply@bima.example", &[TO.to_owned()][..]));
    assert_eq!(message.subject, "Karibu, Ásha");
    assert!(message.text.as_deref().unwrap().contains("\r\n.dot"), "stuffed dots are undone");
    assert_eq!(message.links, ["https://acme.wakala.test/verify?t=1&u=2"]);
}

#[tokio::test]
async fn waiting_ends_when_the_message_arrives() {
    let mail = started().await;
    let (message, sent) = tokio::join!(mail.wait_for_subject(TO, "second"), async {
        send(mail.smtp_addr(), TO, "first").await?;
        send(mail.smtp_addr(), TO, "second").await
    });
    sent.unwrap();
    assert_eq!(message.unwrap().id, 2);
}

#[tokio::test]
async fn any_credentials_are_accepted() {
    let mail = started().await;
    let addr = mail.smtp_addr();
    let transport: AsyncSmtpTransport<Tokio1Executor> = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(addr.ip().to_string())
        .port(addr.port())
        .credentials(Credentials::new("user".to_owned(), "secret".to_owned()))
        .build();
    assert!(transport.test_connection().await.unwrap());
}

fn rich() -> Message {
    let html = r#"<script>alert(1)</script><img src="cid:logo"><a href="https://acme.wakala.test/p?a=1&amp;b=2">Open</a>"#;
    let related = MultiPart::related()
        .singlepart(SinglePart::html(html.to_owned()))
        .singlepart(Attachment::new_inline("logo".to_owned()).body(vec![1_u8, 2, 3], "image/png".parse().unwrap()));
    let alternative = MultiPart::alternative().singlepart(SinglePart::plain("Plain <b>words</b>".to_owned())).multipart(related);
    let pdf = Attachment::new("P-42.pdf".to_owned()).body(b"%PDF-1.7".to_vec(), ContentType::parse("application/pdf").unwrap());
    Message::builder()
        .from("noreply@bima.example".parse().unwrap())
        .to(TO.parse().unwrap())
        .bcc("audit@example.com".parse().unwrap())
        .subject("Your policy")
        .multipart(MultiPart::mixed().multipart(alternative).singlepart(pdf))
        .unwrap()
}

#[tokio::test]
async fn parts_and_attachments_are_served_by_the_api() {
    let mail = started().await;
    transport(mail.smtp_addr()).send(rich()).await.unwrap();
    mail.wait_for("audit@example.com").await.expect("blind copies are known from the envelope");
    let list: Value = get(&mail, "/api/messages?to=asha@example.com").await.json().await.unwrap();
    assert_eq!(list.as_array().unwrap().len(), 1);
    let message: Value = get(&mail, "/api/messages/1").await.json().await.unwrap();
    assert_eq!(message["links"], json!(["https://acme.wakala.test/p?a=1&b=2"]));
    let files = message["attachments"].as_array().unwrap();
    let pdf = files.iter().find(|file| file["name"] == "P-42.pdf").unwrap();
    let file = get(&mail, &format!("/api/messages/1/attachments/{}", pdf["index"])).await;
    assert_eq!(file.headers()["content-type"], "application/pdf");
    assert_eq!(file.headers()["content-disposition"], "attachment; filename=\"P-42.pdf\"");
    assert_eq!(file.bytes().await.unwrap().as_ref(), b"%PDF-1.7");
    assert!(get(&mail, "/api/messages/1/raw").await.text().await.unwrap().starts_with("Return-Path: <noreply@bima.example>"));
    assert_eq!(get(&mail, "/api/messages/2").await.status(), 404);
    assert_eq!(get(&mail, "/api/messages/1/attachments/9").await.status(), 404);
}

#[tokio::test]
async fn html_is_shown_in_a_sandbox_with_its_inline_images() {
    let mail = started().await;
    transport(mail.smtp_addr()).send(rich()).await.unwrap();
    let page = get(&mail, "/messages/1").await;
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let text = page.text().await.unwrap();
    assert!(text.contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\""));
    assert!(text.contains("P-42.pdf") && !text.contains("Plain <b>"), "text is escaped");
    let html = get(&mail, "/messages/1/html").await;
    let policy = html.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("sandbox allow-popups") && !policy.contains("script"), "{policy}");
    let html = html.text().await.unwrap();
    assert!(html.contains("src=\"/api/messages/1/attachments/") && html.starts_with("<base target=\"_blank\">"));
    assert!(get(&mail, "/").await.text().await.unwrap().contains("Your policy"));
}

#[tokio::test]
async fn next_messages_can_be_refused_or_put_off() {
    let mail = started().await;
    mail.fail(Failures { reject_next: 1, try_later_next: 1, ..Failures::default() });
    assert!(send(mail.smtp_addr(), TO, "1").await.unwrap_err().is_permanent());
    assert!(send(mail.smtp_addr(), TO, "2").await.unwrap_err().is_transient());
    send(mail.smtp_addr(), TO, "3").await.unwrap();
    assert_eq!(mail.messages().len(), 1);
}

#[tokio::test]
async fn a_greylist_puts_a_recipient_off_once() {
    let mail = started().await;
    mail.fail(Failures { greylist: true, ..Failures::default() });
    assert!(send(mail.smtp_addr(), TO, "1").await.unwrap_err().is_transient());
    send(mail.smtp_addr(), TO, "2").await.unwrap();
}

#[tokio::test]
async fn some_mailboxes_always_refuse_and_a_busy_server_turns_away() {
    let mail = started().await;
    for to in ["block@example.com", "bounce@example.com"] {
        assert!(send(mail.smtp_addr(), to, "x").await.unwrap_err().is_permanent(), "{to}");
    }
    mail.fail(Failures { busy: true, ..Failures::default() });
    assert!(send(mail.smtp_addr(), TO, "x").await.unwrap_err().is_transient());
}

#[tokio::test]
async fn failures_are_set_over_http_as_well() {
    let mail = started().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let put = client.put(format!("{}/api/failures", mail.url())).json(&json!({"reject_next": 1})).send().await.unwrap();
    assert_eq!(put.status(), 204);
    assert!(send(mail.smtp_addr(), TO, "1").await.is_err());
    let left: Value = get(&mail, "/api/failures").await.json().await.unwrap();
    assert_eq!(left["reject_next"], json!(0));
}

#[tokio::test]
async fn too_large_a_message_is_refused_and_the_connection_goes_on() {
    let mail = mail::start(Config { most_bytes: 200, ..Config::default() }).await.unwrap();
    let mut lines = Conversation::open(mail.smtp_addr()).await;
    lines.say("EHLO client.example", "250 ").await;
    for (size, expected) in [(300, "552"), (10, "250")] {
        lines.say("MAIL FROM:<a@example.com>", "250").await;
        lines.say("RCPT TO:<b@example.com>", "250").await;
        lines.say("DATA", "354").await;
        lines.say(&format!("{}\r\n.", "x".repeat(size)), expected).await;
    }
    lines.say("QUIT", "221").await;
    assert_eq!(mail.messages().len(), 1);
}

#[tokio::test]
async fn lines_without_end_and_binary_nonsense_do_not_stop_the_server() {
    let mail = started().await;
    let mut lines = Conversation::open(mail.smtp_addr()).await;
    lines.say(&"x".repeat(100_000), "500").await;
    lines.raw(b"\xff\xfe\x00\r\n").await;
    lines.expect("500").await;
    drop(lines);
    send(mail.smtp_addr(), TO, "still here").await.unwrap();
}

#[tokio::test]
async fn a_folder_keeps_messages_over_a_restart() {
    let scratch = Scratch::new();
    let config = || Config { folder: Some(scratch.path("mail")), ..Config::default() };
    let first = mail::start(config()).await.unwrap();
    send(first.smtp_addr(), TO, "one").await.unwrap();
    first.shutdown().await;
    let second = mail::start(config()).await.unwrap();
    send(second.smtp_addr(), TO, "two").await.unwrap();
    let ids: Vec<_> = second.messages().iter().map(|m| (m.id, m.subject.clone(), m.to.clone())).collect();
    assert_eq!(ids, [(2, "two".to_owned(), vec![TO.to_owned()]), (1, "one".to_owned(), vec![TO.to_owned()])]);
    second.clear().unwrap();
    assert_eq!(std::fs::read_dir(scratch.path("mail")).unwrap().count(), 0);
}

/// SMTP by hand.
struct Conversation(BufReader<TcpStream>);

impl Conversation {
    async fn open(addr: SocketAddr) -> Self {
        let mut this = Self(BufReader::new(TcpStream::connect(addr).await.unwrap()));
        this.expect("220").await;
        this
    }

    async fn raw(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).await.unwrap();
    }

    async fn say(&mut self, line: &str, expected: &str) {
        self.raw(format!("{line}\r\n").as_bytes()).await;
        self.expect(expected).await;
    }

    /// Reads to the last line of a reply.
    async fn expect(&mut self, expected: &str) {
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).await.unwrap(), 0, "connection closed");
            if line.as_bytes().get(3) != Some(&b'-') {
                assert!(line.starts_with(expected), "{line} instead of {expected}");
                return;
            }
        }
    }
}
