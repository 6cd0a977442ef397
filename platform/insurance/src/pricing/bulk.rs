//! Many products at once: their prices as a sheet, read back into drafts with a verdict for every row, and published together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::{AppResult, ReadTx, TenantTx};

use super::{
    Draft, Publish, figures,
    service::{discard, draft_of, publish, save_figures},
    sheet::{self, SheetRow},
    store,
};
use crate::{
    catalogue::{self, Product, ProductId},
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

impl RowOutcome {
    fn refused(code: &str) -> Self {
        Self::Refused { code: code.to_owned(), detail: String::new() }
    }
}

/// A product and what is drafted for it: what is in force, where nothing is.
#[derive(Debug, Clone)]
pub struct Drafted {
    pub product: Product,
    pub draft: Draft,
}

/// All products, by name; two statements however many there are.
async fn all(tx: &mut ReadTx) -> AppResult<Vec<Drafted>> {
    let mut saved: BTreeMap<ProductId, _> = store::list(tx).await?.into_iter().collect();
    let products = catalogue::service::all(tx).await?;
    Ok(products.into_iter().map(|product| Drafted { draft: draft_of(&product, saved.remove(&product.id)), product }).collect())
}

/// All products of which something is drafted, by name.
pub async fn list_drafts(tx: &mut ReadTx) -> AppResult<Vec<Drafted>> {
    let mut drafted = all(tx).await?;
    drafted.retain(|one| one.draft.saved.is_some());
    Ok(drafted)
}

/// The figures of every product: of its draft, or else of the terms in force.
pub async fn write_sheet(tx: &mut ReadTx) -> AppResult<Vec<u8>> {
    let all = all(tx).await?;
    sheet::write(all.iter().map(|one| (&one.product, &one.draft.terms)))
}

/// Takes the rows of a sheet into the products' drafts. Rows that cannot be taken change nothing and say why; of a product whose
/// figures do not hold together none is taken.
pub async fn read_sheet(tx: &mut TenantTx, law: &Law, rows: Vec<SheetRow>) -> AppResult<Vec<Verdict>> {
    let products: BTreeMap<String, Draft> = all(tx).await?.into_iter().map(|one| (one.product.code, one.draft)).collect();
    let mut wanted: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let mut verdicts: Vec<Verdict> = Vec::with_capacity(rows.len());
    for row in rows {
        let first = seen.insert((row.product.clone(), row.figure.clone()));
        let (before, outcome) = match products.get(&row.product) {
            None => (String::new(), RowOutcome::refused("error-product-not-found")),
            Some(_) if !first => (String::new(), RowOutcome::refused("error-figure-twice")),
            Some(draft) => judge(draft, &row),
        };
        if outcome == RowOutcome::Drafted {
            wanted.entry(row.product.clone()).or_default().insert(row.figure.clone(), row.value.clone());
        }
        verdicts.push(Verdict { row, before, outcome });
    }
    for (code, values) in wanted {
        let Some(draft) = products.get(&code) else { continue };
        if let Err(error) = save_figures(tx, law, draft.product_id, draft.version, &values).await {
            if !error.is("product.terms_faulty") {
                return Err(error);
            }
            let detail = error.params.first().map(|(_, detail)| detail.clone()).unwrap_or_default();
            for verdict in verdicts.iter_mut().filter(|verdict| verdict.row.product == code && verdict.outcome == RowOutcome::Drafted) {
                verdict.outcome = RowOutcome::Refused { code: "error-product-terms-faulty".to_owned(), detail: detail.clone() };
            }
        }
    }
    Ok(verdicts)
}

/// What a row alone would do to a draft, and the figure as it is.
fn judge(draft: &Draft, row: &SheetRow) -> (String, RowOutcome) {
    let before = figures::figures(&draft.terms).into_iter().find(|figure| figure.key == row.figure).map(|figure| figure.value).unwrap_or_default();
    let outcome = match figures::with_figures(&draft.terms, &[(row.figure.clone(), row.value.clone())].into()) {
        Ok(terms) if terms == draft.terms => RowOutcome::Same,
        Ok(_) => RowOutcome::Drafted,
        Err(error) => RowOutcome::refused(&format!("error-{}", error.fields.first().map_or("figure-invalid", |field| field.code.as_ref()))),
    };
    (before, outcome)
}

/// Publishes drafts together, each as it was read; all of them or none. Drafts that change nothing are discarded.
pub async fn publish_drafts(tx: &mut TenantTx, law: &Law, drafts: &[(ProductId, i32)], effective_from: NaiveDate, reason: &str) -> AppResult<usize> {
    let mut published = 0;
    for (id, draft_version) in drafts {
        let wanted = Publish { draft_version: *draft_version, effective_from, reason: reason.to_owned() };
        match publish(tx, law, *id, wanted).await {
            Ok(_) => published += 1,
            Err(error) if error.is("product.nothing_changed") => discard(tx, *id, *draft_version).await?,
            Err(error) => return Err(error),
        }
    }
    Ok(published)
}
