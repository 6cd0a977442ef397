//! Compares the register with the object store, which agree unless one of them was restored, or damaged.

use std::collections::HashSet;

use kernel::{AppResult, Scope};

use crate::{register, store::S3};

/// Not of the register: the tenant's settings name the logo, and requests the copies of personal data.
const ELSEWHERE: [&str; 2] = ["brand/", "exports/"];

/// Where they differ, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// Of finished documents whose file is gone.
    pub missing: Vec<String>,
    /// Of files that no document has.
    pub unknown: Vec<String>,
}

/// Compares one tenant's, also while documents are being made.
pub async fn compare(scope: &Scope, objects: &S3) -> AppResult<Differences> {
    // A file is written before its document is finished, and after the register knows of it: the order of reading tells a document
    // of this moment from one without a file.
    let finished = register::store::list_paths(&mut scope.begin_read().await?, true).await?;
    let present = objects.list(scope.tenant.id).await?;
    let known = register::store::list_paths(&mut scope.begin_read().await?, false).await?;
    let (files, known): (HashSet<&str>, HashSet<&str>) = (present.iter().map(String::as_str).collect(), known.iter().map(String::as_str).collect());
    Ok(Differences {
        missing: finished.iter().filter(|path| !files.contains(path.as_str())).cloned().collect(),
        unknown: present
            .iter()
            .filter(|path| !ELSEWHERE.iter().any(|folder| path.starts_with(folder)) && !known.contains(path.as_str()))
            .cloned()
            .collect(),
    })
}
