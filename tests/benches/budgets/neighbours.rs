//! One tenant's plugin loops without end in sixteen calls at a time. A neighbour's reads and plugin calls hardly feel it.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures::future::join_all;
use journeys::surroundings::Surroundings;
use reqwest::Method;

use crate::{dataset::hostile_check, load::Requests, table::Table};

const LOOPS: usize = 16;

pub async fn beside_loops(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let (loud, quiet) = (around.owner_of(&format!("{}-2", around.slug())).await?, around.owner().await?);
    let (loop_path, call_path) = (format!("{}/test", hostile_check(&loud).await?), format!("{}/live", hostile_check(&quiet).await?));
    let reads = Requests::to(around.port(), vec![quiet.raw_get("/customers?page_size=20")]);
    let calls = Requests::to(around.port(), vec![quiet.raw_post(&call_path)]);
    calls.one_by_one(50).await?;
    let (reads_alone, calls_alone) = (reads.at_rate(50, 10, 4).await?, calls.at_rate(20, 10, 4).await?);

    let over = AtomicBool::new(false);
    let looping = join_all((0..LOOPS).map(|_| async {
        let mut answered = 0_u32;
        while !over.load(Ordering::Relaxed) {
            // Every answer says that the plugin used up its time, or that its tenant has too many calls; then comes the next.
            if loud.ask(Method::POST, &loop_path, None, None).await.is_ok() {
                answered += 1;
            }
        }
        answered
    }));
    let measuring = async {
        let both = async { anyhow::Ok((reads.at_rate(50, 10, 4).await?, calls.at_rate(20, 10, 4).await?)) }.await;
        over.store(true, Ordering::Relaxed);
        both
    };
    let (answered, both) = tokio::join!(looping, measuring);
    let (reads_beside, calls_beside) = both?;
    table.note("calls of the looping tenant meanwhile", &format!("{}", answered.iter().sum::<u32>()));
    let slower = 100.0 * (reads_beside.at(500).as_secs_f64() / reads_alone.at(500).as_secs_f64() - 1.0);
    table.row(
        "a neighbour's pages beside 16 endless loops",
        &format!("alone {reads_alone}; beside {reads_beside}: median {slower:+.0} %"),
        "at most 10 % slower",
        slower <= 10.0,
    );
    table.row(
        "a neighbour's plugin call through the API beside 16 endless loops",
        &format!("alone {calls_alone}; beside {calls_beside}"),
        "p99 under 20 ms",
        calls_beside.at(990) < Duration::from_millis(20),
    );
    Ok(())
}
