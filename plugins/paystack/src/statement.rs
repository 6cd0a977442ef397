//! The payments of a day, in pages of the provider's list. Refunds and transfers are told by notices of their own, and what is refunded
//! came nevertheless: its line says so.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::payments::statements::{Balance, LinePage};
use wakala_plugin_sdk::time::rfc3339_ms;

use crate::link::{Link, Trouble, data};
use crate::transaction::Transaction;
use crate::value::{minor, text};

/// Payments of one page.
const PAGE: usize = 50;

/// The payments that were begun on a day, by the provider's clock, and that came to an end.
///
/// # Errors
/// As `statements.page`; `rejected` `format` for another plugin's cursor.
pub fn page(link: &impl Link, day: &str, cursor: Option<&str>, live: bool) -> Result<LinePage, PluginError> {
    let number: u32 = cursor.map_or(Ok(1), str::parse).map_err(|_| PluginError::rejected("format", "the cursor is not one of this plugin's"))?;
    let path = format!("/transaction?perPage={PAGE}&page={number}&from={day}T00:00:00.000Z&to={day}T23:59:59.999Z");
    let found = data(link.get(&path)).map_err(Trouble::not_told)?;
    let payments = found.as_array().ok_or_else(|| PluginError::retryable("the answer is no list"))?;
    let mut lines = Vec::new();
    for payment in payments {
        lines.extend(Transaction::read(payment, live)?.line(begun_ms(payment)));
    }
    let next = (payments.len() >= PAGE).then(|| number.saturating_add(1).to_string());
    Ok(LinePage { lines, next, extra: Vec::new() })
}

/// What the account holds in each currency.
///
/// # Errors
/// As `statements.balances`.
pub fn balances(link: &impl Link, now_ms: u64) -> Result<Vec<Balance>, PluginError> {
    let found = data(link.get("/balance")).map_err(Trouble::not_told)?;
    let accounts = found.as_array().ok_or_else(|| PluginError::retryable("the answer is no list"))?;
    let balance = |account: &Value| {
        let currency = text(&account["currency"])?;
        let available = Money { minor: minor(&account["balance"])?, currency: currency.clone() };
        Some(Balance { account: currency, available, as_of_ms: now_ms, extra: Vec::new() })
    };
    Ok(accounts.iter().filter_map(balance).collect())
}

fn begun_ms(payment: &Value) -> Option<u64> {
    text(&payment["created_at"]).or_else(|| text(&payment["createdAt"])).as_deref().and_then(rfc3339_ms)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::link::script::{Script, answer, yes};

    fn payment(reference: &str, status: &str) -> Value {
        json!({
            "id": 5_900_112_233_u64, "domain": "test", "reference": reference, "status": status, "amount": 245_000, "currency": "KES", "fees": 3_675,
            "receipt_number": "TJ24XK9Q0P", "created_at": "2026-10-02T08:20:00.000Z", "paid_at": (status != "failed").then_some("2026-10-02T08:30:44.000Z"),
        })
    }

    #[test]
    fn what_came_to_an_end_is_a_line_and_what_waits_is_none() {
        let script =
            Script::new([yes(&json!([payment("a", "success"), payment("b", "failed"), payment("c", "abandoned"), payment("d", "reversed")]))]);
        let page = page(&script, "2026-10-02", None, false).expect("a page");
        let told: Vec<(&str, &str, i64)> =
            page.lines.iter().map(|line| (line.provider_ref.as_str(), line.state.as_str(), line.gross.minor)).collect();
        assert_eq!(told, [("a", "received", 245_000), ("b", "failed", 245_000), ("d", "received", 245_000)]);
        assert_eq!(page.lines.iter().map(|line| line.occurred_ms).collect::<Vec<_>>(), [1_790_929_844_000, 1_790_929_200_000, 1_790_929_844_000]);
        assert_eq!(page.lines[0].fee.as_ref().map(|fee| fee.minor), Some(3_675));
        assert_eq!(page.next, None);
        assert_eq!(script.asked.borrow()[0].0, "/transaction?perPage=50&page=1&from=2026-10-02T00:00:00.000Z&to=2026-10-02T23:59:59.999Z");
    }

    #[test]
    fn a_full_page_is_followed_by_the_next() {
        let full: Vec<Value> = (0..PAGE).map(|n| payment(&format!("pay-{n}"), "success")).collect();
        let script = Script::new([yes(&json!(full)), yes(&json!([]))]);
        let first = page(&script, "2026-10-02", None, false).expect("a page");
        assert_eq!((first.lines.len(), first.next.as_deref()), (PAGE, Some("2")));
        let second = page(&script, "2026-10-02", first.next.as_deref(), false).expect("a page");
        assert!(second.lines.is_empty() && second.next.is_none());
        assert!(script.asked.borrow()[1].0.contains("&page=2&"));
    }

    #[test]
    fn each_currency_has_a_balance() {
        let script = Script::new([yes(&json!([{ "currency": "KES", "balance": 1_500_000 }, { "currency": "USD", "balance": 0 }, { "odd": 1 }]))]);
        let told = balances(&script, 7).expect("balances");
        assert_eq!(told.iter().map(|one| (one.account.as_str(), one.available.minor)).collect::<Vec<_>>(), [("KES", 1_500_000), ("USD", 0)]);
    }

    #[test]
    fn an_unclear_answer_is_asked_again_and_a_strange_cursor_is_refused() {
        assert!(matches!(page(&Script::new([answer(502, "")]), "2026-10-02", None, false), Err(PluginError::Retryable(_))));
        assert!(matches!(page(&Script::new([yes(&json!({}))]), "2026-10-02", None, false), Err(PluginError::Retryable(_))));
        assert!(matches!(page(&Script::new([]), "2026-10-02", Some("x"), false), Err(PluginError::Rejected(_))));
    }
}
