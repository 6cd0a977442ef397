//! A picture in the widths that pages ask for, each as WebP and in a format that every browser reads.

use bytes::Bytes;
use image::{DynamicImage, ImageFormat, imageops::FilterType};

use crate::images::{ContentType, Upload, UploadError, UploadLimits, decode, encode};

/// Of lossy WebP; small, and still without visible blocks.
const WEBP_QUALITY: f32 = 78.0;
/// Pictures of pages are no photographs of documents: less is enough, and decoding stays quick.
pub const LIMITS: UploadLimits = UploadLimits { image_bytes: 8 * 1024 * 1024, image_pixels: 24_000_000, pdf_bytes: 8 * 1024 * 1024 };

/// One file of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    pub width: u32,
    /// The file name's ending: `webp`, `jpg` or `png`.
    pub extension: &'static str,
    pub content_type: &'static str,
    pub bytes: Bytes,
}

/// The accepted picture in each of `widths` that is narrower than it is, and in its own width where it is narrower than the widest.
/// Takes a second of CPU for a large one: call it on a blocking thread.
///
/// # Errors
/// [`UploadError::Unsupported`] for a PDF.
pub fn variants(upload: &Upload, widths: &[u32]) -> Result<Vec<Variant>, UploadError> {
    let format = match upload.content_type {
        ContentType::Png => ImageFormat::Png,
        ContentType::Jpeg => ImageFormat::Jpeg,
        ContentType::Pdf => return Err(UploadError::Unsupported),
    };
    let picture = decode(&upload.bytes, format, &LIMITS)?;
    let mut files = Vec::new();
    for width in fitting(picture.width(), widths) {
        let sized = if width == picture.width() { picture.clone() } else { picture.resize(width, u32::MAX, FilterType::CatmullRom) };
        let plain = encode(&sized, format)?;
        files.push(Variant { width, extension: "webp", content_type: "image/webp", bytes: webp(&sized)? });
        files.push(Variant { width, extension: plain.content_type.extension(), content_type: plain.content_type.as_str(), bytes: plain.bytes });
    }
    Ok(files)
}

/// Never wider than the picture itself.
fn fitting(own: u32, widths: &[u32]) -> Vec<u32> {
    let mut fitting: Vec<u32> = widths.iter().copied().filter(|width| *width < own).collect();
    if fitting.len() < widths.len() {
        fitting.push(own);
    }
    fitting
}

fn webp(picture: &DynamicImage) -> Result<Bytes, UploadError> {
    let (width, height) = (picture.width(), picture.height());
    let encoded = if picture.color().has_alpha() {
        webp::Encoder::from_rgba(&picture.to_rgba8(), width, height).encode_simple(false, WEBP_QUALITY)
    } else {
        webp::Encoder::from_rgb(&picture.to_rgb8(), width, height).encode_simple(false, WEBP_QUALITY)
    };
    // Only a side that is too long for the format is refused.
    encoded.map(|encoded| Bytes::copy_from_slice(&encoded)).map_err(|_| UploadError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_never_enlarged() {
        assert_eq!(fitting(500, &[96, 384, 768]), [96, 384, 500]);
        assert_eq!(fitting(2000, &[96, 384]), [96, 384]);
        assert_eq!(fitting(40, &[96]), [40]);
    }

    #[test]
    fn each_width_comes_as_webp_and_in_a_format_for_every_browser() {
        let photo = DynamicImage::ImageRgb8(image::RgbImage::from_fn(800, 400, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, 90])));
        let logo = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(200, 100, image::Rgba([10, 90, 70, 128])));
        for (picture, format, plain, own) in [(photo, ImageFormat::Jpeg, "jpg", 800), (logo, ImageFormat::Png, "png", 200)] {
            let files = variants(&encode(&picture, format).unwrap(), &[96, 1280]).unwrap();
            let told: Vec<_> = files.iter().map(|file| (file.width, file.extension)).collect();
            assert_eq!(told, [(96, "webp"), (96, plain), (own, "webp"), (own, plain)]);
            for file in files {
                let read = image::load_from_memory(&file.bytes).unwrap();
                assert_eq!((read.width(), read.height()), (file.width, file.width / 2));
                assert_eq!(read.color().has_alpha(), plain == "png", "{}", file.extension);
            }
        }
    }
}
