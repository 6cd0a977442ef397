//! Which parts of a product's terms are new, gone or different: questions, benefits, extras, limits, pricing steps, and the lists of
//! sentences. Figures and rows of tables are told apart from these, one by one.

use insurance::{catalogue::Terms, text::LocalText};
use pages::{Badge, Shell, Tone};

use super::parts::step;

/// A part, and what becomes of it.
#[derive(Debug, Clone)]
pub(crate) struct PartChange {
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) what: Badge,
}

/// What becomes of the parts, in the order of the page of terms.
pub(super) fn part_changes(shell: &Shell, old: &Terms, new: &Terms) -> Vec<PartChange> {
    let text = |text: &LocalText| text.get(&shell.lang).to_owned();
    let asked = |key: &str| {
        let question = new.form.question(key).or_else(|| old.form.question(key));
        question.map_or_else(|| key.to_owned(), |question| text(&question.label))
    };
    let mut found = Vec::new();
    let mut add = |kind: &str, differing: Vec<(String, &'static str)>| {
        let part = |(title, what): (String, &'static str)| {
            let tone = if what == "removed" { Tone::Warn } else { Tone::Info };
            let what = Badge::new(tone, shell.t(&format!("office-draft-row-{what}")));
            PartChange { kind: shell.t(kind), title, what }
        };
        found.extend(differing.into_iter().map(part));
    };
    add("office-draft-question", differing(&old.form.questions, &new.form.questions, |q| q.key.clone(), |q| text(&q.label)));
    add("office-draft-benefit", differing(&old.benefits, &new.benefits, |b| b.code.clone(), |b| text(&b.title)));
    add("office-draft-extra", differing(&old.add_ons, &new.add_ons, |a| a.key.clone(), |a| text(&a.title)));
    // A limit has no name of its own: one that is changed is a new one in the place of the old.
    add("office-draft-limit", differing(&old.limits, &new.limits, |limit| format!("{limit:?}"), |limit| asked(limit.question())));
    let steps = |terms: &Terms| terms.pricing.iter().filter(|step| step::code(step).is_some()).cloned().collect::<Vec<_>>();
    let named = |step: &insurance::rating::Step| step::label(step).map(text).unwrap_or_default();
    add("office-draft-step", differing(&steps(old), &steps(new), |step| step::code(step).unwrap_or_default().to_owned(), named));
    for (kind, before, after) in [
        ("office-cover-features", &old.features, &new.features),
        ("office-cover-exclusions", &old.exclusions, &new.exclusions),
        ("office-cover-excesses", &old.excesses, &new.excesses),
        ("office-cover-documents", &old.documents, &new.documents),
    ] {
        add(kind, differing(before, after, |sentence| text(sentence), text));
    }
    found
}

/// Titles of what is added, removed or changed, by the names that tell items apart.
fn differing<T: PartialEq>(old: &[T], new: &[T], name: impl Fn(&T) -> String, title: impl Fn(&T) -> String) -> Vec<(String, &'static str)> {
    let find = |items: &[T], wanted: &str| items.iter().position(|item| name(item) == wanted);
    let kept = new.iter().filter_map(|item| match find(old, &name(item)) {
        None => Some((title(item), "added")),
        Some(at) => (old[at] != *item).then(|| (title(item), "changed")),
    });
    let gone = old.iter().filter(|item| find(new, &name(item)).is_none()).map(|item| (title(item), "removed"));
    kept.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_gone_or_different_is_told_by_name() {
        let (old, new) = ([("a", 1), ("b", 2), ("c", 3)], [("b", 2), ("c", 4), ("d", 5)]);
        let said = differing(&old, &new, |item| item.0.to_owned(), |item| item.0.to_uppercase());
        let expected = [("C", "changed"), ("D", "added"), ("A", "removed")].map(|(title, what)| (title.to_owned(), what));
        assert_eq!(said, expected);
        assert!(differing(&old, &old, |item| item.0.to_owned(), |item| item.0.to_owned()).is_empty());
    }
}
