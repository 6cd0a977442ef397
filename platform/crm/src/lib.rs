//! Who the tenant deals with: parties (people and organisations) with their contact points, identity numbers, addresses and
//! consents, and the customer role. Other roles of a party join here; duplicates, consent and erasure act on parties.

pub mod activities;
pub mod customers;
pub mod parties;
pub mod privacy;

pub use customers::CustomerId;
pub use parties::PartyId;

use std::{sync::Arc, time::Duration};

use kernel::{
    jobs::{JobDef, Schedule},
    module::{Module, Permission, Retention},
};

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    Module {
        name: "crm",
        permissions: &[
            Permission { code: customers::READ, sensitive: false },
            Permission { code: customers::WRITE, sensitive: false },
            Permission { code: customers::REVEAL, sensitive: true },
        ],
        routes: customers::api::routes(),
        jobs: vec![JobDef::of::<privacy::jobs::MakeCopy>()],
        schedules: vec![Schedule::every::<privacy::jobs::SettleRequests>(Duration::from_secs(60 * 60)).for_tenants(privacy::jobs::DUE)],
        personal_data: vec![Arc::new(privacy::personal::Crm)],
        retention: &[
            Retention { table: "parties", keep: "while the party has a role, then as the law of contracts and taxes says", job: None },
            Retention { table: "customers", keep: "as the party", job: None },
            Retention { table: "contact_points", keep: "as the party", job: None },
            Retention { table: "party_identifiers", keep: "as the party", job: None },
            Retention { table: "party_addresses", keep: "as the party", job: None },
            Retention { table: "consents", keep: "as the party: proof of what was agreed", job: None },
            Retention { table: "data_requests", keep: "as proof that they were answered; copies for a week", job: Some(privacy::jobs::SETTLE) },
            Retention { table: "activities", keep: "as the customer", job: None },
            Retention { table: "party_terms", keep: "as the party", job: None },
        ],
        ..Module::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::routes::{Access, Face};

    #[test]
    fn routes_join_without_conflict_and_only_name_declared_permissions() {
        let mut module = module();
        let _ = module.routes.router(Face::Api);
        let declared: Vec<&str> = module.permissions.iter().map(|permission| permission.code).collect();
        for route in module.routes.table() {
            assert_eq!(route.face, Face::Api);
            if let Access::Staff(permission) = route.access {
                assert!(declared.contains(&permission), "{} {}", route.method, route.path);
            }
        }
    }
}
