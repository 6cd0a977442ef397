//! The draft of a product's terms as a whole: everything that it consists of, each leading to where it is changed.

use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{self, ProductId, form::Question, terms::Benefit},
    law::Law,
    pricing,
    rating::{Limit, Step},
};
use kernel::{
    App, AppResult,
    http::{Path, Staff},
};
use pages::{Badge, Fact, Flash, Tone, html};

use super::{Kind, Page, Part, extra::Extra};
use crate::{
    catalogue::under,
    frame::{Action, Office, RecordPage, Related, RelatedItem, languages},
};

pub(in crate::catalogue) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ProductId>,
) -> AppResult<Response> {
    let (law, languages) = (Law::of(&app, staff.tenant())?, languages(&app, &staff));
    let mut tx = staff.begin_read().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let draft = pricing::service::draft(&mut tx, id).await?;
    let around = Page::of(&staff, &law, &shell, &product, &draft, &languages)?;
    let (below, href) = under(shell.clone(), &product);
    let state = if draft.is_changed() { Badge::new(Tone::Info, shell.t("office-terms-changed")) } else { Badge::default() };
    let mut page = RecordPage::new(below, shell.t("office-terms-title"), "", state);
    if draft.is_changed() {
        page.next.push(Action::link(shell.t("office-prices-review"), format!("{href}/draft")).primary().icon("scale"));
    }
    for kind in Kind::ALL {
        let label = shell.t(&format!("office-terms-{}-new", kind.as_str()));
        page.next.push(Action::link(label, format!("{href}/terms/{}/new", kind.as_str())).icon("plus"));
    }
    page.next.push(Action::link(shell.t("office-terms-period"), format!("{href}/terms/period")).icon("calendar"));
    page.alerts.push(Flash { tone: Tone::Neutral, text: shell.t("office-terms-lede"), undo: None });
    page.facts = vec![
        Fact::new(shell.t("office-products-version"), shell.number(product.current.number)),
        Fact::new(shell.t("office-products-term"), shell.tn("office-products-months", draft.terms.term_months)),
        Fact::new(shell.t("office-terms-quotes-hold"), shell.tn("office-terms-days", draft.terms.quote_valid_days)),
        Fact::new(shell.t("office-prices-commission"), format!("{} %", draft.terms.commission_percent)),
    ];
    page.related =
        vec![group::<Question>(&around), group::<Benefit>(&around), group::<Extra>(&around), group::<Limit>(&around), group::<Step>(&around)];
    page.related.retain(|group| !group.items.is_empty());
    html(&page)
}

fn group<P: Part>(page: &Page<'_>) -> Related {
    let item = |(number, part): (usize, P)| RelatedItem {
        label: part.title(&page.around),
        detail: part.detail(&page.around),
        href: format!("{}/{}/{number}", page.outline_href(), P::KIND.as_str()),
        state: Badge::default(),
    };
    let title = page.around.shell.t(&format!("office-terms-{}", P::KIND.as_str()));
    Related { title, items: (1..).zip(P::all(&page.around)).map(item).collect(), all_href: String::new() }
}
