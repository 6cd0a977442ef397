//! Makes the papers, in the customer's language.

use std::time::Duration;

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{debit_note, statement};
use crate::orders::OrderId;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeDebitNote {
    pub order: OrderId,
    /// What asked for it; the mail's id.
    pub cause: Uuid,
    pub mail: bool,
}

#[async_trait]
impl Job for MakeDebitNote {
    const NAME: &'static str = "insurance.billing.debit_note";
    const QUEUE: Queue = Queue::Documents;
    const TIMEOUT: Duration = Duration::from_secs(120);
    fn unique_key(&self) -> Option<String> {
        Some(self.cause.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        Ok(debit_note::make(&cx.app, &cx.scope, &self).await?)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeStatement {
    pub statement: Uuid,
    pub customer: Uuid,
    pub from: NaiveDate,
    /// Included.
    pub to: NaiveDate,
    pub mail: bool,
}

#[async_trait]
impl Job for MakeStatement {
    const NAME: &'static str = "insurance.billing.statement";
    const QUEUE: Queue = Queue::Documents;
    const TIMEOUT: Duration = Duration::from_secs(120);
    fn unique_key(&self) -> Option<String> {
        Some(self.statement.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        Ok(statement::make(&cx.app, &cx.scope, &self).await?)
    }
}
