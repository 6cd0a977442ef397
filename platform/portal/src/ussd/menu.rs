//! The screens and the ways between them.

use insurance::policies::{self, PolicyFilter, PolicyId, PolicyRow, PolicyState};
use kernel::{App, AppError, AppResult, Scope, languages::language_of, money::Money, paging::PageRequest};
use ledger::{
    payments::{self, PayerInput, Start},
    receivables::{self, Receivable, ReceivableFilter, ReceivableState},
};
use ports::{dialogue::Shown, payment::PaymentMethod};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Caller;

/// Things that a screen has room for.
const MOST: usize = 3;
/// Letters of a name that a screen has room for.
const NAME: usize = 22;
/// Last letters of a number by which its owner knows it.
const KNOWN: usize = 4;

/// Where a dialogue is: what its last screen offered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    Menu,
    Policies(Vec<PolicyId>),
    Debts(Vec<Debt>),
    Debt(Debt),
    /// Something to read, after which the menu comes again.
    Aside,
}

/// A payable that something is due for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Debt {
    kind: String,
    id: Uuid,
}

/// What is due for it.
struct Due {
    debt: Debt,
    label: String,
    /// For payers who type it.
    reference: String,
    amount: Money,
}

/// One screen's worth of talking.
pub(super) struct Talk<'a> {
    app: &'a App,
    scope: Scope,
}

impl<'a> Talk<'a> {
    pub fn new(app: &'a App, scope: &Scope) -> Self {
        Self { app, scope: scope.clone() }
    }

    /// The next screen for a customer.
    pub async fn with(&self, caller: &Caller, place: Option<Place>, input: &str) -> AppResult<Shown> {
        match place {
            Some(Place::Menu) => match input {
                "1" => self.policies(caller).await,
                "2" => self.debts(caller).await,
                "3" => Ok(self.call_back()),
                "0" => Ok(self.end("ussd-bye", &[])),
                _ => self.menu(),
            },
            Some(Place::Policies(offered)) => match chosen(&offered, input) {
                Some(id) => self.policy(caller, *id).await,
                None => self.menu(),
            },
            Some(Place::Debts(offered)) => match chosen(&offered, input) {
                Some(debt) => self.debt(caller, debt).await,
                None => self.menu(),
            },
            Some(Place::Debt(debt)) if input == "1" => self.pay(caller, &debt).await,
            None | Some(Place::Debt(_) | Place::Aside) => self.menu(),
        }
    }

    /// The next screen for somebody of whom nothing is known.
    pub fn with_a_stranger(&self, place: Option<Place>, input: &str) -> Shown {
        match (place, input) {
            (None, _) => Shown {
                text: self.t("ussd-stranger", &[("firm", self.firm())]),
                end: false,
                memory: serde_json::to_value(Place::Aside).unwrap_or_default(),
                wants_call: false,
            },
            (Some(_), "1") => self.call_back(),
            (Some(_), _) => self.end("ussd-bye", &[]),
        }
    }

    fn t(&self, key: &str, params: &[(&str, String)]) -> String {
        self.app.texts.get(&self.scope.locale, key, params)
    }

    fn firm(&self) -> String {
        short(&self.scope.tenant.name)
    }

    fn screen(&self, place: &Place, text: String) -> AppResult<Shown> {
        Ok(Shown { text, end: false, memory: serde_json::to_value(place).map_err(AppError::internal)?, wants_call: false })
    }

    fn end(&self, key: &str, params: &[(&str, String)]) -> Shown {
        Shown { text: self.t(key, params), end: true, memory: serde_json::Value::Null, wants_call: false }
    }

    fn call_back(&self) -> Shown {
        Shown { wants_call: true, ..self.end("ussd-call-back", &[]) }
    }

    fn menu(&self) -> AppResult<Shown> {
        self.screen(&Place::Menu, self.t("ussd-menu", &[("firm", self.firm())]))
    }

    /// What is in force or will be, the newest first.
    async fn own(&self, caller: &Caller) -> AppResult<Vec<PolicyRow>> {
        let mut tx = self.scope.begin_read().await?;
        let filter = PolicyFilter { customer: Some(caller.customer.id.0), ..PolicyFilter::default() };
        let mut found = policies::service::list(&mut tx, &filter, &PageRequest::default()).await?.results;
        found.retain(|policy| matches!(policy.state, PolicyState::Active | PolicyState::Pending));
        Ok(found)
    }

    async fn policies(&self, caller: &Caller) -> AppResult<Shown> {
        let own = self.own(caller).await?;
        if own.is_empty() {
            return self.screen(&Place::Aside, self.t("ussd-policies-none", &[]));
        }
        let shown = || own.iter().take(MOST);
        let line = |policy: &PolicyRow| format!("{} {}", self.product(policy), masked(policy.plate.as_deref().unwrap_or(&policy.number)));
        let list = numbered(shown().map(line));
        let place = Place::Policies(shown().map(|policy| policy.id).collect());
        self.screen(&place, self.t("ussd-policies", &[("list", list)]))
    }

    fn product(&self, policy: &PolicyRow) -> String {
        short(policy.product_name.get(language_of(&self.scope.locale)))
    }

    async fn policy(&self, caller: &Caller, id: PolicyId) -> AppResult<Shown> {
        let own = self.own(caller).await?;
        let Some(policy) = own.iter().find(|policy| policy.id == id) else { return self.menu() };
        let params = [
            ("product", self.product(policy)),
            ("number", masked(policy.plate.as_deref().unwrap_or(&policy.number))),
            ("state", self.t(&format!("policy-state-{}", policy.state), &[])),
            ("day", self.app.texts.short_day(&self.scope.locale, policy.ends_on)),
            ("insurer", short(&policy.insurer_name)),
        ];
        self.screen(&Place::Aside, self.t("ussd-policy", &params))
    }

