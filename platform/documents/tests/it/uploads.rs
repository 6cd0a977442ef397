//! Uploads: what is accepted, what is stripped, what is refused.

use bytes::Bytes;
use documents::images::{ContentType, Upload, UploadError, UploadLimits, accept_upload};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

const SECRET: &[u8] = b"SECRET-PLACE-1.2921S-36.8219E";

fn accept(bytes: impl Into<Bytes>) -> Result<Upload, UploadError> {
    accept_upload(bytes.into(), &UploadLimits::default())
}

fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7) as u8, (y * 5) as u8, 128]))
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A JPEG whose metadata hold a secret and say "turn me by 90 degrees".
pub fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(&DynamicImage::ImageRgb8(picture(width, height)), ImageFormat::Png)
}

fn jpeg_with_metadata(width: u32, height: u32) -> Vec<u8> {
    let mut exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(SECRET);
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 90);
    encoder.set_exif_metadata(exif).unwrap();
    encoder.encode_image(&picture(width, height)).unwrap();
    file
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|part| part == needle)
}

#[test]
fn a_photograph_loses_its_metadata_and_stands_upright() {
    let raw = jpeg_with_metadata(40, 20);
    assert!(holds(&raw, SECRET), "the test's own picture has metadata");

    let upload = accept(raw).unwrap();
    assert_eq!(upload.content_type, ContentType::Jpeg);
    assert_eq!((upload.width, upload.height), (Some(20), Some(40)));
    assert!(!holds(&upload.bytes, SECRET));
    assert!(!holds(&upload.bytes, b"Exif"));
    let again = image::load_from_memory(&upload.bytes).unwrap();
    assert_eq!((again.width(), again.height()), (20, 40));
}

#[test]
fn what_hides_behind_a_picture_is_dropped() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let mut raw = encoded(&picture(8, 8).into(), format);
        raw.extend_from_slice(b"<script>alert(1)</script>PK\x03\x04");
        let upload = accept(raw).unwrap();
        assert!(!holds(&upload.bytes, b"<script>"), "{format:?}");
    }
}

#[test]
fn a_png_keeps_its_pixels_and_its_transparency() {
    let clear = RgbaImage::from_pixel(3, 2, Rgba([10, 20, 30, 40]));
    let upload = accept(encoded(&clear.clone().into(), ImageFormat::Png)).unwrap();
    assert_eq!(upload.content_type.as_str(), "image/png");
    assert_eq!(image::load_from_memory(&upload.bytes).unwrap().to_rgba8(), clear);
}

#[test]
fn a_webp_becomes_a_jpeg_or_with_transparency_a_png() {
    let webp = |pixels: &[u8], colour| {
        let mut file = Vec::new();
        let encoder = WebPEncoder::new_lossless(&mut file);
        encoder.write_image(pixels, 2, 2, colour).unwrap();
        accept(file).unwrap().content_type
    };
    assert_eq!(webp(&[9; 12], image::ExtendedColorType::Rgb8), ContentType::Jpeg);
    assert_eq!(webp(&[9; 16], image::ExtendedColorType::Rgba8), ContentType::Png);
}

#[test]
fn deep_and_grey_pictures_are_accepted() {
    let deep = DynamicImage::new_rgba16(4, 4);
    let grey = DynamicImage::new_luma8(4, 4);
    for picture in [deep, grey] {
        let upload = accept(encoded(&picture, ImageFormat::Png)).unwrap();
        assert_eq!(upload.width, Some(4));
    }
}

#[test]
fn a_pdf_is_kept_as_it_came() {
    let file: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj";
    let upload = accept(Bytes::from_static(file)).unwrap();
    assert_eq!(upload.bytes, file);
    assert_eq!(upload.content_type, ContentType::Pdf);
    assert_eq!((upload.width, upload.height), (None, None));
}

#[test]
fn everything_else_is_refused_whatever_it_calls_itself() {
    let refused: [&[u8]; 10] = [
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
        b"<?xml version=\"1.0\"?><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00",
        b"BM\x1e\0\0\0\0\0\0\0",
        b"II*\0\x08\0\0\0",
        b"PK\x03\x04word/document.xml",
        b"MZ\x90\0",
        b"\n%PDF-1.7",
        b"plain text",
    ];
    for bytes in refused {
        let outcome = accept(Bytes::from_static(bytes));
        assert_eq!(outcome, Err(UploadError::Unsupported), "{bytes:?}");
    }
    assert_eq!(accept(Bytes::new()), Err(UploadError::Empty));
}

#[test]
fn damaged_pictures_are_refused() {
    let whole = encoded(&picture(64, 64).into(), ImageFormat::Png);
    assert_eq!(accept(whole[..whole.len() / 2].to_vec()), Err(UploadError::Damaged));
    assert_eq!(accept(&b"\x89PNG\r\n\x1a\n"[..]), Err(UploadError::Damaged));
    assert_eq!(accept(&b"\xff\xd8\xff\xe0"[..]), Err(UploadError::Damaged));
    assert_eq!(accept(&b"RIFF\x04\0\0\0WEBP"[..]), Err(UploadError::Damaged));
}

#[test]
fn a_small_file_that_unpacks_to_a_huge_picture_is_refused_unread() {
    let mut bomb = encoded(&picture(1, 1).into(), ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let sum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(accept(bomb), Err(UploadError::TooManyPixels { actual: 3_600_000_000, limit: 50_000_000 }));
}

#[test]
fn each_kind_has_its_limit_of_bytes() {
    let limits = UploadLimits { image_bytes: 100, pdf_bytes: 10, ..UploadLimits::default() };
    let pdf = Bytes::from_static(b"%PDF-1.7 and more");
    assert_eq!(accept_upload(pdf, &limits), Err(UploadError::TooManyBytes { actual: 17, limit: 10 }));
    let large = Bytes::from(encoded(&picture(64, 64).into(), ImageFormat::Png));
    let actual = large.len() as u64;
    assert_eq!(accept_upload(large, &limits), Err(UploadError::TooManyBytes { actual, limit: 100 }));
}

/// The checksum of PNG chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())))
}
