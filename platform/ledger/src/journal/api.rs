//! Reading the books.

use chrono::NaiveDate;
use kernel::{
    AppResult,
    http::{Json, Path, Query, Staff, error::ErrorBody},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Deserialize;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{AccountBalance, AccountStatement, TrialBalance, service};
use crate::{accounts::AccountKind, permissions::JOURNAL_READ};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct TrialBalanceQuery {
    /// The business day; today if not given.
    on: Option<NaiveDate>,
}

/// Balances of all accounts at the end of a business day; those of customers as one sum, whose accounts `/ledger/accounts` lists.
#[utoipa::path(get, path = "/ledger/trial-balance", tag = "ledger", params(TrialBalanceQuery),
    responses((status = 200, body = TrialBalance), (status = 403, body = ErrorBody)))]
async fn trial_balance(who: Staff, Query(query): Query<TrialBalanceQuery>) -> AppResult<Json<TrialBalance>> {
    let mut tx = who.begin_read().await?;
    let on = query.on.unwrap_or_else(|| who.scope.today());
    Ok(Json(service::trial_balance(&mut tx, on).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct BalancesQuery {
    kind: AccountKind,
    /// The business day; today if not given.
    on: Option<NaiveDate>,
}

/// Accounts of a kind that did not stand at zero at the end of a business day, the newest first.
#[utoipa::path(get, path = "/ledger/accounts", tag = "ledger", params(BalancesQuery, PageRequest),
    responses((status = 200, body = Page<AccountBalance>), (status = 403, body = ErrorBody)))]
async fn account_balances(who: Staff, Query(query): Query<BalancesQuery>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<AccountBalance>>> {
    let mut tx = who.begin_read().await?;
    let on = query.on.unwrap_or_else(|| who.scope.today());
    Ok(Json(service::balances_on(&mut tx, query.kind, on, &page).await?))
}

/// Lines of one account, newest first.
#[utoipa::path(get, path = "/ledger/accounts/{id}/lines", tag = "ledger", params(("id" = Uuid, Path), PageRequest),
    responses((status = 200, body = AccountStatement), (status = 404, body = ErrorBody)))]
async fn account_lines(who: Staff, Path(id): Path<Uuid>, Query(page): Query<PageRequest>) -> AppResult<Json<AccountStatement>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::account_statement(&mut tx, id, &page).await?))
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(JOURNAL_READ), routes!(trial_balance))
        .api(Access::Staff(JOURNAL_READ), routes!(account_balances))
        .api(Access::Staff(JOURNAL_READ), routes!(account_lines))
}
