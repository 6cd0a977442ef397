//! Selling at the desk, to a walk-in or a caller: who buys, what, which offer, and the order. What is chosen lies in the
//! customer's own cart, so that either side may go on where the other stopped.

use askama::Template;
use axum::{extract::State, response::Response};
use crm::customers::{self, CustomerId, CustomerRow, ListFilter};
use insurance::{
    cart::{self, Cart, CartItemId, CartLine},
    catalogue::{self, Category, Product},
    law::Law,
    orders::{self, PlaceOrder},
    plans::Plan,
    quotes::{self, Asked, NewQuote, Quote, QuoteFilter, QuoteId, QuoteMail, QuoteRow},
};
use kernel::{
    App, AppError, AppResult, Kind, ReadTx,
    http::{Form, Path, Query, Staff},
    paging::{Page, PageRequest},
};
use pages::{Choice, Column, FormState, Link, ListBar, ListQuery, Shell, Tone, html, html_with, redirect_with};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    offers::{OffersPage, declined, offer_column},
    questions,
    related::standing,
};
use crate::{
    customers::{listed, viewed},
    frame::{Action, Cell, Empty, FormPage, ListPage, Office, RelatedItem, Row, Sent, commit_once, mendable, refused_status, seen_before},
    words,
};

/// Who buys: the search, and the way to a new customer.
pub(super) async fn find(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let found = customers::service::list(&mut tx, &query.page(), &ListFilter::default()).await?;
    drop(tx);
    listed(&app, &staff.scope, "customer", query.page().search_text(), found.results.len()).await?;
    html(&find_page(shell, &query, &found))
}

