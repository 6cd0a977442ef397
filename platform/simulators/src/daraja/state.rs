//! Everything the simulator knows, changed only by applying journal entries.
//!
//! Always holds: a phone shows at most one prompt; a receipt is issued once and reversed once; the balance of a
//! shortcode is its opening balance plus its movements.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::book::{Book, Delivery, Movement, PaidIn, Payout, Prompt, RegisteredUrls, Settlement, Step};
use super::config::Merchant;
use super::eat;
use super::outcome::Outcome;

/// One change of the book; a line of the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub(crate) enum Entry {
    MerchantAdded { merchant: Merchant },
    Prompted { prompt: Box<Prompt> },
    Settled { id: String, settlement: Settlement, movement: Option<Movement>, steps: Option<Vec<Step>> },
    Released { id: String },
    Delivered { id: String, delivery: Delivery },
    UrlsRegistered { urls: RegisteredUrls },
    ListRegistered { shortcode: String },
    PaidIn { payment: Box<PaidIn>, movement: Option<Movement> },
    PaidInDelivered { receipt: String, delivery: Delivery },
    PayoutAccepted { payout: Box<Payout> },
    PayoutEnded { id: String, result: Option<Outcome>, movement: Option<Movement> },
    PayoutDelivered { id: String, delivery: Delivery },
    Reversed { receipt: String, movement: Movement },
}

/// Records by key, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Ordered<T> {
    order: Vec<T>,
    at: HashMap<String, usize>,
}

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self { order: Vec::new(), at: HashMap::new() }
    }
}

impl<T> Ordered<T> {
    pub fn get(&self, key: &str) -> Option<&T> {
        self.at.get(key).and_then(|at| self.order.get(*at))
    }

    fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        self.at.get(key).and_then(|at| self.order.get_mut(*at))
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.order.iter()
    }

    fn insert(&mut self, key: String, value: T) {
        self.at.insert(key, self.order.len());
        self.order.push(value);
    }
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub merchants: Vec<Merchant>,
    pub prompts: Ordered<Prompt>,
    pub paid_in: Ordered<PaidIn>,
    /// By originator conversation id.
    pub payouts: Ordered<Payout>,
    pub movements: Vec<Movement>,
    pub urls: HashMap<String, RegisteredUrls>,
    /// Short codes that may ask what came in.
    pub listed: HashSet<String>,
    /// Phone to the prompt it shows.
    pub open: HashMap<String, String>,
    pub receipts: HashSet<String>,
    /// Receipts of payments that were given back.
    pub reversed: HashSet<String>,
    paid_by_day: HashMap<(String, NaiveDate), u64>,
    balances: BTreeMap<String, i64>,
}

impl State {
    /// Applies one change. Changes about unknown records are ignored: they can only come from a
    /// journal that somebody cut.
    pub fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::MerchantAdded { merchant } => self.add_merchant(merchant),
            Entry::Prompted { prompt } => {
                let id = prompt.checkout_request_id.clone();
                // A push that will fail with 1001 does not take the phone from the prompt on it.
                self.open.entry(prompt.phone.clone()).or_insert_with(|| id.clone());
                self.prompts.insert(id, *prompt);
            }
            Entry::Settled { id, settlement, movement, steps } => self.settle(&id, settlement, movement, steps),
            Entry::Released { id } => {
                if let Some(prompt) = self.prompts.get_mut(&id) {
                    prompt.released += 1;
                }
            }
            Entry::Delivered { id, delivery } => {
                if let Some(prompt) = self.prompts.get_mut(&id) {
                    prompt.deliveries.push(delivery);
                }
            }
            Entry::UrlsRegistered { urls } => {
                self.urls.insert(urls.shortcode.clone(), urls);
            }
            Entry::ListRegistered { shortcode } => {
                self.listed.insert(shortcode);
            }
            Entry::PaidIn { payment, movement } => {
                self.receipts.insert(payment.receipt.clone());
                self.paid_in.insert(payment.receipt.clone(), *payment);
                self.post(movement);
            }
            Entry::PaidInDelivered { receipt, delivery } => {
                if let Some(payment) = self.paid_in.get_mut(&receipt) {
                    payment.deliveries.push(delivery);
                }
            }
            Entry::PayoutAccepted { payout } => {
                self.payouts.insert(payout.originator_conversation_id.clone(), *payout);
            }
            Entry::PayoutEnded { id, result, movement } => {
                if let Some(payout) = self.payouts.get_mut(&id) {
                    payout.timed_out = result.is_none();
                    payout.result = result;
                    payout.receipt = movement.as_ref().map(|m| m.receipt.clone());
                }
                self.post(movement);
            }
            Entry::PayoutDelivered { id, delivery } => {
                if let Some(payout) = self.payouts.get_mut(&id) {
                    payout.deliveries.push(delivery);
                }
            }
            Entry::Reversed { receipt, movement } => {
                self.reversed.insert(receipt);
                self.post(Some(movement));
            }
        }
    }

    fn add_merchant(&mut self, merchant: Merchant) {
        self.balances.entry(merchant.shortcode.clone()).or_insert(merchant.opening_balance);
        let same = |m: &Merchant| m.consumer_key == merchant.consumer_key && m.shortcode == merchant.shortcode;
        self.merchants.retain(|m| !same(m));
        self.merchants.push(merchant);
    }

    fn settle(&mut self, id: &str, settlement: Settlement, movement: Option<Movement>, steps: Option<Vec<Step>>) {
        let Some(prompt) = self.prompts.get_mut(id) else {
            return;
        };
        if self.open.get(&prompt.phone).is_some_and(|open| open == id) {
            self.open.remove(&prompt.phone);
        }
        if let Some(movement) = &movement {
            let day = (prompt.phone.clone(), eat::day(movement.completed_at));
            *self.paid_by_day.entry(day).or_default() += prompt.amount;
        }
        prompt.settlements.push(settlement);
        if let Some(steps) = steps {
            prompt.steps = steps;
        }
        self.post(movement);
    }

    fn post(&mut self, movement: Option<Movement>) {
        if let Some(movement) = movement {
            self.receipts.insert(movement.receipt.clone());
            *self.balances.entry(movement.shortcode.clone()).or_default() += movement.amount;
            self.movements.push(movement);
        }
    }

    /// Balance of a shortcode in whole shillings.
    pub fn balance(&self, shortcode: &str) -> i64 {
        self.balances.get(shortcode).copied().unwrap_or_default()
    }

    /// What a phone paid by push on a day, in whole shillings.
    pub fn paid_on(&self, phone: &str, day: NaiveDate) -> u64 {
        self.paid_by_day.get(&(phone.to_owned(), day)).copied().unwrap_or_default()
    }

    /// Who paid what has this receipt.
    pub fn payer(&self, receipt: &str) -> Option<&str> {
        let typed = self.paid_in.get(receipt).map(|payment| payment.phone.as_str());
        let paid = |prompt: &&Prompt| prompt.settlements.iter().any(|settlement| settlement.receipt.as_deref() == Some(receipt));
        typed.or_else(|| self.prompts.iter().rev().find(paid).map(|prompt| prompt.phone.as_str()))
    }

    pub fn book(&self) -> Book {
        Book {
            prompts: self.prompts.iter().cloned().collect(),
            paid_in: self.paid_in.iter().cloned().collect(),
            payouts: self.payouts.iter().cloned().collect(),
            movements: self.movements.clone(),
            balances: self.balances.clone(),
        }
    }
}
