//! The ways to pay, as checkout and the page of an order offer them.

use crm::customers::service as customers;
use insurance::orders::{Order, OrderId, PAYABLE};
use kernel::{
    App, AppError, AppResult, Scope, TenantTx,
    http::Customer,
    idempotency::{IdempotencyKey, StoredAnswer},
    money::Money,
};
use ledger::payments::{PayerInput, PaymentError, Start, service as payments};
use pages::{Choice, Fact, FormState, Shell};
use ports::{
    payment::{DirectNumber, PaymentMethod},
    routes::Routes,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Chosen instead of a method by who sends the money without a request.
pub(super) const DIRECT: &str = "direct";

/// What the payer is asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct PayMethods {
    pub methods: Vec<Choice>,
    /// Names of the methods that need a phone number or an address, as `data-when` takes them; empty: none does.
    pub phone_for: String,
    pub email_for: String,
    pub direct: Vec<DirectWay>,
}

/// A number to which the payer may send the money by himself.
#[derive(Debug, Clone)]
pub(super) struct DirectWay {
    pub title: String,
    pub facts: Vec<Fact>,
    /// Its payers can give no reference.
    pub nameless: bool,
}

impl DirectWay {
    fn new(shell: &Shell, number: &DirectNumber, reference: &str) -> Self {
        let mut facts = vec![Fact::new(shell.t(&format!("direct-{}", number.kind)), number.number.clone()).copied()];
        if number.takes_reference() {
            facts.push(Fact::new(shell.t("direct-reference"), reference.to_owned()).copied());
        }
        Self { title: number.title.clone(), facts, nameless: !number.takes_reference() }
    }

    pub(super) fn sample(shell: &Shell) -> Self {
        let number = DirectNumber {
            installation: Uuid::nil(),
            method: "mobile".to_owned(),
            title: "Mobile money".to_owned(),
            currencies: Vec::new(),
            kind: "paybill".to_owned(),
            number: "000000".to_owned(),
        };
        Self::new(shell, &number, "ORD-2026-00042")
    }
}

impl PayMethods {
    /// What is offered now for this amount. No transaction is open.
    pub(super) async fn of(app: &App, scope: &Scope, shell: &Shell, amount: Money) -> AppResult<Self> {
        let offered = payments::offered(app, scope, amount).await?;
        let usable: Vec<&PaymentMethod> =
            offered.iter().filter(|method| amount.minor >= method.min && method.max >= method.smallest_unit.max(1)).collect();
        let needing = |need: &str| {
            let names: Vec<&str> =
                usable.iter().filter(|method| method.payer_needs.iter().any(|one| one == need)).map(|method| method.method.as_str()).collect();
            if names.is_empty() { String::new() } else { format!("method={}", names.join(",")) }
        };
        Ok(Self {
            methods: usable
                .iter()
                .map(|method| Choice { value: method.method.clone(), label: method.title.clone(), detail: detail(shell, method, amount) })
                .collect(),
            phone_for: needing("phone"),
            email_for: needing("email"),
            direct: Vec::new(),
        })
    }

    /// The same, with the choice to send the money without a request, if there is a number for it. No transaction is open.
    pub(super) async fn or_direct(mut self, app: &App, scope: &Scope, shell: &Shell, amount: Money) -> AppResult<Self> {
        if !payments::direct_numbers(app, scope, amount.currency).await?.is_empty() {
            let detail = shell.t("direct-choice-text");
            self.methods.push(Choice { value: DIRECT.to_owned(), label: shell.t("direct-choice"), detail });
        }
        Ok(self)
    }

    /// The same, with where the money may be sent without a request. `reference` says what it is for. No transaction is open.
    pub(super) async fn with_direct(mut self, app: &App, scope: &Scope, shell: &Shell, amount: Money, reference: &str) -> AppResult<Self> {
        let numbers = payments::direct_numbers(app, scope, amount.currency).await?;
        self.direct = numbers.iter().map(|number| DirectWay::new(shell, number, reference)).collect();
        Ok(self)
    }
}

/// Says so where one payment is not enough.
fn detail(shell: &Shell, method: &PaymentMethod, amount: Money) -> String {
    let first = part(method, amount);
    if first.minor >= amount.minor {
        return String::new();
    }
    let parts = amount.minor.div_euclid(first.minor.max(1)) + i64::from(amount.minor.rem_euclid(first.minor.max(1)) > 0);
    let limit = shell.money(&Money::new(method.max, amount.currency));
    shell.tf("portal-pay-parts", [("limit", shell.arg(limit)), ("count", shell.arg(parts)), ("first", shell.arg(shell.money(&first)))])
}

