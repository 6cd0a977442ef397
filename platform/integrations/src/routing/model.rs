//! Rules as staff see and write them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::MethodView;

/// A rule. Rules count in the order of their places; where one speaks of a payment, only installations that rules name are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RouteView {
    pub id: Uuid,
    pub place: i32,
    /// Every method of the installation if none.
    pub method: Option<String>,
    #[schema(example = "KES")]
    pub currency: String,
    /// Least and most of the payments that it speaks of, in minor units; no most if none.
    pub from_minor: i64,
    pub to_minor: Option<i64>,
    pub installation: Uuid,
    pub version: i32,
}

/// A rule to be written.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteInput {
    /// 1 to 1000.
    pub place: i32,
    #[serde(default)]
    pub method: Option<String>,
    pub currency: String,
    #[serde(default)]
    pub from_minor: i64,
    #[serde(default)]
    pub to_minor: Option<i64>,
    pub installation: Uuid,
}

/// An installation that a rule may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RouteChoice {
    pub installation: Uuid,
    pub title: String,
    pub methods: Vec<MethodView>,
}
