//! The steps of a payout: agreed to, withdrawn, sent, decided, come back. What holds: a step is taken of the payout as its form showed it.

use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Staff},
};
use ledger::payouts::{self, Payout, PayoutId};
use pages::{Choice, Crumb, Fact, Shell, Tone, redirect_with};
use ports::payout::{PayoutGateway, PayoutOffer};

use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section},
    words,
};
/// A step of a payout: its form, for the payout as it was read.
fn step_page(shell: Shell, payout: &Payout, step: &str, fields: Vec<Field>) -> FormPage {
    let mut shell = shell.under("office-payouts-title", "/payouts");
    let href = format!("/payouts/{}", payout.id);
    shell.crumbs.push(Crumb { label: payout.number.clone(), href: href.clone() });
    let (title, lede) = (shell.t(&format!("office-payouts-{step}")), shell.t(&format!("office-payouts-{step}-lede")));
    let way = words::word(&shell, "payout-way", payout.to.way.as_str());
    let account = payout.to.account.clone().or_else(|| payout.to.phone.as_deref().map(|phone| shell.phone(phone)));
    let mut facts = vec![
        Fact::new(shell.t("field-amount"), shell.money(&payout.amount)),
        Fact::new(shell.t("office-payouts-for"), payout.description.clone()),
        Fact::new(shell.t("office-payouts-payee"), payout.to.payee.clone()),
        match account {
            Some(account) => Fact::new(way, account),
            None => Fact::new(shell.t("office-payouts-way"), way),
        },
    ];
    let bank = [("bank", &payout.to.bank), ("bank-code", &payout.to.bank_code), ("branch-code", &payout.to.branch_code)];
    facts.extend(bank.into_iter().filter_map(|(key, value)| Some(Fact::new(shell.t(&format!("office-payouts-{key}")), value.clone()?))));
    let submit = title.clone();
    FormPage::new(shell, title, &format!("{href}/{step}"), &href, vec![Section::of(fields)])
        .lede(lede)
        .facts(facts)
        .submit(submit)
        .version(payout.version)
}

async fn find(staff: &Staff, id: PayoutId) -> AppResult<Payout> {
    payouts::get(&mut staff.begin_read().await?, id).await
}

fn done(id: PayoutId, flash: &str) -> Response {
    redirect_with(&format!("/payouts/{id}"), Tone::Good, flash)
}

pub(super) async fn show_approve(Office(shell): Office, staff: Staff, Path(id): Path<PayoutId>) -> AppResult<Response> {
    step_page(shell, &find(&staff, id).await?, "approve", Vec::new()).show()
}

pub(super) async fn approve(Office(shell): Office, staff: Staff, Path(id): Path<PayoutId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match payouts::approve(&mut tx, id, sent.version()?).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(done(id, "office-payouts-approved"))
        }
        Err(error) => {
            drop(tx);
            step_page(shell, &find(&staff, id).await?, "approve", Vec::new()).again(&sent, error)
        }
    }
}

fn reason(shell: &Shell) -> Vec<Field> {
    vec![Field::area("reason", shell.t("field-reason")).max(300)]
}

pub(super) async fn show_withdraw(Office(shell): Office, staff: Staff, Path(id): Path<PayoutId>) -> AppResult<Response> {
    let fields = reason(&shell);
    step_page(shell, &find(&staff, id).await?, "withdraw", fields).show()
}

pub(super) async fn withdraw(Office(shell): Office, staff: Staff, Path(id): Path<PayoutId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match payouts::withdraw(&mut tx, id, sent.version()?, sent.text("reason")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(done(id, "office-payouts-withdrawn"))
        }
        Err(error) => {
            drop(tx);
            let fields = reason(&shell);
            step_page(shell, &find(&staff, id).await?, "withdraw", fields).again(&sent, error)
        }
    }
}

/// A second click finds the payout approved again, so nothing needs a key.
pub(super) async fn again(staff: Staff, Path(id): Path<PayoutId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let version = payouts::get(&mut tx, id).await?.version;
    payouts::again(&mut tx, id, version).await?;
    tx.commit().await?;
    Ok(done(id, "office-payouts-approved"))
}

