//! Every kind of page with made-up content, for the test that renders them all. Lists, records and forms share their markup, so
//! one of each shows everything that such a page can hold; what a real tenant's pages show is tested by walking through them.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use identity::confirmation::Means;
use integrations::{
    calls::{CallDetail, CallLine, CallOutcome, ExchangeView, LogView},
    catalogue::{MethodView, PermissionView, PluginDetail, PluginLine},
    installs::{
        CheckView, ConfigField, ConfigForm, ConfigurationView, ConsentView, FieldKind, FieldState, Health, InstallMode, InstallState,
        InstallationLine, InstallationView, SettingsMode, UpdateView,
    },
};
use kernel::{
    AppError,
    money::{Currency, Money},
    profile::Profile,
    tenant::TenantId,
};
use ledger::{
    accounts::{AccountClass, AccountKind},
    journal::{TrialBalance, TrialBalanceRow},
};
use pages::{
    Badge, BulkAction, Choice, Column, ColumnChoice, Event, Fact, Filter, Flash, FormState, Link, ListBar, ListQuery, ListTools, NoticeRow,
    PriceKind, PriceLine, Shell, Step, StepState, Tab, Tone,
};
use uuid::Uuid;

use crate::{
    account::{CodesPage, EnrolPage, SecondFactorState, SecurityPage, SessionRow},
    entry::{ChoosePage, ConfirmPage, ForgotPage, LoginPage, SecondStepPage},
    frame::{Action, Cell, ChangeRow, Empty, Field, FormPage, ListPage, RecordPage, Related, RelatedItem, Row, Section, Sent},
    market::{pages::SitePageView, pictures::PicturePage},
    money::TrialPage,
    notices::NoticesPage,
    plugins::{CallPage, ConsentPage, InstallationPage},
    search::SearchPage,
    settings::{BrandPage, MailPage, PortalPage},
    site::{CodePage, Demo, FindPage, HomePage, ReadyPage, StartPage, WelcomePage},
    today::{SetupStep, Stat, TodayPage},
};

/// A page's name and its markup.
#[derive(Debug, Clone)]
pub struct Sample {
    pub name: &'static str,
    pub html: String,
}

impl Sample {
    /// A page that cannot be rendered has no markup, which the test refuses.
    fn of<T: Template>(name: &'static str, page: &T) -> Self {
        Self { name, html: page.render().unwrap_or_default() }
    }
}

/// All of them, inside `shell`.
#[must_use]
pub fn all(shell: &Shell) -> Vec<Sample> {
    [doors(shell), frames(shell), own(shell), told(shell), money(shell), plugins(shell), site(shell)].concat()
}

fn told(shell: &Shell) -> Vec<Sample> {
    let row = |unread| NoticeRow {
        href: "/notices/1".into(),
        title: "Background work given up".into(),
        body: "Mail with an order's documents failed too often.".into(),
        at: at(),
        unread,
    };
    let notices = |notices: Vec<NoticeRow>| NoticesPage {
        shell: shell.clone().titled("notices-title"),
        tabs: vec![Tab { label: "All".into(), href: "/notices".into(), active: true, count: None }],
        list: ListBar { next: "/notices?cursor=x".into(), ..ListBar::default() },
        unread: !notices.is_empty(),
        notices,
    };
    let mail = |form: FormState| MailPage {
        shell: shell.clone().under("office-settings-mails", "/settings/mails").named("Policy issued"),
        tabs: Vec::new(),
        form: form.with("subject", "Your cover").with("text", "Hello {name}").with("subject_version", "0").with("text_version", "1"),
        title: "Policy issued".into(),
        language: "English".into(),
        href: "/settings/mails/mail-order/en".into(),
        test_href: "/settings/mails/mail-order/en/test".into(),
        reset_href: "/settings/mails/mail-order/en/reset".into(),
        values: vec!["{name}".into()],
        is_own: true,
        preview: ("Your cover".into(), vec!["Hello Juma".into()]),
        may_change: true,
    };
    let wrong = FormState::new(shell).failing(shell, &AppError::field("text", "field-required"), |_| "Text".to_owned());
    vec![
        Sample::of("notices", &notices(vec![row(true), row(false)])),
        Sample::of("notices-empty", &notices(Vec::new())),
        Sample::of("mail", &mail(FormState::new(shell))),
        Sample::of("mail-wrong", &mail(wrong)),
    ]
}

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default()
}

