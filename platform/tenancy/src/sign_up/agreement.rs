//! What a business agrees to when it opens: the platform's own texts, which whoever runs it writes and keeps somewhere.

use serde::Deserialize;

/// Addresses of the texts; empty for one that is not there. One per process, registered as a port.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Terms of service.
    pub terms: String,
    /// The agreement under which the platform processes a tenant's customers' data.
    pub processing: String,
}
