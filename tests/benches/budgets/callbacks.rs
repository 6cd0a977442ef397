//! A provider's callbacks in a rush: each is durable before it is answered, and none is lost, whatever happens meanwhile.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use journeys::{process::Process, surroundings::Surroundings};
use serde_json::{Value, json};

use crate::{load::Requests, table::Table};

const RATE: u32 = 1_000;
const SECONDS: u32 = 10;
const CONNECTIONS: u32 = 32;

pub async fn rush(around: &Surroundings, serve: &mut Process, table: &mut Table) -> anyhow::Result<()> {
    intake(around, table).await?;
    across_a_restart(around, serve, table).await
}

async fn intake(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let requests = callbacks(around, "0000", 1_000).await?;
    let mut database = around.cluster.connect().await?;
    let mut count = async || sqlx::query_scalar::<_, i64>("select count(*) from webhook_deliveries").fetch_one(&mut database).await;
    let before = count().await?;
    let times = requests.at_rate(RATE, SECONDS, CONNECTIONS).await?;
    let kept = count().await? - before;
    let sent = i64::from(RATE * SECONDS);
    table.row(
        &format!("callbacks at {RATE}/s, workers running"),
        &format!("{times}; {kept} of {sent} kept"),
        "p99 under 20 ms, none lost",
        kept == sent && times.at(990) < Duration::from_millis(20),
    );
    Ok(())
}

/// Half-way the process that answers is told to end and begun again, as a deployment does; senders repeat what nobody answers.
async fn across_a_restart(around: &Surroundings, serve: &mut Process, table: &mut Table) -> anyhow::Result<()> {
    // Every callback differs from all others, also from those of an earlier run.
    let mark = format!("restart-{}", SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis());
    let sent = RATE * SECONDS;
    let requests = callbacks(around, &mark, sent).await?;
    let sending = tokio::spawn(async move { requests.until_answered(RATE, SECONDS, CONNECTIONS).await });
    tokio::time::sleep(Duration::from_secs(1) * SECONDS / 2).await;
    tokio::task::block_in_place(|| serve.stop())?;
    serve.revive()?;
    let again = sending.await??;
    let mut database = around.cluster.connect().await?;
    let kept: Vec<i64> = sqlx::query_scalar("select count(*) from webhook_deliveries where position($1 in body) > 0 group by body")
        .bind(mark.as_bytes())
        .fetch_all(&mut database)
        .await?;
    let once = kept.iter().filter(|times| **times == 1).count();
    table.row(
        &format!("callbacks at {RATE}/s across a restart"),
        &format!("{once} of {sent} kept once, {} more often; {again} sent again", kept.len() - once),
        "each kept once",
        once == sent as usize,
    );
    Ok(())
}

/// So many different callbacks to the address that the provider was given.
async fn callbacks(around: &Surroundings, mark: &str, many: u32) -> anyhow::Result<Requests> {
    let book = serde_json::to_value(around.provider.book().await?)?;
    let url = callback_url(&book).context("the provider was never asked for a payment")?;
    let url: reqwest::Url = url.parse()?;
    let requests = (0..many)
        .map(|n| {
            let body = json!({ "Body": { "stkCallback": {
                "MerchantRequestID": format!("{mark}-{n:05}-1"), "CheckoutRequestID": format!("ws_CO_01012026000000000000000{:03}", n % 1_000),
                "ResultCode": 1032, "ResultDesc": "Request cancelled by user" } } })
            .to_string();
            let host = url.host_str().unwrap_or_default();
            let head = format!("POST {} HTTP/1.1\r\nhost: {host}:{}\r\ncontent-type: application/json\r\n", url.path(), around.port());
            format!("{head}x-forwarded-for: 196.201.212.69\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
        })
        .collect();
    Ok(Requests::to(around.port(), requests))
}

/// The address that was given to the provider, wherever its book says it.
fn callback_url(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.contains("/hooks/") => Some(text.clone()),
        Value::Array(each) => each.iter().find_map(callback_url),
        Value::Object(fields) => fields.values().find_map(callback_url),
        _ => None,
    }
}
