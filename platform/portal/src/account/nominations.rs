//! Whom the customer names: beneficiaries for all policies or one of them, and dependants. One form holds the whole list; a line
//! without a name is left out, and saving shows new empty lines.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use insurance::{
    nominations::{NamedPerson, Nomination, NominationRole, Place, Relation, rules, service},
    policies::{PolicyId, service as policies},
};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Customer, Path, form::Form},
};
use pages::{Choice, FormState, Shell, Tab, Tone, html_with, redirect_with};

use super::tabs;
use crate::{form::status_of, page::Page, samples::Sample};

type Pairs = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "portal/nominations.html")]
struct NominationsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    title: String,
    lede: String,
    /// What holds here as long as nobody is named; may be empty.
    note: String,
    action: String,
    form: FormState,
    lines: Vec<PersonLine>,
    relations: Vec<Choice>,
    with_shares: bool,
}

/// The fields of one person. Names of fields end in the person's place.
struct PersonLine {
    at: usize,
    heading: String,
    was: String,
    /// Told instead of a number that is sealed.
    number_help: String,
    name: String,
    relation: String,
    share: String,
    born: String,
    id_number: String,
}

impl PersonLine {
    fn new(shell: &Shell, at: usize, was: String, masked: Option<&str>) -> Self {
        let field = |name: &str| format!("{name}-{at}");
        Self {
            at,
            heading: shell.tf("portal-nominee", [("number", (at + 1).to_string())]),
            was,
            number_help: masked
                .map_or_else(|| shell.t("portal-nominee-number-help"), |masked| shell.tf("portal-nominee-number-kept", [("number", masked)])),
            name: field("name"),
            relation: field("relation"),
            share: field("share"),
            born: field("born"),
            id_number: field("id_number"),
        }
    }
}

fn place(caller: &Customer, role: NominationRole, policy: Option<PolicyId>) -> AppResult<Place> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    Ok(Place { customer: customer.into(), policy, role })
}

fn path(place: Place) -> String {
    match (place.role, place.policy) {
        (NominationRole::Dependant, _) => "/account/dependants".to_owned(),
        (NominationRole::Beneficiary, None) => "/account/beneficiaries".to_owned(),
        (NominationRole::Beneficiary, Some(policy)) => format!("/account/policies/{policy}/beneficiaries"),
    }
}

fn relations(shell: &Shell) -> Vec<Choice> {
    Relation::ALL.iter().map(|relation| Choice::new(relation.as_str(), shell.t(&format!("portal-relation-{relation}")))).collect()
}

/// The list as it is kept, with empty lines for more people.
fn form_of(shell: &Shell, list: &Nomination) -> (FormState, Vec<PersonLine>) {
    let mut form = FormState::new(shell).with_version(list.version);
    let mut lines = Vec::new();
    for (at, person) in list.people.iter().enumerate() {
        let line = PersonLine::new(shell, at, person.id.to_string(), person.masked.as_deref());
        form = form
            .with(line.name.clone(), person.name.clone())
            .with(line.relation.clone(), person.relation.as_str())
            .with(line.share.clone(), person.share_bp.map(rules::percent).unwrap_or_default())
            .with(line.born.clone(), person.born.map(|day| day.to_string()).unwrap_or_default());
        lines.push(line);
    }
    let empty = lines.len()..rules::MOST.min(lines.len() + 2);
    lines.extend(empty.map(|at| PersonLine::new(shell, at, String::new(), None)));
    (form, lines)
}

/// The list as it was sent, with what is wrong with it.
fn form_again(shell: &Shell, list: &Nomination, pairs: &Pairs, error: &AppError) -> (FormState, Vec<PersonLine>) {
    let (_, kept) = form_of(shell, list);
    let lines: Vec<PersonLine> = (0..people(pairs).len().max(kept.len()).min(rules::MOST))
        .map(|at| {
            let was = value(pairs, &format!("was-{at}"));
            let masked = list.people.iter().find(|person| person.id.to_string() == was).and_then(|person| person.masked.as_deref());
            PersonLine::new(shell, at, was.to_owned(), masked)
        })
        .collect();
    let form = pairs
        .iter()
        .filter(|(name, _)| name != "csrf" && name != "version")
        .fold(FormState::new(shell).with_version(list.version), |form, (name, value)| form.with(name.clone(), value.clone()))
        .failing(shell, error, |field| label(shell, field));
    (form, lines)
}

fn label(shell: &Shell, field: &str) -> String {
    match field.rsplit_once('-') {
        Some((name, at)) => {
            let number = at.parse::<usize>().map_or_else(|_| at.to_owned(), |at| (at + 1).to_string());
            format!("{}, {}", shell.tf("portal-nominee", [("number", number)]), shell.t(&format!("portal-nominee-{}", name.replace('_', "-"))))
        }
        None => shell.t(&format!("portal-nominee-{field}")),
    }
}

fn value<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

/// The people of a form in order, also those without a name; one more than a list may have is enough to refuse it.
fn people(pairs: &Pairs) -> Vec<NamedPerson> {
    (0..=rules::MOST)
        .take_while(|at| pairs.iter().any(|(name, _)| *name == format!("name-{at}")))
        .map(|at| {
            let field = |name: &str| value(pairs, &format!("{name}-{at}")).to_owned();
            NamedPerson {
                was: value(pairs, &format!("was-{at}")).parse().ok(),
                name: field("name"),
                relation: field("relation"),
                share: field("share"),
                born: field("born"),
                id_number: field("id_number"),
            }
        })
        .collect()
}

