//! A nomination as it is kept, and people as they are typed.

use chrono::NaiveDate;
use crm::CustomerId;
use uuid::Uuid;

use crate::policies::PolicyId;

kernel::id!(/** Identifies a list of people whom a customer names. */ NominationId);
kernel::id!(/** Identifies a person whom a customer names. */ NomineeId);

kernel::text_enum! {
    pub enum NominationRole {
        /// Receives what a policy pays when its holder cannot.
        Beneficiary = "beneficiary",
        /// Depends on the customer, and may be covered too.
        Dependant = "dependant",
    }
}

kernel::text_enum! {
    /// What the person is to the customer.
    pub enum Relation {
        Spouse = "spouse",
        Child = "child",
        Parent = "parent",
        Sibling = "sibling",
        Other = "other",
    }
}

/// Which list is meant: of whom, for which policy (none: for all without a list of their own), and in which role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub customer: CustomerId,
    pub policy: Option<PolicyId>,
    pub role: NominationRole,
}

/// A list with its people in order. Version 0: nobody was ever named here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nomination {
    pub version: i32,
    pub people: Vec<Nominee>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nominee {
    pub id: NomineeId,
    pub name: String,
    pub relation: Relation,
    /// Hundredths of a percent; of beneficiaries only.
    pub share_bp: Option<i32>,
    pub born: Option<NaiveDate>,
    /// `••••678`
    pub masked: Option<String>,
}

/// A person as typed. One without a name is left out.
#[derive(Debug, Clone, Default)]
pub struct NamedPerson {
    /// The person of the list that this was, if any; keeps its identity number unless another is typed.
    pub was: Option<Uuid>,
    pub name: String,
    pub relation: String,
    /// Percent: `33.34`.
    pub share: String,
    /// `YYYY-MM-DD`
    pub born: String,
    pub id_number: String,
}