    /// What is due, the oldest first.
    async fn due(&self, caller: &Caller) -> AppResult<Vec<Due>> {
        let mut tx = self.scope.begin_read().await?;
        let filter = ReceivableFilter { state: Some(ReceivableState::Open), customer: Some(caller.customer.id.0), ..ReceivableFilter::default() };
        let mut open: Vec<Receivable> = receivables::list(&mut tx, &filter, &PageRequest::default()).await?.results;
        open.sort_by_key(|receivable| receivable.due_on);
        let mut due: Vec<Due> = Vec::new();
        for receivable in open {
            let debt = Debt { kind: receivable.payable_kind, id: receivable.payable_id };
            if due.iter().any(|known| known.debt == debt) {
                continue;
            }
            let parts = receivables::of_payable(&mut tx, &debt.kind, debt.id).await?;
            let Some(amount) = receivables::due_now(&parts, self.scope.today())?.filter(|due| due.is_positive()) else { continue };
            due.push(Due { debt, label: short(&receivable.description), reference: receivable.reference, amount });
        }
        Ok(due)
    }

    async fn debts(&self, caller: &Caller) -> AppResult<Shown> {
        let due = self.due(caller).await?;
        if due.is_empty() {
            return self.screen(&Place::Aside, self.t("ussd-debts-none", &[]));
        }
        let list = numbered(due.iter().take(MOST).map(|due| format!("{}: {}", due.label, due.amount)));
        let place = Place::Debts(due.iter().take(MOST).map(|due| due.debt.clone()).collect());
        self.screen(&place, self.t("ussd-debts", &[("list", list)]))
    }

    async fn debt(&self, caller: &Caller, debt: &Debt) -> AppResult<Shown> {
        let Some(due) = self.due(caller).await?.into_iter().find(|due| due.debt == *debt) else { return self.menu() };
        let what = || vec![("what", due.label.clone()), ("amount", due.amount.to_string())];
        if self.prompt(due.amount).await?.is_some() {
            return self.screen(&Place::Debt(due.debt.clone()), self.t("ussd-debt", &what()));
        }
        let numbers = payments::service::direct_numbers(self.app, &self.scope, due.amount.currency).await?;
        let Some(number) = numbers.into_iter().find(|number| number.takes_reference()) else { return Ok(self.call_back()) };
        let mut params = what();
        params.push(("way", self.t(&format!("direct-{}", number.kind), &[])));
        params.push(("number", number.number));
        params.push(("reference", due.reference.clone()));
        Ok(self.end("ussd-debt-direct", &params))
    }

    /// A way to pay that asks on the phone and needs nothing else.
    async fn prompt(&self, amount: Money) -> AppResult<Option<PaymentMethod>> {
        let offered = payments::service::offered(self.app, &self.scope, amount).await?;
        Ok(offered.into_iter().find(|method| method.payer_needs.iter().eq(["phone"])))
    }

    /// Has the caller's phone asked for what is due.
    async fn pay(&self, caller: &Caller, debt: &Debt) -> AppResult<Shown> {
        let Some(due) = self.due(caller).await?.into_iter().find(|due| due.debt == *debt) else { return self.menu() };
        let Some(method) = self.prompt(due.amount).await? else { return Ok(self.call_back()) };
        let start = Start {
            method: payments::service::choose(self.app, &self.scope, &method.method).await?,
            payable_kind: due.debt.kind,
            payable_id: due.debt.id,
            amount: Some(due.amount),
            payer: PayerInput { name: Some(caller.customer.display_name.clone()), phone: Some(caller.phone.clone()), email: None },
            description: due.label,
            return_url: None,
        };
        let mut tx = self.scope.begin_write().await?;
        match payments::service::start(&mut tx, start).await {
            Ok(_) => tx.commit().await?,
            // The network asked again before the answer was there, or the phone rings already.
            Err(error) if error.is("payment.already_open") => {}
            Err(error) => return Err(error),
        }
        Ok(self.end("ussd-asked", &[("amount", due.amount.to_string())]))
    }
}

/// What was chosen of a numbered list.
fn chosen<'a, T>(offered: &'a [T], input: &str) -> Option<&'a T> {
    let place = input.parse::<usize>().ok()?.checked_sub(1)?;
    offered.get(place)
}

fn numbered(lines: impl Iterator<Item = String>) -> String {
    lines.enumerate().map(|(n, line)| format!("{}. {line}", n + 1)).collect::<Vec<_>>().join("\n")
}

fn short(text: &str) -> String {
    text.chars().take(NAME).collect()
}

/// Recognisable to its owner: `*0012`.
fn masked(number: &str) -> String {
    let letters: Vec<char> = number.chars().filter(|letter| !letter.is_whitespace()).collect();
    let end: String = letters.iter().skip(letters.len().saturating_sub(KNOWN)).collect();
    format!("*{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_by_its_end() {
        assert_eq!(masked("POL-2026-00012"), "*0012");
        assert_eq!(masked("KDA 001A"), "*001A");
        assert_eq!(masked("7"), "*7");
    }

    #[test]
    fn only_what_was_offered_can_be_chosen() {
        let offered = ["a", "b"];
        assert_eq!([chosen(&offered, "1"), chosen(&offered, "2")], [Some(&"a"), Some(&"b")]);
        for input in ["0", "3", "", "-1", "x", "99999999999999999999"] {
            assert_eq!(chosen(&offered, input), None, "{input}");
        }
        assert_eq!(numbered(offered.iter().map(|one| (*one).to_owned())), "1. a\n2. b");
    }
}
