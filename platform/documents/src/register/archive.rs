//! Several documents as one ZIP file, written while it is read: at no time is more than one document in memory.

use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use kernel::{App, AppError, AppResult, Scope};
use tokio::io::{AsyncRead, AsyncWriteExt, DuplexStream};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{Document, DocumentFailure, DocumentId, service};

/// Documents in one file.
pub const MOST: usize = 50;
/// Bytes of all documents together.
pub const MOST_BYTES: u64 = 100 * 1024 * 1024;
/// Bytes that wait for a slow reader.
const BUFFER: usize = 64 * 1024;

/// The chosen documents, each of which the scope may see; none twice.
///
/// # Errors
/// `not_found` if one is not there or somebody else's; `document.too_many_at_once`, `document.too_large_at_once`.
pub async fn choose(scope: &Scope, ids: &[DocumentId]) -> AppResult<Vec<Document>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Err(AppError::field("id", "field-required"));
    }
    if ids.len() > MOST {
        return Err(DocumentFailure::TooManyAtOnce(MOST).into());
    }
    let mut tx = scope.begin_read().await?;
    let mut chosen = Vec::with_capacity(ids.len());
    for id in ids {
        chosen.push(service::get(&mut tx, id).await?);
    }
    let actual = chosen.iter().filter_map(|document| u64::try_from(document.size_bytes?).ok()).sum();
    if actual > MOST_BYTES {
        return Err(DocumentFailure::TooLargeAtOnce { actual, limit: MOST_BYTES }.into());
    }
    Ok(chosen)
}

/// Writes the documents into a ZIP file that is read from the answer. A document that cannot be read ends the file in the middle,
/// which its reader notices: the table at the end is missing.
#[must_use]
pub fn zip(app: &App, scope: &Scope, documents: Vec<Document>) -> impl AsyncRead + Send + use<> {
    let (writer, reader) = tokio::io::duplex(BUFFER);
    let (app, scope) = (app.clone(), scope.clone());
    tokio::spawn(async move {
        if let Err(error) = write(&app, &scope, documents, writer).await {
            tracing::warn!(error = %error, "a ZIP file was not finished");
        }
    });
    reader
}

async fn write(app: &App, scope: &Scope, documents: Vec<Document>, mut reader: DuplexStream) -> AppResult<()> {
    let written = Written::default();
    let mut file = ZipWriter::new_stream(written.clone());
    // Pictures and PDFs are compressed already.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (document, name) in documents.iter().zip(names(&documents)) {
        let bytes = service::bytes(app, scope, document).await?;
        file.start_file(name, options).map_err(AppError::internal)?;
        file.write_all(&bytes).map_err(AppError::internal)?;
        reader.write_all(&written.take()).await.map_err(AppError::internal)?;
    }
    file.finish().map_err(AppError::internal)?;
    reader.write_all(&written.take()).await.map_err(AppError::internal)
}

/// What is written and not handed on yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The documents' names; where several have the same, the later ones are numbered.
fn names(documents: &[Document]) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut name = |document: &Document| {
        let plain: String = document.file_name.chars().filter(|c| !c.is_control() && !matches!(c, '/' | '\\' | ':')).collect();
        let times = seen.entry(plain.to_lowercase()).and_modify(|times| *times += 1).or_insert(1);
        match (*times, plain.rsplit_once('.')) {
            (1, _) => plain.clone(),
            (times, Some((stem, ending))) => format!("{stem} ({times}).{ending}"),
            (times, None) => format!("{plain} ({times})"),
        }
    };
    documents.iter().map(&mut name).collect()
}
