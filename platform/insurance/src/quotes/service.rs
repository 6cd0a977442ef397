//! Use cases of quotes. The caller commits. Nothing here knows a price: rating does.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use crm::CustomerId;
use kernel::{
    AppError, AppResult, Audience, ReadTx, TenantTx,
    audit::Change,
    money::Money,
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{
    Asked, NewQuote, Offer, OfferForSale, OfferId, OfferOutcome, Quote, QuoteCreated, QuoteFailure, QuoteFilter, QuoteId, QuoteRepriced, QuoteRow,
    Standing, store,
};
use crate::{
    catalogue::{
        self, CatalogueFailure, Detail, Product, ProductId, ProductVersion, ProductVersionId,
        form::{self, Answers, RawAnswers, Reading},
    },
    law::{Law, PremiumLaw},
    rating::{self, Inputs, Premium},
};

/// Products that one quote may ask.
const MOST_PRODUCTS: usize = 20;
/// Quotes that a visitor or customer sees of its own.
const OWN: i64 = 20;

/// Prices a risk with every product asked for and stores the offers. Answers that any of the products cannot accept are reported
/// together (422); an insurer that declines makes a declined offer, not an error. `sight.limited` for nobody in particular, asked by
/// staff who see only some of the customers.
pub async fn create(tx: &mut TenantTx, law: &Law, new: NewQuote) -> AppResult<Quote> {
    let products = products(tx, &new.asked).await?;
    let draft = draft(tx, law, &products, &new.answers, &new.add_ons)?;
    let id = draft.id;
    keep(tx, law, &[draft], new.customer).await?;
    get(tx, id).await
}

/// As [`create`], for many risks and one product; the offer of each, in their order. However many there are, as many statements are
/// asked.
pub(crate) async fn create_all(
    tx: &mut TenantTx,
    law: &Law,
    product: &Product,
    risks: &[(RawAnswers, BTreeSet<String>)],
    customer: CustomerId,
) -> AppResult<Vec<(QuoteId, OfferId)>> {
    let mut drafts = Vec::with_capacity(risks.len());
    for (answers, add_ons) in risks {
        drafts.push(draft(tx, law, std::slice::from_ref(product), answers, add_ons)?);
    }
    keep(tx, law, &drafts, Some(customer)).await?;
    Ok(drafts.iter().flat_map(|draft| draft.offers.iter().map(move |offer| (draft.id, offer.id))).collect())
}

/// A risk that is priced, and not yet kept.
struct Draft<'a> {
    id: QuoteId,
    category: &'a Product,
    answers: RawAnswers,
    plate: Option<String>,
    valid_until: NaiveDate,
    /// Ranked.
    offers: Vec<Drafted<'a>>,
}

struct Drafted<'a> {
    id: OfferId,
    product: &'a Product,
    add_ons: BTreeSet<String>,
    outcome: OfferOutcome,
    bundled: Option<Premium>,
    rule_version: String,
}

/// Prices a risk with products of one category. Nothing is written.
fn draft<'a>(tx: &ReadTx, law: &Law, products: &'a [Product], raw: &RawAnswers, wanted: &BTreeSet<String>) -> AppResult<Draft<'a>> {
    let (today, currency) = (tx.scope().today(), tx.scope().tenant.currency);
    let premium_law = law.premium_on(today)?;
    let answers = read_all(products, raw, Reading { today, currency, plates: &law.plates })?;
    let mut offers = Vec::with_capacity(products.len());
    for (product, answers) in products.iter().zip(&answers) {
        let terms = &product.current.terms;
        let add_ons: BTreeSet<String> = wanted.iter().filter(|key| terms.add_on(key).is_some()).cloned().collect();
        let inputs = Inputs { terms, law: premium_law, answers, add_ons: &add_ons, currency, on: today };
        let (outcome, bundled) = (rating::rate(&inputs)?, rating::rate_bundled(&inputs)?);
        offers.push(Drafted { id: OfferId::new(), product, add_ons, outcome, bundled, rule_version: rule_version(product, premium_law) });
    }
    if let Some(key) = wanted.iter().find(|key| products.iter().all(|product| product.current.terms.add_on(key).is_none())) {
        return Err(QuoteFailure::UnknownAddOn(key.clone()).into());
    }
    offers.sort_by_key(|offer| (payable(&offer.outcome), offer.product.code.clone()));

    // The shortest validity among the prices; a quote that everybody declined is kept as long as the longest of none: today.
    let priced = offers.iter().filter(|offer| matches!(offer.outcome, OfferOutcome::Priced(_)));
    let days = priced.map(|offer| offer.product.current.terms.quote_valid_days).min();
    Ok(Draft {
        id: QuoteId::new(),
        category: products.first().ok_or(QuoteFailure::NothingForSale)?,
        answers: answers.iter().fold(RawAnswers::new(), |mut all, answers| {
            all.extend(answers.canonical());
            all
        }),
        plate: answers.iter().find_map(Answers::plate).map(str::to_owned),
        valid_until: today.checked_add_days(Days::new(u64::from(days.unwrap_or(1).saturating_sub(1)))).unwrap_or(today),
        offers,
    })
}