/// A form that was refused: one field is wrong, and the whole is.
fn refused(shell: &Shell) -> FormState {
    let form = FormState::once(shell).with("email", "asha@example").with("name", "Asha");
    form.failing(shell, &AppError::field("email", "field-invalid"), |_| shell.t("field-email")).failing(
        shell,
        &AppError::unavailable("unavailable"),
        |_| String::new(),
    )
}

fn doors(shell: &Shell) -> Vec<Sample> {
    let plain = || FormState::new(shell);
    vec![
        Sample::of("login", &LoginPage::new(shell.clone(), plain())),
        Sample::of("login refused", &LoginPage::new(shell.clone(), refused(shell))),
        Sample::of("second factor", &SecondStepPage::new(shell.clone(), plain())),
        Sample::of("second factor refused", &SecondStepPage::new(shell.clone(), refused(shell))),
        Sample::of("forgot", &ForgotPage::new(shell.clone(), plain(), false)),
        Sample::of("forgot, sent", &ForgotPage::new(shell.clone(), plain(), true)),
        Sample::of("choose a password", &ChoosePage::new(shell.clone(), refused(shell))),
        Sample::of("welcome", &WelcomePage { shell: shell.clone().titled("office-welcome-title"), form: plain(), action: "/welcome/x".into() }),
    ]
}

fn frames(shell: &Shell) -> Vec<Sample> {
    let shell = shell.clone().under("office-customers-title", "/customers");
    vec![
        Sample::of("list", &list(&shell, true)),
        Sample::of("list without rows", &list(&shell, false)),
        Sample::of("record", &record(&shell)),
        Sample::of("changes of a record", &RecordPage { changes: Some(changes()), ..record(&shell) }),
        Sample::of("record without changes", &RecordPage { changes: Some(Vec::new()), ..record(&shell) }),
        Sample::of("form", &form(&shell)),
        Sample::of("form that cannot be taken back", &form(&shell).grave(shell.t("office-policies-keep"))),
        Sample::of("page of the portal", &SitePageView::sample(&shell)),
        Sample::of("picture", &PicturePage::sample(&shell, true)),
        Sample::of("no picture", &PicturePage::sample(&shell, false)),
    ]
}

fn list(shell: &Shell, filled: bool) -> ListPage {
    let shell = shell.clone().titled("office-customers-title");
    let query = ListQuery { search: filled.then(|| "asha".to_owned()), ..ListQuery::default() };
    let found = kernel::paging::Page { count: 41, count_exceeded: false, next: Some("n".into()), previous: Some("p".into()), results: vec![()] };
    let filter = Filter::choice("state", shell.t("field-status"), vec![Choice::new("active", shell.t("state-active"))]);
    let columns = vec![Column::of(&shell, "field-name").by("name"), Column::figure(&shell, "field-amount").by("amount")];
    let cells = vec![
        Cell::Main("Asha Mwangi".into()),
        Cell::Text("0700 000 101".into()),
        Cell::Quiet("CUS-2026-00042".into()),
        Cell::Figure("12 ms".into()),
        Cell::Amount(Some(Money::new(150_000, Currency::KES))),
        Cell::count(3),
        Cell::Day(at().date_naive()),
        Cell::State(Badge::new(Tone::Good, shell.t("state-active"))),
        Cell::At(at()),
        Cell::Link { label: "ORD-2026-00001".into(), href: "/orders/1".into() },
        Cell::Action { label: shell.t("office-credits-handle"), href: "/credits/1/handle".into(), about: "Asha Mwangi".into() },
    ];
    let rows = if filled { vec![Row { href: "/customers/1".into(), cells: cells.clone() }, Row { href: String::new(), cells }] } else { Vec::new() };
    let filters = [filter, Filter::created(&shell), Filter::amount(&shell)];
    let bar = ListBar::new("/customers", shell.t("office-customers-search"), &query, &found, filters, columns);
    let bar = bar.choosing([Uuid::nil(), Uuid::max()], vec![BulkAction::new(shell.t("button-retry"), "/jobs/retry", "refresh")]);
    let view = Tab { label: "Leads".into(), href: "/customers?state=lead&view=1".into(), active: true, count: Some(41) };
    ListPage {
        list: ListBar { tools: Some(tools(&shell)), views: vec![view], ..bar },
        rows,
        actions: vec![Action::link(shell.t("office-customers-new"), "/customers/new").primary().icon("plus").key("c")],
        tabs: vec![Tab { label: shell.t("office-settings-staff"), href: "/settings/staff".into(), active: true, count: Some(3) }],
        lede: shell.t("office-roles-lede"),
        empty: Empty::new(&shell, "users", "office-customers-empty").leading(shell.t("office-customers-new"), "/customers/new"),
        shell,
    }
}

