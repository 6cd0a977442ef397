//! What customers are asked.

use insurance::{
    catalogue::{
        Terms,
        form::{Choice as Answer, Question, QuestionKind},
    },
    text::LocalText,
};
use kernel::{AppResult, error::Fields, i18n::FALLBACK};
use pages::Choice;
use serde_json::Value;

use super::{Around, Kind, Part, meant, new_code, placed, taken};
use crate::{
    frame::{Field, FormPage, Section, Sent, in_languages, worded, wording},
    words,
};

const KINDS: [QuestionKind; 9] = [
    QuestionKind::Text,
    QuestionKind::Integer,
    QuestionKind::Money,
    QuestionKind::YesNo,
    QuestionKind::Choice,
    QuestionKind::Year,
    QuestionKind::DateOfBirth,
    QuestionKind::Plate,
    QuestionKind::Chassis,
];

/// The kind as it is stored.
fn name(kind: QuestionKind) -> String {
    serde_json::to_value(kind).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn number<T: std::str::FromStr>(fields: &mut Fields, sent: &Sent, field: &'static str) -> Option<T> {
    let text: String = sent.some(field)?.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}')).collect();
    fields.check(field, text.parse().ok(), "figure-invalid")
}

/// A line of answers: the short name if there is one before a colon, and the words; none for what is neither.
fn answer_line(line: &str) -> Option<(Option<&str>, &str)> {
    let plain = |key: &str| !key.is_empty() && key.len() <= 40 && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let (key, label) = match line.split_once(':').map(|(key, label)| (key.trim(), label.trim())) {
        Some((key, label)) if plain(key) => (Some(key), label),
        _ => (None, line),
    };
    (!label.is_empty() && label.chars().count() <= 100).then_some((key, label))
}

/// The answers that may be chosen, one a line; other languages word the same ones, by their short names or in the same order.
fn read_choices(fields: &mut Fields, sent: &Sent, languages: &[(String, String)]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    for (language, _) in languages {
        let field = format!("choices_{language}");
        for (number, line) in sent.text(&field).lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
            let done = answer_line(line).is_some_and(|(key, label)| {
                if language == FALLBACK {
                    let taken = |key: &str| answers.iter().any(|answer| answer.key == key);
                    if key.is_some_and(taken) {
                        return false;
                    }
                    let key = key.map_or_else(|| new_code(label, taken), str::to_owned);
                    answers.push(Answer { key, label: LocalText::en(label) });
                    return true;
                }
                let same = match key {
                    Some(key) => answers.iter_mut().find(|answer| answer.key == key),
                    None => answers.get_mut(number),
                };
                same.map(|answer| answer.label.0.insert(language.clone(), label.to_owned())).is_some()
            });
            if !done {
                fields.add(field.clone(), "terms-choices-invalid");
                break;
            }
        }
    }
    answers
}

impl Part for Question {
    const KIND: Kind = Kind::Questions;

