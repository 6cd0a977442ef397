//! Opening a business: what it is and who opens it, then the code from the mailbox. The last step answers with a page instead of
//! a redirect, because a form may not lead to another host.

use askama::Template;
use axum::{extract::State, response::Response};
use identity::passwords;
use kernel::{
    App, AppResult,
    error::Fields,
    http::{Form, Path},
    phone::Phone,
};
use pages::{Choice, FormState, Link, PageShell, Shell, Step, StepState, Tone, html, html_with, redirect, redirect_with};
use tenancy::sign_up::{self, Agreement, SignUpForm, SignUpId, SignUpView};

use super::ready::ReadyPage;
use crate::frame::{Sent, mendable, refused_status};

#[derive(Template)]
#[template(path = "console/signup.html")]
pub(crate) struct StartPage {
    pub(crate) shell: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) form: FormState,
    /// Kind of business and country: `brokerage.KE`.
    pub(crate) offers: Vec<Choice>,
    pub(crate) login_href: String,
    /// What is agreed to, to be read elsewhere.
    pub(crate) agreement: Vec<Link>,
}

#[derive(Template)]
#[template(path = "console/code.html")]
pub(crate) struct CodePage {
    pub(crate) shell: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) form: FormState,
    pub(crate) email: String,
    pub(crate) company: String,
    /// The portal's address as it will be.
    pub(crate) address: String,
    /// The address was taken meanwhile: another one is asked for.
    pub(crate) ask_address: bool,
    /// The code was right before; only the address is missing.
    pub(crate) verified: bool,
    pub(crate) action: String,
    pub(crate) again_href: String,
}

/// The wizard's steps, the `current`th of them current.
pub(super) fn steps(shell: &Shell, current: usize) -> Vec<Step> {
    ["console-signup-step-business", "console-signup-step-code", "console-signup-step-ready"]
        .into_iter()
        .enumerate()
        .map(|(number, key)| {
            let state = match number.cmp(&current) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Current,
                std::cmp::Ordering::Greater => StepState::Ahead,
            };
            Step { label: shell.t(key), href: String::new(), state }
        })
        .collect()
}

impl StartPage {
    pub(crate) fn new(app: &App, shell: Shell, form: FormState) -> Self {
        let mut shell = shell.titled("console-signup-title");
        shell.description = shell.t("console-signup-lede");
        let choice = |offer: sign_up::Offer| Choice {
            value: format!("{}.{}", offer.kind, offer.country),
            label: offer.title.get(&shell.lang).or_else(|| offer.title.get("en")).cloned().unwrap_or_else(|| offer.kind.clone()),
            detail: shell.t(&format!("console-signup-kind-{}-detail", offer.kind)),
        };
        Self {
            steps: steps(&shell, 0),
            form,
            offers: sign_up::offers(app).into_iter().map(choice).collect(),
            login_href: "/login".to_owned(),
            agreement: agreement(app, &shell),
            shell,
        }
    }
}

fn agreement(app: &App, shell: &Shell) -> Vec<Link> {
    let Ok(texts) = app.port::<Agreement>() else { return Vec::new() };
    [("console-signup-terms-read", &texts.terms), ("console-signup-processing-read", &texts.processing)]
        .into_iter()
        .filter(|(_, href)| !href.is_empty())
        .map(|(key, href)| Link { label: shell.t(key), href: href.clone() })
        .collect()
}

fn label(shell: &Shell, field: &str) -> String {
    match field {
        "kind" => shell.t("console-signup-kind"),
        "company_name" => shell.t("console-signup-business-name"),
        "slug" => shell.t("console-signup-address"),
        "owner_name" => shell.t("console-signup-your-name"),
        "email" => shell.t("field-email"),
        "phone" => shell.t("field-phone"),
        "password" => shell.t("field-password"),
        "agree" => shell.t("console-signup-terms"),
        _ => shell.t("field-code"),
    }
}

pub(super) async fn show(State(app): State<App>, PageShell(shell): PageShell) -> AppResult<Response> {
    let mut form = FormState::new(&shell);
    if let [only] = sign_up::offers(&app).as_slice() {
        form = form.with("kind", format!("{}.{}", only.kind, only.country));
    }
    html(&StartPage::new(&app, shell, form))
}

pub(super) async fn begin(State(app): State<App>, PageShell(shell): PageShell, Form(sent): Form<Sent>) -> AppResult<Response> {
    match start(&app, &sent).await {
        Ok(id) => Ok(redirect(&format!("/start/{id}"))),
        Err(error) if mendable(&error) => {
            let form = sent.kept(FormState::new(&shell)).failing(&shell, &error, |field| label(&shell, field));
            html_with(refused_status(&error), &StartPage::new(&app, shell, form))
        }
        Err(error) => Err(error),
    }
}

