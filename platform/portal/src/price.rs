//! A price as people read it: every line with its reason, the sums below.

use insurance::rating::{Line, LineKind};
use kernel::money::Money;
use pages::{PriceKind, PriceLine, Shell};
use rust_decimal::Decimal;

/// Lines in the order in which they were worked out: the insurer's premium, what the law adds, the rounding, what is paid.
#[must_use]
pub(crate) fn lines(shell: &Shell, lines: &[Line], payable: Money) -> Vec<PriceLine> {
    let mut shown: Vec<PriceLine> = lines.iter().filter(|line| line.kind.is_premium()).map(|line| one(shell, line)).collect();
    let premium = Money::sum(payable.currency, lines.iter().filter(|line| line.kind.is_premium()).map(|line| line.amount));
    if let (Ok(premium), true) = (premium, shown.len() > 1) {
        shown.push(PriceLine {
            label: shell.t("portal-price-premium"),
            amount: shell.money(&premium),
            why: String::new(),
            kind: PriceKind::Subtotal,
        });
    }
    shown.extend(lines.iter().filter(|line| !line.kind.is_premium()).map(|line| one(shell, line)));
    shown.push(total(shell, payable));
    shown
}

/// The last line.
#[must_use]
pub(crate) fn total(shell: &Shell, payable: Money) -> PriceLine {
    PriceLine { label: shell.t("portal-price-total"), amount: shell.money(&payable), why: String::new(), kind: PriceKind::Total }
}

/// The lines of a price that was agreed to: nobody is asked for it any more.
#[must_use]
pub(crate) fn agreed(shell: &Shell, mut lines: Vec<PriceLine>) -> Vec<PriceLine> {
    if let Some(last) = lines.last_mut() {
        last.label = shell.t("total");
    }
    lines
}

fn one(shell: &Shell, line: &Line) -> PriceLine {
    PriceLine { label: line.label.get(&shell.lang).to_owned(), amount: shell.money(&line.amount), why: why(shell, line), kind: PriceKind::Line }
}

fn why(shell: &Shell, line: &Line) -> String {
    let rate = line.rate.map(|rate| (rate * Decimal::ONE_HUNDRED).normalize().to_string());
    let base = line.base.map(|base| shell.money(&base));
    if let (Some(units), Some(base)) = (line.units, &base) {
        return shell.tf("portal-why-units", [("units", units.to_string()), ("base", base.clone())]);
    }
    match (line.kind, rate, base) {
        (LineKind::Rounding, ..) => shell.t("portal-why-rounding"),
        (LineKind::Duty, None, _) => shell.t("portal-why-duty"),
        (LineKind::Levy, Some(rate), Some(base)) => shell.tf("portal-why-levy", [("rate", rate), ("base", base)]),
        (_, Some(rate), Some(base)) => shell.tf("portal-why-rate", [("rate", rate), ("base", base)]),
        (LineKind::Premium, None, Some(base)) => shell.tf("portal-why-minimum", [("base", base)]),
        _ => shell.t("portal-why-fixed"),
    }
}
