//! The sealer: chains audit entries into blocks, tenant by tenant, a few seconds after they were written. Whoever changes, removes
//! or inserts an entry afterwards breaks the chain from there on.

mod seal;

use std::time::Duration;

use kernel::{
    jobs::Schedule,
    module::{Module, Retention},
};

pub use seal::{Broken, Seal, verify};

/// Tenants with entries that no block holds yet.
const UNSEALED: &str = "select distinct tenant_id from audit_entries where block is null";

/// What the sealer contributes.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "audit",
        schedules: vec![Schedule::every::<Seal>(Duration::from_secs(5)).for_tenants(UNSEALED)],
        retention: &[
            Retention { table: "audit_entries", keep: "10 years", job: None },
            Retention { table: "audit_values", keep: "10 years, blanked by erasure", job: None },
            Retention { table: "audit_blocks", keep: "10 years", job: None },
            Retention { table: "access_entries", keep: "3 years", job: None },
            Retention { table: "events", keep: "as the tenant", job: None },
            Retention { table: "handled_events", keep: "as the event", job: None },
            Retention { table: "number_series", keep: "as the tenant", job: None },
            Retention { table: "job_rests", keep: "one a job, until it rests anew", job: None },
            Retention { table: "tenant_keys", keep: "as the tenant", job: None },
            Retention { table: "tenant_settings", keep: "as the tenant", job: None },
        ],
        ..Module::default()
    }
}
