//! Fields for when something applies: a loading, a discount, a row of a table of prices.

use std::str::FromStr;

use insurance::{catalogue::form::QuestionKind, rating::Condition};
use kernel::error::Fields;

use super::{Around, price::question};
use crate::{
    frame::{Field, FormPage, Sent},
    words,
};

const CONDITIONS: [&str; 3] = ["equals", "at_least", "age_at_least"];

/// What a condition can compare the answer of.
const COMPARED: [QuestionKind; 5] = [QuestionKind::Choice, QuestionKind::YesNo, QuestionKind::Integer, QuestionKind::Year, QuestionKind::DateOfBirth];

/// What the three fields of one condition are called.
pub(super) struct Names {
    pub(super) kind: String,
    pub(super) question: String,
    pub(super) value: String,
}

impl Names {
    /// Of a thing with one condition, and of the first where there are several.
    pub(super) fn first() -> Self {
        Self { kind: "when".to_owned(), question: "when_question".to_owned(), value: "when_value".to_owned() }
    }
    /// Of one of several, counted from 1.
    pub(super) fn nth(number: usize) -> Self {
        match number {
            1 => Self::first(),
            _ => Self { kind: format!("when_{number}"), question: format!("when_question_{number}"), value: format!("when_value_{number}") },
        }
    }
}

/// How many conditions can hold together: one on each question that a condition can compare.
pub(super) fn most(around: &Around<'_>) -> usize {
    around.questions(&COMPARED).len()
}

/// The fields of one condition; left empty it always holds.
pub(super) fn fields(around: &Around<'_>, names: &Names) -> [Field; 3] {
    let shell = around.shell;
    [
        Field::select(&names.kind, shell.t("office-terms-when"), words::choices(shell, "step-when", CONDITIONS)).optional(),
        Field::select(&names.question, shell.t("office-terms-question"), around.questions(&COMPARED)).optional(),
        Field::text(&names.value, shell.t("office-terms-when-value")).help(shell.t("office-terms-when-value-help")).max(60).optional(),
    ]
}

pub(super) fn fill(page: FormPage, names: &Names, condition: &Condition, around: &Around<'_>) -> FormPage {
    let (kind, value) = match condition {
        Condition::Equals { question, equals } => ("equals", around.written(question, equals)),
        Condition::AtLeast { at_least, .. } => ("at_least", at_least.to_string()),
        Condition::AgeAtLeast { age_at_least, .. } => ("age_at_least", age_at_least.to_string()),
    };
    page.with(&names.kind, kind).with(&names.question, condition.question()).with(&names.value, value)
}

/// None for always, or where something is complained about. Which answers a question has, the terms say when they are saved.
pub(super) fn read(fields: &mut Fields, sent: &Sent, names: &Names, around: &Around<'_>) -> Option<Condition> {
    let asked = sent.some(&names.kind)?;
    let question = question(fields, sent, &names.question);
    let value = sent.text(&names.value);
    if value.is_empty() {
        fields.add(names.value.clone(), "field-required");
        return None;
    }
    match asked {
        "equals" => Some(Condition::Equals { equals: around.meant(&question, value), question }),
        "at_least" => number(fields, names, value).map(|at_least| Condition::AtLeast { question, at_least }),
        "age_at_least" => number(fields, names, value).map(|age_at_least| Condition::AgeAtLeast { question, age_at_least }),
        _ => {
            fields.add(names.kind.clone(), "field-invalid");
            None
        }
    }
}

fn number<N: FromStr>(fields: &mut Fields, names: &Names, value: &str) -> Option<N> {
    let number: Option<N> = value.parse().ok();
    if number.is_none() {
        fields.add(names.value.clone(), "figure-invalid");
    }
    number
}

/// The condition in words.
pub(super) fn told(condition: &Condition, around: &Around<'_>) -> String {
    let (key, value) = match condition {
        Condition::Equals { question, equals } => ("office-terms-condition-equals", around.answer(question, equals)),
        Condition::AtLeast { at_least, .. } => ("office-terms-condition-at-least", at_least.to_string()),
        Condition::AgeAtLeast { age_at_least, .. } => ("office-terms-condition-age", age_at_least.to_string()),
    };
    around.shell.tf(key, [("question", around.question(condition.question())), ("value", value)])
}
