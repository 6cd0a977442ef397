//! Kills, and starts again.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use journeys::{process::Process, surroundings::Surroundings};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::sync::Mutex;

/// Kills that come after the last order, while what was bought is still being delivered.
const LATER: usize = 4;

/// The platform's two processes.
pub type Processes = [Mutex<Process>; 2];

/// Who will be killed when, as far as the seed decides it.
pub struct Havoc {
    around: Arc<Surroundings>,
    processes: Processes,
    lot: StdRng,
}

/// How often what was killed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kills {
    serve: usize,
    work: usize,
    database: usize,
}

impl fmt::Display for Kills {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "serve {} times, work {} times, the database {} times", self.serve, self.work, self.database)
    }
}

impl Havoc {
    /// Starts what will be killed.
    pub fn ready(around: Arc<Surroundings>, seed: u64) -> anyhow::Result<Self> {
        let processes = [Mutex::new(around.serve()?), Mutex::new(around.work()?)];
        Ok(Self { around, processes, lot: StdRng::seed_from_u64(seed) })
    }

    /// Kills until all orders are placed and a little longer, and leaves everything running.
    pub async fn run(mut self, placed: Arc<AtomicUsize>, orders: usize) -> anyhow::Result<(Processes, Kills)> {
        let mut kills = Kills::default();
        let mut later = 0;
        while later < LATER {
            // The moment is what is left to chance, so this is a time and no condition.
            tokio::time::sleep(Duration::from_millis(self.lot.random_range(300..4_000))).await;
            match self.lot.random_range(0..3) {
                0 => {
                    self.processes[0].lock().await.kill()?;
                    kills.serve += 1;
                }
                1 => {
                    self.processes[1].lock().await.kill()?;
                    kills.work += 1;
                }
                _ => {
                    self.around.cluster.kill().await?;
                    self.around.cluster.start().await?;
                    kills.database += 1;
                }
            }
            for process in &self.processes {
                process.lock().await.revive()?;
            }
            later += usize::from(placed.load(Ordering::SeqCst) >= orders);
        }
        Ok((self.processes, kills))
    }
}
