//! A quote taken along by a link: its prices for whoever has the link, and going on with it on this device.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use insurance::{
    quotes::{Quote, QuoteId},
    saved_quotes,
};
use kernel::{
    App, AppResult,
    http::{Anyone, Path, form::Form},
};
use pages::{FormState, PriceLine, Shell, Tone, html, redirect, redirect_with};
use serde::Deserialize;

use super::offers;
use crate::{form::status_of, page::Page, price, samples::Sample};

#[derive(Template)]
#[template(path = "portal/saved.html")]
struct SavedPage {
    shell: Shell,
    /// `KDA ···A, Motor comprehensive`
    subject: String,
    valid_until: String,
    expired: bool,
    form: FormState,
    action: String,
    offers: Vec<Priced>,
}

struct Priced {
    id: String,
    insurer: String,
    product: String,
    amount: String,
    lines: Vec<PriceLine>,
    sample: bool,
}

impl SavedPage {
    fn new(shell: Shell, quote: &Quote, link: &str, expired: bool) -> Self {
        let priced = |offer: &insurance::quotes::Offer| {
            offer.premium().map(|premium| Priced {
                id: offer.id.to_string(),
                insurer: offer.insurer_name.clone(),
                product: offer.product_name.get(&shell.lang).to_owned(),
                amount: shell.money(&premium.payable),
                lines: price::lines(&shell, &premium.lines, premium.payable),
                sample: offer.sample,
            })
        };
        Self {
            subject: offers::subject(&shell, &Quote { copied: true, ..quote.clone() }),
            valid_until: shell.date(&quote.valid_until),
            expired,
            form: FormState::new(&shell),
            action: format!("/saved/{link}"),
            offers: quote.offers.iter().filter_map(priced).collect(),
            shell: shell.titled("portal-saved-title"),
        }
    }
}

pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page, Path(link): Path<String>) -> AppResult<Response> {
    let id = saved_quotes::quote_of_link(&app, &link)?;
    let mut tx = caller.scope.as_system("portal.saved_quote.show").begin_read().await?;
    let quote = saved_quotes::service::open(&mut tx, id).await?;
    drop(tx);
    let expired = quote.is_expired(caller.scope.today());
    let mut response = html(&SavedPage::new(shell, &quote, &link, expired))?;
    // The address is a key: other sites are not told of it.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// The quote becomes one of the reader's own, with the same prices and the same end.
pub(super) async fn go_on(caller: Anyone, State(app): State<App>, Path(link): Path<String>, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let id = saved_quotes::quote_of_link(&app, &link)?;
    let mut tx = caller.scope.as_system("portal.saved_quote.take_over").begin_write().await?;
    let customer = caller.scope.customer().map(Into::into);
    let own = saved_quotes::service::take_over(&mut tx, id, caller.scope.visitor(), customer).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/quotes/{}", own.id)))
}

#[derive(Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    email: String,
}

/// Sends the link by mail.
pub(super) async fn send(caller: Anyone, Page(shell): Page, Path(id): Path<QuoteId>, Form(to): Form<Address>) -> AppResult<Response> {
    let here = format!("/quotes/{id}");
    let mut tx = caller.begin_write().await?;
    match insurance::saved_quotes::service::send(&mut tx, id, &to.email, &shell.lang).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&here, Tone::Good, "portal-saved-sent"))
        }
        Err(error) => {
            let (_, error) = status_of(error)?;
            Ok(match &*error.code {
                "quote.mailed_often" => redirect_with(&here, Tone::Warn, "portal-saved-often"),
                // The page itself says that it is over.
                "quote.expired" => redirect(&here),
                _ => redirect_with(&here, Tone::Warn, "portal-saved-no-address"),
            })
        }
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |expired| SavedPage {
        shell: shell.clone().titled("portal-saved-title"),
        subject: "KDA ···A, Motor comprehensive".to_owned(),
        valid_until: "7 Dec 2026".to_owned(),
        expired,
        form: FormState::new(shell),
        action: "/saved/1.2".to_owned(),
        offers: vec![Priced {
            id: "1".to_owned(),
            insurer: "Mfano Insurance".to_owned(),
            product: "Private Motor Comprehensive".to_owned(),
            amount: "KSh 45,243".to_owned(),
            lines: vec![price::total(shell, kernel::money::Money::new(4_524_300, kernel::money::Currency::KES))],
            sample: true,
        }],
    };
    vec![Sample::of("saved quote", &page(false)), Sample::of("saved quote, expired", &page(true))]
}
