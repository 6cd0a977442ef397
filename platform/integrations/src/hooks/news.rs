//! Reports that are not about payments: of messages, cover, claims, mandates, collections and checks. Read as the interface describes
//! them, and checked before anything is made of them.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::money::{Currency, Money};
use plugin_host::model::Event;
use ports::{
    check::Verdict,
    insurer::{ClaimState, CoverState},
    mandate::{LineState, MandateState},
    report::{CheckReported, ClaimReported, CollectionReported, CoverReported, MandateReported, MessageReported, MessageState, Source},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::store::Delivery;
use crate::{
    ask::instant,
    inbox::{NewMessage, Wish},
};

/// Longest name or code that is kept.
const TEXT: usize = 200;
/// Letters of a message that are kept.
const MESSAGE: usize = 4_000;
/// How a message may have come; any other way is a chat.
const CHANNELS: [&str; 5] = ["sms", "whatsapp", "email", "voice", "chat"];

/// A report with the delivery it came by.
pub(super) struct Told<'a> {
    pub delivery_id: Uuid,
    pub delivery: &'a Delivery,
    pub event: &'a Event,
}

impl Told<'_> {
    fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_str(&self.event.data).map_err(|error| error.to_string())
    }

    fn source(&self) -> Source {
        Source { delivery: self.delivery_id, installation: self.delivery.installation, is_trusted: self.delivery.source_trusted }
    }

    /// When it happened, not later than it came.
    fn happened_at(&self) -> DateTime<Utc> {
        let came = self.delivery.received_at;
        self.event.occurred_ms.and_then(instant).filter(|at| *at < came).unwrap_or(came)
    }

    /// Our name of the thing. The address proves it, or a signature; a report may not speak of another one.
    fn ours(&self, claimed: Option<String>) -> Result<Option<String>, String> {
        match (&self.delivery.subject, claimed) {
            (Some(subject), Some(claimed)) if *subject != claimed => Err("it is not what its address was made for".to_owned()),
            (Some(subject), _) => Ok(Some(subject.clone())),
            (None, claimed) => Ok(claimed.filter(|_| self.delivery.signature_verified)),
        }
    }
}

fn short(text: Option<String>) -> Option<String> {
    text.map(|text| kept(&text, TEXT))
}

/// The beginning of a text, without the character of number zero, which the database cannot hold.
fn kept(text: &str, most: usize) -> String {
    text.chars().filter(|letter| *letter != '\0').take(most).collect()
}

fn channel(word: &str) -> &'static str {
    CHANNELS.into_iter().find(|channel| *channel == word).unwrap_or("chat")
}

fn name(text: String) -> Result<String, String> {
    if text.is_empty() || text.len() > TEXT { Err("no usable provider_ref".to_owned()) } else { Ok(text) }
}

fn money(minor: Option<i64>, currency: Option<&str>) -> Result<Option<Money>, String> {
    let Some(minor) = minor else { return Ok(None) };
    if minor < 0 {
        return Err("an amount is negative".to_owned());
    }
    let currency = currency.ok_or("an amount without a currency")?;
    Ok(Some(Money::new(minor, Currency::from_code(currency).map_err(|error| error.to_string())?)))
}

/// `message.updated`. None: a word that is not known changes nothing.
pub(super) fn message(told: &Told<'_>) -> Result<Option<MessageReported>, String> {
    #[derive(Deserialize)]
    struct Data {
        provider_ref: Option<String>,
        message_id: Option<Uuid>,
        state: String,
        code: Option<String>,
        permanent: Option<bool>,
    }
    let data: Data = told.read()?;
    if data.provider_ref.is_none() && data.message_id.is_none() {
        return Err("neither message_id nor provider_ref".to_owned());
    }
    Ok(MessageState::from_name(&data.state).map(|state| MessageReported {
        source: told.source(),
        message: data.message_id,
        provider_ref: short(data.provider_ref),
        state,
        code: short(data.code),
        is_permanent: data.permanent.unwrap_or(false),
    }))
}

