//! Plugins, from the catalogue to a single call.

use integrations::{
    budgets::BudgetView,
    calls::{CallDetail, CallLine, CallOutcome, ExchangeView, HostCallView, LogView, ReplayView},
    catalogue::{MethodView, PermissionView, PluginDetail, PluginLine, PublishedVersion, StopView, VersionLine, VersionState},
    circuits::CircuitView,
    figures::{CallFigures, SampleView, VersionFigures},
    installs::{
        CheckView, ChoiceView, ConfigField, ConfigForm, ConfigurationView, ConsentView, ErasureView, FieldKind, FieldState, Health, InstallMode,
        InstallState, InstallationLine, InstallationView, PreviousView, SettingChange, SettingsMode, Trial, TrialView, UpdateView,
    },
    publishing::{Account, AccountView, HostChange, KeyView, PermissionChange, Review, SubmissionLine, SubmissionState, SubmissionView, VersionView},
    routing::{RouteChoice, RouteView},
};
use kernel::money::{Currency, Money};
use pages::{ListQuery, Shell};
use uuid::Uuid;

use super::{Sample, at};
use crate::plugins::{CallPage, ConsentPage, InstallationPage};

pub(super) fn plugins(shell: &Shell) -> Vec<Sample> {
    let detail = detail(line());
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
        version: "1.4.2".into(),
        replayable: true,
        replays: vec![ReplayView {
            id: Uuid::nil(),
            said: serde_json::json!({ "state": "failed" }),
            requests: vec!["POST api.example.com:443/pay (accepts)".into()],
            log: vec!["asked".into()],
            problem: Some("it declined".into()),
            cpu_ms: 1,
            wall_ms: 12,
            memory_kib: 900,
            at: at(),
        }],
        fuel: 145_000,
        timeline: vec![HostCallView { name: "http.send".into(), at_us: 3_000, duration_us: 90_000 }],
    };
    let mut found = vec![
        Sample::of("consent", &ConsentPage::new(shell.clone(), detail)),
        Sample::of("call", &CallPage::new(shell.clone(), &call, "Example Pay")),
    ];
    for mode in InstallMode::ALL.iter().copied() {
        found.push(Sample::of("installation", &InstallationPage::new(shell.clone(), &installation(mode))));
    }
    let view = installation(InstallMode::Test);
    found.push(Sample::of("plugin settings", &crate::plugins::settings_page(shell.clone(), &view, SettingsMode::Live)));
    found.push(Sample::of("plugin budget", &crate::plugins::budget_page(shell.clone(), &view, Currency::KES)));
    let erased = ErasureView { secrets: 3, notes: 12, routes: 1, under_way: 0 };
    for under_way in [0, 2] {
        let shown = ErasureView { under_way, ..erased };
        found.push(Sample::of("plugin uninstall", &crate::plugins::uninstall_page(shell.clone(), &view, &shown)));
    }
    found.push(Sample::of("plugin trial", &crate::plugins::trial_page(shell.clone(), &view, SettingsMode::Test, &trial())));
    if let Ok(page) = crate::plugins::upgrade_page(shell.clone(), &view, &[setting_change()]) {
        found.push(Sample::of("plugin upgrade", &page));
    }
    let offered = RouteChoice { installation: Uuid::nil(), title: "Example Pay".into(), methods: vec![method()] };
    let rule = RouteView {
        id: Uuid::nil(),
        place: 10,
        method: Some("mobile".into()),
        currency: "KES".into(),
        from_minor: 0,
        to_minor: Some(10_000_000),
        installation: Uuid::nil(),
        version: 1,
    };
    let choices = [offered];
    found.extend(publishing(shell));
    found.extend(reviewing(shell));
    found.extend(versions(shell));
    found.push(Sample::of("payment rules", &crate::plugins::routes_page(shell.clone(), std::slice::from_ref(&rule), &choices)));
    found.push(Sample::of("no payment rules", &crate::plugins::routes_page(shell.clone(), &[], &[])));
    for shown in [None, Some(&rule)] {
        found.push(Sample::of("payment rule", &crate::plugins::route_page(shell.clone(), Currency::KES, &choices, shown)));
    }
    found
}

fn method() -> MethodView {
    MethodView {
        method: "mobile".into(),
        title: "Mobile money".into(),
        currencies: vec!["KES".into()],
        smallest_unit: 100,
        min: 100,
        max: 25_000_000,
        payer_needs: vec!["phone".into()],
    }
}

fn submission(state: SubmissionState) -> SubmissionView {
    SubmissionView {
        submission: SubmissionLine {
            id: Uuid::nil(),
            publisher: "example".into(),
            plugin: "com.example.pay".into(),
            version: "1.1.0".into(),
            state,
            report_passed: Some(true),
            submitted_at: Some(at()),
            updated_at: at(),
        },
        title: "Example Pay".into(),
        kind: "payment".into(),
        package_sha256: "0".repeat(64),
        package_bytes: 120_000,
        publisher_key: "ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into(),
        permissions: PermissionChange { since: Some("1.0.0".into()), added: permissions(), removed: permissions(), kept: permissions() },
        report: Some(serde_json::json!({ "findings": [{ "level": "warning", "place": "support", "message": "there is no address for support" }] })),
        reviewed_at: Some(at()),
        review_note: Some("Say what the second host is for.".into()),
    }
}

