//! What a module contributes to the whole. Each domain crate exports one function that returns a [`Module`]; the binary lists them.

use std::sync::Arc;

use crate::{
    jobs::{JobDef, Schedule, Subscription},
    packs::PackLoader,
    personal_data::PersonalData,
    routes::Routes,
};

/// A permission that a role may hold. `code` is `area.noun.verb`; its text is `permission-` and the code with hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    pub code: &'static str,
    /// Roles of the packs that hold it may be read in the role-by-permission snapshot; here only whether a second factor or a
    /// fresh login is wanted for it.
    pub sensitive: bool,
}

/// How long rows of a table are kept, and which job sees to it (`none` where the law or the tenant decides).
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    pub table: &'static str,
    pub keep: &'static str,
    pub job: Option<&'static str>,
}

/// See the module.
#[derive(Default)]
pub struct Module {
    pub name: &'static str,
    pub permissions: &'static [Permission],
    pub routes: Routes,
    pub jobs: Vec<JobDef>,
    pub schedules: Vec<Schedule>,
    pub subscriptions: Vec<Subscription>,
    pub pack_loaders: Vec<PackLoader>,
    pub retention: &'static [Retention],
    /// What the module keeps about customers.
    pub personal_data: Vec<Arc<dyn PersonalData>>,
}
