//! The plugin in its sandbox, its provider beside it, and the playing of scenarios between them.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use plugin_host::manifest::Manifest;
use plugin_host::model::{CallContext, Inbound};
use plugin_host::{CallSpec, Capabilities, HostConfig, HostOverrides, Limits, Plugin, PluginHost, verify_webhook};
use serde_json::{Value, json};
use simulators::scripted::{self, Callback, Script, Scripted, Seen};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use url::Url;
use uuid::Uuid;

use super::call::{self, Outcomes, Said};
use super::installation::Installation;
use super::material::{Named, Settings};
use super::scenario::{CallName, Step};
use super::{Cost, Request, Tried, TriedStep, judge};
use crate::nothing::Nowhere;

/// Longest wait for a request that the simulator makes by itself; its scripts delay nothing for longer than a minute.
const PATIENCE: Duration = Duration::from_secs(65);
/// Bytes of one answer, or of one event, that a report shows.
const SHOWN: usize = 16 << 10;
/// Events of one step that it shows.
const EVENTS: usize = 50;

/// Everything a scenario is played on.
pub struct Stage {
    folder: PathBuf,
    manifest: Arc<Manifest>,
    simulator: Scripted,
    callbacks: UnboundedReceiver<Callback>,
    plugin: Arc<Plugin>,
    // Last, since its threads serve the plugin until then.
    _host: PluginHost,
}

impl Stage {
    /// Starts provider and sandbox for the package in `folder`. Whatever `config` says of names and stand-ins, the plugin reaches its
    /// package's simulator only.
    ///
    /// # Errors
    /// Scripts contradict each other, or the component does not load.
    pub async fn open(
        mut config: HostConfig,
        folder: &Path,
        component: &[u8],
        manifest: &Arc<Manifest>,
        scripts: Vec<Script>,
    ) -> anyhow::Result<Self> {
        let (sender, callbacks) = unbounded_channel();
        let simulator = scripted::start(scripts, sender).await.context("simulator")?;
        let mut overrides = HostOverrides::default();
        for host in simulator.hosts() {
            overrides.insert(&host, &simulator.url()).with_context(|| format!("simulator: {host}"))?;
        }
        config.overrides = overrides;
        config.resolver = Arc::new(Nowhere);
        let host = PluginHost::new(config).context("the plugin host does not start")?;
        let plugin = host.prepare(component, manifest).await.context("the component does not load")?;
        Ok(Self { folder: folder.to_owned(), manifest: Arc::clone(manifest), simulator, callbacks, plugin, _host: host })
    }

    /// Plays a scenario with the package's settings, up to the first step that goes wrong.
    pub async fn play(&mut self, named: &Named, settings: &Settings) -> Tried {
        self.simulator.begin_again();
        while self.callbacks.try_recv().is_ok() {}
        let Named { file, scenario } = named;
        let mut tried = Tried { file: file.clone(), name: scenario.name.clone(), passed: false, steps: Vec::new() };
        let installation = match Installation::new(&self.manifest, &self.folder, settings, scenario) {
            Ok(installation) => Arc::new(installation),
            Err(why) => {
                tried.steps.extend(scenario.steps.first().map(|step| TriedStep::not_begun(step.call, why)));
                return tried;
            }
        };
        for step in &scenario.steps {
            let done = self.step(step, &installation).await;
            let wrong = done.problem.is_some();
            tried.steps.push(done);
            if wrong {
                return tried;
            }
        }
        tried.passed = true;
        tried
    }

    async fn step(&mut self, step: &Step, installation: &Arc<Installation>) -> TriedStep {
        let before = self.simulator.seen().len();
        let spec = self.spec(&step.key, installation);
        let said = match step.call {
            CallName::Webhook => match call::inbound(&step.input, installation.now_ms()) {
                Ok(request) => self.hand_over(spec, request, installation).await,
                Err(why) => Err(why),
            },
            CallName::Callback => match self.next_callback(installation).await {
                Ok(request) => self.hand_over(spec, request, installation).await,
                Err(why) => Err(why),
            },
            name => call::perform(&self.plugin, spec, name, &step.input).await,
        };
        let said = match said {
            Ok(said) => said,
            Err(why) => return TriedStep::not_begun(step.call, why),
        };
        let seen: Vec<Seen> = self.simulator.seen().into_iter().skip(before).collect();
        let problem = judge::problem(&step.expect, &said, &seen, &self.manifest);
        TriedStep::of(step.call, said, &seen, problem)
    }

