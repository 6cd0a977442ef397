//! The nonce of one answer's content security policy.

/// Made by the outermost layer for each request; scripts and live attributes carry it.
#[derive(Debug, Clone)]
pub struct Nonce(pub String);