pub(super) async fn show_back(Office(shell): Office, staff: Staff, Path(id): Path<PayoutId>) -> AppResult<Response> {
    let fields = reason(&shell);
    step_page(shell, &find(&staff, id).await?, "back", fields).show()
}

pub(super) async fn back(Office(shell): Office, staff: Staff, Path(id): Path<PayoutId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match payouts::come_back(&mut tx, id, sent.version()?, sent.text("reason")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(done(id, "office-payouts-came-back"))
        }
        Err(error) => {
            drop(tx);
            let fields = reason(&shell);
            step_page(shell, &find(&staff, id).await?, "back", fields).again(&sent, error)
        }
    }
}

/// Who may carry a payout out, the first to be asked first.
async fn offers(app: &App, staff: &Staff, payout: &Payout) -> AppResult<Vec<PayoutOffer>> {
    let mut found = app.port::<dyn PayoutGateway>()?.offers(&staff.scope).await?;
    let came_through = match payout.to.payment {
        Some(payment) => {
            let payment = ledger::payments::service::record(&mut staff.begin_read().await?, payment).await?.payment;
            Some(payment.installation)
        }
        None => None,
    };
    found.retain(|offer| payouts::fits(payout, offer, came_through));
    Ok(found)
}

fn send_page(shell: Shell, payout: &Payout, offers: &[PayoutOffer]) -> FormPage {
    let choices = offers.iter().map(|offer| Choice::new(offer.installation.to_string(), offer.title.clone())).collect();
    let field = Field::choices("installation", shell.t("office-payouts-provider"), choices);
    let page = step_page(shell, payout, "send", vec![field]);
    match offers {
        [first, ..] => page.with("installation", first.installation.to_string()),
        [] => page,
    }
}

pub(super) async fn show_send(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<PayoutId>) -> AppResult<Response> {
    let payout = find(&staff, id).await?;
    let offers = offers(&app, &staff, &payout).await?;
    send_page(shell, &payout, &offers).show()
}

pub(super) async fn send(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<PayoutId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let payout = find(&staff, id).await?;
    let offers = offers(&app, &staff, &payout).await?;
    let chosen = offers.iter().find(|offer| offer.installation.to_string() == sent.text("installation"));
    let mut tx = staff.begin_write().await?;
    let handed = match chosen {
        Some(offer) => payouts::hand_over(&mut tx, id, sent.version()?, offer).await.map(drop),
        None => Err(AppError::field("installation", "field-required")),
    };
    match handed {
        Ok(()) => {
            tx.commit().await?;
            Ok(done(id, "office-payouts-handed"))
        }
        Err(error) => {
            drop(tx);
            send_page(shell, &payout, &offers).again(&sent, error)
        }
    }
}

fn decide_page(shell: Shell, payout: &Payout) -> FormPage {
    let choices = words::choices(&shell, "payout-decision", ["paid", "failed"]);
    let how = Field::choices("decision", shell.t("office-payouts-decision"), choices);
    let receipt = Section::of(vec![Field::text("receipt", shell.t("office-payouts-receipt")).max(100)]).when("decision=paid");
    let reason = Section::of(vec![Field::text("reason", shell.t("field-reason")).max(100)]).when("decision=failed");
    let mut page = step_page(shell, payout, "decide", vec![how]);
    page.sections.extend([receipt, reason]);
    page
}

pub(super) async fn show_decide(Office(shell): Office, staff: Staff, Path(id): Path<PayoutId>) -> AppResult<Response> {
    decide_page(shell, &find(&staff, id).await?).show()
}

pub(super) async fn decide(Office(shell): Office, staff: Staff, Path(id): Path<PayoutId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let decided = match sent.text("decision") {
        "paid" => payouts::decide(&mut tx, id, sent.version()?, true, sent.text("receipt")).await.map(drop),
        "failed" => payouts::decide(&mut tx, id, sent.version()?, false, sent.text("reason")).await.map(drop),
        _ => Err(AppError::field("decision", "field-required")),
    };
    match decided {
        Ok(()) => {
            tx.commit().await?;
            Ok(done(id, "flash-saved"))
        }
        Err(error) => {
            drop(tx);
            decide_page(shell, &find(&staff, id).await?).again(&sent, error)
        }
    }
}
