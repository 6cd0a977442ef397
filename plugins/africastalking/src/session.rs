//! Dialogues over USSD: from everything typed so far, which the provider sends, to what was typed now, which the platform asks.
//!
//! The provider joins all inputs with stars, and readers type stars themselves, so only the text of the turn before tells where the new
//! input begins. That text is kept between turns.

use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::form::Form;
use wakala_plugin_sdk::messaging::dialogue::{Screen, Turn};

/// What a screen may have, the mark included.
const SCREEN: usize = 182;
/// Longest name of a session that is believed.
const SESSION: usize = 100;

/// One request of the provider.
#[derive(Debug, PartialEq, Eq)]
pub struct Hop {
    session: String,
    phone: String,
    service: String,
    network: Option<String>,
    /// Everything typed so far.
    text: String,
}

/// Where a dialogue stands: how many turns there were, where the input of the last one begins, and all that was typed.
#[derive(Debug, PartialEq, Eq)]
pub struct Progress {
    number: u32,
    begins: usize,
    text: String,
}

impl Hop {
    /// Reads a request.
    ///
    /// # Errors
    /// `rejected` with `format` for whatever the provider would not send.
    pub fn read(body: &[u8]) -> Result<Self, PluginError> {
        let form = Form::read(body);
        let required = |name: &str| form.filled(name).ok_or_else(|| PluginError::rejected("format", format!("there is no {name}")));
        let session = required("sessionId")?;
        if session.len() > SESSION || !session.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(PluginError::rejected("format", "this is no name of a session"));
        }
        Ok(Self {
            session: session.to_owned(),
            phone: required("phoneNumber")?.to_owned(),
            service: required("serviceCode")?.to_owned(),
            network: form.filled("networkCode").map(str::to_owned),
            text: form.get("text").unwrap_or_default().to_owned(),
        })
    }

    /// What the dialogue's progress is kept under.
    pub fn key(&self) -> String {
        key(&self.session)
    }

    /// Where the dialogue stands with this request. The same text again is the same turn again.
    pub fn after(&self, before: Option<Progress>) -> Progress {
        let text = self.text.clone();
        let Some(before) = before else { return Progress { number: 0, begins: 0, text } };
        if before.text == text {
            return before;
        }
        let begins = match text.strip_prefix(before.text.as_str()) {
            Some(_) if before.text.is_empty() => 0,
            Some(new) if new.starts_with('*') => before.text.len() + 1,
            // What was typed before is not there any more: the last part is all that can be new.
            _ => text.rfind('*').map_or(0, |star| star + 1),
        };
        Progress { number: before.number.saturating_add(1), begins, text }
    }

    /// The turn to ask the platform about.
    pub fn turn(&self, progress: &Progress) -> Turn {
        Turn {
            session: self.session.clone(),
            number: progress.number,
            service: self.service.clone(),
            phone: self.phone.clone(),
            network: self.network.clone(),
            input: progress.text.get(progress.begins..).unwrap_or_default().to_owned(),
            extra: Vec::new(),
        }
    }
}

impl Progress {
    /// As it is kept.
    pub fn written(&self) -> Vec<u8> {
        format!("{} {} {}", self.number, self.begins, self.text).into_bytes()
    }

    /// From what was kept; none if it cannot be read.
    pub fn read(kept: &[u8]) -> Option<Self> {
        let mut parts = std::str::from_utf8(kept).ok()?.splitn(3, ' ');
        let (number, begins) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { number, begins, text: parts.next()?.to_owned() })
    }
}

/// What the progress of this session is kept under.
pub fn key(session: &str) -> String {
    format!("ussd:{session}")
}

/// A screen as the provider reads it.
pub fn shown(screen: &Screen) -> String {
    let mark = if screen.end { "END" } else { "CON" };
    format!("{mark} {}", screen.text).chars().take(SCREEN).collect()
}

/// The last screen of a dialogue that cannot go on.
pub fn apology(locale: &str) -> String {
    match locale.split('-').next() {
        Some("sw") => "END Samahani, huduma haipatikani kwa sasa. Tafadhali jaribu tena baadaye.".into(),
        _ => "END Sorry, this service is not available now. Please try again later.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(text: &str) -> Hop {
        Hop { session: "ATUid_77aa".into(), phone: "+254700000101".into(), service: "*384*777#".into(), network: None, text: text.into() }
    }

    /// Numbers and inputs of the turns that these texts make.
    fn turns(texts: &[&str]) -> Vec<(u32, String)> {
        let mut kept: Option<Vec<u8>> = None;
        let mut turns = Vec::new();
        for text in texts {
            let hop = hop(text);
            let progress = hop.after(kept.as_deref().and_then(Progress::read));
            let turn = hop.turn(&progress);
            turns.push((turn.number, turn.input));
            kept = Some(progress.written());
        }
        turns
    }

    fn expected(turns: &[(u32, &str)]) -> Vec<(u32, String)> {
        turns.iter().map(|(number, input)| (*number, (*input).to_owned())).collect()
    }

    #[test]
    fn each_turn_has_what_was_typed_since_the_one_before() {
        assert_eq!(turns(&["", "2", "2*500", "2*500*1"]), expected(&[(0, ""), (1, "2"), (2, "500"), (3, "1")]));
    }

    #[test]
    fn a_star_that_the_reader_typed_is_part_of_the_input() {
        assert_eq!(turns(&["", "2", "2*KDA*000", "2*KDA*000**"]), expected(&[(0, ""), (1, "2"), (2, "KDA*000"), (3, "*")]));
        assert_eq!(turns(&["", "*", "**5"]), expected(&[(0, ""), (1, "*"), (2, "5")]));
    }

    #[test]
    fn the_same_request_again_is_the_same_turn() {
        assert_eq!(turns(&["", "", "2", "2", "2*5"]), expected(&[(0, ""), (0, ""), (1, "2"), (1, "2"), (2, "5")]));
    }

    #[test]
    fn a_dialogue_may_begin_with_something_typed_and_may_lose_its_past() {
        assert_eq!(turns(&["7", "7*1"]), expected(&[(0, "7"), (1, "1")]));
        assert_eq!(turns(&["", "2", "9*4"]), expected(&[(0, ""), (1, "2"), (2, "4")]));
    }

    #[test]
    fn a_request_is_read_from_its_form() {
        let body = b"sessionId=ATUid_77aa&phoneNumber=%2B254700000101&networkCode=99999&serviceCode=%2A384%2A777%23&text=2%2A500";
        let expected = Hop { network: Some("99999".into()), text: "2*500".into(), ..hop("") };
        assert_eq!(Hop::read(body), Ok(expected));
        assert!(Hop::read(b"phoneNumber=%2B254700000101&text=").is_err());
        assert!(Hop::read(format!("sessionId={}&phoneNumber=1&serviceCode=1", "a".repeat(101)).as_bytes()).is_err());
    }

    #[test]
    fn a_screen_begins_with_its_mark_and_is_never_too_long() {
        let screen = |text: &str, end| Screen { text: text.into(), end, extra: Vec::new() };
        assert_eq!(shown(&screen("1. My policies", false)), "CON 1. My policies");
        assert_eq!(shown(&screen("Thank you", true)), "END Thank you");
        assert_eq!(shown(&screen(&"a".repeat(300), true)).chars().count(), 182);
    }
}
