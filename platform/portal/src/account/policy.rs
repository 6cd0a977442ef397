//! One policy: what it covers, what it costs and why, its documents and payments, and what happened when.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use documents::{DocumentKind, DocumentState, DocumentView, register::service as register};
use insurance::{
    catalogue::terms::Benefit,
    nominations::{NominationRole, Nominee, Place, rules, service as nominations},
    orders::{OrderStatus, service as orders},
    policies::{Approval, Moment, PolicyId, PolicyRecord, PolicyState, service},
    reviews::service as reviews,
};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Customer, Path},
    money::Currency,
};
use pages::{Badge, Event, Fact, PriceLine, Shell, Tone, html, redirect};
use uuid::Uuid;

use super::{FileRow, PaymentRow, end::End, policies::badge, proof_label};
use crate::{
    checkout::{
        pay_form,
        plan::{self, DueRow},
    },
    page::Page,
    price,
    samples::Sample,
};

#[derive(Template)]
#[template(path = "portal/policy.html")]
struct PolicyPage {
    shell: Shell,
    name: String,
    state: Badge,
    facts: Vec<Fact>,
    /// Staff look at the cover before its documents go out.
    waits: bool,
    /// The document that shows that there is cover; empty: none yet.
    proof_href: String,
    proof_label: String,
    covered: Vec<String>,
    excluded: Vec<String>,
    lines: Vec<PriceLine>,
    files: Vec<FileRow>,
    payments: Vec<PaymentRow>,
    /// What is due when, where it is paid in parts, and where the next part is paid; both may be empty.
    schedule: Vec<DueRow>,
    pay_href: String,
    /// Who receives what it pays; empty: nobody is named.
    /// None where naming anybody makes no sense.
    beneficiaries: Option<Vec<String>>,
    /// Cover is in force: whom to call when something happens.
    help: bool,
    beneficiaries_href: String,
    timeline: Vec<Event>,
    review_href: String,
    review_label: String,
    end: End,
}

pub(super) async fn show(caller: Customer, Page(shell): Page, Path(id): Path<PolicyId>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    let around = Around {
        reviewed: reviews::of_policy(&mut tx, id).await?.is_some(),
        end: End::of(&mut tx, &shell, id, record.policy.status).await?,
        order: orders::status(&mut tx, record.policy.order).await?,
        named: named(&mut tx, record.policy.customer, id).await?,
        today: caller.scope.today(),
    };
    drop(tx);
    html(&PolicyPage::new(shell, &record, around, caller.tenant().currency))
}

/// What belongs to a policy beside its record.
struct Around {
    reviewed: bool,
    end: End,
    order: OrderStatus,
    named: Vec<String>,
    today: NaiveDate,
}

/// Whom the policy pays, by its own list or by the general one.
async fn named(tx: &mut ReadTx, customer: Uuid, policy: PolicyId) -> AppResult<Vec<String>> {
    let place = Place { customer: customer.into(), policy: Some(policy), role: NominationRole::Beneficiary };
    let (list, _) = nominations::in_force(tx, place).await?;
    let person = |one: Nominee| match one.share_bp {
        Some(share) => format!("{}, {} %", one.name, rules::percent(share)),
        None => one.name,
    };
    Ok(list.people.into_iter().map(person).collect())
}

/// The newest document of the policy, straight away.
pub(super) async fn certificate(caller: Customer, State(app): State<App>, Path(id): Path<PolicyId>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    drop(tx);
    let file = proof(&record.documents).ok_or_else(AppError::not_found)?;
    let link = register::download_link(&app, &caller.scope, file.id).await?;
    Ok(redirect(&link.url))
}

/// What shows that there is cover: a certificate, else the risk note.
fn proof(files: &[DocumentView]) -> Option<&DocumentView> {
    let current = |kind: DocumentKind| files.iter().rev().find(|file| file.kind == kind && file.state == DocumentState::Current);
    current(DocumentKind::Certificate).or_else(|| current(DocumentKind::RiskNote))
}

