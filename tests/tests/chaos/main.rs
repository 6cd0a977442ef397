//! Whatever is killed, at whatever moment: nothing is lost, and nobody pays twice.
//!
//! Customers buy over the API while `serve`, `work` and the database are killed without warning and started again, and while payers
//! dawdle, callbacks are lost, repeated, late or lie, and some requests are never answered. Afterwards the provider's own book, which
//! nobody killed, is compared with ours.
//!
//! `WAKALA_CHAOS_PURCHASES` (200) says how many purchases, `WAKALA_CHAOS_SEED` repeats the choices of an earlier run.

mod books;
mod havoc;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use books::Books;
use futures::future::try_join_all;
use havoc::Havoc;
use journeys::{
    buyer::{Buyer, Purchase},
    surroundings::Surroundings,
    wait::until,
};
use simulators::daraja::{Ack, Answer, AutoAnswer, Callback, CallbackMode, Plan, Rule};

/// Customers who buy at the same time.
const BUYERS: usize = 12;
/// The short code of the demonstration's live merchant.
const SHORTCODE: &str = "600200";
/// How long payers have here; five minutes in production.
const PATIENCE_SECONDS: u32 = 90;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_killed_nothing_is_lost_and_nobody_pays_twice() {
    let purchases = number("WAKALA_CHAOS_PURCHASES").and_then(|n| usize::try_from(n).ok()).unwrap_or(200);
    let seed = number("WAKALA_CHAOS_SEED").unwrap_or_else(|| u64::from(std::process::id()) ^ u64::from(chrono::Utc::now().timestamp_subsec_nanos()));
    eprintln!("chaos: {purchases} purchases, WAKALA_CHAOS_SEED={seed}");
    let around = Arc::new(Surroundings::start("chaos").await.expect("surroundings"));
    eprintln!("chaos: data and logs in {}", around.folder().display());
    chaos(&around, purchases, seed).await.expect("nothing lost");
}

