//! Remittances that are paid by a payout: asked for here, booked when the payout tells what came of it.

use async_trait::async_trait;
use kernel::{
    AppResult, ReadTx, TenantTx,
    events::{Event, EventData},
    jobs::{JobCx, JobResult, Queue, Subscriber},
};
use ledger::{
    accounts::Account,
    payouts::{self, DestinationInput, NewPayout, Payout, PayoutError, PayoutPaid, PayoutReturned, PayoutState},
};
use uuid::Uuid;

use super::{
    Remittance, RemittanceId, RemittanceState,
    service::{book, locked, reverse},
    store,
};

/// The kind of debt that a remittance is to payouts.
pub const DEBT: &str = "remittance";

/// Asks for a draft to be paid to this account of the insurer.
///
/// # Errors
/// `remittance.not_found`; `remittance.state` unless it is a draft; those of [`payouts::request`].
pub async fn pay_out(tx: &mut TenantTx, id: RemittanceId, to: &DestinationInput) -> AppResult<Payout> {
    let remittance = locked(tx, id, RemittanceState::Draft).await?;
    let new = NewPayout { debt_kind: DEBT, debt_id: id.0, customer: None, amount: remittance.payable, description: remittance.number };
    payouts::request(tx, new, to).await
}

/// The live payout of a remittance.
pub async fn payout_of(tx: &mut ReadTx, id: RemittanceId) -> AppResult<Option<Payout>> {
    payouts::of_debt(tx, DEBT, id.0).await
}

/// # Errors
/// `payout.under_way` if the remittance has a live payout.
pub(super) async fn none_of(tx: &mut ReadTx, id: RemittanceId) -> AppResult<()> {
    match payout_of(tx, id).await? {
        Some(_) => Err(PayoutError::UnderWay.into()),
        None => Ok(()),
    }
}

/// Books remittances that payouts paid, and takes back those whose money came back.
pub struct RemittancePayouts;

#[async_trait]
impl Subscriber for RemittancePayouts {
    const NAME: &'static str = "insurance.remittance.payout";
    const EVENTS: &'static [&'static str] = &[PayoutPaid::TYPE, PayoutReturned::TYPE];
    const QUEUE: Queue = Queue::Money;
    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_write().await?;
        if event.event_type.as_str() == PayoutPaid::TYPE {
            let paid: PayoutPaid = event.read()?;
            // The money may have come back before this is heard.
            if paid.debt_kind == DEBT && payouts::get(&mut tx, paid.payout).await?.state == PayoutState::Paid {
                let (day, today) = (paid.paid_on, tx.scope().today());
                let from = paid.method.as_deref().map_or_else(Account::bank, Account::clearing);
                if let Some(remittance) = in_state(&mut tx, paid.debt_id, RemittanceState::Draft).await? {
                    book(&mut tx, &remittance, &paid.number, day.unwrap_or(today), from).await?;
                }
            }
        } else {
            let returned: PayoutReturned = event.read()?;
            if returned.debt_kind == DEBT
                && let Some(remittance) = in_state(&mut tx, returned.debt_id, RemittanceState::Paid).await?
            {
                reverse(&mut tx, remittance.id, returned.reason.as_deref().unwrap_or(&returned.number)).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The remittance, locked, if nobody moved it on: the event may come twice.
async fn in_state(tx: &mut TenantTx, id: Uuid, state: RemittanceState) -> AppResult<Option<Remittance>> {
    Ok(store::lock(tx, RemittanceId(id)).await?.filter(|remittance| remittance.state == state))
}
