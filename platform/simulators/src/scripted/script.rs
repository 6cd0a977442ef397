//! The files: what may stand in a script, and what must hold in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::asked::Asked;
use super::callback::CallbackPlan;
use super::pattern::{PathPattern, difference, text_fits};
use super::record::Record;
use super::template::{self, Source};

/// Largest file.
const FILE: usize = 256 << 10;
const EXCHANGES: usize = 200;
const CALLBACKS: usize = 5;
/// Longest delay of an answer or a callback.
pub(super) const LONGEST_MS: u64 = 60_000;

/// One file: a provider's behaviour at one or more hosts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Hosts it stands in for, as the manifest writes them; with `:port` if that is not 443.
    pub(super) hosts: Vec<String>,
    #[serde(default, rename = "exchange")]
    pub(super) exchanges: Vec<Exchange>,
}

/// A request that is taken, and what follows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchange {
    pub name: String,
    /// How often it answers; afterwards the next that fits does.
    pub times: Option<u32>,
    pub request: RequestPattern,
    #[serde(default)]
    pub response: Response,
    /// What the provider remembers of it.
    pub keep: Option<Record>,
    #[serde(default, rename = "callback")]
    pub callbacks: Vec<CallbackPlan>,
}

/// What a request must have. Texts may end in a star, which stands for any ending.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestPattern {
    pub method: String,
    pub path: PathPattern,
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub form: BTreeMap<String, String>,
    /// Fields of a JSON body; those that are not named do not matter.
    pub json: Option<Value>,
    /// What an earlier request left behind, and must be there.
    pub kept: Option<Record>,
}

/// What is answered. Texts may have holes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Response {
    #[serde(default = "ok")]
    pub status: u16,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub json: Option<Value>,
    pub text: Option<String>,
    #[serde(default)]
    pub delay_ms: u64,
    /// Closes the connection instead of answering.
    #[serde(default)]
    pub drop: bool,
}

impl Default for Response {
    fn default() -> Self {
        Self { status: ok(), headers: BTreeMap::new(), json: None, text: None, delay_ms: 0, drop: false }
    }
}

fn ok() -> u16 {
    200
}

/// What is wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", .line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct ScriptError {
    /// Where, if it has one place.
    pub line: Option<usize>,
    /// What, and what would be right.
    pub message: String,
}

impl ScriptError {
    fn new(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }
}

impl Script {
    /// Reads a file's text.
    ///
    /// # Errors
    /// The first thing that is wrong: a key that means nothing, a hole that nothing can fill.
    pub fn read(text: &str) -> Result<Self, ScriptError> {
        if text.len() > FILE {
            return Err(ScriptError::new(format!("a script has at most {} KiB", FILE >> 10)));
        }
        let mut script: Self = toml::from_str(text).map_err(|error| ScriptError {
            line: error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1),
            message: error.message().to_owned(),
        })?;
        script.check()?;
        for host in &mut script.hosts {
            *host = host.strip_suffix(":443").unwrap_or(host.as_str()).to_ascii_lowercase();
        }
        Ok(script)
    }

    /// Hosts it stands in for, lower case; with `:port` if that is not 443.
    #[must_use]
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// Stands in for one more host, written as [`Script::hosts`] gives them.
    pub fn add_host(&mut self, host: String) {
        if !self.hosts.contains(&host) {
            self.hosts.push(host);
        }
    }

    fn check(&self) -> Result<(), ScriptError> {
        if self.hosts.is_empty() || self.exchanges.is_empty() {
            return Err(ScriptError::new("a script names the hosts it stands in for, and has at least one exchange"));
        }
        if self.exchanges.len() > EXCHANGES {
            return Err(ScriptError::new(format!("a script has at most {EXCHANGES} exchanges")));
        }
        let mut names = BTreeSet::new();
        for exchange in &self.exchanges {
            if exchange.name.is_empty() || !names.insert(exchange.name.as_str()) {
                return Err(ScriptError::new(format!("an exchange needs a name of its own; `{}` is none", exchange.name)));
            }
        }
        let wrong = |exchange: &Exchange, message: String| ScriptError::new(format!("exchange `{}`: {message}", exchange.name));
        self.exchanges.iter().try_for_each(|exchange| exchange.check(&names).map_err(|message| wrong(exchange, message)))
    }
}

impl Exchange {
    /// Whether the request is the one meant; the captures of its path, if so.
    pub fn fit(&self, asked: &Asked) -> Option<BTreeMap<String, String>> {
        let wanted = &self.request;
        let fits = wanted.method.eq_ignore_ascii_case(&asked.method)
            && all_fit(&wanted.query, |name| asked.query(name))
            && all_fit(&wanted.headers, |name| asked.header(name))
            && all_fit(&wanted.form, |name| asked.form(name))
            && wanted.json.as_ref().is_none_or(|meant| difference(meant, &asked.json).is_none());
        if fits { wanted.path.fit(&asked.path) } else { None }
    }

