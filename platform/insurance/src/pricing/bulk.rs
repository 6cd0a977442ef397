//! Many products at once: their prices as a sheet, read back into drafts with a verdict for every row, and published together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::{AppResult, ReadTx, TenantTx};

use super::{
    Draft, Publish, figures,
    service::{draft, publish, save_figures},
    sheet::{self, SheetRow},
    store,
};
use crate::{
    catalogue::{self, Product, ProductId, Terms},
    law::Law,
};

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub row: SheetRow,
    /// The figure as it was; empty where there is none of this name.
    pub before: String,
    pub outcome: RowOutcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// It stands in the draft now.
    Drafted,
    /// It is what it was.
    Same,
    /// Nothing was taken from it; the key of a message, and what that message names.
    Refused { code: String, detail: String },
}

/// A product with a draft.
#[derive(Debug, Clone)]
pub struct Drafted {
    pub product: Product,
    pub draft: Draft,
}

/// The figures of every product: of its draft, or else of the terms in force.
pub async fn write_sheet(tx: &mut ReadTx) -> AppResult<Vec<u8>> {
    let products = catalogue::service::all(tx).await?;
    let drafts: BTreeMap<ProductId, Terms> = store::list(tx).await?.into_iter().map(|(id, draft)| (id, draft.terms.0)).collect();
    sheet::write(products.iter().map(|product| (product, drafts.get(&product.id).unwrap_or(&product.current.terms))))
}

/// Takes the rows of a sheet into the products' drafts. Rows that cannot be taken change nothing and say why; of a product whose
/// figures do not hold together none is taken.
pub async fn read_sheet(tx: &mut TenantTx, law: &Law, rows: Vec<SheetRow>) -> AppResult<Vec<Verdict>> {
    let ids: BTreeMap<String, ProductId> = catalogue::service::all(tx).await?.into_iter().map(|product| (product.code, product.id)).collect();
    let mut verdicts: Vec<Verdict> = Vec::with_capacity(rows.len());
    let mut drafts: BTreeMap<ProductId, Draft> = BTreeMap::new();
    let mut wanted: BTreeMap<ProductId, BTreeMap<String, String>> = BTreeMap::new();
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    for row in rows {
        let refused = |row: SheetRow, code: &str| Verdict {
            row,
            before: String::new(),
            outcome: RowOutcome::Refused { code: code.to_owned(), detail: String::new() },
        };
        let Some(id) = ids.get(&row.product).copied() else {
            verdicts.push(refused(row, "error-product-not-found"));
            continue;
        };
        if !seen.insert((row.product.clone(), row.figure.clone())) {
            verdicts.push(refused(row, "error-figure-twice"));
            continue;
        }
        let known = match drafts.entry(id) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => place.insert(draft(tx, id).await?),
        };
        let before =
            figures::figures(&known.terms).into_iter().find(|figure| figure.key == row.figure).map(|figure| figure.value).unwrap_or_default();
        let value: BTreeMap<String, String> = [(row.figure.clone(), row.value.clone())].into();
        let outcome = match figures::with_figures(&known.terms, &value) {
            Err(error) => {
                let code = error.fields.first().map_or("figure-invalid", |field| field.code.as_ref());
                RowOutcome::Refused { code: format!("error-{code}"), detail: String::new() }
            }
            Ok(terms) if terms == known.terms => RowOutcome::Same,
            Ok(_) => {
                wanted.entry(id).or_default().extend(value);
                RowOutcome::Drafted
            }
        };
        verdicts.push(Verdict { row, before, outcome });
    }
    for (id, values) in wanted {
        let version = drafts.get(&id).map_or(0, |draft| draft.version);
        if let Err(error) = save_figures(tx, law, id, version, &values).await {
            if !error.is("product.terms_faulty") {
                return Err(error);
            }
            let detail = error.params.first().map(|(_, detail)| detail.clone()).unwrap_or_default();
            for verdict in verdicts.iter_mut().filter(|verdict| ids.get(&verdict.row.product) == Some(&id) && verdict.outcome == RowOutcome::Drafted)
            {
                verdict.outcome = RowOutcome::Refused { code: "error-product-terms-faulty".to_owned(), detail: detail.clone() };
            }
        }
    }
    Ok(verdicts)
}

/// All products with a draft, by name.
pub async fn list_drafts(tx: &mut ReadTx) -> AppResult<Vec<Drafted>> {
    let ids: Vec<ProductId> = store::list(tx).await?.into_iter().map(|(id, _)| id).collect();
    let mut drafted = Vec::with_capacity(ids.len());
    for product in catalogue::service::all(tx).await?.into_iter().filter(|product| ids.contains(&product.id)) {
        let draft = draft(tx, product.id).await?;
        drafted.push(Drafted { product, draft });
    }
    Ok(drafted)
}

/// Publishes drafts together, each as it was read; all of them or none. Drafts that change nothing are discarded.
pub async fn publish_drafts(tx: &mut TenantTx, law: &Law, drafts: &[(ProductId, i32)], effective_from: NaiveDate, reason: &str) -> AppResult<usize> {
    let mut published = 0;
    for (id, draft_version) in drafts {
        let wanted = Publish { draft_version: *draft_version, effective_from, reason: reason.to_owned() };
        match publish(tx, law, *id, wanted).await {
            Ok(_) => published += 1,
            Err(error) if error.is("product.nothing_changed") => super::service::discard(tx, *id).await?,
            Err(error) => return Err(error),
        }
    }
    Ok(published)
}
