//! Use cases of policies. The caller commits.

use chrono::{NaiveDate, NaiveTime};
use documents::{Subject, register};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    paging::{Page, PageRequest},
};
use ledger::payments;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Approval, EndingPolicy, Policy, PolicyApproved, PolicyCancelled, PolicyCertified, PolicyFailure, PolicyFilter, PolicyId, PolicyIssued,
    PolicyRecord, PolicyRow, PolicyState, PolicyTerm, PolicyVersion, TermId, VersionId, model::PolicyChanged, rules, store, views,
};
use crate::{
    catalogue,
    fulfilment::PolicyDocuments,
    orders::{OrderLine, PAYABLE, rules as order_rules},
};

/// More than any policy number has.
const LONGEST_NUMBER: usize = 60;

/// Kind of the subject under which documents know a policy.
pub const SUBJECT: &str = "policy";

/// The subject of a policy's documents.
#[must_use]
pub fn subject(policy: PolicyId) -> Subject {
    Subject::new(SUBJECT, policy.0)
}

/// Issues a policy from a line that was paid: identity, first term, first version with its premium lines. Once per line; called by
/// fulfilment, which posts in the same transaction.
pub(crate) async fn issue(tx: &mut TenantTx, line: &OrderLine) -> AppResult<PolicyId> {
    let (today, now, zone) = (tx.scope().today(), tx.scope().now(), tx.scope().tenant.time_zone);
    let starts_on = order_rules::first_day(line.starts_on, today);
    let ends_on = rules::last_day(starts_on, line.term_months.unsigned_abs());
    // Cover of today begins now, never at a moment that is over.
    let starts_at = if starts_on == today { whole_minutes(now.with_timezone(&zone).time()) } else { NaiveTime::MIN };
    let term = PolicyTerm { id: TermId::new(), sequence: 1, starts_on, starts_at, ends_on };
    let awaits_approval = catalogue::service::product(tx, line.product).await?.needs_approval;
    let (state, approval) =
        if awaits_approval { (PolicyState::Pending, Approval::Waiting) } else { (rules::state_on(today, starts_on, ends_on), Approval::NotNeeded) };
    let (id, number) = (PolicyId::new(), tx.next_number("POL").await?);
    store::insert(tx, store::NewPolicy { id, number: &number, state, approval, term: &term, version: VersionId::new(), line }).await?;
    let change = Change::of("insurance.policy.issue", "policy", id.0)
        .set("number", number)
        .set("order_line", line.id.to_string())
        .set("state", state.as_str())
        .set("approval", approval.as_str())
        .set("starts_on", starts_on.to_string())
        .set("ends_on", ends_on.to_string())
        .set("payable", line.payable.to_string());
    tx.audit(change).await?;
    tx.emit(&PolicyIssued {
        policy: id,
        customer: line.customer,
        order: line.order,
        product: line.product,
        insurer: line.insurer,
        premium: line.premium,
        commission: line.commission,
        starts_on,
        ends_on,
        awaits_approval,
    })
    .await?;
    Ok(id)
}

fn whole_minutes(time: NaiveTime) -> NaiveTime {
    use chrono::Timelike;
    NaiveTime::from_hms_opt(time.hour(), time.minute(), 0).unwrap_or(NaiveTime::MIN)
}

/// # Errors
/// `policy.not_found`, also for somebody else's.
pub async fn get(tx: &mut ReadTx, id: PolicyId) -> AppResult<Policy> {
    Ok(store::find(tx, id).await?.ok_or(PolicyFailure::NotFound)?)
}

/// The policy of that number, in any case and with spaces anywhere; none also for somebody else's.
pub async fn find_by_number(tx: &mut ReadTx, typed: &str) -> AppResult<Option<Policy>> {
    let number: String = typed.chars().filter(|c| !c.is_whitespace()).take(LONGEST_NUMBER).collect();
    match store::find_by_number(tx, &number.to_uppercase()).await? {
        Some(id) => store::find(tx, id).await,
        None => Ok(None),
    }
}

/// The version in force.
pub async fn version(tx: &mut ReadTx, id: PolicyId) -> AppResult<PolicyVersion> {
    store::newest_version(tx, id).await
}

/// The current term.
pub async fn term(tx: &mut ReadTx, policy: &Policy) -> AppResult<PolicyTerm> {
    let terms = store::terms(tx, policy.id).await?;
    terms.into_iter().find(|term| term.id == policy.current_term).ok_or_else(|| AppError::internal("a policy without its term"))
}

