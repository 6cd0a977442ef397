//! One test for each point in which the original is strict.

mod pages;
mod strictness;
mod world;
