//! A provider's callbacks in a rush: each is durable before it is answered, and none is lost.

use std::time::Duration;

use anyhow::Context;
use journeys::surroundings::Surroundings;
use serde_json::{Value, json};

use crate::{load::Requests, table::Table};

const RATE: u32 = 1_000;
const SECONDS: u32 = 10;

pub async fn intake(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let book = serde_json::to_value(around.provider.book().await?)?;
    let url = callback_url(&book).context("the provider was never asked for a payment")?;
    let url: reqwest::Url = url.parse()?;
    let requests = (0..1_000)
        .map(|n| {
            let body = json!({ "Body": { "stkCallback": {
                "MerchantRequestID": format!("0000-{n:05}-1"), "CheckoutRequestID": format!("ws_CO_01012026000000000000000{n:03}"),
                "ResultCode": 1032, "ResultDesc": "Request cancelled by user" } } })
            .to_string();
            let host = url.host_str().unwrap_or_default();
            let head = format!("POST {} HTTP/1.1\r\nhost: {host}:{}\r\ncontent-type: application/json\r\n", url.path(), around.port());
            format!("{head}x-forwarded-for: 196.201.212.69\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
        })
        .collect();
    let requests = Requests::to(around.port(), requests);
    let mut database = around.cluster.connect().await?;
    let mut count = async || sqlx::query_scalar::<_, i64>("select count(*) from webhook_deliveries").fetch_one(&mut database).await;
    let before = count().await?;
    let times = requests.at_rate(RATE, SECONDS, 32).await?;
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

/// The address that was given to the provider, wherever its book says it.
fn callback_url(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.contains("/hooks/") => Some(text.clone()),
        Value::Array(each) => each.iter().find_map(callback_url),
        Value::Object(fields) => fields.values().find_map(callback_url),
        _ => None,
    }
}
