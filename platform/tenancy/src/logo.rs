//! A tenant's logo: a PNG that was decoded and encoded again before it comes here, kept under its own hash.

use bytes::Bytes;
use image::{ImageFormat, ImageReader};
use kernel::{App, AppError, AppResult, Failure, Kind, Scope, profile::Profile};
use ports::object::ObjectStore;
use sha2::{Digest, Sha256};

use crate::profile::{self, SettingVersion};

/// Encoded, in bytes.
pub const MAX_BYTES: usize = 512 * 1024;
/// Of either side, in pixels.
pub const MAX_SIDE: u32 = 2000;

#[derive(Debug, thiserror::Error)]
pub enum LogoError {
    #[error("not a PNG")]
    NotPng,
    #[error("larger than 512 KB or than 2000 pixels")]
    TooLarge,
}

impl Failure for LogoError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotPng => Kind::Invalid,
            Self::TooLarge => Kind::TooLarge,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotPng => "tenancy.logo_not_png",
            Self::TooLarge => "tenancy.logo_too_large",
        }
    }
}

/// Width and height of a PNG, read from its header.
pub fn size(png: &[u8]) -> Result<(u32, u32), LogoError> {
    if png.len() > MAX_BYTES {
        return Err(LogoError::TooLarge);
    }
    let (width, height) = ImageReader::with_format(std::io::Cursor::new(png), ImageFormat::Png).into_dimensions().map_err(|_| LogoError::NotPng)?;
    if width > MAX_SIDE || height > MAX_SIDE { Err(LogoError::TooLarge) } else { Ok((width, height)) }
}

/// Stores the logo and puts it into the profile; the one before is removed. Opens its own transactions: the store is not called
/// inside one. `scope` is staff's.
pub async fn change(app: &App, scope: &Scope, png: Bytes, expected: SettingVersion) -> AppResult<Profile> {
    size(&png)?;
    let store = app.port::<dyn ObjectStore>()?;
    let path = format!("brand/{}.png", hex::encode(Sha256::digest(&png)));
    store.put(scope.tenant.id, &path, "image/png", png).await?;
    replace(app, scope, Some(path), expected).await
}

/// Takes the logo away.
pub async fn remove(app: &App, scope: &Scope, expected: SettingVersion) -> AppResult<Profile> {
    replace(app, scope, None, expected).await
}

async fn replace(app: &App, scope: &Scope, path: Option<String>, expected: SettingVersion) -> AppResult<Profile> {
    let mut tx = scope.begin_write().await?;
    let before = profile::get(&mut tx).await?;
    let after = Profile { logo_path: path, ..before.value.clone() };
    tx.set_setting(&after, expected.or(before.version)).await?;
    tx.commit().await?;
    if let Some(old) = before.value.logo_path.filter(|old| after.logo_path.as_ref() != Some(old)) {
        // An object that stays behind costs nothing and is in nobody's way.
        if let Err(error) = app.port::<dyn ObjectStore>()?.delete(scope.tenant.id, &old).await {
            tracing::warn!(error = %AppError::from(error), "an old logo was not removed");
        }
    }
    Ok(after)
}
