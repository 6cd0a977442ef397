//! Mail to a real SMTP server.

use integrations::{MailConfig, MailTls, SmtpMessenger};
use kernel::{app::Ports, profile::Profile};
use ports::{
    PortError,
    message::{Attachment, Channel, Message, Messenger},
};
use testkit::World;
use uuid::Uuid;

fn message(to: &str) -> Message {
    Message {
        id: Uuid::now_v7(),
        channel: Channel::Email,
        to: to.into(),
        to_name: Some("Asha Mwangi".into()),
        from_name: "Mfano\r\nBcc: thief@example.com".into(),
        reply_to: Some("service@mfano.example.com".into()),
        subject: "Your policy".into(),
        text: "Dear Asha,\n\nyour cover began: https://mfano.example.com/policies/1".into(),
        html: None,
        attachments: vec![Attachment { name: "policy.pdf".into(), content_type: "application/pdf".into(), bytes: "%PDF-".into() }],
    }
}

#[tokio::test]
async fn a_mail_arrives_in_the_tenants_frame_with_its_files_and_a_lasting_id() {
    let post = simulators::mail::start(simulators::mail::Config::default()).await.unwrap();
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let staff = world.staff(&tenant);
    let mut tx = staff.begin_write().await.unwrap();
    let profile = Profile {
        legal_name: "Mfano Insurance Brokers Ltd".into(),
        licence_number: "IRA/05/0001".into(),
        brand_colour: "#0f766e".into(),
        ..Profile::default()
    };
    tx.set_setting(&profile, 0).await.unwrap();
    tx.commit().await.unwrap();

    let config = MailConfig {
        host: "127.0.0.1".into(),
        port: post.smtp_addr().port(),
        tls: MailTls::None,
        user: None,
        password: None,
        from: "no-reply@wakala.test".into(),
    };
    let mailer = SmtpMessenger::new(&config).unwrap();
    assert!(mailer.offers(&staff, Channel::Email).await && !mailer.offers(&staff, Channel::Sms).await);
    let letter = message("asha@example.com");
    let receipt = Messenger::send(&mailer, &staff, letter.clone()).await.unwrap();
    assert_eq!(receipt.provider_ref, format!("<{}@wakala.test>", letter.id));

    let caught = post.wait_for("asha@example.com").await.unwrap();
    let html = caught.html.clone().unwrap();
    assert!(html.contains("Mfano Insurance Brokers Ltd") && html.contains("IRA/05/0001") && html.contains("#0f766e"), "{html}");
    assert!(caught.text.clone().unwrap().contains("your cover began"));
    assert_eq!(caught.links, ["https://mfano.example.com/policies/1"]);
    assert_eq!((caught.attachments[0].name.as_str(), caught.attachments[0].content_type.as_str()), ("policy.pdf", "application/pdf"));
    let header = |name: &str| caught.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone()).unwrap_or_default();
    assert!(header("message-id").contains(&letter.id.to_string()));
    assert_eq!(caught.to, ["asha@example.com"], "a name cannot add a recipient");

    let refused = Messenger::send(&mailer, &staff, message("block@example.com")).await;
    assert!(matches!(refused, Err(PortError::Rejected { .. })), "{refused:?}");
    let nowhere = Messenger::send(&mailer, &staff, message("no address")).await;
    assert!(matches!(&nowhere, Err(PortError::Rejected { code, .. }) if code == "address"), "{nowhere:?}");
    let away = SmtpMessenger::new(&MailConfig { port: 1, ..config }).unwrap();
    assert!(matches!(Messenger::send(&away, &staff, message("asha@example.com")).await, Err(PortError::Retryable { .. })));
}
