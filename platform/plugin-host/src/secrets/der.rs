//! As much DER as it takes to find the public key and the last day in a certificate (RFC 5280), and the key bits in a public key (RFC 5480).

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, SubjectPublicKeyInfoDer};

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// An element and what follows it.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    /// With tag and length.
    whole: &'a [u8],
    rest: &'a [u8],
}

fn element(input: &[u8]) -> Option<Element<'_>> {
    let (&tag, after) = input.split_first()?;
    let (&first, mut after) = after.split_first()?;
    let length = match first {
        0..=0x7f => usize::from(first),
        0x81..=0x84 => {
            let mut length = 0usize;
            for _ in 0..(first & 0x7f) {
                let (&byte, rest) = after.split_first()?;
                length = (length << 8) | usize::from(byte);
                after = rest;
            }
            length
        }
        _ => return None,
    };
    let content = after.get(..length)?;
    let head = input.len() - after.len();
    Some(Element { tag, content, whole: input.get(..head + length)?, rest: after.get(length..)? })
}

fn inside(input: &[u8], wanted: u8) -> Option<&[u8]> {
    let element = element(input)?;
    (element.tag == wanted).then_some(element.content)
}

/// A field of a certificate, counted from its serial number: signature, issuer, validity, subject, public key.
fn field(certificate: &[u8], place: usize) -> Option<Element<'_>> {
    let mut rest = inside(inside(certificate, SEQUENCE)?, SEQUENCE)?;
    if element(rest)?.tag == VERSION {
        rest = element(rest)?.rest;
    }
    for _ in 0..place {
        rest = element(rest)?.rest;
    }
    element(rest)
}

/// SubjectPublicKeyInfo of a certificate.
fn of_certificate(certificate: &[u8]) -> Option<Vec<u8>> {
    field(certificate, 5).filter(|key| key.tag == SEQUENCE).map(|key| key.whole.to_vec())
}

/// The last day on which a certificate is good, in UTC: year, month and day.
pub(crate) fn last_day(certificate: &[u8]) -> Option<(i32, u32, u32)> {
    let validity = field(certificate, 3).filter(|validity| validity.tag == SEQUENCE)?;
    let end = element(element(validity.content)?.rest)?;
    let text = std::str::from_utf8(end.content).ok()?;
    let (year, rest) = match end.tag {
        // Years of two digits are those from 1950 to 2049.
        UTC_TIME => {
            let year: i32 = text.get(..2)?.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, text.get(2..)?)
        }
        GENERALIZED_TIME => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    Some((year, rest.get(..2)?.parse().ok()?, rest.get(2..4)?.parse().ok()?))
}

/// SubjectPublicKeyInfo out of a PEM certificate, a PEM public key, or base64 text.
pub(super) fn public_key(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    if let Ok(certificate) = CertificateDer::from_pem_slice(text.as_bytes()) {
        return of_certificate(&certificate);
    }
    if let Ok(key) = SubjectPublicKeyInfoDer::from_pem_slice(text.as_bytes()) {
        return Some(key.to_vec());
    }
    let packed: String = text.split_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(packed).ok()
}

/// The key bits inside a SubjectPublicKeyInfo.
pub(super) fn key_bits(info: &[u8]) -> Option<&[u8]> {
    let algorithm = element(inside(info, SEQUENCE)?)?;
    let (unused, bits) = inside(algorithm.rest, BIT_STRING)?.split_first()?;
    (*unused == 0).then_some(bits)
}
