//! What people may upload: PNG, JPEG and WebP pictures, and PDF files.
//!
//! The type is read from the bytes, never from a name or a header. Pictures are decoded within
//! limits and encoded anew, which turns them upright, drops metadata (place, camera, thumbnails,
//! colour profiles), further frames and anything hidden behind the picture. PDFs are kept as they
//! came. Everything else is refused, SVG above all.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

const PDF_START: &[u8] = b"%PDF-";
/// Keeps the small print of a photographed logbook readable.
const JPEG_QUALITY: u8 = 88;

/// What an accepted upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContentType {
    /// `image/png`
    Png,
    /// `image/jpeg`
    Jpeg,
    /// `application/pdf`
    Pdf,
}

impl ContentType {
    /// The media type for HTTP and storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Pdf => "application/pdf",
        }
    }

    /// The file name's ending, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Pdf => "pdf",
        }
    }
}

impl std::fmt::Display for ContentType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A file that is safe to keep and to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The bytes to store: encoded anew for pictures, as they came for PDFs.
    pub bytes: Bytes,
    /// What the bytes are.
    pub content_type: ContentType,
    /// Width in pixels of a picture turned upright; none for a PDF.
    pub width: Option<u32>,
    /// Height in pixels of a picture turned upright; none for a PDF.
    pub height: Option<u32>,
}

/// Bounds for one upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadLimits {
    /// Bytes of a picture as it comes.
    pub image_bytes: u64,
    /// Pixels of a picture, width times height.
    pub image_pixels: u64,
    /// Bytes of a PDF.
    pub pdf_bytes: u64,
}

impl Default for UploadLimits {
    /// As many bytes as forms take. Phones make pictures of up to 50 megapixels; decoded they need four bytes a pixel.
    fn default() -> Self {
        Self { image_bytes: 10 * 1024 * 1024, image_pixels: 50_000_000, pdf_bytes: 10 * 1024 * 1024 }
    }
}

/// Why an upload is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// None of the accepted kinds.
    #[error("only PNG, JPEG and WebP pictures and PDF files are accepted")]
    Unsupported,
    /// More bytes than allowed for its kind.
    #[error("the file has {actual} bytes; at most {limit} are allowed")]
    TooManyBytes {
        /// Bytes of the file.
        actual: u64,
        /// Greatest allowed number.
        limit: u64,
    },
    /// More pixels than allowed.
    #[error("the picture has {actual} pixels; at most {limit} are allowed")]
    TooManyPixels {
        /// Pixels of the picture.
        actual: u64,
        /// Greatest allowed number.
        limit: u64,
    },
    /// It claims to be a picture but cannot be read.
    #[error("the picture is damaged")]
    Damaged,
}

/// Checks and cleans one uploaded file. Decoding and encoding a large photograph takes a second
/// of CPU and hundreds of megabytes: call it on a blocking thread, a few at a time.
pub fn accept_upload(bytes: Bytes, limits: &UploadLimits) -> Result<Upload, UploadError> {
    if bytes.is_empty() {
        return Err(UploadError::Empty);
    }
    if bytes.starts_with(PDF_START) {
        at_most(bytes.len(), limits.pdf_bytes)?;
        return Ok(Upload { bytes, content_type: ContentType::Pdf, width: None, height: None });
    }
    let format = sniff(&bytes).ok_or(UploadError::Unsupported)?;
    at_most(bytes.len(), limits.image_bytes)?;
    let picture = decode(&bytes, format, limits)?;
    encode(&picture, format)
}

/// An accepted picture as PNG, for places that know only PNG.
///
/// # Errors
/// [`UploadError::Unsupported`] for a PDF.
pub fn as_png(upload: &Upload) -> Result<Bytes, UploadError> {
    let format = match upload.content_type {
        ContentType::Png => return Ok(upload.bytes.clone()),
        ContentType::Jpeg => ImageFormat::Jpeg,
        ContentType::Pdf => return Err(UploadError::Unsupported),
    };
    let picture = decode(&upload.bytes, format, &UploadLimits::default())?;
    Ok(encode(&picture, ImageFormat::Png)?.bytes)
}

fn at_most(length: usize, limit: u64) -> Result<(), UploadError> {
    let actual = length as u64;
    if actual > limit {
        return Err(UploadError::TooManyBytes { actual, limit });
    }
    Ok(())
}

fn sniff(bytes: &[u8]) -> Option<ImageFormat> {
    let format = image::guess_format(bytes).ok()?;
    matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP).then_some(format)
}

pub(crate) fn decode(bytes: &[u8], format: ImageFormat, limits: &UploadLimits) -> Result<DynamicImage, UploadError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut memory = Limits::default();
    // Eight bytes a pixel hold 16-bit colour with transparency; the decoder's own buffers come on top.
    memory.max_alloc = Some(limits.image_pixels.saturating_mul(8).saturating_add(1 << 24));
    reader.limits(memory);
    let mut decoder = reader.into_decoder().map_err(|_| UploadError::Damaged)?;

    let (width, height) = decoder.dimensions();
    let actual = u64::from(width) * u64::from(height);
    if actual > limits.image_pixels {
        return Err(UploadError::TooManyPixels { actual, limit: limits.image_pixels });
    }
    let orientation = decoder.orientation().map_err(|_| UploadError::Damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| UploadError::Damaged)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// JPEG stays JPEG, PNG stays PNG; WebP becomes the one that holds it: PNG if it is transparent.
pub(crate) fn encode(picture: &DynamicImage, format: ImageFormat) -> Result<Upload, UploadError> {
    let transparent = picture.color().has_alpha();
    let content_type = match format {
        ImageFormat::Png => ContentType::Png,
        ImageFormat::WebP if transparent => ContentType::Png,
        _ => ContentType::Jpeg,
    };
    let mut file = Vec::new();
    let written = match content_type {
        ContentType::Jpeg => picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY)),
        _ if transparent => picture.to_rgba8().write_with_encoder(PngEncoder::new(&mut file)),
        _ => picture.to_rgb8().write_with_encoder(PngEncoder::new(&mut file)),
    };
    written.map_err(|_| UploadError::Damaged)?;
    Ok(Upload { bytes: Bytes::from(file), content_type, width: Some(picture.width()), height: Some(picture.height()) })
}
