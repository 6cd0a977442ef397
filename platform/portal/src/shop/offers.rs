//! What every insurer asks for one risk, cheapest first, with the reason for every line.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use insurance::{
    catalogue::service as catalogue,
    law::Law,
    quotes::{Offer, OfferId, OfferOutcome, Quote, QuoteId, service as quotes},
    rating::{Decline, Premium},
    saved_quotes,
};
use kernel::{
    App, AppResult,
    http::{Anyone, Path, form::Form},
};
use pages::{Badge, FormState, PriceLine, Shell, Tone, html, redirect, redirect_with};
use serde::Deserialize;

use super::highlights::{self, Highlights};
use crate::{page::Page, place, price, samples::Sample};

#[derive(Template)]
#[template(path = "portal/offers.html")]
struct OffersPage {
    shell: Shell,
    /// `KDA 123A, Motor comprehensive`
    subject: String,
    reference: String,
    valid_until: String,
    expired: bool,
    change_href: String,
    repeat_action: String,
    compare_href: String,
    form: FormState,
    /// The whole address by which the prices are taken along; empty once they are over.
    link: String,
    save_action: String,
    offers: Vec<OfferCard>,
    declined: Vec<Declined>,
}

struct OfferCard {
    id: String,
    insurer: String,
    product: String,
    amount: String,
    href: String,
    badge: Option<Badge>,
    /// What the price holds: sum insured, chosen extras, and what not every offer covers alike.
    covers: Vec<String>,
    /// What the customer bears of a claim, where it differs from the other offers.
    excesses: Vec<String>,
    lines: Vec<PriceLine>,
    sample: bool,
}

struct Declined {
    insurer: String,
    reasons: Vec<String>,
}

pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page, Path(id): Path<QuoteId>) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let quote = quotes::get(&mut tx, id).await?;
    let ids: Vec<_> = quote.offers.iter().map(|offer| offer.product_version_id).collect();
    let versions = catalogue::versions_by_id(&mut tx, &ids).await?;
    drop(tx);
    let terms = |offer: &Offer| versions.iter().find(|version| version.id == offer.product_version_id).map(|version| &version.terms);
    let priced = quote.offers.iter().filter(|offer| offer.premium().is_some());
    let (ids, terms): (Vec<_>, Vec<_>) = priced.filter_map(|offer| Some((offer.id, terms(offer)?))).unzip();
    let highlights = ids.into_iter().zip(highlights::of(&shell, &terms, caller.tenant().currency)).collect();
    let expired = quote.is_expired(caller.scope.today());
    let link = app.hosts.portal_url(&caller.tenant().slug, &format!("/saved/{}", saved_quotes::link(&app, id)));
    html(&OffersPage::new(shell, &quote, &highlights, expired, if expired { String::new() } else { link }))
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// The same risk at today's prices: what to do with a quote that is over.
pub(super) async fn repeat(caller: Anyone, State(app): State<App>, Path(id): Path<QuoteId>, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let law = Law::of(&app, caller.tenant())?;
    let mut tx = caller.begin_write().await?;
    match quotes::repeat(&mut tx, &law, id).await {
        Ok(quote) => {
            tx.commit().await?;
            Ok(redirect(&format!("/quotes/{}", quote.id)))
        }
        Err(error) if error.is("quote.nothing_for_sale") => Ok(redirect_with("/products", Tone::Warn, "error-quote-nothing-for-sale")),
        // The old answers do not fit the forms of today: ask again.
        Err(error) if error.is("validation_error") => {
            drop(tx);
            let mut tx = caller.begin_read().await?;
            Ok(redirect(&questions_again(&quotes::get(&mut tx, id).await?)))
        }
        Err(error) => Err(error),
    }
}

/// The questions with what was answered, unless somebody else answered them.
fn questions_again(quote: &Quote) -> String {
    let mut href = format!("/quotes/new?category={}", place::encoded(&quote.category_code));
    if quote.copied {
        return href;
    }
    for (key, answer) in &quote.answers {
        if let Some(text) = answer.as_str() {
            href.push_str(&format!("&{}={}", place::encoded(key), place::encoded(text)));
        }
    }
    href
}

/// What the quote is about.
pub(crate) fn subject(shell: &Shell, quote: &Quote) -> String {
    let title = quote.category_title.get(&shell.lang);
    match quote.shown_plate() {
        Some(plate) => format!("{plate}, {title}"),
        None => title.to_owned(),
    }
}

