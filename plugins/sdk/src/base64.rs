//! Base64, as providers write signatures in headers. Files and secrets never come through here: the host encodes those itself.

const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Standard base64 with padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().chain(&[0, 0]).take(3).fold(0_usize, |group, byte| (group << 8) | usize::from(*byte));
        for place in 0..4 {
            let symbol = SYMBOLS.get((group >> (18 - 6 * place)) & 63).copied().unwrap_or(b'=');
            text.push(if place <= chunk.len() { char::from(symbol) } else { '=' });
        }
    }
    text
}

/// The bytes of standard base64, with or without padding. None for anything else.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let symbols = text.trim().trim_end_matches('=');
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3 + 2);
    let (mut held, mut bits) = (0u32, 0u32);
    for symbol in symbols.bytes() {
        held = (held << 6) | u32::from(value(symbol)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    // Six bits left over are half a byte that nobody wrote; what is left of a byte must be zero.
    (bits < 6 && held == 0).then_some(bytes)
}

fn value(symbol: u8) -> Option<u8> {
    match symbol {
        b'A'..=b'Z' => Some(symbol - b'A'),
        b'a'..=b'z' => Some(symbol - b'a' + 26),
        b'0'..=b'9' => Some(symbol - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648_are_read() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
            ("Zm9vYg", "foob"),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(decode("+/+/"), Some(vec![0xfb, 0xff, 0xbf]));
    }

    #[test]
    fn what_is_no_base64_is_none() {
        for text in ["Z", "Zm9vY", "Zg$=", "Zm9v Zm9v", "Zh==", "-_-_"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn bytes_are_written_as_rfc_4648_has_them() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")] {
            assert_eq!(encode(bytes.as_bytes()), text);
        }
        assert_eq!(encode(&[0xfb, 0xff]), "+/8=");
    }
}
