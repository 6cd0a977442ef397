//! The register's search of vehicles, as a check: is the vehicle what its owner says it is?

use serde_json::json;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::identity::checks::{CheckRequest, CheckResult, MatchedField};

use crate::answer::{About, field, text};
use crate::link::{Link, Trouble, call};

const SEARCH: &str = "/api/v5/Integration/VehicleSearch";
/// What can be claimed of a vehicle, with the register's name for it.
const FACTS: [(&str, &str); 6] = [
    ("chassis", "ChassisNumber"),
    ("engine", "EngineNumber"),
    ("make", "Make"),
    ("model", "Model"),
    ("year", "RegistrationYear"),
    ("body", "BodyType"),
];

/// Looks a vehicle up by its registration and compares what is claimed of it.
///
/// # Errors
/// As `checks.run`.
pub fn check(link: &impl Link, req: &CheckRequest) -> Result<CheckResult, PluginError> {
    let claimed = |name: &str| req.subject.fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str());
    let registration = claimed("registration").map(compact).unwrap_or_default();
    let fits = (4..=15).contains(&registration.len()) && registration.bytes().all(|b| b.is_ascii_alphanumeric());
    if !fits {
        return Err(PluginError::rejected("format", "A registration has 4 to 15 letters and digits"));
    }
    let result = match call(link, SEARCH, &json!({ "VehicleRegistrationNumber": registration })) {
        Ok(result) => result,
        Err(Trouble::Refused(refusal)) if refusal.about == About::Unknown || refusal.about == About::Registry => {
            return Ok(CheckResult { message: Some(refusal.message), code: Some(refusal.code), ..done("not-found") });
        }
        Err(trouble) => return Err(trouble.of_question()),
    };
    let vehicle = field(&result, "Vehicle");
    if text(field(vehicle, "RegistrationNumber")).is_none() {
        return Ok(done("not-found"));
    }
    let fields: Vec<MatchedField> = FACTS
        .into_iter()
        .filter_map(|(name, theirs)| {
            let (claim, value) = (claimed(name)?, text(field(vehicle, theirs)));
            let outcome = match &value {
                None => "not-checked",
                Some(value) if compact(value) == compact(claim) => "match",
                Some(_) => "no-match",
            };
            Some(MatchedField { name: name.to_owned(), outcome: outcome.to_owned(), value, extra: Vec::new() })
        })
        .collect();
    Ok(CheckResult { fields: fields.clone(), ..done(verdict(&fields)) })
}

/// A chassis is the vehicle; everything else may be written differently.
fn verdict(fields: &[MatchedField]) -> &'static str {
    let outcome = |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.outcome.as_str());
    if outcome("chassis") == Some("no-match") {
        "no-match"
    } else if fields.iter().any(|field| field.outcome == "no-match") {
        "partial"
    } else {
        "match"
    }
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase()
}

fn done(verdict: &str) -> CheckResult {
    CheckResult {
        provider_ref: None,
        state: "done".into(),
        verdict: Some(verdict.to_owned()),
        confidence: None,
        fields: Vec::new(),
        code: None,
        message: None,
        evidence: Vec::new(),
        extra: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, done as found, no};
    use serde_json::Value;
    use wakala_plugin_sdk::host::types::Party;

    fn request(facts: &[(&str, &str)]) -> CheckRequest {
        let fields = facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let subject = Party { name: None, phone: None, email: None, fields, extra: Vec::new() };
        CheckRequest { kind: "vehicle".into(), country: "KE".into(), subject, account: None, files: Vec::new(), consent: None, extra: Vec::new() }
    }

    fn verdict_of(vehicle: Value, facts: &[(&str, &str)]) -> Option<String> {
        check(&Script::new([found(&json!({ "Vehicle": vehicle, "PolicyHistory": [] }))]), &request(facts)).expect("a result").verdict
    }

    fn car() -> Value {
        json!({"RegistrationNumber": "KDA000A", "ChassisNumber": "DEMO-123456789", "RegistrationYear": 2019, "Make": "TOYOTA", "EngineNumber": null})
    }

    #[test]
    fn the_chassis_decides_and_other_facts_weigh_less() {
        let plate = ("registration", "kda 000a");
        assert_eq!(verdict_of(car(), &[plate, ("chassis", "DEMO123456789"), ("year", "2019")]).as_deref(), Some("match"));
        assert_eq!(verdict_of(car(), &[plate, ("chassis", "DEMO123456789"), ("make", "Mazda")]).as_deref(), Some("partial"));
        assert_eq!(verdict_of(car(), &[plate, ("chassis", "OTHER1"), ("make", "Toyota")]).as_deref(), Some("no-match"));
        assert_eq!(verdict_of(car(), &[plate, ("engine", "1NZ")]).as_deref(), Some("match"));
    }

    #[test]
    fn a_vehicle_that_nobody_knows_is_a_result_and_a_plate_that_cannot_be_is_none() {
        let unknown = check(&Script::new([no("ER011", "No Records Found")]), &request(&[("registration", "KDA000A")]));
        assert_eq!(unknown.expect("a result").verdict.as_deref(), Some("not-found"));
        assert_eq!(verdict_of(json!({"RegistrationNumber": null}), &[("registration", "KDA000A")]).as_deref(), Some("not-found"));
        let impossible = check(&Script::new([]), &request(&[("registration", "?")]));
        assert!(matches!(impossible, Err(PluginError::Rejected(no)) if no.code == "format"));
    }
}