fn publishing(shell: &Shell) -> Vec<Sample> {
    let key = |revoked_at| KeyView {
        id: Uuid::nil(),
        public_key: "ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into(),
        name: "Laptop".into(),
        added_at: at(),
        revoked_at,
    };
    let keys = vec![key(None), key(Some(at()))];
    let lines = [submission(SubmissionState::Approved).submission];
    let account = AccountView { handle: "example".into(), name: "Example Ltd".into(), support: None, keys: keys.clone(), created_at: at() };
    let mut found = vec![
        Sample::of("packages", &crate::plugins::publishing_page(shell.clone(), Some(&lines))),
        Sample::of("no packages", &crate::plugins::publishing_page(shell.clone(), Some(&[]))),
        Sample::of("no publisher", &crate::plugins::publishing_page(shell.clone(), None)),
        Sample::of("keys of a publisher", &crate::plugins::keys_page(shell.clone(), &keys)),
        Sample::of("new publisher", &crate::plugins::account_page(shell.clone(), None)),
        Sample::of("publisher", &crate::plugins::account_page(shell.clone(), Some(&account))),
    ];
    found.extend(SubmissionState::ALL.iter().map(|state| Sample::of("package", &crate::plugins::package_page(shell.clone(), &submission(*state)))));
    found
}

fn reviewing(shell: &Shell) -> Vec<Sample> {
    let review = |state, component_bytes_before| Review {
        package: submission(state),
        account: Account { name: "Example Ltd".into(), support: Some("help@example.com".into()), created_at: at(), versions: 3, revoked: 1 },
        handed_in_by: "user:00000000-0000-0000-0000-000000000000".into(),
        hosts: HostChange {
            added: vec!["stats.example.com:443 (both)".into()],
            removed: Vec::new(),
            kept: vec!["api.example.com:443 (live)".into()],
        },
        component_bytes: 90_000,
        component_bytes_before,
        changelog: Some("# 1.1.0\n\n- Counts payments.".into()),
        readme: Some("# Example Pay\n\nTakes money by phone.".into()),
    };
    let waiting = submission(SubmissionState::Submitted);
    let lines = [waiting.submission.clone()];
    let query = ListQuery::default().beginning(SubmissionState::Submitted.as_str());
    let mut found = vec![
        Sample::of("packages to review", &crate::plugins::reviewing_page(shell.clone(), &query, &lines)),
        Sample::of("nothing to review", &crate::plugins::reviewing_page(shell.clone(), &query, &[])),
        Sample::of("approval", &crate::plugins::approve_page(shell.clone(), &waiting)),
        Sample::of("rejection", &crate::plugins::reject_page(shell.clone(), &waiting)),
    ];
    for (state, before) in SubmissionState::ALL.iter().zip([None, Some(80_000), Some(90_000), Some(100_000), None]) {
        found.push(Sample::of("review", &crate::plugins::review_page(shell.clone(), &review(*state, before))));
    }
    found.extend(withdrawing(shell));
    found.extend(stopping(shell));
    found
}

fn published(state: VersionState) -> PublishedVersion {
    PublishedVersion {
        plugin: "com.example.pay".into(),
        version: "1.1.0".into(),
        publisher: "example".into(),
        state,
        share: 100,
        published_at: at(),
        installed: 7,
        live: 5,
    }
}

fn withdrawing(shell: &Shell) -> Vec<Sample> {
    let query = ListQuery::default();
    let versions: Vec<PublishedVersion> = VersionState::ALL.iter().map(|state| published(*state)).collect();
    let mut found = vec![
        Sample::of("published versions", &crate::plugins::published_versions_page(shell.clone(), &query, &versions)),
        Sample::of("no published versions", &crate::plugins::published_versions_page(shell.clone(), &query, &[])),
        Sample::of("whom a version is offered to", &crate::plugins::published_offer_page(shell.clone(), &published(VersionState::Listed))),
        Sample::of("state of a version", &crate::plugins::mark_page(shell.clone(), &published(VersionState::Listed))),
    ];
    found.extend(versions.iter().map(|version| Sample::of("published version", &crate::plugins::published_page(shell.clone(), version))));
    found
}

fn stopping(shell: &Shell) -> Vec<Sample> {
    let stop = |plugin: Option<&str>, version: Option<&str>, tenant: Option<&str>| StopView {
        id: Uuid::nil(),
        plugin: plugin.map(str::to_owned),
        version: version.map(str::to_owned),
        tenant: tenant.map(str::to_owned),
        reason: "It sends too much.".into(),
        stopped_by: "Amina Mfano".into(),
        stopped_at: at(),
    };
    let named = Some("com.example.pay");
    let stops = [stop(None, None, None), stop(named, None, Some("example")), stop(named, Some("1.1.0"), None)];
    vec![
        Sample::of("stops", &crate::plugins::stops_page(shell.clone(), &stops)),
        Sample::of("no stops", &crate::plugins::stops_page(shell.clone(), &[])),
        Sample::of("new stop", &crate::plugins::stop_page(shell.clone(), &[published(VersionState::Listed)], "com.example.pay", "1.1.0")),
        Sample::of("end of a stop", &crate::plugins::end_page(shell.clone(), &stops[1])),
    ]
}

