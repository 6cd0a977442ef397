//! Packs: what makes a tenant a Kenyan brokerage or a Namibian lender, as data. Law is shared, dated and read-only; defaults are
//! copied into the tenant at sign-up, each with its origin and hash, so that an upgrade can show a three-way difference.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc};

use serde::{Deserialize, de::DeserializeOwned};

use crate::{App, AppError, AppResult, tx::TenantTx};

/// What a pack says of itself in `pack.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackInfo {
    /// `brokerage` or `lender`.
    pub kind: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    pub currency: String,
    /// IANA name.
    pub time_zone: String,
    /// BCP 47.
    pub locale: String,
    /// Languages in which the pack has all its wordings, for readers of the portal to choose from. Empty: that of `locale` alone.
    #[serde(default)]
    pub languages: Vec<String>,
    /// `{locale: text}` of what the sign-up page offers.
    pub title: BTreeMap<String, String>,
    /// `{locale: text}` of who supervises such a business, as it stands in a sentence: "the Insurance Regulatory Authority".
    #[serde(default)]
    pub regulator: BTreeMap<String, String>,
    /// Raised with each change of the pack's defaults.
    pub version: u32,
}

/// One pack and its files by path, such as `law/levies.toml`.
#[derive(Debug, Clone)]
pub struct Pack {
    pub name: String,
    pub info: PackInfo,
    files: BTreeMap<String, Vec<u8>>,
}

#[derive(Debug, thiserror::Error)]
#[error("pack {pack}, {file}: {what}")]
pub struct PackError {
    pub pack: String,
    pub file: String,
    pub what: String,
}

impl From<PackError> for AppError {
    fn from(error: PackError) -> Self {
        AppError::internal(error)
    }
}

impl Pack {
    /// Reads `pack.toml` among the files.
    pub fn new(name: &str, files: BTreeMap<String, Vec<u8>>) -> Result<Self, PackError> {
        let info = parse(name, "pack.toml", files.get("pack.toml"))?;
        Ok(Self { name: name.to_owned(), info, files })
    }
    /// A file that the pack must have, read as TOML.
    pub fn toml<T: DeserializeOwned>(&self, file: &str) -> Result<T, PackError> {
        parse(&self.name, file, self.files.get(file))
    }
    #[must_use]
    pub fn file(&self, file: &str) -> Option<&[u8]> {
        self.files.get(file).map(Vec::as_slice)
    }
    pub fn text(&self, file: &str) -> Result<&str, PackError> {
        let bytes = self.files.get(file).ok_or_else(|| self.error(file, "is missing"))?;
        std::str::from_utf8(bytes).map_err(|e| self.error(file, &e.to_string()))
    }
    /// Paths in a folder, in order.
    pub fn folder<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.files.keys().map(String::as_str).filter(move |path| path.starts_with(prefix))
    }
    #[must_use]
    pub fn error(&self, file: &str, what: &str) -> PackError {
        PackError { pack: self.name.clone(), file: file.to_owned(), what: what.to_owned() }
    }
}

fn parse<T: DeserializeOwned>(pack: &str, file: &str, bytes: Option<&Vec<u8>>) -> Result<T, PackError> {
    let error = |what: String| PackError { pack: pack.to_owned(), file: file.to_owned(), what };
    let bytes = bytes.ok_or_else(|| error("is missing".to_owned()))?;
    let text = std::str::from_utf8(bytes).map_err(|e| error(e.to_string()))?;
    toml::from_str(text).map_err(|e| error(e.to_string()))
}

/// All packs that this process offers.
#[derive(Debug, Clone, Default)]
pub struct Packs(Arc<BTreeMap<String, Pack>>);

impl Packs {
    #[must_use]
    pub fn new(packs: impl IntoIterator<Item = Pack>) -> Self {
        Self(Arc::new(packs.into_iter().map(|pack| (pack.name.clone(), pack)).collect()))
    }
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Pack> {
        self.0.get(name)
    }
    /// Who supervises the businesses of a pack, in a language or in English; none where the pack names nobody.
    #[must_use]
    pub fn regulator(&self, pack: &str, language: &str) -> Option<&str> {
        let names = &self.get(pack)?.info.regulator;
        names.get(language).or_else(|| names.get(crate::i18n::FALLBACK)).map(String::as_str)
    }
    pub fn iter(&self) -> impl Iterator<Item = &Pack> {
        self.0.values()
    }
    /// The pack of a business kind in a country, if one is offered.
    #[must_use]
    pub fn offered(&self, kind: &str, country: &str) -> Option<&Pack> {
        self.0.values().find(|pack| pack.info.kind == kind && pack.info.country == country)
    }
}

pub type LoadFuture<'a> = Pin<Box<dyn Future<Output = AppResult<()>> + Send + 'a>>;

/// Copies one module's defaults of a pack into a new tenant, as `system`, in the sign-up's transaction.
#[derive(Clone, Copy)]
pub struct PackLoader {
    pub name: &'static str,
    /// Loaders run from low to high: 10 roles, 20 accounts, 30 catalogue, 40 documents.
    pub order: u8,
    pub load: for<'a> fn(&'a App, &'a mut TenantTx, &'a Pack) -> LoadFuture<'a>,
}
