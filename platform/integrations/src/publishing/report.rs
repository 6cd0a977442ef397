//! What the machine found in a package, out of its report as it is kept.

use serde_json::Value;

use super::shown;

/// A report in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportView {
    /// Scenarios of the package, and how many of them hold.
    pub scenarios: usize,
    pub held: usize,
    /// Interfaces of the platform that the component uses.
    pub imports: Vec<String>,
    pub findings: Vec<Finding>,
}

/// A remark of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Nothing with it is published; without, people will ask.
    pub is_error: bool,
    pub rule: String,
    /// Where, if the rule has places.
    pub place: Option<String>,
    pub message: String,
}

impl ReportView {
    #[must_use]
    pub fn of(report: &Value) -> Self {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let scenarios = list(&report["scenarios"]);
        Self {
            held: scenarios.iter().filter(|scenario| scenario["passed"] == true).count(),
            scenarios: scenarios.len(),
            imports: list(&report["component"]["imports"]).iter().filter_map(Value::as_str).map(shown).collect(),
            findings: list(&report["findings"]).iter().map(Finding::of).collect(),
        }
    }
}

impl Finding {
    fn of(finding: &Value) -> Self {
        let text = |name: &str| finding[name].as_str().map(shown);
        Self {
            is_error: finding["level"] != "warning",
            rule: text("rule").unwrap_or_default(),
            place: text("place"),
            message: text("message").unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_in_parts_and_nothing_in_it_misleads() {
        let report = serde_json::json!({
            "scenarios": [{ "passed": true }, { "passed": false }],
            "component": { "imports": ["wakala:host/http@1.0.0"] },
            "findings": [{ "level": "warning", "rule": "catalogue", "message": "there is no \u{202e}README.md" }],
        });
        let finding = Finding { is_error: false, rule: "catalogue".into(), place: None, message: "there is no README.md".into() };
        let view = ReportView { scenarios: 2, held: 1, imports: vec!["wakala:host/http@1.0.0".into()], findings: vec![finding] };
        assert_eq!(ReportView::of(&report), view);
        assert_eq!(ReportView::of(&Value::Null).findings, Vec::new(), "an older report without its parts");
    }
}
