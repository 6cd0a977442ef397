//! The back office as a browser asks for it: where a working day begins, with its figures.

use std::time::Duration;

use anyhow::Context;
use journeys::surroundings::Surroundings;
use reqwest::{Client, RequestBuilder, Response, header, redirect::Policy};

use crate::{load::Requests, table::Table};

pub async fn start_page(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let requests = Requests::to(around.port(), vec![signed_in(around, "/").await?]);
    requests.one_by_one(10).await?;
    let times = requests.one_by_one(200).await?;
    table.row("the back office's start page, with its figures", &times.to_string(), "p95 under 300 ms", times.at(950) < Duration::from_millis(300));
    Ok(())
}

/// The bytes of a request for a page by the owner's browser.
async fn signed_in(around: &Surroundings, path: &str) -> anyhow::Result<Vec<u8>> {
    let (email, password) = around.owner_credentials()?;
    let host = around.office_host();
    let client = Client::builder().redirect(Policy::none()).build()?;
    let to = |request: RequestBuilder| request.header(header::HOST, &host);
    let login = format!("http://127.0.0.1:{}/login", around.port());
    let form = to(client.get(&login)).send().await?.error_for_status()?;
    let visitor = cookies(&form);
    let page = form.text().await?;
    let csrf = page.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split_once('"')).context("a form without a token")?.0;
    let fields = [("csrf", csrf), ("email", email), ("password", password), ("next", "/")];
    let answer = to(client.post(&login)).header(header::COOKIE, visitor).form(&fields).send().await?;
    anyhow::ensure!(answer.status().is_redirection(), "the owner is not let in: {}", answer.status());
    Ok(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {}\r\n\r\n", cookies(&answer)).into_bytes())
}

/// What the answer sets, as a browser sends it back.
fn cookies(answer: &Response) -> String {
    let set = answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}
