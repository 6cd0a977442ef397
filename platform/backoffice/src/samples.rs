//! Every kind of page with made-up content, for the test that renders them all. Lists, records and forms share their markup, so
//! one of each shows everything that such a page can hold; what a real tenant's pages show is tested by walking through them.

mod frames;
mod plugins;
mod site;

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use identity::confirmation::Means;
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
use pages::{FormState, Link, ListBar, NoticeList, NoticeRow, Shell, Tab};
use uuid::Uuid;

use crate::{
    account::{CodesPage, EnrolPage, PasskeyRow, SecondFactorState, SecurityPage, SessionRow},
    entry::{ChoosePage, ConfirmPage, ForgotPage, LoginPage, PasskeyPage, SecondStepPage},
    frame::{Overview, Related, RelatedItem, Stat},
    money::TrialPage,
    notices::NoticesPage,
    search::SearchPage,
    settings::{BrandPage, MailPage, PortalPage},
    site::WelcomePage,
    today::{SetupStep, TodayPage},
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
    [doors(shell), frames::frames(shell), own(shell), told(shell), money(shell), plugins::plugins(shell), site::site(shell)].concat()
}

fn told(shell: &Shell) -> Vec<Sample> {
    let row = |unread| NoticeRow {
        href: "/notices/1".into(),
        title: "Background work given up".into(),
        body: "Mail with an order's documents failed too often.".into(),
        at: at(),
        unread,
    };
    let notices = |rows: Vec<NoticeRow>| NoticesPage {
        shell: shell.clone().titled("notices-title"),
        found: NoticeList {
            tabs: vec![Tab { label: "All".into(), href: "/notices".into(), active: true, count: None }],
            bar: ListBar { next: "/notices?cursor=x".into(), ..ListBar::default() },
            unread: !rows.is_empty(),
            rows,
        },
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
        Sample::of("second factor", &SecondStepPage::new(shell.clone(), plain(), None)),
        Sample::of(
            "second factor refused",
            &SecondStepPage::new(shell.clone(), refused(shell), Some(crate::account::sample_of_passkeys(shell).passkey)),
        ),
        Sample::of("forgot", &ForgotPage::new(shell.clone(), plain(), false)),
        Sample::of("forgot, sent", &ForgotPage::new(shell.clone(), plain(), true)),
        Sample::of("choose a password", &ChoosePage::new(shell.clone(), refused(shell))),
        Sample::of("welcome", &WelcomePage { shell: shell.clone().titled("office-welcome-title"), form: plain(), action: "/welcome/x".into() }),
    ]
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
        passkeys: if on {
            vec![PasskeyRow { name: "Phone".into(), since: at(), used: Some(at()), href: "/profile/passkeys/1".into() }]
        } else {
            Vec::new()
        },
        sessions: sessions.clone(),
    };
    let asked = || crate::account::sample_of_passkeys(shell).passkey;
    let confirm = |means| {
        let passkey = (means == Some(Means::SecondFactor)).then(asked);
        ConfirmPage::new(shell.clone(), refused(shell), "/settings/staff/1/suspend".into(), means, passkey)
    };
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
            &TodayPage {
                shell: shell.clone().titled("office-today-title"),
                day: "23 Nov 2026".into(),
                overview: Overview { stats: vec![stat.clone()], needs: vec![stat], next: vec![found.clone()] },
                setup: vec![step(true), step(false)],
                setup_done: 1,
            },
        ),
        Sample::of(
            "today with nothing",
            &TodayPage {
                shell: shell.clone().titled("office-today-title"),
                day: "23 Nov 2026".into(),
                overview: Overview::default(),
                setup: Vec::new(),
                setup_done: 0,
            },
        ),
        Sample::of("security", &security(true)),
        Sample::of("security without a second factor", &security(false)),
        Sample::of("confirm by password", &confirm(Some(Means::Password))),
        Sample::of("confirm by code", &confirm(Some(Means::SecondFactor))),
        Sample::of("nothing to confirm with", &confirm(None)),
        Sample::of("log in with a passkey", &PasskeyPage::new(shell.clone(), refused(shell), asked())),
        Sample::of("add a passkey", &crate::account::sample_of_passkeys(shell)),
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
        account: Some(Uuid::nil()),
        accounts: 1,
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
