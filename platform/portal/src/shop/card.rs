//! A product on a shelf, wherever it stands: on the start page, among all others, below one that is like it.

use std::collections::HashMap;

use insurance::{
    catalogue::{Category, ProductCard},
    pictures::{self, Owner, Pictures},
    reviews::Rating,
};
use kernel::{AppResult, ReadTx};
use pages::Shell;

use crate::picture::View;

/// What products look like: icons of categories by code, and pictures by what they are of.
pub(super) struct Looks {
    icons: HashMap<String, String>,
    pictures: Pictures,
}

impl Looks {
    pub async fn read(tx: &mut ReadTx, categories: &[Category]) -> AppResult<Self> {
        let icons = categories.iter().map(|category| (category.code.clone(), category.icon.clone())).collect();
        Ok(Self { icons, pictures: pictures::service::all(tx).await? })
    }

    /// The picture of one thing, if it has one.
    pub fn of(&self, shell: &Shell, owner: Owner) -> Option<View> {
        self.pictures.get(&owner).map(|picture| View::new(shell, picture))
    }
}

#[derive(Debug, Clone)]
pub(super) struct Card {
    pub id: String,
    pub name: String,
    pub insurer: String,
    pub line: String,
    pub icon: String,
    /// Of the product, or its insurer's logo; it stands in place of the icon.
    pub picture: Option<View>,
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
    pub fn new(shell: &Shell, card: &ProductCard, looks: &Looks) -> Self {
        Self {
            id: card.id.to_string(),
            name: card.name.get(&shell.lang).to_owned(),
            insurer: card.insurer_name.clone(),
            line: card.description.get(&shell.lang).to_owned(),
            icon: looks.icons.get(&card.category_code).cloned().unwrap_or_default(),
            picture: looks.of(shell, Owner::product(card.id)).or_else(|| looks.of(shell, Owner::insurer(card.insurer_id))),
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
            picture: sample.then(View::sample),
            from: "KSh 37,500".to_owned(),
            href: "/products/1".to_owned(),
            sample,
            stars: sample.then(|| Stars { average: "4.6".to_owned(), count: 12 }),
        }
    }
}
