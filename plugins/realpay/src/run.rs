//! Single collections: instructing those of a run, and asking what became of them. The provider knows instalments and no runs.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::collections::runs::Submitted;
use wakala_plugin_sdk::collections::{Line, LinePage, Refusal};

use crate::instalment::Instalment;
use crate::link::{Call, Link, Trouble, Verdict, ask};
use crate::mandate::records;
use crate::settings::{Place, Settings};
use crate::value::{is_day, major};

/// Lines of one page of results: each is a question of its own.
const PAGE: usize = 10;

/// Instructs the lines, those of one product together. A reference that the provider has already was instructed before.
///
/// # Errors
/// As `runs.submit`. A product whose answer is lost, or which fails after another one was instructed, leaves the run in doubt; references
/// keep it from being collected twice.
pub fn submit(link: &impl Link, settings: &Settings, lines: &[Line]) -> Result<Submitted, PluginError> {
    let mut refused = Vec::new();
    let mut products: BTreeMap<String, Vec<(&str, Value)>> = BTreeMap::new();
    for line in lines {
        let reference = line.reference.as_deref().unwrap_or_default();
        match instruction(settings, line) {
            Ok((product, record)) => products.entry(product).or_default().push((reference, record)),
            Err(error) => refused.push(refusal(reference, error)),
        }
    }
    let mut is_under_way = false;
    for (product, batch) in &products {
        let records = batch.iter().map(|(_, record)| record.clone()).collect();
        let call = Call::post("instalments", "InstalmentPostRequest", product, &settings.merchant, records);
        let answer = ask(link, &call).map_err(|trouble| match trouble.not_changed() {
            _ if is_under_way => PluginError::UnknownOutcome("only a part of the run was instructed".into()),
            error => error,
        })?;
        is_under_way = true;
        let verdict = Verdict::read(&answer, batch.len());
        for (n, (reference, _)) in batch.iter().enumerate() {
            match (verdict.failure(n + 1), verdict.took(n + 1)) {
                (Some(failure), _) if failure.is_duplicate() => {}
                (None, true) => {}
                (Some(failure), false) => {
                    let code = if failure.code.is_empty() { "refused".to_owned() } else { failure.code.clone() };
                    refused.push(Refusal { reference: (*reference).to_owned(), code, message: failure.message.clone(), extra: Vec::new() });
                }
                // Neither, or both.
                _ => return Err(PluginError::UnknownOutcome(format!("the provider did not say whether it took {reference}"))),
            }
        }
    }
    Ok(Submitted { provider_ref: None, refused, extra: Vec::new() })
}

fn instruction(settings: &Settings, line: &Line) -> Result<(String, Value), PluginError> {
    let reference = line.reference.as_deref().unwrap_or_default();
    if !(1..=20).contains(&reference.len()) || !reference.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(PluginError::rejected("format", "the reference has one to twenty letters and digits"));
    }
    if !is_day(&line.due) {
        return Err(PluginError::rejected("format", "the day is no day"));
    }
    let place = Place::find(settings, &line.mandate, line.mandate_ref.as_deref())?;
    let record = json!({
        "ClientNumber": place.client,
        "ContractNumber": place.contract,
        "InstalmentReferenceNumber": reference,
        "InstalmentActionDate": line.due,
        "InstalmentAmount": major(&line.amount, &settings.currency)?,
        "DebitSequenceType": "RCUR",
    });
    Ok((place.product, record))
}

fn refusal(reference: &str, error: PluginError) -> Refusal {
    let (code, message) = match error {
        PluginError::Rejected(rejection) => (rejection.code, rejection.message),
        PluginError::Unsupported(message) => ("account".to_owned(), message),
        other => ("refused".to_owned(), format!("{other:?}")),
    };
    Refusal { reference: reference.to_owned(), code, message, extra: Vec::new() }
}

