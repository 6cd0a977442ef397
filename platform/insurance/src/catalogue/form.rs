//! The risk form of a product: what is asked, and what makes an answer acceptable. Answers come as text, numbers or yes/no from
//! the API and as text from pages; they are kept in one canonical JSON form, from which the same answers are read again.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use kernel::{
    AppError, AppResult,
    error::Fields,
    money::{Currency, Money},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    law::{PlateFormats, plates},
    text::LocalText,
};

/// Answers as they came: by key of the question.
pub type RawAnswers = BTreeMap<String, Value>;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
    /// At least one question of each list is answered.
    #[serde(default)]
    pub one_of: Vec<Vec<String>>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The name of its field.
    pub key: String,
    pub kind: QuestionKind,
    #[serde(default)]
    pub required: bool,
    pub label: LocalText,
    #[serde(default)]
    pub help: LocalText,
    /// Smallest number, sum in major units, or year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// What holds while the question is left open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    Text,
    Plate,
    Chassis,
    Money,
    Integer,
    /// A year up to next year, since cars are sold before their year begins.
    Year,
    DateOfBirth,
    Choice,
    YesNo,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub key: String,
    pub label: LocalText,
}

/// A checked answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Text(String),
    Plate(String),
    Chassis(String),
    Money(Money),
    Integer(i64),
    Date(NaiveDate),
    Choice(String),
    YesNo(bool),
}

impl Answer {
    /// What a condition compares: the key of a choice, `yes` or `no`.
    #[must_use]
    pub fn choice(&self) -> Option<&str> {
        match self {
            Self::Choice(key) => Some(key),
            Self::YesNo(true) => Some("yes"),
            Self::YesNo(false) => Some("no"),
            _ => None,
        }
    }
    /// As text that [`Form::read`] reads back to the same answer.
    #[must_use]
    pub fn canonical(&self) -> String {
        match self {
            Self::Text(text) | Self::Plate(text) | Self::Chassis(text) | Self::Choice(text) => text.clone(),
            Self::Money(money) => money.to_decimal().to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
            Self::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        }
    }
}

/// Checked answers by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(pub BTreeMap<String, Answer>);

impl Answers {
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Answer> {
        self.0.get(key)
    }
    /// The first number plate among the answers, as it is written.
    #[must_use]
    pub fn plate(&self) -> Option<&str> {
        self.0.values().find_map(|answer| if let Answer::Plate(plate) = answer { Some(plate.as_str()) } else { None })
    }
    /// As JSON texts by key.
    #[must_use]
    pub fn canonical(&self) -> RawAnswers {
        self.0.iter().map(|(key, answer)| (key.clone(), Value::from(answer.canonical()))).collect()
    }
}

/// What reading needs to know of the world.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    pub today: NaiveDate,
    pub currency: Currency,
    pub plates: &'a PlateFormats,
}

impl Form {
    #[must_use]
    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.key == key)
    }

    /// Checks answers; everything wrong is reported at once beside its question. Answers to questions of other forms are left
    /// out: several products are quoted from one set of answers.
    pub fn read(&self, raw: &RawAnswers, reading: Reading<'_>) -> AppResult<Answers> {
        let mut fields = Fields::new();
        let mut answers = BTreeMap::new();
        for question in &self.questions {
            let given = raw.get(&question.key).and_then(text_of).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
            let Some(text) = given.or_else(|| question.default.clone()) else {
                if raw.get(&question.key).is_some_and(|value| text_of(value).is_none()) {
                    fields.add(question.key.clone(), "field-invalid");
                } else if question.required {
                    fields.add(question.key.clone(), "field-required");
                }
                continue;
            };
            match question.read(&text, reading) {
                Ok(answer) => {
                    answers.insert(question.key.clone(), answer);
                }
                Err(code) => fields.add(question.key.clone(), code),
            }
        }
        for keys in &self.one_of {
            let asked = |key: &String| raw.get(key).and_then(text_of).is_some_and(|text| !text.trim().is_empty());
            if let Some(first) = keys.first().filter(|_| !keys.iter().any(asked)) {
                fields.add(first.clone(), "quote-answer-one-of");
            }
        }
        fields.finish()?;
        Ok(Answers(answers))
    }

    /// What is wrong with the form itself, for whoever writes one.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (i, question) in self.questions.iter().enumerate() {
            let key = &question.key;
            if key.is_empty() || !key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
                faults.push(format!("question {key:?}: keys are lower-case letters, digits and underscores"));
            }
            if self.questions[..i].iter().any(|other| other.key == *key) {
                faults.push(format!("question {key:?} stands twice"));
            }
            if !question.label.is_complete() {
                faults.push(format!("question {key:?} has no English label"));
            }
            if (question.kind == QuestionKind::Choice) == question.choices.is_empty() {
                faults.push(format!("question {key:?}: choices go with the kind choice"));
            }
            if question.min.zip(question.max).is_some_and(|(min, max)| min > max) || question.min.is_some_and(|min| min < 0) {
                faults.push(format!("question {key:?}: impossible bounds"));
            }
        }
        for key in self.one_of.iter().flatten() {
            if self.question(key).is_none() {
                faults.push(format!("one_of names {key:?}, which is not asked"));
            }
        }
        faults
    }
}

