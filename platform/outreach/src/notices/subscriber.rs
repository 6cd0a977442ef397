//! Hears what happened and tells the people whom it concerns.

use async_trait::async_trait;
use documents::{DocumentUploaded, DocumentVerified};
use insurance::{
    fulfilment::{TaskAssigned, TaskOpened},
    policies::{PolicyApproved, PolicyCancelled, PolicyCertified, PolicyChanged, PolicyIssued},
};
use integrations::installs::{HealthChanged, RolledBack};
use kernel::{
    dead_letters::JobGivenUp,
    events::{Event, EventData},
    jobs::{JobCx, JobResult, Queue, Subscriber},
};
use ledger::{
    payments::{PaymentChanged, PaymentCredited, PaymentReceived, PaymentReversed},
    reconciliation::StatementImported,
};

use super::{happenings, service};
use crate::webhooks::EndpointDisabled;

/// Tells, once per event and reader.
pub struct TellPeople;

#[async_trait]
impl Subscriber for TellPeople {
    const NAME: &'static str = "outreach.notice.tell";
    const EVENTS: &'static [&'static str] = &[
        PolicyIssued::TYPE,
        PolicyApproved::TYPE,
        PolicyCertified::TYPE,
        PolicyCancelled::TYPE,
        PolicyChanged::TYPE,
        PaymentReceived::TYPE,
        PaymentCredited::TYPE,
        PaymentReversed::TYPE,
        PaymentChanged::TYPE,
        DocumentUploaded::TYPE,
        DocumentVerified::TYPE,
        TaskOpened::TYPE,
        TaskAssigned::TYPE,
        StatementImported::TYPE,
        HealthChanged::TYPE,
        RolledBack::TYPE,
        EndpointDisabled::TYPE,
        JobGivenUp::TYPE,
    ];
    const QUEUE: Queue = Queue::Messages;

    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_write().await?;
        for notice in happenings::notices_of(&mut tx, &event).await? {
            service::tell(&mut tx, &notice).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
