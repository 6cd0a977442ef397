//! Use cases of orders. The caller commits.

use chrono::NaiveDate;
use crm::CustomerId;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    money::{Money, MoneyError},
    paging::{Page, PageRequest},
};
use ledger::{
    payments::{self, PaymentStatus},
    receivables::{self, NewReceivable, Receivable, ReceivableState},
    reference::Reference,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    LineState, LineView, Order, OrderFailure, OrderId, OrderLine, OrderLineId, OrderPlaced, OrderRecord, OrderRow, OrderState, OrderStatus,
    OrderView, PAYABLE, PayAtInsurer, PlaceOrder, ReceiptConfirmed, Wanted, model::OrderChanged, rules, store,
};
use crate::{
    bundles,
    cart::{self, CartFailure, CartLine},
    collection::{self, Collection},
    insurers,
    plans::{Instalment, PaymentPlans, Plan, rules as plan_rules},
    quotes::{self, OfferForSale, QuoteId},
};

/// Freezes offers of the customer's own cart into an order, opens what is owed for it, and takes them out of the cart.
///
/// # Errors
/// `cart.empty`, `cart.item_not_found`; `quote.expired`, `product.withdrawn`; `order.price_changed`; `order.already_placed` for a
/// risk that was ordered; `order.collection_not_chosen`; an error of the field `starts_on`.
pub async fn place_order(tx: &mut TenantTx, place: PlaceOrder) -> AppResult<Order> {
    let customer = tx.scope().customer().ok_or_else(AppError::unauthenticated)?;
    place_for(tx, customer.into(), place).await
}

/// As [`place_order`], for a customer whom staff serve, out of that customer's cart. The audit names who placed it.
///
/// # Errors
/// Those of [`place_order`].
pub async fn place_for(tx: &mut TenantTx, customer: CustomerId, place: PlaceOrder) -> AppResult<Order> {
    let items = chosen(tx, customer, &place).await?;
    let wanted: Vec<Wanted> =
        items.iter().map(|item| Wanted { quote: item.quote, offer: item.offer, starts_on: item.starts_on.unwrap_or(place.starts_on) }).collect();
    let order = place_offers(tx, customer, &wanted, place.plan, place.expected).await?;
    let ids: Vec<_> = items.iter().map(|item| item.id).collect();
    cart::service::remove_ordered(tx, customer, &ids).await?;
    Ok(order)
}

/// Freezes offers into an order for a customer and opens what is owed for it. What each costs follows from what is ordered with it.
/// With `expected`, in minor units, nothing is ordered at another price.
///
/// # Errors
/// Those of [`place_order`], without those of the cart; `order.price_changed`.
pub async fn place_offers(tx: &mut TenantTx, customer: CustomerId, wanted: &[Wanted], plan: Plan, expected: Option<i64>) -> AppResult<Order> {
    let mode = collection::mode(tx).await?;
    let today = tx.scope().today();
    for one in wanted {
        rules::check_start(one.starts_on, today)?;
    }
    let risks: Vec<_> = wanted.iter().map(|one| one.quote).collect();
    if let Some(number) = store::find_number_of_quotes(tx, &risks).await? {
        return Err(OrderFailure::AlreadyPlaced(number).into());
    }
    let offers: Vec<_> = wanted.iter().map(|one| (one.quote, one.offer)).collect();
    let mut sales = Vec::with_capacity(wanted.len());
    for (standing, one) in quotes::service::standings(tx, &offers).await?.into_iter().zip(wanted) {
        sales.push((standing.sale?, one.starts_on));
    }
    bundles::apply(sales.iter_mut().map(|(sale, _)| sale));
    let currency = tx.scope().tenant.currency;
    let order = Order {
        id: OrderId::new(),
        number: tx.next_number("ORD").await?,
        customer,
        state: OrderState::Open,
        collection_mode: mode.name().to_owned(),
        plan: if mode.collects() { plan } else { Plan::Full },
        reference: (!mode.collects()).then(|| Reference::random().as_str().to_owned()),
        receipt_confirmed_at: None,
        receipt_note: None,
        payable: Money::sum(currency, sales.iter().map(|(sale, _)| sale.premium.payable))?,
        valid_until: sales.iter().map(|(sale, _)| sale.quote.valid_until).min().unwrap_or(today),
        paid_at: None,
        closed_reason: None,
        version: 1,
        created_at: tx.scope().now(),
    };
    if expected.is_some_and(|shown| shown != order.payable.minor) {
        return Err(OrderFailure::PriceChanged.into());
    }
    store::insert_order(tx, &order).await?;
    let plans = tx.setting::<PaymentPlans>().await?.value;
    let locale = tx.scope().tenant.locale.clone();
    let mut divided = order.plan == Plan::Full;
    let (mut lines, mut debts) = (Vec::with_capacity(sales.len()), Vec::new());
    for ((sale, starts_on), line_no) in sales.iter().zip(1..) {
        let line = frozen(&order, sale, *starts_on, line_no)?;
        if mode.collects() {
            let parts = plan_rules::of_sale(&plans, order.plan, sale, *starts_on, order.valid_until)?;
            divided |= parts.len() > 1;
            debts.extend(parts.iter().map(|part| owed(&order, &line, part, &locale)));
        }
        lines.push(line);
    }
    if !divided {
        return Err(OrderFailure::PlanNotOffered.into());
    }
    store::insert_lines(tx, &lines).await?;
    receivables::open_all(tx, &order.number, debts).await?;
    let change = Change::of("insurance.order.place", "order", order.id.0)
        .set("number", order.number.clone())
        .set("customer", customer.to_string())
        .set("payable", order.payable.to_string())
        .set("lines", sales.len())
        .set("collection_mode", mode.name())
        .set("plan", order.plan.as_str());
    tx.audit(change).await?;
    tx.emit(&OrderPlaced {
        order: order.id,
        customer: order.customer,
        payable: order.payable,
        lines: sales.len(),
        collection_mode: mode.name().to_owned(),
    })
    .await?;
    get(tx, order.id).await
}