/// Writes what was priced today.
async fn keep(tx: &mut TenantTx, law: &Law, drafts: &[Draft<'_>], for_customer: Option<CustomerId>) -> AppResult<()> {
    let (today, currency) = (tx.scope().today(), tx.scope().tenant.currency);
    let law_version = &law.premium_on(today)?.id;
    let (visitor, customer) = owner(tx, for_customer);
    if visitor.is_none() && customer.is_none() {
        // A quote of nobody is seen by those who see everybody.
        tx.scope().needs_all_sight()?;
    }
    let references = tx.next_numbers("QUO", drafts.len()).await?;
    let (mut rows, mut offers, mut events, mut changes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (draft, reference) in drafts.iter().zip(&references) {
        rows.push(store::NewRow {
            id: draft.id,
            reference,
            category: draft.category.category_id,
            visitor,
            customer,
            answers: &draft.answers,
            plate: draft.plate.as_deref(),
            priced_on: today,
            valid_until: draft.valid_until,
        });
        offers.extend((1_i16..).zip(&draft.offers).map(|(rank, offer)| store::NewOffer {
            id: offer.id,
            quote: draft.id,
            product: offer.product.id,
            version: offer.product.current.id,
            rank,
            add_ons: &offer.add_ons,
            outcome: &offer.outcome,
            bundled: offer.bundled.as_ref(),
            rule_version: &offer.rule_version,
            law_version,
            currency,
        }));
        let declined = draft.offers.iter().filter(|offer| matches!(offer.outcome, OfferOutcome::Declined(_))).count();
        events.push(QuoteCreated {
            quote_id: draft.id,
            category: draft.category.category_code.clone(),
            customer_id: customer,
            offers: draft.offers.len() - declined,
            declined,
        });
        let change = Change::of("insurance.quote.create", "quote", draft.id.0);
        changes.push(change.set("reference", reference.clone()).set("offers", draft.offers.len()));
    }
    store::insert_quotes(tx, &rows).await?;
    store::insert_offers(tx, &offers).await?;
    tx.emit_all(&events).await?;
    tx.audit_all(changes).await
}

async fn products(tx: &mut ReadTx, asked: &Asked) -> AppResult<Vec<Product>> {
    let products = match asked {
        Asked::Category(code) => {
            let categories = catalogue::service::list_categories(tx).await?;
            if !categories.iter().any(|category| category.code == *code) {
                return Err(CatalogueFailure::CategoryNotFound.into());
            }
            let mut products = catalogue::service::products_of_category(tx, code).await?;
            products.truncate(MOST_PRODUCTS);
            products
        }
        Asked::Products(ids) => {
            if ids.len() > MOST_PRODUCTS {
                return Err(QuoteFailure::TooMany.into());
            }
            let mut products: Vec<Product> = Vec::new();
            for id in ids.iter().collect::<BTreeSet<_>>() {
                products.push(catalogue::service::product_for_sale(tx, *id).await?);
            }
            products
        }
    };
    let first = products.first().ok_or(QuoteFailure::NothingForSale)?;
    if products.iter().any(|product| product.category_id != first.category_id) {
        return Err(QuoteFailure::MixedCategories.into());
    }
    Ok(products)
}

/// The answers as each product reads them; errors of all products together, each once.
fn read_all(products: &[Product], raw: &RawAnswers, reading: Reading<'_>) -> AppResult<Vec<Answers>> {
    form::unknown_keys(raw, products.iter().map(|product| &product.current.terms.form))?;
    let mut all = Vec::new();
    let mut wrong: Option<AppError> = None;
    for product in products {
        match product.current.terms.form.read(raw, reading) {
            Ok(answers) => all.push(answers),
            Err(error) => match &mut wrong {
                None => wrong = Some(error),
                Some(first) => {
                    let news: Vec<_> = error.fields.into_iter().filter(|field| !first.fields.contains(field)).collect();
                    first.fields.extend(news);
                }
            },
        }
    }
    wrong.map_or(Ok(all), Err)
}

/// What a product answers to a risk today. Nothing is written.
///
/// # Errors
/// Answers that it cannot accept, by question.
pub(crate) fn price_of(tx: &ReadTx, law: &Law, product: &Product, raw: &RawAnswers, add_ons: &BTreeSet<String>) -> AppResult<OfferOutcome> {
    let (today, currency, terms) = (tx.scope().today(), tx.scope().tenant.currency, &product.current.terms);
    let answers = terms.form.read(raw, Reading { today, currency, plates: &law.plates })?;
    Ok(rating::rate(&Inputs { terms, law: law.premium_on(today)?, answers: &answers, add_ons, currency, on: today })?)
}

/// For ranking: what is paid, declined ones last.
fn payable(outcome: &OfferOutcome) -> i64 {
    match outcome {
        OfferOutcome::Priced(premium) => premium.payable.minor,
        OfferOutcome::Declined(_) => i64::MAX,
    }
}

/// What decided a price.
fn rule_version(product: &Product, law: &PremiumLaw) -> String {
    format!("{}@{}+{}", product.code, product.current.number, law.id)
}

fn owner(tx: &ReadTx, for_customer: Option<CustomerId>) -> (Option<Uuid>, Option<CustomerId>) {
    match tx.scope().audience {
        Audience::Visitor { visitor } => (Some(visitor), None),
        Audience::Customer { customer, .. } => (None, Some(CustomerId(customer))),
        Audience::Staff { .. } | Audience::System => (None, for_customer),
    }
}

/// The quote with its offers, for whoever may see it; expired ones too.
pub async fn get(tx: &mut ReadTx, id: QuoteId) -> AppResult<Quote> {
    Ok(store::find_quotes(tx, &[id]).await?.pop().ok_or(QuoteFailure::NotFound)?)
}

/// As [`get`], by the reference that people quote.
pub async fn get_by_reference(tx: &mut ReadTx, reference: &str) -> AppResult<Quote> {
    let id = store::find_id_by_reference(tx, &reference.trim().to_uppercase()).await?.ok_or(QuoteFailure::NotFound)?;
    get(tx, id).await
}

/// The visitor's or customer's own quotes, newest first; empty for staff.
pub async fn list_own(tx: &mut ReadTx) -> AppResult<Vec<Quote>> {
    own(tx, true).await
}

/// As [`list_own`], without those that an order holds: they are bought, or waiting to be paid.
pub async fn list_to_buy(tx: &mut ReadTx) -> AppResult<Vec<Quote>> {
    own(tx, false).await
}

async fn own(tx: &mut ReadTx, ordered: bool) -> AppResult<Vec<Quote>> {
    let (visitor, customer) = (tx.scope().visitor(), tx.scope().customer());
    let ids = store::list_own(tx, visitor, customer, ordered, OWN).await?;
    store::find_quotes(tx, &ids).await
}

/// The answers with their questions, as the products that were asked put them.
pub async fn details(tx: &mut ReadTx, quote: &Quote) -> AppResult<Vec<Detail>> {
    let currency = tx.scope().tenant.currency;
    let mut details: Vec<Detail> = Vec::new();
    for offer in &quote.offers {
        let version = catalogue::service::version(tx, offer.product_version_id).await?;
        let told = version.terms.form.details(&quote.answers, currency);
        details.extend(told.into_iter().filter(|new| !details.iter().any(|detail| detail.key == new.key)).collect::<Vec<_>>());
    }
    Ok(details)
}

/// Quotes for staff, newest first; the search takes a whole reference or the beginning of a plate.
pub async fn list(tx: &mut ReadTx, request: &PageRequest, filter: &QuoteFilter) -> AppResult<Page<QuoteRow>> {
    store::list_quotes(tx, request, filter).await
}

/// Sets the extras of one offer and prices it again by the product version and law that priced it first. Refused once the quote
/// is expired, the offer declined, or the product off the shelf.
pub async fn choose_add_ons(tx: &mut TenantTx, law: &Law, offer: OfferId, add_ons: BTreeSet<String>) -> AppResult<Quote> {
    let quote_id = store::find_id_of_offer(tx, offer).await?.ok_or(QuoteFailure::NotFound)?;
    store::lock_quote(tx, quote_id).await?;
    let sale = offer_for_sale(tx, offer).await?;
    let terms = &sale.version.terms;
    if let Some(key) = add_ons.iter().find(|key| terms.add_on(key).is_none()) {
        return Err(QuoteFailure::UnknownAddOn(key.clone()).into());
    }
    let currency = sale.premium.payable.currency;
    let answers = terms.form.read(&sale.quote.answers, Reading { today: sale.quote.priced_on, currency, plates: &law.plates })?;
    let premium_law = law.premium_version(&sale.offer.law_version)?;
    let inputs = Inputs { terms, law: premium_law, answers: &answers, add_ons: &add_ons, currency, on: sale.quote.priced_on };
    let (outcome, bundled) = (rating::rate(&inputs)?, rating::rate_bundled(&inputs)?);
    let OfferOutcome::Priced(premium) = &outcome else { return Err(QuoteFailure::Declined.into()) };
    store::update_offer(tx, offer, &add_ons, &outcome, bundled.as_ref()).await?;
    store::update_ranks(tx, quote_id).await?;
    let names = |keys: &BTreeSet<String>| keys.iter().cloned().collect::<Vec<_>>();
    let change = Change::of("insurance.quote.reprice", "quote", quote_id.0).change("add_ons", names(&sale.offer.add_ons), names(&add_ons)).change(
        "payable",
        sale.premium.payable.to_string(),
        premium.payable.to_string(),
    );
    tx.audit(change).await?;
    tx.emit(&QuoteRepriced { quote_id, offer_id: offer, payable: premium.payable, add_ons }).await?;
    get(tx, quote_id).await
}

/// What each extra of the offer costs with those that are chosen, levies not counted; none for one that the insurer would not add.
/// By the product version and law that priced the offer first.
pub fn prices_of_extras(law: &Law, sale: &OfferForSale) -> AppResult<BTreeMap<String, Money>> {
    let (terms, currency, on) = (&sale.version.terms, sale.premium.payable.currency, sale.quote.priced_on);
    let answers = terms.form.read(&sale.quote.answers, Reading { today: on, currency, plates: &law.plates })?;
    let premium_law = law.premium_version(&sale.offer.law_version)?;
    let mut prices = BTreeMap::new();
    for extra in &terms.add_ons {
        let add_ons: BTreeSet<String> = sale.offer.add_ons.iter().chain([&extra.key]).cloned().collect();
        let outcome = rating::rate(&Inputs { terms, law: premium_law, answers: &answers, add_ons: &add_ons, currency, on })?;
        let OfferOutcome::Priced(premium) = outcome else { continue };
        if let Some(line) = premium.lines.iter().find(|line| line.code == extra.key) {
            prices.insert(extra.key.clone(), line.amount);
        }
    }
    Ok(prices)
}

/// Asks the same products again with the same answers, by today's terms and law: what to do with an expired quote. Products that
/// left the shelf are left out.
pub async fn repeat(tx: &mut TenantTx, law: &Law, id: QuoteId) -> AppResult<Quote> {
    let old = get(tx, id).await?;
    let mut still = Vec::new();
    for offer in &old.offers {
        if catalogue::service::product(tx, offer.product_id).await?.is_on_sale() {
            still.push(offer.product_id);
        }
    }
    let add_ons = old.offers.iter().flat_map(|offer| offer.add_ons.clone()).collect();
    let mut new = NewQuote { asked: Asked::Products(still), answers: old.answers, add_ons, customer: old.customer };
    drop_gone_add_ons(tx, &mut new).await?;
    let new = create(tx, law, new).await?;
    if old.copied {
        store::mark_copied(tx, new.id, old.id).await?;
        return get(tx, new.id).await;
    }
    Ok(new)
}

/// Extras that no product offers any more are no reason to refuse a repeated quote.
async fn drop_gone_add_ons(tx: &mut ReadTx, new: &mut NewQuote) -> AppResult<()> {
    let offered: Vec<Product> = products(tx, &new.asked).await?;
    new.add_ons.retain(|key| offered.iter().any(|product| product.current.terms.add_on(key).is_some()));
    Ok(())
}

/// The offer with everything an order freezes, if it can be bought today: [`QuoteFailure::Expired`], [`QuoteFailure::Declined`] or
/// [`CatalogueFailure::ProductWithdrawn`] otherwise.
pub async fn offer_for_sale(tx: &mut ReadTx, offer: OfferId) -> AppResult<OfferForSale> {
    let quote = store::find_id_of_offer(tx, offer).await?.ok_or(QuoteFailure::NotFound)?;
    let standing = standings(tx, &[(quote, offer)]).await?.pop().ok_or(QuoteFailure::NotFound)?;
    standing.sale
}

/// How these offers stand, in their order; what keeps one from being bought is what [`offer_for_sale`] would say. However many there
/// are, as many statements are asked.
///
/// # Errors
/// `quote.not_found` for one that is not there at all.
pub(crate) async fn standings(tx: &mut ReadTx, wanted: &[(QuoteId, OfferId)]) -> AppResult<Vec<Standing>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let today = tx.scope().today();
    let ids: Vec<QuoteId> = wanted.iter().map(|(quote, _)| *quote).collect();
    let quotes: BTreeMap<QuoteId, Quote> = store::find_quotes(tx, &ids).await?.into_iter().map(|quote| (quote.id, quote)).collect();
    let mut found = Vec::with_capacity(wanted.len());
    for (quote, offer) in wanted {
        let quote = quotes.get(quote).ok_or(QuoteFailure::NotFound)?;
        found.push((quote, quote.offer(*offer).ok_or(QuoteFailure::NotFound)?));
    }
    let ids: Vec<ProductId> = found.iter().map(|(_, offer)| offer.product_id).collect();
    let products: BTreeMap<ProductId, Product> =
        catalogue::service::products_by_id(tx, &ids).await?.into_iter().map(|product| (product.id, product)).collect();
    let is_current = |offer: &Offer| products.get(&offer.product_id).is_some_and(|product| product.current.id == offer.product_version_id);
    let older: Vec<ProductVersionId> = found.iter().filter(|(_, offer)| !is_current(offer)).map(|(_, offer)| offer.product_version_id).collect();
    let versions: BTreeMap<ProductVersionId, ProductVersion> = if older.is_empty() {
        BTreeMap::new()
    } else {
        catalogue::service::versions_by_id(tx, &older).await?.into_iter().map(|version| (version.id, version)).collect()
    };
    let sale = |quote: &Quote, offer: &Offer| -> AppResult<OfferForSale> {
        if quote.is_expired(today) {
            return Err(QuoteFailure::Expired(quote.valid_until).into());
        }
        let premium = offer.premium().cloned().ok_or(QuoteFailure::Declined)?;
        let product = products.get(&offer.product_id).cloned().ok_or(CatalogueFailure::ProductNotFound)?;
        if !product.is_on_sale() {
            return Err(CatalogueFailure::ProductWithdrawn.into());
        }
        let version = if product.current.id == offer.product_version_id {
            product.current.clone()
        } else {
            versions.get(&offer.product_version_id).cloned().ok_or(CatalogueFailure::ProductNotFound)?
        };
        Ok(OfferForSale { quote: quote.clone(), offer: offer.clone(), premium, bundled: offer.bundled.clone(), product, version })
    };
    Ok(found.into_iter().map(|(quote, offer)| Standing { quote: quote.clone(), offer: offer.clone(), sale: sale(quote, offer) }).collect())
}

/// Gives the visitor's quotes to the customer that the visitor turned out to be; as `system`, at checkout. Gives their number.
pub async fn move_to_customer(tx: &mut TenantTx, visitor: Uuid, customer: CustomerId) -> AppResult<usize> {
    let moved = store::move_to_customer(tx, visitor, customer).await?;
    for id in &moved {
        tx.audit(Change::of("insurance.quote.assign", "quote", id.0).set("customer", customer.to_string())).await?;
    }
    Ok(moved.len())
}
