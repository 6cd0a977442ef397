//! What a provider remembers between requests: payments that it was asked for, and what became of them.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Records and bytes of a run: a script must not grow without end in a long one.
const RECORDS: usize = 10_000;
const BYTES: usize = 16 << 20;

/// A record in a script: its name, and what stands in it or must stand in it. Texts may have holes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    pub under: String,
    #[serde(default = "nothing")]
    pub json: Value,
}

fn nothing() -> Value {
    Value::Object(Map::new())
}

/// The records of a run.
#[derive(Debug, Default)]
pub(crate) struct Records {
    kept: HashMap<String, Value>,
    bytes: usize,
}

impl Records {
    pub fn find(&self, name: &str) -> Option<&Value> {
        self.kept.get(name)
    }

    /// Keeps a record in place of the earlier one of that name.
    ///
    /// # Errors
    /// There is room for no more.
    pub fn keep(&mut self, name: String, record: Value) -> Result<(), String> {
        let size = |name: &str, record: &Value| name.len() + record.to_string().len();
        let freed = self.kept.get(&name).map_or(0, |earlier| size(&name, earlier));
        let bytes = self.bytes - freed + size(&name, &record);
        if bytes > BYTES || (self.kept.len() >= RECORDS && freed == 0) {
            return Err(format!("a run keeps at most {RECORDS} records of {} MiB together", BYTES >> 20));
        }
        self.bytes = bytes;
        self.kept.insert(name, record);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_takes_the_place_of_the_earlier_one() {
        let mut records = Records::default();
        records.keep("a".into(), json!({ "status": "pending" })).unwrap();
        records.keep("a".into(), json!({ "status": "paid" })).unwrap();
        assert_eq!(records.find("a"), Some(&json!({ "status": "paid" })));
        assert_eq!(records.find("b"), None);
    }

    #[test]
    fn a_run_does_not_keep_without_end() {
        let mut records = Records::default();
        for n in 0..RECORDS {
            records.keep(n.to_string(), json!(n)).unwrap();
        }
        assert!(records.keep("one more".into(), json!({})).is_err());
        assert!(records.keep("0".into(), json!("again")).is_ok(), "what is there already may change");
        assert!(records.keep("1".into(), json!("x".repeat(BYTES))).is_err());
        assert_eq!(records.find("1"), Some(&json!(1)), "what found no room changed nothing");
    }
}
