//! The portal over its own routes: every page is sound markup, and whole journeys hold without scripts.

mod account;
mod direct;
mod entry;
mod fleet;
mod languages;
mod market;
mod markup;
mod owed;
mod pay_link;
mod sale;
mod second_factor;
mod site;
mod support;
mod ussd;
