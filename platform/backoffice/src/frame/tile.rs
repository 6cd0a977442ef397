//! What something looks like: its picture, or the letter that its name begins with.

/// A letter, and the picture before it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tile {
    pub(crate) letter: String,
    /// Empty: there is no picture, and the letter shows.
    pub(crate) src: String,
}

impl Tile {
    pub(crate) fn new(name: &str, picture: Option<&str>) -> Self {
        let letter = name.chars().find(|letter| letter.is_alphanumeric()).map(|letter| letter.to_uppercase().to_string());
        Self { letter: letter.unwrap_or_default(), src: picture.unwrap_or_default().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_picture_its_letter_shows() {
        let tile = Tile::new("«s-Model»", None);
        assert_eq!((tile.letter.as_str(), tile.src.as_str()), ("S", ""));
        assert_eq!(Tile::new("", Some("/plugins/icons/0.png")).src, "/plugins/icons/0.png");
    }
}
