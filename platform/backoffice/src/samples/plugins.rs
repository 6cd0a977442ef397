//! Plugins, from the catalogue to a single call.

use integrations::{
    calls::{CallDetail, CallLine, CallOutcome, ExchangeView, LogView},
    catalogue::{MethodView, PermissionView, PluginDetail, PluginLine},
    installs::{
        CheckView, ConfigField, ConfigForm, ConfigurationView, ConsentView, FieldKind, FieldState, Health, InstallMode, InstallState,
        InstallationLine, InstallationView, SettingsMode, UpdateView,
    },
};
use pages::Shell;
use uuid::Uuid;

use super::{Sample, at};
use crate::plugins::{CallPage, ConsentPage, InstallationPage};

pub(super) fn plugins(shell: &Shell) -> Vec<Sample> {
    let line = PluginLine {
        id: Uuid::nil(),
        plugin: "com.example.pay".into(),
        title: "Example Pay".into(),
        summary: "Takes money by phone.".into(),
        kind: "payment".into(),
        publisher: "Example Ltd".into(),
        version: "1.0.0".into(),
        countries: vec!["KE".into()],
        currencies: vec!["KES".into()],
        docs: Some("https://example.com/docs".into()),
        support: Some("help@example.com".into()),
        installation: None,
    };
    let method = MethodView {
        method: "mobile".into(),
        title: "Mobile money".into(),
        currencies: vec!["KES".into()],
        smallest_unit: 100,
        min: 100,
        max: 25_000_000,
        payer_needs: vec!["phone".into()],
    };
    let detail = PluginDetail { plugin: line, permissions: permissions(), methods: vec![method] };
    let exchange = ExchangeView {
        method: "POST".into(),
        host: "api.example.com".into(),
        path: "/pay".into(),
        status: Some(200),
        error: None,
        at_ms: 3,
        duration_us: 90_000,
        request: "{}".into(),
        response: "{}".into(),
    };
    let call = CallDetail {
        call: CallLine {
            id: Uuid::nil(),
            installation_id: Uuid::nil(),
            action: "collect".into(),
            mode: "live".into(),
            attempt: 1,
            outcome: CallOutcome::Unknown,
            error: Some("no answer".into()),
            duration_us: 120_000,
            at: at(),
        },
        correlation_id: "0198".into(),
        request: serde_json::json!({ "amount": 1500 }),
        response: Some(serde_json::json!({ "state": "pending" })),
        exchanges: vec![exchange],
        logs: vec![LogView { level: "info".into(), message: "asked".into(), values: vec![("host".into(), "api".into())], at_ms: 4 }],
        queued_us: 10,
        cpu_us: 900,
        memory_bytes: 4_000_000,
        host_calls: 3,
    };
    let mut found = vec![
        Sample::of("consent", &ConsentPage::new(shell.clone(), detail)),
        Sample::of("call", &CallPage::new(shell.clone(), &call, "Example Pay")),
    ];
    for mode in [InstallMode::Test, InstallMode::Live, InstallMode::Disabled] {
        found.push(Sample::of("installation", &InstallationPage::new(shell.clone(), &installation(mode))));
    }
    let view = installation(InstallMode::Test);
    found.push(Sample::of("plugin settings", &crate::plugins::settings_page(shell.clone(), &view, SettingsMode::Live)));
    if let Ok(page) = crate::plugins::upgrade_page(shell.clone(), &view) {
        found.push(Sample::of("plugin upgrade", &page));
    }
    found
}

fn permissions() -> Vec<PermissionView> {
    [
        "http:api.example.com:both",
        "secret:key:api.example.com:header",
        "secret:pin",
        "lookup:customer",
        "report:payment.updated",
        "webhook:result",
        "http-config:server",
        "kv",
    ]
    .map(|key| PermissionView { key: key.into(), sentence: "Sends requests to api.example.com.".into(), why: Some("To ask for money.".into()) })
    .to_vec()
}

fn configuration(mode: SettingsMode) -> ConfigurationView {
    let field = |key: &str, kind, state| ConfigField {
        key: key.into(),
        title: key.into(),
        help: Some("From the provider.".into()),
        kind,
        required: true,
        choices: vec!["a".into()],
        default: None,
        depends_on: None,
        state,
    };
    let fields = vec![
        field("shortcode", FieldKind::Text, FieldState::Value { text: "600000".into() }),
        field("passkey", FieldKind::Secret, FieldState::Set { at: at() }),
        field("certificate", FieldKind::SecretText, FieldState::Empty),
        field("server", FieldKind::Text, FieldState::Empty),
        field("retry", FieldKind::Bool, FieldState::Value { text: "true".into() }),
        field("kind", FieldKind::Choice, FieldState::Empty),
        field("hosts", FieldKind::List, FieldState::Empty),
        field("count", FieldKind::Number, FieldState::Empty),
    ];
    let check = CheckView {
        passed: mode == SettingsMode::Test,
        summary: "Reached.".into(),
        warnings: vec!["Ends in May.".into()],
        field: None,
        values: vec![("Balance".into(), "1,500".into())],
        at: at(),
    };
    ConfigurationView {
        mode,
        version: 2,
        form: ConfigForm { fields },
        check: Some(check),
        checked: mode == SettingsMode::Test,
        updated_at: Some(at()),
    }
}

fn installation(mode: InstallMode) -> InstallationView {
    let line = InstallationLine {
        id: Uuid::nil(),
        plugin: "com.example.pay".into(),
        title: "Example Pay".into(),
        summary: "Takes money by phone.".into(),
        kind: "payment".into(),
        plugin_version: "1.0.0".into(),
        mode,
        state: InstallState::Attention,
        attention: None,
        health: Health::Degraded,
        health_summary: Some("Slow.".into()),
        health_at: Some(at()),
        live_since: Some(at()),
        created_at: at(),
    };
    InstallationView {
        installation: line,
        update: Some(UpdateView { version: "1.1.0".into(), permissions: permissions() }),
        consent: ConsentView { agreed_by: "user:1".into(), agreed_at: at(), permissions: permissions() },
        test: configuration(SettingsMode::Test),
        live: configuration(SettingsMode::Live),
        may_go_live: true,
        version: 1,
        updated_at: at(),
    }
}