/// Answers may come as JSON text, number or boolean.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Longest text where the question states none.
const TEXT: usize = 100;
const OLDEST: i32 = 120;

impl Question {
    /// Whether a choice may be answered so.
    pub(crate) fn can_be(&self, answer: &str) -> bool {
        match self.kind {
            QuestionKind::YesNo => matches!(answer, "yes" | "no"),
            _ => self.choices.iter().any(|choice| choice.key == answer),
        }
    }

    fn read(&self, text: &str, reading: Reading<'_>) -> Result<Answer, &'static str> {
        match self.kind {
            QuestionKind::Text => {
                if text.chars().count() > self.max_length.unwrap_or(TEXT) {
                    return Err("quote-answer-too-long");
                }
                let plain = text.chars().any(char::is_alphanumeric) && !text.chars().any(|c| c.is_control() || matches!(c, '<' | '>'));
                if plain { Ok(Answer::Text(text.to_owned())) } else { Err("field-invalid") }
            }
            QuestionKind::Plate => reading.plates.read(text).map(Answer::Plate).ok_or("quote-answer-plate"),
            QuestionKind::Chassis => plates::normalise_chassis(text).map(Answer::Chassis).ok_or("quote-answer-chassis"),
            QuestionKind::Money => {
                let money = Money::parse(text, reading.currency).ok_or("quote-answer-money")?;
                let bound = |major: i64| major.checked_mul(reading.currency.minor_per_major()).ok_or("quote-answer-money");
                if money.minor < bound(self.min.unwrap_or(0))? {
                    return Err("quote-answer-too-small");
                }
                if money.minor > bound(self.max.unwrap_or(MOST))? {
                    return Err("quote-answer-too-large");
                }
                Ok(Answer::Money(money))
            }
            QuestionKind::Integer => self.bounded(text, self.max.unwrap_or(i64::MAX)),
            QuestionKind::Year => {
                let next_year = i64::from(reading.today.year()) + 1;
                self.bounded(text, self.max.map_or(next_year, |max| max.min(next_year)))
            }
            QuestionKind::DateOfBirth => {
                let born = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "quote-answer-date")?;
                let plausible = born <= reading.today && reading.today.year() - born.year() <= OLDEST;
                if plausible { Ok(Answer::Date(born)) } else { Err("quote-answer-date") }
            }
            QuestionKind::Choice => {
                if self.choices.iter().any(|choice| choice.key == text) {
                    Ok(Answer::Choice(text.to_owned()))
                } else {
                    Err("quote-answer-choice")
                }
            }
            QuestionKind::YesNo => match text {
                "yes" | "true" | "on" | "1" => Ok(Answer::YesNo(true)),
                "no" | "false" | "off" | "0" => Ok(Answer::YesNo(false)),
                _ => Err("quote-answer-choice"),
            },
        }
    }

    fn bounded(&self, text: &str, max: i64) -> Result<Answer, &'static str> {
        let number: i64 = text.parse().map_err(|_| "quote-answer-number")?;
        if number < self.min.unwrap_or(0) {
            return Err("quote-answer-too-small");
        }
        if number > max {
            return Err("quote-answer-too-large");
        }
        Ok(Answer::Integer(number))
    }
}

/// The largest sum where a question states none: ten thousand million.
const MOST: i64 = 10_000_000_000;

