//! Text that tenants write with headings, lists and links. Anything of HTML in it is left out, and so is a link that is no address.

use askama::filters::Safe;
use comrak::{Arena, Options, format_html, nodes::NodeValue, parse_document};

/// The text as HTML that is safe to show; its largest heading is a page's second.
#[must_use]
pub fn markdown(text: &str) -> Safe<String> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    for node in root.descendants() {
        if let NodeValue::Heading(heading) = &mut node.data_mut().value {
            heading.level = (heading.level + 1).min(6);
        }
    }
    let mut html = String::new();
    // Writing to a string does not fail.
    let _ = format_html(root, &options, &mut html);
    Safe(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_lists_and_links_are_shown() {
        let html = markdown("# Who we are\n\n- one\n- [two](https://example.com)").0;
        assert!(html.contains("<h2>Who we are</h2>") && html.contains("<li>one</li>") && html.contains("href=\"https://example.com\""), "{html}");
    }

    #[test]
    fn nothing_that_runs_gets_through() {
        let html = markdown("<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)> ![y](data:text/html,z)").0;
        assert!(!html.contains("<script") && !html.contains("javascript:") && !html.contains("onerror") && !html.contains("data:text"), "{html}");
    }
}
