//! The account: whether key and username are right, and what is left on it.

use wakala_plugin_sdk::host::http::Error;
use wakala_plugin_sdk::{PluginError, form};

use crate::link::{Answer, unanswered};

/// Where the account is read.
pub fn path(username: &str) -> String {
    format!("/version1/user?{}", form::write(&[("username", username)]))
}

/// The balance as the provider writes it, `KES 120.0000`.
///
/// # Errors
/// As `lifecycle.check`.
pub fn balance(answer: &Answer) -> Result<String, PluginError> {
    match answer.status {
        200 | 201 => {
            let json = answer.json();
            let balance = json["UserData"]["balance"].as_str().map(str::trim).filter(|text| !text.is_empty());
            balance.map(str::to_owned).ok_or_else(|| PluginError::retryable("the account cannot be read"))
        }
        401 | 403 => Err(PluginError::misconfigured("api_key", "The provider does not know this key for this username")),
        _ => Err(PluginError::retryable(answer.said())),
    }
}

/// A question that got no answer: asking again does no harm.
pub fn unread(error: Error) -> PluginError {
    match unanswered(error) {
        PluginError::UnknownOutcome(reason) => PluginError::retryable(reason),
        other => other,
    }
}

/// What will soon need somebody's attention.
pub fn warnings(balance: &str) -> Vec<String> {
    let amount = balance.rsplit(' ').next().unwrap_or_default();
    let whole = amount.split('.').next().unwrap_or_default().replace(',', "");
    let empty = amount.starts_with('-') || (!whole.is_empty() && whole.bytes().all(|byte| byte == b'0'));
    if empty { vec!["The account has no credit left: nothing more is sent".to_owned()] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<String, PluginError> {
        balance(&Answer { status, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn the_balance_proves_the_key() {
        assert_eq!(read(200, r#"{"UserData":{"balance":"KES 120.0000"}}"#), Ok("KES 120.0000".to_owned()));
        assert!(matches!(read(401, "The supplied authentication is invalid"), Err(PluginError::Misconfigured(wrong)) if wrong.field == "api_key"));
        assert!(matches!(read(200, "<xml/>"), Err(PluginError::Retryable(_))));
        assert!(matches!(read(503, ""), Err(PluginError::Retryable(_))));
    }

    #[test]
    fn an_empty_account_is_warned_of() {
        assert_eq!(warnings("KES 120.0000"), Vec::<String>::new());
        assert_eq!(warnings("KES 1,000.00"), Vec::<String>::new());
        for empty in ["KES 0.4000", "KES -12.0000", "0"] {
            assert_eq!(warnings(empty).len(), 1, "{empty}");
        }
    }
}
