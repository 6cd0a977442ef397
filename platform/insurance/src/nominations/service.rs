//! Use cases of nominations. The caller commits.

use kernel::{AppResult, ReadTx, TenantTx, audit::Change, sealing::Sealer};

use super::{
    NamedPerson, Nomination, NominationFailure, Nominee, Place, rules,
    store::{self, Row},
};
use crate::policies;

/// Where sealed identity numbers of named people belong.
const SEALED: &str = "insurance.nominee";

/// The list of a place; empty if nobody was ever named there.
///
/// # Errors
/// `policy.not_found` for a policy that is not there, or not the caller's.
pub async fn get(tx: &mut ReadTx, place: Place) -> AppResult<Nomination> {
    if let Some(policy) = place.policy {
        policies::service::get(tx, policy).await?;
    }
    let Some((list, version)) = store::find(tx, place).await? else { return Ok(Nomination::default()) };
    Ok(Nomination { version, people: store::people(tx, list).await? })
}

/// The list that counts for a policy: its own, or the customer's where it has none. True: its own.
pub async fn in_force(tx: &mut ReadTx, place: Place) -> AppResult<(Nomination, bool)> {
    let own = get(tx, place).await?;
    if place.policy.is_none() || !own.people.is_empty() {
        return Ok((own, true));
    }
    Ok((get(tx, Place { policy: None, ..place }).await?, false))
}

/// Replaces a list, if it still has the version that was shown.
///
/// # Errors
/// `nomination.changed`; `policy.not_found`; errors of fields, see [`rules::check`].
pub async fn save(tx: &mut TenantTx, sealer: &Sealer, place: Place, version: i32, people: &[NamedPerson]) -> AppResult<()> {
    let checked = rules::check(place.role, people, tx.scope().today())?;
    if let Some(policy) = place.policy {
        policies::service::get(tx, policy).await?;
    }
    let (list, found) = store::lock(tx, place).await?;
    if found != version {
        return Err(NominationFailure::Changed.into());
    }
    let before = store::people(tx, list).await?;
    let numbers = store::sealed(tx, list).await?;
    let mut rows = Vec::with_capacity(checked.len());
    for person in checked {
        let number = if person.id_number.is_empty() {
            numbers.iter().find(|(id, ..)| person.was == Some(*id)).map(|(_, sealed, masked)| (sealed.clone(), masked.clone()))
        } else {
            Some((sealer.seal(tx, SEALED, person.id_number.as_bytes()).await?, rules::masked(&person.id_number)))
        };
        rows.push(Row { person, number });
    }
    store::replace(tx, place, list, rows).await?;
    let after = store::people(tx, list).await?;
    let change = Change::of("insurance.nomination.save", "customer", place.customer.0)
        .set("role", place.role.as_str())
        .set("policy", place.policy.map(|policy| policy.to_string()))
        .change("people", told(&before), told(&after));
    tx.audit(change).await
}

fn told(people: &[Nominee]) -> Vec<String> {
    let share = |person: &Nominee| person.share_bp.map(|bp| format!(", {} %", rules::percent(bp))).unwrap_or_default();
    people.iter().map(|person| format!("{} ({}{})", person.name, person.relation, share(person))).collect()
}