/// `message.received`. Of files only the number is taken.
pub(super) fn received(told: &Told<'_>) -> Result<NewMessage, String> {
    #[derive(Deserialize)]
    struct Data {
        provider_ref: Option<String>,
        channel: String,
        sender: String,
        name: Option<String>,
        text: Option<String>,
        choice_id: Option<String>,
        reaction: Option<String>,
        location: Option<Place>,
        files: Option<Vec<Value>>,
    }
    #[derive(Deserialize)]
    struct Place {
        lat: Value,
        lon: Value,
    }
    let data: Data = told.read()?;
    let sender = kept(data.sender.trim(), TEXT);
    if sender.is_empty() {
        return Err("it is from nobody".to_owned());
    }
    let place = data.location.map(|place| format!("{}, {}", place.lat, place.lon));
    let text = [data.text, data.choice_id, data.reaction, place].into_iter().flatten().find(|text| !text.trim().is_empty()).unwrap_or_default();
    Ok(NewMessage {
        source: told.source(),
        channel: channel(&data.channel),
        provider_ref: data.provider_ref.map(|reference| kept(&reference, TEXT)),
        sender,
        sender_name: data.name.map(|name| kept(&name, TEXT)).filter(|name| !name.is_empty()),
        text: kept(&text, MESSAGE),
        files: i32::try_from(data.files.unwrap_or_default().len()).unwrap_or(i32::MAX),
        wish: None,
        happened_at: told.happened_at(),
    })
}

/// `contact.preference`.
pub(super) fn preference(told: &Told<'_>) -> Result<NewMessage, String> {
    #[derive(Deserialize)]
    struct Data {
        channel: String,
        address: String,
        opted_in: bool,
        reason: Option<String>,
    }
    let data: Data = told.read()?;
    let sender = kept(data.address.trim(), TEXT);
    if sender.is_empty() {
        return Err("it is about nobody".to_owned());
    }
    Ok(NewMessage {
        source: told.source(),
        channel: channel(&data.channel),
        provider_ref: None,
        sender,
        sender_name: None,
        text: kept(&data.reason.unwrap_or_default(), TEXT),
        files: 0,
        wish: Some(if data.opted_in { Wish::Resume } else { Wish::Stop }),
        happened_at: told.happened_at(),
    })
}

/// `policy.updated`.
pub(super) fn cover(told: &Told<'_>) -> Result<Option<CoverReported>, String> {
    #[derive(Deserialize)]
    struct Data {
        provider_ref: String,
        number: Option<String>,
        state: String,
        starts: Option<NaiveDate>,
        ends: Option<NaiveDate>,
    }
    let data: Data = told.read()?;
    Ok(Some(CoverReported {
        source: told.source(),
        provider_ref: name(data.provider_ref)?,
        number: short(data.number),
        state: CoverState::from_name(&data.state).unwrap_or(CoverState::Pending),
        starts: data.starts,
        ends: data.ends,
    }))
}

/// `claim.updated`.
pub(super) fn claim(told: &Told<'_>) -> Result<Option<ClaimReported>, String> {
    #[derive(Deserialize)]
    struct Data {
        provider_ref: String,
        number: Option<String>,
        state: String,
        approved_minor: Option<i64>,
        paid_minor: Option<i64>,
        currency: Option<String>,
    }
    let data: Data = told.read()?;
    Ok(Some(ClaimReported {
        source: told.source(),
        provider_ref: name(data.provider_ref)?,
        number: short(data.number),
        state: ClaimState::from_name(&data.state).unwrap_or(ClaimState::InReview),
        approved: money(data.approved_minor, data.currency.as_deref())?,
        paid: money(data.paid_minor, data.currency.as_deref())?,
    }))
}

