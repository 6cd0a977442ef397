//! XML as banks send it, element by element. Entities and document types are refused, depth is bounded, and nothing of a file reaches
//! outside it.

use chrono::NaiveDate;
use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

/// No message of a bank is nested as deep as this.
const MAX_DEPTH: usize = 40;

/// Why XML was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum XmlError {
    /// A document type or an entity: never part of a bank's message, often an attack.
    Declares,
    Broken,
}

/// An element: name, currency attribute, text, and the children that were kept.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub name: String,
    pub currency: String,
    pub text: String,
    children: Vec<Element>,
}

impl Element {
    fn start(tag: &BytesStart<'_>) -> Self {
        let name = tag.local_name().as_ref().to_owned();
        let currency = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == "Ccy").map(|attribute| attribute.value.into_owned());
        Self { name, currency: currency.unwrap_or_default(), ..Self::default() }
    }
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }
    /// The element at the end of a path.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).map(|element| element.text.trim()).filter(|text| !text.is_empty())
    }
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        let text = self.text_at(&[name, "Dt"]).or_else(|| self.text_at(&[name, "DtTm"]))?;
        NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()
    }
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// A message that is being read. Elements are small; the message is a tree only as far as the reader keeps them.
pub(crate) struct Elements<'a> {
    reader: Reader<&'a [u8]>,
    open: Vec<Element>,
}

impl<'a> Elements<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { reader: Reader::from_str(text), open: Vec::new() }
    }
    /// How many elements are open around the one that ended last.
    pub fn depth(&self) -> usize {
        self.open.len()
    }
    /// The next element that ends, with its kept children; none at the end of the message.
    ///
    /// # Errors
    /// What is broken, nested too deep, or declares entities.
    pub fn advance(&mut self) -> Result<Option<Element>, XmlError> {
        loop {
            match self.reader.read_event().map_err(|_| XmlError::Broken)? {
                Event::DocType(_) => return Err(XmlError::Declares),
                Event::Start(tag) => {
                    self.open.push(Element::start(&tag));
                    if self.open.len() > MAX_DEPTH {
                        return Err(XmlError::Broken);
                    }
                }
                Event::Empty(tag) => return Ok(Some(Element::start(&tag))),
                Event::End(_) => return self.open.pop().ok_or(XmlError::Broken).map(Some),
                Event::Text(part) => self.write(&part.xml10_content()),
                Event::CData(part) => self.write(&part.xml10_content()),
                Event::GeneralRef(name) => {
                    let number = name.resolve_char_ref().map_err(|_| XmlError::Broken)?.map(String::from);
                    let known = || resolve_predefined_entity(&name.xml10_content()).map(str::to_owned);
                    let meant = number.or_else(known).ok_or(XmlError::Declares)?;
                    self.write(&meant);
                }
                Event::Eof if self.open.is_empty() => return Ok(None),
                Event::Eof => return Err(XmlError::Broken),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
        }
    }
    /// Gives an element to its parent; at the top there is none.
    pub fn keep(&mut self, element: Element) {
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(element);
        }
    }
    fn write(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }
}
