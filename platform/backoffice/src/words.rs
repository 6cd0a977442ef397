//! States in people's words. What each means is said once, so that every page shows the same tone and word for it.

use chrono::{DateTime, NaiveDate, Utc};
use insurance::{
    catalogue::{Detail, Told},
    rating::{Decline, Line},
};
use kernel::{
    App,
    i18n::Texts,
    money::{Currency, Money},
};
use pages::{Badge, Choice, Fact, PriceKind, PriceLine, Shell, Tone};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

/// The badge of a state: its word is the text of `{prefix}-{state}`, with hyphens.
pub(crate) fn badge(shell: &Shell, prefix: &str, state: &str) -> Badge {
    Badge::new(tone(state), word(shell, prefix, state))
}

/// The text of `{prefix}-{name}`; a stored name may have its underscores in the key, or hyphens.
pub(crate) fn word(shell: &Shell, prefix: &str, name: &str) -> String {
    known(shell, prefix, name).unwrap_or_else(|| format!("{prefix}-{name}"))
}

/// As [`word`], none where there is no text.
pub(crate) fn known(shell: &Shell, prefix: &str, name: &str) -> Option<String> {
    let text = |key: String| Some(shell.t(&key)).filter(|text| *text != key);
    text(format!("{prefix}-{name}")).or_else(|| text(format!("{prefix}-{}", name.replace('_', "-"))))
}

/// An amount as rows keep it: minor units and the currency's code.
pub(crate) fn amount(shell: &Shell, minor: i64, currency: &str) -> String {
    money(minor, currency).map(|money| shell.money(&money)).unwrap_or_default()
}

/// The same as what it is; none in a currency that nobody knows.
pub(crate) fn money(minor: i64, currency: &str) -> Option<Money> {
    Currency::from_code(currency).ok().map(|currency| Money::new(minor, currency))
}

/// What was answered to the questions of a risk form.
pub(crate) fn answers(shell: &Shell, details: &[Detail]) -> Vec<Fact> {
    let answer = |told: &Told| match told {
        Told::Text(text) => text.clone(),
        Told::Choice(label) => label.get(&shell.lang).to_owned(),
        Told::Money(money) => shell.money(money),
        Told::Date(day) => shell.date(day),
        Told::YesNo(yes) => shell.t(if *yes { "yes" } else { "no" }),
    };
    details.iter().map(|detail| Fact::new(detail.label.get(&shell.lang), answer(&detail.answer))).collect()
}

/// Why an insurer declines.
pub(crate) fn declined(shell: &Shell, reasons: &[Decline]) -> String {
    let one = |reason: &Decline| {
        let words = [("question", reason.label.get(&shell.lang)), ("limit", reason.limit.as_str())];
        shell.tf(&format!("quote-decline-{}", reason.code.replace('_', "-")), words)
    };
    reasons.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The lines of a price, each with how it came to be, and what they come to.
pub(crate) fn price(shell: &Shell, lines: &[Line], payable: &Money) -> Vec<PriceLine> {
    let explained = |line: &Line| {
        let why = match (&line.base, line.units, line.rate) {
            (Some(base), Some(units), _) => shell.tf("office-price-units", [("units", units.to_string()), ("base", shell.money(base))]),
            (Some(base), None, Some(rate)) => {
                let percent = (rate * Decimal::ONE_HUNDRED).normalize().to_string();
                shell.tf("office-price-rate", [("percent", percent), ("base", shell.money(base))])
            }
            _ => String::new(),
        };
        PriceLine { label: line.label.get(&shell.lang).to_owned(), amount: shell.money(&line.amount), why, kind: PriceKind::Line }
    };
    let total = PriceLine { label: shell.t("total"), amount: shell.money(payable), why: String::new(), kind: PriceKind::Total };
    lines.iter().map(explained).chain([total]).collect()
}

/// Of the states that several areas share; unknown ones are neutral.
fn tone(state: &str) -> Tone {
    match state {
        "active" | "verified" | "customer" | "paid" | "received" | "live" | "ready" | "fulfilled" | "completed" | "healthy" | "ok" | "current"
        | "matched" | "cleared" | "settled" | "accepted" | "issued" | "done" | "published" | "delivered" | "listed" => Tone::Good,
        "pending"
        | "waiting"
        | "created"
        | "submitted"
        | "open"
        | "preview"
        | "test"
        | "part_paid"
        | "prospect"
        | "lead"
        | "awaiting_payment"
        | "awaiting_confirmation"
        | "placed"
        | "preparing"
        | "requested"
        | "sent"
        | "draft"
        | "running"
        | "deposited" => Tone::Info,
        "unknown" | "delayed" | "overdue" | "suspended" | "expiring" | "degraded" | "needs_action" | "unmatched" | "difference" | "stale"
        | "lapsed" | "yanked" | "hidden" | "retryable" | "to_approve" | "held" => Tone::Warn,
        "failed" | "rejected" | "reversed" | "down" | "error" | "denied" | "dead" | "bounced" | "complained" | "refused" | "revoked" => Tone::Bad,
        _ => Tone::Neutral,
    }
}

/// Choices of a filter or a field from names and the prefix of their texts.
pub(crate) fn choices<'a>(shell: &Shell, prefix: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<Choice> {
    names.into_iter().map(|name| Choice::new(name, word(shell, prefix, name))).collect()
}

