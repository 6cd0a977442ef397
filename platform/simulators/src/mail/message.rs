//! A caught message, taken apart for people and tests.

use chrono::{DateTime, Utc};
use mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};
use serde::Serialize;

use super::session::Envelope;

/// A message as it was received. Bcc recipients are known from the envelope.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Counts up; also the name of the file in the folder.
    pub id: u64,
    /// When it arrived.
    pub at: DateTime<Utc>,
    /// Envelope sender; empty for bounces.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Subject, decoded.
    pub subject: String,
    /// Plain text part, if there is one.
    pub text: Option<String>,
    /// HTML part, if there is one.
    pub html: Option<String>,
    /// Links of both parts, each once, in order.
    pub links: Vec<String>,
    /// Attached files, inline images included.
    pub attachments: Vec<Attachment>,
    /// All header fields, in order, decoded only as far as their characters.
    pub headers: Vec<(String, String)>,
    /// Bytes of the whole message.
    pub size: usize,
}

/// A file within a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Position, from 0.
    pub index: usize,
    /// File name.
    pub name: String,
    /// Media type.
    pub content_type: String,
    /// Content-ID without brackets, for inline images.
    pub content_id: Option<String>,
    /// Bytes, decoded.
    pub size: usize,
}

impl Message {
    /// Whether it was sent to this address, in any case.
    #[must_use]
    pub fn is_to(&self, address: &str) -> bool {
        self.to.iter().any(|to| to.eq_ignore_ascii_case(address))
    }

    pub(crate) fn parse(id: u64, at: DateTime<Utc>, envelope: Envelope, raw: &[u8]) -> Self {
        let parsed = MessageParser::default().parse(raw).unwrap_or_default();
        let own_text = parsed.text_part(0).and_then(|part| match &part.body {
            PartType::Text(text) => Some(text.to_string()),
            _ => None,
        });
        let own_html = parsed.html_part(0).and_then(|part| match &part.body {
            PartType::Html(html) => Some(html.to_string()),
            _ => None,
        });
        let mut links = own_text.as_deref().map(links_in_text).unwrap_or_default();
        for link in own_html.as_deref().map(links_in_html).unwrap_or_default() {
            if !links.contains(&link) {
                links.push(link);
            }
        }
        let headers = if parsed.parts.is_empty() { Vec::new() } else { headers(&parsed) };
        let subject = if parsed.parts.is_empty() { None } else { parsed.subject() };
        Self {
            id,
            at,
            from: envelope.from,
            to: envelope.to,
            subject: subject.unwrap_or_default().to_owned(),
            text: own_text,
            html: own_html,
            links,
            attachments: parsed.attachments().enumerate().map(|(index, part)| attachment(index, part)).collect(),
            headers,
            size: raw.len(),
        }
    }
}

fn headers(parsed: &mail_parser::Message<'_>) -> Vec<(String, String)> {
    parsed.headers_raw().map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
}

fn attachment(index: usize, part: &MessagePart<'_>) -> Attachment {
    let content_type = part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        },
    );
    Attachment {
        index,
        name: part.attachment_name().map_or_else(|| format!("attachment-{index}"), str::to_owned),
        content_type,
        content_id: part.content_id().map(str::to_owned),
        size: part.body.len(),
    }
}

/// The decoded bytes of an attachment.
pub(crate) fn attachment_bytes(raw: &[u8], index: usize) -> Option<(Attachment, Vec<u8>)> {
    let parsed = MessageParser::default().parse(raw)?;
    let part = parsed.attachments().nth(index)?;
    let bytes = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_bytes().to_vec(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
        PartType::Message(message) => message.raw_message().to_vec(),
        PartType::Multipart(_) => return None,
    };
    Some((attachment(index, part), bytes))
}

/// Web addresses in text, in order.
pub(crate) fn links_in_text(text: &str) -> Vec<String> {
    link_spans(text).into_iter().filter_map(|(from, to)| text.get(from..to)).map(str::to_owned).collect()
}

/// Where web addresses begin and end. Punctuation at the end belongs to the sentence.
pub(crate) fn link_spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() else {
            break;
        };
        let tail = rest.get(start..).unwrap_or_default();
        let end = tail.find(|c: char| c.is_whitespace() || "\"'<>`".contains(c)).unwrap_or(tail.len());
        let link = tail.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']);
        spans.push((from + start, from + start + link.len()));
        from += start + link.len().max(1);
    }
    spans
}

/// Values of href attributes that are web addresses, in order.
fn links_in_html(html: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find("href=") {
        rest = rest.get(at + 5..).unwrap_or_default();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        rest = rest.get(1..).unwrap_or_default();
        let Some(end) = rest.find(quote) else { break };
        let link = rest.get(..end).unwrap_or_default().replace("&amp;", "&").replace("&#x26;", "&").replace("&#38;", "&");
        if link.starts_with("http") && !links.contains(&link) {
            links.push(link);
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_end_before_the_punctuation_of_the_sentence() {
        let found = links_in_text("Open https://a.test/x?y=1. Or (http://b.test/z), thanks");
        assert_eq!(found, ["https://a.test/x?y=1", "http://b.test/z"]);
    }

    #[test]
    fn links_of_html_are_unescaped() {
        let found =
            links_in_html(r#"<a href="https://a.test/?a=1&amp;b=2">x</a><a href='mailto:x@y.test'>m</a><a href="https://a.test/?a=1&amp;b=2">"#);
        assert_eq!(found, ["https://a.test/?a=1&b=2"]);
    }

    #[test]
    fn bytes_that_are_no_message_are_kept_as_an_empty_one() {
        let message = Message::parse(1, Utc::now(), Envelope::default(), b"");
        assert!(message.subject.is_empty() && message.attachments.is_empty());
    }
}
