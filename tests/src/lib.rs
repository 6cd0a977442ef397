//! Drives the real binary from outside, as people and providers do: `wakala dev --services-only` runs what surrounds it, `serve` and
//! `work` run as processes of their own, and everything else goes over HTTP. Only the books are read where they lie.

pub mod api;
pub mod buyer;
pub mod cluster;
pub mod process;
pub mod provider;
pub mod surroundings;
pub mod wait;
