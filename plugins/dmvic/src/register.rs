//! What is asked of the register about certificates, and what its results mean.
//!
//! The register has no idempotency: the same application twice is two certificates. So only a clear no becomes `rejected` or `retryable`;
//! whatever leaves a doubt is `unknown-outcome`, and the platform looks the vehicle up.

use serde_json::{Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::insurance::certificates::{Certificate, CertificateRequest, Confirmation, Finding};

use crate::answer::{About, Refusal, field, text};
use crate::application::{Application, Class};
use crate::day::Day;
use crate::link::{Link, Trouble, call};

const CONFIRM: &str = "/api/v5/Integration/ConfirmCertificateIssuance";
const DOUBLE_COVER: &str = "/api/v5/Integration/ValidateDoubleInsurance";
const VALIDATE: &str = "/api/v5/Integration/ValidateInsurance";
const GET: &str = "/api/v5/Integration/GetCertificate";
const CANCEL: &str = "/api/v5/Integration/CancelCertificate";
const STOCK: &str = "/api/V5/IntermediaryIntegration/MemberCompanyStock";
/// Comments that the register keeps.
const COMMENT: usize = 200;

/// A row of an underwriter's stock.
#[derive(Debug, PartialEq, Eq)]
pub struct Stock {
    pub title: String,
    pub type_id: Option<String>,
    pub left: i64,
}

/// What an application would meet.
///
/// # Errors
/// As `certificates.precheck`.
pub fn precheck(link: &impl Link, application: &Application) -> Result<Vec<Finding>, PluginError> {
    let mut findings = other_cover(link, application)?;
    let (path, body) = application.request("Validate");
    match call(link, &path, &body) {
        Ok(_) => {}
        // Told already, and by name.
        Err(Trouble::Refused(refusal)) if refusal.about == About::DoubleCover && !findings.is_empty() => {}
        Err(Trouble::Refused(refusal)) => findings.push(finding(refusal)?),
        Err(trouble) => return Err(trouble.of_question()),
    }
    if !findings.iter().any(|finding| finding.code == "stock") && is_out_of_stock(&stock(link, application.insurer)?, application.class()) {
        findings.push(plain("stock", "The underwriter has no certificates of this class left".into(), true));
    }
    Ok(findings)
}

/// Certificates of others that overlap.
fn other_cover(link: &impl Link, application: &Application) -> Result<Vec<Finding>, PluginError> {
    let result = match call(link, DOUBLE_COVER, &application.double_cover()) {
        Ok(result) => result,
        Err(Trouble::Refused(refusal)) if refusal.about == About::Unknown => return Ok(Vec::new()),
        Err(Trouble::Refused(refusal)) => return Ok(vec![finding(refusal)?]),
        Err(trouble) => return Err(trouble.of_question()),
    };
    // A list, or an object whose names are numbers.
    let found: Vec<&Value> = match field(&result, "DoubleInsurance") {
        Value::Array(list) => list.iter().collect(),
        Value::Object(rows) => rows.values().collect(),
        _ => Vec::new(),
    };
    let named = |row: &Value, name: &str| text(field(row, name));
    Ok(found
        .into_iter()
        .map(|row| {
            let insurer = named(row, "MemberCompanyName").unwrap_or("Another underwriter".into());
            let until = named(row, "CoverEndDate").unwrap_or("an unknown day".into());
            let facts = [("certificate", "InsuranceCertificateNo"), ("registration", "RegistrationNumber"), ("chassis", "ChassisNumber")];
            let extra = facts.into_iter().filter_map(|(ours, theirs)| Some((ours.to_owned(), named(row, theirs)?))).collect();
            Finding { code: "double-cover".into(), message: format!("{insurer} covers this vehicle until {until}"), blocking: true, extra }
        })
        .collect())
}

/// A no as a finding; a no that is not about the application is an error of the question.
fn finding(refusal: Refusal) -> Result<Finding, PluginError> {
    match refusal.about {
        About::Session | About::Account | About::Client | About::Busy => Err(refusal.error()),
        _ => Ok(plain(refusal.finding(), refusal.message.clone(), !refusal.can_be_settled())),
    }
}

fn plain(code: &str, message: String, blocking: bool) -> Finding {
    Finding { code: code.to_owned(), message, blocking, extra: Vec::new() }
}

/// What an underwriter has left.
///
/// # Errors
/// As a question.
pub fn stock(link: &impl Link, insurer: u32) -> Result<Vec<Stock>, PluginError> {
    let result = match call(link, STOCK, &json!({ "MemberCompanyId": insurer })) {
        Ok(result) => result,
        Err(Trouble::Refused(refusal)) if refusal.about == About::Unknown => return Ok(Vec::new()),
        Err(trouble) => return Err(trouble.of_question()),
    };
    let row = |row: &Value| {
        let left = text(field(row, "Stock"))?.parse().ok()?;
        let title = text(field(row, "ClassificationTitle")).unwrap_or_default();
        Some(Stock { title, type_id: text(field(row, "CertificateTypeId")), left })
    };
    Ok(field(&result, "MemberCompanyStock").as_array().map(|rows| rows.iter().filter_map(row).collect()).unwrap_or_default())
}

/// Whether there are rows of this class, all of them used up. Without a row nothing is known.
fn is_out_of_stock(stock: &[Stock], class: Class) -> bool {
    let mut rows = stock.iter().filter(|row| class.is_meant(row.type_id.as_deref(), &row.title)).peekable();
    rows.peek().is_some() && rows.all(|row| row.left <= 0)
}

/// Issues a certificate.
///
/// # Errors
/// As `certificates.issue`.
pub fn issue(link: &impl Link, application: &Application, req: &CertificateRequest) -> Result<Certificate, PluginError> {
    let (path, body) = application.request("Issuance");
    let applied = Certificate {
        policy_number: Some(req.policy_number.clone()),
        insurer: Some(req.insurer.clone()),
        subject: subject(application.registration.clone(), Some(application.chassis.clone())),
        starts: Some(application.starts.to_iso()),
        ends: Some(application.ends.to_iso()),
        ..nothing()
    };
    match call(link, &path, &body) {
        Ok(result) => issued(&result, applied),
        Err(Trouble::Refused(refusal)) => doubtful(refusal, applied),
        Err(trouble) => Err(trouble.of_write()),
    }
}

/// A no that staff can turn into a yes has a number under which they do it.
fn doubtful(refusal: Refusal, applied: Certificate) -> Result<Certificate, PluginError> {
    match refusal.request_id() {
        Some(id) if !matches!(refusal.about, About::DoubleCover | About::Stock) => {
            let mut doubt = plain(refusal.finding(), refusal.message.clone(), false);
            doubt.extra = text(field(&refusal.result, "NTSAResponse")).map(|said| ("registry".to_owned(), said)).into_iter().collect();
            Ok(Certificate { provider_ref: Some(id), state: "needs-confirmation".into(), findings: vec![doubt], ..applied })
        }
        _ => Err(refusal.error()),
    }
}

/// A yes without a certificate's number is no yes that one could rely on.
fn issued(result: &Value, applied: Certificate) -> Result<Certificate, PluginError> {
    let made = field(result, "issueCertificate");
    match text(field(made, "actualCNo")) {
        Some(number) => Ok(Certificate { provider_ref: text(field(made, "TransactionNo")), number: Some(number), state: "issued".into(), ..applied }),
        None => Err(PluginError::UnknownOutcome("the register says yes and names no certificate".into())),
    }
}

/// Settles a doubt.
///
/// # Errors
/// As `certificates.confirm`.
pub fn confirm(link: &impl Link, id: &str, answer: &Confirmation) -> Result<Certificate, PluginError> {
    let sure_of = |name: &str| answer.facts.iter().any(|(have, value)| have == name && value == "true");
    let body = json!({
        "IssuanceRequestID": id,
        "IsApproved": answer.approved,
        "IsLogBookVerified": sure_of("logbook-verified"),
        "IsVehicleInspected": sure_of("vehicle-inspected"),
        "AdditionalComments": answer.comment.chars().take(COMMENT).collect::<String>(),
        "UserName": answer.by,
    });
    match call(link, CONFIRM, &body) {
        Ok(result) if answer.approved => issued(&result, nothing()),
        Ok(_) => Ok(Certificate { provider_ref: Some(id.to_owned()), ..nothing() }),
        Err(trouble) => Err(trouble.of_write()),
    }
}

/// What the register holds under a number, or about a vehicle.
///
/// # Errors
/// As `certificates.validate`.
pub fn validate(link: &impl Link, number: Option<&str>, asked: &[(String, String)]) -> Result<Vec<Certificate>, PluginError> {
    let mut body = json!({});
    for (theirs, ours) in [("vehicleRegistrationnumber", "registration"), ("Chassisnumber", "chassis")] {
        if let Some((_, value)) = asked.iter().find(|(name, _)| name == ours) {
            body[theirs] = json!(value.split_whitespace().collect::<String>().to_uppercase());
        }
    }
    if let Some(number) = number {
        body["certificateNumber"] = json!(number);
    }
    let result = match call(link, VALIDATE, &body) {
        Ok(result) => result,
        Err(Trouble::Refused(refusal)) if refusal.about == About::Unknown => return Ok(Vec::new()),
        Err(trouble) => return Err(trouble.of_question()),
    };
    Ok(match field(&result, "validateInsurance") {
        Value::Array(list) => list.iter().map(registered).collect(),
        Value::Object(one) if one.is_empty() => Vec::new(),
        one @ Value::Object(_) => vec![registered(one)],
        _ => Vec::new(),
    })
}

/// A certificate as the register shows it.
fn registered(row: &Value) -> Certificate {
    let named = |name: &str| text(field(row, name)).filter(|text| !text.eq_ignore_ascii_case("not available"));
    let day = |name: &str| named(name).and_then(|text| Day::registered(&text)).map(Day::to_iso);
    Certificate {
        number: named("CertificateNumber"),
        state: state(&named("CertificateStatus").unwrap_or_default()).into(),
        policy_number: named("InsurancePolicyNumber"),
        insurer: named("InsuredBy"),
        subject: subject(named("Registrationnumber"), named("Chassisnumber")),
        starts: day("ValidFrom"),
        ends: day("ValidTill"),
        ..nothing()
    }
}

fn state(word: &str) -> &'static str {
    match word.to_lowercase().as_str() {
        "active" | "valid" | "issued" => "issued",
        "cancelled" | "canceled" => "cancelled",
        "expired" => "expired",
        _ => "not-valid",
    }
}

