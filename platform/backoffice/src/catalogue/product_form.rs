//! Making a product from another one's terms, and changing its wording and what it covers.

use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{self, NewProduct, Product, ProductId, ProductListFilter, ProductPatch, Terms},
    insurers::{self, InsurerId},
    law::Law,
    pricing::{self, Draft},
    text::LocalText,
};
use kernel::{
    App, AppError, AppResult, ReadTx,
    error::Fields,
    http::{Form, Path, Staff},
    i18n::FALLBACK,
    paging::PageRequest,
};
use pages::{Choice, Shell, Tone, redirect_with};

use super::under;
use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section, Sent, beside_english, commit_once, in_languages, languages, seen_before, worded, wording},
};

/// The lists of sentences that terms hold.
const LISTS: [&str; 4] = ["features", "exclusions", "excesses", "documents"];

/// What is worded in every language.
const WORDINGS: [&str; 2] = ["name", "description"];

pub(super) fn everything() -> PageRequest {
    PageRequest { page_size: Some(100), ..PageRequest::default() }
}

fn words(shell: &Shell, languages: &[(String, String)]) -> Vec<Field> {
    let mut fields = in_languages(languages, "name", &shell.t("field-name"), |name, label| Field::text(name, label).max(150));
    fields.extend(
        in_languages(languages, "description", &shell.t("office-products-about"), |name, label| Field::area(name, label).max(1_000))
            .into_iter()
            .map(Field::optional),
    );
    fields
}

async fn new_page(shell: Shell, tx: &mut ReadTx, languages: &[(String, String)]) -> AppResult<FormPage> {
    let shell = shell.under("office-products-title", "/products");
    let models = catalogue::service::list_products(tx, &everything(), &ProductListFilter::default()).await?.results;
    let models = models.iter().map(|row| Choice::new(row.id.to_string(), format!("{} · {}", row.name.get(&shell.lang), row.insurer_name))).collect();
    let insurers = insurers::service::list(tx, &everything()).await?.results;
    let insurers = insurers.iter().map(|insurer| Choice::new(insurer.id.to_string(), insurer.name.clone())).collect();
    let sections = vec![
        Section::of(vec![
            Field::select("copy_of", shell.t("office-products-copy-of"), models).help(shell.t("office-products-copy-of-help")),
            Field::select("insurer", shell.t("office-insurer"), insurers),
        ]),
        Section::titled(shell.t("office-products-wording"), words(&shell, languages)),
    ];
    let (title, lede) = (shell.t("office-products-new"), shell.t("office-products-new-lede"));
    Ok(FormPage::new(shell, title, "/products/new", "/products", sections).lede(lede))
}

pub(super) async fn show_new(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    new_page(shell, &mut tx, &languages(&app, &staff)).await?.show()
}

pub(super) async fn create(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let (law, languages) = (Law::of(&app, staff.tenant())?, languages(&app, &staff));
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, "/products/new").await? {
        return Ok(answer);
    }
    let id = |name: &'static str| sent.text(name).parse::<uuid::Uuid>().map_err(|_| AppError::field(name, "field-required"));
    let new = match (id("copy_of"), id("insurer")) {
        (Ok(copy_of), Ok(insurer)) => {
            let new = NewProduct {
                copy_of: ProductId(copy_of),
                insurer: InsurerId(insurer),
                name: wording(&sent, &languages, "name"),
                description: wording(&sent, &languages, "description"),
            };
            catalogue::service::create(&mut tx, &law, new).await
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match new {
        Ok(product) => commit_once(tx, &sent, "/products/new", &format!("/products/{}", product.id), "flash-product-made").await,
        Err(error) => {
            drop(tx);
            let mut tx = staff.begin_read().await?;
            new_page(shell, &mut tx, &languages).await?.again(&sent, beside_english(error, &WORDINGS))
        }
    }
}

fn edit_page(shell: Shell, product: &Product, languages: &[(String, String)]) -> FormPage {
    let (shell, href) = under(shell, product);
    let approval = Field::check("needs_approval", shell.t("office-products-approval")).help(shell.t("office-products-approval-help"));
    let sections = vec![Section::of(words(&shell, languages)), Section::of(vec![approval])];
    let title = shell.t("office-products-edit");
    let page = FormPage::new(shell, title, &format!("{href}/edit"), &href, sections)
        .version(product.version)
        .with("needs_approval", if product.needs_approval { "yes" } else { "" });
    let page = worded(page, languages, "name", &product.name);
    worded(page, languages, "description", &product.description)
}

pub(super) async fn show_edit(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<ProductId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    edit_page(shell, &catalogue::service::product(&mut tx, id).await?, &languages(&app, &staff)).show()
}

pub(super) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ProductId>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let languages = languages(&app, &staff);
    let mut tx = staff.begin_write().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let patch = ProductPatch {
        version: sent.version()?,
        name: Some(wording(&sent, &languages, "name")),
        description: Some(wording(&sent, &languages, "description")),
        needs_approval: Some(sent.yes("needs_approval")),
    };
    match catalogue::service::update(&mut tx, id, patch).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/products/{id}"), Tone::Good, "flash-saved"))
        }
        Err(error) => edit_page(shell, &product, &languages).again(&sent, beside_english(error, &WORDINGS)),
    }
}

