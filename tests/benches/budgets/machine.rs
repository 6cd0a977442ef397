//! Start and memory of the processes.

use std::time::{Duration, Instant};

use anyhow::Context;
use journeys::{process::Process, surroundings::Surroundings};

use crate::table::{Latencies, Table};

/// `serve` from its start to its first answer; plugins were compiled by an earlier one.
pub async fn start(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for _ in 0..7 {
        let began = Instant::now();
        let _serve = around.serve()?;
        // Asked without a pause, since the pause would be part of the time.
        while tokio::net::TcpStream::connect(("127.0.0.1", around.port())).await.is_err() {
            anyhow::ensure!(began.elapsed() < Duration::from_secs(30), "serve does not start");
            tokio::task::yield_now().await;
        }
        reqwest::get(format!("http://127.0.0.1:{}/health/live", around.port())).await?.error_for_status()?;
        times.push(began.elapsed());
    }
    let times = Latencies::of(times);
    table.row(
        "start of `serve` to its first answer",
        &format!("median {:.0?}, slowest {:.0?}", times.at(500), times.at(999)),
        "under 1 s",
        times.at(999) < Duration::from_secs(1),
    );
    Ok(())
}

/// What both processes hold before anybody asks: their own pages, and the program's, which they share, once.
pub fn idle_memory(serve: &Process, work: &Process, table: &mut Table) -> anyhow::Result<()> {
    let shared = resident(serve.id(), "RssFile")?.max(resident(work.id(), "RssFile")?);
    let held = (resident(serve.id(), "RssAnon")? + resident(work.id(), "RssAnon")? + shared) / 1024;
    table.row("memory of `serve` and `work`, idle", &format!("{held} MB"), "150 MB", held <= 150);
    Ok(())
}

/// The most that both have held so far.
pub fn busy_memory(serve: &Process, work: &Process, table: &mut Table) -> anyhow::Result<()> {
    let held = (resident(serve.id(), "VmHWM")? + resident(work.id(), "VmHWM")?) / 1024;
    table.row("memory of `serve` and `work`, most under those reads", &format!("{held} MB"), "500 MB", held <= 500);
    Ok(())
}

/// What a process of this machine holds, in kilobytes, by one of the kernel's figures.
pub fn resident(process: u32, field: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with(field)).with_context(|| format!("no {field}"))?;
    Ok(line.split_whitespace().nth(1).context("no figure")?.parse()?)
}

/// What a process of this machine has had of its processors, by the kernel's count.
pub fn processor_time(process: i32) -> anyhow::Result<Duration> {
    let path = format!("/proc/{process}/schedstat");
    let counted = std::fs::read_to_string(&path).with_context(|| path.clone())?;
    let nanoseconds = counted.split_whitespace().next().context("no figure")?.parse().with_context(|| path)?;
    Ok(Duration::from_nanos(nanoseconds))
}
