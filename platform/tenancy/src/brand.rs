//! A tenant's colour as a stylesheet. Whatever colour was chosen, text on it and text of it is readable: contrast is computed as
//! WCAG 2.2 defines it, and what falls short is moved lighter or darker until it does.

use kernel::profile::Profile;

/// What text of normal size needs (WCAG 2.2, 1.4.3).
pub const READABLE: f64 = 4.5;

/// An opaque colour of sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

/// The platform's own, for tenants that chose none.
const PLATFORM: Colour = Colour::new(0x0d, 0x5a, 0x4b);
const WHITE: Colour = Colour::new(0xff, 0xff, 0xff);
const NEAR_BLACK: Colour = Colour::new(0x11, 0x13, 0x12);
/// The darkest light and the lightest dark ground that pages put text of the brand's colour on.
const LIGHT_GROUND: Colour = Colour::new(0xf3, 0xf0, 0xeb);
const DARK_GROUND: Colour = Colour::new(0x22, 0x26, 0x24);

impl Colour {
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads `#rrggbb`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = value.to_be_bytes();
        Some(Self { red, green, blue })
    }

    #[must_use]
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }

    /// Relative luminance, 0 for black to 1 for white.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// `share` of the other colour, from 0 to 1.
    #[must_use]
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round().clamp(0.0, 255.0) as u8;
        Self { red: mix(self.red, other.red), green: mix(self.green, other.green), blue: mix(self.blue, other.blue) }
    }

    /// This colour, moved toward `toward` as little as needed to be readable against every one of `grounds`.
    fn until_readable(self, toward: Self, grounds: &[Self]) -> Self {
        let readable = |colour: &Self| grounds.iter().all(|ground| contrast(*colour, *ground) >= READABLE);
        (0..=50).map(|step| self.mixed(toward, f64::from(step) / 50.0)).find(readable).unwrap_or(toward)
    }
}

/// The contrast ratio of two colours, from 1 to 21.
#[must_use]
pub fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (a.luminance(), b.luminance());
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colours of a brand, each readable where it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Fills the primary action.
    pub brand: Colour,
    /// Text on `brand` and on `strong`.
    pub content: Colour,
    /// `brand` when pressed.
    pub strong: Colour,
    /// A tint that carries `ink`.
    pub soft: Colour,
    /// Text in the brand's colour on light pages.
    pub ink: Colour,
    pub dark_soft: Colour,
    pub dark_ink: Colour,
}

impl Palette {
    #[must_use]
    pub fn of(chosen: Colour) -> Self {
        // White wherever it is readable; near-black on light colours; a colour between the two is darkened for white.
        let (brand, content) = if contrast(chosen, WHITE) >= READABLE {
            (chosen, WHITE)
        } else if contrast(chosen, NEAR_BLACK) >= READABLE {
            (chosen, NEAR_BLACK)
        } else {
            (chosen.until_readable(NEAR_BLACK, &[WHITE]), WHITE)
        };
        // Away from the text on it, so that pressing never makes that text harder to read.
        let strong = if content == WHITE { brand.mixed(NEAR_BLACK, 0.25) } else { brand.mixed(WHITE, 0.25) };
        let soft = brand.mixed(WHITE, 0.9);
        let dark_soft = brand.mixed(DARK_GROUND, 0.8);
        Self {
            brand,
            content,
            strong,
            soft,
            ink: brand.until_readable(NEAR_BLACK, &[LIGHT_GROUND, soft]),
            dark_soft,
            dark_ink: brand.until_readable(WHITE, &[DARK_GROUND, dark_soft]),
        }
    }

    #[must_use]
    pub fn of_profile(profile: &Profile) -> Self {
        Self::of(Colour::read(&profile.brand_colour).unwrap_or(PLATFORM))
    }
}

