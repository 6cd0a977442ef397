//! The questions of products as fields of a page.

use insurance::catalogue::{
    Product, asked,
    form::{Question, QuestionKind, RawAnswers},
    terms::AddOn,
};
use pages::{Choice, FormState, Shell};

/// One field.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub key: String,
    pub label: String,
    pub help: String,
    pub kind: AskedKind,
    pub required: bool,
    pub choices: Vec<Choice>,
    pub max: usize,
    /// Sent while nothing is typed; shown from the start.
    pub default: String,
}

/// How a field is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AskedKind {
    Text,
    Plate,
    Number,
    Money,
    Date,
    Choice,
    /// A box that is ticked for yes.
    Check,
}

impl Asked {
    pub(crate) fn is(&self, name: &str) -> bool {
        matches!(
            (self.kind, name),
            (AskedKind::Text, "text")
                | (AskedKind::Plate, "plate")
                | (AskedKind::Number, "number")
                | (AskedKind::Money, "money")
                | (AskedKind::Date, "date")
                | (AskedKind::Choice, "choice")
                | (AskedKind::Check, "check")
        )
    }

    fn of(shell: &Shell, question: &Question) -> Self {
        let text = |text: &insurance::text::LocalText| text.get(&shell.lang).to_owned();
        let yes_no = || vec![Choice::new("yes", shell.t("yes")), Choice::new("no", shell.t("no"))];
        let (kind, choices) = match question.kind {
            QuestionKind::Text | QuestionKind::Chassis => (AskedKind::Text, Vec::new()),
            QuestionKind::Plate => (AskedKind::Plate, Vec::new()),
            QuestionKind::Money => (AskedKind::Money, Vec::new()),
            QuestionKind::Integer | QuestionKind::Year => (AskedKind::Number, Vec::new()),
            QuestionKind::DateOfBirth => (AskedKind::Date, Vec::new()),
            QuestionKind::Choice => (AskedKind::Choice, question.choices.iter().map(|c| Choice::new(c.key.as_str(), text(&c.label))).collect()),
            QuestionKind::YesNo if question.is_tick() => (AskedKind::Check, Vec::new()),
            QuestionKind::YesNo => (AskedKind::Choice, yes_no()),
        };
        Self {
            key: question.key.clone(),
            label: text(&question.label),
            help: text(&question.help),
            kind,
            required: question.required,
            choices,
            max: question.longest(),
            default: question.default.clone().filter(|_| kind != AskedKind::Check).unwrap_or_default(),
        }
    }
}

/// The questions of all products as fields.
pub(crate) fn of_products(shell: &Shell, products: &[Product]) -> Vec<Asked> {
    asked::questions(products).iter().map(|question| Asked::of(shell, question)).collect()
}

/// The few that begin a quote on the first page: what is insured, its value, its use.
pub(crate) fn first_few(all: &[Asked]) -> Vec<Asked> {
    let kinds = [AskedKind::Plate, AskedKind::Money, AskedKind::Choice];
    let few: Vec<Asked> = kinds.iter().filter_map(|kind| all.iter().find(|question| question.kind == *kind)).cloned().collect();
    if few.is_empty() { all.iter().filter(|question| question.required).take(3).cloned().collect() } else { few }
}

/// The extras of all products: key and words.
pub(crate) fn add_ons(shell: &Shell, products: &[Product]) -> Vec<Choice> {
    let words = |add_on: &AddOn| Choice {
        value: add_on.key.clone(),
        label: add_on.title.get(&shell.lang).to_owned(),
        detail: add_on.description.get(&shell.lang).to_owned(),
    };
    asked::add_ons(products).into_iter().map(words).collect()
}

/// What was typed for these questions; empty fields are left open.
pub(crate) fn answers(asked: &[Asked], pairs: &[(String, String)]) -> RawAnswers {
    asked
        .iter()
        .filter_map(|question| {
            let (_, value) = pairs.iter().find(|(name, value)| *name == question.key && !value.trim().is_empty())?;
            Some((question.key.clone(), serde_json::Value::from(value.trim())))
        })
        .collect()
}

/// A form with what was typed before, else with what holds while nothing is.
pub(crate) fn filled(form: FormState, asked: &[Asked], pairs: &[(String, String)]) -> FormState {
    asked.iter().fold(form, |form, question| {
        let typed = pairs.iter().find(|(name, _)| *name == question.key).map(|(_, value)| value.as_str());
        match typed {
            Some(value) => form.with(question.key.clone(), value),
            None if !question.default.is_empty() => form.with(question.key.clone(), question.default.clone()),
            None => form,
        }
    })
}

/// What the page calls a field.
pub(crate) fn label_of(asked: &[Asked], field: &str) -> String {
    asked.iter().find(|question| question.key == field).map_or_else(|| field.to_owned(), |question| question.label.clone())
}
