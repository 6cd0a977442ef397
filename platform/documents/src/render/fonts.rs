//! The fonts that documents may use: Inter for text, the typesetter's own set behind it for
//! scripts and signs that Inter lacks. Fonts of the machine are never read, so a document looks
//! the same wherever it is made.

use std::sync::{Arc, LazyLock};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

const INTER: [&[u8]; 3] = [
    include_bytes!("../../assets/fonts/Inter-Regular.otf"),
    include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
    include_bytes!("../../assets/fonts/Inter-Italic.otf"),
];

static BUNDLED: LazyLock<Fonts> = LazyLock::new(|| Fonts::parse(bundled_files()));

/// An immutable set of parsed fonts, cheap to clone.
#[derive(Clone)]
pub struct Fonts(Arc<FontSet>);

struct FontSet {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Fonts {
    /// The set inside the binary: Latin, Greek, Cyrillic, Hebrew, Arabic and common signs.
    /// Parsed once per process, at first use.
    pub fn bundled() -> Self {
        BUNDLED.clone()
    }

    /// The bundled set and further font files (TrueType or OpenType), for scripts that a
    /// deployment's customers need. A file that holds no font adds nothing.
    pub fn bundled_and(files: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self::parse(bundled_files().chain(files.into_iter().map(Bytes::new)))
    }

    /// How many faces the set has.
    pub fn faces(&self) -> usize {
        self.0.fonts.len()
    }

    pub(super) fn book(&self) -> &LazyHash<FontBook> {
        &self.0.book
    }

    pub(super) fn face(&self, index: usize) -> Option<Font> {
        self.0.fonts.get(index).cloned()
    }

    fn parse(files: impl Iterator<Item = Bytes>) -> Self {
        let fonts: Vec<Font> = files.flat_map(Font::iter).collect();
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Self(Arc::new(FontSet { book, fonts }))
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts({} faces)", self.faces())
    }
}

fn bundled_files() -> impl Iterator<Item = Bytes> {
    INTER.into_iter().map(Bytes::new).chain(typst_assets::fonts().map(Bytes::new))
}
