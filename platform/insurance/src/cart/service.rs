//! Use cases of the cart. The caller commits.

use chrono::NaiveDate;
use crm::CustomerId;
use kernel::{AppResult, Audience, ReadTx, TenantTx, money::Money};
use uuid::Uuid;

use super::{
    Cart, CartChange, CartFailure, CartItemId, CartLine, Problem,
    store::{self, Owner, Row},
};
use crate::{
    bundles,
    law::Law,
    orders::rules,
    quotes::{self, Offer, OfferForSale, OfferId, Quote, QuoteFailure, Standing},
};

/// Risks that one purchase may hold.
const MOST: i64 = 10;

fn owner(tx: &ReadTx) -> AppResult<Owner> {
    match tx.scope().audience {
        Audience::Visitor { visitor } => Ok(Owner { visitor: Some(visitor), customer: None }),
        Audience::Customer { customer, .. } => Ok(Owner { visitor: None, customer: Some(customer) }),
        Audience::Staff { .. } | Audience::System => Err(CartFailure::NoOwner.into()),
    }
}

/// The cart of a customer whom staff serve.
fn served(customer: CustomerId) -> Owner {
    Owner { visitor: None, customer: Some(customer.0) }
}

/// The caller's cart with today's prices and problems.
pub async fn view(tx: &mut ReadTx) -> AppResult<Cart> {
    let owner = owner(tx)?;
    view_of(tx, owner).await
}

/// As [`view`], of a customer whom staff serve. Customers share their cart with the desk.
pub async fn view_for(tx: &mut ReadTx, customer: CustomerId) -> AppResult<Cart> {
    view_of(tx, served(customer)).await
}

async fn view_of(tx: &mut ReadTx, owner: Owner) -> AppResult<Cart> {
    let rows = store::list(tx, owner).await?;
    let mut items = items_of(tx, rows).await?;
    bundles::apply(items.iter_mut().filter_map(|item| item.sale.as_mut().ok()));
    let lines: Vec<CartLine> = items.into_iter().map(line).collect();
    let zero = Money::zero(tx.scope().tenant.currency);
    let good = || lines.iter().filter(|line: &&CartLine| line.problem.is_none());
    let sum = |part: fn(&CartLine) -> Option<Money>| good().filter_map(part).try_fold(zero, Money::checked_add);
    Ok(Cart {
        premium: sum(|line| line.premium)?,
        levies: sum(|line| line.levies)?,
        payable: sum(|line| line.payable)?,
        saved: sum(|line| line.saved)?,
        can_check_out: !lines.is_empty() && lines.iter().all(|line| line.problem.is_none()),
        lines,
    })
}

/// A row with its offer, which can be bought or has a problem.
struct Item {
    row: Row,
    quote: Quote,
    offer: Offer,
    sale: Result<OfferForSale, Problem>,
}

async fn items_of(tx: &mut ReadTx, rows: Vec<Row>) -> AppResult<Vec<Item>> {
    let offers: Vec<_> = rows.iter().map(|row| (row.quote, row.offer)).collect();
    let standings = quotes::service::standings(tx, &offers).await?;
    let mut items = Vec::with_capacity(rows.len());
    for (row, Standing { quote, offer, sale }) in rows.into_iter().zip(standings) {
        let sale = match sale {
            Ok(sale) => Ok(sale),
            Err(error) if error.kind == kernel::Kind::Conflict => Err(Problem { code: error.code.into_owned(), params: error.params }),
            Err(error) => return Err(error),
        };
        items.push(Item { row, quote, offer, sale });
    }
    Ok(items)
}

fn line(item: Item) -> CartLine {
    let Item { row, quote, offer, sale } = item;
    // The price that holds now; of what cannot be bought, the one that held alone.
    let premium = sale.as_ref().map_or_else(|_| offer.premium(), |sale| Some(&sale.premium));
    let (alone, holds) = (offer.payable(), premium.map(|premium| premium.payable));
    CartLine {
        id: row.id,
        quote: quote.id,
        quote_reference: quote.reference.clone(),
        offer: offer.id,
        breakdown: premium.map(|p| p.lines.clone()).unwrap_or_default(),
        premium: premium.map(|p| p.premium),
        levies: premium.map(|p| p.levies),
        payable: holds,
        saved: alone.zip(holds).and_then(|(alone, holds)| alone.checked_sub(holds).ok()).filter(|saved| saved.is_positive()),
        bundled: sale.as_ref().ok().and_then(|sale| sale.bundled.as_ref()).map(|bundled| bundled.payable),
        product_name: offer.product_name.clone(),
        insurer_name: offer.insurer_name.clone(),
        category_title: quote.category_title.clone(),
        plate: quote.shown_plate(),
        add_ons: offer.add_ons.clone(),
        valid_until: quote.valid_until,
        starts_on: row.starts_on,
        papers: sale.as_ref().map(|sale| sale.version.terms.documents.clone()).unwrap_or_default(),
        problem: sale.err(),
    }
}

