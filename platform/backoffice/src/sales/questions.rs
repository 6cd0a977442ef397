//! The questions of products as fields of a form.

use insurance::{
    catalogue::{
        Product, asked,
        form::{Question, QuestionKind, RawAnswers},
        terms::AddOn,
    },
    text::LocalText,
};
use pages::{Choice, Shell};

use crate::frame::{Field, Section, Sent};

fn field(shell: &Shell, question: &Question, symbol: &str) -> Field {
    let text = |text: &LocalText| text.get(&shell.lang).to_owned();
    let label = text(&question.label);
    let field = match question.kind {
        QuestionKind::Text | QuestionKind::Plate | QuestionKind::Chassis | QuestionKind::Integer | QuestionKind::Year => {
            Field::text(&question.key, label).max(question.longest())
        }
        QuestionKind::Money => Field::money(&question.key, label, symbol),
        QuestionKind::DateOfBirth => Field::date(&question.key, label),
        QuestionKind::Choice => {
            Field::select(&question.key, label, question.choices.iter().map(|choice| Choice::new(choice.key.as_str(), text(&choice.label))).collect())
        }
        QuestionKind::YesNo if question.is_tick() => Field::check(&question.key, label),
        QuestionKind::YesNo => Field::select(&question.key, label, vec![Choice::new("yes", shell.t("yes")), Choice::new("no", shell.t("no"))]),
    };
    let field = field.help(text(&question.help));
    if question.required { field } else { field.optional() }
}

/// The questions, and the extras that may be chosen.
pub(super) fn sections(shell: &Shell, products: &[Product], symbol: &str) -> Vec<Section> {
    let mut sections = vec![Section::of(asked::questions(products).iter().map(|question| field(shell, question, symbol)).collect())];
    let text = |text: &LocalText| text.get(&shell.lang).to_owned();
    let extra = |add_on: &AddOn| Choice { value: add_on.key.clone(), label: text(&add_on.title), detail: text(&add_on.description) };
    let extras: Vec<Choice> = asked::add_ons(products).into_iter().map(extra).collect();
    if !extras.is_empty() {
        sections.push(Section::of(vec![Field::checks("add_on", shell.t("office-sell-extras"), extras)]));
    }
    sections
}

/// What holds while nothing is typed, by field; a box that is not ticked is a no.
pub(super) fn defaults(products: &[Product]) -> Vec<(String, String)> {
    asked::questions(products).into_iter().filter_map(|question| Some((question.key, question.default.filter(|value| value != "no")?))).collect()
}

/// What was typed; empty fields are left open.
pub(super) fn answers(products: &[Product], sent: &Sent) -> RawAnswers {
    asked::questions(products).into_iter().filter_map(|question| Some((question.key.clone(), sent.some(&question.key)?.into()))).collect()
}
