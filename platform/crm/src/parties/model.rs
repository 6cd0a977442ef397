//! What a party is made of.

use chrono::NaiveDate;
use kernel::phone::Phone;

use super::{EmailAddress, names};

kernel::id!(/** Identifies a person or an organisation. */ PartyId);

kernel::text_enum! {
    pub enum PartyKind {
        Person = "person",
        Organisation = "organisation",
    }
}

kernel::text_enum! {
    pub enum Gender {
        Female = "female",
        Male = "male",
        Other = "other",
    }
}

kernel::text_enum! {
    pub enum ContactKind {
        Email = "email",
        Phone = "phone",
    }
}

/// A person or an organisation, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    Person(Person),
    Organisation { name: String, industry: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub first_name: String,
    pub last_name: String,
    pub date_of_birth: Option<NaiveDate>,
    pub gender: Option<Gender>,
    pub occupation: String,
}

impl Party {
    #[must_use]
    pub fn kind(&self) -> PartyKind {
        match self {
            Party::Person(_) => PartyKind::Person,
            Party::Organisation { .. } => PartyKind::Organisation,
        }
    }
    /// What lists and documents show.
    #[must_use]
    pub fn display_name(&self) -> String {
        match self {
            Party::Person(person) => format!("{} {}", person.first_name, person.last_name),
            Party::Organisation { name, .. } => name.clone(),
        }
    }
    /// The name in the form that is compared.
    #[must_use]
    pub fn name_norm(&self) -> String {
        names::normalise(&self.display_name())
    }
}

/// How a party is reached. The first of each kind is the one that messages go to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contacts {
    pub email: Option<EmailAddress>,
    pub phones: Vec<Phone>,
}

/// A postal address; empty parts are not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Address {
    pub line: String,
    pub city: String,
    pub county: String,
    pub postal_code: String,
    /// ISO 3166 alpha-2.
    pub country: String,
}

impl Address {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.line, &self.city, &self.county, &self.postal_code].into_iter().all(String::is_empty)
    }
}
