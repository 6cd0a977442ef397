//! Which file of a drive belongs to which document. The names are carried by the platform from one event of a subject to the next.

/// Files by the short name of their document, as `name=id,name=id`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(Vec<(String, String)>);

impl Known {
    /// Reads what this plugin answered before; what is none of it is left out.
    pub fn read(text: &str) -> Self {
        let pair = |pair: &str| pair.split_once('=').map(|(name, id)| (name.to_owned(), id.to_owned()));
        Self(text.split(',').filter_map(pair).filter(|(name, id)| !name.is_empty() && !id.is_empty()).collect())
    }

    /// The file of a document.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(have, _)| have == name).map(|(_, id)| id.as_str())
    }

    /// Remembers the file of a document, in place of another that it had.
    pub fn put(&mut self, name: &str, id: &str) {
        self.0.retain(|(have, _)| have != name);
        self.0.push((name.to_owned(), id.to_owned()));
    }

    /// As the platform keeps it; none if there are no files.
    pub fn written(&self) -> Option<String> {
        let pairs: Vec<String> = self.0.iter().map(|(name, id)| format!("{name}={id}")).collect();
        (!pairs.is_empty()).then(|| pairs.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let mut known = Known::read("a1=f-1,b2=f-2,nonsense,=x");
        assert_eq!((known.find("a1"), known.find("b2"), known.find("nonsense")), (Some("f-1"), Some("f-2"), None));
        known.put("a1", "f-3");
        assert_eq!(known.written().as_deref(), Some("b2=f-2,a1=f-3"));
        assert_eq!(Known::read(&known.written().expect("files")), known);
        assert_eq!(Known::read("").written(), None);
    }
}
