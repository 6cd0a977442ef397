//! The binary: modules, router, workers, command line, configuration, telemetry. It knows all crates, and nothing knows it.

pub mod assemble;
pub mod audit;
pub mod cli;
pub mod commands;
pub mod config;
mod customers;
pub mod database;
pub mod dev;
pub mod doctor;
mod embedded;
mod examiner;
pub mod housekeeping;
pub mod http;
mod lookups;
pub mod modules;
mod plugins;
mod rehearsal;
pub mod seed;
pub mod serve;
mod sign_up;
pub mod telemetry;
pub mod worker;
