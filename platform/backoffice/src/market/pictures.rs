//! The picture of a product, an insurer, a category or the firm itself: seen, changed, removed.

use ::pages::{Column, Crumb, FormState, ListBar, ListQuery, Shell, Tone, html, html_with, redirect_with};
use askama::Template;
use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{CategoryId, service as catalogue},
    insurers,
    pictures::{Owner, OwnerKind, Picture, service as pictures},
    site::CHANGE,
    text::LocalText,
};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Form, Multipart, Path, Query, Staff},
    paging::Page,
};
use tenancy::permissions::SETTINGS_CHANGE;
use uuid::Uuid;

use super::tabs;
use crate::frame::{Cell, Empty, Languages, ListPage, Office, Row, Sent, languages, mendable, refused_status};

#[derive(Template)]
#[template(path = "office/picture.html")]
pub(crate) struct PicturePage {
    shell: Shell,
    form: FormState,
    /// A file of it; empty: there is none.
    src: String,
    width: i32,
    height: i32,
    alt: String,
    /// Field and label of the description in each language.
    alts: Vec<(String, String)>,
    action: String,
    remove_action: String,
    may_change: bool,
}

fn owner(kind: &str, id: Uuid) -> AppResult<Owner> {
    Ok(Owner { kind: OwnerKind::from_name(kind).ok_or_else(AppError::not_found)?, id })
}

/// What the picture is of, if the reader may change it: the brand belongs to the settings of the firm, all else to the catalogue.
fn changeable(shell: &Shell, kind: &str, id: Uuid) -> AppResult<Owner> {
    let owner = owner(kind, id)?;
    if owner.kind.is_brand() && !shell.can(SETTINGS_CHANGE) { Err(AppError::forbidden()) } else { Ok(owner) }
}

/// The page of what the picture is of: its name and address.
async fn place(tx: &mut ReadTx, shell: &Shell, owner: Owner) -> AppResult<Crumb> {
    let (label, href) = match owner.kind {
        OwnerKind::Product => (catalogue::product(tx, owner.id.into()).await?.name.get(&shell.lang).to_owned(), format!("/products/{}", owner.id)),
        OwnerKind::Insurer => (insurers::service::get(tx, owner.id.into()).await?.0.name, format!("/insurers/{}", owner.id)),
        OwnerKind::Front => (shell.t("office-site-front"), "/site/front".to_owned()),
        OwnerKind::Icon | OwnerKind::DarkLogo => (shell.t("office-settings-brand"), "/settings/brand".to_owned()),
        OwnerKind::Category => {
            let all = catalogue::list_categories(tx).await?;
            let found = all.iter().find(|category| category.id == CategoryId(owner.id)).ok_or_else(AppError::not_found)?;
            (found.title.get(&shell.lang).to_owned(), "/site/categories".to_owned())
        }
    };
    Ok(Crumb { label, href })
}

impl PicturePage {
    fn new(mut shell: Shell, owner: Owner, place: Crumb, picture: Option<&Picture>, languages: &Languages) -> Self {
        shell.crumbs.push(place);
        let shell = shell.titled(&format!("office-picture-{}", owner.kind));
        let action = format!("/pictures/{}/{}", owner.kind, owner.id);
        let mut form = FormState::new(&shell).with_version(picture.map_or(0, |picture| picture.version));
        let label = shell.t("office-picture-alt");
        let mut alts = Vec::new();
        for (language, own_name) in languages {
            let field = format!("alt_{language}");
            form = form.with(field.clone(), picture.and_then(|picture| picture.alt.0.get(language)).cloned().unwrap_or_default());
            alts.push((field, format!("{label} ({own_name})")));
        }
        let shown = |picture: &Picture| picture.href(picture.widths.last().copied().unwrap_or(picture.width), &picture.format);
        Self {
            form,
            src: picture.map(shown).unwrap_or_default(),
            width: picture.map_or(0, |picture| picture.width),
            height: picture.map_or(0, |picture| picture.height),
            alt: picture.map(|picture| picture.alt.get(&shell.lang).to_owned()).unwrap_or_default(),
            alts,
            remove_action: format!("{action}/remove"),
            action,
            may_change: shell.can(if owner.kind.is_brand() { SETTINGS_CHANGE } else { CHANGE }),
            shell,
        }
    }

