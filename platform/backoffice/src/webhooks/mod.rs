//! The tenant's own systems that are told what happens: endpoints with their secrets, and what each was sent.

mod form;
mod list;
mod messages;
mod record;

use integrations::{MANAGE, READ};
use kernel::routes::{Access::Staff, Face::Office, Routes};

pub(crate) use form::event_name;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/webhooks", Staff(READ), list::list)
        .get(Office, "/webhooks/new", Staff(MANAGE), form::show_new)
        .post(Office, "/webhooks/new", Staff(MANAGE), form::create)
        .get(Office, "/webhooks/messages/{id}", Staff(READ), messages::show)
        .post(Office, "/webhooks/messages/{id}/replay", Staff(MANAGE), messages::replay)
        .get(Office, "/webhooks/{id}", Staff(READ), record::show)
        .get(Office, "/webhooks/{id}/edit", Staff(MANAGE), form::show_edit)
        .post(Office, "/webhooks/{id}/edit", Staff(MANAGE), form::update)
        .get(Office, "/webhooks/{id}/messages", Staff(READ), messages::list)
        .post(Office, "/webhooks/{id}/test", Staff(MANAGE), record::test)
        .post(Office, "/webhooks/{id}/secret", Staff(MANAGE), record::reveal)
        .post(Office, "/webhooks/{id}/rotate", Staff(MANAGE), record::rotate)
        .post(Office, "/webhooks/{id}/enable", Staff(MANAGE), record::enable)
        .post(Office, "/webhooks/{id}/disable", Staff(MANAGE), record::disable)
}
