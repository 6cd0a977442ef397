//! Kept answers as people read them: each with the question it answers, and typed, so that whoever shows it words it in the
//! reader's way.

use chrono::NaiveDate;
use kernel::money::{Currency, Money};
use serde::Serialize;
use serde_json::Value;

use super::form::{Form, Question, QuestionKind, RawAnswers};
use crate::text::LocalText;

/// A question and what was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Detail {
    /// The question's key.
    pub key: String,
    pub label: LocalText,
    pub answer: Told,
}

/// An answer as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Told {
    /// As it was written.
    Text(String),
    /// The wording of what was chosen.
    Choice(LocalText),
    Money(Money),
    Date(NaiveDate),
    YesNo(bool),
}

impl Form {
    /// The answers in the order of the form. What was left open, and answers to questions of other forms, are left out.
    #[must_use]
    pub fn details(&self, kept: &RawAnswers, currency: Currency) -> Vec<Detail> {
        let detail = |question: &Question| {
            let answer = told(question, &text_of(kept.get(&question.key)?)?, currency);
            Some(Detail { key: question.key.clone(), label: question.label.clone(), answer })
        };
        self.questions.iter().filter_map(detail).collect()
    }
}

fn text_of(kept: &Value) -> Option<String> {
    match kept {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    }
}

/// Answers are kept in their canonical form; what is not in it is told as it was written.
fn told(question: &Question, text: &str, currency: Currency) -> Told {
    let typed = match question.kind {
        QuestionKind::Money => Money::parse(text, currency).map(Told::Money),
        QuestionKind::DateOfBirth => text.parse().ok().map(Told::Date),
        QuestionKind::Choice => question.choices.iter().find(|choice| choice.key == text).map(|choice| Told::Choice(choice.label.clone())),
        QuestionKind::YesNo => match text {
            "yes" => Some(Told::YesNo(true)),
            "no" => Some(Told::YesNo(false)),
            _ => None,
        },
        QuestionKind::Text | QuestionKind::Plate | QuestionKind::Chassis | QuestionKind::Integer | QuestionKind::Year => None,
    };
    typed.unwrap_or_else(|| Told::Text(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(pairs: &[(&str, &str)]) -> RawAnswers {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect()
    }

    #[test]
    fn answers_are_told_with_their_questions_and_in_their_order() {
        let form: Form = testkit::pack("kenya-brokerage").toml("forms/motor-comprehensive.toml").unwrap();
        let kept = kept(&[("tracker", "no"), ("value", "1200000.00"), ("use", "private"), ("plate", "KDA 123A"), ("chassis", ""), ("other", "x")]);
        let details = form.details(&kept, Currency::KES);
        let told: Vec<(&str, &Told)> = details.iter().map(|detail| (detail.label.get("en"), &detail.answer)).collect();
        assert_eq!(told[0], ("Number plate", &Told::Text("KDA 123A".to_owned())));
        assert_eq!(told[1], ("Value of the car", &Told::Money(Money::new(120_000_000, Currency::KES))));
        assert!(matches!(told[2], ("What the car is used for", Told::Choice(label)) if label.get("en").starts_with("Private")));
        assert!(matches!(told[3].1, Told::YesNo(false)));
        assert_eq!(told.len(), 4, "nothing is told of what was left open or is not asked");
    }

    #[test]
    fn what_cannot_be_read_is_told_as_it_was_written() {
        let form: Form = testkit::pack("kenya-brokerage").toml("forms/personal-accident.toml").unwrap();
        let details = form.details(&kept(&[("date_of_birth", "17 May"), ("occupation_class", "9")]), Currency::KES);
        assert!(details.iter().all(|detail| matches!(detail.answer, Told::Text(_))), "{details:?}");
        let details = form.details(&kept(&[("date_of_birth", "1990-05-17")]), Currency::KES);
        assert_eq!(details[0].answer, Told::Date(NaiveDate::from_ymd_opt(1990, 5, 17).unwrap()));
    }
}
