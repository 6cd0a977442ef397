//! Calls of all other plugins. Their records are written in files as the interface has them.

use plugin_host::model::ai::CompletionRequest;
use plugin_host::model::collections::{Line, Mandate, Schedule};
use plugin_host::model::events::Event;
use plugin_host::model::identity::CheckRequest;
use plugin_host::model::insurance::{BindRequest, CertificateRequest, Change, Confirmation, Notice, QuoteRequest};
use plugin_host::model::messaging::{Message, Receipt, Turn};
use plugin_host::model::{File, PluginError};
use plugin_host::{CallSpec, Plugin};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CallName, CursorInput, Names, Said, error, read, shown, told};

/// Structs of named arguments.
macro_rules! inputs {
    ($($name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty),* $(,)? })+) => {
        $(
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            struct $name {
                $($(#[$attribute])* $field: $type),*
            }
        )+
    };
}

inputs! {
    Batch { messages: Vec<Message> }
    Known { provider_ref: Option<String>, #[serde(default)] reference: String }
    Endorsement { change: Change, offer_ref: Option<String> }
    Ending { policy_ref: String, effective: String, #[serde(default)] reason: String }
    Supply { provider_ref: String, #[serde(default)] note: String, #[serde(default)] files: Vec<File> }
    Doubt { provider_ref: String, answer: Confirmation }
    Search { number: Option<String>, #[serde(default)] subject: Names }
    Numbered { number: String, #[serde(default)] reason: String }
    Revocation { reference: String, provider_ref: Option<String>, #[serde(default)] reason: String }
    Run { run: String, lines: Vec<Line> }
    Results { run: String, provider_ref: Option<String>, #[serde(default)] open: Vec<Line>, cursor: Option<String> }
    EmployersAnswer { provider_ref: String, answer: Option<String>, cursor: Option<String> }
}

/// Makes the call.
///
/// # Errors
/// The input is not that of this call, in words.
pub async fn perform(plugin: &Plugin, spec: CallSpec, name: CallName, input: &Value) -> Result<Said, String> {
    let key = spec.context.idempotency_key.clone();
    Ok(match name {
        CallName::Send => {
            let Batch { messages } = read(input)?;
            told(plugin.send(spec, messages).await, receipts)
        }
        CallName::Templates => {
            let CursorInput { cursor } = read(input)?;
            told(plugin.templates(spec, cursor).await, shown)
        }
        CallName::AnswerUssd => told(plugin.answer_ussd(spec, read::<Turn>(input)?).await, shown),

        CallName::Quote => told(plugin.quote(spec, read::<QuoteRequest>(input)?).await, shown),
        CallName::Bind => told(plugin.bind(spec, read::<BindRequest>(input)?).await, shown),
        CallName::Policy => {
            let Known { provider_ref, reference } = read(input)?;
            told(plugin.policy(spec, provider_ref, reference).await, shown)
        }
        CallName::QuoteChange => told(plugin.quote_change(spec, read::<Change>(input)?).await, shown),
        CallName::Endorse => {
            let Endorsement { change, offer_ref } = read(input)?;
            told(plugin.endorse(spec, change, offer_ref).await, shown)
        }
        CallName::EndPolicy => {
            let Ending { policy_ref, effective, reason } = read(input)?;
            told(plugin.end_policy(spec, policy_ref, effective, reason).await, shown)
        }
        CallName::NotifyClaim => told(plugin.notify_claim(spec, read::<Notice>(input)?).await, shown),
        CallName::SupplyClaim => {
            let Supply { provider_ref, note, files } = read(input)?;
            told(plugin.supply_claim(spec, provider_ref, note, files).await, shown)
        }
        CallName::Claim => {
            let Known { provider_ref, reference } = read(input)?;
            told(plugin.claim(spec, provider_ref, reference).await, shown)
        }
        CallName::PrecheckCertificate => told(plugin.precheck_certificate(spec, read::<CertificateRequest>(input)?).await, shown),
        CallName::IssueCertificate => told(plugin.issue_certificate(spec, read::<CertificateRequest>(input)?).await, shown),
        CallName::ConfirmCertificate => {
            let Doubt { provider_ref, answer } = read(input)?;
            told(plugin.confirm_certificate(spec, provider_ref, answer).await, shown)
        }
        CallName::ValidateCertificate => {
            let Search { number, subject } = read(input)?;
            told(plugin.validate_certificate(spec, number, subject.into_iter().collect()).await, shown)
        }
        CallName::CertificateDocument => {
            let Numbered { number, .. } = read(input)?;
            told(plugin.certificate_document(spec, number).await, shown)
        }
        CallName::CancelCertificate => {
            let Numbered { number, reason } = read(input)?;
            told(plugin.cancel_certificate(spec, number, reason).await, shown)
        }

        CallName::RegisterMandate => told(plugin.register_mandate(spec, read::<Mandate>(input)?).await, shown),
        CallName::AmendMandate => told(plugin.amend_mandate(spec, read::<Mandate>(input)?).await, shown),
        CallName::CancelMandate => {
            let Revocation { reference, provider_ref, reason } = read(input)?;
            told(plugin.cancel_mandate(spec, reference, provider_ref, reason).await, shown)
        }
        CallName::MandateStanding => {
            let Known { provider_ref, reference } = read(input)?;
            told(plugin.mandate_standing(spec, reference, provider_ref).await, shown)
        }
        CallName::SubmitRun => {
            let Run { run, lines } = read(input)?;
            told(plugin.submit_run(spec, run, lines).await, shown)
        }
        CallName::RunResults => {
            let Results { run, provider_ref, open, cursor } = read(input)?;
            told(plugin.run_results(spec, run, provider_ref, open, cursor).await, shown)
        }
        CallName::SubmitSchedule => told(plugin.submit_schedule(spec, read::<Schedule>(input)?).await, shown),
        CallName::ScheduleAnswers => {
            let EmployersAnswer { provider_ref, answer, cursor } = read(input)?;
            told(plugin.schedule_answers(spec, provider_ref, answer, cursor).await, shown)
        }

        CallName::RunCheck => told(plugin.run_check(spec, read::<CheckRequest>(input)?).await, shown),
        CallName::QueryCheck => {
            let Known { provider_ref, .. } = read(input)?;
            told(plugin.query_check(spec, provider_ref, key).await, shown)
        }
        CallName::Tell => told(plugin.tell(spec, read::<Event>(input)?).await, shown),
        CallName::Complete => told(plugin.complete(spec, read::<CompletionRequest>(input)?).await, shown),
        other => return Err(format!("`{other}` is no call of this kind of plugin")),
    })
}

/// What became of each message, in the order of the batch.
fn receipts(list: Vec<Result<Receipt, PluginError>>) -> Value {
    let each = list.into_iter().map(|result| match result {
        Ok(receipt) => shown(receipt),
        Err(declined) => json!({ "declined": error(declined) }),
    });
    Value::Array(each.collect())
}
