//! From which difference on a counted till needs a second person.

use axum::response::Response;
use kernel::{
    AppError, AppResult,
    http::{Form, Staff},
    money::Money,
};
use ledger::day_closes::TillRules;
use pages::{Shell, Tone, redirect_with};

use super::tabs;
use crate::frame::{Field, FormPage, Office, Section, Sent};

fn page(shell: Shell, symbol: &str) -> FormPage {
    let limit = Field::money("approve_above", shell.t("office-till-limit"), symbol).help(shell.t("office-till-limit-help"));
    let title = shell.t("office-settings-till");
    let (tabs, lede) = (tabs(&shell, "till"), shell.t("office-settings-till-lede"));
    FormPage::new(shell, title, "/settings/till", "/", vec![Section::of(vec![limit])]).lede(lede).tabs(tabs)
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let setting = tx.setting::<TillRules>().await?;
    drop(tx);
    let currency = staff.tenant().currency;
    let limit = Money::new(setting.value.approve_above_minor, currency);
    page(shell, currency.symbol()).version(setting.version).with("approve_above", limit.short()).show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let currency = staff.tenant().currency;
    let limit = Money::parse(sent.text("approve_above"), currency).filter(|limit| limit.minor >= 0);
    let mut tx = staff.begin_write().await?;
    let saved: AppResult<()> = async {
        let limit = limit.ok_or_else(|| AppError::field("approve_above", "field-invalid"))?;
        tx.set_setting(&TillRules { approve_above_minor: limit.minor }, sent.version()?).await
    }
    .await;
    match saved {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/settings/till", Tone::Good, "flash-saved"))
        }
        Err(error) => page(shell, currency.symbol()).again(&sent, error),
    }
}
