//! Forms with files: limits on every part, and the same token as every other form.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};

use super::form::check_token;
use crate::{AppError, Kind, csrf::CsrfToken};

/// A file as it was sent. Its name and type are the sender's claims.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    pub field: String,
    pub name: String,
    pub bytes: Bytes,
}

/// Fields and files of a form.
#[derive(Debug, Clone, Default)]
pub struct Multipart {
    pub fields: BTreeMap<String, String>,
    pub files: Vec<UploadedFile>,
}

pub const MAX_FILES: usize = 10;
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;
const MAX_FIELDS: usize = 100;
const MAX_FIELD_BYTES: usize = 16 * 1024;

impl Multipart {
    /// A field's text, empty if it was not sent.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }
    /// The file of a field, if one was chosen.
    #[must_use]
    pub fn file(&self, field: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|file| file.field == field)
    }
}

impl<S: Send + Sync> FromRequest<S> for Multipart {
    type Rejection = AppError;
    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let expected = request.extensions().get::<CsrfToken>().cloned();
        let mut parts = axum::extract::Multipart::from_request(request, state)
            .await
            .map_err(|_| AppError::new(Kind::UnsupportedMedia, "unsupported_media_type"))?;
        let mut form = Multipart::default();
        while let Some(mut part) = parts.next_field().await.map_err(read_error)? {
            let field = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let limit = if file_name.is_some() { MAX_FILE_BYTES } else { MAX_FIELD_BYTES };
            let mut bytes = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(read_error)? {
                if bytes.len() + chunk.len() > limit {
                    return Err(AppError::new(Kind::TooLarge, "too_large").with("limit", limit.to_string()));
                }
                bytes.extend_from_slice(&chunk);
            }
            match file_name {
                Some(name) if name.is_empty() && bytes.is_empty() => {}
                Some(name) if form.files.len() < MAX_FILES => {
                    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
                    form.files.push(UploadedFile { field, name, bytes: bytes.into() });
                }
                None if form.fields.len() < MAX_FIELDS => {
                    let text = String::from_utf8(bytes).map_err(|_| AppError::malformed("body"))?;
                    form.fields.insert(field, text);
                }
                _ => return Err(AppError::new(Kind::TooLarge, "too_large")),
            }
        }
        check_token(expected.as_ref(), form.fields.get("csrf").map(String::as_str))?;
        Ok(form)
    }
}

fn read_error(error: axum::extract::multipart::MultipartError) -> AppError {
    match error.status().as_u16() {
        413 => AppError::new(Kind::TooLarge, "too_large"),
        _ => AppError::malformed("body"),
    }
}