/// Policies for staff, newest first; the search takes a number, the beginning of a plate, or of the customer's name.
pub async fn list(tx: &mut ReadTx, filter: &PolicyFilter, page: &PageRequest) -> AppResult<Page<PolicyRow>> {
    store::list(tx, filter, page).await
}

/// The customer's own policies, newest first.
pub async fn list_own(tx: &mut ReadTx, filter: &PolicyFilter, page: &PageRequest) -> AppResult<Page<PolicyRow>> {
    let customer = tx.scope().customer().ok_or_else(AppError::unauthenticated)?;
    store::list(tx, &PolicyFilter { customer: Some(customer), ..filter.clone() }, page).await
}

/// A policy with everything about it that the caller may see: cover, price, documents, payments, and what happened when.
pub async fn record(tx: &mut ReadTx, id: PolicyId) -> AppResult<PolicyRecord> {
    let policy = get(tx, id).await?;
    let term = term(tx, &policy).await?;
    let version = version(tx, id).await?;
    let documents = register::service::list_of(tx, subject(id)).await?;
    let payments = payments::service::of_payable(tx, PAYABLE, policy.order.0).await?;
    let product = crate::catalogue::service::version(tx, version.product_version).await?;
    Ok(views::record(policy, term, version, &product.terms, documents, payments))
}

/// What the insurer issued.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The policy's version that was read.
    pub version: i32,
    #[schema(example = "C00000001")]
    pub certificate_number: String,
    /// The insurer's own number of the policy.
    #[serde(default)]
    pub insurer_policy_number: String,
    /// Today if not given.
    #[serde(default)]
    pub issued_on: Option<NaiveDate>,
}

/// Enters the insurer's certificate and has the document issued anew; the older print stays verifiable and shows the number.
///
/// # Errors
/// `policy.not_found`, `policy.changed`, `policy.wrong_state` for one that is over, `policy.waiting`; errors of fields.
pub async fn certify(tx: &mut TenantTx, id: PolicyId, certificate: &Certificate) -> AppResult<Policy> {
    let today = tx.scope().today();
    let mut fields = Fields::new();
    let number = fields.text("certificate_number", &certificate.certificate_number, 60);
    let insurer_number = fields.optional_text("insurer_policy_number", &certificate.insurer_policy_number, 60);
    let on = certificate.issued_on.unwrap_or(today);
    if on > today {
        fields.add("issued_on", "policy-certificate-in-future");
    }
    fields.finish()?;
    let mut policy = lock(tx, id, certificate.version).await?;
    gives_out_documents(&policy)?;
    let version = version(tx, id).await?;
    if !insurer_number.is_empty() {
        policy.insurer_policy_number = Some(insurer_number);
    }
    store::update(tx, &policy).await?;
    let revision = store::update_certificate(tx, version.id, &number, on).await?;
    let change = Change::of("insurance.policy.certify", "policy", id.0)
        .change("insurer_certificate", version.insurer_certificate, number)
        .set("insurer_policy_number", policy.insurer_policy_number.clone());
    tx.audit(change).await?;
    tx.emit(&PolicyCertified { policy: id, customer: policy.customer, document_revision: revision }).await?;
    tx.enqueue(&PolicyDocuments { policy: id, revision }).await?;
    get(tx, id).await
}

/// # Errors
/// `policy.wrong_state` for one that is over; `policy.waiting`.
fn gives_out_documents(policy: &Policy) -> Result<(), PolicyFailure> {
    match policy.state {
        PolicyState::Pending | PolicyState::Active if policy.approval == Approval::Waiting => Err(PolicyFailure::Waiting),
        PolicyState::Pending | PolicyState::Active => Ok(()),
        state => Err(PolicyFailure::WrongState(state)),
    }
}

/// A policy to be changed, locked, if it is still as the caller read it.
///
/// # Errors
/// `policy.not_found`, `policy.changed`.
pub(crate) async fn lock(tx: &mut TenantTx, id: PolicyId, expected: i32) -> AppResult<Policy> {
    let policy = store::lock(tx, id).await?;
    if policy.version == expected { Ok(policy) } else { Err(PolicyFailure::Changed.into()) }
}