fn list_of<'a>(terms: &'a mut Terms, name: &str) -> &'a mut Vec<LocalText> {
    match name {
        "features" => &mut terms.features,
        "exclusions" => &mut terms.exclusions,
        "excesses" => &mut terms.excesses,
        _ => &mut terms.documents,
    }
}

fn cover_page(shell: Shell, product: &Product, draft: &Draft, languages: &[(String, String)]) -> FormPage {
    let (shell, href) = under(shell, product);
    let area = |name: String, label: String| Field::area(name, label).help(shell.t("office-cover-lines-help")).max(6_000).optional();
    let sections = LISTS
        .into_iter()
        .map(|name| {
            let title = shell.t(&format!("office-cover-{name}"));
            let fields = in_languages(languages, name, &title, area).into_iter().map(Field::optional).collect();
            Section::titled(title, fields)
        })
        .collect();
    let (title, lede, submit) = (shell.t("office-cover-title"), shell.t("office-cover-lede"), shell.t("office-prices-review"));
    let mut page = FormPage::new(shell, title, &format!("{href}/cover"), &href, sections).lede(lede).submit(submit).version(draft.version);
    let mut terms = draft.terms.clone();
    for name in LISTS {
        let texts = list_of(&mut terms, name);
        for (language, _) in languages {
            let lines: Vec<&str> = texts.iter().map(|text| text.0.get(language.as_str()).map_or("", String::as_str)).collect();
            let empty = lines.iter().all(|line| line.is_empty());
            page = page.with(&format!("{name}_{language}"), if empty { String::new() } else { lines.join("\n") });
        }
    }
    page
}

/// The sentences of one list, line by line; other languages have a line for each of the English ones, or none at all.
fn read_lines(fields: &mut Fields, sent: &Sent, languages: &[(String, String)], name: &'static str) -> Vec<LocalText> {
    let lines = |language: &str| -> Vec<String> {
        sent.text(&format!("{name}_{language}")).lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    let mut texts: Vec<LocalText> = lines(FALLBACK).iter().map(|line| LocalText::en(line)).collect();
    for (language, _) in languages.iter().filter(|(language, _)| language != FALLBACK) {
        let other = lines(language);
        if !other.is_empty() && other.len() != texts.len() {
            fields.add(format!("{name}_{language}"), "cover-lines-differ");
            continue;
        }
        for (text, line) in texts.iter_mut().zip(other) {
            text.0.insert(language.clone(), line);
        }
    }
    texts
}

pub(super) async fn show_cover(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<ProductId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let draft = pricing::service::draft(&mut tx, id).await?;
    cover_page(shell, &product, &draft, &languages(&app, &staff)).show()
}

pub(super) async fn save_cover(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ProductId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let (law, languages) = (Law::of(&app, staff.tenant())?, languages(&app, &staff));
    let mut tx = staff.begin_write().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let draft = pricing::service::draft(&mut tx, id).await?;
    let mut terms = draft.terms.clone();
    let mut fields = Fields::new();
    for name in LISTS {
        *list_of(&mut terms, name) = read_lines(&mut fields, &sent, &languages, name);
    }
    let saved = match fields.finish() {
        Ok(()) => pricing::service::save(&mut tx, &law, id, sent.version()?, terms).await.map(drop),
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/products/{id}/draft"), Tone::Good, "flash-saved"))
        }
        Err(error) => cover_page(shell, &product, &draft, &languages).again(&sent, error),
    }
}
