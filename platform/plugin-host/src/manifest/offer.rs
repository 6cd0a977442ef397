//! What plugins of some kinds have on offer, so that the platform asks only for that.

use serde::Deserialize;

/// The `[messaging]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messaging {
    /// sms, whatsapp, email, chat, voice.
    pub channels: Vec<String>,
    /// Most messages of one call.
    #[serde(default = "one")]
    pub batch: u32,
}

/// The `[checks]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// national-id, tax-pin and so on, as in `check-request.kind`.
    pub kinds: Vec<String>,
}

/// The `[models]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Models {
    /// Names as the provider knows them, the best one first.
    pub names: Vec<String>,
}

fn one() -> u32 {
    1
}
