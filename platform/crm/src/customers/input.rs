//! What people type about a customer. The fields are the same for the API, forms and imports; empty text means "not known".

use kernel::identifiers::IdentifierKind;
use serde::Deserialize;
use uuid::Uuid;

use super::{Customer, CustomerType, Lifecycle, PreferredContact, Source};
use crate::parties::Gender;

/// A customer to be made.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerInput {
    pub customer_type: CustomerType,
    /// Of an individual.
    #[schema(example = "Asha")]
    pub first_name: String,
    #[schema(example = "Mwangi")]
    pub last_name: String,
    /// `YYYY-MM-DD`. A customer is at least 18 years old.
    #[schema(example = "1990-05-17")]
    pub date_of_birth: String,
    pub gender: Option<Gender>,
    pub occupation: String,
    /// Of a corporate customer.
    pub company_name: String,
    pub company_registration: String,
    pub industry: String,
    /// What `id_number` is: `ke_national_id`, `ke_alien_id` or `passport`.
    pub id_type: Option<IdentifierKind>,
    pub id_number: String,
    /// Begins with A for an individual and with P for a firm.
    pub kra_pin: String,
    #[schema(example = "asha@example.com")]
    pub email: String,
    /// As people write it; a number without country code is one of the tenant's country.
    #[schema(example = "0700 000 101")]
    pub phone: String,
    pub alt_phone: String,
    pub address: String,
    pub city: String,
    pub county: String,
    pub postal_code: String,
    pub lifecycle: Lifecycle,
    pub source: Source,
    pub assigned_agent: Option<Uuid>,
    pub preferred_contact: Option<PreferredContact>,
    pub notes: String,
    /// The tenant's own fields.
    #[schema(value_type = Object)]
    pub custom: serde_json::Map<String, serde_json::Value>,
}

/// Fields to change; a missing one stays, an empty one or `null` is cleared. Identity numbers are replaced, never cleared.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerPatch {
    /// The version that was read.
    pub version: i32,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub first_name: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub last_name: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub date_of_birth: Option<String>,
    #[serde(deserialize_with = "kernel::http::nullable")]
    #[schema(value_type = Option<Gender>)]
    pub gender: Option<Option<Gender>>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub occupation: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub company_name: Option<String>,
    pub company_registration: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub industry: Option<String>,
    pub id_type: Option<IdentifierKind>,
    pub id_number: Option<String>,
    pub kra_pin: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub email: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub phone: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub alt_phone: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub address: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub city: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub county: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub postal_code: Option<String>,
    pub lifecycle: Option<Lifecycle>,
    #[serde(deserialize_with = "kernel::http::nullable")]
    #[schema(value_type = Option<Uuid>)]
    pub assigned_agent: Option<Option<Uuid>>,
    #[serde(deserialize_with = "kernel::http::nullable")]
    #[schema(value_type = Option<PreferredContact>)]
    pub preferred_contact: Option<Option<PreferredContact>>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub notes: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<serde_json::Map<String, serde_json::Value>>,
}

/// What customers change about themselves; a missing field stays, an empty one or `null` is cleared. Names and identity numbers are
/// changed by staff, who see the proof.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProfilePatch {
    /// The version that was read.
    pub version: i32,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub email: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub phone: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub alt_phone: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub occupation: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub address: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub city: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub county: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub postal_code: Option<String>,
    #[serde(deserialize_with = "kernel::http::nullable")]
    #[schema(value_type = Option<PreferredContact>)]
    pub preferred_contact: Option<Option<PreferredContact>>,
}

impl From<ProfilePatch> for CustomerPatch {
    fn from(patch: ProfilePatch) -> Self {
        let ProfilePatch { version, email, phone, alt_phone, occupation, address, city, county, postal_code, preferred_contact } = patch;
        Self { version, email, phone, alt_phone, occupation, address, city, county, postal_code, preferred_contact, ..Self::default() }
    }
}

impl CustomerInput {
    /// The customer as it is, ready to be changed. Identity numbers are left out: they are only replaced, never read back.
    pub(super) fn of(customer: &Customer) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            customer_type: customer.customer_type,
            first_name: text(&customer.first_name),
            last_name: text(&customer.last_name),
            date_of_birth: customer.date_of_birth.map(|d| d.to_string()).unwrap_or_default(),
            gender: customer.gender,
            occupation: text(&customer.occupation),
            company_name: text(&customer.company_name),
            industry: text(&customer.industry),
            email: text(&customer.email),
            phone: text(&customer.phone),
            alt_phone: text(&customer.alt_phone),
            address: customer.address.line.clone(),
            city: customer.address.city.clone(),
            county: customer.address.county.clone(),
            postal_code: customer.address.postal_code.clone(),
            lifecycle: customer.lifecycle,
            source: customer.source,
            assigned_agent: customer.assigned_agent,
            preferred_contact: customer.preferred_contact,
            notes: customer.notes.clone(),
            custom: customer.custom.as_object().cloned().unwrap_or_default(),
            ..Self::default()
        }
    }

    pub(super) fn apply(&mut self, patch: CustomerPatch) {
        fn put<T>(field: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *field = value;
            }
        }
        put(&mut self.first_name, patch.first_name);
        put(&mut self.last_name, patch.last_name);
        put(&mut self.date_of_birth, patch.date_of_birth);
        put(&mut self.occupation, patch.occupation);
        put(&mut self.company_name, patch.company_name);
        put(&mut self.company_registration, patch.company_registration);
        put(&mut self.industry, patch.industry);
        put(&mut self.id_number, patch.id_number);
        put(&mut self.kra_pin, patch.kra_pin);
        put(&mut self.email, patch.email);
        put(&mut self.phone, patch.phone);
        put(&mut self.alt_phone, patch.alt_phone);
        put(&mut self.address, patch.address);
        put(&mut self.city, patch.city);
        put(&mut self.county, patch.county);
        put(&mut self.postal_code, patch.postal_code);
        put(&mut self.lifecycle, patch.lifecycle);
        put(&mut self.notes, patch.notes);
        put(&mut self.custom, patch.custom);
        put(&mut self.gender, patch.gender);
        put(&mut self.assigned_agent, patch.assigned_agent);
        put(&mut self.preferred_contact, patch.preferred_contact);
        self.id_type = patch.id_type.or(self.id_type);
    }
}
