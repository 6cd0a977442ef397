//! The envelope of SNS: what it says, what its signature covers, and which of its addresses may be followed.

use serde_json::Value;
use wakala_plugin_sdk::{PluginError, base64};

/// A notice as it came, not yet believed.
#[derive(Debug)]
pub struct Notice {
    fields: Value,
}

/// What a notice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Notification,
    /// Somebody subscribed us; following the address confirms it.
    SubscriptionConfirmation,
    /// The subscription ended.
    UnsubscribeConfirmation,
}

/// What the signature was made over and with.
#[derive(Debug, PartialEq, Eq)]
pub struct Signed {
    /// As the host calls it.
    pub algorithm: &'static str,
    pub text: String,
    pub signature: Vec<u8>,
    /// Where the certificate is.
    pub certificate: String,
}

fn format(why: &str) -> PluginError {
    PluginError::rejected("format", why)
}

impl Notice {
    /// Reads a request. Its content type says text, and it is JSON.
    ///
    /// # Errors
    /// `rejected` with `format` for whatever the provider would not send.
    pub fn read(body: &[u8]) -> Result<Self, PluginError> {
        let fields: Value = serde_json::from_slice(body).map_err(|_| format("this is no notice"))?;
        if fields.is_object() { Ok(Self { fields }) } else { Err(format("this is no notice")) }
    }

    fn field(&self, name: &str) -> Result<&str, PluginError> {
        self.fields[name].as_str().ok_or_else(|| format(&format!("the notice has no {name}")))
    }

    /// What it is for.
    ///
    /// # Errors
    /// `rejected` with `format`.
    pub fn kind(&self) -> Result<Kind, PluginError> {
        match self.field("Type")? {
            "Notification" => Ok(Kind::Notification),
            "SubscriptionConfirmation" => Ok(Kind::SubscriptionConfirmation),
            "UnsubscribeConfirmation" => Ok(Kind::UnsubscribeConfirmation),
            other => Err(format(&format!("a notice of type {other}"))),
        }
    }

    /// The message inside, a text that is JSON as a rule.
    ///
    /// # Errors
    /// `rejected` with `format`.
    pub fn message(&self) -> Result<&str, PluginError> {
        self.field("Message")
    }

    /// When it was sent.
    pub fn timestamp(&self) -> Option<&str> {
        self.fields["Timestamp"].as_str()
    }

    /// The provider's name of it.
    pub fn id(&self) -> &str {
        self.fields["MessageId"].as_str().unwrap_or_default()
    }