impl PolicyPage {
    fn new(shell: Shell, record: &PolicyRecord, around: Around, currency: Currency) -> Self {
        let Around { reviewed, end, order, named, today } = around;
        let policy = &record.policy;
        let product = policy.product_name.get(&shell.lang).to_owned();
        let mut facts = vec![
            Fact::new(shell.t("portal-verify-policy"), policy.policy_number.clone()).copied(),
            Fact::new(shell.t("portal-insurer"), policy.insurance_company.clone()),
            Fact::new(
                shell.t("portal-policy-period"),
                shell.tf(
                    "portal-policy-from-to",
                    [
                        ("from", shell.date(&policy.start_date)),
                        ("time", policy.start_time.format("%H:%M").to_string()),
                        ("to", shell.date(&policy.end_date)),
                    ],
                ),
            ),
        ];
        let mut add = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                facts.push(Fact::new(shell.t(key), value));
            }
        };
        add("portal-verify-plate", policy.plate.clone());
        add("portal-offer-sum", policy.sum_insured.map(|sum| shell.money(&sum)));
        add("portal-policy-insurer-number", policy.insurer_policy_number.clone());
        add("portal-verify-certificate", policy.insurer_certificate.clone());
        add("portal-policy-cancelled", policy.cancel_reason.clone().filter(|_| policy.status == PolicyState::Cancelled));
        let shown = proof(&record.documents);
        if let Some(code) = shown.and_then(|file| file.verification_code.clone()) {
            facts.push(Fact::new(shell.t("portal-document-code"), code.clone()).linked(format!("/verify/{code}")));
        }
        let schedule = plan::schedule(&shell, &order.schedule, today);
        Self {
            end,
            pay_href: if order.due.is_positive() && !schedule.is_empty() { pay_form::page(policy.order) } else { String::new() },
            schedule,
            // A vehicle has nobody who receives what its policy pays.
            beneficiaries: (policy.plate.is_none() || !named.is_empty()).then_some(named),
            help: policy.status == PolicyState::Active,
            beneficiaries_href: format!("/account/policies/{}/beneficiaries", policy.id),
            waits: policy.approval == Approval::Waiting,
            name: policy.plate.as_ref().map_or_else(|| product.clone(), |plate| format!("{plate}, {product}")),
            state: badge(&shell, policy.status, policy.approval),
            facts,
            proof_href: shown.map(|_| format!("/account/policies/{}/certificate", policy.id)).unwrap_or_default(),
            proof_label: shown.map(|file| proof_label(&shell, file.kind)).unwrap_or_default(),
            covered: record.coverage.iter().map(|benefit| benefit_text(&shell, benefit, currency)).collect(),
            excluded: record.exclusions.iter().map(|text| text.get(&shell.lang).to_owned()).collect(),
            lines: price::agreed(&shell, price::lines(&shell, &policy.breakdown, policy.premium_amount)),
            files: record.documents.iter().filter(|file| file.state == DocumentState::Current).map(|file| FileRow::new(&shell, file)).collect(),
            payments: record.payment_history.iter().map(|payment| PaymentRow::new(&shell, payment)).collect(),
            timeline: record
                .timeline
                .iter()
                .map(|item| {
                    let (icon, tone) = match item.moment {
                        Moment::Paid => ("wallet", Tone::Good),
                        Moment::Issued => ("shield-check", Tone::Good),
                        Moment::DocumentIssued => ("file", Tone::Neutral),
                        Moment::Certified => ("file-check", Tone::Good),
                        Moment::Cancelled => ("ban", Tone::Bad),
                    };
                    Event { icon, tone, text: shell.t(item.moment.text_key()), who: String::new(), at: item.at, detail: item.detail.clone() }
                })
                .collect(),
            review_href: format!("/account/policies/{}/review", policy.id),
            review_label: shell.t(if reviewed { "portal-review-change" } else { "portal-review-write" }),
            shell: shell.under("portal-account-policies", "/account/policies").named(product),
        }
    }
}

fn benefit_text(shell: &Shell, benefit: &Benefit, currency: Currency) -> String {
    let title = benefit.title.get(&shell.lang);
    match benefit.amount.and_then(|amount| amount.in_currency(currency).ok()) {
        Some(most) => shell.tf("portal-covered-up-to", [("what", title.to_owned()), ("amount", shell.money(&most))]),
        None => title.to_owned(),
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |files: Vec<FileRow>| PolicyPage {
        beneficiaries: Some(if files.is_empty() { Vec::new() } else { vec!["Neema Mfano, 100 %".to_owned()] }),
        help: true,
        shell: shell.clone().under("portal-account-policies", "/account/policies").named("Private Motor"),
        name: "KDA 123A, Private Motor".to_owned(),
        waits: files.is_empty(),
        state: Badge::new(Tone::Good, "Active"),
        facts: vec![Fact::new("Policy", "POL-2026-00123").copied()],
        proof_href: if files.is_empty() { String::new() } else { "/account/policies/1/certificate".to_owned() },
        proof_label: "Confirmation of cover".to_owned(),
        covered: vec!["Theft and fire".to_owned()],
        excluded: vec!["Racing".to_owned()],
        lines: vec![price::total(shell, kernel::money::Money::new(4_524_300, Currency::KES))],
        files,
        end: End { notice: "You asked for it".to_owned(), href: "/account/policies/1/end".to_owned(), pay_href: "/account/owed/1".to_owned() },
        payments: vec![PaymentRow::sample()],
        schedule: plan::sample_schedule(shell),
        pay_href: "/orders/1".to_owned(),
        beneficiaries_href: "/account/policies/1/beneficiaries".to_owned(),
        timeline: vec![Event { icon: "wallet", tone: Tone::Good, text: "Paid".to_owned(), ..Event::default() }],
        review_href: "/account/policies/1/review".to_owned(),
        review_label: "Rate this cover".to_owned(),
    };
    vec![Sample::of("policy", &page(vec![FileRow::sample()])), Sample::of("policy-without-documents", &page(Vec::new()))]
}
