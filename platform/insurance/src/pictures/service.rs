//! Use cases of pictures.

use bytes::Bytes;
use documents::{
    images::{self, ContentType, UploadError},
    variants::{self, Variant},
};
use kernel::{
    App, AppError, AppResult, ReadTx, Scope, TenantTx,
    audit::Change,
    error::Fields,
    profile::{BrandPicture, Profile},
};
use ports::object::ObjectStore;
use sha2::{Digest, Sha256};

use super::{Owner, OwnerKind, Picture, PictureFailure, Pictures, error::refused, store};
use crate::{catalogue, insurers, text::LocalText};

/// Widths in which pages ask for pictures.
const WIDTHS: [u32; 5] = [96, 192, 384, 768, 1280];
const LONGEST_ALT: usize = 200;
/// Width below which an icon is blurred on a phone.
const SMALLEST_ICON: i32 = 192;

/// All of the tenant's.
pub async fn all(tx: &mut ReadTx) -> AppResult<Pictures> {
    Ok(store::list(tx).await?.into_iter().map(|picture| (picture.owner, picture)).collect())
}

pub async fn of(tx: &mut ReadTx, owner: Owner) -> AppResult<Option<Picture>> {
    store::find(tx, owner).await
}

/// A picture that was read from what somebody sent, ready to be kept.
struct Read {
    hash: String,
    format: &'static str,
    width: i32,
    height: i32,
    files: Vec<Variant>,
}

/// Checks, cleans and stores what was uploaded, and shows it from now on. Opens its own transactions: the store is not called inside
/// one. `version` is that of the picture that was seen, 0 if there was none.
///
/// # Errors
/// A file that is no picture within the limits or in which a virus was found, or a picture that somebody changed meanwhile.
pub async fn change(app: &App, scope: &Scope, owner: Owner, bytes: Option<Bytes>, alt: LocalText, version: i32) -> AppResult<Picture> {
    let mut fields = Fields::new();
    let alt = alt.kept(&mut fields, "alt", LONGEST_ALT);
    fields.finish()?;
    let mut tx = scope.begin_read().await?;
    must_exist(&mut tx, owner).await?;
    let before = of(&mut tx, owner).await?;
    drop(tx);
    if before.as_ref().map_or(0, |picture| picture.version) != version {
        return Err(PictureFailure::Changed.into());
    }
    let after = match (bytes, &before) {
        (Some(bytes), _) => keep(app, scope, owner, bytes, alt).await?,
        // Only the words change.
        (None, Some(before)) => Picture { alt, ..before.clone() },
        (None, None) => return Err(AppError::field("picture", "field-required")),
    };
    let mut tx = scope.begin_write().await?;
    store::put(&mut tx, &after, version).await?;
    brand(&mut tx, owner, Some(&after)).await?;
    let hash = before.map(|before| before.hash).unwrap_or_default();
    tx.audit(Change::of("insurance.picture.change", owner.kind.as_str(), owner.id).change("picture", hash, after.hash.clone())).await?;
    let kept = of(&mut tx, owner).await?.ok_or(PictureFailure::NotFound)?;
    tx.commit().await?;
    Ok(kept)
}

async fn keep(app: &App, scope: &Scope, owner: Owner, bytes: Bytes, alt: LocalText) -> AppResult<Picture> {
    documents::files::must_be_clean(app, bytes.clone()).await?;
    let read = documents::files::decoding(move || read(bytes)).await?.map_err(|error| refused(&error))?;
    if owner.kind == OwnerKind::Icon && (read.width != read.height || read.width < SMALLEST_ICON) {
        return Err(AppError::field("picture", "picture-not-square"));
    }
    let store = app.port::<dyn ObjectStore>()?;
    let mut widths = Vec::new();
    for file in read.files {
        let width = file.width.cast_signed();
        store.put(scope.tenant.id, &path(&read.hash, width, file.extension), file.content_type, file.bytes).await?;
        if !widths.contains(&width) {
            widths.push(width);
        }
    }
    Ok(Picture { owner, alt, hash: read.hash, format: read.format.to_owned(), widths, width: read.width, height: read.height, version: 0 })
}

fn read(bytes: Bytes) -> Result<Read, UploadError> {
    let upload = images::accept_upload(bytes, &variants::LIMITS)?;
    if upload.content_type == ContentType::Pdf {
        return Err(UploadError::Unsupported);
    }
    Ok(Read {
        hash: hex::encode(Sha256::digest(&upload.bytes)),
        format: upload.content_type.extension(),
        width: upload.width.unwrap_or_default().cast_signed(),
        height: upload.height.unwrap_or_default().cast_signed(),
        files: variants::variants(&upload, &WIDTHS)?,
    })
}

async fn must_exist(tx: &mut ReadTx, owner: Owner) -> AppResult<()> {
    match owner.kind {
        OwnerKind::Product => catalogue::service::product(tx, owner.id.into()).await.map(drop),
        OwnerKind::Insurer => insurers::service::get(tx, owner.id.into()).await.map(drop),
        OwnerKind::Front | OwnerKind::Icon | OwnerKind::DarkLogo if owner.id == tx.tenant_id() => Ok(()),
        OwnerKind::Front | OwnerKind::Icon | OwnerKind::DarkLogo => Err(PictureFailure::NotFound.into()),
        OwnerKind::Category => {
            let known = catalogue::service::list_categories(tx).await?.iter().any(|category| category.id.0 == owner.id);
            if known { Ok(()) } else { Err(PictureFailure::NotFound.into()) }
        }
    }
}

/// Shows none any more. The files stay: pages that are open still ask for them.
pub async fn remove(tx: &mut TenantTx, owner: Owner, version: i32) -> AppResult<()> {
    if !store::delete(tx, owner, version).await? {
        return Err(PictureFailure::Changed.into());
    }
    brand(tx, owner, None).await?;
    tx.audit(Change::of("insurance.picture.remove", owner.kind.as_str(), owner.id)).await
}

/// What every page shows stands in the profile, which is read with every page.
async fn brand(tx: &mut TenantTx, owner: Owner, picture: Option<&Picture>) -> AppResult<()> {
    if !owner.kind.is_brand() {
        return Ok(());
    }
    let profile = tx.setting::<Profile>().await?;
    let mut after = profile.value;
    let place = if owner.kind == OwnerKind::Icon { &mut after.icon } else { &mut after.dark_logo };
    *place = picture.map(BrandPicture::from);
    tx.set_setting(&after, profile.version).await
}

/// Path of a file in the tenant's part of the object store.
fn path(hash: &str, width: i32, extension: &str) -> String {
    format!("pictures/{hash}/{width}.{extension}")
}

/// One file of a picture by its public address, with its type; none if that is no address of a picture.
pub async fn file(app: &App, scope: &Scope, hash: &str, name: &str) -> AppResult<(&'static str, Bytes)> {
    let known = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let (width, extension) = name.split_once('.').ok_or(PictureFailure::NotFound)?;
    let content_type = match extension {
        "webp" => "image/webp",
        "jpg" => "image/jpeg",
        "png" => "image/png",
        _ => return Err(PictureFailure::NotFound.into()),
    };
    let width = width.parse::<i32>().ok().filter(|width| (1..=100_000).contains(width)).ok_or(PictureFailure::NotFound)?;
    if !known {
        return Err(PictureFailure::NotFound.into());
    }
    match app.port::<dyn ObjectStore>()?.get(scope.tenant.id, &path(hash, width, extension)).await {
        Ok(bytes) => Ok((content_type, bytes)),
        Err(error) if error.missing => Err(PictureFailure::NotFound.into()),
        Err(error) => Err(error.into()),
    }
}
