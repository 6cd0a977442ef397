//! Types of users.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

kernel::id!(/** Identifies a user within a tenant. */ UserId);

/// Where a user signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserKind {
    /// The back office.
    Staff,
    /// The portal.
    Customer,
}

impl UserKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Customer => "customer",
        }
    }
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Staff, Self::Customer].into_iter().find(|kind| kind.as_str() == name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    Active,
    /// Barred by an administrator, for now.
    Suspended,
    /// Left.
    Inactive,
}

impl UserStatus {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Inactive => "inactive",
        }
    }
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Suspended, Self::Inactive].into_iter().find(|status| status.as_str() == name)
    }
    /// Any status may follow any other but itself.
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        self != next
    }
}

/// A person's name in its two parts. The last may be empty: not everybody has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    pub first: String,
    pub last: String,
}

impl PersonName {
    #[must_use]
    pub fn new(first: &str, last: &str) -> Self {
        Self { first: first.trim().to_owned(), last: last.trim().to_owned() }
    }
    /// The last word is taken as the last name.
    #[must_use]
    pub fn split(full: &str) -> Self {
        let full = full.split_whitespace().collect::<Vec<_>>().join(" ");
        match full.rsplit_once(' ') {
            Some((first, last)) => Self::new(first, last),
            None => Self::new(&full, ""),
        }
    }
    #[must_use]
    pub fn full(&self) -> String {
        format!("{} {}", self.first, self.last).trim().to_owned()
    }
}

/// A user as other modules may know one.
#[derive(Debug, Clone)]
pub struct User {
    pub id: UserId,
    pub kind: UserKind,
    /// As typed.
    pub email: String,
    pub name: PersonName,
    /// E.164.
    pub phone: Option<String>,
    pub subject_kind: Option<String>,
    pub subject_id: Option<Uuid>,
    pub status: UserStatus,
    pub email_verified_at: Option<DateTime<Utc>>,
    pub phone_verified_at: Option<DateTime<Utc>>,
    pub has_password: bool,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// What is needed to make a user.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub kind: UserKind,
    /// Already checked with [`read_email`].
    pub email: String,
    pub name: PersonName,
    /// E.164.
    pub phone: Option<String>,
    /// Kind and id of the record that this person is.
    pub subject: Option<(&'static str, Uuid)>,
    pub email_verified: bool,
}

/// An e-mail address as typed, without spaces around it, or none if mail could not be sent to it: a local part of the usual
/// characters, one `@`, and a domain name with a dot.
#[must_use]
pub fn read_email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let local_fine = !local.is_empty()
        && local.len() <= 64
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label_fine = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let domain_fine = domain.contains('.')
        && domain.split('.').all(label_fine)
        && domain.rsplit('.').next().is_some_and(|top| top.len() >= 2 && !top.bytes().all(|b| b.is_ascii_digit()));
    (text.len() <= 254 && local_fine && domain_fine).then(|| text.to_owned())
}

/// The form in which addresses are compared: lower case throughout, since no large provider tells cases apart.
#[must_use]
pub fn normalise_email(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_local_part_and_a_domain_with_a_dot() {
        for good in ["asha@example.com", " Asha.W+quotes@mail.example.co.ke ", "a@b.co", "o'brien@example.com"] {
            assert_eq!(read_email(good).as_deref(), Some(good.trim()), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "asha",
            "@example.com",
            "asha@",
            "asha@example",
            "a b@example.com",
            "asha@exam ple.com",
            "asha@-x.com",
            "a..b@example.com",
            "asha@example.com\r\nBcc: all@example.com",
            "asha@192.168.0.1",
            "äsha@example.com",
            &long,
        ] {
            assert_eq!(read_email(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_last_word_of_a_name_is_the_last_name() {
        assert_eq!(PersonName::split("  Asha  Njeri Wanjiru "), PersonName::new("Asha Njeri", "Wanjiru"));
        assert_eq!(PersonName::split("Asha"), PersonName::new("Asha", ""));
        assert_eq!(PersonName::split("Asha").full(), "Asha");
    }
}
