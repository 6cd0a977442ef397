//! The reader's language: chosen on any page, kept by the browser, and on record for a customer, whose mails and documents follow it.

use axum::{extract::State, response::Response};
use crm::customers::{CustomerId, service as customers};
use kernel::{
    App, AppError, AppResult, TenantTx,
    http::form::Form,
    languages::{self, LANGUAGE_COOKIE, language_of},
    routes::{Access, Face, Routes},
};
use pages::redirect;
use serde::Deserialize;

use crate::{
    place,
    session::{Visit, append},
};

/// How long a browser keeps the choice.
const KEPT_SECONDS: u32 = 365 * 24 * 60 * 60;

pub(crate) fn routes() -> Routes {
    Routes::new().post(Face::Portal, "/language", Access::Public, choose)
}

#[derive(Deserialize)]
struct Choice {
    language: String,
    #[serde(default)]
    next: String,
}

async fn choose(visit: Visit, State(app): State<App>, Form(body): Form<Choice>) -> AppResult<Response> {
    let scope = &visit.caller.scope;
    let locale = languages::locale_in(&app, &scope.tenant, &body.language).ok_or_else(|| AppError::malformed("language"))?;
    if let Some(customer) = scope.customer() {
        let mut tx = scope.begin_write().await?;
        customers::speaks(&mut tx, customer.into(), &locale).await?;
        tx.commit().await?;
    }
    let mut response = redirect(&place::local(&body.next));
    append(&mut response, &cookie(&app, &body.language));
    Ok(response)
}

/// Of somebody who signs in: what this browser was told goes on record, and a browser that was told nothing learns the record.
pub(crate) async fn agree(app: &App, visit: &Visit, tx: &mut TenantTx, customer: CustomerId, response: &mut Response) -> AppResult<()> {
    let known = customers::get(tx, customer).await?.locale;
    match (&visit.chosen_language, known) {
        (None, Some(known)) => {
            append(response, &cookie(app, language_of(&known)));
            Ok(())
        }
        _ => customers::speaks(tx, customer, &visit.caller.scope.locale).await,
    }
}

fn cookie(app: &App, language: &str) -> String {
    let secure = if app.hosts.scheme == "https" { "; Secure" } else { "" };
    format!("{LANGUAGE_COOKIE}={language}; Path=/; Max-Age={KEPT_SECONDS}; HttpOnly; SameSite=Lax{secure}")
}
