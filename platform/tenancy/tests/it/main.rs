//! Tenancy against the database, as the roles that serve.

mod directory;
mod onboarding;
mod settings;
mod sign_up;
mod world;
