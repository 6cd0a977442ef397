//! Notices, reminders, digests and wordings against the database, connected as the tenants' role.

mod live;
mod notices;
mod reminders;
mod wordings;
mod world;
