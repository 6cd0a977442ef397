//! One insurer's offer in full: its cover, its extras, and its price line by line.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{Product, service as catalogue},
    law::Law,
    quotes::{Offer, OfferId, Quote, QuoteFailure, QuoteId, service as quotes},
    rating::Premium,
};
use kernel::{
    App, AppError, AppResult,
    http::{Anyone, Path, form::Form},
    money::{Currency, Money},
};
use pages::{Fact, FormState, PriceLine, Shell, Tone, html, redirect, redirect_with};

use super::{offers, product};
use crate::{page::Page, price, samples::Sample};

#[derive(Template)]
#[template(path = "portal/offer.html")]
struct OfferPage {
    shell: Shell,
    offer: String,
    name: String,
    insurer: String,
    summary: String,
    sample: bool,
    /// Neither the quote is over nor the product withdrawn.
    for_sale: bool,
    why_not: String,
    repeat_action: String,
    covered: Vec<String>,
    excluded: Vec<String>,
    excesses: Vec<String>,
    add_ons: Vec<AddOn>,
    add_ons_action: String,
    form: FormState,
    facts: Vec<Fact>,
    papers: Vec<String>,
    lines: Vec<PriceLine>,
    total: String,
}

struct AddOn {
    key: String,
    label: String,
    detail: String,
    /// What it costs, formatted; empty where it cannot be said.
    amount: String,
    chosen: bool,
}

pub(super) async fn show(
    caller: Anyone,
    State(app): State<App>,
    Page(shell): Page,
    Path((id, offer)): Path<(QuoteId, OfferId)>,
) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let quote = quotes::get(&mut tx, id).await?;
    let offer = quote.offer(offer).ok_or(QuoteFailure::NotFound)?;
    let premium = offer.premium().ok_or(QuoteFailure::Declined)?;
    let product = catalogue::product(&mut tx, offer.product_id).await?;
    let (hindrance, extras) = match quotes::offer_for_sale(&mut tx, offer.id).await {
        Ok(sale) => (None, quotes::prices_of_extras(&Law::of(&app, caller.tenant())?, &sale)?),
        Err(error) if error.kind == kernel::Kind::Conflict => (Some(error), BTreeMap::new()),
        Err(error) => return Err(error),
    };
    drop(tx);
    html(&OfferPage::new(shell, &quote, offer, premium, &extras, &product, hindrance.as_ref()))
}

/// The extras that are ticked; the offer is priced anew.
pub(super) async fn choose_add_ons(
    caller: Anyone,
    State(app): State<App>,
    Path((id, offer)): Path<(QuoteId, OfferId)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> AppResult<Response> {
    let here = format!("/quotes/{id}/offers/{offer}");
    let add_ons: BTreeSet<String> = pairs.into_iter().filter(|(name, _)| name == "add_on").map(|(_, key)| key).collect();
    let law = Law::of(&app, caller.tenant())?;
    let mut tx = caller.begin_write().await?;
    match quotes::choose_add_ons(&mut tx, &law, offer, add_ons).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect(&here))
        }
        // The page itself says why it cannot be changed any more.
        Err(error) if error.kind == kernel::Kind::Conflict => Ok(redirect_with(&here, Tone::Warn, "portal-offer-not-changed")),
        Err(error) => Err(error),
    }
}

impl OfferPage {
    fn new(
        shell: Shell,
        quote: &Quote,
        offer: &Offer,
        premium: &Premium,
        extras: &BTreeMap<String, Money>,
        product: &Product,
        hindrance: Option<&AppError>,
    ) -> Self {
        let terms = &product.current.terms;
        let text = |text: &insurance::text::LocalText| text.get(&shell.lang).to_owned();
        let texts = |all: &[insurance::text::LocalText]| all.iter().map(text).collect::<Vec<_>>();
        let add_ons = terms
            .add_ons
            .iter()
            .map(|add_on| AddOn {
                key: add_on.key.clone(),
                label: text(&add_on.title),
                detail: text(&add_on.description),
                amount: extras.get(&add_on.key).map(|amount| shell.money(amount)).unwrap_or_default(),
                chosen: offer.add_ons.contains(&add_on.key),
            })
            .collect();
        let mut facts = vec![
            Fact::new(shell.t("portal-offer-for"), offers::subject(&shell, quote)),
            Fact::new(shell.t("portal-product-term"), shell.tn("portal-product-months", terms.term_months)),
            Fact::new(shell.t("portal-offer-until"), shell.date(&quote.valid_until)),
            Fact::new(shell.t("portal-offer-quote"), quote.reference.clone()).copied(),
        ];
        if let Some(sum) = premium.sum_insured {
            facts.insert(1, Fact::new(shell.t("portal-offer-sum"), shell.money(&sum)));
        }
        Self {
            offer: offer.id.to_string(),
            name: text(&offer.product_name),
            insurer: offer.insurer_name.clone(),
            summary: text(&product.description),
            sample: offer.sample,
            for_sale: hindrance.is_none(),
            why_not: hindrance.map(|error| shell.error(error)).unwrap_or_default(),
            repeat_action: format!("/quotes/{}/repeat", quote.id),
            covered: product::covered(&shell, terms, premium.payable.currency),
            excluded: texts(&terms.exclusions),
            excesses: texts(&terms.excesses),
            add_ons,
            add_ons_action: format!("/quotes/{}/offers/{}", quote.id, offer.id),
            form: FormState::new(&shell),
            facts,
            papers: texts(&terms.documents),
            lines: price::lines(&shell, &premium.lines, premium.payable),
            total: shell.money(&premium.payable),
            shell: shell
                .clone()
                .under("portal-products-title", "/products")
                .under("portal-offers-short", &format!("/quotes/{}", quote.id))
                .named(text(&offer.product_name)),
        }
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |for_sale: bool| OfferPage {
        shell: shell.clone().under("portal-offers-short", "/quotes/1").named("Private Motor Comprehensive"),
        offer: "1".to_owned(),
        name: "Private Motor Comprehensive".to_owned(),
        insurer: "Mfano Insurance".to_owned(),
        summary: "A plain cover at one rate.".to_owned(),
        sample: true,
        for_sale,
        why_not: if for_sale { String::new() } else { "This quote was valid until 7 Dec 2026.".to_owned() },
        repeat_action: "/quotes/1/repeat".to_owned(),
        covered: vec!["Theft and fire".to_owned()],
        excluded: vec!["Racing".to_owned()],
        excesses: vec!["2.5 % of the value".to_owned()],
        add_ons: vec![AddOn {
            key: "pvt".to_owned(),
            label: "Political violence".to_owned(),
            detail: "Riots.".to_owned(),
            amount: "KSh 2,500".to_owned(),
            chosen: true,
        }],
        add_ons_action: "/quotes/1/offers/1".to_owned(),
        form: FormState::new(shell),
        facts: vec![Fact::new("For", "KDA 123A")],
        papers: vec!["Logbook".to_owned()],
        lines: vec![price::total(shell, kernel::money::Money::new(4_524_300, Currency::KES))],
        total: "KSh 45,243".to_owned(),
    };
    vec![Sample::of("offer", &page(true)), Sample::of("offer-over", &page(false))]
}