/// The text of `/brand.css`: nothing but colours that were computed, so nothing that a tenant typed reaches the stylesheet.
#[must_use]
pub fn brand_css(profile: &Profile) -> String {
    let p = Palette::of_profile(profile);
    format!(
        ":root {{ --brand: {}; --brand-content: {}; --brand-strong: {}; --brand-soft: {}; --brand-ink: {}; --brand-font: system-ui; }}\n\
         @media (prefers-color-scheme: dark) {{ :root.dusk {{ --brand-ink: {}; --brand-soft: {}; }} }}\n",
        p.brand.hex(),
        p.content.hex(),
        p.strong.hex(),
        p.soft.hex(),
        p.ink.hex(),
        p.dark_ink.hex(),
        p.dark_soft.hex()
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn c(text: &str) -> Colour {
        Colour::read(text).unwrap()
    }

    /// Ratios as WCAG's understanding documents and WebAIM's contrast checker publish them: black and white 21, equal colours 1,
    /// #767676 the lightest grey that passes on white (4.54), #777777 the first that fails (4.48), pure red 4.00 (3.998),
    /// pure blue 8.59, and #949494 the lightest that passes 3:1 (3.03).
    #[test]
    fn contrast_agrees_with_published_ratios() {
        let published = [
            ("#000000", 21.0),
            ("#ffffff", 1.0),
            ("#767676", 4.54),
            ("#777777", 4.48),
            ("#ff0000", 4.0),
            ("#0000ff", 8.59),
            ("#949494", 3.03),
            ("#00ff00", 1.37),
        ];
        for (colour, ratio) in published {
            let ours = contrast(c(colour), WHITE);
            assert!((ours - ratio).abs() < 0.01, "{colour}: {ours}");
            assert!((contrast(WHITE, c(colour)) - ours).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn a_readable_colour_stays_as_it_was_chosen() {
        let palette = Palette::of(c("#0b5c4d"));
        assert_eq!((palette.brand, palette.content, palette.ink), (c("#0b5c4d"), WHITE, c("#0b5c4d")));
    }

    #[test]
    fn a_bright_colour_carries_dark_text_and_is_darkened_as_ink() {
        let palette = Palette::of(c("#ffd500"));
        assert_eq!((palette.brand, palette.content), (c("#ffd500"), NEAR_BLACK));
        assert_ne!(palette.ink, palette.brand);
    }

    #[test]
    fn only_a_hash_and_six_digits_are_a_colour() {
        for bad in ["", "red", "#fff", "#12345g", "123456", "#1234567", "#123456;}", "#+12345", "#12 456"] {
            assert_eq!(Colour::read(bad), None, "{bad}");
        }
        assert_eq!(c(" #0B5c4D ").hex(), "#0b5c4d");
    }

    #[test]
    fn the_stylesheet_names_every_variable_and_ignores_what_is_no_colour() {
        let css = brand_css(&Profile { brand_colour: "#ffd500; } body { display: none".into(), ..Profile::default() });
        assert_eq!(css, brand_css(&Profile::default()));
        assert!(css.starts_with(":root { --brand: #0d5a4b; --brand-content: #ffffff; --brand-strong: #"), "{css}");
        for name in ["--brand-soft: #", "--brand-ink: #", "--brand-font: system-ui", "prefers-color-scheme: dark"] {
            assert!(css.contains(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn text_is_readable_with_every_colour_there_is(red: u8, green: u8, blue: u8) {
            let p = Palette::of(Colour::new(red, green, blue));
            for (text, ground) in [
                (p.content, p.brand), (p.content, p.strong), (p.ink, p.soft), (p.ink, LIGHT_GROUND), (p.ink, WHITE),
                (p.dark_ink, p.dark_soft), (p.dark_ink, DARK_GROUND), (p.dark_ink, NEAR_BLACK),
            ] {
                prop_assert!(contrast(text, ground) >= READABLE, "{} on {}: {}", text.hex(), ground.hex(), contrast(text, ground));
            }
        }
    }
}
