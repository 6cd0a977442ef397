//! The questions of products as fields of a form. Several insurers are asked with one set of answers: a question that two of them
//! ask stands once.

use insurance::{
    catalogue::{
        Product,
        form::{Question, QuestionKind, RawAnswers},
    },
    text::LocalText,
};
use pages::{Choice, Shell};

use crate::frame::{Field, Section, Sent};

/// Questions of all products, each once, in the order of the first that asks it; required if one of them requires it.
fn questions(products: &[Product]) -> Vec<Question> {
    let mut found: Vec<Question> = Vec::new();
    for question in products.iter().flat_map(|product| &product.current.terms.form.questions) {
        match found.iter_mut().find(|known| known.key == question.key) {
            Some(known) => known.required |= question.required,
            None => found.push(question.clone()),
        }
    }
    found
}

fn field(shell: &Shell, question: &Question, symbol: &str) -> Field {
    let text = |text: &LocalText| text.get(&shell.lang).to_owned();
    let label = text(&question.label);
    let field = match question.kind {
        QuestionKind::Text => Field::text(&question.key, label).max(question.max_length.unwrap_or(100)),
        QuestionKind::Plate => Field::text(&question.key, label).max(20),
        QuestionKind::Chassis => Field::text(&question.key, label).max(30),
        QuestionKind::Money => Field::money(&question.key, label, symbol),
        QuestionKind::Integer | QuestionKind::Year => Field::text(&question.key, label).max(10),
        QuestionKind::DateOfBirth => Field::date(&question.key, label),
        QuestionKind::Choice => {
            Field::select(&question.key, label, question.choices.iter().map(|choice| Choice::new(choice.key.as_str(), text(&choice.label))).collect())
        }
        QuestionKind::YesNo if question.default.as_deref() == Some("no") => Field::check(&question.key, label),
        QuestionKind::YesNo => Field::select(&question.key, label, vec![Choice::new("yes", shell.t("yes")), Choice::new("no", shell.t("no"))]),
    };
    let field = field.help(text(&question.help));
    if question.required { field } else { field.optional() }
}

/// The questions, and the extras that may be chosen.
pub(super) fn sections(shell: &Shell, products: &[Product], symbol: &str) -> Vec<Section> {
    let mut sections = vec![Section::of(questions(products).iter().map(|question| field(shell, question, symbol)).collect())];
    let mut extras: Vec<Choice> = Vec::new();
    for add_on in products.iter().flat_map(|product| &product.current.terms.add_ons) {
        if !extras.iter().any(|known| known.value == add_on.key) {
            let text = |text: &LocalText| text.get(&shell.lang).to_owned();
            extras.push(Choice { value: add_on.key.clone(), label: text(&add_on.title), detail: text(&add_on.description) });
        }
    }
    if !extras.is_empty() {
        sections.push(Section::of(vec![Field::checks("add_on", shell.t("office-sell-extras"), extras)]));
    }
    sections
}

/// What holds while nothing is typed, by field; a box that is not ticked is a no.
pub(super) fn defaults(products: &[Product]) -> Vec<(String, String)> {
    questions(products).into_iter().filter_map(|question| Some((question.key, question.default.filter(|value| value != "no")?))).collect()
}

/// What was typed; empty fields are left open.
pub(super) fn answers(products: &[Product], sent: &Sent) -> RawAnswers {
    questions(products).into_iter().filter_map(|question| Some((question.key.clone(), sent.some(&question.key)?.into()))).collect()
}
