//! Identity against the database, as the roles that serve.

mod api;
mod log_in;
mod passkeys;
mod password;
mod phone;
mod refresh;
mod register;
mod roles;
mod second_factor;
mod sessions;
mod world;
