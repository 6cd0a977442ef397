//! What is covered.

use insurance::catalogue::{Terms, form::QuestionKind, terms::Benefit};
use kernel::{AppResult, error::Fields};
use pages::Choice;

use super::{Around, Kind, Part, new_code, placed, price::amount, taken};
use crate::frame::{Field, FormPage, Section, Sent, in_languages, worded, wording};

impl Part for Benefit {
    const KIND: Kind = Kind::Benefits;

    fn all(around: &Around<'_>) -> Vec<Self> {
        around.terms.benefits.clone()
    }
    fn title(&self, around: &Around<'_>) -> String {
        self.title.get(&around.shell.lang).to_owned()
    }
    fn detail(&self, around: &Around<'_>) -> String {
        let shell = around.shell;
        let how = match &self.add_on {
            Some(key) => {
                let extra = around.terms.add_on(key).map_or(key.as_str(), |extra| extra.title.get(&shell.lang));
                shell.tf("office-terms-with-extra", [("extra", extra)])
            }
            None => shell.t(if self.included { "office-products-included" } else { "office-products-extra" }),
        };
        let most = match (&self.amount, &self.limit_of) {
            (Some(amount), _) => Some(around.money(*amount)),
            (None, Some(key)) => Some(around.question(key)),
            (None, None) => None,
        };
        most.map_or(how.clone(), |most| format!("{how} · {}", shell.tf("office-terms-up-to", [("most", most)])))
    }
    fn sections(around: &Around<'_>, _: Option<&Self>) -> Vec<Section> {
        let shell = around.shell;
        let extras = around.terms.add_ons.iter().map(|extra| Choice::new(extra.key.clone(), extra.title.get(&shell.lang))).collect();
        let sums = around.questions(&[QuestionKind::Money]);
        let title = in_languages(around.languages, "title", &shell.t("office-terms-benefit"), |name, label| Field::text(name, label).max(200));
        vec![
            Section::of(title),
            Section::of(vec![
                Field::select("add_on", shell.t("office-terms-only-with"), extras).help(shell.t("office-terms-only-with-help")).optional(),
                Field::money("amount", shell.t("office-terms-most-paid"), around.currency.symbol()).optional(),
                Field::select("limit_of", shell.t("office-terms-most-paid-of"), sums).help(shell.t("office-terms-most-paid-help")).optional(),
            ]),
        ]
    }
    fn fill(&self, page: FormPage, around: &Around<'_>) -> FormPage {
        worded(page, around.languages, "title", &self.title)
            .with("add_on", self.add_on.clone().unwrap_or_default())
            .with("amount", self.amount.map(|amount| amount.to_string()).unwrap_or_default())
            .with("limit_of", self.limit_of.clone().unwrap_or_default())
    }
    fn read(sent: &Sent, around: &Around<'_>, kept: Option<&Self>) -> AppResult<Self> {
        let mut fields = Fields::new();
        let title = wording(sent, around.languages, "title").written(&mut fields, "title", 200);
        let most = amount(&mut fields, sent, "amount");
        if most.is_some() && sent.some("limit_of").is_some() {
            fields.add("limit_of", "terms-one-limit");
        }
        fields.finish()?;
        let taken = |code: &str| around.terms.benefits.iter().any(|benefit| benefit.code == code);
        let add_on = sent.some("add_on").map(str::to_owned);
        Ok(Self {
            code: kept.map_or_else(|| new_code(title.get("en"), taken), |kept| kept.code.clone()),
            title,
            included: add_on.is_none(),
            add_on,
            amount: most,
            limit_of: sent.some("limit_of").map(str::to_owned),
        })
    }
    fn put(self, terms: &mut Terms, at: Option<usize>, place: usize) {
        placed(&mut terms.benefits, self, at, place);
    }
    fn take_out(&self, terms: &mut Terms, at: usize) {
        taken(&mut terms.benefits, at);
    }
}
