//! The back office as a browser asks for it: where a working day begins, with its figures, and every page that links lead to.

use std::{
    collections::{BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use anyhow::Context;
use journeys::surroundings::Surroundings;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header, redirect::Policy};

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

/// Every kind of page that links lead to from the start page, each by the first such link. What a page costs in an office of few is no
/// promise for one of many, and a page that nobody thought of when rows were written is found here.
pub async fn every_page(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let browser = Browser { client: client()?, port: around.port(), host: around.office_host(), cookie: sign_in(around).await? };
    let (mut open, mut met) = (VecDeque::from(["/".to_owned()]), BTreeSet::new());
    let (mut pages, mut failed, mut slow) = (0, 0, Vec::new());
    while let Some(path) = open.pop_front() {
        if !met.insert(kind_of(&path)) {
            continue;
        }
        let (status, time, page) = browser.load(&path).await?;
        if status.is_server_error() {
            failed += 1;
            table.note(&format!("office {path}"), &format!("{status} after {time:.2?}"));
        }
        let Some(page) = page else { continue };
        pages += 1;
        open.extend(links(&page));
        if time >= PATIENCE {
            let mut each = vec![time];
            for _ in 0..4 {
                each.push(browser.load(&path).await?.1);
            }
            slow.push((Latencies::of(each).at(500), path));
        }
    }
    slow.retain(|(median, _)| *median >= PATIENCE);
    slow.sort();
    for (median, path) in slow.iter().rev() {
        table.note(&format!("office {path}"), &format!("p50 {median:.2?}"));
    }
    let measured = format!("{} of {pages} slower, {failed} failed", slow.len());
    table.row("the back office's pages", &measured, "each p50 under 300 ms", slow.is_empty() && failed == 0);
    Ok(())
}

struct Browser {
    client: Client,
    port: u16,
    host: String,
    cookie: String,
}

impl Browser {
    /// How long an answer took, and the page if it is one.
    async fn load(&self, path: &str) -> anyhow::Result<(StatusCode, Duration, Option<String>)> {
        let began = Instant::now();
        let asked = self.client.get(format!("http://127.0.0.1:{}{path}", self.port)).header(header::HOST, &self.host);
        let answer = asked.header(header::COOKIE, &self.cookie).send().await.with_context(|| path.to_owned())?;
        let status = answer.status();
        let is_page = status.is_success() && answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        // A stream has no end, and a file is no page.
        let page = if is_page { Some(answer.text().await.with_context(|| path.to_owned())?) } else { None };
        Ok((status, began.elapsed(), page))
    }
}

/// Addresses of this office that a page links to, without those that make files.
fn links(page: &str) -> impl Iterator<Item = String> {
    let hrefs = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.filter(|href| href.starts_with('/') && !href.contains("export=")).map(|href| {
        let href = href.split('#').next().unwrap_or_default();
        href.replace("&#38;", "&").replace("&amp;", "&")
    })
}

/// Pages that differ only in what they are about are of a kind.
fn kind_of(path: &str) -> String {
    let is_value = |word: &str| word.len() >= 8 && word.bytes().any(|byte| byte.is_ascii_digit());
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path: Vec<&str> = path.split('/').map(|word| if is_value(word) { "{}" } else { word }).collect();
    let mut query: Vec<&str> =
        query.split('&').map(|pair| pair.split_once('=').map_or(pair, |(name, value)| if is_value(value) { name } else { pair })).collect();
    query.sort_unstable();
    format!("{}?{}", path.join("/"), query.join("&"))
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
