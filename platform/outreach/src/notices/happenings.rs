//! Which notices an event gives rise to, and for whom.

use documents::{DocumentUploaded, DocumentVerified};
use identity::users;
use insurance::{
    fulfilment::{self, TaskAssigned, TaskOpened},
    orders::{self, OrderId},
    policies::{self, Approval, Policy, PolicyApproved, PolicyCancelled, PolicyCertified, PolicyChanged, PolicyId, PolicyIssued, PolicyState},
};
use integrations::installs::{Health, HealthChanged, RolledBack};
use kernel::{
    AppError, AppResult, ReadTx,
    dead_letters::{self, JobGivenUp},
    events::{Event, EventData},
    money::{Currency, Money},
};
use ledger::{
    payments::{self, PaymentChanged, PaymentCredited, PaymentReceived, PaymentReversed, PaymentState},
    permissions::{PAYMENT_READ, PAYMENT_SETTLE},
    receivables,
    reconciliation::StatementImported,
};
use uuid::Uuid;

use super::{Kind, NewNotice, Param, Params, Reader};
use crate::webhooks::EndpointDisabled;

/// Read as the system; an event of which nobody is told gives none.
pub(super) async fn notices_of(tx: &mut ReadTx, event: &Event) -> AppResult<Vec<NewNotice>> {
    let cause = format!("event:{}", event.id);
    match event.event_type.as_str() {
        PolicyIssued::TYPE => {
            let issued: PolicyIssued = event.read()?;
            let kind = if issued.awaits_approval { Kind::PolicyUnderReview } else { Kind::PolicyIssued };
            of_policy(tx, issued.policy, kind, cause).await
        }
        PolicyApproved::TYPE => of_policy(tx, event.read::<PolicyApproved>()?.policy, Kind::PolicyApproved, cause).await,
        PolicyCertified::TYPE => of_policy(tx, event.read::<PolicyCertified>()?.policy, Kind::PolicyCertified, cause).await,
        PolicyCancelled::TYPE => {
            let policy = event.read::<PolicyCancelled>()?.policy;
            let declined = policies::service::get(tx, policy).await?.approval == Approval::Declined;
            of_policy(tx, policy, if declined { Kind::PolicyDeclined } else { Kind::PolicyCancelled }, cause).await
        }
        PolicyChanged::TYPE => {
            let changed: PolicyChanged = event.read()?;
            if changed.state != PolicyState::Expired {
                return Ok(Vec::new());
            }
            of_policy(tx, changed.policy, Kind::PolicyExpired, cause).await
        }
        PaymentReceived::TYPE => {
            let received: PaymentReceived = event.read()?;
            let about = payable(tx, &received.payable_kind, received.payable_id).await?;
            let params = params([("amount", Param::Money(money(received.amount_minor, &received.currency)?)), ("number", Param::Text(about.number))]);
            Ok(vec![to_customer(received.customer, Kind::PaymentReceived, ("payment", received.payment.0), params, about.portal_href, cause)])
        }
        PaymentCredited::TYPE => {
            let credited: PaymentCredited = event.read()?;
            let amount = Param::Money(money(credited.amount_minor, &credited.currency)?);
            let (subject, href) = (("payment", credited.payment.0), "/account/payments".to_owned());
            Ok(vec![to_customer(credited.customer, Kind::PaymentCredited, subject, params([("amount", amount)]), href, cause)])
        }
        PaymentReversed::TYPE => {
            let reversed: PaymentReversed = event.read()?;
            let amount = Param::Money(money(reversed.amount_minor, &reversed.currency)?);
            let about = payable(tx, &reversed.payable_kind, reversed.payable_id).await?;
            let params = params([("amount", amount), ("number", Param::Text(about.number))]);
            let href = format!("/payments/{}", reversed.payment);
            to_staff(tx, PAYMENT_READ, Kind::PaymentReversed, ("payment", reversed.payment.0), params, href, cause).await
        }
        PaymentChanged::TYPE => of_unclear_payment(tx, &event.read()?, cause).await,
        DocumentUploaded::TYPE => of_upload(tx, &event.read()?, cause).await,
        DocumentVerified::TYPE => {
            let verified: DocumentVerified = event.read()?;
            let Some(customer) = verified.customer else { return Ok(Vec::new()) };
            let params = params([("document", Param::Phrase(verified.kind.text_key()))]);
            let href = "/account/documents".to_owned();
            Ok(vec![to_customer(customer, Kind::DocumentVerified, ("document", verified.document.0), params, href, cause)])
        }
        TaskOpened::TYPE => of_task(tx, &event.read()?, cause).await,
        TaskAssigned::TYPE => of_assignment(tx, &event.read()?, cause).await,
        StatementImported::TYPE => of_statement(tx, &event.read()?, cause).await,
        HealthChanged::TYPE => of_health(tx, &event.read()?).await,
        RolledBack::TYPE => of_way_back(tx, &event.read()?, cause).await,
        EndpointDisabled::TYPE => of_endpoint(tx, &event.read()?, cause).await,
        JobGivenUp::TYPE => of_job(tx, &event.read()?).await,
        _ => Ok(Vec::new()),
    }
}