async fn page(tx: &mut ReadTx, shell: Shell, place: Place, sent: Option<(&Pairs, &AppError)>) -> AppResult<NominationsPage> {
    let list = service::get(tx, place).await?;
    let (form, lines) = match sent {
        Some((pairs, error)) => form_again(&shell, &list, pairs, error),
        None => form_of(&shell, &list),
    };
    let key = match (place.role, place.policy) {
        (NominationRole::Dependant, _) => "portal-dependants",
        (NominationRole::Beneficiary, None) => "portal-beneficiaries",
        (NominationRole::Beneficiary, Some(_)) => "portal-policy-beneficiaries",
    };
    let mut note = String::new();
    let shell = match place.policy {
        None => shell,
        Some(policy) => {
            if list.people.is_empty() {
                note = shell.t("portal-policy-beneficiaries-none");
            }
            let policy = policies::get(tx, policy).await?;
            let name = policy.product_name.get(&shell.lang).to_owned();
            let mut shell = shell.under("portal-account-policies", "/account/policies");
            shell.crumbs.push(pages::Crumb { label: name, href: format!("/account/policies/{}", policy.id) });
            shell
        }
    };
    Ok(NominationsPage {
        tabs: if place.policy.is_none() { tabs(&shell, &path(place)) } else { Vec::new() },
        title: shell.t(&format!("{key}-title")),
        lede: shell.t(&format!("{key}-lede")),
        note,
        action: path(place),
        form,
        lines,
        relations: relations(&shell),
        with_shares: place.role == NominationRole::Beneficiary,
        shell: shell.titled(&format!("{key}-title")),
    })
}

async fn show(caller: &Customer, shell: Shell, place: Place) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    html_with(StatusCode::OK, &page(&mut tx, shell, place, None).await?)
}

async fn save(app: &App, caller: &Customer, shell: Shell, place: Place, pairs: &Pairs) -> AppResult<Response> {
    let version = value(pairs, "version").parse().map_err(|_| AppError::malformed("version"))?;
    let mut tx = caller.begin_write().await?;
    match service::save(&mut tx, &app.sealer, place, version, &people(pairs)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&path(place), Tone::Good, "flash-saved"))
        }
        Err(error) => {
            drop(tx);
            let (status, error) = status_of(error)?;
            let mut tx = caller.begin_read().await?;
            html_with(status, &page(&mut tx, shell, place, Some((pairs, &error))).await?)
        }
    }
}

pub(super) async fn show_beneficiaries(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    show(&caller, shell, place(&caller, NominationRole::Beneficiary, None)?).await
}

pub(super) async fn show_dependants(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    show(&caller, shell, place(&caller, NominationRole::Dependant, None)?).await
}

pub(super) async fn show_of_policy(caller: Customer, Page(shell): Page, Path(id): Path<PolicyId>) -> AppResult<Response> {
    show(&caller, shell, place(&caller, NominationRole::Beneficiary, Some(id))?).await
}

pub(super) async fn save_beneficiaries(caller: Customer, State(app): State<App>, Page(shell): Page, Form(pairs): Form<Pairs>) -> AppResult<Response> {
    save(&app, &caller, shell, place(&caller, NominationRole::Beneficiary, None)?, &pairs).await
}

pub(super) async fn save_dependants(caller: Customer, State(app): State<App>, Page(shell): Page, Form(pairs): Form<Pairs>) -> AppResult<Response> {
    save(&app, &caller, shell, place(&caller, NominationRole::Dependant, None)?, &pairs).await
}

pub(super) async fn save_of_policy(
    caller: Customer,
    State(app): State<App>,
    Page(shell): Page,
    Path(id): Path<PolicyId>,
    Form(pairs): Form<Pairs>,
) -> AppResult<Response> {
    save(&app, &caller, shell, place(&caller, NominationRole::Beneficiary, Some(id))?, &pairs).await
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |key: &str, with_shares: bool, error: Option<AppError>| {
        let list = Nomination::default();
        let pairs = vec![("name-0".to_owned(), "Neema Mfano".to_owned())];
        let (form, lines) = match error {
            Some(error) => form_again(shell, &list, &pairs, &error),
            None => form_of(shell, &list),
        };
        NominationsPage {
            tabs: tabs(shell, "/account/beneficiaries"),
            title: shell.t(&format!("{key}-title")),
            lede: shell.t(&format!("{key}-lede")),
            note: shell.t("portal-policy-beneficiaries-none"),
            action: "/account/beneficiaries".to_owned(),
            form,
            lines,
            relations: relations(shell),
            with_shares,
            shell: shell.clone().titled(&format!("{key}-title")),
        }
    };
    let error = AppError::field("shares", "nomination-shares").and_field("share-0", "nomination-share-invalid");
    vec![
        Sample::of("beneficiaries", &page("portal-beneficiaries", true, None)),
        Sample::of("beneficiaries-failed", &page("portal-policy-beneficiaries", true, Some(error))),
        Sample::of("dependants", &page("portal-dependants", false, None)),
    ]
}