fn find_page(shell: Shell, query: &ListQuery, found: &Page<CustomerRow>) -> ListPage {
    let shell = shell.titled("office-sell-title");
    let columns = vec![
        Column::of(&shell, "field-name"),
        Column::of(&shell, "field-number"),
        Column::of(&shell, "field-phone"),
        Column::of(&shell, "field-email"),
    ];
    let row = |row: &CustomerRow| Row {
        href: format!("/sell/{}", row.id),
        cells: vec![
            Cell::Main(row.display_name.clone()),
            Cell::Quiet(row.number.clone()),
            Cell::Text(row.phone.as_deref().map(|phone| shell.phone(phone)).unwrap_or_default()),
            Cell::Text(row.email.clone().unwrap_or_default()),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/sell", shell.t("office-customers-search"), query, found, None, columns);
    let mut empty = Empty::new(&shell, "users", "office-customers-empty");
    let mut actions = Vec::new();
    if shell.can(customers::WRITE) {
        actions.push(Action::link(shell.t("office-customers-new"), "/customers/new").icon("plus").key("c"));
        empty = empty.leading(shell.t("office-customers-new"), "/customers/new");
    }
    ListPage { actions, lede: shell.t("office-sell-who"), ..ListPage::new(shell, list, rows, empty) }
}

#[derive(Template)]
#[template(path = "office/desk.html")]
pub(crate) struct DeskPage {
    pub(crate) shell: Shell,
    pub(crate) customer: String,
    pub(crate) href: String,
    pub(crate) record_href: String,
    /// What can be quoted.
    pub(crate) categories: Vec<Link>,
    /// Quotes that can still be bought.
    pub(crate) quotes: Vec<RelatedItem>,
    pub(crate) lines: Vec<BasketLine>,
    pub(crate) total: String,
    /// What it all is shown to cost, in minor units.
    pub(crate) expected: String,
    /// What is saved by buying together; empty if nothing.
    pub(crate) saved: String,
    pub(crate) can_order: bool,
    /// In how many parts it may be paid.
    pub(crate) plans: Vec<Choice>,
    pub(crate) form: FormState,
}

/// One choice of the customer's cart.
pub(crate) struct BasketLine {
    pub(crate) label: String,
    pub(crate) detail: String,
    pub(crate) amount: String,
    /// Why it cannot be bought; empty if it can.
    pub(crate) problem: String,
    pub(crate) remove_action: String,
}

/// What the desk of a customer shows.
struct Desk {
    customer: customers::Customer,
    categories: Vec<Category>,
    quotes: Page<QuoteRow>,
    cart: Cart,
}

impl Desk {
    async fn of(tx: &mut ReadTx, id: CustomerId) -> AppResult<Self> {
        let customer = customers::service::get(tx, id).await?;
        let mut categories = catalogue::service::list_categories(tx).await?;
        categories.retain(|category| category.products > 0);
        let request = PageRequest { page_size: Some(10), ..PageRequest::default() };
        let quotes = quotes::service::list(tx, &request, &QuoteFilter { customer: Some(id), ..QuoteFilter::default() }).await?;
        let cart = cart::service::view_for(tx, id).await?;
        Ok(Self { customer, categories, quotes, cart })
    }

    fn page(&self, shell: Shell, staff: &Staff) -> DeskPage {
        let href = format!("/sell/{}", self.customer.id);
        let today = staff.scope.today();
        let shell = shell.under("office-sell-title", "/sell").named(self.customer.display_name.clone());
        let quote = |row: &QuoteRow| RelatedItem {
            label: format!("{} {}", row.reference, row.plate.clone().unwrap_or_default()).trim().to_owned(),
            detail: row.best_payable_minor.map(|minor| words::amount(&shell, minor, row.currency.as_deref().unwrap_or_default())).unwrap_or_default(),
            href: format!("{href}/quotes/{}", row.id),
            state: standing(&shell, row, today),
        };
        DeskPage {
            customer: self.customer.display_name.clone(),
            categories: self
                .categories
                .iter()
                .map(|category| Link { label: category.title.get(&shell.lang).to_owned(), href: format!("{href}/quote?category={}", category.code) })
                .collect(),
            quotes: self.quotes.results.iter().filter(|row| today <= row.valid_until).map(quote).collect(),
            lines: self.cart.lines.iter().map(|line| BasketLine::new(&shell, line, &href)).collect(),
            total: shell.money(&self.cart.payable),
            expected: self.cart.payable.minor.to_string(),
            saved: if self.cart.saved.is_positive() {
                shell.tf("portal-cart-bundle-saved", [("amount", shell.money(&self.cart.saved))])
            } else {
                String::new()
            },
            can_order: self.cart.can_check_out,
            plans: words::choices(&shell, "portal-plan", Plan::ALL.iter().map(|plan| plan.as_str())),
            form: FormState::once(&shell).with("starts_on", today.to_string()).with("plan", Plan::Full.as_str()),
            record_href: format!("/customers/{}", self.customer.id),
            href,
            shell,
        }
    }
}

impl BasketLine {
    fn new(shell: &Shell, line: &CartLine, href: &str) -> Self {
        let problem = line.problem.as_ref().map(|problem| {
            let error = AppError::new(Kind::Conflict, problem.code.clone());
            shell.error(&problem.params.iter().fold(error, |error, (name, value)| error.with(name, value.clone())))
        });
        let plate = line.plate.as_ref().map(|plate| format!("{plate}, ")).unwrap_or_default();
        Self {
            label: format!("{plate}{}", line.product_name.get(&shell.lang)),
            detail: match &line.bundled {
                Some(bundled) => {
                    let words = [("amount", shell.money(bundled)), ("insurer", line.insurer_name.clone())];
                    format!("{}. {}", line.insurer_name, shell.tf("portal-cart-bundle-hint", words))
                }
                None => line.insurer_name.clone(),
            },
            amount: line.payable.map(|payable| shell.money(&payable)).unwrap_or_default(),
            problem: problem.unwrap_or_default(),
            remove_action: format!("{href}/remove/{}", line.id),
        }
    }
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<CustomerId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let desk = Desk::of(&mut tx, id).await?;
    drop(tx);
    viewed(&app, &staff.scope, "customer", id.0).await?;
    html(&desk.page(shell, &staff))
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct CategoryQuery {
    #[serde(default)]
    category: String,
}

/// What is asked about the risk.
struct Ask {
    customer: customers::Customer,
    products: Vec<Product>,
    category: String,
}

impl Ask {
    async fn of(tx: &mut ReadTx, id: CustomerId, category: &str) -> AppResult<Self> {
        let customer = customers::service::get(tx, id).await?;
        let products = catalogue::service::products_of_category(tx, category).await?;
        if products.is_empty() { Err(AppError::not_found()) } else { Ok(Self { customer, products, category: category.to_owned() }) }
    }

    fn href(&self) -> String {
        format!("/sell/{}/quote?category={}", self.customer.id, self.category)
    }

    fn page(&self, shell: Shell, staff: &Staff) -> FormPage {
        let back = format!("/sell/{}", self.customer.id);
        let mut shell = shell.under("office-sell-title", "/sell");
        shell.crumbs.push(pages::Crumb { label: self.customer.display_name.clone(), href: back.clone() });
        let title = self.products.first().map(|product| product.category_title.get(&shell.lang).to_owned()).unwrap_or_default();
        let sections = questions::sections(&shell, &self.products, staff.tenant().currency.symbol());
        let submit = shell.t("office-sell-compare");
        FormPage::new(shell, title, &self.href(), &back, sections).submit(submit)
    }
}

pub(super) async fn show_quote(
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<CustomerId>,
    Query(query): Query<CategoryQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let ask = Ask::of(&mut tx, id, &query.category).await?;
    drop(tx);
    questions::defaults(&ask.products).into_iter().fold(ask.page(shell, &staff), |page, (key, value)| page.with(&key, value)).show()
}

pub(super) async fn quote(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<CustomerId>,
    Query(query): Query<CategoryQuery>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let law = Law::of(&app, staff.tenant())?;
    let mut tx = staff.begin_write().await?;
    let ask = Ask::of(&mut tx, id, &query.category).await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &ask.href()).await? {
        return Ok(answer);
    }
    let new = NewQuote {
        asked: Asked::Category(ask.category.clone()),
        answers: questions::answers(&ask.products, &sent),
        add_ons: sent.all("add_on").into_iter().collect(),
        customer: Some(id),
    };
    match quotes::service::create(&mut tx, &law, new).await {
        Ok(quote) => commit_once(tx, &sent, &ask.href(), &format!("/sell/{id}/quotes/{}", quote.id), "office-sell-quoted").await,
        Err(error) => ask.page(shell, &staff).again(&sent, error),
    }
}

/// A quote of this customer.
async fn quote_of(tx: &mut ReadTx, customer: CustomerId, id: QuoteId) -> AppResult<Quote> {
    let quote = quotes::service::get(tx, id).await?;
    if quote.customer == Some(customer) { Ok(quote) } else { Err(AppError::not_found()) }
}

pub(super) async fn offers(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((id, quote)): Path<(CustomerId, QuoteId)>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let customer = customers::service::get(&mut tx, id).await?;
    let quote = quote_of(&mut tx, id, quote).await?;
    let mut columns = Vec::new();
    for offer in quote.offers.iter().filter(|offer| offer.premium().is_some()) {
        let version = catalogue::service::version(&mut tx, offer.product_version_id).await?;
        columns.push(offer_column(&shell, offer, &version.terms));
    }
    drop(tx);
    viewed(&app, &staff.scope, "quote", quote.id.0).await?;
    let href = format!("/sell/{id}");
    let mut shell = shell.under("office-sell-title", "/sell");
    shell.crumbs.push(pages::Crumb { label: customer.display_name, href: href.clone() });
    let expired = quote.is_expired(staff.scope.today());
    let title = format!("{} {}", quote.category_title.get(&shell.lang), quote.plate.clone().unwrap_or_default()).trim().to_owned();
    html(&OffersPage {
        title: title.clone(),
        reference: quote.reference.clone(),
        valid_until: shell.date(&quote.valid_until),
        record_href: format!("/quotes/{}", quote.id),
        choose_action: format!("{href}/quotes/{}/choose", quote.id),
        mail_action: format!("{href}/quotes/{}/mail", quote.id),
        repeat_action: format!("{href}/quotes/{}/repeat", quote.id),
        expired,
        columns,
        declined: declined(&shell, &quote),
        shell: shell.named(title),
    })
}

/// Puts an offer into the customer's cart.
pub(super) async fn choose(staff: Staff, Path((id, quote)): Path<(CustomerId, QuoteId)>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let offer = sent.text("offer").parse().map_err(|_| AppError::malformed("offer"))?;
    let mut tx = staff.begin_write().await?;
    match cart::service::add_for(&mut tx, id, offer).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/sell/{id}"), Tone::Good, "office-sell-chosen"))
        }
        Err(error) if error.kind == Kind::Conflict => {
            Ok(redirect_with(&format!("/sell/{id}/quotes/{quote}"), Tone::Warn, &format!("error-{}", error.code.replace(['.', '_'], "-"))))
        }
        Err(error) => Err(error),
    }
}