/// `mandate.updated`.
pub(super) fn mandate(told: &Told<'_>) -> Result<Option<MandateReported>, String> {
    #[derive(Deserialize)]
    struct Data {
        reference: Option<String>,
        provider_ref: Option<String>,
        state: String,
        code: Option<String>,
    }
    let data: Data = told.read()?;
    let reference = told.ours(data.reference)?;
    if reference.is_none() && data.provider_ref.is_none() {
        return Err("neither a reference that is proven nor provider_ref".to_owned());
    }
    Ok(Some(MandateReported {
        source: told.source(),
        reference: short(reference),
        provider_ref: short(data.provider_ref),
        state: MandateState::from_name(&data.state).unwrap_or(MandateState::Pending),
        code: short(data.code),
    }))
}

/// `collection.updated`.
pub(super) fn collection(told: &Told<'_>) -> Result<Option<CollectionReported>, String> {
    #[derive(Deserialize)]
    struct Data {
        reference: Option<String>,
        provider_ref: Option<String>,
        mandate_ref: Option<String>,
        state: String,
        amount_minor: Option<i64>,
        collected_minor: Option<i64>,
        currency: Option<String>,
        due: Option<NaiveDate>,
        paid_on: Option<NaiveDate>,
        code: Option<String>,
    }
    let data: Data = told.read()?;
    let reference = told.ours(data.reference)?;
    if reference.is_none() && data.provider_ref.is_none() {
        return Err("neither a reference that is proven nor provider_ref".to_owned());
    }
    Ok(Some(CollectionReported {
        source: told.source(),
        reference: short(reference),
        provider_ref: short(data.provider_ref),
        mandate_ref: short(data.mandate_ref),
        state: LineState::from_name(&data.state).unwrap_or(LineState::Submitted),
        amount: money(data.amount_minor, data.currency.as_deref())?,
        collected: money(data.collected_minor, data.currency.as_deref())?,
        due: data.due,
        paid_on: data.paid_on,
        code: short(data.code),
    }))
}

/// `check.updated`.
pub(super) fn check(told: &Told<'_>) -> Result<Option<CheckReported>, String> {
    #[derive(Deserialize)]
    struct Data {
        key: Option<String>,
        provider_ref: String,
        state: String,
        verdict: Option<String>,
        code: Option<String>,
    }
    let data: Data = told.read()?;
    let verdict = || data.verdict.as_deref().and_then(Verdict::from_name).unwrap_or(Verdict::Review);
    Ok(Some(CheckReported {
        source: told.source(),
        verdict: (data.state == "done").then(verdict),
        key: short(told.ours(data.key)?),
        provider_ref: name(data.provider_ref)?,
        code: short(data.code),
    }))
}

#[cfg(test)]
mod tests {
    use plugin_host::manifest::Mode;
    use serde_json::json;

    use super::*;

    fn delivery(subject: Option<&str>, signed: bool) -> Delivery {
        Delivery {
            installation: Uuid::from_u128(7),
            webhook: "news".into(),
            subject: subject.map(str::to_owned),
            mode: Mode::Live,
            method: "POST".into(),
            path: String::new(),
            query: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            source_ip: None,
            source_trusted: signed,
            signature_verified: signed,
            is_open: true,
            received_at: Utc::now(),
        }
    }

