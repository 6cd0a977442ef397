//! `wakala-plugin publish`: brings a signed package one step on at a platform, whichever comes next: hands it in and asks for its review,
//! or lists it once it is approved. Safe to repeat; between the steps it tells how far the package is.

use std::io::{self, BufRead, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use plugin_host::package::Package;
use reqwest::{Client, RequestBuilder, Url, redirect::Policy};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::pack;
use crate::sandbox;
use crate::term::{Paint, Show, Term};

/// A package of full size over a slow line.
const PATIENCE: Duration = Duration::from_secs(600);

/// Arguments of `publish`.
#[derive(clap::Args)]
pub struct Args {
    /// The package, signed
    pub package: PathBuf,
    /// Your office at the platform, such as https://acme.office.example.com
    #[arg(long, value_name = "URL", env = "WAKALA_OFFICE")]
    pub to: Url,
    /// Your address there; the password is read from WAKALA_PASSWORD, or a line of standard input
    #[arg(long, value_name = "ADDRESS", env = "WAKALA_EMAIL")]
    pub email: String,
    /// The present code of your second factor, if your account has one
    #[arg(long, value_name = "DIGITS", env = "WAKALA_CODE", hide_env_values = true)]
    pub code: Option<String>,
}

/// How far the package is.
#[derive(Debug, Serialize)]
pub struct Published {
    pub id: String,
    pub plugin: String,
    pub version: String,
    /// `submitted`, `rejected`, `listed`.
    pub state: String,
    /// The reviewer's words.
    pub note: Option<String>,
    /// What tenants are asked for beyond the last version.
    pub added: Vec<String>,
}

#[derive(Deserialize)]
struct Submissions {
    results: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    plugin: String,
    version: String,
}

#[derive(Deserialize)]
struct Submission {
    id: String,
    plugin: String,
    version: String,
    state: String,
    package_sha256: String,
    review_note: Option<String>,
    permissions: Permissions,
}

#[derive(Deserialize)]
struct Permissions {
    added: Vec<Permission>,
}

#[derive(Deserialize)]
struct Permission {
    sentence: String,
}

/// The publisher's office, signed in.
struct Office {
    client: Client,
    base: Url,
    token: String,
}

/// Publishes.
///
/// # Errors
/// The package is not signed, or the platform cannot be reached or refuses.
pub fn run(args: &Args, term: &Term) -> anyhow::Result<Published> {
    let package = pack::read(&args.package)?;
    if package.signer()?.is_none() {
        bail!("{} is not signed: `wakala-plugin sign` does", args.package.display());
    }
    let password = password()?;
    sandbox::runtime()?.block_on(async {
        term.progress("Signing in", args.to.as_str());
        let office = Office::enter(args, &password).await?;
        let submission = office.bring_on(&package, term).await?;
        Ok(Published {
            id: submission.id,
            plugin: submission.plugin,
            version: submission.version,
            state: submission.state,
            note: submission.review_note,
            added: submission.permissions.added.into_iter().map(|permission| permission.sentence).collect(),
        })
    })
}

fn password() -> anyhow::Result<String> {
    if let Ok(password) = std::env::var("WAKALA_PASSWORD") {
        return Ok(password);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("there is no password: set WAKALA_PASSWORD, or write it to standard input")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("there is no password: set WAKALA_PASSWORD, or write it to standard input");
    }
    Ok(password)
}

impl Office {
    async fn enter(args: &Args, password: &str) -> anyhow::Result<Self> {
        let host = args.to.host_str().context("the office's address names no host")?;
        let here = host == "localhost" || host.ends_with(".localhost");
        if args.to.scheme() != "https" && !here {
            bail!("{} is not https: your password would be read on its way", args.to);
        }
        let mut builder = Client::builder().redirect(Policy::none()).timeout(PATIENCE);
        if here {
            // Only browsers know by themselves where these names lead.
            let port = args.to.port_or_known_default().unwrap_or(80);
            builder = builder.no_proxy().resolve(host, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        }
        let client = builder.build().context("no HTTP client")?;
        let base = args.to.join("/api/v1/").context("this is no address of an office")?;
        let mut office = Self { client, base, token: String::new() };
        let entry = office.ask(office.post("auth/login")?.json(&json!({ "email": args.email, "password": password }))).await;
        let mut answer = entry.with_context(|| format!("no entry at {}, which must be your back office, not the site of your customers", args.to))?;
        if let Some(challenge) = answer["challenge"].as_str() {
            let code = args.code.as_deref().context("your account has a second factor: give its present code with --code")?;
            answer = office.ask(office.post("auth/second-factor")?.json(&json!({ "challenge": challenge, "code": code }))).await?;
        }
        office.token = answer["access_token"].as_str().context("the platform answered the log-in with something else")?.to_owned();
        Ok(office)
    }

    fn post(&self, path: &str) -> anyhow::Result<RequestBuilder> {
        Ok(self.client.post(self.base.join(path)?))
    }

    /// The answer, or the platform's words for why not.
    async fn ask(&self, request: RequestBuilder) -> anyhow::Result<Value> {
        let request = if self.token.is_empty() { request } else { request.bearer_auth(&self.token) };
        let response = request.send().await.with_context(|| format!("{} does not answer", self.base))?;
        let status = response.status();
        let body: Value = response.json().await.unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(body);
        }
        let (message, code) = (body["message"].as_str().unwrap_or("no reason given"), body["code"].as_str().unwrap_or("no code"));
        bail!("the platform refuses ({}, {code}): {message}", status.as_u16())
    }

    async fn submission(&self, request: RequestBuilder) -> anyhow::Result<Submission> {
        serde_json::from_value(self.ask(request).await?).context("the platform answered with something else")
    }

    async fn bring_on(&self, package: &Package, term: &Term) -> anyhow::Result<Submission> {
        let here = match self.find(package).await? {
            Some(known) if known.package_sha256 == package.digest() => known,
            _ => {
                term.progress("Handing in", &package.digest());
                self.submission(self.post("publishing/submissions")?.body(package.write()?)).await?
            }
        };
        match here.state.as_str() {
            "draft" => self.submission(self.post(&format!("publishing/submissions/{}/submit", here.id))?).await,
            "approved" => self.submission(self.post(&format!("publishing/submissions/{}/list", here.id))?).await,
            _ => Ok(here),
        }
    }

    /// What was handed in under the same name and version.
    async fn find(&self, package: &Package) -> anyhow::Result<Option<Submission>> {
        let manifest = package.manifest();
        let all = self.ask(self.client.get(self.base.join("publishing/submissions")?)).await?;
        let all: Submissions = serde_json::from_value(all).context("the platform answered with something else")?;
        let Some(line) = all.results.into_iter().find(|line| line.plugin == manifest.id && line.version == manifest.version) else {
            return Ok(None);
        };
        let path = format!("publishing/submissions/{}", line.id);
        self.submission(self.client.get(self.base.join(&path)?)).await.map(Some)
    }
}

impl Show for Published {
    fn good(&self) -> bool {
        self.state != "rejected"
    }

    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        let Self { plugin, version, state, note, .. } = self;
        let state = if self.good() { paint.green(state) } else { paint.red(state) };
        writeln!(out, "{state} {plugin} {version}")?;
        // Of what is decided about, everybody knows already.
        for sentence in self.added.iter().filter(|_| self.state == "submitted") {
            writeln!(out, "  newly asks: {sentence}")?;
        }
        if let Some(note) = note {
            writeln!(out, "  the reviewer: {note}")?;
        }
        match self.state.as_str() {
            "submitted" => writeln!(out, "  it waits for its review; run this again once it is approved, to list it"),
            "listed" => writeln!(out, "  it is in the catalogue, where it stays as it is"),
            "rejected" => writeln!(out, "  mend it, pack and sign it, and publish it again under the same version"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(to: &str) -> String {
        let to = to.parse().expect("an address");
        let args = Args { package: PathBuf::new(), to, email: "asha@example.com".to_owned(), code: None };
        let entered = sandbox::runtime().expect("a runtime").block_on(Office::enter(&args, "secret"));
        format!("{:#}", entered.err().expect("nobody is there"))
    }

    #[test]
    fn a_password_leaves_this_machine_encrypted_only() {
        assert!(refused("http://acme.office.example.com").contains("not https"));
        assert!(refused("http://localhost.example.com").contains("not https"));
        // Nothing listens there, so that it is the connection that fails.
        assert!(refused("http://acme.office.localhost:1").contains("does not answer"));
    }
}
