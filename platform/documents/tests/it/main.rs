//! Tests of the crate from outside: the pack's templates, the renderer's bounds, uploads; the register against the database,
//! connected as the tenants' role; the object store against a strict S3 server.

mod issuing;
mod pack;
mod papers;
mod register;
mod renderer;
mod scanning;
mod store;
mod templates;
mod uploads;
mod world;