async fn chosen(tx: &mut ReadTx, customer: CustomerId, place: &PlaceOrder) -> AppResult<Vec<CartLine>> {
    let mut lines = cart::service::view_for(tx, customer).await?.lines;
    if let Some(wanted) = &place.items {
        if wanted.iter().any(|id| !lines.iter().any(|line| line.id == *id)) {
            return Err(CartFailure::ItemNotFound.into());
        }
        lines.retain(|line| wanted.contains(&line.id));
    }
    if lines.is_empty() { Err(CartFailure::Empty.into()) } else { Ok(lines) }
}

fn frozen(order: &Order, sale: &OfferForSale, starts_on: NaiveDate, line_no: i16) -> Result<OrderLine, MoneyError> {
    Ok(OrderLine {
        id: OrderLineId::new(),
        order: order.id,
        customer: order.customer,
        line_no,
        quote: sale.quote.id,
        offer: sale.offer.id,
        product: sale.product.id,
        product_version: sale.version.id,
        insurer: sale.product.insurer.id,
        product_name: sale.product.name.clone(),
        insurer_name: sale.product.insurer.name.clone(),
        category_code: sale.product.category_code.clone(),
        category_title: sale.product.category_title.clone(),
        business_line: sale.product.line.clone(),
        answers: sale.quote.answers.clone(),
        plate: sale.quote.plate.clone(),
        add_ons: sale.offer.add_ons.iter().cloned().collect(),
        premium_lines: sale.premium.lines.clone(),
        premium: sale.premium.premium,
        levies: sale.premium.levies,
        total: sale.premium.total,
        payable: sale.premium.payable,
        commission: sale.version.terms.commission(sale.premium.premium)?,
        sum_insured: sale.premium.sum_insured,
        rule_version: sale.offer.rule_version.clone(),
        law_version: sale.offer.law_version.clone(),
        starts_on,
        term_months: sale.version.terms.term_months.cast_signed(),
        state: LineState::Open,
        policy: None,
        failure: None,
    })
}

/// What is owed for a part of a line.
fn owed(order: &Order, line: &OrderLine, part: &Instalment, locale: &str) -> NewReceivable {
    NewReceivable {
        payable_kind: PAYABLE.to_owned(),
        payable_id: order.id.0,
        line: Some(line.id.0),
        instalment: part.number,
        customer: order.customer.0,
        description: line.description(locale),
        amount: part.amount,
        due_on: part.due_on,
    }
}

/// # Errors
/// `order.not_found`, also for somebody else's.
pub async fn get(tx: &mut ReadTx, id: OrderId) -> AppResult<Order> {
    Ok(store::find(tx, id).await?.ok_or(OrderFailure::NotFound)?)
}

/// The order that holds a quote, with its number, and whether the line became cover; none while nothing does.
pub async fn of_quote(tx: &mut ReadTx, quote: QuoteId) -> AppResult<Option<(OrderId, String, bool)>> {
    store::of_quote(tx, quote).await
}

/// Lines of an order in their order.
pub async fn lines(tx: &mut ReadTx, id: OrderId) -> AppResult<Vec<OrderLine>> {
    store::lines(tx, id).await
}