/// Mails the offers to the customer.
pub(super) async fn mail(staff: Staff, Path((id, quote)): Path<(CustomerId, QuoteId)>, Form(_): Form<Sent>) -> AppResult<Response> {
    let page = format!("/sell/{id}/quotes/{quote}");
    let mut tx = staff.begin_write().await?;
    quote_of(&mut tx, id, quote).await?;
    if customers::service::get(&mut tx, id).await?.email.is_none() {
        return Ok(redirect_with(&page, Tone::Warn, "office-takings-no-address"));
    }
    tx.enqueue(&QuoteMail { quote, wish: Uuid::now_v7() }).await?;
    tx.commit().await?;
    Ok(redirect_with(&page, Tone::Good, "office-sell-mailed"))
}

/// Asks the same again by today's terms: an expired quote is resumed.
pub(super) async fn repeat(
    State(app): State<App>,
    staff: Staff,
    Path((id, quote)): Path<(CustomerId, QuoteId)>,
    Form(_): Form<Sent>,
) -> AppResult<Response> {
    let law = Law::of(&app, staff.tenant())?;
    let mut tx = staff.begin_write().await?;
    quote_of(&mut tx, id, quote).await?;
    let quote = quotes::service::repeat(&mut tx, &law, quote).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/sell/{id}/quotes/{}", quote.id), Tone::Good, "office-sell-quoted"))
}

