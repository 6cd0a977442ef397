//! Money: what customers owe, how they pay, where the money lies, and whether the provider's book agrees.
//!
//! A received payment is posted from the provider's clearing account to the customer's credit; whoever delivers what was paid for
//! posts from there. So money that bought nothing is the customer's by itself, and every balance can be derived again.

pub mod accounts;
pub mod bank_accounts;
mod columns;
pub mod credits;
pub mod day_closes;
pub mod figures;
pub mod journal;
mod moments;
pub mod pay_links;
pub mod payments;
pub mod payout_batches;
pub mod payouts;
pub mod permissions;
mod personal;
pub mod receipts;
pub mod receivables;
pub mod reconciliation;
pub mod reference;
pub mod refunds;
pub mod takings;
mod xml;

use std::{sync::Arc, time::Duration};

use kernel::{
    jobs::{JobDef, Schedule, Subscription},
    module::{Module, Retention},
    routes::Routes,
};

/// What the ledger adds to the platform.
#[must_use]
pub fn module() -> Module {
    let mut routes = Routes::new();
    for slice in [
        journal::api::routes(),
        receivables::api::routes(),
        payments::api::routes(),
        credits::api::routes(),
        refunds::api::routes(),
        payouts::api::routes(),
        receipts::api::routes(),
        takings::api::routes(),
        pay_links::api::routes(),
        reconciliation::api::routes(),
    ] {
        routes.extend(slice);
    }
    Module {
        name: "ledger",
        permissions: permissions::ALL,
        routes,
        jobs: vec![
            JobDef::of::<payments::Submit>(),
            JobDef::of::<payments::Ask>(),
            JobDef::of::<payouts::Carry>(),
            JobDef::of::<reconciliation::MatchStatement>(),
        ],
        schedules: vec![
            Schedule::every::<payments::Reconcile>(Duration::from_secs(30)).for_tenants(payments::WITHOUT_OUTCOME),
            Schedule::every::<payouts::Resume>(Duration::from_secs(60)).for_tenants(payouts::PASSED_BY),
            // Which providers tell their statements the manifests decide; it rests until the next night.
            Schedule::every::<reconciliation::FetchStatements>(Duration::from_secs(15 * 60)),
        ],
        subscriptions: vec![
            Subscription::of::<payments::ReportedPayments>(),
            Subscription::of::<reconciliation::ArrivedPayments>(),
            Subscription::of::<payouts::ReportedPayouts>(),
        ],
        pack_loaders: Vec::new(),
        retention: RETENTION,
        personal_data: vec![Arc::new(personal::Money)],
    }
}

/// The books are kept as long as the law wants; the tenant decides after that.
const RETENTION: &[Retention] = &[
    Retention { table: "accounts", keep: "as long as the tenant", job: None },
    Retention { table: "journal_entries", keep: "7 years after the business date", job: None },
    Retention { table: "journal_lines", keep: "7 years after the business date", job: None },
    Retention { table: "receivables", keep: "7 years after the due date", job: None },
    Retention { table: "payments", keep: "7 years", job: None },
    Retention { table: "payment_steps", keep: "7 years", job: None },
    Retention { table: "allocations", keep: "7 years", job: None },
    Retention { table: "customer_credits", keep: "7 years", job: None },
    Retention { table: "refunds", keep: "7 years", job: None },
    Retention { table: "payouts", keep: "7 years", job: None },
    Retention { table: "payout_batches", keep: "7 years", job: None },
    Retention { table: "payout_batch_items", keep: "7 years", job: None },
    Retention { table: "payout_results", keep: "7 years", job: None },
    Retention { table: "payout_layouts", keep: "as long as the tenant", job: None },
    Retention { table: "pay_links", keep: "7 years", job: None },
    Retention { table: "takings", keep: "7 years", job: None },
    Retention { table: "unmatched_receipts", keep: "7 years", job: None },
    Retention { table: "statement_imports", keep: "7 years", job: None },
    Retention { table: "statement_lines", keep: "7 years", job: None },
    Retention { table: "difference_decisions", keep: "7 years", job: None },
    Retention { table: "day_closes", keep: "7 years", job: None },
    Retention { table: "bank_accounts", keep: "as long as the tenant", job: None },
    Retention { table: "statement_mappings", keep: "as long as the tenant", job: None },
];
