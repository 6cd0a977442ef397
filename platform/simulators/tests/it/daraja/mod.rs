//! One file for each point in which the original is strict, then what the simulator adds.

mod auto_answer;
mod control_api;
mod orders;
mod outage;
mod phone_page;
mod restart;
mod statement;
mod strictness_01_oauth;
mod strictness_02_password;
mod strictness_03_fields;
mod strictness_04_token_errors;
mod strictness_05_no_idempotency;
mod strictness_06_callbacks;
mod strictness_07_callback_shapes;
mod strictness_08_query;
mod strictness_09_forgery;
mod strictness_10_typed_payments;
mod strictness_11_payouts;
mod strictness_12_spike_arrest;
mod strictness_13_list_of_payments;
pub mod world;
