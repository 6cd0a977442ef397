//! What payers and the network do: per prompt, by rule in advance, or drawn by lot for load.

use std::net::IpAddr;

use rand::RngExt;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};

/// What the payer does with a prompt, or what happens instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Enters the PIN; paid unless a limit forbids it.
    Approve,
    /// Presses cancel (1032).
    Cancel,
    /// Enters a wrong PIN (2001).
    WrongPin,
    /// Has too little money (1).
    InsufficientFunds,
    /// Never reacts (1037).
    TimeOut,
    /// Any other result the provider knows; codes that are no number travel as text.
    Other {
        /// Result code, for example `26` or `SFC_IC0003`.
        code: String,
        /// Text of the result.
        text: String,
    },
}

/// How the push request itself is answered. The prompt is made in every case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ack {
    /// At once.
    #[default]
    Normal,
    /// Only after the first callback was delivered (or the prompt ended without one).
    AfterCallback,
    /// After so many milliseconds.
    Slow {
        /// Milliseconds to wait before answering.
        ms: u64,
    },
    /// The connection closes without an answer.
    Dropped,
    /// HTTP 500, although the prompt stands.
    ServerError,
}

/// How the outcome reaches the merchant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackMode {
    /// Exactly once, no retry: the provider's normal behaviour.
    #[default]
    Once,
    /// Not at all; only the query knows.
    Never,
    /// The same body twice.
    Twice,
    /// The query says 1037 first; the true outcome and its callback come later.
    Late,
    /// A second callback contradicts the first. After a success the second lies (money stays moved);
    /// after a failure the second is true (money moves then).
    Contradictory,
}

/// Details of the callback.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Callback {
    /// How often, and how truthfully.
    pub mode: CallbackMode,
    /// Milliseconds between the answer and the (first) callback.
    pub delay_ms: u64,
    /// Milliseconds between the first and the second callback.
    pub gap_ms: u64,
    /// Keeps each callback back until it is released by call.
    pub held: bool,
    /// Claims to come from this address instead of the configured one.
    pub source: Option<IpAddr>,
}

impl From<CallbackMode> for Callback {
    fn from(mode: CallbackMode) -> Self {
        Self { mode, ..Self::default() }
    }
}

/// The course of one push.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// How the request is answered.
    pub ack: Ack,
    /// What the payer does; without it the prompt waits for a person until it expires.
    pub answer: Option<Answer>,
    /// Milliseconds until the payer answers.
    pub after_ms: u64,
    /// How the outcome is reported.
    pub callback: Callback,
}

impl Plan {
    /// The payer answers at once, reported once.
    #[must_use]
    pub fn answer(answer: Answer) -> Self {
        Self { answer: Some(answer), ..Self::default() }
    }

    /// The payer answers at once, reported in the given mode.
    #[must_use]
    pub fn answer_with(answer: Answer, mode: CallbackMode) -> Self {
        Self { answer: Some(answer), callback: mode.into(), ..Self::default() }
    }
}

/// A plan for pushes that match all conditions given; without any, the next push.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// Phone that gets the prompt, 12 digits.
    pub phone: Option<String>,
    /// Amount in whole shillings.
    pub amount: Option<u64>,
    /// Account reference shown to the payer.
    pub account_reference: Option<String>,
    /// Shortcode of the merchant.
    pub shortcode: Option<String>,
    /// How often the rule applies; 0 means for ever.
    pub times: u32,
    /// What happens then.
    pub plan: Plan,
}

impl Rule {
    /// Applies to the next push, whatever it is.
    #[must_use]
    pub fn next(plan: Plan) -> Self {
        Self { times: 1, plan, ..Self::default() }
    }

    /// Applies to every push to a phone.
    #[must_use]
    pub fn phone(phone: &str, plan: Plan) -> Self {
        Self { phone: Some(phone.to_owned()), plan, ..Self::default() }
    }

    /// Applies to every push over an amount of whole shillings.
    #[must_use]
    pub fn amount(amount: u64, plan: Plan) -> Self {
        Self { amount: Some(amount), plan, ..Self::default() }
    }

