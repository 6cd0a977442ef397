//! Issues and mails the document of a policy that staff approved.

use std::time::Duration;

use async_trait::async_trait;
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use serde::{Deserialize, Serialize};

use super::documents_job::issue_now;
use crate::{
    letters::{self, Enclosing},
    policies::PolicyId,
};

/// See the module. Repeating gives the same document and one mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApprovedDocuments {
    pub policy: PolicyId,
}

#[async_trait]
impl Job for ApprovedDocuments {
    const NAME: &'static str = "insurance.policy.approved_documents";
    const QUEUE: Queue = Queue::Documents;
    const TIMEOUT: Duration = Duration::from_secs(120);
    fn unique_key(&self) -> Option<String> {
        Some(self.policy.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let Some((policy, document)) = issue_now(&cx.app, &cx.scope, self.policy).await? else { return Ok(()) };
        let enclosing = Enclosing {
            id: policy.id.0,
            document: document.id,
            customer: policy.customer,
            wording: "mail-policy-approved",
            params: vec![("policy", policy.number)],
        };
        letters::send(&cx.scope, enclosing).await?;
        Ok(())
    }
}
