//! Where the built styles, scripts and icons are.

use std::collections::HashMap;

use askama::filters::Safe;

/// Logical names to addresses, and icon names to the inside of their SVG. Read once, from what the web build made.
#[derive(Debug, Default)]
pub struct Assets {
    names: HashMap<String, String>,
    icons: HashMap<String, String>,
}

impl Assets {
    /// `manifest` and `icons` are the JSON files of the web build.
    pub fn new(manifest: &[u8], icons: &[u8]) -> serde_json::Result<Self> {
        Ok(Self { names: serde_json::from_slice(manifest)?, icons: serde_json::from_slice(icons)? })
    }
    /// The address of an asset: `portal.css` is at `/assets/portal.3f9c2a1b.css`.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        format!("/assets/{}", self.names.get(name).map_or(name, String::as_str))
    }
    /// The icon as inline SVG; an unknown name draws a square and is logged.
    #[must_use]
    pub fn icon(&self, name: &str) -> Safe<String> {
        let inside = self.icons.get(name).map_or_else(
            || {
                tracing::warn!(icon = name, "no such icon");
                "<rect x=\"5\" y=\"5\" width=\"14\" height=\"14\"/>"
            },
            String::as_str,
        );
        Safe(format!(
            "<svg class=\"icon\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\">{inside}</svg>"
        ))
    }
}
