//! Background work of payments: each job opens a transaction, closes it, calls the provider, and opens another.

use std::time::Duration;

use async_trait::async_trait;
use kernel::{
    Scope,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
};
use ports::{
    PortError,
    payment::{Collect, Outcome, PaymentGateway, PaymentMethod},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    PaymentId,
    inquiry::{self, Subject},
    reconciler,
    rules::may_pass_on,
    submission::{self, After, Begin},
};

fn pause(duration: chrono::Duration) -> JobError {
    JobError::Snooze(duration.to_std().unwrap_or(Duration::from_secs(1)))
}

/// Sends a payment to its provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Submit {
    pub payment: PaymentId,
    /// The payment's version when the job was wanted; tells one wish from the next.
    pub version: i32,
    /// Of whoever pays, for what the provider tells them; the tenant's own without one.
    #[serde(default)]
    pub locale: Option<String>,
}

#[async_trait]
impl Job for Submit {
    const NAME: &'static str = "ledger.payment.submit";
    const QUEUE: Queue = Queue::Money;
    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.payment, self.version))
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let gateway = cx.app.port::<dyn PaymentGateway>()?;
        let mut tx = cx.scope.begin_write().await?;
        let begin = submission::begin(&mut tx, self.payment).await?;
        tx.commit().await?;
        let request = match begin {
            Begin::Send(request) => *request,
            Begin::Wait(left) => return Err(pause(left)),
            Begin::Done => return Ok(()),
        };
        let sent = request.clone();
        let answer = gateway.collect(&cx.scope.speaking(self.locale.as_deref()), request).await;
        let others = others(&*gateway, &cx.scope, &sent, &answer).await;
        let mut tx = cx.scope.begin_write().await?;
        let after = submission::record(&mut tx, self.payment, sent.attempt, answer, &others).await?;
        tx.commit().await?;
        match after {
            After::Done => Ok(()),
            After::SendAgain(later) => Err(pause(later)),
        }
    }
}

/// Who else may take a payment with which certainly nothing happened, the first to be asked first.
async fn others(gateway: &dyn PaymentGateway, scope: &Scope, sent: &Collect, answer: &Result<Outcome, PortError>) -> Vec<PaymentMethod> {
    if !answer.as_ref().is_err_and(may_pass_on) {
        return Vec::new();
    }
    match gateway.routes(scope).await {
        Ok(all) => {
            let routes = all.iter().find(|routes| routes.method == sent.method);
            let named = routes.map(|routes| routes.of(sent.amount)).unwrap_or_default();
            named.into_iter().filter(|method| method.takes(sent.amount)).cloned().collect()
        }
        Err(error) => {
            // The answer counts in any case.
            tracing::warn!(tenant.id = %scope.tenant.id, error = kernel::http::error::chain(&error), "other ways for a payment cannot be listed");
            Vec::new()
        }
    }
}

/// Asks a provider about a payment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ask {
    pub payment: PaymentId,
    /// How often it had been asked when this question was wanted.
    pub round: u32,
    /// The report that wants a confirmation.
    pub report: Option<Uuid>,
}

#[async_trait]
impl Job for Ask {
    const NAME: &'static str = "ledger.payment.query";
    const QUEUE: Queue = Queue::Money;
    fn unique_key(&self) -> Option<String> {
        let report = self.report.map(|id| id.to_string()).unwrap_or_default();
        Some(format!("{}:{}:{report}", self.payment, self.round))
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let gateway = cx.app.port::<dyn PaymentGateway>()?;
        let mut tx = cx.scope.begin_read().await?;
        let subject = inquiry::subject(&mut tx, &self).await?;
        drop(tx);
        let answer = match subject {
            Subject::Ask(payment) => {
                let answer = gateway.query(&cx.scope, payment.clone()).await;
                Some((payment, answer))
            }
            Subject::Nothing => None,
            Subject::Done => return Ok(()),
        };
        let mut tx = cx.scope.begin_write().await?;
        inquiry::record(&mut tx, &self, answer).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Tenants whose payments the reconciler may have to look at.
pub const WITHOUT_OUTCOME: &str = "select tenant_id from payments where state in ('created', 'submitted')
    union select tenant_id from payments where state <> 'received' and ask_at < now()";

/// Looks for payments without an outcome that nobody works on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Reconcile {}

#[async_trait]
impl Job for Reconcile {
    const NAME: &'static str = "ledger.payment.reconcile";
    const QUEUE: Queue = Queue::Money;
    const ATTEMPTS: u32 = 3;
    async fn run(self, cx: JobCx) -> JobResult {
        reconciler::reconcile(&cx.scope).await?;
        Ok(())
    }
}