/// As much as one payment takes: all of it, or the most in whole units.
fn part(method: &PaymentMethod, owed: Money) -> Money {
    let unit = method.smallest_unit.max(1);
    Money::new(if owed.minor > method.max { method.max - method.max.rem_euclid(unit) } else { owed.minor }, owed.currency)
}

/// What is paid for.
#[derive(Debug, Clone)]
pub(super) struct Payable {
    pub kind: String,
    pub id: Uuid,
    /// What its papers call it.
    pub number: String,
    /// Where a provider that redirects sends the payer back to.
    pub page: String,
}

impl From<&Order> for Payable {
    fn from(order: &Order) -> Self {
        Self { kind: PAYABLE.to_owned(), id: order.id.0, number: order.number.clone(), page: page(order.id) }
    }
}

/// What the payer chose.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct PayForm {
    /// Of a purchase under way; empty for an order that was placed.
    pub checkout: String,
    /// Of a purchase under way: what it was shown to cost, in minor units.
    pub expected: String,
    pub method: String,
    pub phone: String,
    pub email: String,
    pub idempotency_key: String,
}

impl PayForm {
    /// Ties the key to everything that was sent.
    pub(super) fn key(&self, path: &str) -> AppResult<IdempotencyKey> {
        let body = serde_json::to_vec(self).map_err(AppError::internal)?;
        Ok(IdempotencyKey::new(&self.idempotency_key, "POST", path, &body)?)
    }
    /// The chosen method, as it is offered now. No transaction is open.
    pub(super) async fn chosen(&self, app: &App, scope: &Scope) -> AppResult<Routes> {
        if self.method.is_empty() {
            return Err(AppError::field("method", "field-required"));
        }
        payments::choose(app, scope, &self.method).await
    }
    /// Asks for what is owed, or for as much as one payment takes.
    pub(super) async fn start(&self, app: &App, tx: &mut TenantTx, payable: Payable, owed: Money, method: Routes) -> AppResult<()> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let amount = part(method.best(owed).ok_or(PaymentError::MethodUnavailable)?, owed);
        let start = Start {
            payable_kind: payable.kind,
            payable_id: payable.id,
            amount: Some(amount),
            payer: PayerInput { name: None, phone: filled(&self.phone), email: filled(&self.email) },
            description: payable.number,
            return_url: Some(app.hosts.portal_url(&tx.scope().tenant.slug, &payable.page)),
            method,
        };
        payments::start(tx, start).await.map(drop)
    }
}

/// The customer's own number, as it is written locally, and address: most pay from them. Empty where they are not known.
#[derive(Debug, Clone, Default)]
pub(super) struct Own {
    phone: String,
    email: String,
}

impl Own {
    /// No transaction is open.
    pub(super) async fn of(caller: &Customer, shell: &Shell) -> AppResult<Self> {
        let Some(id) = caller.scope.customer() else { return Ok(Self::default()) };
        let mut tx = caller.begin_read().await?;
        let customer = customers::get(&mut tx, id.into()).await?;
        Ok(Self { phone: shell.phone(&customer.phone.unwrap_or_default()), email: customer.email.unwrap_or_default() })
    }

    /// Offers them in the form.
    pub(super) fn fill(self, form: FormState) -> FormState {
        form.with("phone", self.phone).with("email", self.email)
    }
}

/// The page of an order.
pub(crate) fn page(order: OrderId) -> String {
    format!("/orders/{order}")
}

/// Where an answer that was given before leads.
pub(super) fn page_of(answer: &StoredAnswer) -> AppResult<String> {
    answer.body.get("order").and_then(|order| order.as_str()).map(|order| format!("/orders/{order}")).ok_or_else(AppError::not_found)
}

/// What the page calls a field.
pub(super) fn label(shell: &Shell, field: &str) -> String {
    match field {
        "method" => shell.t("portal-pay-method"),
        other => shell.t(&format!("field-{other}")),
    }
}

#[cfg(test)]
mod tests {
    use kernel::money::Currency;

    use super::*;

    #[test]
    fn one_payment_asks_for_all_or_for_the_most_whole_units_that_the_method_takes() {
        let method = PaymentMethod {
            method: "mobile".into(),
            installation: uuid::Uuid::nil(),
            title: "Mobile".into(),
            currencies: vec!["KES".into()],
            smallest_unit: 100,
            min: 100,
            max: 25_000_050,
            payer_needs: Vec::new(),
        };
        let kes = |minor| Money::new(minor, Currency::KES);
        assert_eq!(part(&method, kes(4_524_300)), kes(4_524_300));
        assert_eq!(part(&method, kes(30_000_000)), kes(25_000_000));
    }
}
