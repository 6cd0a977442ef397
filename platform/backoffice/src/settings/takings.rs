//! From which amount on money by hand needs a second person.

use axum::response::Response;
use kernel::{
    AppError, AppResult,
    http::{Form, Staff},
    money::Money,
};
use ledger::takings::TakingRules;
use pages::{Shell, Tone, redirect_with};

use super::tabs;
use crate::frame::{Field, FormPage, Office, Section, Sent};

fn page(shell: Shell, symbol: &str) -> FormPage {
    let limit = Field::money("approve_above", shell.t("office-takings-limit"), symbol).help(shell.t("office-takings-limit-help")).optional();
    let title = shell.t("office-settings-takings");
    let (tabs, lede) = (tabs(&shell, "takings"), shell.t("office-settings-takings-lede"));
    FormPage::new(shell, title, "/settings/takings", "/", vec![Section::of(vec![limit])]).lede(lede).tabs(tabs)
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let setting = tx.setting::<TakingRules>().await?;
    drop(tx);
    let currency = staff.tenant().currency;
    let mut page = page(shell, currency.symbol()).version(setting.version);
    if let Some(minor) = setting.value.approve_above_minor {
        page = page.with("approve_above", Money::new(minor, currency).short());
    }
    page.show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let currency = staff.tenant().currency;
    let typed = sent.some("approve_above").map(|text| Money::parse(text, currency).ok_or_else(|| AppError::field("approve_above", "field-invalid")));
    let mut tx = staff.begin_write().await?;
    let saved: AppResult<()> = async {
        let approve_above_minor = typed.transpose()?.map(|limit| limit.minor);
        tx.set_setting(&TakingRules { approve_above_minor }, sent.version()?).await
    }
    .await;
    match saved {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/settings/takings", Tone::Good, "flash-saved"))
        }
        Err(error) => page(shell, currency.symbol()).again(&sent, error),
    }
}
