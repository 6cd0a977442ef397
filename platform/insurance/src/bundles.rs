//! The insurer's price for whoever buys several kinds of cover from it at once. Every offer keeps from the moment it is quoted what it
//! costs so, if its product says; carts and orders ask here which price holds, always of everything that is bought together. So no
//! price depends on what a cart held before.

use std::collections::{BTreeMap, BTreeSet};

use crate::quotes::OfferForSale;

/// Gives the offers of an insurer that are bought together the price that they have together: those that have one, if they are of
/// two categories or more.
pub(crate) fn apply<'a>(sales: impl IntoIterator<Item = &'a mut OfferForSale>) {
    let mut sales: Vec<&mut OfferForSale> = sales.into_iter().filter(|sale| sale.bundled.is_some()).collect();
    let mut categories: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for sale in &sales {
        categories.entry(sale.product.insurer.id.0).or_default().insert(sale.product.category_id.0);
    }
    for sale in &mut sales {
        let together = categories.get(&sale.product.insurer.id.0).is_some_and(|categories| categories.len() > 1);
        if let Some(premium) = sale.bundled.take_if(|_| together) {
            sale.premium = premium;
        }
    }
}
