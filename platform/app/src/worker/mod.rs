//! Background work of one process: the dispatcher turns events into jobs, the pump moves jobs from the outbox into the queue, the
//! workers run them, the schedules make them. Every part may run in many processes at once. Apalis carries the tasks; what a job
//! is, how often it is tried and when it is given up lies in the outbox, so that nothing is lost with the queue.

mod dispatcher;
mod pulse;
mod pump;
mod runner;
mod schedules;

use std::{collections::HashMap, sync::Arc, time::Duration};

use kernel::{
    App,
    jobs::{JobDef, Queue, Schedule, Subscription},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What the modules contributed, ready to be looked up.
pub struct Work {
    jobs: HashMap<&'static str, JobDef>,
    subscriptions: Vec<Subscription>,
    schedules: Vec<Schedule>,
}

/// How many jobs of one tenant may lie in one queue at a time. The rest waits in the outbox, so that a flood of one tenant leaves
/// room for the others.
const IN_FLIGHT_PER_TENANT: i64 = 16;

/// Jobs that one process runs at a time, by queue.
fn concurrency(queue: Queue) -> usize {
    match queue {
        Queue::Money => 16,
        Queue::Documents => 4,
        Queue::Messages => 8,
        // They wait for their receivers, and cost little meanwhile.
        Queue::Webhooks => 32,
        Queue::Bulk => 2,
    }
}

impl Work {
    /// Two jobs of one name are a mistake of ours that must not start.
    pub fn of(modules: &[kernel::module::Module]) -> anyhow::Result<Self> {
        let mut work = Self { jobs: HashMap::new(), subscriptions: Vec::new(), schedules: Vec::new() };
        for module in modules {
            let from_schedules = module.schedules.iter().map(|schedule| schedule.job.clone());
            let from_subscriptions = module.subscriptions.iter().map(|subscription| subscription.job.clone());
            for job in module.jobs.iter().cloned().chain(from_subscriptions) {
                let name = job.name;
                anyhow::ensure!(work.jobs.insert(name, job).is_none(), "two jobs are named {name}");
            }
            for job in from_schedules {
                work.jobs.entry(job.name).or_insert(job);
            }
            work.subscriptions.extend(module.subscriptions.iter().cloned());
            work.schedules.extend(module.schedules.iter().cloned());
        }
        Ok(work)
    }
}

/// Runs until `stop`; returns when what was running has finished.
pub async fn run(app: App, work: Arc<Work>, stop: CancellationToken) {
    let tasks = TaskTracker::new();
    tasks.spawn(feed(app.clone(), work.clone(), stop.clone()));
    tasks.spawn(schedules::run(app.clone(), work.clone(), stop.clone()));
    tasks.spawn(finish_sign_ups(app.clone(), stop.clone()));
    for queue in Queue::ALL {
        tasks.spawn(runner::run(app.clone(), work.clone(), queue, concurrency(queue), stop.clone()));
    }
    tasks.close();
    tasks.wait().await;
}

/// Completes tenants whose sign-up was interrupted, at start and every minute. They have no schedule yet: they may not be there.
async fn finish_sign_ups(app: App, stop: CancellationToken) {
    let mut pulse = tokio::time::interval(Duration::from_secs(60));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = pulse.tick() => {}
        }
        if let Err(error) = tenancy::sign_up::sweep(&app).await {
            tracing::warn!(error = kernel::http::error::chain(&error), "interrupted sign-ups wait for the next round");
        }
    }
}

/// How long a round of moving work takes at least: in a rush there would otherwise be one for every small transaction.
const ROUND: Duration = Duration::from_millis(20);

/// Dispatches and pumps whenever this process committed work, and otherwise by polling.
async fn feed(app: App, work: Arc<Work>, stop: CancellationToken) {
    let mut since_repair = tokio::time::Instant::now();
    loop {
        let next = tokio::time::Instant::now() + ROUND;
        let moved = match feed_once(&app, &work).await {
            Ok(moved) => moved,
            Err(error) => {
                tracing::warn!(error = kernel::http::error::chain(&error), "work could not be moved; trying again");
                0
            }
        };
        if since_repair.elapsed() > Duration::from_secs(15) {
            since_repair = tokio::time::Instant::now();
            if let Err(error) = pump::repair(&app).await {
                tracing::warn!(error = kernel::http::error::chain(&error), "the queue could not be repaired; trying again");
            }
        }
        if moved == 0 {
            tokio::select! {
                () = stop.cancelled() => return,
                () = app.db.work_committed().notified() => {}
                () = tokio::time::sleep(Duration::from_millis(200)) => {}
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep_until(next) => {}
        }
    }
}

async fn feed_once(app: &App, work: &Work) -> kernel::AppResult<usize> {
    let dispatched = dispatcher::dispatch(app, work).await?;
    let mut moved = 0;
    for queue in Queue::ALL {
        moved += pump::pump(app, queue).await?;
    }
    Ok(dispatched + moved)
}
