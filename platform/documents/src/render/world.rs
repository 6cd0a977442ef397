//! What a template can see: its own source, the named partials and assets, its data, the fonts,
//! and the document's date. There is no file system, no network and no package registry behind it,
//! and the two functions that would turn data into code are gone.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Timelike, Utc};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Binding, Bytes, Datetime, Duration};
use typst::syntax::{DiagSpanKind, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};

use super::error::{RenderError, TemplateFault};
use super::fonts::Fonts;
use super::request::{DATA_FILE, RenderRequest};

/// Functions a template may not call: `eval` runs text as code, `plugin` runs machine code.
const REMOVED: [&str; 2] = ["eval", "plugin"];

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let mut library = Library::default();
    for name in REMOVED {
        let gone = Binding::detached(typst::foundations::Value::None);
        library.global.scope_mut().bind(name.into(), gone);
    }
    library.std = Binding::detached(library.global.clone());
    LazyHash::new(library)
});

/// One document's closed world.
pub(super) struct DocumentWorld<'a> {
    fonts: &'a Fonts,
    main: FileId,
    sources: HashMap<FileId, Source>,
    files: HashMap<FileId, Bytes>,
    issued_at: DateTime<Utc>,
}

impl<'a> DocumentWorld<'a> {
    /// Lays out the request's files; `data` is the cleaned data as JSON.
    pub(super) fn new(fonts: &'a Fonts, request: &RenderRequest, data: Vec<u8>) -> Result<Self, RenderError> {
        let template = &request.template;
        let main = file_id(&template.name)?;
        let mut sources = HashMap::new();
        sources.insert(main, Source::new(main, template.source.clone()));
        for (name, source) in &template.partials {
            let id = file_id(name)?;
            sources.insert(id, Source::new(id, source.clone()));
        }
        let mut files = HashMap::new();
        files.insert(file_id(DATA_FILE)?, Bytes::new(data));
        for (name, bytes) in &request.assets {
            files.insert(file_id(name)?, Bytes::new(bytes.clone()));
        }
        Ok(Self { fonts, main, sources, files, issued_at: request.issued_at })
    }

    /// The document's date of creation in UTC.
    pub(super) fn created(&self) -> Option<Datetime> {
        let at = self.issued_at;
        Datetime::from_ymd_hms(
            at.year(),
            u8::try_from(at.month()).ok()?,
            u8::try_from(at.day()).ok()?,
            u8::try_from(at.hour()).ok()?,
            u8::try_from(at.minute()).ok()?,
            u8::try_from(at.second()).ok()?,
        )
    }

    /// Puts the first of the typesetter's complaints into a template author's terms.
    pub(super) fn fault(&self, diagnostics: &[SourceDiagnostic]) -> RenderError {
        let Some(first) = diagnostics.first() else {
            return RenderError::Internal("failed without a diagnostic".to_owned());
        };
        let file = match first.span.get() {
            DiagSpanKind::Detached => None,
            DiagSpanKind::Number { id, .. } | DiagSpanKind::Range { id, .. } => Some(id),
        };
        let place = file.and_then(|id| {
            let start = self.range(first.span)?.start;
            self.sources.get(&id)?.lines().byte_to_line_column(start)
        });
        let file = file.unwrap_or(self.main);
        RenderError::Template {
            fault: TemplateFault {
                file: file.vpath().get_without_slash().to_owned(),
                line: place.map(|(line, _)| line + 1),
                column: place.map(|(_, column)| column + 1),
                message: first.message.to_string(),
                hints: first.hints.iter().map(|hint| hint.v.to_string()).collect(),
            },
        }
    }
}

impl World for DocumentWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(&id).cloned().ok_or_else(|| absent(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match (self.files.get(&id), self.sources.get(&id)) {
            (Some(bytes), _) => Ok(bytes.clone()),
            (None, Some(source)) => Ok(Bytes::from_string(source.clone())),
            (None, None) => Err(absent(id)),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.face(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        let day = self.issued_at.date_naive();
        Datetime::from_ymd(day.year(), u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?)
    }
}

fn absent(id: FileId) -> FileError {
    if matches!(id.root(), VirtualRoot::Package(_)) {
        return FileError::AccessDenied;
    }
    FileError::NotFound(PathBuf::from(id.vpath().get_without_slash()))
}

fn file_id(name: &str) -> Result<FileId, RenderError> {
    let path = VirtualPath::new(name).map_err(|_| RenderError::FileName(name.to_owned()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}
