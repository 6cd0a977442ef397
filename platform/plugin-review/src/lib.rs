//! The machine's part of a plugin's review: the same for authors before they publish and for the platform when they do.
//!
//! [`review`] reads a bundle's folder and answers with a [`Report`], which is what reviewers begin with. It asks the rules of
//! `plugin_host::publish`, plays the scenarios of the package on a [`Stage`], and adds what people will ask. What always holds: a
//! reviewed plugin runs in the real sandbox and reaches nothing but the simulators that its own package brings.

mod limits;
mod nothing;
mod report;
mod rules;
mod trial;

pub use report::{Facts, Finding, Level, Report};
pub use rules::{Desk, review};
pub use trial::{CallName, Cost, Flaw, Material, Named, Request, Scenario, Stage, Step, Tried, TriedStep};

/// SHA-256 in lower-case hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(bytes))
}
