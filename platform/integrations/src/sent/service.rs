//! Use cases of messages that were sent. The caller commits.

use chrono::{DateTime, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    paging::{Page, PageRequest},
};
use ports::report::MessageReported;
use uuid::Uuid;

use super::{SentFilter, SentLine, SentState, store};
use crate::mask;

/// Longest word of a provider that is kept.
const TEXT: usize = 200;

/// A message on its way.
pub(crate) struct Going {
    pub id: Uuid,
    pub installation: Uuid,
    pub channel: &'static str,
    /// Masked.
    pub recipient: String,
}

impl Going {
    pub fn new(id: Uuid, installation: Uuid, channel: &'static str, to: &str) -> Self {
        Self { id, installation, channel, recipient: masked(to) }
    }
}

/// Keeps that a message went out, or may have.
pub(crate) async fn keep(tx: &mut TenantTx, going: &Going, state: SentState, provider_ref: Option<&str>) -> AppResult<()> {
    let provider_ref = provider_ref.filter(|text| text.len() <= TEXT && !text.contains('\0'));
    store::insert(tx, going, state, provider_ref).await
}

/// Takes what a provider reports, if it is news of a message that went out by the same installation.
pub(crate) async fn note(tx: &mut TenantTx, report: &MessageReported) -> AppResult<()> {
    let Some(state) = SentState::from_name(report.state.as_str()) else { return Ok(()) };
    let Some((id, present)) = store::lock(tx, report).await? else { return Ok(()) };
    if state.rank() <= present.rank() {
        return Ok(());
    }
    store::update(tx, id, state, report.code.as_deref(), report.is_permanent).await
}

/// Messages, newest first.
pub async fn list(tx: &mut ReadTx, page: &PageRequest, filter: &SentFilter) -> AppResult<Page<SentLine>> {
    store::list(tx, page, filter).await
}

/// At most 10,000 at a time.
pub(crate) async fn purge(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    store::delete_before(tx, before).await
}

/// `+254***01`, `a***@example.com`.
fn masked(to: &str) -> String {
    let masked = match to.split_once('@') {
        Some((name, host)) => format!("{}***@{host}", name.chars().take(1).collect::<String>()),
        None => mask::numbers(to),
    };
    masked.chars().take(TEXT).collect()
}

#[cfg(test)]
mod tests {
    use kernel::app::Ports;
    use ports::report::{MessageState, Source};
    use testkit::World;

    use super::*;
    use crate::calls;

    #[test]
    fn a_recipient_is_recognised_by_those_who_know_it() {
        assert_eq!(masked("asha@example.com"), "a***@example.com");
        assert_eq!(masked("+254700000101"), "+254***01");
    }

    #[test]
    fn a_message_goes_on_or_fails_and_never_back() {
        use SentState::{Bounced, Clicked, Complained, Delivered, Queued, Read, Sent, Unknown};
        let course = [Unknown, Queued, Sent, Delivered, Read, Clicked, Bounced, Complained];
        assert!(course.map(SentState::rank).is_sorted());
    }

    #[tokio::test]
    async fn reports_come_in_any_order_and_only_of_what_went_out_by_the_same_installation() {
        let world = World::new(Ports::new());
        let tenant = world.brokerage().await;
        let scope = world.system(&tenant);
        let (own, other) = (calls::installation(&world, &scope).await, calls::installation(&world, &scope).await);
        let going = Going::new(Uuid::now_v7(), own, "sms", "+254700000101");
        let mut tx = scope.begin_write().await.unwrap();
        keep(&mut tx, &going, SentState::Queued, Some("ref-1")).await.unwrap();
        let report = |installation, message, state| MessageReported {
            source: Source { delivery: Uuid::now_v7(), installation, is_trusted: false },
            message,
            provider_ref: Some("ref-1".to_owned()),
            state,
            code: None,
            is_permanent: false,
        };
        let mut course = Vec::new();
        for told in [
            report(other, Some(going.id), MessageState::Failed),
            report(own, None, MessageState::Delivered),
            report(own, None, MessageState::Sent),
            report(own, Some(going.id), MessageState::Read),
            report(own, Some(Uuid::now_v7()), MessageState::Failed),
        ] {
            note(&mut tx, &told).await.unwrap();
            course.push(list(&mut tx, &PageRequest::default(), &SentFilter::default()).await.unwrap().results[0].state);
        }
        assert_eq!(course, [SentState::Queued, SentState::Delivered, SentState::Delivered, SentState::Read, SentState::Read]);
    }
}
