//! The customer as it is read, its kinds and states, and its events.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::events::EventData;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::parties::{Address, Gender, PartyId, identifiers::MaskedIdentifier};

kernel::id!(/** Identifies a customer of the tenant. */ CustomerId);

kernel::text_enum! {
    #[derive(Default)]
    pub enum CustomerType {
        #[default]
        Individual = "individual",
        Corporate = "corporate",
    }
}

kernel::text_enum! {
    /// How far the relationship has come.
    #[derive(Default)]
    pub enum Lifecycle {
        Lead = "lead",
        #[default]
        Prospect = "prospect",
        Customer = "customer",
        Churned = "churned",
    }
}

kernel::text_enum! {
    /// How the customer found the tenant.
    #[derive(Default)]
    pub enum Source {
        Portal = "portal",
        #[default]
        WalkIn = "walk_in",
        Referral = "referral",
        Phone = "phone",
        Agent = "agent",
        Import = "import",
    }
}

kernel::text_enum! {
    /// Whether somebody checked that the customer is who it says.
    pub enum Kyc {
        None = "none",
        Pending = "pending",
        Verified = "verified",
        Rejected = "rejected",
    }
}

kernel::text_enum! {
    pub enum PreferredContact {
        Email = "email",
        Sms = "sms",
        Whatsapp = "whatsapp",
        Phone = "phone",
    }
}

/// A customer with its party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    pub party: PartyId,
    /// `CUS-2026-00042`
    pub number: String,
    pub customer_type: CustomerType,
    pub display_name: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub date_of_birth: Option<NaiveDate>,
    pub gender: Option<Gender>,
    pub occupation: Option<String>,
    pub company_name: Option<String>,
    pub industry: Option<String>,
    /// Identity numbers as they may be shown, by kind.
    pub identifiers: Vec<MaskedIdentifier>,
    /// As its owner writes it; messages go there.
    pub email: Option<String>,
    /// E.164; messages and payment prompts go there.
    pub phone: Option<String>,
    /// E.164.
    pub alt_phone: Option<String>,
    pub address: Address,
    pub lifecycle: Lifecycle,
    pub source: Source,
    /// The member of staff who looks after the customer.
    pub assigned_agent: Option<Uuid>,
    pub kyc: Kyc,
    pub preferred_contact: Option<PreferredContact>,
    /// BCP 47 of mails and documents to the customer; the tenant's own without one.
    pub locale: Option<String>,
    /// For staff only.
    pub notes: String,
    pub custom: serde_json::Value,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A line of the list of customers.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CustomerRow {
    pub id: CustomerId,
    pub number: String,
    pub customer_type: CustomerType,
    pub display_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub lifecycle: Lifecycle,
    pub kyc: Kyc,
    pub created_at: DateTime<Utc>,
}

/// Why two customers may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    Identifier,
    Email,
    Phone,
    Name,
}

/// Another customer who may be the same, the surest reason first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    pub customer: CustomerRow,
    pub because: Vec<Likeness>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CustomerCreated {
    pub customer_id: CustomerId,
    pub customer_type: CustomerType,
    pub source: Source,
}

impl EventData for CustomerCreated {
    const TYPE: &'static str = "customer.created";
    const AGGREGATE: &'static str = "customer";
    fn aggregate_id(&self) -> Uuid {
        self.customer_id.0
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CustomerUpdated {
    pub customer_id: CustomerId,
    pub version: i32,
}

impl EventData for CustomerUpdated {
    const TYPE: &'static str = "customer.updated";
    const AGGREGATE: &'static str = "customer";
    fn aggregate_id(&self) -> Uuid {
        self.customer_id.0
    }
}
