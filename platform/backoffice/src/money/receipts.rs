//! Money that a provider reports and nobody expected: give it to a customer, or dismiss it with a reason.

use axum::response::Response;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    http::{Path, Staff},
    paging::{Page, PageRequest},
};
use ledger::{
    permissions::PAYMENT_SETTLE,
    receipts::{self, ReceiptFilter, ReceiptId, ReceiptState, UnmatchedReceipt},
    receivables::Receivable,
    reconciliation::DecisionState,
};
use pages::{Choice, Column, Fact, Filter, ListBar, ListQuery, Shell, Tone, redirect_with};

use super::tabs;
use crate::{
    customers::Names,
    entry::Confirmed,
    frame::{Cell, Desk, Empty, Field, FormPage, ListPage, Office, Row, Section, Sent},
    words,
};

/// Ways to give a receipt that are no reference of a debt.
const OTHER_DEBT: &str = "other";
const CUSTOMER: &str = "credit";

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let filter = ReceiptFilter { state: desk.query.state().and_then(ReceiptState::from_name), ..ReceiptFilter::default() };
    let mut tx = desk.begin_read().await?;
    let found = receipts::list(&mut tx, &filter, &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<UnmatchedReceipt>) -> ListPage {
    let shell = shell.titled("office-receipts-title");
    let filter = Filter::choice(
        "state",
        shell.t("field-status"),
        words::choices(&shell, "receipt-state", ReceiptState::ALL.iter().map(|state| state.as_str())),
    );
    let columns = vec![
        Column::of(&shell, "office-payments-receipt"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "field-amount"),
        Column::of(&shell, "office-receipts-typed"),
        Column::of(&shell, "office-receipts-origin").aside(),
        Column::of(&shell, "field-reason").aside(),
        Column::of(&shell, "field-created").by("created"),
        Column::of(&shell, "office-actions"),
    ];
    let row = |receipt: &UnmatchedReceipt| {
        let decide = receipt.state == ReceiptState::Open && shell.can(PAYMENT_SETTLE);
        let name = receipt.receipt.clone().or_else(|| receipt.provider_ref.clone()).unwrap_or_else(|| receipt.id.to_string());
        Row {
            // A receipt has no page of its own: what can be done with it is what its name leads to.
            href: match receipt.decision {
                Some(decision) => format!("/differences/decisions/{decision}"),
                None if decide => format!("/receipts/{}/assign", receipt.id),
                None => String::new(),
            },
            cells: vec![
                Cell::Main(name.clone()),
                Cell::State(words::badge(&shell, "receipt-state", receipt.state.as_str())),
                Cell::Amount(receipt.amount),
                Cell::Text(receipt.reference.clone().unwrap_or_default()),
                Cell::Quiet(words::word(&shell, "office-receipts-origin", &receipt.origin)),
                Cell::Quiet(receipt.handled_reason.clone().unwrap_or_default()),
                Cell::At(receipt.created_at),
                if let Some(decision) = receipt.decision {
                    Cell::Action { label: shell.t("office-decisions-open"), href: format!("/differences/decisions/{decision}"), about: name.clone() }
                } else if decide && receipt.origin == "statement" {
                    // It stands in a book, so it is something: what else it is decides how it is booked.
                    Cell::Action {
                        label: shell.t("office-receipts-otherwise"),
                        href: format!("/differences/{}/resolve", receipt.origin_id),
                        about: name.clone(),
                    }
                } else if decide {
                    Cell::Action { label: shell.t("office-receipts-dismiss"), href: format!("/receipts/{}/dismiss", receipt.id), about: name.clone() }
                } else {
                    Cell::Quiet(String::new())
                },
            ],
        }
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/receipts", shell.t("office-receipts-search"), query, found, [filter, Filter::created(&shell)], columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let empty = Empty::new(&shell, "inbox", "office-receipts-empty");
    ListPage { tabs: tabs(&shell, "receipts"), lede: shell.t("office-receipts-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn assign_page(shell: Shell, receipt: &UnmatchedReceipt, debts: &[Receivable], names: &Names) -> FormPage {
    let shell = shell.under("office-receipts-title", "/receipts");
    let told = [
        ("field-amount", receipt.amount.as_ref().map(|amount| shell.money(amount)).unwrap_or_default()),
        ("office-payments-receipt", receipt.receipt.clone().or_else(|| receipt.provider_ref.clone()).unwrap_or_default()),
        ("office-receipts-typed", receipt.reference.clone().unwrap_or_default()),
    ];
    let facts = told.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| Fact::new(shell.t(key), value)).collect();
    let suggested = |debt: &Receivable| Choice {
        value: debt.reference.clone(),
        label: format!("{}, {}", names.of(debt.customer), debt.description),
        detail: shell.tf("office-receipts-suggestion", [("reference", debt.reference.clone()), ("date", shell.date(&debt.due_on))]),
    };
    let mut ways: Vec<Choice> = debts.iter().map(suggested).collect();
    ways.push(Choice::new(OTHER_DEBT, shell.t("office-receipts-other-debt")));
    ways.push(Choice::new(CUSTOMER, shell.t("office-receipts-as-credit")));
    let sections = vec![
        Section::of(vec![Field::choices("to", shell.t("office-receipts-to"), ways)]),
        Section::of(vec![Field::text("debt", shell.t("office-payments-reference")).max(20).help(shell.t("office-receipts-debt-help")).optional()])
            .when(&format!("to={OTHER_DEBT}")),
        Section::of(vec![
            Field::text("customer", shell.t("office-receipts-customer")).max(40).help(shell.t("office-receipts-customer-help")).optional(),
        ])
        .when(&format!("to={CUSTOMER}")),
        Section::of(vec![Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-settle-reason-help"))]),
    ];
    let (title, lede) = (shell.t("office-receipts-assign"), shell.t("office-receipts-assign-lede"));
    FormPage::new(shell, title, &format!("/receipts/{}/assign", receipt.id), "/receipts", sections).lede(lede).facts(facts)
}

async fn assigning(tx: &mut ReadTx, shell: Shell, id: ReceiptId) -> AppResult<FormPage> {
    let receipt = receipts::get(tx, id).await?;
    let debts = receipts::suggestions(tx, &receipt).await?;
    let names = Names::of_all(tx, debts.iter().map(|debt| debt.customer)).await?;
    Ok(assign_page(shell, &receipt, &debts, &names))
}

pub(super) async fn show_assign(Office(shell): Office, staff: Staff, Path(id): Path<ReceiptId>) -> AppResult<Response> {
    assigning(&mut staff.begin_read().await?, shell, id).await?.show()
}

/// The customer with this number.
async fn customer(tx: &mut ReadTx, number: &str) -> AppResult<uuid::Uuid> {
    let request = PageRequest { search: Some(number.to_owned()), ..PageRequest::default() };
    let found = crm::customers::service::list(tx, &request, &crm::customers::ListFilter::default()).await?;
    let same = found.results.into_iter().find(|row| row.number.eq_ignore_ascii_case(number));
    same.map(|row| row.id.0).ok_or_else(|| AppError::field("customer", "office-receipts-no-customer"))
}

/// What the form says the money is for.
async fn give(tx: &mut TenantTx, id: ReceiptId, sent: &Sent) -> AppResult<DecisionState> {
    let state = |waits: bool| if waits { DecisionState::ToApprove } else { DecisionState::Done };
    match sent.text("to") {
        "" => Err(AppError::field("to", "field-required")),
        CUSTOMER => {
            let customer = customer(tx, sent.text("customer")).await?;
            receipts::assign(tx, id, customer, sent.text("reason")).await.map(|receipt| state(receipt.decision.is_some()))
        }
        OTHER_DEBT => receipts::assign_to_debt(tx, id, sent.text("debt"), sent.text("reason")).await.map(|payment| state(payment.is_none())),
        reference => receipts::assign_to_debt(tx, id, reference, sent.text("reason")).await.map(|payment| state(payment.is_none())),
    }
}

pub(super) async fn assign(Office(shell): Office, staff: Staff, Path(id): Path<ReceiptId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match give(&mut tx, id, &sent).await {
        Ok(DecisionState::Done) => {
            tx.commit().await?;
            Ok(redirect_with("/receipts", Tone::Good, "office-receipts-assigned"))
        }
        Ok(state) => {
            tx.commit().await?;
            let (tone, said) = super::decisions::said(state);
            Ok(redirect_with("/receipts", tone, said))
        }
        Err(error) => assigning(&mut tx, shell, id).await?.again(&sent, error),
    }
}

fn dismiss_page(shell: Shell, id: ReceiptId) -> FormPage {
    let shell = shell.under("office-receipts-title", "/receipts");
    let reason = Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-settle-reason-help"));
    let (title, lede) = (shell.t("office-receipts-dismiss"), shell.t("office-receipts-dismiss-lede"));
    let (submit, keep) = (title.clone(), shell.t("office-receipts-keep"));
    FormPage::new(shell, title, &format!("/receipts/{id}/dismiss"), "/receipts", vec![Section::of(vec![reason])])
        .lede(lede)
        .submit(submit)
        .grave(keep)
}

pub(super) async fn show_dismiss(Office(shell): Office, Path(id): Path<ReceiptId>) -> AppResult<Response> {
    dismiss_page(shell, id).show()
}

pub(super) async fn dismiss(Office(shell): Office, staff: Staff, Path(id): Path<ReceiptId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match receipts::dismiss(&mut tx, id, sent.text("reason")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with("/receipts", Tone::Good, "office-receipts-dismissed"))
        }
        Err(error) => dismiss_page(shell, id).again(&sent, error),
    }
}