/// Fields of a form that no product asks for.
pub(crate) fn unknown_keys<'a>(raw: &RawAnswers, forms: impl Iterator<Item = &'a Form> + Clone) -> AppResult<()> {
    let mut unknown: Option<AppError> = None;
    for key in raw.keys().filter(|key| !forms.clone().any(|form| form.question(key).is_some())) {
        let key: String = key.chars().take(60).collect();
        unknown = Some(match unknown {
            None => AppError::field(key, "quote-answer-unknown"),
            Some(error) => error.and_field(key, "quote-answer-unknown"),
        });
    }
    unknown.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::Law;
    use proptest::prelude::*;

    fn motor() -> Form {
        testkit::pack("kenya-brokerage").toml("forms/motor-comprehensive.toml").unwrap()
    }

    fn read(form: &Form, raw: &RawAnswers) -> AppResult<Answers> {
        let law = Law::read(&testkit::pack("kenya-brokerage")).unwrap();
        form.read(raw, Reading { today: "2026-11-23".parse().unwrap(), currency: Currency::KES, plates: &law.plates })
    }

    fn answers(changes: &[(&str, Value)]) -> RawAnswers {
        let mut raw: RawAnswers =
            [("plate", "kda 123a"), ("make", "Toyota"), ("model", "Axio"), ("year", "2018"), ("value", "1,000,000"), ("use", "private")]
                .into_iter()
                .map(|(key, value)| (key.to_owned(), Value::from(value)))
                .collect();
        for (key, value) in changes {
            raw.insert((*key).to_owned(), value.clone());
        }
        raw
    }

    fn codes(changes: &[(&str, Value)]) -> Vec<(String, String)> {
        read(&motor(), &answers(changes)).unwrap_err().fields.iter().map(|f| (f.field.to_string(), f.code.to_string())).collect()
    }

    #[test]
    fn answers_are_normalised_and_defaults_fill_what_was_left_open() {
        let read = read(&motor(), &answers(&[("year", Value::from(2018))])).unwrap();
        assert_eq!(read.plate(), Some("KDA 123A"));
        assert_eq!(read.get("value"), Some(&Answer::Money(Money::new(100_000_000, Currency::KES))));
        assert_eq!(read.get("tracker"), Some(&Answer::YesNo(false)));
    }

    #[test]
    fn impossible_years_negative_and_huge_sums_are_refused_beside_their_question() {
        for (key, value, code) in [
            ("year", "2028", "quote-answer-too-large"),
            ("year", "1899", "quote-answer-too-small"),
            ("year", "0x7e2", "quote-answer-number"),
            ("year", "99999999999999999999", "quote-answer-number"),
            ("value", "-1", "quote-answer-too-small"),
            ("value", "99999999999999999999", "quote-answer-money"),
            ("value", "1e9", "quote-answer-money"),
            ("value", "200000000", "quote-answer-too-large"),
            ("value", "NaN", "quote-answer-money"),
            ("use", "spaceship", "quote-answer-choice"),
            ("make", "<script>", "field-invalid"),
            ("plate", "HELLO", "quote-answer-plate"),
        ] {
            assert_eq!(codes(&[(key, Value::from(value))]), [(key.to_owned(), code.to_owned())], "{key}={value}");
        }
        assert_eq!(codes(&[("make", serde_json::json!({"$ne": 1}))]), [("make".to_owned(), "field-invalid".to_owned())]);
    }

    #[test]
    fn dates_of_birth_exist_and_lie_in_the_past() {
        let form: Form = testkit::pack("kenya-brokerage").toml("forms/personal-accident.toml").unwrap();
        for bad in ["1990-02-30", "2026-11-24", "1890-01-01", "17/05/1990", "1990-5"] {
            let raw = [("date_of_birth", bad), ("occupation_class", "1"), ("capital_sum", "1000000")];
            let raw = raw.into_iter().map(|(k, v)| (k.to_owned(), Value::from(v))).collect();
            let error = read(&form, &raw).unwrap_err();
            assert_eq!((error.fields[0].field.as_ref(), error.fields[0].code.as_ref()), ("date_of_birth", "quote-answer-date"), "{bad}");
        }
    }

    #[test]
    fn a_car_is_named_by_plate_or_by_chassis() {
        let empty = Value::from("");
        assert_eq!(codes(&[("plate", empty.clone())]), [("plate".to_owned(), "quote-answer-one-of".to_owned())]);
        assert!(read(&motor(), &answers(&[("plate", empty), ("chassis", Value::from("NZE121-3012345"))])).is_ok());
    }

    #[test]
    fn keys_that_no_form_asks_for_are_named() {
        let form = motor();
        let error = unknown_keys(&answers(&[("colour", Value::from("red"))]), [&form].into_iter()).unwrap_err();
        assert_eq!((error.fields[0].field.as_ref(), error.fields[0].code.as_ref()), ("colour", "quote-answer-unknown"));
    }

    proptest! {
        #[test]
        fn canonical_answers_read_back_to_the_same_answers(value in 100_000i64..100_000_000, year in 1950i64..2027, claims in 0i64..=20, tracker: bool) {
            let raw = answers(&[("value", value.into()), ("year", year.into()), ("claims", claims.into()), ("tracker", tracker.into())]);
            let first = read(&motor(), &raw).unwrap();
            prop_assert_eq!(read(&motor(), &first.canonical()).unwrap(), first);
        }

        #[test]
        fn no_text_makes_reading_panic(key in "plate|chassis|make|year|value|use|tracker|claims", text in any::<String>()) {
            let _ = read(&motor(), &answers(&[(&key, Value::from(text))]));
        }
    }
}
