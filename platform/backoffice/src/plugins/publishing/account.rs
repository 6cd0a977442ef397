//! How this office is called as a publisher.

use axum::{extract::State, response::Response};
use integrations::publishing::{self, AccountView, Said};
use kernel::{App, AppResult, http::Staff};
use pages::{Fact, Shell, Tone, redirect_with};

use super::{ACCOUNT, LIST};
use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section},
};

/// The account; none if there is none yet.
async fn known(app: &App, staff: &Staff) -> AppResult<Option<AccountView>> {
    match publishing::get_account(app, &staff.scope).await {
        Ok(account) => Ok(Some(account)),
        Err(error) if error.is("publisher.none") => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) fn page(shell: Shell, account: Option<&AccountView>) -> FormPage {
    let shell = shell.under("office-publishing-title", LIST);
    let mut fields = vec![
        Field::text("name", shell.t("field-name")).help(shell.t("office-publishing-name-help")).max(100),
        Field::text("support", shell.t("office-plugins-support")).help(shell.t("office-publishing-support-help")).max(300).optional(),
    ];
    let mut facts = Vec::new();
    match account {
        Some(account) => facts.push(Fact::new(shell.t("office-publishing-handle"), account.handle.clone())),
        None => fields.insert(0, Field::text("handle", shell.t("office-publishing-handle")).help(shell.t("office-publishing-handle-help")).max(60)),
    }
    let (title, lede) = (shell.t("office-publishing-account"), shell.t("office-publishing-account-lede"));
    let page = FormPage::new(shell, title, ACCOUNT, LIST, vec![Section::of(fields)]).lede(lede).facts(facts);
    match account {
        Some(account) => page.with("name", account.name.clone()).with("support", account.support.clone().unwrap_or_default()),
        None => page,
    }
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    page(shell, known(&app, &staff).await?.as_ref()).show()
}

/// Saying the same again changes nothing, so the form needs no key.
pub(super) async fn save(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let account = known(&app, &staff).await?;
    let handle = account.as_ref().map_or_else(|| sent.text("handle"), |account| account.handle.as_str());
    let said = Said { handle, name: sent.text("name"), support: sent.text("support") };
    match publishing::put_account(&app, &staff.scope, said).await {
        Ok(()) => Ok(redirect_with(LIST, Tone::Good, "office-publishing-saved")),
        Err(error) => page(shell, account.as_ref()).again(&sent, error),
    }
}