/// What an audited action was, in words; the permission's own text serves where there is no other.
pub(crate) fn action(texts: &Texts, lang: &str, code: &str) -> String {
    let slug = code.replace(['.', '_'], "-");
    [format!("audit-{slug}"), format!("permission-{slug}")]
        .iter()
        .find_map(|key| texts.find(lang, key, &[]))
        .unwrap_or_else(|| code.replace(['.', '_'], " "))
}

/// Why an audited action was done, in words: what somebody wrote, or the text of a reason that has a name, such as the setting that
/// changed.
pub(crate) fn reason(texts: &Texts, lang: &str, reason: &str) -> String {
    let is_name = !reason.is_empty() && reason.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'_'));
    let text = is_name.then(|| texts.find(lang, &format!("audit-reason-{}", reason.replace(['.', '_'], "-")), &[])).flatten();
    text.unwrap_or_else(|| reason.to_owned())
}

/// A field's name in an audit entry; a field that no form shows reads as it is called.
pub(crate) fn field(texts: &Texts, lang: &str, name: &str) -> String {
    texts.find(lang, &format!("field-{}", name.replace('_', "-")), &[]).unwrap_or_else(|| {
        let plain = name.replace('_', " ");
        let mut letters = plain.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    })
}

/// A value of an audit entry as people read it: a state by its word, a day as a date, and nothing for ids and fingerprints, which are there
/// for machines. `object` is the kind of record.
pub(crate) fn value(shell: &Shell, object: &str, field: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => shell.t(if *yes { "yes" } else { "no" }),
        Value::String(text) => told(shell, object, field, text),
        Value::Array(items) if field == "granted" => shell.tn("audit-permissions", items.len()),
        Value::Array(items) => {
            items.iter().map(|item| self::value(shell, object, field, item)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, inner)| (known(shell, "field", name).unwrap_or_else(|| name.replace('_', " ")), self::value(shell, object, name, inner)))
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| format!("{name}: {text}"))
            .collect::<Vec<_>>()
            .join("; "),
        other @ Value::Number(_) => other.to_string(),
    }
}

fn told(shell: &Shell, object: &str, field: &str, text: &str) -> String {
    let fingerprint = text.len() >= 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if fingerprint || text.parse::<Uuid>().is_ok() {
        return String::new();
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return shell.date(&day);
    }
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return shell.moment(&at);
    }
    let is_name = text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.'));
    let object = if object == "plugin_installation" { "plugin".to_owned() } else { object.replace('_', "-") };
    let field = field.replace('_', "-");
    let one = field.trim_end_matches('s').to_owned();
    let kinds = [format!("{object}-{field}"), format!("{object}-state"), field, one];
    kinds.iter().filter(|_| is_name).find_map(|kind| known(shell, kind, &text.replace('.', "-"))).unwrap_or_else(|| text.to_owned())
}

/// A value of an audit entry as it is kept, for files: text without quotes, nothing for nothing.
pub(crate) fn exact(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(exact).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let said = fields.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| format!("{name}: {}", exact(value)));
            said.collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

/// A permission in words.
pub(crate) fn permission(app: &App, lang: &str, code: &str) -> String {
    app.texts.find(lang, &format!("permission-{}", code.replace(['.', '_'], "-")), &[]).unwrap_or_else(|| code.to_owned())
}

/// The beginning of a long text in one line, up to the end of a word.
pub(crate) fn beginning(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn files_hold_values_as_they_are_kept() {
        assert_eq!(exact(&json!({ "city": "Nairobi", "line": null, "postal_code": "00100" })), "city: Nairobi; postal_code: 00100");
        assert_eq!((exact(&Value::Null), exact(&json!(["a", "b"]))), (String::new(), "a, b".to_owned()));
    }
}