pub(super) fn params<const N: usize>(values: [(&str, Param); N]) -> Params {
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn money(minor: i64, currency: &str) -> AppResult<Money> {
    Ok(Money::new(minor, Currency::from_code(currency).map_err(AppError::internal)?))
}

fn to_customer(customer: Uuid, kind: Kind, subject: (&'static str, Uuid), params: Params, href: String, cause: String) -> NewNotice {
    NewNotice { reader: Reader::Customer(customer), kind, subject: Some(subject), params, href, cause }
}

/// One for everybody whose roles hold the permission.
pub(super) async fn to_staff(
    tx: &mut ReadTx,
    permission: &str,
    kind: Kind,
    subject: (&'static str, Uuid),
    params: Params,
    href: String,
    cause: String,
) -> AppResult<Vec<NewNotice>> {
    let holders = users::holders(tx, permission).await?;
    let notice = |user: identity::UserId| NewNotice {
        reader: Reader::Staff(user.0),
        kind,
        subject: Some(subject),
        params: params.clone(),
        href: href.clone(),
        cause: cause.clone(),
    };
    Ok(holders.into_iter().map(notice).collect())
}

/// What a policy is called, for its holder.
pub(super) fn of_its_holder(policy: &Policy, kind: Kind, values: Params, cause: String) -> NewNotice {
    let mut values = values;
    values.insert("number".to_owned(), Param::Text(policy.number.clone()));
    values.insert("product".to_owned(), Param::Words(policy.product_name.clone()));
    to_customer(policy.customer.0, kind, ("policy", policy.id.0), values, format!("/account/policies/{}", policy.id), cause)
}

async fn of_policy(tx: &mut ReadTx, id: PolicyId, kind: Kind, cause: String) -> AppResult<Vec<NewNotice>> {
    let policy = policies::service::get(tx, id).await?;
    let term = policies::service::term(tx, &policy).await?;
    let values = params([("from", Param::Day(term.starts_on)), ("until", Param::Day(term.ends_on))]);
    Ok(vec![of_its_holder(&policy, kind, values, cause)])
}

/// What was paid for, in words, and where its payer finds it.
pub(super) struct About {
    pub number: String,
    pub portal_href: String,
}

pub(super) async fn payable(tx: &mut ReadTx, kind: &str, id: Uuid) -> AppResult<About> {
    if kind == orders::PAYABLE {
        let order = orders::service::get(tx, OrderId(id)).await?;
        return Ok(About { number: order.number, portal_href: format!("/orders/{id}") });
    }
    match receivables::of_payable(tx, kind, id).await?.into_iter().next() {
        Some(owed) => Ok(About { number: owed.description, portal_href: format!("/account/owed/{id}") }),
        None => Ok(About { number: String::new(), portal_href: "/account/payments".to_owned() }),
    }
}

async fn of_unclear_payment(tx: &mut ReadTx, changed: &PaymentChanged, cause: String) -> AppResult<Vec<NewNotice>> {
    if changed.state != PaymentState::Unknown {
        return Ok(Vec::new());
    }
    let payment = payments::service::status(tx, changed.payment).await?;
    let params = params([("reference", Param::Text(payment.reference)), ("amount", Param::Money(payment.amount))]);
    let href = format!("/payments/{}", changed.payment);
    to_staff(tx, PAYMENT_SETTLE, Kind::PaymentUnclear, ("payment", changed.payment.0), params, href, cause).await
}

/// What staff keep for a customer they know of already.
async fn of_upload(tx: &mut ReadTx, uploaded: &DocumentUploaded, cause: String) -> AppResult<Vec<NewNotice>> {
    if !uploaded.by_customer {
        return Ok(Vec::new());
    }
    let customer = crm::customers::service::get(tx, uploaded.customer.into()).await?;
    let params = params([("document", Param::Phrase(uploaded.kind.text_key())), ("customer", Param::Text(customer.number))]);
    let href = format!("/customers/{}", uploaded.customer);
    to_staff(tx, documents::VERIFY, Kind::DocumentUploaded, ("document", uploaded.document.0), params, href, cause).await
}

async fn of_task(tx: &mut ReadTx, opened: &TaskOpened, cause: String) -> AppResult<Vec<NewNotice>> {
    let order = orders::service::get(tx, opened.order).await?;
    let what = format!("task-kind-{}", opened.kind.as_str().replace('_', "-"));
    let params = params([("number", Param::Text(order.number)), ("what", Param::Phrase(what))]);
    let href = format!("/tasks/{}", opened.task);
    to_staff(tx, orders::SETTLE_TASK, Kind::TaskOpened, ("task", opened.task.0), params, href, cause).await
}

/// Whoever takes a task knows of it; who is given one by somebody else is told.
async fn of_assignment(tx: &mut ReadTx, assigned: &TaskAssigned, cause: String) -> AppResult<Vec<NewNotice>> {
    let Some(to) = assigned.to.filter(|to| Some(*to) != assigned.by) else { return Ok(Vec::new()) };
    let task = fulfilment::task(tx, assigned.task).await?;
    let what = format!("task-kind-{}", task.kind.as_str().replace('_', "-"));
    let params = params([("number", Param::Text(task.order_number)), ("what", Param::Phrase(what))]);
    let (subject, href) = (("task", assigned.task.0), format!("/tasks/{}", assigned.task));
    Ok(vec![NewNotice { reader: Reader::Staff(to), kind: Kind::TaskAssigned, subject: Some(subject), params, href, cause }])
}

async fn of_statement(tx: &mut ReadTx, imported: &StatementImported, cause: String) -> AppResult<Vec<NewNotice>> {
    if imported.differences == 0 {
        return Ok(Vec::new());
    }
    let params = params([("count", Param::Count(imported.differences))]);
    let href = format!("/statements/{}", imported.import);
    to_staff(tx, PAYMENT_SETTLE, Kind::StatementDifference, ("statement_import", imported.import.0), params, href, cause).await
}

/// A plugin that comes and goes is told of once a day.
async fn of_health(tx: &mut ReadTx, changed: &HealthChanged) -> AppResult<Vec<NewNotice>> {
    if !matches!(changed.health, Health::Degraded | Health::Down) {
        return Ok(Vec::new());
    }
    let cause = format!("health:{}:{}:{}", changed.installation, changed.health, tx.scope().today());
    let params = params([("plugin", Param::Text(changed.plugin.clone()))]);
    let (subject, href) = (("plugin_installation", changed.installation), format!("/plugins/{}", changed.installation));
    to_staff(tx, integrations::MANAGE, Kind::PluginFailing, subject, params, href, cause).await
}

/// Who goes back by hand knows it.
async fn of_way_back(tx: &mut ReadTx, back: &RolledBack, cause: String) -> AppResult<Vec<NewNotice>> {
    if !back.automatic {
        return Ok(Vec::new());
    }
    let text = |text: &str| Param::Text(text.to_owned());
    let params = params([("plugin", text(&back.plugin)), ("from", text(&back.from)), ("to", text(&back.to))]);
    let (subject, href) = (("plugin_installation", back.installation), format!("/plugins/{}", back.installation));
    to_staff(tx, integrations::MANAGE, Kind::PluginRolledBack, subject, params, href, cause).await
}

async fn of_endpoint(tx: &mut ReadTx, disabled: &EndpointDisabled, cause: String) -> AppResult<Vec<NewNotice>> {
    let params = params([("endpoint", Param::Text(disabled.name.clone()))]);
    let (subject, href) = (("webhook_endpoint", disabled.endpoint.0), format!("/webhooks/{}", disabled.endpoint));
    to_staff(tx, integrations::MANAGE, Kind::WebhookDisabled, subject, params, href, cause).await
}

/// Jobs of one kind that are given up on one day are told of once; the list shows them all. Trouble with telling is not told of,
/// since it would never end.
async fn of_job(tx: &mut ReadTx, given_up: &JobGivenUp) -> AppResult<Vec<NewNotice>> {
    if given_up.job.starts_with("outreach.") {
        return Ok(Vec::new());
    }
    let cause = format!("job:{}:{}", given_up.job, tx.scope().today());
    let name = format!("job-{}", given_up.job.replace(['.', '_'], "-"));
    let params = params([("job", Param::Phrase(name))]);
    let (subject, href) = (("dead_letter", given_up.letter.0), format!("/jobs/{}", given_up.letter));
    to_staff(tx, dead_letters::SETTLE, Kind::JobGivenUp, subject, params, href, cause).await
}
