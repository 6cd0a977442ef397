//! What the kernel promises about transactions, tenants and durable work, on a real database.

mod audit;
mod dead_letters;
mod idempotency;
mod isolation;
mod numbers;
mod paging;
mod rests;
mod sealing;
mod settings;
mod signals;
mod work;