fn tools(shell: &Shell) -> ListTools {
    let column = |key: &str, shown| ColumnChoice { name: key.to_owned(), label: shell.t(key), shown };
    ListTools {
        list: "/customers".into(),
        query: "[]".into(),
        columns: vec![column("field-name", true), column("field-amount", false)],
        exports: true,
        view: "Leads".into(),
        view_href: "/lists/views/1".into(),
        view_own: true,
        view_shared: true,
        view_is_default: false,
        view_changed: true,
    }
}

fn record(shell: &Shell) -> RecordPage {
    let mut page = RecordPage::new(shell.clone(), "Asha Mwangi", "CUS-2026-00042", Badge::new(Tone::Good, shell.t("state-active")));
    page.tabs = vec![Tab { label: shell.t("office-tab-overview"), href: "/customers/1".into(), active: true, count: None }];
    page.next = vec![
        Action::link(shell.t("button-edit"), "/customers/1/edit").primary().icon("edit").key("e"),
        Action::post(shell.t("office-staff-suspend"), "/customers/1/suspend"),
    ];
    page.alerts = vec![Flash { tone: Tone::Warn, text: shell.t("catalogue-sample"), undo: None }];
    page.facts = vec![
        Fact::new(shell.t("field-email"), "asha@example.com").copied(),
        Fact::new(shell.t("office-orders-one"), "ORD-2026-00001").linked("/orders/1"),
    ];
    let line = |kind, why: &str| PriceLine { label: shell.t("total"), amount: "KSh 45,243".into(), why: why.into(), kind };
    page.lines = vec![line(PriceKind::Line, "4.5 %"), line(PriceKind::Total, "")];
    let item = RelatedItem {
        label: "POL-2026-00001".into(),
        detail: "KDA 123A".into(),
        href: "/policies/1".into(),
        state: Badge::new(Tone::Info, shell.t("state-pending")),
    };
    page.related = vec![Related {
        title: shell.t("office-policies-title"),
        items: vec![item.clone(), RelatedItem { href: String::new(), state: Badge::default(), ..item }],
        all_href: "/policies".into(),
    }];
    page.timeline = vec![Event {
        icon: "plus",
        tone: Tone::Info,
        text: shell.t("audit-crm-customer-create"),
        who: "Juma Otieno".into(),
        at: at(),
        detail: "walk-in".into(),
    }];
    page
}

fn changes() -> Vec<ChangeRow> {
    let row = ChangeRow {
        what: "Customer changed".into(),
        who: "Juma Otieno".into(),
        at: at(),
        reason: "typing mistake".into(),
        fields: vec![("Phone".into(), String::new(), "0700 000 101".into())],
    };
    vec![row.clone(), ChangeRow { fields: Vec::new(), ..row }]
}

