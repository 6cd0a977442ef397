//! Files that travel inside the binary: built pages' files, texts and packs. A debug build reads them from the source tree, so
//! that a change shows without a new build.

use std::collections::BTreeMap;

use kernel::{
    i18n::Texts,
    packs::{Pack, Packs},
};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist/"]
pub struct Dist;

#[derive(RustEmbed)]
#[folder = "../../web/locales/"]
struct Locales;

#[derive(RustEmbed)]
#[folder = "../../tenants/"]
struct PackFiles;

/// All texts of all languages.
pub fn texts() -> anyhow::Result<Texts> {
    let sources = Locales::iter().filter(|path| path.ends_with(".ftl")).filter_map(|path| {
        let locale = path.split('/').next()?.to_owned();
        let text = String::from_utf8(Locales::get(&path)?.data.into_owned()).ok()?;
        Some((locale, text))
    });
    Ok(Texts::from_sources(sources)?)
}

/// All packs.
pub fn packs() -> anyhow::Result<Packs> {
    let mut files: BTreeMap<String, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for path in PackFiles::iter() {
        if let (Some((pack, file)), Some(content)) = (path.split_once('/'), PackFiles::get(&path)) {
            files.entry(pack.to_owned()).or_default().insert(file.to_owned(), content.data.into_owned());
        }
    }
    let packs: Result<Vec<Pack>, _> =
        files.into_iter().filter(|(_, files)| files.contains_key("pack.toml")).map(|(name, files)| Pack::new(&name, files)).collect();
    Ok(Packs::new(packs?))
}

/// Names of assets and drawings of icons.
pub fn assets() -> anyhow::Result<pages::Assets> {
    let file = |name: &str| Dist::get(name).map(|file| file.data).ok_or_else(|| anyhow::anyhow!("web/dist/{name} is missing: run ops/web"));
    Ok(pages::Assets::new(&file("manifest.json")?, &file("icons.json")?)?)
}
