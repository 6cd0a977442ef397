//! Building requests and reading answers.
//!
//! A secret is written by the host: the guest puts its ticket where the value belongs. [`json_body`] lets an ordinary serializer do
//! so, by splitting the finished text at the tickets.

use crate::host::http::{Error, Part, Payload, Request, Response, Text};
use crate::host::secrets::Ticket;

/// A POST of JSON, without credentials yet.
pub fn post_json(url: String, body: Vec<Part>) -> Request {
    post(url, "application/json", body)
}

/// A POST whose answer is wanted as JSON, without credentials yet.
pub fn post(url: String, content_type: &str, body: Vec<Part>) -> Request {
    Request {
        method: "POST".into(),
        url,
        query: Vec::new(),
        headers: vec![plain("content-type", content_type), plain("accept", "application/json")],
        body,
        client_cert: None,
        timeout_ms: None,
        save_body: false,
        extra: Vec::new(),
    }
}

/// A GET, without credentials yet.
pub fn get(url: String) -> Request {
    Request {
        method: "GET".into(),
        url,
        query: Vec::new(),
        headers: vec![plain("accept", "application/json")],
        body: Vec::new(),
        client_cert: None,
        timeout_ms: None,
        save_body: false,
        extra: Vec::new(),
    }
}

impl Request {
    /// Adds a header whose value the host fills in from a ticket.
    #[must_use]
    pub fn secret_header(mut self, name: &str, value: Ticket) -> Self {
        self.headers.push((name.to_owned(), Text::Secret(value)));
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push(plain(name, value));
        self
    }

    /// Adds a value to the query.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: &str) -> Self {
        self.query.push(plain(name, value));
        self
    }

    /// Sends once.
    ///
    /// # Errors
    /// As `http.send`: whether the provider may have read the request decides between `retryable` and `unknown-outcome`.
    pub fn send(&self) -> Result<Response, Error> {
        crate::host::http::send(self)
    }
}

impl Response {
    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body, empty if it was streamed into a blob.
    pub fn bytes(&self) -> &[u8] {
        match &self.body {
            Payload::Bytes(bytes) => bytes,
            Payload::Blob(_) => &[],
        }
    }
}

fn plain(name: &str, value: &str) -> (String, Text) {
    (name.to_owned(), Text::Plain(value.to_owned()))
}

/// Splits serialised text at every ticket in it, so that the host writes the secrets in their places.
pub fn json_body(text: &str, tickets: &[&Ticket]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((at, ticket)) = next_ticket(rest, tickets) {
        if at > 0 {
            parts.push(Part::Bytes(rest.as_bytes()[..at].to_vec()));
        }
        parts.push(Part::Secret((*ticket).clone()));
        rest = &rest[at + ticket.len()..];
    }
    if !rest.is_empty() {
        parts.push(Part::Bytes(rest.as_bytes().to_vec()));
    }
    parts
}

fn next_ticket<'t>(text: &str, tickets: &[&'t Ticket]) -> Option<(usize, &'t Ticket)> {
    tickets.iter().filter(|ticket| !ticket.is_empty()).filter_map(|ticket| Some((text.find(ticket.as_str())?, *ticket))).min_by_key(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_split_where_its_tickets_stand() {
        let (first, second) = ("tk-1".to_owned(), "tk-2".to_owned());
        let parts = json_body(r#"{"a":"tk-2","b":"tk-1"}"#, &[&first, &second]);
        let expected = [
            Part::Bytes(br#"{"a":""#.to_vec()),
            Part::Secret(second),
            Part::Bytes(br#"","b":""#.to_vec()),
            Part::Secret(first),
            Part::Bytes(br#""}"#.to_vec()),
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn a_body_without_tickets_is_one_part() {
        assert_eq!(json_body("{}", &[]), [Part::Bytes(b"{}".to_vec())]);
    }
}
