//! A request as scripts see it.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header;
use serde_json::Value;

/// Largest body; a provider takes no more either.
const BODY: usize = 8 << 20;

/// One request, read to its end.
#[derive(Debug)]
pub(crate) struct Asked {
    pub method: String,
    /// As in `Host`, lower case.
    pub host: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    /// Lower-case names, in order.
    pub headers: Vec<(String, String)>,
    /// The body's fields, if it is JSON.
    pub json: Value,
    /// The body's fields, if it is a form.
    pub form: Vec<(String, String)>,
}

impl Asked {
    /// Reads it; none if the body is too large or breaks off.
    pub async fn read(request: Request) -> Option<Self> {
        let (head, body) = request.into_parts();
        let body = to_bytes(body, BODY).await.ok()?;
        let headers: Vec<(String, String)> =
            head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect();
        let value = |name: &str| headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.to_ascii_lowercase()).unwrap_or_default();
        let is_form = value(header::CONTENT_TYPE.as_str()).starts_with("application/x-www-form-urlencoded");
        Some(Self {
            method: head.method.as_str().to_owned(),
            host: value(header::HOST.as_str()),
            path: head.uri.path().to_owned(),
            query: pairs(head.uri.query().unwrap_or_default().as_bytes()),
            json: serde_json::from_slice(&body).unwrap_or_default(),
            form: if is_form { pairs(&body) } else { Vec::new() },
            headers,
        })
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, &name.to_ascii_lowercase())
    }

    pub fn form(&self, name: &str) -> Option<&str> {
        first(&self.form, name)
    }

    /// A field of a JSON body by its dotted path.
    pub fn field(&self, path: &str) -> Option<&Value> {
        field(&self.json, path)
    }
}

/// A field of a document by its dotted path; numbers are places of a list.
pub(crate) fn field<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(document, |value, name| match value {
        Value::Array(list) => list.get(name.parse::<usize>().ok()?),
        other => other.get(name),
    })
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
}
