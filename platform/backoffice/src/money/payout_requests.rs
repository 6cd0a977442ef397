//! Asking for a payout: the form of a debt that is paid by one. What holds: a form sent twice asks once.

use axum::{extract::State, response::Response};
use insurance::remittances::{self, RemittanceId};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Path, Staff},
    money::Money,
};
use ledger::{
    payouts::{self, DestinationInput, Givable, PayoutWay},
    refunds::{self, RefundId},
};
use pages::{Choice, Crumb, Fact, Shell};
use ports::payout::PayoutGateway;

use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section, Sent, commit_once, seen_before},
    words,
};
/// Where the money goes; back by one of these payments, if there are any.
fn destination(shell: &Shell, givable: &[Givable]) -> Vec<Section> {
    let offered = |way: &&PayoutWay| **way != PayoutWay::Original || !givable.is_empty();
    let ways = words::choices(shell, "payout-way", PayoutWay::ALL.iter().filter(offered).map(|way| way.as_str()));
    let payment = |givable: &Givable| Choice {
        value: givable.payment.to_string(),
        label: format!("{}, {}", givable.method_title, shell.money(&givable.received)),
        detail: format!("{}, {}", givable.reference, shell.moment(&givable.received_at)),
    };
    let payments = Field::choices("payment", shell.t("office-payouts-payment"), givable.iter().map(payment).collect());
    let to = vec![
        Field::choices("way", shell.t("office-payouts-way"), ways),
        Field::text("payee", shell.t("office-payouts-payee")).max(140).help(shell.t("office-payouts-payee-help")),
    ];
    let bank = vec![
        Field::text("bank", shell.t("office-payouts-bank")).max(100),
        Field::text("bank_code", shell.t("office-payouts-bank-code")).max(20).optional().help(shell.t("office-payouts-bank-code-help")),
        Field::text("branch_code", shell.t("office-payouts-branch-code")).max(20).optional(),
        Field::text("account", shell.t("office-payouts-account")).max(40),
    ];
    let mut sections = vec![
        Section::of(to),
        Section::of(bank).when("way=bank"),
        Section::of(vec![Field::phone("phone", shell.t("office-payouts-phone"))]).when("way=mobile"),
    ];
    if !givable.is_empty() {
        sections.push(Section::of(vec![payments]).when("way=original"));
    }
    sections
}

fn read(sent: &Sent) -> DestinationInput {
    DestinationInput {
        way: sent.owned("way"),
        payee: sent.owned("payee"),
        bank: sent.owned("bank"),
        bank_code: sent.owned("bank_code"),
        branch_code: sent.owned("branch_code"),
        account: sent.owned("account"),
        phone: sent.owned("phone"),
        payment: sent.owned("payment"),
    }
}

/// What a debt is, for the form that asks where it is paid to.
struct Debt {
    /// The list it is in, as text and address.
    list: (&'static str, &'static str),
    href: String,
    number: String,
    amount: Money,
    payee: String,
    phone: Option<String>,
    /// Of the record, where it has one.
    version: Option<i32>,
    /// Payments by which it may go back.
    givable: Vec<Givable>,
}

fn request_page(shell: Shell, debt: &Debt) -> FormPage {
    let mut shell = shell.under(debt.list.0, debt.list.1);
    shell.crumbs.push(Crumb { label: debt.number.clone(), href: debt.href.clone() });
    let (title, lede) = (shell.t("office-payouts-request"), shell.t("office-payouts-request-lede"));
    let facts = vec![Fact::new(shell.t("field-number"), debt.number.clone()), Fact::new(shell.t("field-amount"), shell.money(&debt.amount))];
    let (sections, submit) = (destination(&shell, &debt.givable), title.clone());
    let page = FormPage::new(shell, title, &format!("{}/payout", debt.href), &debt.href, sections).lede(lede).facts(facts).submit(submit);
    match debt.version {
        Some(version) => page.hidden("seen", version.to_string()),
        None => page,
    }
}

fn begun(shell: Shell, debt: &Debt) -> FormPage {
    let way = match (debt.givable.first(), &debt.phone) {
        (Some(_), _) => PayoutWay::Original,
        (None, Some(_)) => PayoutWay::Mobile,
        (None, None) => PayoutWay::Bank,
    };
    request_page(shell, debt)
        .with("way", way.as_str())
        .with("payment", debt.givable.first().map(|givable| givable.payment.to_string()).unwrap_or_default())
        .with("payee", debt.payee.clone())
        .with("phone", debt.phone.clone().unwrap_or_default())
}

async fn refund_of(app: &App, staff: &Staff, id: RefundId) -> AppResult<Debt> {
    let mut tx = staff.begin_read().await?;
    let refund = refunds::get(&mut tx, id).await?;
    let customer = crm::customers::service::get(&mut tx, refund.customer.into()).await?;
    let mut givable = payouts::givable(&mut tx, refund.customer, refund.amount).await?;
    drop(tx);
    let offers = app.port::<dyn PayoutGateway>()?.offers(&staff.scope).await?;
    givable.retain(|payment| offers.iter().any(|offer| offer.gives_back && offer.installation == payment.installation));
    Ok(Debt {
        list: ("office-refunds-title", "/refunds"),
        href: format!("/refunds/{id}"),
        number: refund.number,
        amount: refund.amount,
        payee: customer.display_name,
        phone: customer.phone,
        version: Some(refund.version),
        givable,
    })
}

pub(super) async fn show_for_refund(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<RefundId>) -> AppResult<Response> {
    let debt = refund_of(&app, &staff, id).await?;
    begun(shell, &debt).show()
}

pub(super) async fn for_refund(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<RefundId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let path = format!("/refunds/{id}/payout");
    let mut tx = staff.begin_write().await?;
    if let Some(before) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(before);
    }
    let version = sent.text("seen").parse().map_err(|_| AppError::malformed("seen"))?;
    match refunds::pay_out(&mut tx, id, version, &read(&sent)).await {
        Ok(payout) => commit_once(tx, &sent, &path, &format!("/payouts/{}", payout.id), "office-payouts-requested").await,
        Err(error) => {
            drop(tx);
            let debt = refund_of(&app, &staff, id).await?;
            request_page(shell, &debt).again(&sent, error)
        }
    }
}

async fn remittance_of(tx: &mut ReadTx, id: RemittanceId) -> AppResult<Debt> {
    let remittance = remittances::service::record(tx, id).await?.remittance;
    Ok(Debt {
        list: ("office-remittances-title", "/remittances"),
        href: format!("/remittances/{id}"),
        number: remittance.number,
        amount: remittance.payable,
        payee: remittance.insurer_name,
        phone: None,
        version: None,
        givable: Vec::new(),
    })
}

pub(super) async fn show_for_remittance(Office(shell): Office, staff: Staff, Path(id): Path<RemittanceId>) -> AppResult<Response> {
    let debt = remittance_of(&mut staff.begin_read().await?, id).await?;
    begun(shell, &debt).show()
}

pub(super) async fn for_remittance(
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<RemittanceId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let path = format!("/remittances/{id}/payout");
    let mut tx = staff.begin_write().await?;
    if let Some(before) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(before);
    }
    match remittances::service::pay_out(&mut tx, id, &read(&sent)).await {
        Ok(payout) => commit_once(tx, &sent, &path, &format!("/payouts/{}", payout.id), "office-payouts-requested").await,
        Err(error) => {
            drop(tx);
            let debt = remittance_of(&mut staff.begin_read().await?, id).await?;
            request_page(shell, &debt).again(&sent, error)
        }
    }
}
