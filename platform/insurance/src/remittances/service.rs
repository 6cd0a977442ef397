//! Use cases of remittances. The caller commits.

use chrono::{Days, NaiveDate};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    money::Money,
    paging::{Page, PageRequest},
};
use ledger::{
    accounts::Account,
    journal::{self, Entry, Line},
};
use uuid::Uuid;

pub use super::payout::{pay_out, payout_of};
use super::{Agreement, DueLine, Held, Remittance, RemittanceError, RemittanceId, RemittanceRecord, RemittanceState, payout, store};
use crate::{
    collection::{Collection, CollectionMode},
    insurers::{self, InsurerId},
};

/// The most lines of one remittance.
pub const MAX_LINES: usize = 200;
const SOURCE: &str = "remittance";

/// How many days the collection mode gives where the agreement says nothing.
async fn usual_days(tx: &mut ReadTx) -> AppResult<u16> {
    Ok(match tx.setting::<Collection>().await?.value.mode {
        Some(CollectionMode::CollectAndRemit { days } | CollectionMode::Credit { days }) => days,
        Some(CollectionMode::InsurerCollects) | None => 0,
    })
}

/// How premium stands with every insurer for which some is or was held, most due first.
///
/// # Errors
/// `sight.limited`, since policies decide what is due.
pub async fn held(tx: &mut ReadTx) -> AppResult<Vec<Held>> {
    tx.scope().needs_all_sight()?;
    let (days, today) = (usual_days(tx).await?, tx.scope().today());
    let mut held = store::held(tx, days, today).await?;
    held.sort_by_key(|row| (std::cmp::Reverse(row.due.minor), std::cmp::Reverse(row.held.minor)));
    Ok(held)
}

/// The postings of premium held for an insurer that no live remittance has, oldest first; at most [`MAX_LINES`].
///
/// # Errors
/// `insurer.not_found`; `sight.limited`, since policies decide what is due.
pub async fn due_lines(tx: &mut ReadTx, insurer: InsurerId) -> AppResult<Vec<DueLine>> {
    tx.scope().needs_all_sight()?;
    insurers::service::get(tx, insurer).await?;
    let days = match agreement(tx, insurer).await?.remit_days {
        Some(days) => days,
        None => usual_days(tx).await?,
    };
    let currency = tx.scope().tenant.currency;
    let mut lines = store::due_lines(tx, insurer, currency, MAX_LINES).await?;
    for line in &mut lines {
        line.due_on = line.business_date.checked_add_days(Days::new(days.into())).unwrap_or(line.business_date);
    }
    Ok(lines)
}

/// What was agreed with an insurer.
pub async fn agreement(tx: &mut ReadTx, insurer: InsurerId) -> AppResult<Agreement> {
    Ok(store::agreement(tx, insurer).await?.unwrap_or_default())
}

/// Keeps what was agreed, if nobody changed it since `agreed.version`.
///
/// # Errors
/// `insurer.not_found`; `validation_error`; `remittance.agreement_changed`.
pub async fn agree(tx: &mut TenantTx, insurer: InsurerId, agreed: Agreement) -> AppResult<()> {
    insurers::service::get(tx, insurer).await?;
    if agreed.remit_days.is_some_and(|days| days > 365) {
        return Err(AppError::field("remit_days", "field-invalid"));
    }
    let before = agreement(tx, insurer).await?;
    if !store::upsert_agreement(tx, insurer, agreed).await? {
        return Err(RemittanceError::Changed.into());
    }
    let days = |agreed: &Agreement| agreed.remit_days.map(i64::from);
    let change = Change::of("insurance.insurer.agree", "insurer", insurer.0).change("remit_days", days(&before), days(&agreed)).change(
        "commission_netted",
        before.commission_netted,
        agreed.commission_netted,
    );
    tx.audit(change).await
}

/// Sets these postings aside in a new remittance.
///
/// # Errors
/// `insurer.not_found`; `validation_error` without lines; `remittance.line_taken`; `remittance.nothing_to_pay`; `sight.limited`.
pub async fn create(tx: &mut TenantTx, insurer: InsurerId, postings: &[Uuid]) -> AppResult<Remittance> {
    if postings.is_empty() {
        return Err(AppError::field("lines", "field-required"));
    }
    let agreed = agreement(tx, insurer).await?;
    let mut lines = due_lines(tx, insurer).await?;
    lines.retain(|line| postings.contains(&line.journal_line));
    if lines.len() != postings.len() {
        return Err(RemittanceError::LineTaken.into());
    }
    let currency = tx.scope().tenant.currency;
    let held = Money::sum(currency, lines.iter().map(|line| line.held))?;
    let commission = Money::sum(currency, lines.iter().map(|line| line.commission))?;
    let payable = if agreed.commission_netted { held } else { held.checked_add(commission)? };
    let due_on = lines.iter().map(|line| line.due_on).min();
    let Some(due_on) = due_on.filter(|_| payable.is_positive()) else { return Err(RemittanceError::NothingToPay.into()) };
    let remittance = Remittance {
        id: RemittanceId::new(),
        number: tx.next_number("REM").await?,
        insurer,
        insurer_name: insurers::service::get(tx, insurer).await?.0.name,
        state: RemittanceState::Draft,
        commission_netted: agreed.commission_netted,
        held,
        commission,
        payable,
        line_count: i32::try_from(lines.len()).map_err(AppError::internal)?,
        due_on,
        bank_reference: None,
        paid_on: None,
        closed_reason: None,
    };
    store::insert(tx, &remittance).await?;
    store::insert_lines(tx, remittance.id, &lines).await?;
    tx.audit(
        Change::of("insurance.remittance.create", "remittance", remittance.id.0)
            .set("number", remittance.number.clone())
            .set("insurer", remittance.insurer_name.clone())
            .set("payable", payable.to_string())
            .set("lines", remittance.line_count),
    )
    .await?;
    Ok(remittance)
}