async fn chaos(around: &Arc<Surroundings>, purchases: usize, seed: u64) -> anyhow::Result<()> {
    let begun = Instant::now();
    let said = |what: &str| eprintln!("chaos: {:>5.1} s  {what}", begun.elapsed().as_secs_f32());
    Books::open(around).await?.give_payers(PATIENCE_SECONDS).await?;
    let havoc = Havoc::ready(around.clone(), seed)?;
    let buyers = try_join_all((0..BUYERS.min(purchases)).map(|n| {
        let around = around.clone();
        async move { Buyer::register(&around, &format!("buyer{n}@example.com")).await }
    }))
    .await?;
    said("customers have accounts");

    around.provider.answer_by_lot(&moods()).await?;
    let silent = (purchases / 50).max(1);
    for n in 0..silent {
        // The request arrives, nobody hears of it, and no id ever comes back: no call can tell.
        let plan = Plan {
            ack: Ack::Dropped,
            answer: Some(Answer::Approve),
            callback: Callback { mode: CallbackMode::Never, ..Callback::default() },
            ..Plan::default()
        };
        around.provider.script(&Rule::phone(&international(n * 50), plan)).await?;
    }

    let placed = Arc::new(AtomicUsize::new(0));
    let breaking = tokio::spawn(havoc.run(placed.clone(), purchases));
    let next = AtomicUsize::new(0);
    let bought = try_join_all(buyers.iter().map(|buyer| buy(buyer, &next, &placed, purchases))).await?;
    let bought: Vec<(usize, Purchase)> = bought.into_iter().flatten().collect();
    said("all orders are placed");
    let (processes, kills) = breaking.await??;
    said(&format!("killed {kills}"));

    let outcome = until("every payment to be settled as far as calls can", Duration::from_secs(360), || async {
        for process in &processes {
            process.lock().await.revive()?;
        }
        Books::open(around).await?.outstanding(&around.provider.book().await?).await
    })
    .await
    .context("payments that nothing settles")?;
    said(&format!("calls have settled what they can; {outcome}"));
    let unknown = Books::open(around).await?.check_unsettled(&around.provider.book().await?).await?;
    anyhow::ensure!(unknown >= silent, "{silent} requests were swallowed, but only {unknown} are listed as unknown");

    let owner = around.owner().await?;
    let statement = around.provider.statement(SHORTCODE).await?;
    let import = owner.send_file("/ledger/statements?method=mpesa&file_name=statement.csv", statement.clone()).await?;
    let path = format!("/ledger/statements/{}", import["import"]["id"].as_str().unwrap_or_default());
    let import = until("every line of the statement to be matched", Duration::from_secs(120), || async {
        let import = owner.get(&path).await?;
        Ok(Some(import).filter(|import| import["import"]["waiting"] == 0))
    })
    .await?;
    said(&format!(
        "statement imported: {} lines, {} matched, {} differ",
        import["import"]["lines_read"], import["import"]["matched"], import["import"]["differences"]
    ));
    anyhow::ensure!(
        import["import"]["differences"] == 0 && import["missing_at_provider"] == serde_json::json!([]),
        "the statement differs: {import}"
    );
    let again = owner.send_file("/ledger/statements?method=mpesa&file_name=statement.csv", statement).await?;
    anyhow::ensure!(again["import"]["lines_new"] == 0, "importing again changes nothing: {again}");

    until("everything that was paid to be delivered", Duration::from_secs(120), || async {
        Books::open(around).await?.all_delivered(&around.provider.book().await?).await
    })
    .await?;
    said("everything that was paid is delivered");
    let book = around.provider.book().await?;
    let mut books = Books::open(around).await?;
    books.agree_with(&book).await?;
    books.every_purchase_once(&book, &bought).await?;
    books.balance().await?;
    books.one_mail_each(around, &buyers, &bought).await?;
    books::trial_balance(&owner).await?;
    let paid = book.movements.len();
    // Books agree easily where nothing is sold. Some payers refuse, and some wait in vain for a platform that is down.
    anyhow::ensure!(paid * 2 >= purchases, "only {paid} of {purchases} purchases were paid");
    said(&format!("{paid} of {purchases} purchases paid; {unknown} were unknown until the statement came; the books agree"));

    around.run(&["seed", "--scale", "60", "--tenants", "4", "--tenant", around.slug()]).await.context("copies of it all")?;
    Books::open(around).await?.balance().await?;
    books::trial_balance(&owner).await?;
    said("copies of it all balance");
    Ok(())
}

/// One customer's share: buys until there is nothing left to buy.
async fn buy(buyer: &Buyer, next: &AtomicUsize, placed: &AtomicUsize, purchases: usize) -> anyhow::Result<Vec<(usize, Purchase)>> {
    let mut bought = Vec::new();
    loop {
        let n = next.fetch_add(1, Ordering::SeqCst);
        if n >= purchases {
            return Ok(bought);
        }
        let plate = format!("K{}{} {:03}A", letter(n / 1000 / 26), letter(n / 1000), n % 1000);
        bought.push((n, buyer.buy(&plate, &phone(n)).await.with_context(|| format!("purchase {n}"))?));
        placed.fetch_add(1, Ordering::SeqCst);
    }
}

fn letter(n: usize) -> char {
    char::from(b'A' + u8::try_from(n % 26).unwrap_or_default())
}

/// A phone for each purchase, since a phone shows one prompt at a time.
fn phone(n: usize) -> String {
    format!("07000{:05}", 100 + n)
}

fn international(n: usize) -> String {
    format!("2547000{:05}", 100 + n)
}

/// Most payers pay and most callbacks come.
fn moods() -> AutoAnswer {
    AutoAnswer {
        after_ms: 50,
        spread_ms: 2_000,
        approve: 30,
        cancel: 1,
        insufficient_funds: 1,
        once: 14,
        never: 3,
        twice: 2,
        late: 1,
        contradictory: 1,
        gap_ms: 1_500,
        ..AutoAnswer::default()
    }
}
