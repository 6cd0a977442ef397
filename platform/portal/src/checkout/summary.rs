//! What is being bought, beside every step.

use insurance::cart::Cart;
use kernel::money::{Currency, Money};
use pages::{Fact, PriceKind, PriceLine, Shell};

use crate::price;

/// Cover and price of the whole cart.
#[derive(Debug, Clone, Default)]
pub(super) struct Summary {
    pub cover: Vec<Fact>,
    pub lines: Vec<PriceLine>,
    pub total: String,
}

impl Summary {
    pub(super) fn of(shell: &Shell, cart: &Cart) -> Self {
        let lang = &shell.lang;
        let cover = cart
            .lines
            .iter()
            .map(|line| {
                let name = line.product_name.get(lang);
                Fact::new(line.insurer_name.clone(), line.plate.as_ref().map_or_else(|| name.to_owned(), |plate| format!("{plate}, {name}")))
            })
            .collect();
        let lines = match cart.lines.as_slice() {
            [one] => price::lines(shell, &one.breakdown, cart.payable),
            several => {
                let mut lines: Vec<PriceLine> = several
                    .iter()
                    .map(|line| PriceLine {
                        label: line.product_name.get(lang).to_owned(),
                        amount: line.payable.map(|payable| shell.money(&payable)).unwrap_or_default(),
                        why: line.plate.clone().unwrap_or_default(),
                        kind: PriceKind::Line,
                    })
                    .collect();
                let mut total = price::total(shell, cart.payable);
                total.why = super::cart::saved(shell, cart);
                lines.push(total);
                lines
            }
        };
        Self { cover, lines, total: shell.money(&cart.payable) }
    }

    pub(super) fn sample(shell: &Shell) -> Self {
        let total = Money::new(4_524_300, Currency::KES);
        Self {
            cover: vec![Fact::new("Mfano Insurance", "KDA 123A, Private Motor")],
            lines: vec![price::total(shell, total)],
            total: shell.money(&total),
        }
    }
}
