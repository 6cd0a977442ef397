//! The folder of compiled components.
//!
//! An entry's name is digest and compatibility text, its content a 32-byte HMAC-SHA-256 followed by the code. The HMAC also covers the
//! name, so that an entry cannot stand in for another. Whatever does not verify is as good as absent.

mod eviction;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aws_lc_rs::hmac;

use super::ComponentDigest;
pub(crate) use eviction::Bounds;

const TAG: usize = 32;

pub(crate) struct Cache {
    folder: PathBuf,
    key: hmac::Key,
    compatibility: String,
}

impl Cache {
    pub fn new(folder: PathBuf, key: &[u8; 32], compatibility: String) -> std::io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, key: hmac::Key::new(hmac::HMAC_SHA256, key), compatibility })
    }

    pub fn path(&self, digest: ComponentDigest) -> PathBuf {
        self.folder.join(format!("{digest}.{}.cwasm", self.compatibility))
    }

    /// The verified code, if there is any.
    pub fn read(&self, digest: ComponentDigest) -> Option<Vec<u8>> {
        let path = self.path(digest);
        let mut entry = match std::fs::read(&path) {
            Ok(entry) => entry,
            Err(error) => {
                if error.kind() != std::io::ErrorKind::NotFound {
                    tracing::warn!(%error, plugin.digest = %digest, "compiled component cannot be read");
                }
                return None;
            }
        };
        if entry.len() <= TAG {
            return None;
        }
        let code = entry.split_off(TAG);
        let mut expected = hmac::Context::with_key(&self.key);
        self.feed(&mut expected, digest, &code);
        if aws_lc_rs::constant_time::verify_slices_are_equal(expected.sign().as_ref(), &entry).is_ok() {
            eviction::renew(&path, SystemTime::now());
            Some(code)
        } else {
            tracing::warn!(plugin.digest = %digest, "compiled component fails verification and is compiled again");
            None
        }
    }

    /// Keeps code. The entry appears at once and whole.
    pub fn write(&self, digest: ComponentDigest, code: &[u8]) -> std::io::Result<()> {
        let mut tag = hmac::Context::with_key(&self.key);
        self.feed(&mut tag, digest, code);
        let tag = tag.sign();
        let path = self.path(digest);
        let draft = draft_beside(&path);
        let written = (|| {
            let mut file = std::fs::File::create(&draft)?;
            file.write_all(tag.as_ref())?;
            file.write_all(code)?;
            file.sync_all()?;
            std::fs::rename(&draft, &path)
        })();
        if written.is_err() {
            let _ = std::fs::remove_file(&draft);
        }
        written
    }

    fn feed(&self, mac: &mut hmac::Context, digest: ComponentDigest, code: &[u8]) {
        mac.update(b"compiled component 1\0");
        mac.update(&digest.0);
        mac.update(self.compatibility.as_bytes());
        mac.update(&[0]);
        mac.update(code);
    }
}

fn draft_beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", uuid::Uuid::new_v4()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> PathBuf {
        std::env::temp_dir().join(format!("plugin-cache-{}", uuid::Uuid::new_v4()))
    }

    #[test]
    fn an_entry_reads_back_and_no_changed_byte_passes() {
        let folder = folder();
        let cache = Cache::new(folder.clone(), &[7; 32], "test".to_owned()).expect("a folder");
        let digest = ComponentDigest::of(b"component");
        cache.write(digest, b"machine code").expect("written");
        assert_eq!(cache.read(digest).as_deref(), Some(b"machine code".as_slice()));
        let path = cache.path(digest);
        let whole = std::fs::read(&path).expect("the entry");
        for n in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[n] ^= 1;
            std::fs::write(&path, damaged).expect("written");
            assert_eq!(cache.read(digest), None, "byte {n}");
        }
        std::fs::write(&path, &whole[..TAG]).expect("written");
        assert_eq!(cache.read(digest), None);
        std::fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn an_entry_is_worth_nothing_under_another_name_or_key() {
        let folder = folder();
        let cache = Cache::new(folder.clone(), &[7; 32], "test".to_owned()).expect("a folder");
        let (one, other) = (ComponentDigest::of(b"one"), ComponentDigest::of(b"other"));
        cache.write(one, b"machine code").expect("written");
        std::fs::copy(cache.path(one), cache.path(other)).expect("copied");
        assert_eq!(cache.read(other), None);
        let stranger = Cache::new(folder.clone(), &[8; 32], "test".to_owned()).expect("a folder");
        assert_eq!(stranger.read(one), None);
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
