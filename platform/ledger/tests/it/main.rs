//! The ledger on a real database, with a provider that does what a test says.

mod api;
mod arrivals;
mod asking;
mod bank_statements;
mod bench;
mod daily_statements;
mod decisions;
mod gateway;
mod isolation;
mod journal;
mod long_statements;
mod outlet;
mod pay_links;
mod payout_batches;
mod payouts;
mod races;
mod receivables;
mod refunds;
mod reports;
mod rerouting;
mod sending;
mod settling;
mod starting;
mod statements;
mod takings;
mod till;