    /// What has to be verified before anything in it is believed. Anybody can have notices signed for a topic of their own, so it also
    /// has to be ours.
    ///
    /// # Errors
    /// `rejected` with `format` or `signature`.
    pub fn signed(&self, topic: &str, region: &str) -> Result<Signed, PluginError> {
        let forged = |why: &str| PluginError::rejected("signature", why);
        if self.field("TopicArn")? != topic {
            return Err(forged("the notice is of another topic"));
        }
        let certificate = self.field("SigningCertURL")?;
        if !is_certificate(certificate, region) {
            return Err(forged("the certificate is not the provider's"));
        }
        let algorithm = match self.field("SignatureVersion")? {
            "1" => "rs1",
            "2" => "rs256",
            other => return Err(forged(&format!("a signature of version {other}"))),
        };
        let signature = base64::decode(self.field("Signature")?).ok_or_else(|| forged("the signature is not base64"))?;
        let names: &[&str] = match self.kind()? {
            Kind::Notification => &["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
            _ => &["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
        };
        let mut text = String::new();
        for name in names {
            // A notice without a subject is signed without one.
            if *name == "Subject" && !self.fields[*name].is_string() {
                continue;
            }
            text.push_str(&format!("{name}\n{}\n", self.field(name)?));
        }
        Ok(Signed { algorithm, text, signature, certificate: certificate.to_owned() })
    }

    /// The address that confirms a subscription.
    ///
    /// # Errors
    /// `rejected` with `format` if it leads anywhere else.
    pub fn subscribe_url(&self, region: &str) -> Result<&str, PluginError> {
        let url = self.field("SubscribeURL")?;
        if is_of_sns(url, region) { Ok(url) } else { Err(format("the address leads elsewhere")) }
    }
}

/// Whether an address is that of a file with a certificate. With a query the provider might answer what somebody else put into it.
fn is_certificate(url: &str, region: &str) -> bool {
    is_of_sns(url, region) && url.ends_with(".pem") && !url.contains(['?', '#'])
}

/// Whether an address is at the provider itself, in this region.
fn is_of_sns(url: &str, region: &str) -> bool {
    url.strip_prefix("https://sns.").and_then(|rest| rest.strip_prefix(region)).is_some_and(|rest| rest.starts_with(".amazonaws.com/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:mail";

    fn notice(changes: Value) -> Notice {
        let mut fields = json!({
            "Type": "Notification", "MessageId": "n-1", "TopicArn": TOPIC, "Message": "{}\n", "Timestamp": "2026-10-02T08:00:00.000Z",
            "SignatureVersion": "1", "Signature": "Zm9v", "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/cert.pem",
        });
        for (name, value) in changes.as_object().expect("an object") {
            fields[name] = value.clone();
        }
        Notice::read(fields.to_string().as_bytes()).expect("a notice")
    }

    #[test]
    fn a_notification_is_signed_in_the_order_of_the_alphabet() {
        let signed = notice(json!({})).signed(TOPIC, "eu-west-1").expect("signed");
        let text = format!("Message\n{{}}\n\nMessageId\nn-1\nTimestamp\n2026-10-02T08:00:00.000Z\nTopicArn\n{TOPIC}\nType\nNotification\n");
        assert_eq!((signed.algorithm, signed.text.as_str(), signed.signature.as_slice()), ("rs1", text.as_str(), b"foo".as_slice()));
        let with_subject = notice(json!({"Subject": "S", "SignatureVersion": "2"})).signed(TOPIC, "eu-west-1").expect("signed");
        assert!(with_subject.text.contains("MessageId\nn-1\nSubject\nS\nTimestamp\n"), "{}", with_subject.text);
        assert_eq!(with_subject.algorithm, "rs256");
    }

    #[test]
    fn a_confirmation_is_signed_with_its_address_and_token() {
        let confirm =
            notice(json!({"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=x"}));
        let signed = confirm.signed(TOPIC, "eu-west-1").expect("signed");
        assert!(signed.text.contains("SubscribeURL\nhttps://sns.eu-west-1.amazonaws.com/?Action=x\nTimestamp\n"), "{}", signed.text);
        assert!(signed.text.contains("\nToken\nt\nTopicArn\n"), "{}", signed.text);
        assert!(confirm.subscribe_url("eu-west-1").is_ok());
    }

    #[test]
    fn no_other_topic_certificate_or_address_is_followed() {
        let code = |changes: Value| match notice(changes).signed(TOPIC, "eu-west-1") {
            Err(PluginError::Rejected(no)) => no.code,
            other => format!("{other:?}"),
        };
        assert_eq!(code(json!({"TopicArn": "arn:aws:sns:eu-west-1:999999999999:mail"})), "signature");
        for url in [
            "https://sns.eu-west-1.amazonaws.com.example.com/cert.pem",
            "https://sns.us-east-1.amazonaws.com/cert.pem",
            "http://sns.eu-west-1.amazonaws.com/cert.pem",
            "https://sns.eu-west-1.amazonaws.com/cert.html",
            "https://sns.eu-west-1.amazonaws.com/?Action=Echo&Text=cert.pem",
            "https://sns.eu-west-1.amazonaws.com/cert.pem?of=.pem",
            "https://sns.eu-west-1.amazonaws.com/cert.html#cert.pem",
        ] {
            assert_eq!(code(json!({"SigningCertURL": url})), "signature", "{url}");
        }
        assert_eq!(code(json!({"SignatureVersion": "3"})), "signature");
        assert_eq!(code(json!({"Signature": null})), "format");
        assert!(notice(json!({"SubscribeURL": "https://example.com/?Action=x"})).subscribe_url("eu-west-1").is_err());
        assert!(Notice::read(b"[]").is_err());
    }
}
