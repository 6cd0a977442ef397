//! The binary: modules, router, workers, command line, configuration, telemetry.

pub mod worker;
