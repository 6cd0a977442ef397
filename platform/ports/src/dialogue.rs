//! Dialogues on phones without internet, screen by screen, as a network carries them.

use async_trait::async_trait;
use kernel::{AppResult, Scope};
use serde_json::Value;

/// What somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The number that the network says is calling.
    pub phone: String,
    /// Since the screen before; empty at the beginning.
    pub input: String,
    /// What the screen before wanted remembered; none at the beginning.
    pub memory: Option<Value>,
}

/// The next screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What exceeds a screen is cut off.
    pub text: String,
    /// The dialogue is over.
    pub end: bool,
    pub memory: Value,
    /// The caller wants to be called back.
    pub wants_call: bool,
}

#[async_trait]
pub trait Dialogues: Send + Sync {
    /// Called once a screen, never inside a transaction.
    async fn answer(&self, scope: &Scope, step: Step) -> AppResult<Shown>;
}
