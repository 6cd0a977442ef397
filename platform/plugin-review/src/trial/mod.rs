//! Trying a plugin: in the real sandbox, with the settings of a file, against the provider of its own package.
//!
//! A scenario is a file with steps: call this, with that, and expect so. What must hold: a trial reaches no network, begins with a
//! provider and an installation that know nothing, and says of every step what the plugin asked of its provider.

mod call;
mod installation;
mod judge;
mod material;
mod scenario;
mod stage;

use serde::Serialize;
use serde_json::Value;

pub use material::{Flaw, Material, Named};
pub use scenario::{CallName, Scenario, Step};
pub use stage::Stage;

/// What became of a scenario.
#[derive(Debug, Serialize)]
pub struct Tried {
    /// File within the package.
    pub file: String,
    pub name: String,
    pub passed: bool,
    /// Those that were played: none follows one that went wrong.
    pub steps: Vec<TriedStep>,
}

/// One step of it.
#[derive(Debug, Serialize)]
pub struct TriedStep {
    pub call: CallName,
    /// The plugin's answer, or how it declined.
    pub said: Value,
    /// What it reported.
    pub events: Vec<Value>,
    /// What it asked of its provider.
    pub requests: Vec<Request>,
    /// What it wrote into the log.
    pub log: Vec<String>,
    pub cost: Cost,
    /// Why this is not what was expected.
    pub problem: Option<String>,
}

/// A request as the provider saw it.
#[derive(Debug, Serialize)]
pub struct Request {
    pub line: String,
    /// Exchange of the simulator that took it.
    pub exchange: Option<String>,
}

/// What a call used of its limits.
#[derive(Debug, Default, Serialize)]
pub struct Cost {
    pub cpu_ms: u64,
    pub wall_ms: u64,
    pub memory_kib: usize,
}

/// A scenario of one step that cost so much.
#[cfg(test)]
pub fn sample(cost: Cost) -> Tried {
    let step = TriedStep { call: CallName::Check, said: Value::Null, events: Vec::new(), requests: Vec::new(), log: Vec::new(), cost, problem: None };
    Tried { file: "scenarios/sample.toml".to_owned(), name: "Sample".to_owned(), passed: true, steps: vec![step] }
}
