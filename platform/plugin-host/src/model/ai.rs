//! Records of the AI interface.

use serde::{Deserialize, Serialize};

use super::{Fields, File};

/// A wish of the model to have a tool run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolCall {
    /// What its answer refers to.
    pub id: String,
    /// The tool.
    pub name: String,
    /// JSON as the model wrote it.
    #[serde(with = "crate::model::written::document")]
    pub arguments: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// system, user, assistant or tool.
    pub role: String,
    /// What was said.
    pub text: String,
    /// image or document.
    #[serde(default)]
    pub files: Vec<File>,
    /// What the assistant asked for.
    #[serde(default)]
    pub tool_calls: Vec<ToolCall>,
    /// In a turn of a tool: the call it answers.
    pub answers: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// Something the model may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Name by which the model asks for it.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of the arguments.
    #[serde(with = "crate::model::written::document")]
    pub parameters: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// Asks for one turn of the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletionRequest {
    /// One of the manifest; none takes that of the settings.
    pub model: Option<String>,
    /// The conversation so far.
    #[serde(default)]
    pub turns: Vec<Turn>,
    /// What the model may ask for.
    #[serde(default)]
    pub tools: Vec<Tool>,
    /// auto, none, required or the name of a tool.
    pub tool_choice: String,
    /// JSON Schema of the answer.
    pub answer_schema: Option<String>,
    /// Most tokens of the answer.
    pub max_tokens: u32,
    /// 0 to 2.
    pub temperature: Option<f32>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// One turn of the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// What the model said.
    pub turn: Turn,
    /// stop, length, tool-calls or filtered.
    pub finish: String,
    /// Which model answered.
    pub model: String,
    /// Tokens that were read, if counted.
    pub input_tokens: Option<u32>,
    /// Tokens of the answer, if counted.
    pub output_tokens: Option<u32>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}
