//! Papers on their way into a call and out of it. They lie beside the guest, which names them and need not hold them.

use bytes::Bytes;
use plugin_host::{
    CapabilityError,
    model::{self, File},
};
use ports::{
    PortError,
    provider::{Account, Paper, Party},
};

use crate::calls::Blobs;

/// Puts one paper where the plugin can reach it.
pub(crate) fn lend(blobs: &Blobs, kind: &str, name: String, content_type: String, bytes: Bytes) -> Result<File, PortError> {
    let stored = blobs.put(&content_type, bytes).map_err(unheld)?;
    Ok(File { blob: stored.id, kind: kind.to_owned(), name, content_type, extra: Vec::new() })
}

/// Nothing was called yet.
pub(crate) fn unheld(error: CapabilityError) -> PortError {
    match error {
        CapabilityError::Unavailable(reason) => PortError::Retryable { reason, after_ms: None },
        other => PortError::Rejected { code: "too-large".into(), message: other.to_string() },
    }
}

/// Puts papers where the plugin can reach them.
pub(crate) fn lend_all(blobs: &Blobs, papers: Vec<Paper>) -> Result<Vec<File>, PortError> {
    papers.into_iter().map(|paper| lend(blobs, &paper.kind, paper.name, paper.content_type, paper.bytes)).collect()
}

/// A paper that the plugin names in its answer; what is not there was never made.
pub(crate) fn take(blobs: &Blobs, file: File) -> Option<Paper> {
    let bytes = blobs.get(&file.blob).ok()?;
    Some(Paper { kind: file.kind, name: file.name, content_type: file.content_type, bytes })
}

/// Papers that the plugin names in its answer.
pub(crate) fn take_all(blobs: &Blobs, files: Vec<File>) -> Vec<Paper> {
    files.into_iter().filter_map(|file| take(blobs, file)).collect()
}

pub(crate) fn party_out(party: Party) -> model::Party {
    model::Party { name: party.name, phone: party.phone, email: party.email, fields: party.facts, extra: Vec::new() }
}

pub(crate) fn account_out(account: Account) -> model::Account {
    model::Account { kind: account.kind, fields: account.facts, extra: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_comes_back_as_it_went_and_an_invented_one_does_not() {
        let blobs = Blobs::default();
        let paper = Paper { kind: "photo".into(), name: "1.jpg".into(), content_type: "image/jpeg".into(), bytes: Bytes::from_static(b"x") };
        let mut files = lend_all(&blobs, vec![paper.clone()]).unwrap_or_else(|error| panic!("{error}"));
        let mut invented = files[0].clone();
        invented.blob = "elsewhere".into();
        files.push(invented);
        assert_eq!(take_all(&blobs, files), [paper]);
    }
}
