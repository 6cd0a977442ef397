//! The activity of the whole firm, from its audit: who changed what, when, and whether the entry is sealed.

mod entry;
mod export;
mod list;
mod store;

use identity::permissions::ACTIVITY_INSPECT;
use kernel::routes::{Access::Staff, Face::Office, Routes};
use pages::Shell;

use crate::words;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/settings/activity", Staff(ACTIVITY_INSPECT), list::show)
        .get(Office, "/settings/activity.csv", Staff(ACTIVITY_INSPECT), export::download)
        .get(Office, "/settings/activity/{id}", Staff(ACTIVITY_INSPECT), entry::show)
}

/// Where a record is looked at; empty where it has no page of its own.
fn record_href(object_type: &str, id: uuid::Uuid) -> String {
    let page = match object_type {
        "customer" => "customers",
        "day_close" => "till",
        "insurer" => "insurers",
        "order" => "orders",
        "payment" => "payments",
        "payout" => "payouts",
        "payout_batch" => "payout-batches",
        "plugin_installation" => "plugins",
        "policy" => "policies",
        "product" => "products",
        "quote" => "quotes",
        "received_message" => "inbox",
        "refund" => "refunds",
        "remittance" => "remittances",
        "taking" => "takings",
        "webhook_endpoint" => "webhooks",
        _ => return String::new(),
    };
    format!("/{page}/{id}")
}

/// What kind of record it is, in words.
fn record_kind(shell: &Shell, object_type: &str) -> String {
    words::known(shell, "activity-record", object_type).unwrap_or_else(|| object_type.replace('_', " "))
}

/// Who did it, in words: a person by name, the rest by what it is.
fn actor_name(shell: &Shell, names: &store::Names, actor: &str) -> String {
    match (names.get(actor), actor.split_once(':')) {
        (Some(name), _) => name.clone(),
        (None, Some(("visitor", _))) => shell.t("office-actor-visitor"),
        (None, Some(("user", _))) => shell.t("office-actor-user"),
        (None, _) => shell.t("office-actor-system"),
    }
}
