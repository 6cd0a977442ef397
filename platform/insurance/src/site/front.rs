//! The words at the top of the start page, in the firm's own wording. What is not worded stands there in the platform's.

use kernel::{AppResult, ReadTx, TenantTx, error::Fields, settings::Setting};
use serde::{Deserialize, Serialize};

use crate::text::LocalText;

pub const LONGEST_TITLE: usize = 90;
pub const LONGEST_LEDE: usize = 240;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Front {
    pub title: LocalText,
    pub lede: LocalText,
}

impl Setting for Front {
    const KEY: &'static str = "insurance.front";
}

pub async fn get(tx: &mut ReadTx) -> AppResult<Front> {
    Ok(tx.setting::<Front>().await?.value)
}

/// Words the start page. `expected` is the version of the setting that was read.
///
/// # Errors
/// Errors of the fields `title` and `lede`; a setting that was changed meanwhile.
pub async fn save(tx: &mut TenantTx, front: Front, expected: i32) -> AppResult<()> {
    let mut fields = Fields::new();
    let title = front.title.kept(&mut fields, "title", LONGEST_TITLE);
    let lede = front.lede.kept(&mut fields, "lede", LONGEST_LEDE);
    fields.finish()?;
    tx.set_setting(&Front { title, lede }, expected).await
}

impl Front {
    /// The wording in exactly this language; empty where the firm has none.
    #[must_use]
    pub fn in_language<'a>(text: &'a LocalText, locale: &str) -> &'a str {
        let language = locale.split('-').next().unwrap_or_default();
        [locale, language].into_iter().find_map(|name| text.0.get(name)).map_or("", String::as_str)
    }
}
