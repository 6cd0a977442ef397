//! That a customer agrees to the use of personal data for a purchase: kept in the words that were shown, with the version of the
//! privacy page that held.

use crm::{
    CustomerId,
    customers::service as customers,
    parties::consents::{self, NewConsent, Purpose},
};
use kernel::{AppError, AppResult, TenantTx, error::Fields};

use crate::site::{PageCode, pages};

/// Longest words that an application shows.
const MOST: usize = 200;

/// Notes that the customer agreed in these words, there where `source` says. Agreeing again changes nothing.
pub async fn record(tx: &mut TenantTx, customer: CustomerId, source: &str, words: &str) -> AppResult<()> {
    let wording = match pages::published(tx, PageCode::Privacy).await? {
        Some(page) => format!("{words} [privacy {}]", page.number),
        None => words.to_owned(),
    };
    let consent = NewConsent { purpose: Purpose::DataProcessing, granted: true, source: source.to_owned(), wording };
    customers::record_consent(tx, customer, consent).await
}

/// As [`record`]; without words, the customer must have agreed before.
///
/// # Errors
/// Of the field `consent`.
pub(crate) async fn need(tx: &mut TenantTx, customer: CustomerId, source: &str, words: Option<&str>) -> AppResult<()> {
    let Some(words) = words else {
        let party = customers::get(tx, customer).await?.party;
        let agreed = consents::granted(tx, party, Purpose::DataProcessing).await?;
        return if agreed { Ok(()) } else { Err(AppError::field("consent", "field-required")) };
    };
    let mut fields = Fields::new();
    let words = fields.text("consent", words, MOST);
    fields.finish()?;
    record(tx, customer, source, &words).await
}
