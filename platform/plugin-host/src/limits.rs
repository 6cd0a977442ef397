//! Limits of one call. The platform states ceilings; plans and manifests can only lower them.

use std::time::Duration;

use crate::manifest::LimitRequest;

/// Everything one call may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory in bytes, all memories of the component together.
    pub memory_bytes: usize,
    /// Guest CPU time, measured on the thread's own clock: waiting is free.
    pub cpu: Duration,
    /// From the start of the call to its end, waiting included; queueing is not.
    pub wall: Duration,
    /// Longest wait for a free place before the call counts as busy.
    pub queue: Duration,
    /// Bytes that one host call, or the result, may carry from guest to host.
    pub transfer_bytes: usize,
    /// Live resource handles.
    pub handles: usize,
    /// Elements of one table.
    pub table_elements: usize,
    /// Tables of the component.
    pub tables: usize,
    /// Memories of the component.
    pub memories: usize,
    /// Core instances of the component.
    pub instances: usize,
    /// Host calls of any sort.
    pub host_calls: u32,
    /// Outgoing requests.
    pub http_calls: u32,
    /// Bytes of one request body from memory.
    pub http_request_bytes: usize,
    /// Bytes of one response body into memory.
    pub http_response_bytes: usize,
    /// Bytes of all request and response bodies in memory.
    pub http_total_bytes: usize,
    /// Longest single request.
    pub http_timeout: Duration,
    /// Longest single request that moves a blob.
    pub http_blob_timeout: Duration,
    /// Bytes of one blob.
    pub blob_bytes: u64,
    /// Kept log lines.
    pub log_lines: u32,
    /// Bytes of one log line.
    pub log_line_bytes: usize,
    /// Bytes of one stored value.
    pub kv_value_bytes: usize,
    /// Bytes of one key.
    pub kv_key_bytes: usize,
    /// Calls of hmac, digest and sign over secrets.
    pub secret_uses: u32,
    /// Comparisons with a secret.
    pub secret_guesses: u32,
    /// Tickets of one call.
    pub tickets: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 32 << 20,
            cpu: Duration::from_millis(200),
            wall: Duration::from_secs(30),
            queue: Duration::from_secs(10),
            transfer_bytes: 4 << 20,
            handles: 256,
            table_elements: 20_000,
            tables: 16,
            memories: 4,
            instances: 100,
            host_calls: 10_000,
            http_calls: 16,
            http_request_bytes: 1 << 20,
            http_response_bytes: 1 << 20,
            http_total_bytes: 8 << 20,
            http_timeout: Duration::from_secs(20),
            http_blob_timeout: Duration::from_secs(120),
            blob_bytes: 100_000_000,
            log_lines: 64,
            log_line_bytes: 2 << 10,
            kv_value_bytes: 64 << 10,
            kv_key_bytes: 200,
            secret_uses: 64,
            secret_guesses: 4,
            tickets: 64,
        }
    }
}

impl Limits {
    /// For inbound requests: 10 s.
    #[must_use]
    pub fn webhook(mut self) -> Self {
        self.wall = self.wall.min(Duration::from_secs(10));
        self
    }

    /// For `check`: 5 s.
    #[must_use]
    pub fn check(mut self) -> Self {
        self.wall = self.wall.min(Duration::from_secs(5));
        self
    }

    /// For calls that move blobs, such as statement files: 150 s.
    #[must_use]
    pub fn blobs(mut self) -> Self {
        self.wall = Duration::from_secs(150);
        self
    }

    /// Lowers these limits to what the manifest asks for. A manifest never raises anything.
    #[must_use]
    pub fn within(mut self, asked: &LimitRequest) -> Self {
        if let Some(memory) = asked.memory {
            self.memory_bytes = self.memory_bytes.min(usize::try_from(memory.0).unwrap_or(usize::MAX));
        }
        if let Some(ms) = asked.cpu_ms {
            self.cpu = self.cpu.min(Duration::from_millis(ms.into()));
        }
        if let Some(ms) = asked.wall_ms {
            self.wall = self.wall.min(Duration::from_millis(ms.into()));
        }
        if let Some(calls) = asked.http_calls {
            self.http_calls = self.http_calls.min(calls);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_lowers_limits_and_never_raises_them() {
        let asked = LimitRequest { memory: Some(crate::manifest::ByteSize(1 << 40)), cpu_ms: Some(50), wall_ms: None, http_calls: Some(999) };
        let limits = Limits::default().within(&asked);
        assert_eq!(limits.memory_bytes, 32 << 20);
        assert_eq!(limits.cpu, Duration::from_millis(50));
        assert_eq!(limits.http_calls, 16);
    }
}
