//! What several products ask and offer together: insurers are asked with one set of answers.

use super::{
    Product,
    form::{Question, QuestionKind},
    terms::AddOn,
};

/// The questions of all products, each once, in the order of the first that asks it; required if one of them requires it.
#[must_use]
pub fn questions(products: &[Product]) -> Vec<Question> {
    let mut found: Vec<Question> = Vec::new();
    for question in products.iter().flat_map(|product| &product.current.terms.form.questions) {
        match found.iter_mut().find(|known| known.key == question.key) {
            Some(known) => known.required |= question.required,
            None => found.push(question.clone()),
        }
    }
    found
}

/// The extras of all products, each once.
#[must_use]
pub fn add_ons(products: &[Product]) -> Vec<&AddOn> {
    let mut found: Vec<&AddOn> = Vec::new();
    for add_on in products.iter().flat_map(|product| &product.current.terms.add_ons) {
        if !found.iter().any(|known| known.key == add_on.key) {
            found.push(add_on);
        }
    }
    found
}

impl Question {
    /// Whether it is a box that is ticked for yes.
    #[must_use]
    pub fn is_tick(&self) -> bool {
        self.kind == QuestionKind::YesNo && self.default.as_deref() == Some("no")
    }
    /// Characters of the longest answer that is typed.
    #[must_use]
    pub fn longest(&self) -> usize {
        match self.kind {
            QuestionKind::Text => self.max_length.unwrap_or(100),
            QuestionKind::Chassis => 30,
            QuestionKind::Plate | QuestionKind::Money => 20,
            QuestionKind::Integer | QuestionKind::Year | QuestionKind::DateOfBirth => 10,
            QuestionKind::Choice | QuestionKind::YesNo => 0,
        }
    }
}