impl OffersPage {
    fn new(shell: Shell, quote: &Quote, highlights: &HashMap<OfferId, Highlights>, expired: bool, link: String) -> Self {
        let subject = subject(&shell, quote);
        let mut offers = Vec::new();
        let mut declined = Vec::new();
        for offer in &quote.offers {
            match &offer.outcome {
                OfferOutcome::Priced(premium) => {
                    offers.push(OfferCard::new(&shell, quote, offer, premium, highlights.get(&offer.id), offers.is_empty()))
                }
                OfferOutcome::Declined(reasons) => declined.push(Declined {
                    insurer: offer.insurer_name.clone(),
                    reasons: reasons.iter().map(|reason| decline_text(&shell, reason)).collect(),
                }),
            }
        }
        Self {
            subject,
            reference: quote.reference.clone(),
            valid_until: shell.date(&quote.valid_until),
            expired,
            change_href: questions_again(quote),
            repeat_action: format!("/quotes/{}/repeat", quote.id),
            compare_href: format!("/quotes/{}/compare", quote.id),
            form: FormState::new(&shell),
            link,
            save_action: format!("/quotes/{}/save", quote.id),
            offers,
            declined,
            shell: shell.titled("portal-offers-short").under("portal-products-title", "/products"),
        }
    }
}

impl OfferCard {
    fn new(shell: &Shell, quote: &Quote, offer: &Offer, premium: &Premium, highlights: Option<&Highlights>, first: bool) -> Self {
        let mut covers = Vec::new();
        if let Some(sum) = premium.sum_insured {
            covers.push(shell.tf("portal-offers-sum", [("amount", shell.money(&sum))]));
        }
        let extras = premium.lines.iter().filter(|line| line.kind == insurance::rating::LineKind::AddOn);
        covers.extend(extras.map(|line| line.label.get(&shell.lang).to_owned()));
        let Highlights { covered, excesses } = highlights.cloned().unwrap_or_default();
        covers.extend(covered);
        Self {
            id: offer.id.to_string(),
            insurer: offer.insurer_name.clone(),
            product: offer.product_name.get(&shell.lang).to_owned(),
            amount: shell.money(&premium.payable),
            href: format!("/quotes/{}/offers/{}", quote.id, offer.id),
            badge: first.then(|| Badge::new(Tone::Good, shell.t("portal-offers-lowest"))),
            covers,
            excesses: excesses.into_iter().map(|excess| shell.tf("portal-offers-excess-of", [("excess", excess)])).collect(),
            lines: price::lines(shell, &premium.lines, premium.payable),
            sample: offer.sample,
        }
    }
}

pub(crate) fn decline_text(shell: &Shell, decline: &Decline) -> String {
    let words = [("question", decline.label.get(&shell.lang)), ("limit", decline.limit.as_str())];
    shell.tf(&format!("quote-decline-{}", decline.code.replace('_', "-")), words)
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let card = |badge: Option<Badge>, id: &str| OfferCard {
        id: id.to_owned(),
        insurer: "Mfano Insurance".to_owned(),
        product: "Private Motor Comprehensive".to_owned(),
        amount: "KSh 45,243".to_owned(),
        href: "/quotes/1/offers/1".to_owned(),
        badge,
        covers: vec!["Insured for KSh 1,000,000".to_owned()],
        excesses: vec!["Excess · Own damage: 2.5 % of the value".to_owned()],
        lines: vec![
            PriceLine {
                label: "Basic premium".to_owned(),
                amount: "KSh 45,000".to_owned(),
                why: "4.5 % of KSh 1,000,000.".to_owned(),
                ..PriceLine::default()
            },
            price::total(shell, kernel::money::Money::new(4_524_300, kernel::money::Currency::KES)),
        ],
        sample: true,
    };
    let page = |offers, expired| OffersPage {
        shell: shell.clone().titled("portal-offers-short").under("portal-products-title", "/products"),
        subject: "KDA 123A, Motor comprehensive".to_owned(),
        reference: "QUO-2026-00042".to_owned(),
        valid_until: "7 Dec 2026".to_owned(),
        expired,
        change_href: "/quotes/new?category=motor".to_owned(),
        repeat_action: "/quotes/1/repeat".to_owned(),
        compare_href: "/quotes/1/compare".to_owned(),
        form: FormState::new(shell),
        link: if expired { String::new() } else { "https://demo.example.com/saved/1.2".to_owned() },
        save_action: "/quotes/1/save".to_owned(),
        offers,
        declined: vec![Declined { insurer: "Nyingine Insurance".to_owned(), reasons: vec!["The insurer takes cars up to 15 years old.".to_owned()] }],
    };
    vec![
        Sample::of("offers", &page(vec![card(Some(Badge::new(Tone::Good, "Lowest price")), "a"), card(None, "b")], false)),
        Sample::of("offers-expired", &page(vec![card(None, "a")], true)),
        Sample::of("offers-none", &page(Vec::new(), false)),
    ]
}
