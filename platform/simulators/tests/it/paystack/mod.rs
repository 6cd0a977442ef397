//! One test for each point in which the original is strict.

mod strictness;
mod world;
