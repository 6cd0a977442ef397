//! Tickets: what a guest holds in place of a secret text.
//!
//! A ticket remembers its secret and how to make the text, so that every use can be checked against the hosts and parts of the manifest,
//! and so that a token is fetched only when a request really needs it.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::encode::TextEncoding;
use crate::capabilities::SecretValue;

/// How the text is made from the value.
#[derive(Debug, Clone)]
pub(crate) enum Recipe {
    Bearer,
    Basic {
        user: String,
    },
    Encode {
        prefix: String,
        suffix: String,
        encoding: TextEncoding,
    },
    /// Made already: ciphertext.
    Ready(SecretValue),
}

/// One ticket.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    /// Key of the setting.
    pub key: String,
    pub recipe: Recipe,
}

impl Recipe {
    /// Bytes that it puts around the value.
    pub fn around(&self) -> usize {
        match self {
            Self::Bearer => 0,
            Self::Basic { user } => user.len(),
            Self::Encode { prefix, suffix, .. } => prefix.len().saturating_add(suffix.len()),
            Self::Ready(text) => text.expose().len(),
        }
    }

    /// The text; `None` if the value cannot be encoded so.
    pub fn make(&self, value: &SecretValue) -> Option<SecretValue> {
        let value = value.expose();
        let text = match self {
            Self::Bearer => format!("Bearer {value}"),
            Self::Basic { user } => format!("Basic {}", STANDARD.encode(format!("{user}:{value}"))),
            Self::Encode { prefix, suffix, encoding } => encoding.apply(format!("{prefix}{value}{suffix}").as_bytes())?,
            Self::Ready(text) => return Some(text.clone()),
        };
        Some(SecretValue::new(text))
    }
}

/// The tickets of one call.
#[derive(Debug, Default)]
pub(crate) struct Tickets(HashMap<String, Ticket>);

impl Tickets {
    /// Issues a ticket; `None` once `most` are out.
    pub fn issue(&mut self, ticket: Ticket, most: u32) -> Option<String> {
        if self.0.len() >= most as usize {
            return None;
        }
        let name = format!("tk_{}", hex::encode(super::algorithms::random(16)?));
        self.0.insert(name.clone(), ticket);
        Some(name)
    }

    pub fn find(&self, name: &str) -> Option<&Ticket> {
        self.0.get(name)
    }
}
