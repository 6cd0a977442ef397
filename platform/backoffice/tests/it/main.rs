//! Tests of the back office: every page's markup, walks through a whole tenant, and the steps that change something.

mod catalogue;
mod doors;
mod lists;
mod market;
mod markup;
mod money;
mod money_desk;
mod notices;
mod sales;
mod settings;
mod sign_up;
mod support;
mod walk;
mod work;