    fn all(around: &Around<'_>) -> Vec<Self> {
        around.terms.form.questions.clone()
    }
    fn title(&self, around: &Around<'_>) -> String {
        self.label.get(&around.shell.lang).to_owned()
    }
    fn detail(&self, around: &Around<'_>) -> String {
        let kind = words::word(around.shell, "question-kind", &name(self.kind));
        if self.required { format!("{kind} · {}", around.shell.t("office-terms-required")) } else { kind }
    }
    fn sections(around: &Around<'_>, kept: Option<&Self>) -> Vec<Section> {
        let (shell, languages) = (around.shell, around.languages);
        let kinds = KINDS.iter().map(|kind| Choice::new(name(*kind), words::word(shell, "question-kind", &name(*kind)))).collect();
        let mut first = vec![Field::select("kind", shell.t("office-terms-question-kind"), kinds)];
        first.push(Field::check("required", shell.t("office-terms-required")));
        let mut text = in_languages(languages, "label", &shell.t("office-terms-question"), |name, label| Field::text(name, label).max(150));
        text.extend(in_languages(languages, "help", &shell.t("office-terms-help"), |name, label| Field::text(name, label).max(300).optional()));
        let bound = |name: &str, key: &str| Field::text(name, shell.t(key)).max(16).optional();
        let bounds = vec![bound("min", "office-terms-min"), bound("max", "office-terms-max"), bound("max_length", "office-terms-longest")];
        let answers = in_languages(languages, "choices", &shell.t("office-terms-choices"), |name, label| {
            Field::area(name, label).max(4_000).help(shell.t("office-terms-choices-help")).optional()
        });
        let mut rest = vec![Field::text("default", shell.t("office-terms-default")).max(100).help(shell.t("office-terms-default-help")).optional()];
        if kept.is_none() {
            rest.push(Field::text("key", shell.t("office-terms-question-key")).max(40).help(shell.t("office-terms-question-key-help")).optional());
        }
        vec![
            Section::of(first),
            Section::titled(shell.t("office-products-wording"), text),
            Section::titled(shell.t("office-terms-bounds"), bounds),
            Section::titled(shell.t("office-terms-choices"), answers).when("kind=choice"),
            Section::of(rest),
        ]
    }
    fn fill(&self, page: FormPage, around: &Around<'_>) -> FormPage {
        let text = |number: Option<String>| number.unwrap_or_default();
        let page = worded(page, around.languages, "label", &self.label)
            .with("kind", name(self.kind))
            .with("min", text(self.min.map(|n| n.to_string())))
            .with("max", text(self.max.map(|n| n.to_string())))
            .with("max_length", text(self.max_length.map(|n| n.to_string())))
            .with("default", self.default.as_deref().map(|value| around.written(&self.key, value)).unwrap_or_default());
        let page = if self.required { page.with("required", "yes") } else { page };
        let page = worded(page, around.languages, "help", &self.help);
        around.languages.iter().fold(page, |page, (language, _)| {
            let line = |answer: &Answer| Some(format!("{}: {}", answer.key, answer.label.0.get(language)?));
            page.with(&format!("choices_{language}"), self.choices.iter().filter_map(line).collect::<Vec<_>>().join("\n"))
        })
    }
    fn read(sent: &Sent, around: &Around<'_>, kept: Option<&Self>) -> AppResult<Self> {
        let mut fields = Fields::new();
        let kind = serde_json::from_value::<QuestionKind>(Value::from(sent.text("kind"))).ok();
        let kind = fields.check("kind", kind, "field-required").unwrap_or(QuestionKind::Text);
        let label = wording(sent, around.languages, "label").written(&mut fields, "label", 150);
        let key = match kept {
            Some(kept) => kept.key.clone(),
            None if sent.some("key").is_none() => new_code(label.get(FALLBACK), |code| around.terms.form.question(code).is_some()),
            None => fields.text("key", sent.text("key"), 40),
        };
        if kept.is_none() && around.terms.form.question(&key).is_some() {
            fields.add("key", "terms-key-taken");
        }
        let mut question = Self {
            kind,
            required: sent.yes("required"),
            label,
            help: wording(sent, around.languages, "help").kept(&mut fields, "help", 300),
            min: number(&mut fields, sent, "min"),
            max: number(&mut fields, sent, "max"),
            max_length: number(&mut fields, sent, "max_length"),
            choices: if kind == QuestionKind::Choice { read_choices(&mut fields, sent, around.languages) } else { Vec::new() },
            default: sent.some("default").map(|_| fields.text("default", sent.text("default"), 100)),
            key,
        };
        question.default = question.default.as_deref().map(|typed| meant(around.shell, &question, typed));
        if kind == QuestionKind::Choice && question.choices.is_empty() && fields.is_empty() {
            fields.add("choices_en", "field-required");
        }
        fields.finish()?;
        Ok(question)
    }
    fn put(self, terms: &mut Terms, at: Option<usize>, place: usize) {
        placed(&mut terms.form.questions, self, at, place);
    }
    /// Where one of several questions must be answered, it is one of those that are left.
    fn take_out(&self, terms: &mut Terms, at: usize) {
        let Some(gone) = taken(&mut terms.form.questions, at) else { return };
        for keys in &mut terms.form.one_of {
            keys.retain(|key| *key != gone.key);
        }
        terms.form.one_of.retain(|keys| !keys.is_empty());
    }
}
