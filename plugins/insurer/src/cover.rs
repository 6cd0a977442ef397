//! Quotes, cover and its changes: what is asked of the insurer, and what its answers mean.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::host::types::{Money, Party};
use wakala_plugin_sdk::insurance::endorsements::Change;
use wakala_plugin_sdk::insurance::insurer::{BindRequest, QuoteRequest};
use wakala_plugin_sdk::insurance::{Offer, Policy, PremiumPart};
use wakala_plugin_sdk::time::rfc3339_ms;
use wakala_plugin_sdk::{PluginError, amounts};

use crate::reply::text;
use crate::{amount, instant};

/// A document that the insurer has or will have of a policy.
#[derive(Debug, PartialEq, Eq)]
pub struct Paper {
    pub id: String,
    pub kind: String,
    pub name: String,
}

/// The body of a request for quotes.
pub fn quote_request(req: &QuoteRequest) -> Value {
    let mut body = json!({
        "product": req.product,
        "cover": req.cover,
        "from": req.starts,
        "to": req.ends,
        "currency": req.currency,
        "risk": document(&req.risk),
        "answers": document(&req.answers),
        "insured": insured(&req.insured),
    });
    if let Some(sum) = &req.sum_insured {
        body["sumInsured"] = json!(amounts::written(sum));
    }
    body
}

/// The body of a request for cover. The insurer reports to the address `report_to` what becomes of it.
pub fn bind_request(req: &BindRequest, report_to: &str) -> Value {
    json!({
        "reportTo": report_to,
        "reference": req.reference,
        "total": amounts::written(&req.total),
        "currency": req.total.currency,
        "paymentReference": req.payment_reference,
        "insured": insured(&req.insured),
    })
}

/// The body of a request for a change, with the quote that was accepted for it.
pub fn change_request(req: &Change, offer_ref: Option<&str>) -> Value {
    let mut body = json!({ "reference": req.reference, "effective": req.effective, "reason": req.reason, "risk": document(&req.risk) });
    if let Some(sum) = &req.sum_insured {
        body["sumInsured"] = json!(amounts::written(sum));
        body["currency"] = json!(sum.currency);
    }
    if let Some(offer) = offer_ref {
        body["quoteId"] = json!(offer);
    }
    body
}

fn insured(party: &Party) -> Value {
    let fact = |name: &str| party.fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str());
    let facts = [
        ("name", party.name.as_deref()),
        ("phone", party.phone.as_deref()),
        ("email", party.email.as_deref()),
        ("idNumber", fact("ke-national-id")),
        ("kraPin", fact("ke-kra-pin")),
        ("passport", fact("passport")),
        ("birthDate", fact("birth-date")),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))).collect::<Map<String, Value>>().into()
}

fn document(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| json!({}))
}

/// The offers of an answer: one, or a list under `quotes` where the insurer has variants.
///
/// # Errors
/// `retryable` for a quote without a number, `rejected` for one without a total and for one whose parts are not its total.
pub fn offers(json: &Value, currency: &str) -> Result<Vec<Offer>, PluginError> {
    match json["quotes"].as_array() {
        Some(list) => list.iter().map(|one| offer(one, currency)).collect(),
        None => Ok(vec![offer(json, currency)?]),
    }
}

/// One offer.
///
/// # Errors
/// As [`offers`].
pub fn offer(json: &Value, currency: &str) -> Result<Offer, PluginError> {
    let currency = text(&json["currency"]).unwrap_or_else(|| currency.to_owned());
    let state = match text(&json["status"]).unwrap_or_default().to_uppercase().as_str() {
        "QUOTED" => "quoted",
        "DECLINED" => "declined",
        _ => "referred",
    };
    let provider_ref = text(&json["quoteId"]).or_else(|| (state == "declined").then(String::new));
    let provider_ref = provider_ref.ok_or_else(|| PluginError::retryable("the quote has no number"))?;
    let (total, parts) = premium(&json["premium"], &currency)?;
    if state == "quoted" && total.is_none() {
        return Err(PluginError::rejected("amount", "The insurer's quote has no total"));
    }
    Ok(Offer {
        provider_ref,
        state: state.into(),
        total,
        parts,
        expires_ms: text(&json["expiresAt"]).and_then(|text| rfc3339_ms(&text)),
        reasons: json["reasons"].as_array().map(|reasons| reasons.iter().filter_map(text).collect()).unwrap_or_default(),
        files: Vec::new(),
        extra: Vec::new(),
    })
}

