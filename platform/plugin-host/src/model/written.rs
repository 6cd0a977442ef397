//! How records are written in files and reports: named texts as a table, JSON texts as what they hold.

/// Named texts: a table, or a list of pairs where their order matters.
pub(crate) mod fields {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::Fields;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Named(BTreeMap<String, String>),
        Listed(Vec<(String, String)>),
    }

    pub fn serialize<S: Serializer>(fields: &[(String, String)], output: S) -> Result<S::Ok, S::Error> {
        output.collect_map(fields.iter().map(|(name, value)| (name, value)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Fields, D::Error> {
        Ok(match Written::deserialize(input)? {
            Written::Named(fields) => fields.into_iter().collect(),
            Written::Listed(fields) => fields,
        })
    }
}

/// A text that holds JSON: the document itself, or its text.
pub(crate) mod document {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::Value;

    pub fn serialize<S: Serializer>(text: &str, output: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<Value>(text).unwrap_or_else(|_| Value::from(text)).serialize(output)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
        Ok(match Value::deserialize(input)? {
            Value::String(text) => text,
            document => document.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::model::insurance::QuoteRequest;
    use crate::model::messaging::TemplateUse;

    #[test]
    fn named_texts_are_a_table_or_a_list_that_keeps_its_order() {
        let read = |params: serde_json::Value| serde_json::from_value::<TemplateUse>(json!({"name": "due", "language": "sw", "params": params}));
        let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
        assert_eq!(read(json!({"b": "2", "a": "1"})).expect("a template").params, pairs(&[("a", "1"), ("b", "2")]));
        assert_eq!(read(json!([["b", "2"], ["a", "1"]])).expect("a template").params, pairs(&[("b", "2"), ("a", "1")]));
        assert!(serde_json::from_value::<TemplateUse>(json!({"name": "due", "language": "sw", "parms": {}})).is_err());
    }

    #[test]
    fn a_document_is_written_as_such() {
        let request = json!({
            "product": "motor", "cover": "comprehensive", "starts": "2026-10-02", "ends": "2027-10-01", "currency": "KES",
            "sum_insured": {"minor": 100, "currency": "KES"}, "insured": {"name": "A"}, "risk": {"registration": "KDA 001A"}, "answers": {},
        });
        let read: QuoteRequest = serde_json::from_value(request).expect("a request");
        assert_eq!(read.risk, "{\"registration\":\"KDA 001A\"}");
        let written = serde_json::to_value(&read).expect("a document");
        assert_eq!(written["risk"], json!({"registration": "KDA 001A"}));
    }
}