/// Where the certificate to be printed lies. The address is good for some hours.
///
/// # Errors
/// As `certificates.document`.
pub fn document_address(link: &impl Link, number: &str) -> Result<String, PluginError> {
    let result = call(link, GET, &json!({ "CertificateNumber": number })).map_err(Trouble::of_question)?;
    text(field(&result, "URL")).ok_or_else(|| PluginError::retryable("the certificate is not ready to be printed"))
}

/// Cancels a certificate. One that is cancelled already is no error.
///
/// # Errors
/// As `certificates.cancel`.
pub fn cancel(link: &impl Link, number: &str, reason: &str) -> Result<Certificate, PluginError> {
    match call(link, CANCEL, &json!({ "CertificateNumber": number, "cancelreasonid": reason_id(reason) })) {
        Ok(result) => {
            let transaction = text(field(&result, "TransactionReferenceNumber"));
            Ok(Certificate { provider_ref: transaction, number: Some(number.to_owned()), state: "cancelled".into(), ..nothing() })
        }
        // The register has the same answer for a number it never gave and for one that is cancelled.
        Err(Trouble::Refused(refusal)) if refusal.about == About::Unknown => {
            let found = validate(link, Some(number), &[])?;
            found.into_iter().find(|certificate| certificate.state == "cancelled").ok_or_else(|| refusal.error())
        }
        Err(trouble) => Err(trouble.of_write()),
    }
}

fn reason_id(reason: &str) -> u32 {
    match reason {
        "not-taken-up" => 14,
        "sold" => 15,
        "data-error" => 19,
        "fraud" => 20,
        "non-payment" => 21,
        "kyc" => 24,
        "written-off" => 29,
        "stolen" => 30,
        _ => 8,
    }
}

fn subject(registration: Option<String>, chassis: Option<String>) -> Vec<(String, String)> {
    let facts = [("registration", registration), ("chassis", chassis)];
    facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// A certificate of which nothing is known.
fn nothing() -> Certificate {
    Certificate {
        provider_ref: None,
        number: None,
        state: "not-valid".into(),
        policy_number: None,
        insurer: None,
        subject: Vec::new(),
        starts: None,
        ends: None,
        findings: Vec::new(),
        extra: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
