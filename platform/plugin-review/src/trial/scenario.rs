//! `scenarios/*.toml`: what may stand in one, and what must hold in it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

const STEPS: usize = 100;
/// What every payment is called that has no key of its own.
const KEY: &str = "scenario-key-0001";

/// A course of calls with what is expected of each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// A sentence that says what holds.
    pub name: String,
    /// Settings that differ from `scenarios/settings.toml`.
    #[serde(default)]
    pub settings: BTreeMap<String, Value>,
    /// What the platform answers to look-ups, by name.
    #[serde(default)]
    pub lookups: BTreeMap<String, Value>,
    /// Texts of the platform's files, by the id under which input names them.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// What the platform shows in dialogues over USSD; the first that fits a turn answers.
    #[serde(default, rename = "screen")]
    pub screens: Vec<Shown>,
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// A screen of the platform, and the turn that it answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Of the turn only what is named counts.
    #[serde(default)]
    pub turn: Value,
    pub text: String,
    /// Whether the dialogue is over.
    #[serde(default)]
    pub end: bool,
}

/// One call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub call: CallName,
    /// The idempotency key.
    #[serde(default = "key")]
    pub key: String,
    /// The arguments by name.
    #[serde(default)]
    pub input: Value,
    #[serde(default)]
    pub expect: Expect,
}

/// What can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallName {
    Check,
    Activate,
    Deactivate,
    MigrateConfig,
    /// A request of the provider, as given.
    Webhook,
    /// The next request that the simulator makes by itself.
    Callback,
    Poll,
    Collect,
    Query,
    Refund,
    QueryRefund,
    PayOut,
    QueryPayout,
    StatementPage,
    ReadStatement,
    Balances,
    Forget,
    Send,
    Templates,
    AnswerUssd,
    Quote,
    Bind,
    Policy,
    QuoteChange,
    Endorse,
    EndPolicy,
    NotifyClaim,
    SupplyClaim,
    Claim,
    PrecheckCertificate,
    IssueCertificate,
    ConfirmCertificate,
    ValidateCertificate,
    CertificateDocument,
    CancelCertificate,
    RegisterMandate,
    AmendMandate,
    CancelMandate,
    MandateStanding,
    SubmitRun,
    RunResults,
    SubmitSchedule,
    ScheduleAnswers,
    RunCheck,
    QueryCheck,
    /// Tells of something that happened in the platform.
    Tell,
    Complete,
}

/// What must come of it. Of answers and events only what is named counts.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub answer: Option<Value>,
    pub error: Option<Value>,
    pub events: Option<Vec<Value>>,
    /// Exchanges of the simulator that take the plugin's requests, in order.
    pub requests: Option<Vec<String>>,
}

fn key() -> String {
    KEY.to_owned()
}

/// As files name it.
impl fmt::Display for CallName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl FromStr for CallName {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        serde_json::from_value(Value::from(word)).map_err(|error| error.to_string())
    }
}

impl Scenario {
    /// A single call of which nothing is expected.
    pub fn of_one(call: CallName, input: Value) -> Self {
        let step = Step { call, key: key(), input, expect: Expect::default() };
        Self {
            name: call.to_string(),
            settings: BTreeMap::new(),
            lookups: BTreeMap::new(),
            files: BTreeMap::new(),
            screens: Vec::new(),
            steps: vec![step],
        }
    }

    /// What is wrong with it beyond its form.
    pub fn flaw(&self) -> Option<String> {
        if self.steps.is_empty() || self.steps.len() > STEPS {
            return Some(format!("a scenario has 1 to {STEPS} steps"));
        }
        self.steps.iter().enumerate().find_map(|(n, step)| step.flaw().map(|flaw| format!("step {}: {flaw}", n + 1)))
    }
}

impl Step {
    fn flaw(&self) -> Option<&'static str> {
        let fits = (16..=50).contains(&self.key.len()) && self.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !fits {
            return Some("a key has 16 to 50 of a-z, 0-9 and hyphen");
        }
        (self.expect.answer.is_some() && self.expect.error.is_some()).then_some("a call is answered or declined, not both")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Scenario {
        toml::from_str(text).expect("a scenario")
    }

    #[test]
    fn a_step_needs_no_more_than_a_call() {
        let scenario = read("name = \"It connects\"\n[[step]]\ncall = \"check\"\n");
        assert_eq!(scenario.flaw(), None);
        assert_eq!((scenario.steps[0].call, scenario.steps[0].key.as_str()), (CallName::Check, KEY));
    }

    #[test]
    fn a_screen_names_the_turn_that_it_answers() {
        let scenario = read("name = \"x\"\n[[screen]]\nturn = { number = 0 }\ntext = \"Welcome\"\n[[step]]\ncall = \"check\"\n");
        assert_eq!(scenario.screens.len(), 1);
        assert_eq!((scenario.screens[0].turn["number"].as_u64(), scenario.screens[0].end), (Some(0), false));
    }

    #[test]
    fn calls_are_read_as_they_are_written() {
        assert_eq!("pay-out".parse::<CallName>(), Ok(CallName::PayOut));
        assert_eq!(CallName::PayOut.to_string(), "pay-out");
        assert!("payout".parse::<CallName>().is_err_and(|why| why.contains("unknown variant `payout`")));
    }

    #[test]
    fn the_step_that_cannot_be_is_named() {
        let both = read("name = \"x\"\n[[step]]\ncall = \"check\"\n[[step]]\ncall = \"pay-out\"\nexpect = { answer = {}, error = {} }\n");
        assert!(both.flaw().is_some_and(|flaw| flaw.starts_with("step 2")));
        assert!(read("name = \"x\"\n[[step]]\ncall = \"check\"\nkey = \"Short\"\n").flaw().is_some());
        assert!(read("name = \"x\"\n").flaw().is_some());
        assert!(toml::from_str::<Scenario>("name = \"x\"\n[[step]]\ncall = \"dance\"\n").is_err());
    }
}
