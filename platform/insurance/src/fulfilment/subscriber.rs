//! Hears of money for orders.

use async_trait::async_trait;
use kernel::{
    events::{Event, EventData},
    jobs::{JobCx, JobResult, Queue, Subscriber},
};
use ledger::payments::{PaymentCredited, PaymentId, PaymentReceived, PaymentReversed};

use super::{
    OrderDocuments, PaymentReceipt, WatchInstalments, issue,
    store::{self, TaskKind},
};
use crate::orders::{OrderId, PAYABLE, ReceiptConfirmed};

/// Fulfils an order once everything due before cover is paid, or staff confirmed that the insurer has the premium. Each payment gets
/// its receipt, whether it begins cover or not.
pub struct FulfilOrders;

#[async_trait]
impl Subscriber for FulfilOrders {
    const NAME: &'static str = "insurance.order.fulfil";
    const EVENTS: &'static [&'static str] = &[PaymentReceived::TYPE, PaymentCredited::TYPE, ReceiptConfirmed::TYPE];
    const QUEUE: Queue = Queue::Money;
    async fn handle(event: Event, cx: JobCx) -> JobResult {
        match event.event_type.as_str() {
            ReceiptConfirmed::TYPE => {
                issue::fulfil(&cx.scope, event.read::<ReceiptConfirmed>()?.order).await?;
            }
            PaymentCredited::TYPE => {
                let credited: PaymentCredited = event.read()?;
                if credited.payable_kind == PAYABLE {
                    want_receipt(&cx, OrderId(credited.payable_id), event.id).await?;
                } else {
                    want_own_receipt(&cx, credited.payment).await?;
                }
            }
            PaymentReceived::TYPE => {
                let received: PaymentReceived = event.read()?;
                if received.payable_kind == PAYABLE {
                    let order = OrderId(received.payable_id);
                    if !issue::take_money(&cx.scope, order).await? {
                        want_receipt(&cx, order, event.id).await?;
                    }
                } else {
                    want_own_receipt(&cx, received.payment).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

async fn want_receipt(cx: &JobCx, order: OrderId, cause: uuid::Uuid) -> JobResult {
    let mut tx = cx.scope.begin_write().await?;
    if tx.first_time(FulfilOrders::NAME, cause).await? {
        tx.enqueue(&OrderDocuments { order, cause }).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Of money that is for no order.
async fn want_own_receipt(cx: &JobCx, payment: PaymentId) -> JobResult {
    let mut tx = cx.scope.begin_write().await?;
    tx.enqueue(&PaymentReceipt { payment }).await?;
    tx.commit().await?;
    Ok(())
}

/// Money that a provider took back after policies were issued for it is a task for staff.
pub struct ReversedPayments;

#[async_trait]
impl Subscriber for ReversedPayments {
    const NAME: &'static str = "insurance.order.reversal";
    const EVENTS: &'static [&'static str] = &[PaymentReversed::TYPE];
    const QUEUE: Queue = Queue::Money;
    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let reversed: PaymentReversed = event.read()?;
        if reversed.payable_kind == PAYABLE {
            let mut tx = cx.scope.begin_write().await?;
            store::insert_task(&mut tx, TaskKind::PaymentReversed, OrderId(reversed.payable_id), reversed.payment.0, "payment_reversed").await?;
            // What it had paid is owed again, and may be late.
            tx.end_rest::<WatchInstalments>().await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
