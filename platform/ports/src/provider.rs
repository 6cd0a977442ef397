//! What ports towards providers have in common: who is asked, about whom, with which papers.

use bytes::Bytes;
use kernel::money::Money;
use uuid::Uuid;

/// Names one intent to one installation. All attempts at it have the same key, so that a provider acts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    pub installation: Uuid,
    /// 16 to 50 of a-z, 0-9 and hyphen; mostly an id of ours.
    pub key: String,
    /// From 1.
    pub attempt: u32,
}

/// A person or organisation as providers get to know it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    pub name: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    pub email: Option<String>,
    /// `birth-date`, `ke-national-id` and so on, as the interface names them.
    pub facts: Vec<(String, String)>,
}

/// One end of a money movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// `mobile-money`, `bank`, `paybill`, `till`, `wallet`.
    pub kind: String,
    /// `number`, `bank-code` and so on, by kind.
    pub facts: Vec<(String, String)>,
}

/// A paper for a provider, or of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// `photo`, `schedule`, `id-front` and so on, as the port says.
    pub kind: String,
    pub name: String,
    pub content_type: String,
    pub bytes: Bytes,
}

/// A part of an amount, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub kind: String,
    pub amount: Money,
}