    pub(crate) fn sample(shell: &Shell, filled: bool) -> Self {
        let shell = shell.clone().titled("office-picture-product");
        Self {
            form: FormState::new(&shell).with_version(1),
            src: if filled { "/images/0/768.jpg".to_owned() } else { String::new() },
            width: 1600,
            height: 900,
            alt: "A car".to_owned(),
            alts: vec![("alt_en".to_owned(), shell.t("office-picture-alt"))],
            action: "/pictures/product/1".to_owned(),
            remove_action: "/pictures/product/1/remove".to_owned(),
            may_change: true,
            shell,
        }
    }
}

async fn page(app: &App, shell: Shell, staff: &Staff, owner: Owner) -> AppResult<PicturePage> {
    let mut tx = staff.begin_read().await?;
    let place = place(&mut tx, &shell, owner).await?;
    let picture = pictures::of(&mut tx, owner).await?;
    Ok(PicturePage::new(shell, owner, place, picture.as_ref(), &languages(app, staff)))
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path((kind, id)): Path<(String, Uuid)>) -> AppResult<Response> {
    html(&page(&app, shell, &staff, owner(&kind, id)?).await?)
}

pub(super) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((kind, id)): Path<(String, Uuid)>,
    sent: Multipart,
) -> AppResult<Response> {
    let owner = changeable(&shell, &kind, id)?;
    let version = sent.text("version").parse().map_err(|_| AppError::malformed("version"))?;
    let alt = languages(&app, &staff).into_iter().map(|(language, _)| {
        let text = sent.text(&format!("alt_{language}")).to_owned();
        (language, text)
    });
    let bytes = sent.file("picture").map(|file| file.bytes.clone());
    match pictures::change(&app, &staff.scope, owner, bytes, LocalText(alt.collect()), version).await {
        Ok(_) => Ok(redirect_with(&format!("/pictures/{kind}/{id}"), Tone::Good, "flash-saved")),
        Err(error) if mendable(&error) => {
            let mut page = page(&app, shell, &staff, owner).await?;
            page.form = page
                .form
                .failing(&page.shell, &error, |field| page.shell.t(if field == "picture" { "office-picture-file" } else { "office-picture-alt" }));
            html_with(refused_status(&error), &page)
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn remove(
    Office(shell): Office,
    staff: Staff,
    Path((kind, id)): Path<(String, Uuid)>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let owner = changeable(&shell, &kind, id)?;
    let mut tx = staff.begin_write().await?;
    let here = format!("/pictures/{kind}/{id}");
    match pictures::remove(&mut tx, owner, sent.version()?).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&here, Tone::Good, "flash-deleted"))
        }
        Err(error) if error.is("picture.changed") => Ok(redirect_with(&here, Tone::Warn, "error-picture-changed")),
        Err(error) => Err(error),
    }
}

/// The categories of the shelf, each with its picture.
pub(super) async fn categories(Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let found = Page::whole(catalogue::list_categories(&mut tx).await?);
    let known = pictures::all(&mut tx).await?;
    let tabs = tabs(&shell, "categories");
    let shell = shell.titled("office-site-categories");
    let columns = ["office-category", "office-picture"].map(|key| Column::new(shell.t(key))).into_iter();
    let columns = columns.chain([Column::end(shell.t("office-products-title"))]).collect();
    let rows = found
        .results
        .iter()
        .map(|category| Row {
            href: format!("/pictures/category/{}", category.id),
            cells: vec![
                Cell::Main(category.title.get(&shell.lang).to_owned()),
                Cell::Text(if known.contains_key(&Owner::category(category.id)) { shell.t("yes") } else { String::new() }),
                Cell::Figure(shell.number(category.products)),
            ],
        })
        .collect();
    let list = ListBar::new("/site/categories", String::new(), &query, &found, None, columns);
    let lede = shell.t("office-site-categories-lede");
    html(&ListPage { tabs, lede, ..ListPage::new(shell, list, rows, Empty::default()) })
}
