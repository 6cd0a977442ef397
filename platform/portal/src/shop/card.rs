//! A product on a shelf, wherever it stands: on the start page, among all others, below one that is like it.

use std::collections::HashMap;

use insurance::{
    catalogue::{Category, ProductCard},
    reviews::Rating,
};
use pages::Shell;

/// The icons of categories by code.
pub(super) type Icons = HashMap<String, String>;

pub(super) fn icons(categories: &[Category]) -> Icons {
    categories.iter().map(|category| (category.code.clone(), category.icon.clone())).collect()
}

#[derive(Debug, Clone)]
pub(super) struct Card {
    pub id: String,
    pub name: String,
    pub insurer: String,
    pub line: String,
    pub icon: String,
    /// Formatted; empty where it depends on the risk.
    pub from: String,
    pub href: String,
    pub sample: bool,
    pub stars: Option<Stars>,
}

/// What customers say of a product, in figures.
#[derive(Debug, Clone)]
pub(super) struct Stars {
    /// `4.6`
    pub average: String,
    pub count: i64,
}

impl From<Rating> for Stars {
    fn from(rating: Rating) -> Self {
        Self { average: rating.average().normalize().to_string(), count: rating.count }
    }
}

impl Card {
    pub fn new(shell: &Shell, card: &ProductCard, icons: &Icons) -> Self {
        Self {
            id: card.id.to_string(),
            name: card.name.get(&shell.lang).to_owned(),
            insurer: card.insurer_name.clone(),
            line: card.description.get(&shell.lang).to_owned(),
            icon: icons.get(&card.category_code).cloned().unwrap_or_default(),
            from: card.price_from.map(|price| shell.money(&price)).unwrap_or_default(),
            href: format!("/products/{}", card.id),
            sample: card.sample,
            stars: card.rating.map(Stars::from),
        }
    }

    pub fn sample(sample: bool) -> Self {
        Self {
            id: "1".to_owned(),
            name: "Private Motor Comprehensive".to_owned(),
            insurer: "Mfano Insurance".to_owned(),
            line: "Your own car and what it does to others.".to_owned(),
            icon: "car".to_owned(),
            from: "KSh 37,500".to_owned(),
            href: "/products/1".to_owned(),
            sample,
            stars: sample.then(|| Stars { average: "4.6".to_owned(), count: 12 }),
        }
    }
}
