//! The customer's prices that are not bought yet: what still holds, and what can be asked again.

use askama::Template;
use axum::response::Response;
use insurance::quotes::{Quote, service as quotes};
use kernel::{AppResult, http::Customer};
use pages::{Badge, Shell, Tone, html};

use crate::{page::Page, samples::Sample, shop::offers::subject};

#[derive(Template)]
#[template(path = "portal/quotes.html")]
struct QuotesPage {
    shell: Shell,
    quotes: Vec<QuoteRow>,
}

/// A quote as lists show it.
pub(super) struct QuoteRow {
    pub subject: String,
    /// The lowest price and how many there are; empty if every insurer declined.
    pub price: String,
    pub state: Badge,
    pub href: String,
}

impl QuoteRow {
    pub(super) fn new(shell: &Shell, quote: &Quote, expired: bool) -> Self {
        let (tone, key) = if expired { (Tone::Neutral, "portal-quotes-over") } else { (Tone::Good, "portal-quotes-until") };
        Self {
            subject: subject(shell, quote),
            price: quote
                .offers
                .iter()
                .find_map(|offer| offer.payable())
                .map(|best| shell.tf("portal-products-from", [("amount", shell.money(&best))]))
                .unwrap_or_default(),
            state: Badge::new(tone, shell.tf(key, [("date", shell.date(&quote.valid_until))])),
            href: format!("/quotes/{}", quote.id),
        }
    }
    pub(super) fn sample() -> Self {
        Self {
            subject: "KDA 123A, Motor comprehensive".to_owned(),
            price: "from KSh 45,243".to_owned(),
            state: Badge::new(Tone::Good, "Until 7 Dec 2026"),
            href: "/quotes/1".to_owned(),
        }
    }
}

pub(super) async fn show(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    let today = caller.scope.today();
    let mut tx = caller.begin_read().await?;
    let own = quotes::list_to_buy(&mut tx).await?;
    drop(tx);
    html(&QuotesPage {
        quotes: own.iter().map(|quote| QuoteRow::new(&shell, quote, quote.is_expired(today))).collect(),
        shell: shell.titled("portal-quotes-title"),
    })
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |quotes| QuotesPage { shell: shell.clone().titled("portal-quotes-title"), quotes };
    vec![Sample::of("quotes", &page(vec![QuoteRow::sample()])), Sample::of("quotes-empty", &page(Vec::new()))]
}
