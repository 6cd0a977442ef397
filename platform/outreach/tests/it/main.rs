//! News for plugins, notices, preferences, reminders, digests, wordings and webhooks against the database, connected as the tenants' role.

mod live;
mod news;
mod notices;
mod preferences;
mod reminders;
mod webhooks;
mod wordings;
mod world;
