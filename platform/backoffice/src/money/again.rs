//! Asking for money again that a failed or expired attempt did not bring: one by one, or for many customers at once.

use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult, Kind, TenantTx,
    http::{Form, Path, Staff},
    paging::Page,
};
use ledger::payments::{Payment, PaymentId, PaymentView, service};
use pages::{Tone, redirect_with};

use super::payments::filter_of;
use crate::frame::{Desk, Sent};

const LIST: (&str, &str) = ("office-payments-title", "/payments");
const ACT: &str = "office-payments-again";

/// The same request once more, by the way to pay as it is offered now. What comes of it is the caller's to commit.
async fn ask(app: &App, staff: &Staff, id: PaymentId, method: &str) -> AppResult<(TenantTx, AppResult<Payment>)> {
    let chosen = service::choose(app, &staff.scope, method).await;
    let mut tx = staff.begin_write().await?;
    let done = match chosen {
        Ok(method) => service::again(&mut tx, id, method).await,
        Err(error) => Err(error),
    };
    Ok((tx, done))
}

/// An attempt that is open refuses another one, so the button needs no key.
pub(super) async fn again(State(app): State<App>, staff: Staff, Path(id): Path<PaymentId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let method = service::record(&mut tx, id).await?.payment.method;
    drop(tx);
    let (tx, done) = ask(&app, &staff, id, &method).await?;
    match done {
        Ok(payment) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/payments/{}", payment.id), Tone::Good, "office-payments-asked-again"))
        }
        Err(error) if matches!(error.kind, Kind::Conflict | Kind::Invalid) => {
            Ok(redirect_with(&format!("/payments/{id}"), Tone::Warn, "office-payments-not-again"))
        }
        Err(error) => Err(error),
    }
}

/// The payments that the reader chose.
///
/// # Errors
/// `malformed` where none were: a page of the list is never meant.
async fn find(desk: &Desk) -> AppResult<Page<PaymentView>> {
    if desk.query.chosen.is_none() {
        return Err(AppError::malformed("id"));
    }
    let mut tx = desk.begin_read().await?;
    service::list(&mut tx, &filter_of(&desk.query), &desk.query.page()).await
}

pub(super) async fn show_many(desk: Desk) -> AppResult<Response> {
    let found = find(&desk).await?;
    desk.act(LIST, ACT, "office-payments-again-lede", &found, Vec::new()).show()
}

/// Each by itself; one that cannot be asked for again is refused and changes nothing.
pub(super) async fn many(desk: Desk, Form(sent): Form<Sent>) -> AppResult<Response> {
    let found = find(&desk).await?;
    if let Some(answer) = desk.put_off(&found, &sent, LIST.1, ACT).await? {
        return Ok(answer);
    }
    let mut batch = desk.batch();
    for payment in found.results {
        let (tx, done) = ask(&desk.app, &desk.staff, payment.id, &payment.method).await?;
        batch.take(tx, payment.id, payment.reference, format!("/payments/{}", payment.id), done).await?;
    }
    batch.report(ACT, LIST)
}