    fn check(&self, names: &BTreeSet<&str>) -> Result<(), String> {
        let response = &self.response;
        if !(100..=599).contains(&response.status) {
            return Err(format!("{} is no status", response.status));
        }
        if self.times == Some(0) {
            return Err("`times` is at least 1".to_owned());
        }
        if response.json.is_some() && response.text.is_some() {
            return Err("an answer has `json` or `text`, not both".to_owned());
        }
        if self.callbacks.len() > CALLBACKS {
            return Err(format!("there are at most {CALLBACKS} callbacks"));
        }
        if response.delay_ms > LONGEST_MS || self.callbacks.iter().any(|callback| callback.after_ms > LONGEST_MS) {
            return Err(format!("nothing is delayed for more than {LONGEST_MS} ms"));
        }
        for text in response.headers.values().chain(&response.text) {
            self.check_holes(text, names)?;
        }
        if let Some(document) = &response.json {
            self.check_document(document, names)?;
        }
        if let Some(wanted) = &self.request.kept {
            let early = |source: &Source<'_>| matches!(source, Source::Count(_) | Source::Number | Source::Kept(_));
            if template::sources(&wanted.under)?.iter().any(early) {
                return Err("which record a request is about says the request itself, by path, query, header, body or form".to_owned());
            }
            self.check_holes(&wanted.under, names)?;
        }
        if let Some(record) = &self.keep {
            self.check_holes(&record.under, names)?;
            self.check_document(&record.json, names)?;
        }
        for callback in &self.callbacks {
            callback.check()?;
            for text in callback.texts() {
                self.check_holes(text, names)?;
            }
            if let Some(document) = &callback.json {
                self.check_document(document, names)?;
            }
        }
        Ok(())
    }

    fn check_document(&self, document: &Value, names: &BTreeSet<&str>) -> Result<(), String> {
        match document {
            Value::String(text) => self.check_holes(text, names),
            Value::Array(list) => list.iter().try_for_each(|value| self.check_document(value, names)),
            Value::Object(fields) => fields.values().try_for_each(|value| self.check_document(value, names)),
            _ => Ok(()),
        }
    }

    fn check_holes(&self, text: &str, names: &BTreeSet<&str>) -> Result<(), String> {
        for source in template::sources(text)? {
            match source {
                Source::Path(name) if !self.request.path.captures(name) => return Err(format!("the path captures no `{name}`")),
                Source::Kept(_) if self.request.kept.is_none() => return Err("`request.kept` names no record to fill in from".to_owned()),
                Source::Count(name) if !names.contains(name) => return Err(format!("there is no exchange `{name}` to count")),
                _ => {}
            }
        }
        Ok(())
    }
}

fn all_fit<'a>(meant: &BTreeMap<String, String>, found: impl Fn(&str) -> Option<&'a str>) -> bool {
    meant.iter().all(|(name, text)| found(name).is_some_and(|found| text_fits(text, found)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAY: &str = r#"
hosts = ["sandbox.example.com"]

[[exchange]]
name = "pay"
[exchange.request]
method = "POST"
path = "/v1/payments"
[exchange.response]
status = 201
json = { id = "pay-{{count.pay}}" }
"#;

    #[test]
    fn a_script_in_order_is_read() {
        let script = Script::read(PAY).expect("a script");
        assert_eq!(script.hosts, ["sandbox.example.com"]);
        assert_eq!(script.exchanges[0].response.status, 201);
    }

    #[test]
    fn a_key_that_means_nothing_is_refused_at_its_line() {
        let wrong = Script::read(&PAY.replace("status = 201", "state = 201")).expect_err("refused");
        assert_eq!(wrong.line, Some(10), "{wrong}");
        assert!(wrong.message.contains("unknown field `state`"), "{wrong}");
    }

    #[test]
    fn what_cannot_be_filled_in_is_refused_by_the_name_of_its_exchange() {
        let holes = [
            ("path.id", "captures no `id`"),
            ("count.other", "no exchange `other`"),
            ("kept.amount", "names no record"),
            ("env.HOME", "nothing to fill in"),
        ];
        for (hole, why) in holes {
            let wrong = Script::read(&PAY.replace("count.pay", hole)).expect_err("refused").to_string();
            assert!(wrong.starts_with("exchange `pay`: ") && wrong.contains(why), "{wrong}");
        }
    }

    #[test]
    fn a_script_says_what_it_answers_and_only_once() {
        for (from, to) in [
            ("status = 201", "status = 1"),
            ("status = 201", "text = \"twice\""),
            ("status = 201", "delay_ms = 3600000"),
            ("name = \"pay\"", "name = \"pay\"\ntimes = 0"),
            ("hosts = [\"sandbox.example.com\"]", "hosts = []"),
            ("path = \"/v1/payments\"", "path = \"v1\""),
            ("path = \"/v1/payments\"", "path = \"/v1/payments\"\nkept = { under = \"{{number}}\" }"),
            ("status = 201", "[exchange.keep]\nunder = \"{{kept.id}}\""),
        ] {
            assert!(Script::read(&PAY.replace(from, to)).is_err(), "{to}");
        }
    }
}
