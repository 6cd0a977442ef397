//! One turn of a language model, through whichever AI plugin the tenant has live. Prompts, tools, memory and approvals are the caller's.

use async_trait::async_trait;
use kernel::{AppResult, Scope};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    PortError,
    provider::{Errand, Paper},
    words::words,
};

words! {
    /// Who speaks.
    Role {
        System = "system",
        User = "user",
        Assistant = "assistant",
        Tool = "tool",
    }
}

words! {
    /// Why the model ended its turn.
    Finish {
        /// Also every word that is not known.
        Stop = "stop",
        /// The answer was cut off.
        Length = "length",
        ToolCalls = "tool-calls",
        Filtered = "filtered",
    }
}

/// A model of a live installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedModel {
    pub installation: Uuid,
    pub model: String,
}

/// A wish of the model to have a tool run. Nobody has checked the arguments against the tool's schema yet.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    /// Null if the model wrote no JSON.
    pub arguments: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    pub role: Role,
    pub text: String,
    /// `image`, `document`.
    pub papers: Vec<Paper>,
    /// Of the assistant: what it asked for.
    pub tool_calls: Vec<ToolCall>,
    /// Of a tool: the call it answers.
    pub answers: Option<String>,
}

/// Something the model may ask for.
#[derive(Debug, Clone)]
pub struct Tool {
    pub name: String,
    pub description: String,
    /// JSON Schema of the arguments.
    pub parameters: Value,
}

/// Which tools the model may or must ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolChoice {
    Auto,
    None,
    Required,
    Named(String),
}

#[derive(Debug, Clone)]
pub struct Prompt {
    pub errand: Errand,
    /// None takes the one of the installation's settings.
    pub model: Option<String>,
    pub turns: Vec<Turn>,
    pub tools: Vec<Tool>,
    pub tool_choice: ToolChoice,
    /// JSON Schema that the answer has to follow.
    pub answer_schema: Option<Value>,
    pub max_tokens: u32,
    pub temperature: Option<f32>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    pub turn: Turn,
    pub finish: Finish,
    /// Which model really answered.
    pub model: String,
    /// Where they were counted.
    pub input_tokens: Option<u32>,
    pub output_tokens: Option<u32>,
}

#[async_trait]
pub trait Assistant: Send + Sync {
    /// What can be asked now, the oldest installation first and its best model first.
    async fn models(&self, scope: &Scope) -> AppResult<Vec<OfferedModel>>;
    /// One turn. Never inside a transaction.
    async fn complete(&self, scope: &Scope, prompt: Prompt) -> Result<Completion, PortError>;
}
