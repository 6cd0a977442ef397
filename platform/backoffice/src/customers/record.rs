//! One customer: who it is, what belongs to it, what happened.

use axum::{extract::State, response::Response};
use crm::{
    customers::{self, Customer, CustomerId, Duplicate, Likeness, WRITE},
    parties::consents::Consent,
};
use identity::permissions::USER_CHANGE;
use insurance::orders;
use kernel::{
    App, AppResult,
    http::{Path, Query, Staff},
    languages::language_of,
};
use ledger::permissions::TAKING_TAKE;
use pages::{Badge, Fact, Flash, Shell, Tone, html};

use super::{activities::Said, inbox::Wrote, list::stage, second_factor, viewed};
use crate::{
    frame::{Action, Office, RecordPage, Related, RelatedItem},
    history::{History, TabQuery},
    papers, sales, words,
};

/// What the page of a customer shows of its own domain.
pub(crate) struct Shown {
    pub(crate) customer: Customer,
    pub(crate) consents: Vec<Consent>,
    pub(crate) duplicates: Vec<Duplicate>,
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<CustomerId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let customer = customers::service::get(&mut tx, id).await?;
    let shown = Shown {
        consents: customers::service::consent_history(&mut tx, id).await?,
        duplicates: customers::service::possible_duplicates(&mut tx, id).await?,
        customer,
    };
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    let mut related = sales::of_customer(&shell, &mut tx, id.0).await?;
    related.extend(papers::of_customer(&shell, &mut tx, id.0).await?);
    related.extend(papers::named_by(&shell, &mut tx, id.0).await?);
    let said = Said::of(&mut tx, id).await?;
    let wrote = Wrote::of(&mut tx, id).await?;
    drop(tx);
    viewed(&app, &staff.scope, "customer", id.0).await?;
    let mut page = page(shell, &shown);
    page.related.splice(0..0, related);
    said.add_to(&mut page);
    wrote.add_to(&mut page);
    if page.shell.can(USER_CHANGE) && second_factor::holder(&staff, id).await?.is_some() {
        let label = page.shell.t("office-staff-reset-second-factor");
        page.next.push(Action::link(label, format!("/customers/{id}/second-factor")).icon("key"));
    }
    history.show(&app, &mut page, &format!("/customers/{id}"));
    html(&page)
}

pub(crate) fn page(shell: Shell, shown: &Shown) -> RecordPage {
    let customer = &shown.customer;
    let shell = shell.under("office-customers-title", "/customers");
    let state = stage(&shell, customer.lifecycle);
    let mut page = RecordPage::new(shell, customer.display_name.clone(), customer.number.clone(), state);
    let shell = &page.shell;
    let href = |what: &str| format!("/customers/{}/{what}", customer.id);
    let next = [
        (orders::PLACE, Action::link(shell.t("office-sell-to"), format!("/sell/{}", customer.id)).icon("cart").key("s").primary()),
        (TAKING_TAKE, Action::link(shell.t("office-takings-take"), href("take-money")).icon("coins").key("m")),
        (WRITE, Action::link(shell.t("office-log-do"), href("log")).icon("phone").key("l")),
        (WRITE, Action::link(shell.t("button-edit"), href("edit")).icon("edit").key("e")),
        (ledger::permissions::RECEIVABLE_READ, Action::link(shell.t("office-statement-make"), href("statement")).icon("receipt")),
    ];
    page.next = next.into_iter().filter(|(permission, _)| shell.can(permission)).map(|(_, action)| action).collect();
    if !shown.duplicates.is_empty() {
        page.alerts.push(Flash { tone: Tone::Warn, text: shell.tn("office-customers-duplicates", shown.duplicates.len()), undo: None });
    }
    page.facts = facts(shell, shown);
    page.related.extend(duplicates(shell, &shown.duplicates));
    page.related.extend(consents(shell, &shown.consents));
    page
}

fn facts(shell: &Shell, shown: &Shown) -> Vec<Fact> {
    let customer = &shown.customer;
    let mut facts = vec![Fact::new(shell.t("office-customers-kind"), shell.t(&format!("customer-type-{}", customer.customer_type)))];
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push(Fact::new(shell.t(key), value));
        }
    };
    add("field-phone", customer.phone.as_deref().map(|phone| shell.phone(phone)));
    add("field-alt-phone", customer.alt_phone.as_deref().map(|phone| shell.phone(phone)));
    add("field-email", customer.email.clone());
    add("field-preferred-contact", customer.preferred_contact.map(|p| words::word(shell, "contact", p.as_str())));
    add("field-language", customer.locale.as_deref().map(|locale| words::word(shell, "office-language", language_of(locale))));
    add("field-date-of-birth", customer.date_of_birth.map(|day| shell.date(&day)));
    add("field-occupation", customer.occupation.clone());
    add("field-industry", customer.industry.clone());
    let address = &customer.address;
    let parts = [&address.line, &address.postal_code, &address.city, &address.county];
    add("field-address", Some(parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")));
    for identifier in &shown.customer.identifiers {
        add(&format!("identifier-{}", identifier.kind.as_str().replace('_', "-")), Some(identifier.masked.clone()));
    }
    add("office-customers-kyc", Some(words::word(shell, "customer-kyc", customer.kyc.as_str())));
    add("field-source", Some(shell.t(&format!("customer-source-{}", customer.source))));
    add("field-created", Some(shell.moment(&customer.created_at)));
    add("field-notes", Some(customer.notes.clone()));
    facts
}

fn duplicates(shell: &Shell, found: &[Duplicate]) -> Option<Related> {
    let item = |duplicate: &Duplicate| RelatedItem {
        label: duplicate.customer.display_name.clone(),
        detail: duplicate.because.iter().map(|why| shell.t(likeness(*why))).collect::<Vec<_>>().join(", "),
        href: format!("/customers/{}", duplicate.customer.id),
        state: stage(shell, duplicate.customer.lifecycle),
    };
    (!found.is_empty()).then(|| Related {
        title: shell.t("office-customers-alike"),
        items: found.iter().map(item).collect(),
        all_href: String::new(),
    })
}

fn likeness(why: Likeness) -> &'static str {
    match why {
        Likeness::Identifier => "customer-likeness-identifier",
        Likeness::Email => "customer-likeness-email",
        Likeness::Phone => "customer-likeness-phone",
        Likeness::Name => "customer-likeness-name",
    }
}

/// What is in force: the newest entry of each purpose.
fn consents(shell: &Shell, history: &[Consent]) -> Option<Related> {
    let mut seen = Vec::new();
    let mut items = Vec::new();
    for consent in history {
        if seen.contains(&consent.purpose) {
            continue;
        }
        seen.push(consent.purpose);
        let state = if consent.granted {
            Badge::new(Tone::Good, shell.t("office-consent-given"))
        } else {
            Badge::new(Tone::Neutral, shell.t("office-consent-withdrawn"))
        };
        items.push(RelatedItem {
            label: shell.t(&format!("consent-{}", consent.purpose)),
            detail: format!("{} · {}", consent.source, shell.moment(&consent.at)),
            href: String::new(),
            state,
        });
    }
    (!items.is_empty()).then(|| Related { title: shell.t("office-customers-consents"), items, all_href: String::new() })
}