fn versions(shell: &Shell) -> Vec<Sample> {
    let sample = SampleView {
        id: Uuid::nil(),
        action: "collect".into(),
        outcome: CallOutcome::Failed,
        error: Some("trap: unreachable".into()),
        logs: vec![LogView { level: "warn".into(), message: "no reference".into(), values: vec![("code".into(), "17".into())], at_ms: 4 }],
        duration_us: 90_000,
        at: at(),
    };
    let view = |state, calls| VersionView {
        figures: VersionFigures {
            plugin: "com.example.pay".into(),
            version: "1.1.0".into(),
            state,
            share: 10,
            published_at: at(),
            taken_back_at: (state == VersionState::Yanked).then(at),
            installed: 7,
            live: 5,
            calls,
        },
        before: Some("1.0.0".into()),
        samples: if state == VersionState::Listed { vec![sample.clone()] } else { Vec::new() },
    };
    let busy = CallFigures { calls: 1_204, failures: 13, traps: 2, p95_us: Some(300_000) };
    let views = [view(VersionState::Listed, Some(busy)), view(VersionState::Yanked, None), view(VersionState::Revoked, Some(CallFigures::default()))];
    let lines = views.clone().map(|view| view.figures);
    let mut found = vec![
        Sample::of("versions", &crate::plugins::versions_page(shell.clone(), &lines)),
        Sample::of("no versions", &crate::plugins::versions_page(shell.clone(), &[])),
        Sample::of("offer of a version", &crate::plugins::offer_page(shell.clone(), &views[0])),
    ];
    found.extend(views.iter().map(|view| Sample::of("version", &crate::plugins::version_page(shell.clone(), view))));
    found.extend(crate::plugins::take_back_page(shell.clone(), &views[0]).ok().map(|page| Sample::of("version taken back", &page)));
    found
}

/// A plugin as the catalogue lists it.
pub(super) fn line() -> PluginLine {
    PluginLine {
        id: Uuid::nil(),
        plugin: "com.example.pay".into(),
        title: "Example Pay".into(),
        summary: "Takes money by phone.".into(),
        kind: "payment".into(),
        publisher: "Example Ltd".into(),
        version: "1.0.0".into(),
        icon: Some("/plugins/icons/0.png".into()),
        countries: vec!["KE".into()],
        currencies: vec!["KES".into()],
        docs: Some("https://example.com/docs".into()),
        support: Some("help@example.com".into()),
        installation: None,
    }
}

/// A plugin with everything that is said of it.
pub(super) fn detail(plugin: PluginLine) -> PluginDetail {
    PluginDetail {
        plugin,
        permissions: permissions(),
        methods: vec![method()],
        versions: vec![VersionLine { version: "1.0.0".into(), state: VersionState::Listed, published_at: at() }],
        readme: Some("# Example Pay".into()),
        changelog: Some("# 1.0.0\n\n- Takes payments.".into()),
    }
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

fn setting_change() -> SettingChange {
    SettingChange { mode: SettingsMode::Live, title: "Account".into(), before: Some("100200".into()), after: None }
}

fn choice(name: &str) -> ChoiceView {
    ChoiceView { name: name.into(), label: name.to_uppercase() }
}

fn trial() -> TrialView {
    TrialView { trial: Trial::Collect, choices: vec![choice("mobile"), choice("card")], asks: vec!["phone".into(), "email".into()] }
}

fn configuration(mode: SettingsMode) -> ConfigurationView {
    let field = |key: &str, kind, state| ConfigField {
        key: key.into(),
        title: key.into(),
        help: Some("From the provider.".into()),
        kind,
        required: true,
        choices: vec![choice("a")],
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
        trials: vec![trial()],
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
        icon: None,
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
        update: Some(UpdateView { version: "1.1.0".into(), breaking: true, permissions: permissions(), dropped: permissions() }),
        previous: Some(PreviousView { version: "0.9.0".into(), until: at() }),
        consent: ConsentView { agreed_by: "user:1".into(), agreed_at: at(), permissions: permissions() },
        test: configuration(SettingsMode::Test),
        live: configuration(SettingsMode::Live),
        shared_since: (mode == InstallMode::Live).then(at),
        foreign: true,
        may_go_live: true,
        circuit: Some(CircuitView { failures: 5, waits_until: (mode == InstallMode::Live).then(at), reason: "The provider does not answer.".into() }),
        version_state: VersionState::Yanked,
        stopped: true,
        budget: BudgetView {
            calls: Some(1_000),
            messages: None,
            money: Some(Money::new(100_000_000, Currency::KES)),
            calls_today: 1_000,
            messages_today: 0,
            money_today: Money::new(150_000, Currency::KES),
            refused_today: 3,
            version: 1,
        },
        version: 1,
        updated_at: at(),
    }
}
