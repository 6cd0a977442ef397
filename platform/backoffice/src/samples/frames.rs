//! The three shapes that most pages have.

use kernel::{
    AppError,
    money::{Currency, Money},
};
use pages::{
    Badge, BulkAction, Choice, Column, ColumnChoice, Event, Fact, Filter, Flash, FormState, ListBar, ListQuery, ListTools, PriceKind, PriceLine,
    Shell, Tab, Tone,
};
use uuid::Uuid;

use super::{Sample, at};
use crate::{
    frame::{Action, Cell, ChangeRow, Empty, Field, FormPage, ListPage, RecordPage, Related, RelatedItem, Row, Section, Sent},
    market::{pages::SitePageView, pictures::PicturePage},
};

pub(super) fn frames(shell: &Shell) -> Vec<Sample> {
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
        actions: vec![
            Action::link(shell.t("office-customers-new"), "/customers/new").primary().icon("plus").key("c"),
            Action::post(shell.t("button-retry"), "/statements/1/go-on").icon("refresh"),
        ],
        alerts: vec![Flash { tone: Tone::Bad, text: shell.t("job-failure-unavailable"), undo: None }],
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
