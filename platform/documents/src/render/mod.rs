//! Makes PDF documents from a pack's templates.
//!
//! Owns the typesetter. What always holds: a template sees only what its request names (no files
//! of the machine, no network, no clock); text in the data is printed, never run; equal requests
//! give equal bytes; at most one document per processor is in the making, off the async threads;
//! each ends as a PDF within [`Limits`] or as a typed [`RenderError`].
//!
//! The typesetter cannot be interrupted. A document past its time is reported as
//! [`RenderError::TooSlow`] while its thread runs on and keeps its processor's permit; until it
//! ends, the same template is refused, so one bad template holds at most one processor.

mod error;
mod fonts;
mod inspect;
mod request;
mod text;
mod world;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};

pub use error::{RenderError, TemplateFault};
pub use fonts::Fonts;
pub use request::{DATA_FILE, Limits, RenderRequest, Template};

use request::within;
use world::DocumentWorld;

/// Named in the PDF as the software that made it.
const CREATOR: &str = "Wakala";
/// The typesetter bounds how deep a template may nest, but counts on more stack at that depth than
/// the threads of the runtime have.
const STACK_BYTES: usize = 32 * 1024 * 1024;

/// A finished document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The PDF file.
    pub pdf: Bytes,
    /// How many pages it has.
    pub pages: usize,
    /// Characters of the data that no font could show, in order, each once. Usually none.
    pub unprintable: Vec<char>,
}

/// Renders documents on the blocking threads, as many at a time as there are processors.
/// Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct Renderer {
    fonts: Fonts,
    limits: Limits,
    processors: Arc<Semaphore>,
    overdue: Arc<Mutex<HashSet<[u8; 32]>>>,
}

impl Renderer {
    /// A renderer with these fonts and limits.
    pub fn new(fonts: Fonts, limits: Limits) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { fonts, limits, processors: Arc::new(Semaphore::new(processors)), overdue: Arc::default() }
    }

    /// Makes one document. Fails as [`RenderError`] says; a retry helps only after
    /// [`RenderError::Busy`].
    pub async fn render(&self, request: RenderRequest) -> Result<Rendered, RenderError> {
        let template = request.template_hash();
        if self.overdue().contains(&template) {
            return Err(RenderError::Busy);
        }
        let free = Arc::clone(&self.processors).acquire_owned();
        let permit = tokio::time::timeout(self.limits.wait, free).await.map_err(|_| RenderError::Busy)?.map_err(|_| RenderError::Busy)?;

        let (fonts, limits) = (self.fonts.clone(), self.limits.clone());
        let mut work = tokio::task::spawn_blocking(move || {
            let rendered = render_now(&fonts, &limits, &request);
            drop(permit);
            rendered
        });
        match tokio::time::timeout(self.limits.time, &mut work).await {
            Ok(finished) => finished.unwrap_or_else(|error| Err(RenderError::Internal(error.to_string()))),
            Err(_) => {
                self.overdue().insert(template);
                let overdue = Arc::clone(&self.overdue);
                tokio::spawn(async move {
                    let _ended = work.await;
                    lock(&overdue).remove(&template);
                });
                Err(RenderError::TooSlow(self.limits.time))
            }
        }
    }

    fn overdue(&self) -> std::sync::MutexGuard<'_, HashSet<[u8; 32]>> {
        lock(&self.overdue)
    }
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new(Fonts::bundled(), Limits::default())
    }
}

/// Makes one document on the calling thread, without a limit of time: for command lines and
/// tests. Takes tens of milliseconds of CPU; never call it from an async thread.
pub fn render_now(fonts: &Fonts, limits: &Limits, request: &RenderRequest) -> Result<Rendered, RenderError> {
    request.check(limits)?;
    let data = serde_json::to_vec(&text::printable(request.data.clone())).map_err(|error| RenderError::Internal(error.to_string()))?;
    within("data bytes", data.len() as u64, limits.data_bytes)?;
    let identity = request.identity(&data);
    let world = DocumentWorld::new(fonts, request, data)?;
    let rendered = on_large_stack(|| typeset(&world, limits, identity));
    // The typesetter remembers every intermediate result of every document until told not to.
    typst::comemo::evict(0);
    rendered
}

/// Runs `work` on a thread of its own; a panic in it becomes an error.
fn on_large_stack<T: Send>(work: impl FnOnce() -> Result<T, RenderError> + Send) -> Result<T, RenderError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("document".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work)
            .map_err(|error| RenderError::Internal(error.to_string()))?;
        thread.join().unwrap_or_else(|_| Err(RenderError::Internal("the typesetter panicked".to_owned())))
    })
}

fn typeset(world: &DocumentWorld<'_>, limits: &Limits, identity: String) -> Result<Rendered, RenderError> {
    let document = typst::compile::<PagedDocument>(world).output.map_err(|errors| world.fault(&errors))?;
    let pages = document.pages().len();
    within("pages", pages as u64, limits.pages)?;

    let options = PdfOptions {
        ident: Smart::Custom(identity),
        creator: Smart::Custom(Some(CREATOR.to_owned())),
        timestamp: world.created().map(Timestamp::new_utc),
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| world.fault(&errors))?;
    within("PDF bytes", pdf.len() as u64, limits.output_bytes)?;
    Ok(Rendered { pdf: Bytes::from(pdf), pages, unprintable: inspect::unprintable(&document) })
}

impl RenderRequest {
    fn template_hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        self.hash_template(&mut hash);
        hash.finalize().into()
    }

    /// Stable name of the document's content, from which the PDF's identifier is derived.
    fn identity(&self, data: &[u8]) -> String {
        let mut hash = Sha256::new();
        self.hash_template(&mut hash);
        hash_part(&mut hash, data);
        for (name, bytes) in &self.assets {
            hash_part(&mut hash, name.as_bytes());
            hash_part(&mut hash, bytes);
        }
        hash_part(&mut hash, self.issued_at.to_rfc3339().as_bytes());
        hex::encode(hash.finalize())
    }

    fn hash_template(&self, hash: &mut Sha256) {
        hash_part(hash, self.template.name.as_bytes());
        hash_part(hash, self.template.source.as_bytes());
        for (name, source) in &self.template.partials {
            hash_part(hash, name.as_bytes());
            hash_part(hash, source.as_bytes());
        }
    }
}

fn hash_part(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_be_bytes());
    hash.update(part);
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
