//! Tests of the crate from outside: the pack's templates, the renderer's bounds, uploads.

mod pack;
mod renderer;
mod templates;
mod uploads;
