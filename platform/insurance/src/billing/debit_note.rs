//! The debit note of an order.

use crm::customers::{self, Customer};
use documents::{DocumentKind, IssueRequest, PublicFacts, Subject, issue, verification::initials};
use kernel::{
    App, AppResult, Scope,
    money::{Money, MoneyError},
};
use ledger::receivables::{self, Receivable};
use serde_json::{Value, json};

use super::MakeDebitNote;
use crate::{
    letters::{self, Enclosing},
    orders::{self, Order, OrderLine, PAYABLE},
};

/// Issues the note and, if wished, mails it. Repeating gives the same note and one mail.
pub(super) async fn make(app: &App, scope: &Scope, job: &MakeDebitNote) -> AppResult<()> {
    let mut tx = scope.begin_read().await?;
    let order = orders::service::get(&mut tx, job.order).await?;
    let lines = orders::service::lines(&mut tx, job.order).await?;
    let customer = customers::service::get(&mut tx, order.customer).await?;
    let owed = receivables::of_payable(&mut tx, PAYABLE, order.id.0).await?;
    let instructions = instructions(&orders::service::status(&mut tx, order.id).await?);
    drop(tx);

    let scope = &scope.speaking(customer.locale.as_deref());
    let title = app.texts.get(&scope.locale, "debit-note-title", &[]);
    let data = json!({
        "customer": { "name": customer.display_name, "phone": customer.phone, "address": address(&customer) },
        "bill": bill(app, scope, &order, &lines, &owed, instructions)?,
    });
    let request = IssueRequest {
        template: "debit-note.typ",
        kind: DocumentKind::DebitNote,
        series: "DN",
        subject: Subject::new(PAYABLE, order.id.0),
        revision: 1,
        customer: Some(order.customer.0),
        title: title.clone(),
        subtitle: None,
        data: data.as_object().cloned().unwrap_or_default(),
        facts: PublicFacts {
            what: title,
            holder: Some(initials(&customer.display_name)),
            amount: Some(order.payable.to_string()),
            ..PublicFacts::default()
        },
    };
    let document = issue(app, scope, request).await?;
    if !job.mail {
        return Ok(());
    }
    let params = vec![("order", order.number.clone()), ("amount", order.payable.to_string())];
    letters::send(scope, Enclosing { id: job.cause, document: document.id, customer: order.customer, wording: "mail-debit-note", params }).await
}

/// One line for letters; none without an address.
fn address(customer: &Customer) -> Option<String> {
    let address = &customer.address;
    let parts: Vec<&str> =
        [&address.line, &address.postal_code, &address.city].into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// How each insurer that collects is paid.
fn instructions(status: &orders::OrderStatus) -> Option<String> {
    let told = status.pay_at_insurer.iter().map(|pay| format!("{}: {}", pay.insurer_name, pay.instructions)).collect::<Vec<_>>();
    (!told.is_empty()).then(|| told.join("\n"))
}

fn bill(app: &App, scope: &Scope, order: &Order, lines: &[OrderLine], owed: &[Receivable], instructions: Option<String>) -> AppResult<Value> {
    let day = |day| app.texts.day(&scope.locale, day);
    let currency = order.payable.currency;
    let line = |line: &OrderLine| {
        let params = [("insurer", line.insurer_name.clone()), ("months", line.term_months.to_string()), ("day", day(line.starts_on))];
        let label = [Some(line.product_name.get(&scope.locale)), line.plate.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        json!({
            "label": label,
            "detail": app.texts.get(&scope.locale, "debit-note-line", &params),
            "premium": line.premium.figure(),
            "levies": line.levies.figure(),
            "payable": line.payable.figure(),
        })
    };
    let (paid, left) = if order.collects() {
        let paid = Money::sum(currency, owed.iter().map(|receivable| receivable.allocated))?;
        (paid, Money::sum(currency, owed.iter().map(Receivable::outstanding))?)
    } else {
        at_insurer(order)?
    };
    let open = owed.iter().find(|receivable| receivable.outstanding().is_positive());
    let reference = order.reference.clone().or_else(|| open.map(|receivable| receivable.reference.clone()));
    let page = order.collects().then(|| app.hosts.portal_url(&scope.tenant.slug, &format!("/orders/{}", order.id)));
    Ok(json!({
        "currency": currency.symbol(),
        "order": order.number,
        "due": day(order.valid_until),
        "reference": reference,
        "page": page.map(|url| url.split_once("://").map_or(url.clone(), |(_, rest)| rest.to_owned())),
        "instructions": instructions,
        "lines": lines.iter().map(line).collect::<Vec<_>>(),
        "payable": order.payable.figure(),
        "paid": paid.figure(),
        "owed": left.figure(),
    }))
}

/// Where the insurer collects, all or nothing is paid as far as we know.
fn at_insurer(order: &Order) -> Result<(Money, Money), MoneyError> {
    let paid = if order.receipt_confirmed_at.is_some() { order.payable } else { Money::zero(order.payable.currency) };
    Ok((paid, order.payable.checked_sub(paid)?))
}
