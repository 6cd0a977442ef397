//! Whether a document is genuine: for whoever holds it, without an account. The code is typed, or came with a QR code.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use documents::{Verdict, Verification, verification};
use kernel::{
    App, AppResult,
    http::{Anyone, Path, Query},
    routes::{Access, Face, Routes},
};
use pages::{Badge, Fact, FormState, Shell, Tone, html, redirect};
use serde::Deserialize;

use crate::{
    page::{Page, listed},
    place,
    samples::Sample,
};

pub(crate) fn routes() -> Routes {
    Routes::new().get(Face::Portal, "/verify", Access::Public, ask).get(Face::Portal, "/verify/{code}", Access::Public, answer)
}

#[derive(Template)]
#[template(path = "portal/verify.html")]
struct AskPage {
    shell: Shell,
    form: FormState,
}

#[derive(Template)]
#[template(path = "portal/verified.html")]
struct AnswerPage {
    shell: Shell,
    badge: Badge,
    heading: String,
    text: String,
    facts: Vec<Fact>,
}

#[derive(Deserialize, Default)]
struct Typed {
    #[serde(default)]
    code: String,
}

async fn ask(caller: Anyone, State(app): State<App>, Page(shell): Page, Query(query): Query<Typed>) -> AppResult<Response> {
    let code = query.code.trim();
    if !code.is_empty() {
        return Ok(redirect(&format!("/verify/{}", place::encoded(&code.replace('/', "-")))));
    }
    let form = FormState::new(&shell);
    let shell = listed(shell.titled("portal-verify-title"), &app, &caller.tenant().slug, "portal-verify-lede");
    html(&AskPage { shell, form })
}

/// Says only what the register gives to anybody. An invented code and another firm's get the same answer.
async fn answer(caller: Anyone, Page(shell): Page, Path(code): Path<String>) -> AppResult<Response> {
    let found = verification::verify(&caller.scope, &code).await?;
    html(&AnswerPage::new(shell, found, &code, caller.scope.today()))
}

impl AnswerPage {
    fn new(shell: Shell, found: Verification, typed: &str, today: NaiveDate) -> Self {
        let (tone, name) = match found.verdict {
            Verdict::Genuine => (Tone::Good, "genuine"),
            Verdict::Expired => (Tone::Warn, "expired"),
            Verdict::Cancelled => (Tone::Bad, "cancelled"),
            Verdict::Unknown => (Tone::Bad, "unknown"),
        };
        let text_key = match found.verdict {
            Verdict::Genuine if found.shortened => "portal-verify-shortened-text".to_owned(),
            Verdict::Genuine if found.replaced => "portal-verify-replaced-text".to_owned(),
            _ => format!("portal-verify-{name}-text"),
        };
        let code = found.code.clone().unwrap_or_else(|| typed.chars().filter(|c| !c.is_control()).take(40).collect());
        let mut facts = vec![Fact::new(shell.t("portal-verify-code"), code)];
        let mut add = |key: &str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                facts.push(Fact::new(shell.t(key), value));
            }
        };
        let begins = found.from.filter(|_| found.to.is_some());
        let standing = begins.map(|from| {
            if from > today { shell.tf("portal-verify-begins", [("date", shell.date(&from))]) } else { shell.t("portal-verify-in-force") }
        });
        add("portal-verify-today", standing.filter(|_| found.verdict == Verdict::Genuine));
        add("portal-verify-kind", found.kind.map(|kind| shell.t(&kind.text_key())));
        add("portal-verify-number", found.number);
        add("portal-verify-what", found.what);
        add("portal-verify-policy", found.policy_number);
        add("portal-verify-insurer", found.insurer);
        add("portal-verify-certificate", found.insurer_certificate);
        add("portal-verify-holder", found.holder);
        add("portal-verify-plate", found.plate);
        add("portal-verify-from", found.from.map(|day| shell.date(&day)));
        add("portal-verify-to", found.to.map(|day| shell.date(&day)));
        add("portal-verify-amount", found.amount);
        add("portal-verify-issued", found.issued_on.map(|day| shell.date(&day)));
        add("portal-verify-cancelled-on", found.cancelled_on.map(|day| shell.date(&day)));
        Self {
            badge: Badge { tone, word: shell.t(&format!("portal-verify-{name}")), icon: tone.icon() },
            heading: shell.t(&format!("portal-verify-{name}-title")),
            text: shell.t(&text_key),
            facts,
            shell: shell.titled("portal-verify-title"),
        }
    }
}

pub(crate) fn samples(shell: &Shell) -> Vec<Sample> {
    let found = |verdict| Verification {
        verdict,
        code: Some("7K2M-9QX4-TB8W-R3HR".to_owned()),
        kind: Some(documents::DocumentKind::RiskNote),
        what: Some("Comprehensive motor cover".to_owned()),
        number: Some("RN-2026-00123".to_owned()),
        policy_number: Some("POL-2026-00123".to_owned()),
        insurer: Some("Mfano Insurance".to_owned()),
        insurer_certificate: None,
        holder: Some("A. M.".to_owned()),
        plate: Some("KDA ···A".to_owned()),
        from: NaiveDate::from_ymd_opt(2026, 11, 23),
        to: NaiveDate::from_ymd_opt(2027, 11, 22),
        amount: None,
        issued_on: NaiveDate::from_ymd_opt(2026, 11, 23),
        cancelled_on: None,
        replaced: false,
        shortened: false,
    };
    let today = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap_or_default();
    let page = |verdict| AnswerPage::new(shell.clone(), found(verdict), "7K2M", today);
    vec![
        Sample::of("verify", &AskPage { shell: shell.clone().titled("portal-verify-title"), form: FormState::new(shell) }),
        Sample::of("verify-genuine", &page(Verdict::Genuine)),
        Sample::of("verify-shortened", &AnswerPage::new(shell.clone(), Verification { shortened: true, ..found(Verdict::Genuine) }, "7K2M", today)),
        Sample::of("verify-expired", &page(Verdict::Expired)),
        Sample::of("verify-cancelled", &page(Verdict::Cancelled)),
        Sample::of("verify-unknown", &page(Verdict::Unknown)),
    ]
}
