//! The text encodings of `secret.encode` and `secret.encrypt-for`.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// An encoding by its name in the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextEncoding {
    Plain,
    Base64,
    Base64Url,
    Hex,
    Percent,
    Json,
    Xml,
}

impl TextEncoding {
    pub fn read(word: &str) -> Option<Self> {
        Some(match word {
            "plain" => Self::Plain,
            "base64" => Self::Base64,
            "base64url" => Self::Base64Url,
            "hex" => Self::Hex,
            "percent" => Self::Percent,
            "json" => Self::Json,
            "xml" => Self::Xml,
            _ => return None,
        })
    }

    /// Encodes; `None` if bytes that are no text meet an encoding of text.
    pub fn apply(self, bytes: &[u8]) -> Option<String> {
        let text = || std::str::from_utf8(bytes).ok();
        Some(match self {
            Self::Plain => text()?.to_owned(),
            Self::Base64 => STANDARD.encode(bytes),
            Self::Base64Url => URL_SAFE_NO_PAD.encode(bytes),
            Self::Hex => hex::encode(bytes),
            Self::Percent => percent(bytes),
            Self::Json => {
                let quoted = serde_json::to_string(text()?).ok()?;
                quoted.get(1..quoted.len() - 1)?.to_owned()
            }
            Self::Xml => xml(text()?),
        })
    }
}

/// Everything but unreserved characters (RFC 3986 section 2.3) as `%XX`.
pub(crate) fn percent(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(*byte));
        } else {
            out.push('%');
            out.push_str(&hex::encode_upper([*byte]));
        }
    }
    out
}

fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_escapes_what_its_place_requires() {
        let case = |word, bytes: &[u8]| TextEncoding::read(word).expect("known").apply(bytes);
        assert_eq!(case("json", b"a\"b\n").as_deref(), Some("a\\\"b\\n"));
        assert_eq!(case("xml", b"<a&b>").as_deref(), Some("&lt;a&amp;b&gt;"));
        assert_eq!(case("percent", b"a b+/~").as_deref(), Some("a%20b%2B%2F~"));
        assert_eq!(case("base64url", &[0xfb, 0xff]).as_deref(), Some("-_8"));
        assert_eq!(case("hex", &[0x0a]).as_deref(), Some("0a"));
        assert_eq!(case("plain", &[0xff]), None);
        assert_eq!(TextEncoding::read("rot13"), None);
    }
}
