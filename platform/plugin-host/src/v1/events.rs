//! Calls of events plugins.

use super::bindings::exports::wakala::events::subscriber;
use super::calls;
use super::convert::{blobs, each};
use crate::model::events as model;

calls! {
    /// `subscriber.on-event`.
    tell(event: model::Event) -> model::Receipt = subscriber.call_on_event(&event.into()), blobs blobs(&event.files), plain Into::into;
}

impl From<model::Event> for subscriber::Event {
    fn from(e: model::Event) -> Self {
        Self {
            id: e.id,
            kind: e.kind,
            version: e.version,
            occurred_ms: e.occurred_ms,
            subject: e.subject,
            sequence: e.sequence,
            data: e.data,
            files: each(e.files),
            earlier_ref: e.earlier_ref,
            extra: e.extra,
        }
    }
}

impl From<subscriber::Link> for model::Link {
    fn from(l: subscriber::Link) -> Self {
        Self { rel: l.rel, url: l.url, label: l.label, extra: l.extra }
    }
}

impl From<subscriber::Receipt> for model::Receipt {
    fn from(r: subscriber::Receipt) -> Self {
        Self { provider_ref: r.provider_ref, links: each(r.links), files: each(r.files), extra: r.extra }
    }
}
