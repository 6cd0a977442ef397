//! The ledger on a real database, with a provider that does what a test says.

mod api;
mod asking;
mod bank_statements;
mod bench;
mod gateway;
mod isolation;
mod journal;
mod long_statements;
mod pay_links;
mod races;
mod receivables;
mod refunds;
mod reports;
mod sending;
mod settling;
mod starting;
mod statements;
mod takings;
mod till;