/// What the caller's cart would be ordered as: every item that can be bought, at the price that holds.
pub(crate) async fn sales(tx: &mut ReadTx) -> AppResult<Vec<(OfferForSale, Option<NaiveDate>)>> {
    let owner = owner(tx)?;
    let rows = store::list(tx, owner).await?;
    let items = items_of(tx, rows).await?;
    let mut sales: Vec<_> = items.into_iter().filter_map(|item| item.sale.ok().map(|sale| (sale, item.row.starts_on))).collect();
    bundles::apply(sales.iter_mut().map(|(sale, _)| sale));
    Ok(sales)
}

/// How many items the caller has, for the page's head.
pub async fn count(tx: &mut ReadTx) -> AppResult<usize> {
    let owner = owner(tx)?;
    Ok(store::list(tx, owner).await?.len())
}

/// Puts an offer into the cart; another offer of the same quote makes room for it. Adding the same one again changes nothing.
///
/// # Errors
/// `quote.expired`, `quote.declined`, `product.withdrawn`, `cart.full`; `quote.not_found` for somebody else's.
pub async fn add(tx: &mut TenantTx, offer: OfferId) -> AppResult<Cart> {
    let owner = owner(tx)?;
    add_to(tx, owner, offer).await
}

/// As [`add`], for a customer whom staff serve; the quote has to be this customer's.
pub async fn add_for(tx: &mut TenantTx, customer: CustomerId, offer: OfferId) -> AppResult<Cart> {
    if quotes::service::offer_for_sale(tx, offer).await?.quote.customer != Some(customer) {
        return Err(QuoteFailure::NotFound.into());
    }
    add_to(tx, served(customer), offer).await
}

async fn add_to(tx: &mut TenantTx, owner: Owner, offer: OfferId) -> AppResult<Cart> {
    let sale = quotes::service::offer_for_sale(tx, offer).await?;
    let rows = store::list(tx, owner).await?;
    let there = rows.iter().any(|row| row.quote == sale.quote.id);
    if !there && rows.len() as i64 >= MOST {
        return Err(CartFailure::Full(MOST).into());
    }
    if !rows.iter().any(|row| row.offer == offer) {
        store::replace(tx, owner, sale.quote.id, offer).await?;
    }
    view_of(tx, owner).await
}

/// Takes an item out.
///
/// # Errors
/// `cart.item_not_found`.
pub async fn remove(tx: &mut TenantTx, id: CartItemId) -> AppResult<Cart> {
    let owner = owner(tx)?;
    remove_from(tx, owner, id).await
}

/// As [`remove`], for a customer whom staff serve.
pub async fn remove_for(tx: &mut TenantTx, customer: CustomerId, id: CartItemId) -> AppResult<Cart> {
    remove_from(tx, served(customer), id).await
}

/// Takes out of a customer's cart what is ordered.
///
/// # Errors
/// `cart.item_not_found` for one that is gone by now.
pub(crate) async fn remove_ordered(tx: &mut TenantTx, customer: CustomerId, ids: &[CartItemId]) -> AppResult<()> {
    if store::delete_all(tx, served(customer), ids).await? == ids.len() as u64 { Ok(()) } else { Err(CartFailure::ItemNotFound.into()) }
}

async fn remove_from(tx: &mut TenantTx, owner: Owner, id: CartItemId) -> AppResult<Cart> {
    item(tx, owner, id).await?;
    if !store::delete(tx, id).await? {
        return Err(CartFailure::ItemNotFound.into());
    }
    view_of(tx, owner).await
}

/// Changes extras or first day of an item.
///
/// # Errors
/// `cart.item_not_found`; those of the quote; a day that is not acceptable is an error of the field `starts_on`.
pub async fn change(tx: &mut TenantTx, law: &Law, id: CartItemId, change: CartChange) -> AppResult<Cart> {
    let owner = owner(tx)?;
    let row = item(tx, owner, id).await?;
    if let Some(starts_on) = change.starts_on {
        rules::check_start(starts_on, tx.scope().today())?;
        store::update_start(tx, id, starts_on).await?;
    }
    if let Some(add_ons) = change.add_ons {
        quotes::service::choose_add_ons(tx, law, row.offer, add_ons).await?;
    }
    view_of(tx, owner).await
}

async fn item(tx: &mut ReadTx, owner: Owner, id: CartItemId) -> AppResult<Row> {
    store::list(tx, owner).await?.into_iter().find(|row| row.id == id).ok_or_else(|| CartFailure::ItemNotFound.into())
}

/// Gives the visitor's cart to the customer that the visitor turned out to be; as `system`.
pub async fn move_to_customer(tx: &mut TenantTx, visitor: Uuid, customer: Uuid) -> AppResult<u64> {
    store::move_to_customer(tx, visitor, customer).await
}
