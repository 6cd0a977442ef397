//! CPU time of a call, and fair turns between calls.
//!
//! A call's future is polled on several threads in turn. Each poll is measured with the thread's own CPU clock, so neither waiting for a
//! host function nor waiting for a busy machine counts. The epoch callback compares with the budget once per tick; it also makes a call
//! that has used more than a few milliseconds queue for one of the heavy turns, of which there is one fewer than there are threads: so
//! a thread is always free for short calls, however many long ones there are.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// CPU time after which a call no longer counts as short.
const SHORT: Duration = Duration::from_millis(20);

fn thread_clock() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

/// What one call has used. Shared by the future that measures and the callback that decides.
#[derive(Debug)]
pub(crate) struct CpuMeter {
    /// Nanoseconds of finished polls.
    finished: AtomicU64,
    /// Thread clock at the beginning of the present poll.
    poll_began: AtomicU64,
    budget: Duration,
    heavy_turns: Arc<Semaphore>,
    turn: Mutex<Option<OwnedSemaphorePermit>>,
}

/// What the epoch callback has to do.
pub(crate) enum Turn {
    /// The budget is used up.
    Stop,
    /// Let others run first.
    Wait(Pin<Box<dyn Future<Output = ()> + Send>>),
}

impl CpuMeter {
    pub fn new(budget: Duration, heavy_turns: Arc<Semaphore>) -> Arc<Self> {
        Arc::new(Self { finished: AtomicU64::new(0), poll_began: AtomicU64::new(0), budget, heavy_turns, turn: Mutex::new(None) })
    }

    /// CPU time up to the end of the last poll.
    pub fn used(&self) -> Duration {
        Duration::from_nanos(self.finished.load(Ordering::Relaxed))
    }

    /// Called on the polling thread in the middle of a poll, once per tick.
    pub fn tick(self: &Arc<Self>) -> Turn {
        let running = nanos(thread_clock()).saturating_sub(self.poll_began.load(Ordering::Relaxed));
        let used = self.used() + Duration::from_nanos(running);
        self.yield_turn();
        if used >= self.budget {
            return Turn::Stop;
        }
        if used < SHORT {
            return Turn::Wait(Box::pin(tokio::task::yield_now()));
        }
        let meter = Arc::clone(self);
        Turn::Wait(Box::pin(async move {
            tokio::task::yield_now().await;
            if let Ok(permit) = Arc::clone(&meter.heavy_turns).acquire_owned().await {
                *meter.turn.lock().unwrap_or_else(PoisonError::into_inner) = Some(permit);
            }
        }))
    }

    /// Gives the heavy turn back, before waiting for something.
    pub fn yield_turn(&self) {
        drop(self.turn.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Measures every poll of the call inside.
pub(crate) struct Metered<F> {
    inner: Pin<Box<F>>,
    meter: Arc<CpuMeter>,
}

impl<F: Future> Metered<F> {
    pub fn new(inner: F, meter: Arc<CpuMeter>) -> Self {
        Self { inner: Box::pin(inner), meter }
    }
}

impl<F: Future> Future for Metered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let began = nanos(thread_clock());
        self.meter.poll_began.store(began, Ordering::Relaxed);
        let answer = self.inner.as_mut().poll(cx);
        let spent = nanos(thread_clock()).saturating_sub(began);
        self.meter.finished.fetch_add(spent, Ordering::Relaxed);
        answer
    }
}
