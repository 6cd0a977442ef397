//! What the insurer takes and what it declines.

use insurance::{catalogue::Terms, rating::Limit};
use kernel::{AppError, AppResult, error::Fields};

use super::{
    Around, Kind, Part, placed,
    price::{needed_amount, question},
    taken,
};
use crate::{
    frame::{Field, FormPage, Section, Sent},
    words,
};

const RULES: [&str; 6] = ["min_amount", "max_amount", "max_vehicle_age", "age_between", "number_between", "allowed"];

fn rule(limit: &Limit) -> &'static str {
    match limit {
        Limit::MaxVehicleAge { .. } => "max_vehicle_age",
        Limit::MinAmount { .. } => "min_amount",
        Limit::MaxAmount { .. } => "max_amount",
        Limit::Allowed { .. } => "allowed",
        Limit::AgeBetween { .. } => "age_between",
        Limit::NumberBetween { .. } => "number_between",
    }
}

fn whole<T: std::str::FromStr>(fields: &mut Fields, sent: &Sent, field: &'static str) -> Option<T> {
    fields.check(field, sent.text(field).parse().ok(), if sent.some(field).is_none() { "field-required" } else { "figure-invalid" })
}

impl Part for Limit {
    const KIND: Kind = Kind::Limits;

    fn all(around: &Around<'_>) -> Vec<Self> {
        around.terms.limits.clone()
    }
    fn title(&self, around: &Around<'_>) -> String {
        around.question(self.question())
    }
    fn detail(&self, around: &Around<'_>) -> String {
        let word = words::word(around.shell, "limit-rule", rule(self));
        let bound = match self {
            Self::MaxVehicleAge { years, .. } => years.to_string(),
            Self::MinAmount { amount, .. } | Self::MaxAmount { amount, .. } => around.money(*amount),
            Self::Allowed { values, .. } => values.iter().map(|value| around.answer(self.question(), value)).collect::<Vec<_>>().join(", "),
            Self::AgeBetween { min, max, .. } => format!("{min}–{max}"),
            Self::NumberBetween { min, max, .. } => format!("{min}–{max}"),
        };
        format!("{word}: {bound}")
    }
    fn sections(around: &Around<'_>, _: Option<&Self>) -> Vec<Section> {
        let shell = around.shell;
        let bound = |name: &str, key: &str| Field::text(name, shell.t(key)).max(16);
        let between = |prefix: &str, rule: &str| {
            let fields = vec![bound(&format!("{prefix}_min"), "office-terms-min"), bound(&format!("{prefix}_max"), "office-terms-max")];
            Section::of(fields).when(rule)
        };
        vec![
            Section::of(vec![
                Field::select("question", shell.t("office-terms-question"), around.questions(&[])),
                Field::select("rule", shell.t("office-terms-rule"), words::choices(shell, "limit-rule", RULES)),
            ]),
            Section::of(vec![Field::money("least", shell.t("office-terms-min"), around.currency.symbol())]).when("rule=min_amount"),
            Section::of(vec![Field::money("most", shell.t("office-terms-max"), around.currency.symbol())]).when("rule=max_amount"),
            Section::of(vec![bound("years", "office-terms-years")]).when("rule=max_vehicle_age"),
            between("age", "rule=age_between"),
            between("number", "rule=number_between"),
            Section::of(vec![Field::text("values", shell.t("office-terms-values")).help(shell.t("office-terms-values-help"))]).when("rule=allowed"),
        ]
    }
    fn fill(&self, page: FormPage, around: &Around<'_>) -> FormPage {
        let page = page.with("question", self.question()).with("rule", rule(self));
        match self {
            Self::MaxVehicleAge { years, .. } => page.with("years", years.to_string()),
            Self::MinAmount { amount, .. } => page.with("least", amount.to_string()),
            Self::MaxAmount { amount, .. } => page.with("most", amount.to_string()),
            Self::Allowed { values, question } => {
                page.with("values", values.iter().map(|value| around.written(question, value)).collect::<Vec<_>>().join(", "))
            }
            Self::AgeBetween { min, max, .. } => page.with("age_min", min.to_string()).with("age_max", max.to_string()),
            Self::NumberBetween { min, max, .. } => page.with("number_min", min.to_string()).with("number_max", max.to_string()),
        }
    }
    fn read(sent: &Sent, around: &Around<'_>, _: Option<&Self>) -> AppResult<Self> {
        let mut fields = Fields::new();
        let question = question(&mut fields, sent, "question");
        let limit = match sent.text("rule") {
            "max_vehicle_age" => whole(&mut fields, sent, "years").map(|years| Self::MaxVehicleAge { question, years }),
            "min_amount" => needed_amount(&mut fields, sent, "least").map(|amount| Self::MinAmount { question, amount }),
            "max_amount" => needed_amount(&mut fields, sent, "most").map(|amount| Self::MaxAmount { question, amount }),
            "age_between" => {
                let ends = (whole(&mut fields, sent, "age_min"), whole(&mut fields, sent, "age_max"));
                ends.0.zip(ends.1).map(|(min, max)| Self::AgeBetween { question, min, max })
            }
            "number_between" => {
                let ends = (whole(&mut fields, sent, "number_min"), whole(&mut fields, sent, "number_max"));
                ends.0.zip(ends.1).map(|(min, max)| Self::NumberBetween { question, min, max })
            }
            "allowed" => {
                let values: Vec<String> = fields
                    .text("values", sent.text("values"), 500)
                    .split(',')
                    .filter(|value| !value.trim().is_empty())
                    .map(|value| around.meant(&question, value))
                    .collect();
                Some(Self::Allowed { question, values })
            }
            _ => {
                fields.add("rule", "field-required");
                None
            }
        };
        match &limit {
            Some(Self::AgeBetween { min, max, .. }) if min > max || *min < 0 => fields.add("age_max", "figure-invalid"),
            Some(Self::NumberBetween { min, max, .. }) if min > max => fields.add("number_max", "figure-invalid"),
            Some(Self::MaxVehicleAge { years, .. }) if !(0..=100).contains(years) => fields.add("years", "figure-invalid"),
            _ => {}
        }
        fields.finish()?;
        limit.ok_or_else(|| AppError::field("rule", "field-required"))
    }
    fn put(self, terms: &mut Terms, at: Option<usize>, place: usize) {
        placed(&mut terms.limits, self, at, place);
    }
    fn take_out(&self, terms: &mut Terms, at: usize) {
        taken(&mut terms.limits, at);
    }
}
