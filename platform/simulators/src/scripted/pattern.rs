//! Whether something found is what was meant: paths, texts, JSON.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A path whose segments are words or captures: `/v1/payments/{id}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct PathPattern(Vec<Segment>);

#[derive(Clone, Debug)]
enum Segment {
    Word(String),
    Capture(String),
}

impl TryFrom<String> for PathPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let path = text.strip_prefix('/').ok_or_else(|| format!("the path `{text}` does not begin with a slash"))?;
        if path.contains(['?', '#']) {
            return Err(format!("the path `{text}` has more than a path; values of the query belong into `query`"));
        }
        let mut names = Vec::new();
        let mut segments = Vec::new();
        for segment in path.split('/') {
            let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
                if segment.contains(['{', '}']) {
                    return Err(format!("in the path `{text}` a capture stands beside other letters; it takes a whole segment"));
                }
                segments.push(Segment::Word(segment.to_owned()));
                continue;
            };
            let word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
            if !word || names.contains(&name) {
                return Err(format!(
                    "in the path `{text}` the capture `{name}` needs a name of its own out of letters, digits, hyphen and underscore"
                ));
            }
            names.push(name);
            segments.push(Segment::Capture(name.to_owned()));
        }
        Ok(Self(segments))
    }
}

impl PathPattern {
    /// What the captures hold, if the path fits.
    pub fn fit(&self, path: &str) -> Option<BTreeMap<String, String>> {
        let path = path.strip_prefix('/')?;
        let mut captured = BTreeMap::new();
        let mut found = path.split('/');
        for segment in &self.0 {
            let have = found.next()?;
            match segment {
                Segment::Word(word) if word == have => {}
                Segment::Capture(name) if !have.is_empty() => {
                    captured.insert(name.clone(), have.to_owned());
                }
                _ => return None,
            }
        }
        found.next().is_none().then_some(captured)
    }

    /// Whether it has a capture of that name.
    pub fn captures(&self, name: &str) -> bool {
        self.0.iter().any(|segment| matches!(segment, Segment::Capture(have) if have == name))
    }
}

/// Whether a text is the one meant; a star at the end stands for any ending.
pub(crate) fn text_fits(meant: &str, found: &str) -> bool {
    meant.strip_suffix('*').map_or(meant == found, |beginning| found.starts_with(beginning))
}

/// The first place where `found` is not as `meant`, in words; none if it is.
///
/// Of an object only the fields that are meant count, a list counts whole, and a star at the end of a text stands for any ending.
#[must_use]
pub fn difference(meant: &Value, found: &Value) -> Option<String> {
    difference_at("", meant, found)
}

fn difference_at(place: &str, meant: &Value, found: &Value) -> Option<String> {
    let below = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    match (meant, found) {
        (Value::Object(meant), Value::Object(found)) => {
            meant.iter().find_map(|(name, value)| difference_at(&below(name), value, found.get(name).unwrap_or(&Value::Null)))
        }
        (Value::Array(meant), Value::Array(found)) if meant.len() == found.len() => {
            meant.iter().zip(found).enumerate().find_map(|(n, (meant, found))| difference_at(&below(&n.to_string()), meant, found))
        }
        (Value::String(meant), Value::String(found)) if text_fits(meant, found) => None,
        (meant, found) if meant == found => None,
        (meant, found) => {
            let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
            Some(format!("{place}expected {meant}, found {found}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn path(text: &str) -> Result<PathPattern, String> {
        PathPattern::try_from(text.to_owned())
    }

    #[test]
    fn a_capture_takes_one_whole_segment() {
        let pattern = path("/v1/payments/{id}/refunds").expect("a path");
        let captured = pattern.fit("/v1/payments/p-1/refunds").expect("it fits");
        assert_eq!(captured.get("id").map(String::as_str), Some("p-1"));
        for other in ["/v1/payments//refunds", "/v1/payments/p-1", "/v1/payments/p-1/refunds/", "/v1/payments/a/b/refunds"] {
            assert!(pattern.fit(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_path_that_means_nothing_is_refused() {
        for text in ["v1", "/a?b=c", "/{}", "/x{id}", "/{id}/{id}"] {
            assert!(path(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_not_meant_does_not_count() {
        let found = json!({"amount": 100, "payer": {"phone": "+254700000101", "name": "A"}, "lines": [1, 2]});
        assert_eq!(difference(&json!({"amount": 100, "payer": {"phone": "+2547*"}}), &found), None);
        assert_eq!(
            difference(&json!({"payer": {"phone": "+255*"}}), &found).as_deref(),
            Some("payer.phone: expected \"+255*\", found \"+254700000101\"")
        );
        assert_eq!(difference(&json!({"lines": [1]}), &found).as_deref(), Some("lines: expected [1], found [1,2]"));
        assert_eq!(difference(&json!({"fee": 1}), &found).as_deref(), Some("fee: expected 1, found null"));
    }
}