/// Total and parts. The customer must be able to add them up, so nothing that does not fit together is passed on.
fn premium(json: &Value, currency: &str) -> Result<(Option<Money>, Vec<PremiumPart>), PluginError> {
    let unfit = |why: &str| PluginError::rejected("amount", format!("The insurer's premium {why}"));
    let (mut total, mut parts, mut sum) = (None, Vec::new(), 0_i64);
    for (name, value) in json.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        let mut amount = amount::read(value, currency).ok_or_else(|| unfit("has an amount that cannot be read"))?;
        if name == "total" {
            total = Some(amount);
            continue;
        }
        let kind = kind(name);
        if kind == "commission" {
            // The contract has it positive; for us it is what we keep.
            amount.minor = -amount.minor.abs();
        } else {
            sum = sum.checked_add(amount.minor).ok_or_else(|| unfit("is too large"))?;
        }
        parts.push(PremiumPart { kind, amount, extra: Vec::new() });
    }
    let adds_up = total.as_ref().is_none_or(|total| sum == total.minor || parts.iter().all(|part| part.kind == "commission"));
    if adds_up { Ok((total, parts)) } else { Err(unfit("is not the sum of its parts")) }
}

/// `trainingLevy` is `training-levy`; words of the insurer's own are written likewise.
fn kind(name: &str) -> String {
    name.chars().fold(String::new(), |mut word, letter| {
        if letter.is_uppercase() {
            word.push('-');
        }
        word.extend(letter.to_lowercase());
        word
    })
}

/// A policy with the documents that it names.
///
/// # Errors
/// `unknown-outcome` if it has no name: then nobody can ask about it.
pub fn policy(json: &Value, currency: &str) -> Result<(Policy, Vec<Paper>), PluginError> {
    let number = text(&json["policyNumber"]);
    let id = text(&json["policyId"]).or_else(|| number.clone());
    let currency = text(&json["currency"]).unwrap_or_else(|| currency.to_owned());
    let day = |name: &str| text(&json[name]).filter(|day| instant::is_day(day));
    let policy = Policy {
        provider_ref: id.ok_or_else(|| PluginError::UnknownOutcome("the policy has neither id nor number".into()))?,
        number,
        state: state(&json["status"]).into(),
        starts: day("from"),
        ends: day("to"),
        total: amount::read(&json["premium"]["total"], &currency),
        files: Vec::new(),
        extra: Vec::new(),
    };
    let paper = |one: &Value| {
        let id = text(&one["documentId"])?;
        let kind = text(&one["kind"]).unwrap_or_default().to_lowercase();
        let name = text(&one["name"]).unwrap_or_else(|| format!("{id}.pdf"));
        Some(Paper { id, kind: if kind.is_empty() { "schedule".into() } else { kind }, name })
    };
    let papers = json["documents"].as_array().map(|list| list.iter().filter_map(paper).collect()).unwrap_or_default();
    Ok((policy, papers))
}

/// Whether a policy of the insurer's gives no cover any more.
pub fn has_ended(json: &Value) -> bool {
    matches!(state(&json["status"]), "cancelled" | "expired")
}