/// Books that a remittance left the bank on this day under this reference.
///
/// # Errors
/// `remittance.not_found`; `remittance.state` unless it is a draft; `payout.under_way` while there is a payout of it;
/// `remittance.reference_taken`; `validation_error` for a day to come.
pub async fn pay(tx: &mut TenantTx, id: RemittanceId, reference: &str, paid_on: NaiveDate) -> AppResult<()> {
    let mut fields = kernel::error::Fields::new();
    let reference = fields.text("bank_reference", reference, 60);
    if paid_on > tx.scope().today() {
        fields.add("paid_on", "day-to-come");
    }
    fields.finish()?;
    let remittance = locked(tx, id, RemittanceState::Draft).await?;
    payout::none_of(tx, id).await?;
    book(tx, &remittance, &reference, paid_on, Account::bank()).await
}

/// Marks a locked draft as paid, and posts it: the money left this account.
pub(super) async fn book(tx: &mut TenantTx, remittance: &Remittance, reference: &str, paid_on: NaiveDate, from: Account) -> AppResult<()> {
    let id = remittance.id;
    store::mark_paid(tx, id, reference, paid_on).await?;
    let mut lines = vec![Line::debit(Account::premium_held(remittance.insurer.0), remittance.held), Line::credit(from, remittance.payable)?];
    if !remittance.commission_netted {
        // It was taken from the premium when the policy was issued; now the insurer has it and owes it.
        lines.push(Line::debit(Account::commission_receivable(remittance.insurer.0), remittance.commission));
    }
    let entry = Entry {
        kind: "remittance_paid",
        description: format!("{} to {}, {reference}", remittance.number, remittance.insurer_name),
        source: (SOURCE, id.0),
        business_date: paid_on,
        lines,
    };
    journal::post(tx, entry).await?;
    let change = Change::of("insurance.remittance.pay", "remittance", id.0).change("state", "draft", "paid");
    tx.audit(change.set("bank_reference", reference.to_owned()).set("paid_on", paid_on.to_string())).await
}

/// Gives a draft up; its lines are free again.
///
/// # Errors
/// `remittance.not_found`; `remittance.state` unless it is a draft; `payout.under_way` while there is a payout of it.
pub async fn discard(tx: &mut TenantTx, id: RemittanceId) -> AppResult<()> {
    locked(tx, id, RemittanceState::Draft).await?;
    payout::none_of(tx, id).await?;
    store::close(tx, id, RemittanceState::Discarded, None).await?;
    store::release(tx, id).await?;
    tx.audit(Change::of("insurance.remittance.discard", "remittance", id.0).change("state", "draft", "discarded")).await
}

/// Takes a paid remittance back: the bank did not carry it out, or it was booked in error. Its lines are free again.
///
/// # Errors
/// `remittance.not_found`; `remittance.state` unless it is paid; `validation_error` without a reason.
pub async fn reverse(tx: &mut TenantTx, id: RemittanceId, reason: &str) -> AppResult<()> {
    let mut fields = kernel::error::Fields::new();
    let reason = fields.text("reason", reason, 300);
    fields.finish()?;
    locked(tx, id, RemittanceState::Paid).await?;
    let entry = journal::find_by_source(tx, SOURCE, id.0).await?.ok_or_else(|| AppError::internal("a paid remittance has its entry"))?;
    let today = tx.scope().today();
    journal::reverse(tx, entry, &reason, today).await?;
    store::close(tx, id, RemittanceState::Reversed, Some(&reason)).await?;
    store::release(tx, id).await?;
    tx.audit(Change::of("insurance.remittance.reverse", "remittance", id.0).because(reason).change("state", "paid", "reversed")).await
}

/// A locked remittance in this state.
pub(super) async fn locked(tx: &mut TenantTx, id: RemittanceId, state: RemittanceState) -> AppResult<Remittance> {
    let remittance = store::lock(tx, id).await?.ok_or(RemittanceError::NotFound)?;
    if remittance.state == state { Ok(remittance) } else { Err(RemittanceError::State.into()) }
}

/// A remittance with its lines.
///
/// # Errors
/// `remittance.not_found`.
pub async fn record(tx: &mut ReadTx, id: RemittanceId) -> AppResult<RemittanceRecord> {
    let remittance = store::find(tx, id).await?.ok_or(RemittanceError::NotFound)?;
    let lines = store::lines(tx, id, remittance.payable.currency).await?;
    Ok(RemittanceRecord { remittance, lines })
}

/// Remittances, newest first.
pub async fn list(tx: &mut ReadTx, state: Option<RemittanceState>, page: &PageRequest) -> AppResult<Page<Remittance>> {
    store::list(tx, state, page).await
}
