//! QR codes for verification, as vector images that a template embeds.
//!
//! A code carries only the public address of the document's verification page. It is drawn black
//! on white whatever the tenant's colours, with a quarter of it allowed to be lost, so that it
//! still reads from a photograph of a grey, folded print.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::verify_code::VerifyCode;

/// The text cannot be a QR code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// More text than the densest QR code holds.
    #[error("text of {0} bytes does not fit a QR code")]
    TooLong(usize),
}

/// Address of a document's public verification page: `https://{host}/verify/{code}`, with the
/// code grouped as it is printed, so that a person can compare them. `host` may carry a port.
pub fn verification_url(host: &str, code: &VerifyCode) -> String {
    format!("https://{host}/verify/{code}")
}

/// Draws `text` as a QR code in SVG, without a quiet zone: the template leaves four modules of
/// white around it.
pub fn svg(text: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q).map_err(|_| QrError::TooLong(text.len()))?;
    Ok(code.render::<svg::Color<'_>>().module_dimensions(1, 1).quiet_zone(false).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_carries_the_code_as_it_is_printed() {
        let code = VerifyCode::from_random([7; 10]);
        let url = verification_url("demo.example.com", &code);
        assert_eq!(url, format!("https://demo.example.com/verify/{code}"));
    }

    #[test]
    fn an_address_becomes_a_square_vector_image() {
        let drawn = svg("https://brokerage.example.com/verify/0000-0000-0000-0000").unwrap();
        assert!(drawn.contains("<svg"), "{drawn}");
        assert!(drawn.contains(r#"viewBox="0 0 37 37""#), "version 5, level Q");
    }

    #[test]
    fn text_beyond_a_qr_code_is_refused() {
        assert_eq!(svg(&"x".repeat(5000)), Err(QrError::TooLong(5000)));
    }
}