/// The insurer's word for how a policy stands, in ours.
pub fn state(word: &Value) -> &'static str {
    match text(word).unwrap_or_default().to_uppercase().as_str() {
        "REFERRED" => "referred",
        "ACTIVE" | "ISSUED" | "IN_FORCE" => "active",
        "SUSPENDED" => "suspended",
        "LAPSED" => "lapsed",
        "CANCELLED" | "CANCELED" => "cancelled",
        "EXPIRED" => "expired",
        "DECLINED" => "declined",
        _ => "pending",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party() -> Party {
        let fields = vec![("ke-national-id".to_owned(), "30000042".to_owned()), ("ke-kra-pin".to_owned(), "A000000042Z".to_owned())];
        Party { name: Some("Asha Demo".into()), phone: None, email: None, fields, extra: Vec::new() }
    }

    #[test]
    fn a_quote_is_asked_for_in_the_contracts_words() {
        let req = QuoteRequest {
            product: "MOTOR_PRIVATE".into(),
            cover: "COMP".into(),
            starts: "2026-10-03".into(),
            ends: "2027-10-02".into(),
            currency: "KES".into(),
            sum_insured: Some(Money { minor: 85_000_000, currency: "KES".into() }),
            insured: party(),
            risk: r#"{"registration":"KDA000A","year":2019}"#.into(),
            answers: "{}".into(),
            extra: Vec::new(),
        };
        assert_eq!(
            quote_request(&req),
            json!({
                "product": "MOTOR_PRIVATE", "cover": "COMP", "from": "2026-10-03", "to": "2027-10-02", "sumInsured": "850000.00", "currency": "KES",
                "risk": {"registration": "KDA000A", "year": 2019}, "answers": {},
                "insured": {"name": "Asha Demo", "idNumber": "30000042", "kraPin": "A000000042Z"},
            })
        );
    }

    fn quoted() -> Value {
        json!({
            "quoteId": "Q-9", "expiresAt": "2026-11-01T23:59:59+03:00", "status": "QUOTED", "reasons": [],
            "premium": {
                "basic": "34000.00", "trainingLevy": "68.00", "compensationFund": 85, "stampDuty": "40.00", "commission": "3400.00",
                "total": "34193.00",
            },
        })
    }

    #[test]
    fn an_offer_adds_up_and_its_commission_is_ours() {
        let offers = offers(&quoted(), "KES").expect("offers");
        assert_eq!(offers.len(), 1);
        assert_eq!((offers[0].state.as_str(), offers[0].total.as_ref().map(|total| total.minor)), ("quoted", Some(3_419_300)));
        let mut parts: Vec<(&str, i64)> = offers[0].parts.iter().map(|part| (part.kind.as_str(), part.amount.minor)).collect();
        parts.sort_unstable();
        let expected =
            [("basic", 3_400_000), ("commission", -340_000), ("compensation-fund", 8_500), ("stamp-duty", 4_000), ("training-levy", 6_800)];
        assert_eq!(parts, expected);
        assert_eq!(offers[0].expires_ms, Some(1_793_566_799_000));
    }

    #[test]
    fn a_premium_that_does_not_add_up_is_not_offered() {
        let mut wrong = quoted();
        wrong["premium"]["total"] = json!("34193.01");
        assert!(matches!(offers(&wrong, "KES"), Err(PluginError::Rejected(no)) if no.code == "amount"));
        wrong["premium"]["total"] = json!(null);
        assert!(matches!(offers(&wrong, "KES"), Err(PluginError::Rejected(no)) if no.code == "amount"));
        wrong["premium"]["total"] = json!("about 34,000");
        assert!(matches!(offers(&wrong, "KES"), Err(PluginError::Rejected(no)) if no.code == "amount"));
    }

    #[test]
    fn variants_referrals_and_declines_are_offers_too() {
        let several =
            json!({"quotes": [quoted(), {"status": "REFERRED", "quoteId": "Q-10", "reasons": ["Above authority"]}, {"status": "DECLINED"}]});
        let states: Vec<String> = offers(&several, "KES").expect("offers").into_iter().map(|offer| offer.state).collect();
        assert_eq!(states, ["quoted", "referred", "declined"]);
        assert!(matches!(offers(&json!({"status": "QUOTED"}), "KES"), Err(PluginError::Retryable(_))));
        let odd = offers(&json!({"status": "THINKING", "quoteId": 11}), "KES").expect("offers");
        assert_eq!((odd[0].state.as_str(), odd[0].provider_ref.as_str()), ("referred", "11"));
    }

    #[test]
    fn a_policy_has_a_name_and_an_unknown_state_is_pending() {
        let (made, papers) = policy(
            &json!({
                "policyId": "p-1", "policyNumber": "P-42", "status": "ACTIVE", "from": "2026-10-03", "to": "2027-10-02",
                "premium": {"total": "34193.00"},
                "documents": [{"documentId": "D-1", "kind": "SCHEDULE", "name": "P-42.pdf"}, {"documentId": "D-2"}, {"name": "nameless"}],
            }),
            "KES",
        )
        .expect("a policy");
        assert_eq!((made.state.as_str(), made.number.as_deref(), made.total.map(|total| total.minor)), ("active", Some("P-42"), Some(3_419_300)));
        let named: Vec<(&str, &str, &str)> = papers.iter().map(|paper| (paper.id.as_str(), paper.kind.as_str(), paper.name.as_str())).collect();
        assert_eq!(named, [("D-1", "schedule", "P-42.pdf"), ("D-2", "schedule", "D-2.pdf")]);
        let (odd, _) = policy(&json!({"policyNumber": "P-43", "status": "BLESSED", "from": "soon"}), "KES").expect("a policy");
        assert_eq!((odd.state.as_str(), odd.provider_ref.as_str(), odd.starts), ("pending", "P-43", None));
        assert!(matches!(policy(&json!({"status": "ACTIVE"}), "KES"), Err(PluginError::UnknownOutcome(_))));
        for (status, ended) in [("CANCELLED", true), ("Expired", true), ("ACTIVE", false), ("LAPSED", false), ("", false)] {
            assert_eq!(has_ended(&json!({"status": status})), ended, "{status}");
        }
    }
}
