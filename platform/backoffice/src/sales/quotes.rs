//! Quotes: who asked for what, and what every insurer answered.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use insurance::{
    catalogue::{self, Detail},
    orders::{self, OrderId},
    quotes::{self, Offer, OfferOutcome, Quote, QuoteFilter, QuoteId, QuoteRow},
    saved_quotes,
};
use kernel::{
    App, AppResult,
    http::{Path, Query, Staff},
    paging::Page,
};
use pages::{Badge, Choice, Column, Fact, Filter, ListBar, ListQuery, Shell, Tone, html};

use super::related::{standing, validity};
use crate::{
    customers::viewed,
    frame::{Action, Cell, Desk, Empty, ListPage, Office, RecordPage, Related, RelatedItem, Row},
    history::{History, TabQuery},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("quote");
    let filter = QuoteFilter { category: desk.query.state().map(str::to_owned), customer: None };
    let mut tx = desk.begin_read().await?;
    let found = quotes::service::list(&mut tx, &desk.query.page(), &filter).await?;
    let categories = catalogue::service::list_categories(&mut tx).await?;
    drop(tx);
    let shell = desk.shell();
    let choices = categories.iter().map(|category| Choice::new(&category.code, category.title.get(&shell.lang))).collect();
    let page = page(shell, &desk.query, &found, choices, desk.staff.scope.today());
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<QuoteRow>, categories: Vec<Choice>, today: NaiveDate) -> ListPage {
    let shell = shell.titled("office-quotes-title");
    let columns = vec![
        Column::of(&shell, "office-quotes-reference").by("reference"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "office-category"),
        Column::of(&shell, "office-plate"),
        Column::figure(&shell, "office-quotes-offers").aside(),
        Column::figure(&shell, "office-quotes-best"),
        Column::of(&shell, "field-status").by("until"),
        Column::of(&shell, "field-created").by("created"),
    ];
    let name = |code: &str| categories.iter().find(|choice| choice.value == code).map_or_else(|| code.to_owned(), |choice| choice.label.clone());
    let row = |row: &QuoteRow| Row {
        href: format!("/quotes/{}", row.id),
        cells: vec![
            Cell::Main(row.reference.clone()),
            Cell::Text(row.customer_name.clone().unwrap_or_else(|| shell.t("office-actor-visitor"))),
            Cell::Text(name(&row.category_code)),
            Cell::Text(row.plate.clone().unwrap_or_default()),
            Cell::count(row.offers),
            Cell::Amount(row.best_payable_minor.and_then(|minor| words::money(minor, row.currency.as_deref()?))),
            Cell::State(standing(&shell, row, today)),
            Cell::At(row.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let filter = Filter::choice("state", shell.t("office-category"), categories.clone());
    let list = ListBar::new("/quotes", shell.t("office-quotes-search"), query, found, [filter, Filter::created(&shell)], columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let empty = Empty::new(&shell, "scale", "office-quotes-empty");
    ListPage::new(shell, list, rows, empty)
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<QuoteId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let quote = quotes::service::get(&mut tx, id).await?;
    let customer = match quote.customer {
        Some(customer) => Some(crm::customers::service::get(&mut tx, customer).await?),
        None => None,
    };
    let details = quotes::service::details(&mut tx, &quote).await?;
    let mails = saved_quotes::service::mails(&mut tx, id).await?;
    let order = orders::service::of_quote(&mut tx, id).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "quote", id.0).await?;
    let customer = customer.as_ref().map(|customer| (customer.id.0, customer.display_name.as_str()));
    let mut page = record(shell, &quote, &details, customer, order.as_ref(), staff.scope.today());
    for mail in mails {
        let told = page.shell.tf("office-quotes-mailed-to", [("email", mail.email), ("at", page.shell.moment(&mail.at))]);
        page.facts.push(Fact::new(page.shell.t("office-quotes-mailed"), told));
    }
    if quote.copied {
        page.facts.push(Fact::new(page.shell.t("office-quotes-copied"), page.shell.t("yes")));
    }
    history.show(&app, &mut page, &format!("/quotes/{id}"));
    html(&page)
}

fn record(
    shell: Shell,
    quote: &Quote,
    details: &[Detail],
    customer: Option<(uuid::Uuid, &str)>,
    order: Option<&(OrderId, String, bool)>,
    today: NaiveDate,
) -> RecordPage {
    let shell = shell.under("office-quotes-title", "/quotes");
    let state = validity(&shell, order.map(|(.., bought)| *bought), quote.is_expired(today));
    let title = format!("{} {}", quote.category_title.get(&shell.lang), quote.plate.clone().unwrap_or_default());
    let mut page = RecordPage::new(shell, title.trim(), quote.reference.clone(), state);
    let shell = &page.shell;
    let mut facts = Vec::new();
    facts.push(match customer {
        Some((id, name)) => Fact::new(shell.t("office-customer"), name).linked(format!("/customers/{id}")),
        None => Fact::new(shell.t("office-customer"), shell.t("office-actor-visitor")),
    });
    if let Some((id, number, _)) = order {
        facts.push(Fact::new(shell.t("office-orders-one"), number.clone()).linked(format!("/orders/{id}")));
    }
    facts.push(Fact::new(shell.t("office-quotes-priced"), shell.date(&quote.priced_on)));
    facts.push(Fact::new(shell.t("office-quotes-until"), shell.date(&quote.valid_until)));
    facts.push(Fact::new(shell.t("field-created"), shell.moment(&quote.created_at)));
    facts.extend(words::answers(shell, details));
    let offers = quote.offers.iter().map(|offer| offer_line(shell, offer)).collect();
    if let Some(best) = quote.offers.iter().find_map(Offer::premium) {
        page.lines = words::price(shell, &best.lines, &best.payable);
    }
    if let (Some((customer, _)), None, false, true) = (customer, order, quote.is_expired(today), shell.can(orders::PLACE)) {
        let sell = Action::link(shell.t("office-quotes-sell"), format!("/sell/{customer}/quotes/{}", quote.id));
        page.next.push(sell.icon("cart").primary());
    }
    page.related = vec![Related { title: shell.t("office-quotes-offers"), items: offers, all_href: String::new() }];
    page.facts = facts;
    page
}

fn offer_line(shell: &Shell, offer: &Offer) -> RelatedItem {
    let label = format!("{}: {}", offer.insurer_name, offer.product_name.get(&shell.lang));
    let href = format!("/products/{}", offer.product_id);
    match &offer.outcome {
        OfferOutcome::Priced(premium) => {
            // `product@version+law`: what it was priced by.
            let version = offer.rule_version.split(['@', '+']).nth(1).unwrap_or_default();
            RelatedItem {
                label,
                href,
                detail: shell.tf("office-quotes-terms", [("version", version)]),
                state: Badge::new(Tone::Good, shell.money(&premium.payable)),
            }
        }
        OfferOutcome::Declined(reasons) => {
            RelatedItem { label, href, detail: words::declined(shell, reasons), state: Badge::new(Tone::Neutral, shell.t("office-quotes-declined")) }
        }
    }
}