pub(super) async fn remove(staff: Staff, Path((id, item)): Path<(CustomerId, CartItemId)>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match cart::service::remove_for(&mut tx, id, item).await {
        Ok(_) => tx.commit().await?,
        // Taken out before.
        Err(error) if error.is("cart.item_not_found") => {}
        Err(error) => return Err(error),
    }
    Ok(redirect_with(&format!("/sell/{id}"), Tone::Good, "office-sell-removed"))
}

/// Places the order for everything chosen.
pub(super) async fn order(Office(shell): Office, staff: Staff, Path(id): Path<CustomerId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let path = format!("/sell/{id}/order");
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    let placed = match sent.text("starts_on").parse() {
        Ok(starts_on) => {
            let plan = Plan::from_name(sent.text("plan")).unwrap_or_default();
            let expected = sent.text("expected").parse().ok();
            orders::service::place_for(&mut tx, id, PlaceOrder { items: None, starts_on, plan, expected }).await
        }
        Err(_) => Err(AppError::field("starts_on", "field-required")),
    };
    match placed {
        Ok(order) => commit_once(tx, &sent, &path, &format!("/orders/{}", order.id), "office-sell-ordered").await,
        Err(error) if mendable(&error) => {
            drop(tx);
            let mut tx = staff.begin_read().await?;
            let desk = Desk::of(&mut tx, id).await?;
            drop(tx);
            let mut page = desk.page(shell, &staff);
            let label = page.shell.t("office-sell-starts-on");
            page.form = sent.without(&["expected"]).kept(FormState::new(&page.shell)).failing(&page.shell, &error, |_| label.clone());
            html_with(refused_status(&error), &page)
        }
        Err(error) => Err(error),
    }
}
