//! What holds for the whole: the shape of the source tree, the protection of every table, the access of every route.

mod activity;
mod architecture;
mod audit_chain;
mod bell;
mod browsers;
mod grave;
mod house;
mod isolation;
mod leftovers;
mod licences;
mod patches;
mod repeats;
mod routes;
mod schema;
