//! Figures beside their budgets.

use std::time::Duration;

use journeys::surroundings::Surroundings;

/// Prints rows as they come and remembers which missed.
pub struct Table {
    missed: Vec<String>,
}

/// Sorted once, asked often.
pub struct Latencies(Vec<Duration>);

impl Latencies {
    pub fn of(mut each: Vec<Duration>) -> Self {
        each.sort_unstable();
        Self(each)
    }
    /// In thousandths: 500 is the median.
    pub fn at(&self, permille: usize) -> Duration {
        self.0.get(self.0.len() * permille / 1000).or(self.0.last()).copied().unwrap_or_default()
    }
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl std::fmt::Display for Latencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p50 {:.2?}, p95 {:.2?}, p99 {:.2?}", self.at(500), self.at(950), self.at(990))
    }
}

/// The median.
pub fn middle(mut each: Vec<f64>) -> f64 {
    each.sort_by(f64::total_cmp);
    each.get(each.len() / 2).copied().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "the figures are the purpose of this program")]
impl Table {
    pub async fn begin(around: &Surroundings, customers: u64, tenants: u64) -> anyhow::Result<Self> {
        let rows: i64 =
            sqlx::query_scalar("select sum(reltuples)::bigint from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
                .fetch_one(&mut around.cluster.connect().await?)
                .await?;
        let cores = std::thread::available_parallelism()?;
        println!("{cores} cores shared by platform, PostgreSQL and load; {tenants} tenants, one with {customers} customers; {rows} rows in all\n");
        println!("| what | measured | budget | |\n| --- | --- | --- | --- |");
        Ok(Self { missed: Vec::new() })
    }

    /// A row with a budget, which holds or not.
    pub fn row(&mut self, what: &str, measured: &str, budget: &str, holds: bool) {
        println!("| {what} | {measured} | {budget} | {} |", if holds { "holds" } else { "MISSED" });
        if !holds {
            self.missed.push(what.to_owned());
        }
    }

    /// A figure that belongs to the picture and has no budget.
    pub fn note(&mut self, what: &str, measured: &str) {
        println!("| {what} | {measured} | | |");
    }

    pub fn end(self) {
        if self.missed.is_empty() {
            println!("\nEvery budget holds.");
        } else {
            println!("\nMissed: {}.", self.missed.join("; "));
        }
    }
}
