//! Icons of plugins. What an author packed is not what browsers get: it is decoded within limits and encoded anew, at one size and on white,
//! which drops metadata and anything hidden behind the picture.

use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageFormat, ImageReader, Limits, Rgb, RgbImage, codecs::png::PngEncoder, imageops::FilterType};
use kernel::{App, AppError, AppResult};
use plugin_host::{package::Package, publish};

use crate::{IntegrationFailure, Integrations, publishing::PublishingFailure};

/// Width and height in pixels: twice as many as pages show, for fine screens.
const SIDE: u32 = 96;
/// What a decoder may take: eight bytes a pixel of the largest icon, and its own buffers.
const MEMORY: u64 = 32 << 20;

/// Where the icon of a package lies in the platform's part of the object store.
pub(crate) fn icon_path(digest: &str) -> String {
    format!("plugins/{digest}.png")
}

/// Where pages find the icon of the package with this digest.
pub(crate) fn address(digest: &str) -> String {
    format!("/plugins/icons/{digest}.png")
}

/// The icon of a package as pages show it; none if its manifest names none. `submission.refused` for what is no icon.
pub(crate) async fn icon_of(package: &Package) -> AppResult<Option<Bytes>> {
    let Some(bytes) = package.manifest().display.icon.as_ref().and_then(|path| package.file(path)).map(<[u8]>::to_vec) else { return Ok(None) };
    let drawn = tokio::task::spawn_blocking(move || draw(&bytes)).await.map_err(AppError::internal)?;
    Ok(Some(drawn.map_err(PublishingFailure::Refused)?))
}

fn draw(bytes: &[u8]) -> Result<Bytes, String> {
    publish::check_icon(bytes)?;
    let damaged = |_| "the icon is damaged".to_owned();
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let picture = reader.decode().map_err(damaged)?.to_rgba8();
    let (width, height) = picture.dimensions();
    let flat = RgbImage::from_fn(width, height, |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|part| on_white(part, alpha)))
    });
    let mut file = Vec::new();
    DynamicImage::ImageRgb8(flat).resize_exact(SIDE, SIDE, FilterType::Lanczos3).write_with_encoder(PngEncoder::new(&mut file)).map_err(damaged)?;
    Ok(Bytes::from(file))
}

fn on_white(part: u8, alpha: u8) -> u8 {
    let (part, alpha) = (u16::from(part), u16::from(alpha));
    u8::try_from((part * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

/// An icon by the last part of its address; `plugin.not_found` if there is none.
pub async fn icon(app: &App, name: &str) -> AppResult<Bytes> {
    let digest = name.strip_suffix(".png").filter(|digest| digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
    let digest = digest.ok_or(IntegrationFailure::PluginNotFound)?;
    match Integrations::of(app)?.parts.objects.get_platform(&icon_path(digest)).await {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.missing => Err(IntegrationFailure::PluginNotFound.into()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn png(side: u32, pixel: Rgba<u8>) -> Vec<u8> {
        let mut file = Vec::new();
        let picture = RgbaImage::from_pixel(side, side, pixel);
        DynamicImage::ImageRgba8(picture).write_with_encoder(PngEncoder::new(&mut file)).expect("a picture");
        file
    }

    #[test]
    fn icons_have_one_size_and_stand_on_white() {
        let drawn = draw(&png(200, Rgba([255, 0, 0, 0]))).expect("an icon");
        let picture = ImageReader::with_format(Cursor::new(drawn), ImageFormat::Png).decode().expect("a PNG").to_rgb8();
        assert_eq!(picture.dimensions(), (SIDE, SIDE));
        assert!(picture.pixels().all(|pixel| pixel.0 == [255; 3]), "what is transparent is white");
        assert_eq!((on_white(0, 255), on_white(10, 0), on_white(200, 255)), (0, 255, 200));
    }

    #[test]
    fn what_is_hidden_behind_a_picture_is_dropped() {
        let mut file = png(64, Rgba([1, 2, 3, 255]));
        file.extend(b"<script>");
        let drawn = draw(&file).expect("an icon");
        assert!(!drawn.windows(8).any(|part| part == b"<script>"));
    }

    #[test]
    fn a_damaged_icon_is_refused() {
        let mut file = png(64, Rgba([1, 2, 3, 255]));
        file.truncate(60);
        assert_eq!(draw(&file).err().as_deref(), Some("the icon is damaged"));
        assert!(draw(b"<svg/>").is_err());
    }
}
