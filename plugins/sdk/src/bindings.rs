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
        inline: "package wakala:sdk; world payment-types { import wakala:payments/types@1.0.0; }",
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
        inline: "package wakala:sdk; world gateway { export wakala:payments/gateway@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:payments/types@1.0.0": crate::bindings::payment_types::wakala::payments::types,
        },
    });
    pub use exports::wakala::payments::gateway::Guest;
}

/// Giving money back.
pub mod refunds {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/payments"],
        inline: "package wakala:sdk; world refunds { export wakala:payments/refunds@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:payments/types@1.0.0": crate::bindings::payment_types::wakala::payments::types,
        },
    });
    pub use exports::wakala::payments::refunds::Guest;
}

/// Paying money out.
pub mod payouts {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/payments"],
        inline: "package wakala:sdk; world payouts { export wakala:payments/payouts@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
            "wakala:payments/types@1.0.0": crate::bindings::payment_types::wakala::payments::types,
        },
    });
    pub use exports::wakala::payments::payouts::Guest;
}

/// The provider's own book.
pub mod statements {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/payments"],
        inline: "package wakala:sdk; world statements { export wakala:payments/statements@1.0.0; }",
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_interface",
        with: {
            "wakala:host/types@1.0.0": crate::bindings::host::wakala::host::types,
        },
    });
    pub use exports::wakala::payments::statements::Guest;
}
