//! The tenant's number: whether token and ids are right, and how people rate what comes from it.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;

use crate::link::{Answer, before};

/// Where the number is read.
pub fn path(number: &str) -> String {
    format!("/{number}?fields=display_phone_number,verified_name,quality_rating,throughput")
}

/// The number as it is shown to people, and what will need attention.
///
/// # Errors
/// As `lifecycle.check`.
pub fn read(answer: &Answer) -> Result<(String, Vec<String>), PluginError> {
    let json = answer.read().map_err(|error| match before(error) {
        // An id of another account is answered as if it were no parameter at all.
        PluginError::Rejected(no) => PluginError::misconfigured("phone_number_id", no.message),
        PluginError::Unauthorized(said) => PluginError::misconfigured("access_token", said),
        other => other,
    })?;
    let text = |name: &str| json[name].as_str().filter(|text| !text.is_empty());
    let Some(number) = text("display_phone_number") else {
        return Err(PluginError::misconfigured("phone_number_id", "This is the ID of something else than a phone number"));
    };
    let summary = match text("verified_name") {
        Some(name) => format!("Connected to WhatsApp: {number}, {name}."),
        None => format!("Connected to WhatsApp: {number}."),
    };
    Ok((summary, warnings(&json)))
}

fn warnings(json: &Value) -> Vec<String> {
    match json["quality_rating"].as_str() {
        Some("YELLOW") => vec!["People block or report messages of this number: its quality is medium".to_owned()],
        Some("RED") => vec!["Many people block or report messages of this number: its quality is low and it may be limited".to_owned()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(status: u16, body: &str) -> Result<(String, Vec<String>), PluginError> {
        read(&Answer { status, retry_after_ms: None, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn the_number_is_told_with_its_quality() {
        let (summary, warnings) =
            checked(200, r#"{"display_phone_number":"+254 700 000444","verified_name":"Bima Demo","quality_rating":"RED","id":"1"}"#)
                .expect("a number");
        assert_eq!((summary.as_str(), warnings.len()), ("Connected to WhatsApp: +254 700 000444, Bima Demo.", 1));
        assert_eq!(checked(200, r#"{"display_phone_number":"+254"}"#), Ok(("Connected to WhatsApp: +254.".to_owned(), Vec::new())));
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        let field = |status, body: &str| match checked(status, body) {
            Err(PluginError::Misconfigured(wrong)) => wrong.field,
            other => format!("{other:?}"),
        };
        assert_eq!(field(401, r#"{"error":{"code":190,"message":"Expired"}}"#), "access_token");
        assert_eq!(field(400, r#"{"error":{"code":100,"error_subcode":33,"message":"Unsupported get request"}}"#), "phone_number_id");
        assert_eq!(field(200, r#"{"id":"1"}"#), "phone_number_id");
        assert!(matches!(checked(500, ""), Err(PluginError::Retryable(_))));
    }
}
