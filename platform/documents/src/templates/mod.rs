//! The tenant's copies of its pack's document templates, each with its origin and what it was then.

mod store;

use kernel::{
    App, AppResult, ReadTx, TenantTx,
    packs::{LoadFuture, Pack, PackLoader},
};
use sha2::{Digest, Sha256};

use crate::{register::DocumentFailure, render::Template};

/// Copies `documents/*.typ` of a pack into a new tenant.
pub(crate) const LOADER: PackLoader = PackLoader { name: "documents.templates", order: 40, load: load_pack };

const FOLDER: &str = "documents/";

fn load_pack<'a>(_: &'a App, tx: &'a mut TenantTx, pack: &'a Pack) -> LoadFuture<'a> {
    Box::pin(async move {
        for path in pack.folder(FOLDER) {
            let name = &path[FOLDER.len()..];
            if name.ends_with(".typ") && !name.contains('/') {
                let source = pack.text(path)?;
                let origin = format!("{}/{path}", pack.name);
                store::insert(tx, name, source, &origin, &Sha256::digest(source).into()).await?;
            }
        }
        Ok(())
    })
}

/// A template with all others of the tenant to import from. One that came into the pack after the tenant's sign-up is the pack's.
///
/// # Errors
/// `document.template_missing`.
pub(crate) async fn load(app: &App, tx: &mut ReadTx, name: &str) -> AppResult<Template> {
    let mut main = None;
    let mut partials = Vec::new();
    for (file, source) in store::all(tx).await? {
        if file == name {
            main = Some(source);
        } else {
            partials.push((file, source));
        }
    }
    let source = match main {
        Some(source) => source,
        None => of_pack(app, &tx.scope().tenant.pack, name).ok_or_else(|| DocumentFailure::TemplateMissing(name.to_owned()))?,
    };
    Ok(partials.into_iter().fold(Template::new(name, source), |template, (file, source)| template.with_partial(file, source)))
}

fn of_pack(app: &App, pack: &str, name: &str) -> Option<String> {
    app.packs.get(pack)?.text(&format!("{FOLDER}{name}")).ok().map(str::to_owned)
}
