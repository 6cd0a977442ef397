//! The products that stand in front on the start page, as the brokerage picked and ordered them.

use std::collections::BTreeSet;

use kernel::{AppError, AppResult, ReadTx, TenantTx, settings::Setting};
use serde::{Deserialize, Serialize};

use crate::catalogue::{ProductId, service as catalogue};

/// How many stand in front at most.
pub const MOST: usize = 6;

/// See the module; the first stands first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Featured {
    pub products: Vec<ProductId>,
}

impl Setting for Featured {
    const KEY: &'static str = "insurance.featured";
}

/// Puts these products in front, each once. `expected` is the version of the setting that was read.
///
/// # Errors
/// A product that does not exist, more than [`MOST`], or a setting that was changed meanwhile.
pub async fn choose(tx: &mut TenantTx, chosen: &[ProductId], expected: i32) -> AppResult<()> {
    let mut seen = BTreeSet::new();
    let products: Vec<ProductId> = chosen.iter().copied().filter(|id| seen.insert(*id)).collect();
    if products.len() > MOST {
        return Err(AppError::field("products", "featured-too-many"));
    }
    for id in &products {
        catalogue::product(tx, *id).await?;
    }
    tx.set_setting(&Featured { products }, expected).await
}

/// The chosen products in their order.
pub async fn chosen(tx: &mut ReadTx) -> AppResult<Vec<ProductId>> {
    Ok(tx.setting::<Featured>().await?.value.products)
}
