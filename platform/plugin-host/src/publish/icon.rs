//! The picture in the catalogue.

/// Most bytes of an icon.
const LARGEST: usize = 256 << 10;
/// Width and height in pixels.
const SIDES: std::ops::RangeInclusive<u32> = 64..=1024;
/// What a PNG begins with, up to its width: signature, length and name of its first part.
const BEGINNING: [u8; 16] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 13, b'I', b'H', b'D', b'R'];

/// Whether the catalogue can show it.
///
/// # Errors
/// What it would have to be.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    if bytes.len() > LARGEST {
        return Err(format!("an icon has at most {} KiB", LARGEST >> 10));
    }
    let side = |after: &[u8]| after.first_chunk::<4>().map(|four| u32::from_be_bytes(*four));
    let sides = bytes.strip_prefix(&BEGINNING).and_then(|rest| Some((side(rest)?, side(rest.get(4..)?)?)));
    match sides {
        Some((width, height)) if width == height && SIDES.contains(&width) => Ok(()),
        Some((width, height)) => Err(format!("an icon is a square of {} to {} pixels a side, not {width} by {height}", SIDES.start(), SIDES.end())),
        None => Err("an icon is a PNG".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        [&BEGINNING[..], &width.to_be_bytes(), &height.to_be_bytes()].concat()
    }

    #[test]
    fn an_icon_is_a_square_png_of_a_sensible_size() {
        assert_eq!(check(&png(256, 256)), Ok(()));
        for wrong in [png(256, 128), png(16, 16), png(4096, 4096), b"<svg/>".to_vec(), BEGINNING.to_vec(), vec![0; LARGEST + 1]] {
            assert!(check(&wrong).is_err());
        }
    }
}
