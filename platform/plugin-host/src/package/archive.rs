//! Packages as files: a ZIP without compression, so that nothing unfolds while it is read, with the signature as one more file.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::{FILES, LARGEST, PackageError, Signature};

const SIGNATURE: &str = "package.sig";
/// Names, sizes and places of files, beside their content.
const OVERHEAD: usize = 1 << 20;

/// What each entry of an archive's list begins with.
const ENTRY: &[u8] = b"PK\x01\x02";
/// Entries that are read at all, those of archives within the archive included: a list of a million is short, and what is made of it large.
const ENTRIES: usize = 10_000;

/// Files by path, and the signature.
type Content = (BTreeMap<String, Vec<u8>>, Option<Signature>);

pub(super) fn read(archive: &[u8]) -> Result<Content, PackageError> {
    let broken = |error: &dyn std::fmt::Display| PackageError::Archive(error.to_string());
    if archive.len() > LARGEST + OVERHEAD {
        return Err(PackageError::Large);
    }
    if archive.windows(ENTRY.len()).filter(|bytes| *bytes == ENTRY).nth(ENTRIES).is_some() {
        return Err(PackageError::Large);
    }
    let mut zip = ZipArchive::new(Cursor::new(archive)).map_err(|error| broken(&error))?;
    if zip.len() > FILES + 1 {
        return Err(PackageError::Large);
    }
    let mut files = BTreeMap::new();
    let mut left = LARGEST;
    for n in 0..zip.len() {
        let file = zip.by_index(n).map_err(|error| broken(&error))?;
        let path = file.name().map_err(|error| broken(&error))?.into_owned();
        if file.compression() != CompressionMethod::Stored || file.encrypted() || !file.is_file() {
            return Err(PackageError::Archive(format!("`{path}` is not an ordinary file without compression")));
        }
        let mut bytes = Vec::new();
        // What the archive says of sizes proves nothing; what is read counts.
        file.take(left as u64 + 1).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
        left = left.checked_sub(bytes.len()).ok_or(PackageError::Large)?;
        if files.insert(path.clone(), bytes).is_some() {
            return Err(PackageError::Archive(format!("`{path}` is there twice")));
        }
    }
    let signature = files.remove(SIGNATURE).map(|text| unseal(&text)).transpose()?;
    Ok((files, signature))
}

pub(super) fn write(files: &BTreeMap<String, Vec<u8>>, signature: Option<&Signature>) -> Result<Vec<u8>, PackageError> {
    let broken = |error: &dyn std::fmt::Display| PackageError::Archive(error.to_string());
    // One time and one mode for all, so that the same files always make the same archive.
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Stored).last_modified_time(DateTime::default()).unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let seal = signature.map(|signature| (SIGNATURE.to_owned(), seal(signature)));
    for (path, bytes) in files.iter().chain(seal.as_ref().map(|(path, text)| (path, text))) {
        zip.start_file(path.as_str(), options).map_err(|error| broken(&error))?;
        zip.write_all(bytes).map_err(|error| broken(&error))?;
    }
    Ok(zip.finish().map_err(|error| broken(&error))?.into_inner())
}

fn seal(signature: &Signature) -> Vec<u8> {
    format!("{}\n{}\n", signature.by, STANDARD.encode(&signature.bytes)).into_bytes()
}

fn unseal(text: &[u8]) -> Result<Signature, PackageError> {
    let lines = std::str::from_utf8(text).ok().and_then(|text| text.trim_end().split_once('\n'));
    let (by, bytes) = lines.ok_or(PackageError::Signature)?;
    Ok(Signature { by: by.parse().map_err(|_| PackageError::Signature)?, bytes: STANDARD.decode(bytes).map_err(|_| PackageError::Signature)? })
}
