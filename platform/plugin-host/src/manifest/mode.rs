//! Test and live.

use serde::{Deserialize, Serialize};

/// The mode of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Test hosts and credentials; nothing of value moves.
    Test,
    /// The real thing.
    Live,
}

/// Which modes an entry of the manifest belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModeScope {
    /// Test only.
    Test,
    /// Live only.
    Live,
    /// Both; the default.
    #[default]
    Both,
}

impl Mode {
    /// From the `live` flag of a call.
    #[must_use]
    pub fn from_live(live: bool) -> Self {
        if live { Self::Live } else { Self::Test }
    }
}

impl ModeScope {
    /// Whether `mode` is included.
    #[must_use]
    pub fn covers(self, mode: Mode) -> bool {
        matches!((self, mode), (Self::Both, _) | (Self::Test, Mode::Test) | (Self::Live, Mode::Live))
    }
}
