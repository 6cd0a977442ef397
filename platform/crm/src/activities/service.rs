//! Use cases of activities. The caller commits.

use chrono::NaiveDate;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    paging::{Page, PageRequest},
};

use super::{Activity, ActivityId, ActivityInput, ActivityKind, Direction, FollowUp, FollowUpFilter, Outcome, store};
use crate::{CustomerId, customers};

/// How many of a customer's activities are shown with its record.
const SHOWN: i64 = 50;

/// Writes down what was said with a customer.
///
/// # Errors
/// `customer.not_found`; what is wrong with the fields: kind and subject are needed, and a next step needs its day.
pub async fn log(tx: &mut TenantTx, customer: CustomerId, input: &ActivityInput) -> AppResult<Activity> {
    let user = tx.scope().user().ok_or_else(AppError::unauthenticated)?;
    customers::service::get(tx, customer).await?;
    let today = tx.scope().today();
    let mut fields = Fields::new();
    let kind = fields.check("kind", ActivityKind::from_name(&input.kind), "field-required");
    let subject = fields.text("subject", &input.subject, 200);
    let content = fields.optional_text("content", &input.content, 4000);
    let follow_up = Some(fields.optional_text("follow_up", &input.follow_up, 200)).filter(|text| !text.is_empty());
    let day = input.follow_up_on.trim();
    let follow_up_on = match (&follow_up, day.is_empty()) {
        (None, true) => None,
        (None, false) => {
            fields.add("follow_up", "field-required");
            None
        }
        (Some(_), _) => fields.check("follow_up_on", day.parse::<NaiveDate>().ok().filter(|day| *day >= today), "activity-follow-up-day"),
    };
    fields.finish()?;
    let Some(kind) = kind else { return Err(AppError::field("kind", "field-required")) };
    let activity = Activity {
        id: ActivityId::new(),
        customer_id: customer.0,
        kind,
        direction: Direction::from_name(&input.direction).filter(|_| kind != ActivityKind::Note),
        subject,
        content,
        outcome: Outcome::from_name(&input.outcome),
        happened_at: tx.scope().now(),
        user_id: user,
        follow_up,
        follow_up_on,
        followed_up_at: None,
    };
    store::insert(tx, &activity).await?;
    let change = Change::of("crm.activity.log", "activity", activity.id.0).set("customer", customer.to_string()).set("kind", kind.as_str());
    tx.audit(change).await?;
    Ok(activity)
}

/// What was said with a customer, newest first.
pub async fn of_customer(tx: &mut ReadTx, customer: CustomerId) -> AppResult<Vec<Activity>> {
    store::of_customer(tx, customer, SHOWN).await
}

/// Ticks off a next step. False if it was ticked off before.
pub async fn complete(tx: &mut TenantTx, id: ActivityId) -> AppResult<bool> {
    let user = tx.scope().user().ok_or_else(AppError::unauthenticated)?;
    let done = store::complete(tx, id, user).await?;
    if done {
        tx.audit(Change::of("crm.activity.complete", "activity", id.0)).await?;
    }
    Ok(done)
}

/// One next step.
///
/// # Errors
/// `not_found`, also for a conversation without one.
pub async fn follow_up(tx: &mut ReadTx, id: ActivityId) -> AppResult<FollowUp> {
    store::find_follow_up(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Next steps, the newest first; the search takes the beginning of the customer's name.
pub async fn follow_ups(tx: &mut ReadTx, filter: &FollowUpFilter, page: &PageRequest) -> AppResult<Page<FollowUp>> {
    store::follow_ups(tx, filter, page).await
}
