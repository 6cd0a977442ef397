//! Claims: the first notice of a loss, what is handed in later, and how a claim stands.

use serde_json::{Value, json};
use wakala_plugin_sdk::insurance::claims::{Claim, Notice};
use wakala_plugin_sdk::{PluginError, amounts};

use crate::reply::text;
use crate::{amount, instant};

/// The body of a first notice; `documents` are the insurer's ids of what was uploaded for it. The insurer reports to the address
/// `report_to` what becomes of it.
pub fn notice(req: &Notice, documents: &[String], report_to: &str) -> Value {
    let mut body = json!({
        "reportTo": report_to,
        "policyId": req.policy_ref,
        "policyNumber": req.policy_number,
        "reference": req.reference,
        "kind": req.kind.to_uppercase(),
        "lossAt": instant::written(req.occurred_ms),
        "place": req.place,
        "description": req.description,
        "details": serde_json::from_str::<Value>(&req.details).unwrap_or_else(|_| json!({})),
        "attachments": attachments(documents),
    });
    if let Some(estimate) = &req.estimate {
        body["estimate"] = json!(amounts::written(estimate));
        body["currency"] = json!(estimate.currency);
    }
    body
}

/// The body of what is handed in later.
pub fn supplement(note: &str, documents: &[String]) -> Value {
    json!({ "note": note, "attachments": attachments(documents) })
}

fn attachments(documents: &[String]) -> Value {
    documents.iter().map(|id| json!({ "documentId": id })).collect()
}

/// A claim as the insurer answers it. A loss that it has been told of before says so in `extra`, under `duplicate-of`.
///
/// # Errors
/// `unknown-outcome` if it has no number: then nobody can ask about it.
pub fn claim(json: &Value, currency: &str) -> Result<Claim, PluginError> {
    let number = text(&json["claimNumber"]);
    let id = text(&json["claimId"]).or_else(|| number.clone());
    let currency = text(&json["currency"]).unwrap_or_else(|| currency.to_owned());
    Ok(Claim {
        provider_ref: id.ok_or_else(|| PluginError::UnknownOutcome("the claim has neither id nor number".into()))?,
        number,
        state: state(&json["status"]).into(),
        approved: amount::read(&json["approved"], &currency),
        paid: amount::read(&json["paid"], &currency),
        message: text(&json["message"]),
        extra: text(&json["duplicateOf"]).map(|other| ("duplicate-of".to_owned(), other)).into_iter().collect(),
    })
}

/// The insurer's word for how a claim stands, in ours.
pub fn state(word: &Value) -> &'static str {
    match text(word).unwrap_or_default().to_uppercase().as_str() {
        "NOTIFIED" => "notified",
        "MORE_WANTED" | "MORE_INFORMATION" => "more-wanted",
        "APPROVED" => "approved",
        "PAID" => "paid",
        "DECLINED" => "declined",
        "WITHDRAWN" => "withdrawn",
        _ => "in-review",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wakala_plugin_sdk::host::types::Money;

    #[test]
    fn a_notice_says_when_and_where_and_names_its_documents() {
        let req = Notice {
            policy_ref: "p-1".into(),
            policy_number: "P-42".into(),
            reference: "CLM-1".into(),
            kind: "collision".into(),
            occurred_ms: 1_796_138_400_000,
            place: "Nairobi".into(),
            description: "Hit from behind".into(),
            estimate: Some(Money { minor: 6_000_000, currency: "KES".into() }),
            details: r#"{"policeAbstract":"OB 1/1/12/2026"}"#.into(),
            files: Vec::new(),
            extra: Vec::new(),
        };
        assert_eq!(
            notice(&req, &["D-1".to_owned()], "https://example.com/hooks/1"),
            json!({
                "reportTo": "https://example.com/hooks/1",
                "policyId": "p-1", "policyNumber": "P-42", "reference": "CLM-1", "kind": "COLLISION", "lossAt": "2026-12-01T18:20:00+03:00",
                "place": "Nairobi", "description": "Hit from behind", "estimate": "60000.00", "currency": "KES",
                "details": {"policeAbstract": "OB 1/1/12/2026"}, "attachments": [{"documentId": "D-1"}],
            })
        );
    }

    #[test]
    fn a_claim_has_its_amounts_and_what_it_repeats() {
        let found = claim(&json!({"claimNumber": "C-17", "status": "PAID", "approved": "55000.00", "paid": 55000, "duplicateOf": "C-12"}), "KES");
        let found = found.expect("a claim");
        assert_eq!((found.provider_ref.as_str(), found.number.as_deref(), found.state.as_str()), ("C-17", Some("C-17"), "paid"));
        assert_eq!((found.approved.map(|money| money.minor), found.paid.map(|money| money.minor)), (Some(5_500_000), Some(5_500_000)));
        assert_eq!(found.extra, [("duplicate-of".to_owned(), "C-12".to_owned())]);
        assert!(matches!(claim(&json!({"status": "NOTIFIED"}), "KES"), Err(PluginError::UnknownOutcome(_))));
        assert_eq!(claim(&json!({"claimNumber": "C-18", "status": "PONDERING"}), "KES").expect("a claim").state, "in-review");
    }
}
