//! The statement of a customer's account for a period.

use crm::customers;
use documents::{DocumentKind, IssueRequest, PublicFacts, Subject, issue, verification::initials};
use kernel::{
    App, AppResult, Scope,
    money::{Currency, Money},
    paging::PageRequest,
};
use ledger::{
    accounts::Account,
    journal::{self, AccountLine},
    receivables::{self, Receivable, ReceivableFilter, ReceivableState},
};
use serde_json::{Value, json};

use super::MakeStatement;
use crate::letters::{self, Enclosing};

/// Issues the statement and, if wished, mails it. Repeating gives the same statement and one mail.
pub(super) async fn make(app: &App, scope: &Scope, job: &MakeStatement) -> AppResult<()> {
    let currency = scope.tenant.currency;
    let mut tx = scope.begin_read().await?;
    let customer = customers::service::get(&mut tx, job.customer.into()).await?;
    let account = Account::customer_credit(job.customer);
    let (opening, lines) = journal::lines_between(&mut tx, &account, currency, job.from, job.to).await?;
    let filter = ReceivableFilter { state: Some(ReceivableState::Open), customer: Some(job.customer), ..ReceivableFilter::default() };
    let open = receivables::list(&mut tx, &filter, &PageRequest { page_size: Some(100), ..PageRequest::default() }).await?.results;
    drop(tx);

    let scope = &scope.speaking(customer.locale.as_deref());
    let title = app.texts.get(&scope.locale, "statement-title", &[]);
    let period = (app.texts.day(&scope.locale, job.from), app.texts.day(&scope.locale, job.to));
    let data = json!({
        "customer": { "name": customer.display_name, "number": customer.number, "phone": customer.phone },
        "account": told(app, scope, job, currency, opening, &lines, &open)?,
    });
    let request = IssueRequest {
        template: "statement.typ",
        kind: DocumentKind::Statement,
        series: "ST",
        subject: Subject::new("statement", job.statement),
        revision: 1,
        customer: Some(job.customer),
        title: title.clone(),
        subtitle: None,
        data: data.as_object().cloned().unwrap_or_default(),
        facts: PublicFacts { what: title, holder: Some(initials(&customer.display_name)), ..PublicFacts::default() },
    };
    let document = issue(app, scope, request).await?;
    if !job.mail {
        return Ok(());
    }
    let params = vec![("from", period.0), ("to", period.1)];
    letters::send(scope, Enclosing { id: job.statement, document: document.id, customer: customer.id, wording: "mail-statement", params }).await
}

/// The account's lines from the customer's side: what we owe is positive.
fn told(
    app: &App,
    scope: &Scope,
    job: &MakeStatement,
    currency: Currency,
    opening: Money,
    lines: &[AccountLine],
    open: &[Receivable],
) -> AppResult<Value> {
    let day = |day| app.texts.day(&scope.locale, day);
    let zero = Money::zero(currency);
    let mut balance = zero.checked_sub(opening)?;
    let brought = balance;
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        balance = balance.checked_sub(line.amount)?;
        let key = format!("statement-{}", line.kind.replace('_', "-"));
        let text = app.texts.find(&scope.locale, &key, &[("what", line.description.clone())]).unwrap_or_else(|| line.description.clone());
        let charged = line.amount.is_positive().then(|| line.amount.figure());
        let paid = (line.amount.minor < 0).then(|| zero.checked_sub(line.amount)).transpose()?.map(Money::figure);
        rows.push(json!({ "day": day(line.business_date), "text": text, "charged": charged, "paid": paid, "balance": balance.figure() }));
    }
    let mine: Vec<&Receivable> = open.iter().filter(|receivable| receivable.amount.currency == currency).collect();
    let owes = |owed: &&Receivable| {
        json!({
            "reference": owed.reference, "text": owed.description, "due": day(owed.due_on), "amount": owed.outstanding().figure(),
        })
    };
    Ok(json!({
        "currency": currency.symbol(),
        "from": day(job.from),
        "to": day(job.to),
        "opening": brought.figure(),
        "closing": balance.figure(),
        "owed": Money::sum(currency, mine.iter().map(|owed| owed.outstanding()))?.figure(),
        "lines": rows,
        "open": mine.iter().map(owes).collect::<Vec<_>>(),
    }))
}