/// What the list of orders may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct OrderFilter {
    pub state: Option<OrderState>,
    pub customer: Option<Uuid>,
    /// Only those for which staff have to confirm the insurer's receipt.
    pub awaiting_receipt: bool,
}

/// Orders for staff, newest first; the search takes a whole number, a reference, or the beginning of the customer's name.
pub async fn list(tx: &mut ReadTx, filter: &OrderFilter, page: &PageRequest) -> AppResult<Page<OrderRow>> {
    store::list(tx, filter, page).await
}

/// The customer's own orders, newest first.
pub async fn list_own(tx: &mut ReadTx, page: &PageRequest) -> AppResult<Page<OrderRow>> {
    let customer = tx.scope().customer().ok_or_else(AppError::unauthenticated)?;
    store::list_of_customer(tx, customer, page).await
}

/// An order as the customer's waiting page shows it: state, what is owed, attempts to pay, policies once they are there.
pub async fn status(tx: &mut ReadTx, id: OrderId) -> AppResult<OrderStatus> {
    let order = get(tx, id).await?;
    let lines = store::lines(tx, id).await?;
    let parts = receivables::of_payable(tx, PAYABLE, id.0).await?;
    let currency = order.payable.currency;
    let owed = Money::sum(currency, parts.iter().map(Receivable::outstanding))?;
    let due = receivables::due_now(&parts, tx.scope().today())?.unwrap_or(Money::zero(currency));
    let open = parts.iter().filter(|part| part.state != ReceivableState::Closed || part.allocated.is_positive());
    let schedule = plan_rules::by_day(open.map(|part| (part.due_on, part.amount, part.outstanding())))?;
    let payments = payments::service::of_payable(tx, PAYABLE, id.0).await?;
    let pay_at_insurer = if order.collects() { Vec::new() } else { pay_at_insurer(tx, &order, &lines).await? };
    let order_view = OrderView::of(&order);
    Ok(OrderStatus { order: order_view, owed, due, schedule, payments, pay_at_insurer, lines: lines.into_iter().map(LineView::from).collect() })
}

/// Instructions per insurer: how to pay it, and how much.
async fn pay_at_insurer(tx: &mut ReadTx, order: &Order, lines: &[OrderLine]) -> AppResult<Vec<PayAtInsurer>> {
    let instructions = tx.setting::<Collection>().await?.value.pay_instructions;
    let mut found: Vec<PayAtInsurer> = Vec::new();
    for line in lines {
        if let Some(same) = found.iter_mut().find(|pay| pay.insurer == line.insurer) {
            same.amount = same.amount.checked_add(line.payable)?;
            continue;
        }
        let (insurer, _) = insurers::service::get(tx, line.insurer).await?;
        found.push(PayAtInsurer {
            insurer: line.insurer,
            insurer_name: line.insurer_name.clone(),
            instructions: instructions.get(&insurer.code).cloned().unwrap_or_default(),
            reference: order.reference.clone().unwrap_or_default(),
            amount: line.payable,
        });
    }
    Ok(found)
}

/// An order as staff see it.
pub async fn record(tx: &mut ReadTx, id: OrderId) -> AppResult<OrderRecord> {
    let status = status(tx, id).await?;
    let order = get(tx, id).await?;
    let customer = crm::customers::service::get(tx, order.customer).await?;
    let tasks = crate::fulfilment::tasks_of_order(tx, id).await?;
    Ok(OrderRecord { status, customer_name: customer.display_name, customer_number: customer.number, receipt_note: order.receipt_note, tasks })
}

/// Ends an order that waits for money: what is owed for it is closed, and its risks may be ordered again. As `system`, after the
/// caller made sure whose it is.
///
/// # Errors
/// `order.wrong_state`, `order.payment_pending`, `order.money_received`.
pub async fn cancel(tx: &mut TenantTx, id: OrderId, reason: &str) -> AppResult<Order> {
    end(tx, id, OrderState::Cancelled, "insurance.order.cancel", reason).await
}

/// Open orders whose quotes are over, in the order of their ids: those after the given one, so many at once.
pub async fn list_overdue(tx: &mut ReadTx, after: OrderId) -> AppResult<Vec<OrderId>> {
    let today = tx.scope().today();
    store::list_overdue(tx, today, after).await
}

/// Ends an order that was not paid in time. False, and nothing is changed, while a payment is under way or money has come.
pub async fn expire(tx: &mut TenantTx, id: OrderId) -> AppResult<bool> {
    match end(tx, id, OrderState::Expired, "insurance.order.expire", "not paid in time").await {
        Ok(_) => Ok(true),
        Err(error) if error.is("order.payment_pending") || error.is("order.money_received") || error.is("order.wrong_state") => Ok(false),
        Err(error) => Err(error),
    }
}

