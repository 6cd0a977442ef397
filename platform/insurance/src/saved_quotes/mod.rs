//! A quote taken along by a link: to another device, by mail, to somebody else. The link is signed and names one quote; whoever has
//! it sees the prices, and what the risk is only so far that its owner knows it again. Going on with it makes a copy with the same
//! prices and the same end, which belongs to whoever goes on.

pub mod jobs;
pub mod service;
mod store;

pub use service::{QuoteMailed, link, quote_of_link};
