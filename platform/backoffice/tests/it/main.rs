//! Tests of the back office: every page's markup, walks through a whole tenant, and the steps that change something.

mod activity;
mod approvals;
mod catalogue;
mod desk;
mod doors;
mod errands;
mod fleet;
mod lists;
mod market;
mod markup;
mod money;
mod money_desk;
mod notices;
mod roles;
mod sales;
mod search;
mod second_factor;
mod settings;
mod sight;
mod sign_up;
mod support;
mod walk;
mod work;
