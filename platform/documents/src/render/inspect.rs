//! Looks at a laid-out document before it becomes a file.

use std::collections::BTreeSet;

use typst::layout::{Frame, FrameItem};
use typst_layout::PagedDocument;

/// Characters that no font of the set can show; the page has an empty box in their place.
pub(super) fn unprintable(document: &PagedDocument) -> Vec<char> {
    let mut found = BTreeSet::new();
    for page in document.pages() {
        collect(&page.frame, &mut found);
    }
    found.into_iter().collect()
}

fn collect(frame: &Frame, found: &mut BTreeSet<char>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => collect(&group.frame, found),
            FrameItem::Text(run) => {
                let boxes = run.glyphs.iter().filter(|glyph| glyph.id == 0);
                for text in boxes.filter_map(|glyph| run.text.get(glyph.range())) {
                    found.extend(text.chars());
                }
            }
            _ => {}
        }
    }
}