/// Every kind of field, one of them refused.
fn form(shell: &Shell) -> FormPage {
    let choices = || vec![Choice { value: "a".into(), label: "A".into(), detail: "the first".into() }, Choice::new("b", "B")];
    let fields = vec![
        Field::text("name", "Name").help("As on the card."),
        Field::email("email", "E-mail"),
        Field::phone("phone", "Phone").optional(),
        Field::password("password", "Password", "new-password"),
        Field::secret("key", "Key").help("Set before."),
        Field::secret_area("pem", "Certificate"),
        Field::area("notes", "Notes").optional(),
        Field::select("one", "One", choices()),
        Field::choices("kind", "Kind", choices()),
        Field::checks("many", "Many", choices()),
        Field::check("agree", "I agree"),
        Field::money("amount", "Amount", "KSh"),
        Field::date("day", "Day"),
        Field::file("file", "File", "image/png"),
    ];
    let sections = vec![Section::titled(shell.t("office-company-firm"), fields), Section::of(vec![Field::text("extra", "Extra")]).when("kind=a")];
    let mut page = FormPage::new(shell.clone(), shell.t("office-customers-new"), "/customers/new", "/customers", sections)
        .lede(shell.t("office-staff-invite-lede"))
        .facts(vec![Fact::new("Asked", "KSh 1,500")])
        .tabs(vec![Tab { label: shell.t("office-settings-company"), href: "/settings/company".into(), active: true, count: None }])
        .files();
    page.hidden = vec![("accepted".into(), "http:example.com".into())];
    let sent = Sent::of([("email".to_owned(), "asha@".to_owned()), ("kind".to_owned(), "b".to_owned())]);
    page.form =
        sent.kept(FormState::once(shell))
            .failing(shell, &AppError::field("email", "field-invalid").and_field("kind", "field-required"), |field| field.to_owned());
    page
}

fn own(shell: &Shell) -> Vec<Sample> {
    let session = SessionRow { device: "Firefox, Linux".into(), address: "192.0.2.10".into(), last_seen: at(), since: at(), end_href: String::new() };
    let sessions = vec![session.clone(), SessionRow { end_href: "/profile/sessions/1/end".into(), ..session }];
    let security = |on| SecurityPage {
        shell: shell.clone().titled("office-security-title"),
        form: refused(shell),
        second_factor: SecondFactorState {
            text: shell.t("office-second-factor-off"),
            on,
            warning: if on { shell.tn("office-recovery-codes-left", 2) } else { String::new() },
        },
        sessions: sessions.clone(),
    };
    let confirm = |means| ConfirmPage::new(shell.clone(), refused(shell), "/settings/staff/1/suspend".into(), means);
    let stat = Stat { label: shell.t("office-stat-leads"), value: "12".into(), href: "/customers?state=lead".into() };
    let step = |done| SetupStep {
        label: shell.t("onboarding-licence"),
        detail: shell.t("onboarding-licence-detail"),
        href: "/settings/company".into(),
        done,
    };
    let profile = Profile { brand_colour: "#0b5c4d".into(), logo_path: Some("brand/x.png".into()), ..Profile::default() };
    let portal = |is_open, may_open| PortalPage {
        shell: shell.clone().titled("office-settings-portal"),
        tabs: crate::settings::tabs(shell, "portal"),
        steps: vec![step(true), step(false)],
        is_open,
        may_open,
        portal_url: "http://mfano.localhost/".into(),
        refused: if is_open { String::new() } else { shell.t("error-tenancy-no-licence") },
    };
    let found = Related {
        title: shell.t("office-customers-title"),
        items: vec![RelatedItem { label: "Asha Mwangi".into(), href: "/customers/1".into(), ..RelatedItem::default() }],
        all_href: "/customers?search=asha".into(),
    };
    let recent = vec![Link { label: "asha".into(), href: "/search?q=asha".into() }];
    vec![
        Sample::of(
            "today",
            &TodayPage { shell: shell.clone().titled("office-today-title"), stats: vec![stat], setup: vec![step(true), step(false)], setup_done: 1 },
        ),
        Sample::of(
            "today with nothing",
            &TodayPage { shell: shell.clone().titled("office-today-title"), stats: Vec::new(), setup: Vec::new(), setup_done: 0 },
        ),
        Sample::of("security", &security(true)),
        Sample::of("security without a second factor", &security(false)),
        Sample::of("confirm by password", &confirm(Some(Means::Password))),
        Sample::of("confirm by code", &confirm(Some(Means::SecondFactor))),
        Sample::of("nothing to confirm with", &confirm(None)),
        Sample::of("take a second factor", &EnrolPage { form: refused(shell), ..enrol(shell) }),
        Sample::of("recovery codes", &CodesPage::new(shell.clone(), vec!["k7m2p-x9rqc".to_owned(), "b3n8v-t6yfh".to_owned()])),
        Sample::of("brand", &BrandPage::new(shell.clone(), TenantId(Uuid::nil()), &profile, 3, tenancy::brand::Colour::read("#ffd500"))),
        Sample::of("portal closed", &portal(false, true)),
        Sample::of("portal open", &portal(true, false)),
        Sample::of(
            "search",
            &SearchPage { shell: shell.clone().titled("nav-search"), asked: "asha".into(), groups: vec![found], recent: Vec::new() },
        ),
        Sample::of("search for nothing", &SearchPage { shell: shell.clone().titled("nav-search"), asked: String::new(), groups: Vec::new(), recent }),
    ]
}