/// Everything that is wrong is told at once: what is missing here, the password, and what tenancy says of the rest.
async fn start(app: &App, sent: &Sent) -> AppResult<SignUpId> {
    let (kind, country) = sent.text("kind").split_once('.').unwrap_or_default();
    let mut fields = Fields::new();
    if !sent.yes("agree") {
        fields.add("agree", "console-signup-agree-needed");
    }
    let mut complaints = fields.finish().err().map(|error| error.fields).unwrap_or_default();
    let phone = Phone::parse(sent.text("phone"), country).map(|phone| phone.to_string()).unwrap_or_default();
    let personal = [sent.text("owner_name"), sent.text("email"), sent.text("company_name"), phone.as_str()];
    let password_hash = match passwords::prepare(app, "password", sent.raw("password"), &personal).await {
        Ok(hash) if complaints.is_empty() => hash,
        Ok(_) => String::new(),
        Err(error) if !error.fields.is_empty() => {
            complaints.extend(error.fields);
            String::new()
        }
        Err(error) => return Err(error),
    };
    let form = SignUpForm {
        kind: kind.to_owned(),
        country: country.to_owned(),
        company_name: sent.owned("company_name"),
        slug: sent.some("slug").map(str::to_owned),
        owner_name: sent.owned("owner_name"),
        email: sent.owned("email"),
        phone: sent.owned("phone"),
        password_hash,
    };
    // Without a hash tenancy starts nothing and only says what else is wrong.
    match sign_up::start(app, &form).await {
        Ok(id) => Ok(id),
        Err(mut error) if !error.fields.is_empty() && !complaints.is_empty() => {
            error.fields.retain(|field| field.field != "password");
            error.fields.extend(complaints);
            Err(error)
        }
        Err(error) => Err(error),
    }
}

impl CodePage {
    pub(crate) fn new(app: &App, shell: Shell, id: SignUpId, view: &SignUpView, form: FormState) -> Self {
        let shell = shell.titled("console-code-title");
        Self {
            steps: steps(&shell, 1),
            address: app.hosts.portal_url(&view.slug, "/"),
            ask_address: !form.error("slug").is_empty(),
            form,
            email: view.email.clone(),
            company: view.company_name.clone(),
            verified: view.verified,
            action: format!("/start/{id}"),
            again_href: format!("/start/{id}/again"),
            shell,
        }
    }
}

pub(super) async fn show_code(State(app): State<App>, PageShell(shell): PageShell, Path(id): Path<SignUpId>) -> AppResult<Response> {
    let view = sign_up::get(&app, id).await?;
    if view.opened {
        let tenant = sign_up::finish(&app, id).await?;
        return html(&ReadyPage::new(&app, shell, id, &tenant));
    }
    let form = FormState::new(&shell);
    html(&CodePage::new(&app, shell, id, &view, form))
}

pub(super) async fn confirm(
    State(app): State<App>,
    PageShell(shell): PageShell,
    Path(id): Path<SignUpId>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let opened = async {
        sign_up::verify(&app, id, sent.text("code")).await?;
        sign_up::open(&app, id, sent.some("slug")).await?;
        sign_up::finish(&app, id).await
    };
    match opened.await {
        Ok(tenant) => html(&ReadyPage::new(&app, shell, id, &tenant)),
        Err(error) if mendable(&error) => {
            let view = sign_up::get(&app, id).await?;
            let mut form = sent.kept(FormState::new(&shell)).failing(&shell, &error, |field| label(&shell, field));
            if let Some((_, suggestion)) = error.params.iter().find(|(name, _)| *name == "suggestion") {
                form = form.with("slug", suggestion.clone());
            }
            html_with(refused_status(&error), &CodePage::new(&app, shell, id, &view, form))
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn send_again(
    State(app): State<App>,
    PageShell(shell): PageShell,
    Path(id): Path<SignUpId>,
    Form(_): Form<Sent>,
) -> AppResult<Response> {
    match sign_up::send_again(&app, id).await {
        Ok(()) => Ok(redirect_with(&format!("/start/{id}"), Tone::Good, "console-code-sent")),
        Err(error) if mendable(&error) => {
            let view = sign_up::get(&app, id).await?;
            let form = FormState::new(&shell).failing(&shell, &error, |field| label(&shell, field));
            html_with(refused_status(&error), &CodePage::new(&app, shell, id, &view, form))
        }
        Err(error) => Err(error),
    }
}
