//! From a component to machine code: in a child process, cached under a key.
//!
//! Compiling hostile input can take minutes and gigabytes, so it never happens in a serving process. What the child returns is kept in
//! the cache with an HMAC over every byte; loading verifies it first, because loading altered machine code is running it.

pub(crate) mod cache;
pub(crate) mod child;

/// SHA-256 of a component.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ComponentDigest(pub [u8; 32]);

impl ComponentDigest {
    /// Of these bytes.
    #[must_use]
    pub fn of(component: &[u8]) -> Self {
        let mut digest = [0; 32];
        digest.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, component).as_ref());
        Self(digest)
    }
}

impl std::fmt::Display for ComponentDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for ComponentDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Machine code of a component, made by our own child or verified out of the cache. Cannot be made from bytes elsewhere.
#[derive(Debug, Clone)]
pub struct CompiledComponent {
    pub(crate) digest: ComponentDigest,
    pub(crate) code: Vec<u8>,
    pub(crate) source: Source,
}

/// Where machine code came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Compiled just now.
    Child,
    /// Verified out of the cache.
    Cache,
}

impl CompiledComponent {
    /// Digest of the component it was compiled from.
    #[must_use]
    pub fn digest(&self) -> ComponentDigest {
        self.digest
    }

    /// Where it came from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// Size of the machine code in bytes.
    #[must_use]
    pub fn code_bytes(&self) -> usize {
        self.code.len()
    }
}

/// Why there is no machine code.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The component is not valid, or uses what is switched off.
    #[error("the component does not compile: {0}")]
    Refused(String),
    /// The child hit its limit of CPU time, memory or duration.
    #[error("compiling took more than it may: {0}")]
    TooExpensive(String),
    /// The child could not be started or spoken to.
    #[error("the compiling process failed: {0}")]
    Process(#[from] std::io::Error),
}
