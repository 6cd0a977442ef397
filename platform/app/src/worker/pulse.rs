//! When a worker asks for work again. The interval that Apalis brings makes its next wait without polling it: a fetch that outlasts
//! the interval and the heartbeat leaves nothing behind that would wake the worker, and it stops for ever.

use std::{
    task::{Context, Poll},
    time::Duration,
};

use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use tokio::time::{Interval, MissedTickBehavior};

/// Wakes its worker every so often, however late the worker comes to ask for it.
pub(super) struct Pulse(Interval);

impl Pulse {
    /// The first beat comes at once. Must be called within the runtime.
    pub(super) fn every(interval: Duration) -> Self {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(ticks)
    }
}

impl PollStrategy for Pulse {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut beat = Poll::Pending;
        // Only a tick that is still to come holds the waker.
        while self.0.poll_tick(cx).is_ready() {
            beat = Poll::Ready(Some(()));
        }
        beat
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test]
    async fn a_worker_that_finds_a_beat_due_is_woken_by_the_next() {
        let mut pulse = Pulse::every(Duration::from_millis(1));
        let mut asked = 0;
        let worker = poll_fn(move |cx| {
            asked += 1;
            if asked > 1 {
                return Poll::Ready(());
            }
            assert!(pulse.poll_drive(cx, &PollSnapshot::new()).is_ready(), "the first beat is due at once");
            Poll::Pending
        });
        // A task of its own: the end of the time limit would otherwise poll it a second time.
        let woken = tokio::time::timeout(Duration::from_secs(10), tokio::spawn(worker)).await;
        assert!(woken.is_ok(), "nothing woke the worker");
    }
}