    fn matches(&self, push: &Pushed<'_>) -> bool {
        let same = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|w| w == is);
        same(&self.phone, push.phone)
            && same(&self.account_reference, push.account_reference)
            && same(&self.shortcode, push.shortcode)
            && self.amount.is_none_or(|amount| amount == push.amount)
    }
}

/// What a rule can look at.
pub(crate) struct Pushed<'a> {
    pub phone: &'a str,
    pub amount: u64,
    pub account_reference: &'a str,
    pub shortcode: &'a str,
}

/// Takes the plan of the first matching rule and uses it up.
pub(crate) fn take_plan(rules: &mut Vec<Rule>, push: &Pushed<'_>) -> Option<Plan> {
    let at = rules.iter().position(|rule| rule.matches(push))?;
    let rule = rules.get_mut(at)?;
    let plan = rule.plan.clone();
    match rule.times {
        0 => {}
        1 => {
            rules.remove(at);
        }
        _ => rule.times -= 1,
    }
    Some(plan)
}

/// Answers all prompts by lot. Numbers beside the delays are weights; all zero means always approve, once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AutoAnswer {
    /// Milliseconds until the answer.
    pub after_ms: u64,
    /// Up to so many milliseconds more, drawn evenly.
    pub spread_ms: u64,
    /// Weight of approval.
    pub approve: u32,
    /// Weight of cancelling.
    pub cancel: u32,
    /// Weight of a wrong PIN.
    pub wrong_pin: u32,
    /// Weight of too little money.
    pub insufficient_funds: u32,
    /// Weight of no reaction.
    pub time_out: u32,
    /// Weight of one callback.
    pub once: u32,
    /// Weight of no callback.
    pub never: u32,
    /// Weight of the same callback twice.
    pub twice: u32,
    /// Weight of a late callback.
    pub late: u32,
    /// Weight of contradictory callbacks.
    pub contradictory: u32,
    /// Milliseconds of delay for late and second callbacks.
    pub gap_ms: u64,
}

impl AutoAnswer {
    /// Always approves, after the given milliseconds.
    #[must_use]
    pub fn approve_after(after_ms: u64) -> Self {
        Self { after_ms, approve: 1, ..Self::default() }
    }

    pub(crate) fn draw(&self, rng: &mut StdRng) -> Plan {
        let answer = lot(
            rng,
            [
                (self.approve, Answer::Approve),
                (self.cancel, Answer::Cancel),
                (self.wrong_pin, Answer::WrongPin),
                (self.insufficient_funds, Answer::InsufficientFunds),
                (self.time_out, Answer::TimeOut),
            ],
        )
        .unwrap_or(Answer::Approve);
        let mode = lot(
            rng,
            [
                (self.once, CallbackMode::Once),
                (self.never, CallbackMode::Never),
                (self.twice, CallbackMode::Twice),
                (self.late, CallbackMode::Late),
                (self.contradictory, CallbackMode::Contradictory),
            ],
        )
        .unwrap_or_default();
        let delay_ms = if mode == CallbackMode::Late { self.gap_ms } else { 0 };
        Plan {
            ack: Ack::Normal,
            answer: Some(answer),
            after_ms: self.after_ms + rng.random_range(0..=self.spread_ms),
            callback: Callback { mode, delay_ms, gap_ms: self.gap_ms, ..Callback::default() },
        }
    }
}

fn lot<T, const N: usize>(rng: &mut StdRng, tickets: [(u32, T); N]) -> Option<T> {
    let all: u64 = tickets.iter().map(|(weight, _)| u64::from(*weight)).sum();
    if all == 0 {
        return None;
    }
    let mut drawn = rng.random_range(0..all);
    for (weight, what) in tickets {
        match drawn.checked_sub(u64::from(weight)) {
            Some(rest) => drawn = rest,
            None => return Some(what),
        }
    }
    None
}

/// How an ill gateway behaves, for every provider endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outage {
    /// HTTP 500 `500.003.1001` "Internal Server Error".
    ServerError,
    /// HTTP 500 `500.003.02` "System is busy. Please try again in few minutes."
    Busy,
    /// Closes the connection without an answer.
    Dropped,
    /// Never answers.
    Silent,
}
