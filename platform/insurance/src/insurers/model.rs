//! Insurers, their contacts, and what changes them.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use crate::figures::Percent;

kernel::id!(/** Identifies an insurer. */ InsurerId);

kernel::text_enum! {
    /// Products of an inactive insurer are not sold.
    pub enum InsurerState {
        Active = "active",
        Inactive = "inactive",
    }
}

kernel::text_enum! {
    /// What it does for the brokerage.
    pub enum InsurerKind {
        Underwriter = "underwriter",
        Reinsurer = "reinsurer",
        /// Another broker that places business.
        Broker = "broker",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insurer {
    pub id: InsurerId,
    /// `britam`; never changes.
    pub code: String,
    pub name: String,
    pub kind: InsurerKind,
    pub state: InsurerState,
    /// Came with the pack and was not confirmed by the brokerage.
    pub sample: bool,
    pub email: String,
    pub phone: String,
    pub website: String,
    pub address: String,
    pub registration_number: String,
    /// Of the insurance supervisor.
    pub licence_number: String,
    /// The agreement between both; open where an end is missing.
    pub contract_start: Option<NaiveDate>,
    pub contract_end: Option<NaiveDate>,
    /// What new products of it begin with.
    pub default_commission: Option<Percent>,
    /// In how many parts its premiums may be paid; one: in full before cover.
    pub most_instalments: i16,
    pub version: i32,
}

/// Somebody at an insurer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsurerContact {
    pub id: Uuid,
    pub name: String,
    pub title: String,
    pub department: String,
    pub email: String,
    pub phone: String,
    pub is_primary: bool,
}

/// A contact to add.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewContact {
    pub name: String,
    pub title: String,
    pub department: String,
    pub email: String,
    pub phone: String,
    pub is_primary: bool,
}

/// An insurer to add, as people write it. What is empty is not known.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InsurerInput {
    pub name: String,
    /// `underwriter` unless said otherwise.
    pub kind: Option<InsurerKind>,
    pub email: String,
    pub phone: String,
    pub website: String,
    pub address: String,
    pub registration_number: String,
    pub licence_number: String,
    pub contract_start: Option<NaiveDate>,
    pub contract_end: Option<NaiveDate>,
    #[schema(value_type = Option<String>, example = "12.5")]
    pub default_commission: Option<Percent>,
    /// 1 unless said otherwise, at most 12.
    pub most_instalments: Option<i16>,
}

/// Fields of an insurer to change; a missing one stays, an empty one or `null` is cleared.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InsurerPatch {
    /// The version that was read.
    pub version: i32,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub name: Option<String>,
    pub kind: Option<InsurerKind>,
    pub state: Option<InsurerState>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub email: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub phone: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub website: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub address: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub registration_number: Option<String>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub licence_number: Option<String>,
    #[serde(deserialize_with = "kernel::http::nullable")]
    #[schema(value_type = Option<NaiveDate>)]
    pub contract_start: Option<Option<NaiveDate>>,
    #[serde(deserialize_with = "kernel::http::nullable")]
    #[schema(value_type = Option<NaiveDate>)]
    pub contract_end: Option<Option<NaiveDate>>,
    #[serde(deserialize_with = "kernel::http::nullable")]
    #[schema(value_type = Option<String>)]
    pub default_commission: Option<Option<Percent>>,
    pub most_instalments: Option<i16>,
}