/// Lets a locked policy that waited for approval count from now on. Called by approvals.
pub(crate) async fn confirm(tx: &mut TenantTx, policy: &Policy) -> AppResult<()> {
    let term = term(tx, policy).await?;
    let state = rules::state_on(tx.scope().today(), term.starts_on, term.ends_on);
    store::update(tx, &Policy { approval: Approval::Approved, state, ..policy.clone() }).await?;
    let change = Change::of("insurance.policy.approve", "policy", policy.id.0).change("state", policy.state.as_str(), state.as_str());
    tx.audit(change.change("approval", policy.approval.as_str(), Approval::Approved.as_str())).await?;
    tx.emit(&PolicyApproved { policy: policy.id, customer: policy.customer }).await
}

/// Ends cover of a locked policy: its documents answer "cancelled" from now on. Called by cancellations, which move the money.
///
/// # Errors
/// `policy.wrong_state`.
pub(crate) async fn end(tx: &mut TenantTx, policy: &Policy, reason: &str) -> AppResult<()> {
    if !policy.state.can_become(PolicyState::Cancelled) {
        return Err(PolicyFailure::WrongState(policy.state).into());
    }
    let ended = Policy {
        state: PolicyState::Cancelled,
        approval: if policy.approval == Approval::Waiting { Approval::Declined } else { policy.approval },
        cancelled_at: Some(tx.scope().now()),
        cancel_reason: Some(reason.to_owned()),
        ..policy.clone()
    };
    store::update(tx, &ended).await?;
    register::service::cancel_of(tx, subject(policy.id), reason).await?;
    let change = Change::of("insurance.policy.cancel", "policy", policy.id.0).because(reason);
    tx.audit(change.change("state", policy.state.as_str(), "cancelled")).await?;
    tx.emit(&PolicyCancelled { policy: policy.id, customer: policy.customer }).await
}

/// Has a policy's document issued anew for a reason: the older print stays verifiable and says that a newer one counts.
///
/// # Errors
/// `policy.not_found`, `policy.changed`, `policy.wrong_state` for one that is over, `policy.waiting`; the reason is required.
pub async fn reissue(tx: &mut TenantTx, id: PolicyId, expected: i32, reason: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, 300);
    fields.finish()?;
    let policy = lock(tx, id, expected).await?;
    gives_out_documents(&policy)?;
    let version = version(tx, id).await?;
    store::update(tx, &policy).await?;
    let revision = store::next_revision(tx, version.id).await?;
    tx.audit(Change::of("insurance.policy.reissue", "policy", id.0).because(reason).change("revision", version.document_revision, revision)).await?;
    tx.enqueue(&PolicyDocuments { policy: id, revision }).await
}

/// Notes that something about a locked policy was decided: what others read before is no longer the newest.
pub(crate) async fn touch(tx: &mut TenantTx, policy: &Policy) -> AppResult<()> {
    store::update(tx, policy).await
}

/// Policies that one statement looks through, so that none takes long on books of any size.
const STRETCH: i64 = 10_000;

/// What is to be turned of the policies after one.
pub(super) struct Turning {
    /// With the state that fits today.
    pub policies: Vec<(PolicyId, PolicyState)>,
    /// The last one that was looked at, if others follow.
    pub last: Option<PolicyId>,
}

/// Goes through the policies that are not over, in the order of their ids, for those whose period began or ended.
pub(super) async fn turning(tx: &mut ReadTx, after: PolicyId) -> AppResult<Turning> {
    let today = tx.scope().today();
    let last = store::find_end_of_stretch(tx, after, STRETCH).await?;
    let rows = store::list_turning(tx, today, after, last.unwrap_or(PolicyId(Uuid::max()))).await?;
    let policies = rows.into_iter().map(|(id, from, to)| (id, rules::state_on(today, from, to))).collect();
    Ok(Turning { policies, last })
}

/// Lets a policy take the state of its period. Repeating changes nothing.
pub(super) async fn turn(tx: &mut TenantTx, id: PolicyId, state: PolicyState) -> AppResult<()> {
    let mut policy = store::lock(tx, id).await?;
    if policy.state == state || !policy.state.can_become(state) {
        return Ok(());
    }
    let before = policy.state;
    policy.state = state;
    store::update(tx, &policy).await?;
    tx.audit(Change::of("insurance.policy.turn", "policy", id.0).change("state", before.as_str(), state.as_str())).await?;
    tx.emit(&PolicyChanged { policy: id, customer: policy.customer, state }).await
}

/// Policies in force whose term ends between two days, both included, in the order of days: those after the given day and policy, at
/// most `limit`.
pub async fn ending(tx: &mut ReadTx, from: NaiveDate, to: NaiveDate, after: (NaiveDate, PolicyId), limit: i64) -> AppResult<Vec<EndingPolicy>> {
    store::list_ending(tx, from, to, after, limit).await
}
