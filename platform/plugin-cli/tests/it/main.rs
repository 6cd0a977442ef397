//! The command line from outside: what an author runs, and what comes of it.

mod begin;
mod ours;
mod support;
