//! Extras that customers may choose, each with its price.

use insurance::{
    catalogue::{Terms, terms::AddOn},
    rating::{Price, Step},
};
use kernel::{AppError, AppResult, error::Fields};

use super::{Around, Kind, Part, new_code, placed, price, taken};
use crate::frame::{Field, FormPage, Section, Sent, in_languages, worded, wording};

/// An extra with what the step of its name takes for it.
#[derive(Clone)]
pub(super) struct Extra {
    add_on: AddOn,
    price: Option<Price>,
}

fn price_of(terms: &Terms, key: &str) -> Option<Price> {
    terms.pricing.iter().find_map(|step| match step {
        Step::AddOn { add_on, price } if add_on == key => Some(price.clone()),
        _ => None,
    })
}

impl Part for Extra {
    const KIND: Kind = Kind::Extras;

    fn all(around: &Around<'_>) -> Vec<Self> {
        around.terms.add_ons.iter().map(|add_on| Self { price: price_of(around.terms, &add_on.key), add_on: add_on.clone() }).collect()
    }
    fn title(&self, around: &Around<'_>) -> String {
        self.add_on.title.get(&around.shell.lang).to_owned()
    }
    fn detail(&self, around: &Around<'_>) -> String {
        self.price.as_ref().map(|price| price::told(price, around)).unwrap_or_default()
    }
    fn sections(around: &Around<'_>, _: Option<&Self>) -> Vec<Section> {
        let shell = around.shell;
        let mut text = in_languages(around.languages, "title", &shell.t("office-terms-extra"), |name, label| Field::text(name, label).max(150));
        text.extend(in_languages(around.languages, "description", &shell.t("office-products-about"), |name, label| {
            Field::area(name, label).max(500).optional()
        }));
        std::iter::once(Section::of(text)).chain(price::sections(around)).collect()
    }
    fn fill(&self, page: FormPage, around: &Around<'_>) -> FormPage {
        let page = worded(page, around.languages, "title", &self.add_on.title);
        let page = worded(page, around.languages, "description", &self.add_on.description);
        match &self.price {
            Some(price) => price::fill(page, price),
            None => page,
        }
    }
    fn read(sent: &Sent, around: &Around<'_>, kept: Option<&Self>) -> AppResult<Self> {
        let mut fields = Fields::new();
        let title = wording(sent, around.languages, "title").written(&mut fields, "title", 150);
        let description = wording(sent, around.languages, "description").kept(&mut fields, "description", 500);
        let price = price::read(&mut fields, sent, kept.and_then(|kept| kept.price.as_ref()));
        fields.finish()?;
        // A step of this name would be another's.
        let taken = |key: &str| around.terms.add_on(key).is_some() || super::step::is_code(around.terms, key);
        let key = kept.map_or_else(|| new_code(title.get("en"), taken), |kept| kept.add_on.key.clone());
        let price = Some(price.ok_or_else(|| AppError::field("price", "field-required"))?);
        Ok(Self { add_on: AddOn { key, title, description }, price })
    }
    /// The price of a new one is asked before levies are, which are taken of everything.
    fn put(self, terms: &mut Terms, at: Option<usize>, place: usize) {
        let (key, price) = (self.add_on.key.clone(), self.price);
        placed(&mut terms.add_ons, self.add_on, at, place);
        let Some(price) = price else { return };
        let own = terms.pricing.iter().position(|step| matches!(step, Step::AddOn { add_on, .. } if *add_on == key));
        let first_levy = terms.pricing.iter().position(|step| matches!(step, Step::Levy { .. }));
        let to = own.or(first_levy).unwrap_or(terms.pricing.len());
        placed(&mut terms.pricing, Step::AddOn { add_on: key, price }, own, to);
    }
    fn take_out(&self, terms: &mut Terms, at: usize) {
        if let Some(gone) = taken(&mut terms.add_ons, at) {
            terms.pricing.retain(|step| !matches!(step, Step::AddOn { add_on, .. } if *add_on == gone.key));
        }
    }
}