async fn end(tx: &mut TenantTx, id: OrderId, state: OrderState, action: &'static str, reason: &str) -> AppResult<Order> {
    let mut order = store::lock(tx, id).await?;
    if !order.state.can_become(state) {
        return Err(OrderFailure::WrongState(order.state).into());
    }
    let attempts = payments::service::of_payable(tx, PAYABLE, id.0).await?;
    if attempts.iter().any(|payment: &PaymentStatus| payment.state.is_open()) {
        return Err(OrderFailure::PaymentPending.into());
    }
    // Locks what is owed: money that comes at this moment is either there already or finds it closed.
    receivables::close(tx, PAYABLE, id.0, reason).await?;
    let owed = receivables::of_payable(tx, PAYABLE, id.0).await?;
    if owed.iter().any(|receivable| receivable.state == ReceivableState::Settled || !receivable.allocated.is_zero()) {
        return Err(OrderFailure::MoneyReceived.into());
    }
    let before = order.state;
    order.state = state;
    order.closed_reason = Some(reason.chars().take(300).collect());
    store::update(tx, &order, None).await?;
    store::close_lines(tx, id).await?;
    tx.audit(Change::of(action, "order", id.0).because(reason).change("state", before.as_str(), state.as_str())).await?;
    tx.emit(&OrderChanged { order: id, customer: order.customer, state }).await?;
    get(tx, id).await
}

/// What staff saw of the insurer's receipt.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The insurer's receipt, or where it was seen.
    #[schema(example = "Receipt 00123 of 23 November")]
    pub note: String,
}

/// Records that the insurer has the premium: cover starts.
///
/// # Errors
/// `order.not_at_insurer` where the brokerage collects; `order.wrong_state`; the note is required.
pub async fn confirm_receipt(tx: &mut TenantTx, id: OrderId, confirmation: &Confirmation) -> AppResult<Order> {
    let mut fields = kernel::error::Fields::new();
    let note = fields.text("note", &confirmation.note, 300);
    fields.finish()?;
    let mut order = store::lock(tx, id).await?;
    if order.collects() {
        return Err(OrderFailure::NotAtInsurer.into());
    }
    if order.state != OrderState::Open {
        return Err(OrderFailure::WrongState(order.state).into());
    }
    let user = tx.scope().user();
    order.receipt_confirmed_at = Some(tx.scope().now());
    order.receipt_note = Some(note.clone());
    store::update(tx, &order, user).await?;
    mark_paid(tx, id).await?;
    tx.audit(Change::of("insurance.order.confirm_receipt", "order", id.0).because(note).change("state", "open", "paid")).await?;
    tx.emit(&ReceiptConfirmed { order: id, customer: order.customer }).await?;
    get(tx, id).await
}

/// Whether everything that is due before cover was paid: the first instalment of each line.
pub(crate) async fn is_begun(tx: &mut ReadTx, id: OrderId) -> AppResult<bool> {
    let parts = receivables::of_payable(tx, PAYABLE, id.0).await?;
    Ok(!parts.is_empty() && parts.iter().all(|part| part.instalment > 1 || part.state != ReceivableState::Open))
}

/// Notes that everything due before cover was paid. Gives the order, whatever its state; repeating changes nothing.
pub(crate) async fn mark_paid(tx: &mut TenantTx, id: OrderId) -> AppResult<Order> {
    let mut order = store::lock(tx, id).await?;
    if order.state == OrderState::Open {
        order.state = OrderState::Paid;
        order.paid_at = Some(tx.scope().now());
        store::update(tx, &order, None).await?;
        tx.emit(&OrderChanged { order: id, customer: order.customer, state: OrderState::Paid }).await?;
    }
    get(tx, id).await
}

/// Settles the state of a paid order by its lines. Repeating changes nothing.
pub(crate) async fn mark_fulfilled(tx: &mut TenantTx, id: OrderId) -> AppResult<Order> {
    let mut order = store::lock(tx, id).await?;
    let lines = store::lines(tx, id).await?;
    if order.state != OrderState::Paid || lines.iter().any(|line| line.state == LineState::Open) {
        return Ok(order);
    }
    let all = lines.iter().all(|line| line.state == LineState::Fulfilled);
    order.state = if all { OrderState::Fulfilled } else { OrderState::PartlyFulfilled };
    store::update(tx, &order, None).await?;
    tx.audit(Change::of("insurance.order.fulfil", "order", id.0).change("state", "paid", order.state.as_str())).await?;
    tx.emit(&OrderChanged { order: id, customer: order.customer, state: order.state }).await?;
    get(tx, id).await
}