    /// What the platform does with a request of the provider before and while the plugin reads it.
    async fn hand_over(&self, spec: CallSpec, request: Inbound, installation: &Installation) -> Result<Said, String> {
        let webhook = self
            .manifest
            .webhook(&request.name, &request.method)
            .ok_or_else(|| format!("the manifest has no webhook `{}` for {}", request.name, request.method))?;
        // If nothing else is said, the provider calls from where the manifest says it does.
        let stated = request.source_ip.parse().ok().or_else(|| webhook.source_ips.first().map(|network| network.addr()));
        let source = stated.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        verify_webhook(webhook, installation, source, &request.headers, &request.body)
            .map_err(|why| format!("the platform would not take it: {why}"))?;
        let request = Inbound { source_ip: source.to_string(), ..request };
        Ok(call::hand_over(&self.plugin, spec, webhook, request).await)
    }

    /// The next request that the simulator makes by itself.
    async fn next_callback(&mut self, installation: &Installation) -> Result<Inbound, String> {
        let callback = tokio::time::timeout(PATIENCE, self.callbacks.recv()).await.ok().flatten().ok_or("the simulator made no callback")?;
        let address = callback.url.split('?').next().unwrap_or_default();
        let hook = installation.hook(address).ok_or_else(|| format!("the callback goes to {address}, which the plugin never asked for"))?;
        let query = Url::parse(&callback.url).ok().and_then(|url| url.query().map(str::to_owned)).unwrap_or_default();
        Ok(Inbound {
            name: hook.name,
            subject: hook.subject,
            method: callback.method,
            path: String::new(),
            query,
            headers: callback.headers,
            body: callback.body,
            source_ip: callback.source.map(|source| source.to_string()).unwrap_or_default(),
            received_ms: installation.now_ms(),
            extra: Vec::new(),
        })
    }

    fn spec(&self, key: &str, installation: &Arc<Installation>) -> CallSpec {
        CallSpec {
            tenant: Uuid::nil(),
            installation: Uuid::nil(),
            context: CallContext {
                idempotency_key: key.to_owned(),
                attempt: 1,
                live: false,
                locale: "en-KE".to_owned(),
                correlation_id: "trial".to_owned(),
                extra: Vec::new(),
            },
            grants: Arc::new(installation.grants(&self.manifest)),
            caps: Arc::clone(installation) as Arc<dyn Capabilities>,
            limits: Limits::default(),
            blobs: Vec::new(),
        }
    }
}

impl TriedStep {
    fn of(call: CallName, said: Said, seen: &[Seen], problem: Option<String>) -> Self {
        let requests = seen
            .iter()
            .map(|request| Request { line: format!("{} {}{}", request.method, request.host, request.path), exchange: request.exchange.clone() });
        // What the host refused never reached the provider.
        let refused = said.exchanges.iter().filter(|exchange| exchange.status.is_none() && !exchange.may_have_arrived).map(|exchange| Request {
            line: format!("{} {}{}: {}", exchange.method, exchange.host, exchange.path, exchange.error.as_deref().unwrap_or("not sent")),
            exchange: None,
        });
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let usage = said.usage;
        Self {
            call,
            requests: requests.chain(refused).collect(),
            log: said.log.iter().map(|line| line.message.clone()).collect(),
            said: match said.outcome {
                Outcomes::Answer(answer) => shown(answer),
                Outcomes::Declined(error) => shown(json!({ "declined": error })),
                Outcomes::Broken(why) => json!({ "broken": why }),
            },
            events: said.events.into_iter().take(EVENTS).map(shown).collect(),
            cost: Cost { cpu_ms: millis(usage.cpu), wall_ms: millis(usage.duration), memory_kib: usage.memory_peak.div_ceil(1024) },
            problem: problem.map(|problem| problem.chars().filter(|letter| *letter != '\0').take(SHOWN).collect()),
        }
    }

    fn not_begun(call: CallName, why: String) -> Self {
        Self { call, said: Value::Null, events: Vec::new(), requests: Vec::new(), log: Vec::new(), cost: Cost::default(), problem: Some(why) }
    }
}

/// What a report can hold of a plugin's words: neither more than somebody reads, nor a character that no database takes.
fn shown(said: Value) -> Value {
    let text = said.to_string();
    if text.len() <= SHOWN && !text.contains("\\u0000") { said } else { Value::String(text.chars().take(SHOWN).collect()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_shows_an_answer_as_it_is_or_its_beginning() {
        let short = json!({ "state": "received", "path": "C:\\u" });
        assert_eq!(shown(short.clone()), short);
        let long = shown(json!({ "message": "x".repeat(1 << 20) }));
        assert!(long.as_str().is_some_and(|text| text.len() == SHOWN && text.starts_with(r#"{"message":"xx"#)));
        assert_eq!(shown(json!("a\u{0}b")), json!(r#""a\u0000b""#));
    }
}
