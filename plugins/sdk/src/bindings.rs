//! The only place that runs the bindings generator: the host's imports once, then one module per exportable interface.
//!
//! What must hold: a type of an interface that several modules use is generated once and mapped with `with` everywhere else, so that
//! a `PluginError` is the same Rust type in every trait. A new ability is one more module here, one line in `export!` and one
//! re-export. Interfaces stand in worlds of their own, so that a plugin exports exactly what it implements; encoding unites them.

/// What the host offers.
pub mod host {
    wit_bindgen::generate!({
        path: ["../wit/host"],
        world: "wakala:host/imports@1.0.0",
        generate_all,
        generate_unused_types: true,
        additional_derives: [PartialEq],
    });
}

/// Types that the payment interfaces share.
pub mod payment_types {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/payments"],
        inline: "package wakala:sdk; world payment-types { import wakala:payments/types@1.1.0; }",
        generate_unused_types: true,
        additional_derives: [PartialEq],
        generate_all,
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
}

/// Every plugin.
pub mod lifecycle {
    wit_bindgen::generate!({
        path: ["../wit/host"],
        inline: "package wakala:sdk; world lifecycle { export wakala:host/lifecycle@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::host::lifecycle::Guest;
}

/// Calls that a provider makes to us.
pub mod webhook {
    wit_bindgen::generate!({
        path: ["../wit/host"],
        inline: "package wakala:sdk; world webhook { export wakala:host/webhook@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::host::webhook::Guest;
}

/// Events fetched by schedule.
pub mod poll {
    wit_bindgen::generate!({
        path: ["../wit/host"],
        inline: "package wakala:sdk; world poll { export wakala:host/poll@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::host::poll::Guest;
}

/// Taking money.
pub mod gateway {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/payments"],
        inline: "package wakala:sdk; world gateway { export wakala:payments/gateway@1.1.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:payments/types@1.1.0": crate::bindings::payment_types::wakala::payments::types,
        },
    });
    pub use exports::wakala::payments::gateway::Guest;
}

/// Giving money back.
pub mod refunds {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/payments"],
        inline: "package wakala:sdk; world refunds { export wakala:payments/refunds@1.1.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:payments/types@1.1.0": crate::bindings::payment_types::wakala::payments::types,
        },
    });
    pub use exports::wakala::payments::refunds::Guest;
}

/// Paying money out.
pub mod payouts {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/payments"],
        inline: "package wakala:sdk; world payouts { export wakala:payments/payouts@1.1.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:payments/types@1.1.0": crate::bindings::payment_types::wakala::payments::types,
        },
    });
    pub use exports::wakala::payments::payouts::Guest;
}

/// The provider's own book.
pub mod statements {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/payments"],
        inline: "package wakala:sdk; world statements { export wakala:payments/statements@1.1.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::payments::statements::Guest;
}

/// Forgetting means of payment.
pub mod vault {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/payments"],
        inline: "package wakala:sdk; world vault { export wakala:payments/vault@1.1.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::payments::vault::Guest;
}

/// Sending messages.
pub mod channel {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/messaging"],
        inline: "package wakala:sdk; world channel { export wakala:messaging/channel@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::messaging::channel::Guest;
}

/// Texts that the provider approved.
pub mod templates {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/messaging"],
        inline: "package wakala:sdk; world templates { export wakala:messaging/templates@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::messaging::templates::Guest;
}

/// Being a USSD service.
pub mod ussd {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/messaging"],
        inline: "package wakala:sdk; world ussd { export wakala:messaging/ussd@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::messaging::ussd::Guest;
}

/// Asking the platform for the next screen of a dialogue.
pub mod dialogue {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/messaging"],
        inline: "package wakala:sdk; world dialogue { import wakala:messaging/ussd@1.0.0; }",
        additional_derives: [PartialEq],
        generate_all,
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
}

/// Types that the insurance interfaces share.
pub mod insurance_types {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/insurance"],
        inline: "package wakala:sdk; world insurance-types { import wakala:insurance/types@1.0.0; }",
        generate_unused_types: true,
        additional_derives: [PartialEq],
        generate_all,
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
}

/// Quoting and binding.
pub mod insurer {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/insurance"],
        inline: "package wakala:sdk; world insurer { export wakala:insurance/insurer@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:insurance/types@1.0.0": crate::bindings::insurance_types::wakala::insurance::types,
        },
    });
    pub use exports::wakala::insurance::insurer::Guest;
}

/// Changing policies.
pub mod endorsements {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/insurance"],
        inline: "package wakala:sdk; world endorsements { export wakala:insurance/endorsements@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:insurance/types@1.0.0": crate::bindings::insurance_types::wakala::insurance::types,
        },
    });
    pub use exports::wakala::insurance::endorsements::Guest;
}

/// Reporting losses.
pub mod claims {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/insurance"],
        inline: "package wakala:sdk; world claims { export wakala:insurance/claims@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::insurance::claims::Guest;
}

/// Proof of cover.
pub mod certificates {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/insurance"],
        inline: "package wakala:sdk; world certificates { export wakala:insurance/certificates@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::insurance::certificates::Guest;
}

/// Types that the collections interfaces share.
pub mod collection_types {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/collections"],
        inline: "package wakala:sdk; world collection-types { import wakala:collections/types@1.0.0; }",
        generate_unused_types: true,
        additional_derives: [PartialEq],
        generate_all,
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
}

/// Standing instructions.
pub mod mandates {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/collections"],
        inline: "package wakala:sdk; world mandates { export wakala:collections/mandates@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:collections/types@1.0.0": crate::bindings::collection_types::wakala::collections::types,
        },
    });
    pub use exports::wakala::collections::mandates::Guest;
}

/// Instructing and following single collections.
pub mod runs {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/collections"],
        inline: "package wakala:sdk; world runs { export wakala:collections/runs@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:collections/types@1.0.0": crate::bindings::collection_types::wakala::collections::types,
        },
    });
    pub use exports::wakala::collections::runs::Guest;
}

/// Deductions from wages.
pub mod deductions {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/collections"],
        inline: "package wakala:sdk; world deductions { export wakala:collections/deductions@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:collections/types@1.0.0": crate::bindings::collection_types::wakala::collections::types,
        },
    });
    pub use exports::wakala::collections::deductions::Guest;
}

/// Checks against a register.
pub mod checks {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/identity"],
        inline: "package wakala:sdk; world checks { export wakala:identity/checks@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::identity::checks::Guest;
}

/// Language models.
pub mod assistant {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/ai@2"],
        inline: "package wakala:sdk; world assistant { export wakala:ai/assistant@2.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::ai::assistant::Guest;
}

/// Hearing what happened in the platform.
pub mod subscriber {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/events"],
        inline: "package wakala:sdk; world subscriber { export wakala:events/subscriber@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::events::subscriber::Guest;
}
