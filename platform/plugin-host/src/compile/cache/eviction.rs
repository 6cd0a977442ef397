//! What the cache lets go. Using an entry renews its time, and what was not used for long is of a version that nobody has any more.
//!
//! Several processes may share the folder and do this at once: an entry that is gone is compiled again, and a draft of another process
//! stays while it may still be written.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::Cache;
use crate::compile::ComponentDigest;

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub unused: Duration,
    pub entries: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { unused: Duration::from_hours(30 * 24), entries: 500 }
    }
}

/// After this time a draft is of a process that died.
const DRAFT: Duration = Duration::from_hours(1);

impl Cache {
    /// Removes what was not used for long, and what was used longest ago of too many, but nothing that is `loaded` here.
    pub fn evict(&self, loaded: &HashSet<ComponentDigest>, bounds: Bounds, now: SystemTime) {
        let loaded: HashSet<PathBuf> = loaded.iter().map(|digest| self.path(*digest)).collect();
        for path in &loaded {
            renew(path, now);
        }
        let files = match std::fs::read_dir(&self.folder) {
            Ok(files) => files.flatten().filter_map(|file| Some((file.path(), file.metadata().ok()?.modified().ok()?))),
            Err(error) => return complain(&self.folder, &error),
        };
        let age = |used: SystemTime| now.duration_since(used).unwrap_or_default();
        let (mut entries, others): (Vec<_>, Vec<_>) = files.partition(|(path, _)| is_entry(path));
        entries.sort_by_key(|(_, used)| age(*used));
        let abandoned = others.into_iter().filter(|(path, written)| is_draft(path) && age(*written) > DRAFT);
        let unused = entries.into_iter().enumerate().filter(|(place, (_, used))| *place >= bounds.entries || age(*used) > bounds.unused);
        for (path, _) in abandoned.chain(unused.map(|(_, entry)| entry)).filter(|(path, _)| !loaded.contains(path)) {
            // Another process may have been quicker.
            if let Err(error) = std::fs::remove_file(&path)
                && error.kind() != ErrorKind::NotFound
            {
                complain(&path, &error);
            }
        }
    }
}

/// Notes that an entry is in use. Without that it may be compiled once more, later.
pub(super) fn renew(path: &Path, now: SystemTime) {
    let _ = File::open(path).and_then(|file| file.set_modified(now));
}

fn complain(path: &Path, error: &Error) {
    tracing::warn!(%error, path = %path.display(), "the cache of compiled components cannot be tidied");
}

fn is_entry(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "cwasm")
}

/// See `draft_beside`.
fn is_draft(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| is_entry(Path::new(stem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    /// A cache with entries by these names, used so many days ago.
    fn cache(entries: &[(&str, u32)], now: SystemTime) -> Cache {
        let folder = std::env::temp_dir().join(format!("plugin-cache-{}", uuid::Uuid::new_v4()));
        let cache = Cache::new(folder, &[7; 32], "test".to_owned()).expect("a folder");
        for (name, days) in entries {
            let digest = ComponentDigest::of(name.as_bytes());
            cache.write(digest, b"machine code").expect("written");
            renew(&cache.path(digest), now - DAY * *days);
        }
        cache
    }

    fn is_kept(cache: &Cache, name: &str) -> bool {
        cache.path(ComponentDigest::of(name.as_bytes())).exists()
    }

    #[test]
    fn what_nobody_used_for_long_goes_and_what_is_used_or_loaded_stays() {
        let now = SystemTime::now();
        let cache = cache(&[("old", 31), ("read", 31), ("loaded", 400), ("recent", 29)], now);
        assert!(cache.read(ComponentDigest::of(b"read")).is_some());
        let drafts = ["dead", "alive"].map(|name| cache.folder.join(format!("{name}.test.cwasm.{}", uuid::Uuid::new_v4())));
        let stranger = cache.folder.join("notes.txt");
        for path in drafts.iter().chain([&stranger]) {
            std::fs::write(path, b"x").expect("written");
        }
        renew(&drafts[0], now - DAY);
        renew(&stranger, now - DAY * 400);
        cache.evict(&HashSet::from([ComponentDigest::of(b"loaded")]), Bounds::default(), now);
        assert_eq!(["old", "read", "loaded", "recent"].map(|name| is_kept(&cache, name)), [false, true, true, true]);
        assert_eq!(drafts.map(|path| path.exists()), [false, true], "another process may still write it");
        assert!(stranger.exists(), "nothing of ours");
        std::fs::remove_dir_all(&cache.folder).expect("removed");
    }

    #[test]
    fn of_too_many_those_go_that_were_used_longest_ago() {
        let now = SystemTime::now();
        let cache = cache(&[("third", 3), ("first", 1), ("loaded", 4), ("second", 2)], now);
        let bounds = Bounds { entries: 2, ..Bounds::default() };
        cache.evict(&HashSet::from([ComponentDigest::of(b"loaded")]), bounds, now);
        assert_eq!(["loaded", "first", "second", "third"].map(|name| is_kept(&cache, name)), [true, true, false, false]);
        std::fs::remove_dir_all(&cache.folder).expect("removed");
    }

    #[test]
    fn processes_that_share_the_folder_do_not_disturb_each_other() {
        let now = SystemTime::now();
        let cache = cache(&[("used", 0)], now);
        let used = ComponentDigest::of(b"used");
        std::thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    for number in 0..50_u8 {
                        cache.write(ComponentDigest::of(&[number]), b"machine code").expect("written");
                        cache.evict(&HashSet::from([used]), Bounds { entries: 1, ..Bounds::default() }, SystemTime::now());
                        assert_eq!(cache.read(used).as_deref(), Some(b"machine code".as_slice()));
                    }
                });
            }
        });
        std::fs::remove_dir_all(&cache.folder).expect("removed");
    }
}
