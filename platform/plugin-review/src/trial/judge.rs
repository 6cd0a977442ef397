//! Whether a step went as expected.

use plugin_host::manifest::Manifest;
use serde_json::Value;
use simulators::scripted::{Seen, difference};

use super::call::{Outcomes, Said};
use super::scenario::Expect;

/// The first thing that is not as expected.
pub fn problem(expect: &Expect, said: &Said, seen: &[Seen], manifest: &Manifest) -> Option<String> {
    outcome(expect, &said.outcome).or_else(|| requests(expect, seen)).or_else(|| events(expect, &said.events, manifest))
}

fn outcome(expect: &Expect, outcome: &Outcomes) -> Option<String> {
    match (outcome, &expect.answer, &expect.error) {
        (Outcomes::Broken(why), ..) => Some(why.clone()),
        (Outcomes::Answer(found), Some(meant), _) => difference(meant, found).map(|difference| format!("answer: {difference}")),
        (Outcomes::Declined(found), _, Some(meant)) => difference(meant, found).map(|difference| format!("error: {difference}")),
        (Outcomes::Answer(_), None, Some(_)) => Some("it answered instead of declining".to_owned()),
        (Outcomes::Declined(found), _, None) => Some(format!("it declined: {found}")),
        (Outcomes::Answer(_), None, None) => None,
    }
}

/// A request that the provider of the package does not know is a mistake of one or the other, whatever was expected.
fn requests(expect: &Expect, seen: &[Seen]) -> Option<String> {
    for request in seen {
        let line = format!("{} {}{}", request.method, request.host, request.path);
        if request.exchange.is_none() {
            return Some(format!("no exchange of the simulator takes {line} as it was sent"));
        }
        if let Some(fault) = &request.fault {
            return Some(format!("the simulator could not answer {line}: {fault}"));
        }
    }
    let meant = expect.requests.as_ref()?;
    let found: Vec<&str> = seen.iter().filter_map(|request| request.exchange.as_deref()).collect();
    (*meant != found).then(|| format!("requests: expected [{}], found [{}]", meant.join(", "), found.join(", ")))
}

fn events(expect: &Expect, events: &[Value], manifest: &Manifest) -> Option<String> {
    let stranger = events.iter().filter_map(|event| event["kind"].as_str()).find(|kind| !manifest.events.reports.iter().any(|known| known == kind));
    if let Some(kind) = stranger {
        return Some(format!("it reports `{kind}`, which the manifest does not list under [events] reports"));
    }
    if events.iter().any(|event| !event["data"].is_object()) {
        return Some("the data of an event is a JSON object".to_owned());
    }
    let meant = expect.events.as_ref()?;
    if meant.len() != events.len() {
        return Some(format!("events: expected {}, found {}", meant.len(), events.len()));
    }
    let different = |(n, (meant, found)): (usize, (&Value, &Value))| difference(meant, found).map(|text| format!("event {}: {text}", n + 1));
    meant.iter().zip(events).enumerate().find_map(different)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugin_host::Usage;
    use serde_json::json;

    const MANIFEST: &str = r#"
        id = "com.example.hello"
        version = "1.0.0"
        publisher = "example"
        kind = "payment"
        wit = "wakala:payments@1.0"
        license = "Apache-2.0"
        [display]
        name = "Hello"
        summary = "Greets, and takes no money."
        [[method]]
        name = "hello"
        currencies = ["KES"]
        min = 100
        max = 1000
        [events]
        reports = ["payment.updated"]
    "#;

    fn manifest() -> Manifest {
        Manifest::parse(MANIFEST).expect("a manifest")
    }

    fn said(outcome: Outcomes, events: Vec<Value>) -> Said {
        Said { outcome, events, exchanges: Vec::new(), log: Vec::new(), usage: Usage::default() }
    }

    fn seen(exchange: Option<&str>) -> Seen {
        Seen { exchange: exchange.map(str::to_owned), method: "POST".into(), host: "sandbox.example.com".into(), path: "/v1".into(), fault: None }
    }

    fn expect(text: &str) -> Expect {
        toml::from_str(text).expect("an expectation")
    }

    #[test]
    fn only_what_is_named_counts() {
        let paid = said(Outcomes::Answer(json!({"state": "received", "receipt": "R1"})), Vec::new());
        assert_eq!(problem(&expect("answer = { state = \"received\" }"), &paid, &[], &manifest()), None);
        let other = problem(&expect("answer = { state = \"failed\" }"), &paid, &[], &manifest());
        assert_eq!(other.as_deref(), Some("answer: state: expected \"failed\", found \"received\""));
        assert!(problem(&expect("error = { kind = \"rejected\" }"), &paid, &[], &manifest()).is_some());
    }

    #[test]
    fn a_no_that_nobody_expected_is_a_problem() {
        let no = said(Outcomes::Declined(json!({"kind": "rejected", "code": "amount"})), Vec::new());
        assert!(problem(&Expect::default(), &no, &[], &manifest()).is_some());
        assert_eq!(problem(&expect("error = { code = \"amount\" }"), &no, &[], &manifest()), None);
        let broken = said(Outcomes::Broken("trap".into()), Vec::new());
        assert_eq!(problem(&expect("error = { code = \"amount\" }"), &broken, &[], &manifest()).as_deref(), Some("trap"));
    }

    #[test]
    fn requests_are_those_named_in_that_order() {
        let fine = said(Outcomes::Answer(json!({})), Vec::new());
        let asked = [seen(Some("token")), seen(Some("pay"))];
        assert_eq!(problem(&expect("requests = [\"token\", \"pay\"]"), &fine, &asked, &manifest()), None);
        assert!(problem(&expect("requests = [\"pay\"]"), &fine, &asked, &manifest()).is_some());
        assert!(problem(&Expect::default(), &fine, &[seen(None)], &manifest()).is_some());
    }

    #[test]
    fn a_report_that_the_manifest_does_not_list_is_a_problem() {
        let event = |kind: &str| json!({"kind": kind, "data": {"state": "received"}});
        let fine = said(Outcomes::Answer(json!({})), vec![event("payment.updated")]);
        assert_eq!(problem(&expect("events = [{ data = { state = \"received\" } }]"), &fine, &[], &manifest()), None);
        let other = said(Outcomes::Answer(json!({})), vec![event("payment.arrived")]);
        assert!(problem(&Expect::default(), &other, &[], &manifest()).is_some_and(|text| text.contains("payment.arrived")));
    }
}