    fn told<T>(delivery: &Delivery, data: Value, read: impl FnOnce(&Told<'_>) -> Result<Option<T>, String>) -> Result<Option<T>, String> {
        let event = Event { id: "1".into(), kind: "any".into(), occurred_ms: None, data: data.to_string(), extra: Vec::new() };
        read(&Told { delivery_id: Uuid::from_u128(1), delivery, event: &event })
    }

    #[test]
    fn an_unsigned_report_names_nothing_of_ours_but_what_its_address_was_made_for() {
        let claimed = json!({ "reference": "A1", "provider_ref": "9", "state": "collected", "collected_minor": 45_000, "currency": "NAD" });
        let read = |delivery: &Delivery| told(delivery, claimed.clone(), collection).map(|report| report.and_then(|report| report.reference));
        assert_eq!(read(&delivery(None, false)), Ok(None));
        assert_eq!(read(&delivery(None, true)), Ok(Some("A1".to_owned())));
        assert_eq!(read(&delivery(Some("A1"), false)), Ok(Some("A1".to_owned())));
        assert!(read(&delivery(Some("B2"), false)).is_err());
        assert!(told(&delivery(None, false), json!({ "reference": "A1", "state": "active" }), mandate).is_err(), "nothing that is proven");
    }

    #[test]
    fn a_message_is_what_somebody_wrote_tapped_or_showed() {
        let at = delivery(None, true);
        let read = |data: Value| {
            let event = Event {
                id: "1".into(),
                kind: "message.received".into(),
                occurred_ms: Some(1_790_000_000_000),
                data: data.to_string(),
                extra: Vec::new(),
            };
            received(&Told { delivery_id: Uuid::from_u128(1), delivery: &at, event: &event })
        };
        let written = json!({ "provider_ref": "m1", "channel": "sms", "sender": "+254700000101", "text": "Habari\0", "files": [{ "blob": "b" }] });
        let message = read(written).unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!((message.channel, message.text.as_str(), message.files), ("sms", "Habari", 1));
        let tapped = read(json!({ "channel": "telepathy", "sender": "user-1", "text": "", "choice_id": "renew" }));
        assert_eq!(tapped.map(|message| (message.channel, message.text)), Ok(("chat", "renew".to_owned())));
        let shown = read(json!({ "channel": "whatsapp", "sender": "+254700000101", "location": { "lat": -1.28, "lon": 36.82 } }));
        assert_eq!(shown.map(|message| message.text), Ok("-1.28, 36.82".to_owned()));
        assert!(read(json!({ "channel": "sms", "sender": " ", "text": "x" })).is_err());
    }

    #[test]
    fn who_wants_no_more_messages_is_heard() {
        let at = delivery(None, false);
        let read = |data: Value| told(&at, data, |told| preference(told).map(Some));
        let gone = read(json!({ "channel": "sms", "address": "+254700000101", "opted_in": false, "scope": "MFANO" }));
        let heard = gone.map(|message| message.map(|message| (message.channel, message.wish)));
        assert_eq!(heard, Ok(Some(("sms", Some(Wish::Stop)))));
        assert!(read(json!({ "channel": "sms", "address": "", "opted_in": true })).is_err());
        assert!(read(json!({ "channel": "sms", "address": "+254700000101" })).is_err(), "nobody knows what is wanted");
    }

    #[test]
    fn words_that_are_not_known_are_read_as_the_interface_says() {
        let at = delivery(None, true);
        let pending = told(&at, json!({ "provider_ref": "9", "state": "blessed" }), cover);
        assert_eq!(pending.map(|report| report.map(|report| report.state)), Ok(Some(CoverState::Pending)));
        assert_eq!(told(&at, json!({ "provider_ref": "9", "state": "teleported" }), message), Ok(None), "changes nothing");
        let review = told(&at, json!({ "provider_ref": "9", "state": "done", "verdict": "splendid" }), check);
        assert_eq!(review.map(|report| report.and_then(|report| report.verdict)), Ok(Some(Verdict::Review)));
        let early = told(&at, json!({ "provider_ref": "9", "state": "pending", "verdict": "match" }), check);
        assert_eq!(early.map(|report| report.and_then(|report| report.verdict)), Ok(None));
    }

    #[test]
    fn amounts_have_a_currency_and_are_not_negative() {
        let at = delivery(None, true);
        for bad in [
            json!({ "provider_ref": "9", "state": "paid", "paid_minor": 100 }),
            json!({ "provider_ref": "9", "state": "paid", "paid_minor": -1, "currency": "KES" }),
            json!({ "provider_ref": "9", "state": "paid", "paid_minor": 1.5, "currency": "KES" }),
            json!({ "provider_ref": "", "state": "paid" }),
        ] {
            assert!(told(&at, bad.clone(), claim).is_err(), "{bad}");
        }
    }
}