fn enrol(shell: &Shell) -> EnrolPage {
    EnrolPage {
        shell: shell.clone().titled("office-second-factor-take"),
        form: FormState::new(shell),
        picture: "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"></svg>".into(),
        key: "GEZD GNBV GY3T QOJQ".into(),
    }
}

fn money(shell: &Shell) -> Vec<Sample> {
    let shillings = |minor| Money::new(minor, Currency::KES);
    let row = TrialBalanceRow {
        account: Uuid::nil(),
        kind: AccountKind::Clearing,
        class: AccountClass::Asset,
        sub_key: "mobile".into(),
        debit: shillings(150_000),
        credit: shillings(0),
    };
    let balance = TrialBalance { on: NaiveDate::default(), rows: vec![row], totals: Vec::new() };
    vec![
        Sample::of("trial balance", &TrialPage::new(shell.clone(), &balance, vec!["Mobile money clearing".into()])),
        Sample::of("trial balance of nothing", &TrialPage::new(shell.clone(), &TrialBalance { rows: Vec::new(), ..balance }, Vec::new())),
    ]
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

fn plugins(shell: &Shell) -> Vec<Sample> {
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

fn site(shell: &Shell) -> Vec<Sample> {
    let steps = || vec![Step { label: shell.t("console-signup-step-business"), href: String::new(), state: StepState::Current }];
    let demo = Demo {
        name: "Mfano".into(),
        line: "Brokerage".into(),
        portal_href: "http://mfano.localhost/".into(),
        office_href: "http://mfano.office.localhost/".into(),
    };
    let code = |ask_address, verified| CodePage {
        shell: shell.clone().titled("console-code-title"),
        steps: steps(),
        form: refused(shell),
        email: "asha@example.com".into(),
        company: "Mfano".into(),
        address: "http://mfano.localhost/".into(),
        ask_address,
        verified,
        action: "/start/1".into(),
        again_href: "/start/1/again".into(),
    };
    let start = StartPage {
        shell: shell.clone().titled("console-signup-title"),
        steps: steps(),
        form: refused(shell),
        offers: vec![Choice {
            value: "brokerage.KE".into(),
            label: "Brokerage in Kenya".into(),
            detail: shell.t("console-signup-kind-brokerage-detail"),
        }],
        login_href: "/login".into(),
    };
    vec![
        Sample::of(
            "front door",
            &HomePage {
                shell: shell.clone().titled("console-home-title"),
                signup_href: "/start".into(),
                login_href: "/login".into(),
                demos: vec![demo],
            },
        ),
        Sample::of(
            "find the office",
            &FindPage {
                shell: shell.clone().titled("console-find-title"),
                form: FormState::new(shell),
                office_href: "http://mfano.office.localhost/login".into(),
                name: "Mfano".into(),
                missing: true,
            },
        ),
        Sample::of("start", &start),
        Sample::of("code", &code(false, false)),
        Sample::of("code and address", &code(true, true)),
        Sample::of(
            "ready",
            &ReadyPage {
                shell: shell.clone().titled("console-ready-title"),
                steps: steps(),
                name: "Mfano".into(),
                enter_href: "http://mfano.office.localhost/welcome/x".into(),
                portal_href: "http://mfano.localhost/".into(),
                office_href: "http://mfano.office.localhost/".into(),
            },
        ),
    ]
}