/// What became of the open lines so far, a few a page.
///
/// # Errors
/// As `runs.results`.
pub fn results(link: &impl Link, settings: &Settings, open: &[Line], cursor: Option<&str>) -> Result<LinePage, PluginError> {
    let start = match cursor {
        None => 0,
        Some(text) => text.parse::<usize>().map_err(|_| PluginError::rejected("format", "the cursor is not one of this plugin's"))?,
    };
    let mut lines = Vec::new();
    for line in open.iter().skip(start).take(PAGE) {
        let Some(reference) = line.provider_ref.as_deref().or(line.reference.as_deref()) else { continue };
        let place = Place::find(settings, &line.mandate, line.mandate_ref.as_deref())?;
        let mut call = Call::about("GET", "instalments", &place);
        call.query.push(("InstalmentReferenceNumber", reference.to_owned()));
        match ask(link, &call) {
            Ok(found) => {
                let mut instalments = records(&found, "InstalmentGetResponse").into_iter().filter_map(Instalment::read);
                lines.extend(instalments.rfind(|instalment| instalment.is(reference)).map(|instalment| instalment.answer(line)));
            }
            // Not known yet, or not any more: the line stays open.
            Err(Trouble::NotFound) => {}
            Err(trouble) => return Err(trouble.not_told()),
        }
    }
    let next = start.saturating_add(PAGE);
    Ok(LinePage { lines, next: (next < open.len()).then(|| next.to_string()), extra: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer};
    use crate::settings::sample;
    use wakala_plugin_sdk::host::http::Error;
    use wakala_plugin_sdk::host::types::Money;

    fn line(reference: &str, product: &str) -> Line {
        Line {
            reference: Some(reference.into()),
            provider_ref: None,
            mandate: "P42C1".into(),
            mandate_ref: Some(format!("{product}/10001/P42C1/P42C1")),
            amount: Money { minor: 45_000, currency: "NAD".into() },
            due: "2026-10-25".into(),
            state: "scheduled".into(),
            collected: None,
            paid_on: None,
            code: None,
            reason: None,
            extra: Vec::new(),
        }
    }

    #[test]
    fn lines_go_out_by_product_and_refusals_come_back_by_reference() {
        let first = r#"{"InstalmentPostResponse":[{"Successful":[{"RecordNumber":1}],"Failed":[]}]}"#;
        let second = r#"{"InstalmentPostResponse":[{"Successful":[{"RecordNumber":1}],"Failed":[
            {"RecordNumber":2,"FailureCode":"ADCMI77","FailureDescription":"Action date is not valid"},
            {"RecordNumber":3,"FailureDescription":"DUPLICATE RECORD ALREADY EXISTS IN TAJLND"}]}]}"#;
        let provider = Script::new([answer(200, first), answer(400, second)]);
        let mut cents = line("A5", "ENDONA");
        cents.amount.currency = "ZAR".into();
        let lines = [line("A1", "ENDONA"), line("A2", "ABSADC"), line("A3", "ENDONA"), line("A4", "ENDONA"), cents, line("A-6", "ENDONA")];
        let submitted = submit(&provider, &sample(), &lines).expect("submitted");
        let refused: Vec<_> = submitted.refused.iter().map(|refusal| (refusal.reference.as_str(), refusal.code.as_str())).collect();
        assert_eq!(refused, [("A5", "amount"), ("A-6", "format"), ("A3", "ADCMI77")]);
        let asked = provider.asked.borrow();
        assert_eq!((asked[0].1.as_str(), asked[1].1.as_str()), ("/maintain/instalments/ABSADC", "/maintain/instalments/ENDONA"));
        assert_eq!(asked[1].2["InstalmentPostRequest"][0]["InstalmentReferenceNumber"], json!("A1"));
    }

    #[test]
    fn a_run_whose_answer_is_lost_or_has_holes_is_in_doubt() {
        for sent in [answer(503, ""), answer(200, r#"{"InstalmentPostResponse":[{"Successful":[],"Failed":[]}]}"#)] {
            let found = submit(&Script::new([sent]), &sample(), &[line("A1", "ENDONA")]);
            assert!(matches!(found, Err(PluginError::UnknownOutcome(_))), "{found:?}");
        }
    }

    #[test]
    fn a_run_of_which_a_part_went_out_is_in_doubt_whatever_becomes_of_the_rest() {
        let first = || answer(200, r#"{"InstalmentPostResponse":[{"Successful":[{"RecordNumber":1}],"Failed":[]}]}"#);
        let lines = [line("A1", "ABSADC"), line("A2", "ENDONA")];
        for second in [Err(Error::NotSent("no route".into())), Err(Error::Denied("http = …".into())), answer(404, ""), answer(503, "")] {
            let found = submit(&Script::new([first(), second]), &sample(), &lines);
            assert!(matches!(found, Err(PluginError::UnknownOutcome(_))), "{found:?}");
        }
        let unsent = submit(&Script::new([Err(Error::NotSent("no route".into()))]), &sample(), &lines);
        assert!(matches!(unsent, Err(PluginError::Retryable(_))), "{unsent:?}");
    }

    #[test]
    fn a_line_of_which_the_provider_says_both_or_nothing_is_in_doubt() {
        let both = r#"{"Successful":[{"RecordNumber":1},{"RecordNumber":2}],"Failed":[{"RecordNumber":2,"FailureCode":"ADCMI77"}]}"#;
        let unnumbered = r#"{"Successful":[{"ContractNumber":"P42C1"}],"Failed":[{"FailureCode":"ADCMI77"}]}"#;
        for part in [both, unnumbered] {
            let sent = answer(200, &format!(r#"{{"InstalmentPostResponse":[{part}]}}"#));
            let found = submit(&Script::new([sent]), &sample(), &[line("A1", "ENDONA"), line("A2", "ENDONA")]);
            assert!(matches!(found, Err(PluginError::UnknownOutcome(_))), "{found:?}");
        }
    }

    #[test]
    fn results_come_in_pages_and_what_is_not_known_stays_open() {
        let open: Vec<Line> = (1..=12).map(|n| line(&format!("A{n}"), "ENDONA")).collect();
        let found = |n: usize, status: &str| {
            let record =
                json!({ "InstalmentReferenceNumber": format!("A{n}"), "InstalmentStatus": status, "InstalmentAmount": 450, "ResponseCode": "01" });
            answer(200, &json!({ "InstalmentGetResponse": [record] }).to_string())
        };
        let first = (1..=10).map(|n| if n == 3 { answer(404, "") } else { found(n, if n == 2 { "F" } else { "S" }) });
        let page = results(&Script::new(first), &sample(), &open, None).expect("a page");
        assert_eq!((page.lines.len(), page.next.as_deref()), (9, Some("10")));
        assert_eq!((page.lines[0].state.as_str(), page.lines[0].collected.as_ref().map(|money| money.minor)), ("collected", Some(45_000)));
        assert_eq!((page.lines[1].state.as_str(), page.lines[1].reference.as_deref()), ("declined", Some("A2")));
        let page = results(&Script::new([found(11, "R"), found(99, "S")]), &sample(), &open, Some("10")).expect("a page");
        assert_eq!((page.lines.len(), page.next), (1, None));
    }
}
