//! From which amount on a second person agrees to a payout.

use axum::response::Response;
use kernel::{
    AppError, AppResult,
    http::{Form, Staff},
    money::{Currency, Money},
};
use ledger::payouts::PayoutRules;
use pages::{Shell, Tone, redirect_with};

use super::tabs;
use crate::frame::{Field, FormPage, Office, Section, Sent};

fn page(shell: Shell, currency: Currency) -> FormPage {
    let limit = Field::money("approval_above", shell.t("office-payouts-limit"), currency.symbol()).help(shell.t("office-payouts-limit-help"));
    let (title, lede, tabs) = (shell.t("office-settings-payouts"), shell.t("office-payouts-limit-lede"), tabs(&shell, "payouts"));
    FormPage::new(shell, title, "/settings/payouts", "/", vec![Section::of(vec![limit])]).lede(lede).tabs(tabs)
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let setting = tx.setting::<PayoutRules>().await?;
    let currency = staff.scope.tenant.currency;
    let limit = Money::new(setting.value.approval_above, currency).figure();
    page(shell, currency).version(setting.version).with("approval_above", limit).show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let currency = staff.scope.tenant.currency;
    let mut tx = staff.begin_write().await?;
    let saved = match Money::parse(sent.text("approval_above"), currency).filter(|limit| limit.minor >= 0) {
        Some(limit) => tx.set_setting(&PayoutRules { approval_above: limit.minor }, sent.version()?).await,
        None => Err(AppError::field("approval_above", "field-invalid")),
    };
    match saved {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/settings/payouts", Tone::Good, "flash-saved"))
        }
        Err(error) => page(shell, currency).again(&sent, error),
    }
}
