//! The back office as a browser asks for it: where a working day begins, with its figures, and every page that a menu leads to.

use std::time::{Duration, Instant};

use anyhow::Context;
use journeys::surroundings::Surroundings;
use reqwest::{Client, RequestBuilder, Response, header, redirect::Policy};

use crate::{
    load::Requests,
    table::{Latencies, Table},
};

pub async fn start_page(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let request = format!("GET / HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n\r\n", around.office_host(), sign_in(around).await?);
    let requests = Requests::to(around.port(), vec![request.into_bytes()]);
    requests.one_by_one(10).await?;
    let times = requests.one_by_one(200).await?;
    table.row("the back office's start page, with its figures", &times.to_string(), "p95 under 300 ms", times.at(950) < Duration::from_millis(300));
    Ok(())
}

/// Pages that a reader waits for longer than this have outgrown their tenant.
const PATIENCE: Duration = Duration::from_millis(300);

/// Every page of the back office that needs no id, with its first rows. What a page costs in an office of few is no promise for one
/// of many, and a page that nobody thought of when rows were written is found here.
pub async fn every_page(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let (client, host, cookie) = (client()?, around.office_host(), sign_in(around).await?);
    let mut medians = Vec::new();
    for path in pages_without_ids()? {
        let mut each = Vec::new();
        for _ in 0..5 {
            let began = Instant::now();
            let asked = client.get(format!("http://127.0.0.1:{}{path}", around.port())).header(header::HOST, &host).header(header::COOKIE, &cookie);
            let answer = asked.send().await.with_context(|| path.clone())?;
            let is_page = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
            if !is_page || !answer.status().is_success() {
                break;
            }
            answer.bytes().await.with_context(|| path.clone())?;
            each.push(began.elapsed());
        }
        if !each.is_empty() {
            medians.push((Latencies::of(each).at(500), path));
        }
    }
    medians.sort();
    for (median, path) in medians.iter().rev().take(10) {
        table.note(&format!("office {path}"), &format!("p50 {median:.2?}"));
    }
    let late = medians.iter().filter(|(median, _)| *median >= PATIENCE).count();
    table.row("the back office's pages", &format!("{late} of {} slower", medians.len()), "each p50 under 300 ms", late == 0);
    Ok(())
}

/// Out of the snapshot of all routes.
fn pages_without_ids() -> anyhow::Result<Vec<String>> {
    let routes = std::fs::read_to_string(testkit::root().join("tests/snapshots/routes.txt"))?;
    let pages = routes.lines().filter_map(|line| {
        let path = line.strip_prefix("office   GET ")?.split_whitespace().next()?;
        (!path.contains('{')).then(|| path.to_owned())
    });
    Ok(pages.collect())
}

fn client() -> reqwest::Result<Client> {
    Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(60)).build()
}

/// The cookies of the owner's browser.
async fn sign_in(around: &Surroundings) -> anyhow::Result<String> {
    let (email, password) = around.owner_credentials()?;
    let (client, host) = (client()?, around.office_host());
    let to = |request: RequestBuilder| request.header(header::HOST, &host);
    let login = format!("http://127.0.0.1:{}/login", around.port());
    let form = to(client.get(&login)).send().await?.error_for_status()?;
    let visitor = cookies(&form);
    let page = form.text().await?;
    let csrf = page.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split_once('"')).context("a form without a token")?.0;
    let fields = [("csrf", csrf), ("email", email), ("password", password), ("next", "/")];
    let answer = to(client.post(&login)).header(header::COOKIE, visitor).form(&fields).send().await?;
    anyhow::ensure!(answer.status().is_redirection(), "the owner is not let in: {}", answer.status());
    Ok(cookies(&answer))
}

/// What the answer sets, as a browser sends it back.
fn cookies(answer: &Response) -> String {
    let set = answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}
