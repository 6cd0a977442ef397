//! One test for each point in which the original is strict, and what payers, merchants and the provider's staff do on its pages.

mod pages;
mod strictness;
mod transfers;
mod world;
