//! Where the exports of a component are.

use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre};

use super::bindings::exports::wakala;
use super::former;
use super::state::CallState;

/// Lists every interface that some kind exports, as `field = "name": module of the bindings`.
macro_rules! exports {
    ($($field:ident = $name:literal: $($module:ident)::+),+ $(,)?) => {
        /// Exports by interface. One that is missing, or misses a function, is `None`.
        pub(crate) struct Exports {
            $(pub $field: Option<$($module)::+::GuestIndices>,)+
        }

        impl Exports {
            pub fn probe(pre: &InstancePre<CallState>) -> Self {
                Self { $($field: $($module)::+::GuestIndices::new(pre).ok(),)+ }
            }

            /// Names of the interfaces that are there in any version, as in the manifest's `provides`, and the required ones.
            pub fn names(&self) -> Vec<&'static str> {
                let present = [$(($name, self.$field.is_some()),)+];
                let mut names: Vec<_> = present.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect();
                // The versions of an interface stand together in the list.
                names.dedup();
                names
            }

            /// Loads every export from an instance, which checks its types.
            pub fn verify(&self, store: &mut Store<CallState>, instance: &Instance) -> Vec<(&'static str, String)> {
                let mut wrong = Vec::new();
                $(
                    if let Some(Err(error)) = self.$field.as_ref().map(|indices| indices.load(&mut *store, instance)) {
                        wrong.push(($name, format!("{error:#}")));
                    }
                )+
                wrong
            }
        }
    };
}

exports! {
    lifecycle = "lifecycle": wakala::host::lifecycle,
    webhook = "webhook": wakala::host::webhook,
    poll = "poll": wakala::host::poll,
    gateway = "gateway": wakala::payments::gateway,
    refunds = "refunds": wakala::payments::refunds,
    payouts = "payouts": wakala::payments::payouts,
    statements = "statements": wakala::payments::statements,
    vault = "vault": wakala::payments::vault,
    channel = "channel": wakala::messaging::channel,
    templates = "templates": wakala::messaging::templates,
    ussd = "ussd": wakala::messaging::ussd,
    insurer = "insurer": wakala::insurance::insurer,
    endorsements = "endorsements": wakala::insurance::endorsements,
    claims = "claims": wakala::insurance::claims,
    certificates = "certificates": wakala::insurance::certificates,
    mandates = "mandates": wakala::collections::mandates,
    runs = "runs": wakala::collections::runs,
    deductions = "deductions": wakala::collections::deductions,
    checks = "checks": wakala::identity::checks,
    assistant = "assistant": wakala::ai::assistant,
    assistant_1 = "assistant": former::ai_1::exports::wakala::ai::assistant,
    subscriber = "subscriber": wakala::events::subscriber,
}
