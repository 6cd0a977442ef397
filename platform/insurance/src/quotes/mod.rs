//! Quotes: answers to a risk form, priced by every product asked for, valid until a day. An offer keeps its lines as they were
//! shown; choosing extras prices it again by the same product version and law. A quote belongs to a visitor until checkout, then
//! to the customer. An expired quote, a declined offer and a withdrawn product are not for sale. Called by the API, pages, the
//! cart and checkout.

pub mod api;
pub mod error;
mod mail;
pub mod model;
pub mod service;
pub(crate) mod store;

pub use error::QuoteFailure;
pub use mail::QuoteMail;
pub(crate) use model::Standing;
pub use model::{Asked, NewQuote, Offer, OfferForSale, OfferId, OfferOutcome, Quote, QuoteCreated, QuoteId, QuoteRepriced, QuoteRow};
pub use store::QuoteFilter;

pub const READ: &str = "insurance.quote.read";
pub const WRITE: &str = "insurance.quote.write";
