//! Where a page starts: after a row, whatever the list is sorted by.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

/// Opaque outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) id: Uuid,
    /// Toward the start of the list.
    pub(super) back: bool,
}

impl Cursor {
    pub(super) fn encode(self) -> String {
        let mut bytes = self.id.as_bytes().to_vec();
        bytes.push(u8::from(self.back));
        URL_SAFE_NO_PAD.encode(bytes)
    }
    pub(super) fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, back) = bytes.split_at_checked(16)?;
        Some(Self {
            id: Uuid::from_slice(id).ok()?,
            back: match back {
                [0] => false,
                [1] => true,
                _ => return None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_way_out_and_back_and_nonsense_is_refused() {
        let cursor = Cursor { id: Uuid::from_u128(42), back: true };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for bad in ["", "AAAA", "not base64!", &"A".repeat(500)] {
            assert_eq!(Cursor::decode(bad), None, "{bad}");
        }
    }
}
