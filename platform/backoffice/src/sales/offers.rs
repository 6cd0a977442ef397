//! The offers of a quote side by side, for the desk: what each costs, covers and leaves to the customer.

use askama::Template;
use insurance::{
    catalogue::Terms,
    quotes::{Offer, OfferOutcome, Quote},
    text::LocalText,
};
use pages::{PriceLine, Shell};

use crate::words;

#[derive(Template)]
#[template(path = "office/offers.html")]
pub(crate) struct OffersPage {
    pub(crate) shell: Shell,
    pub(crate) title: String,
    pub(crate) reference: String,
    pub(crate) valid_until: String,
    pub(crate) expired: bool,
    pub(crate) record_href: String,
    pub(crate) choose_action: String,
    pub(crate) mail_action: String,
    pub(crate) repeat_action: String,
    pub(crate) columns: Vec<OfferColumn>,
    /// Who declined, and why.
    pub(crate) declined: Vec<(String, String)>,
}

/// One offer.
pub(crate) struct OfferColumn {
    pub(crate) id: String,
    pub(crate) insurer: String,
    pub(crate) product: String,
    pub(crate) amount: String,
    pub(crate) sum_insured: String,
    pub(crate) lines: Vec<PriceLine>,
    pub(crate) covers: Vec<String>,
    pub(crate) excesses: Vec<String>,
}

/// An offer that has a price, in words.
pub(super) fn offer_column(shell: &Shell, offer: &Offer, terms: &Terms) -> OfferColumn {
    let text = |text: &LocalText| text.get(&shell.lang).to_owned();
    let premium = offer.premium();
    OfferColumn {
        id: offer.id.to_string(),
        insurer: offer.insurer_name.clone(),
        product: text(&offer.product_name),
        amount: offer.payable().map(|payable| shell.money(&payable)).unwrap_or_default(),
        sum_insured: premium.and_then(|premium| premium.sum_insured).map(|sum| shell.money(&sum)).unwrap_or_default(),
        lines: premium.map(|premium| words::price(shell, &premium.lines, &premium.payable)).unwrap_or_default(),
        covers: terms
            .benefits
            .iter()
            .filter(|benefit| benefit.included || benefit.add_on.as_ref().is_some_and(|key| offer.add_ons.contains(key)))
            .map(|benefit| text(&benefit.title))
            .collect(),
        excesses: terms.excesses.iter().map(text).collect(),
    }
}

/// Insurers that declined, each with its reasons.
pub(super) fn declined(shell: &Shell, quote: &Quote) -> Vec<(String, String)> {
    let why = |offer: &Offer| match &offer.outcome {
        OfferOutcome::Declined(reasons) => Some((offer.insurer_name.clone(), words::declined(shell, reasons))),
        OfferOutcome::Priced(_) => None,
    };
    quote.offers.iter().filter_map(why).collect()
}
