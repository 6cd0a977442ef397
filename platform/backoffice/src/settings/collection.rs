//! Who collects premium, and how customers pay an insurer that does.

use axum::response::Response;
use insurance::{
    collection::{Collection, CollectionMode},
    insurers::{self, Insurer},
};
use kernel::{
    AppError, AppResult, ReadTx,
    error::Fields,
    http::{Form, Staff},
    paging::PageRequest,
};
use pages::{Choice, Shell, Tone, redirect_with};

use super::tabs;
use crate::frame::{Field, FormPage, Office, Section, Sent};

const MODES: &[&str] = &["insurer_collects", "collect_and_remit", "credit"];
/// Longest time in days that an agreement with an insurer may give.
const LONGEST: u16 = 365;

pub(crate) fn page(shell: Shell, insurers: &[Insurer]) -> FormPage {
    let choice = |name: &str| {
        let key = format!("office-collection-{}", name.replace('_', "-"));
        Choice { value: name.to_owned(), label: shell.t(&key), detail: shell.t(&format!("{key}-detail")) }
    };
    let mode = vec![Field::choices("mode", shell.t("office-collection-mode"), MODES.iter().map(|name| choice(name)).collect())];
    let days = vec![Field::text("days", shell.t("office-collection-days")).max(3).help(shell.t("office-collection-days-help"))];
    let instructions =
        insurers.iter().map(|insurer| Field::area(format!("pay_{}", insurer.code), insurer.name.clone()).max(500).optional()).collect();
    let sections = vec![
        Section::of(mode),
        Section::of(days).when("mode=collect_and_remit,credit"),
        Section::titled(shell.t("office-collection-instructions"), instructions).when("mode=insurer_collects"),
    ];
    let title = shell.t("office-settings-collection");
    let (tabs, lede) = (tabs(&shell, "collection"), shell.t("office-collection-lede"));
    FormPage::new(shell, title, "/settings/collection", "/", sections).lede(lede).tabs(tabs)
}

async fn insurers(tx: &mut ReadTx) -> AppResult<Vec<Insurer>> {
    Ok(insurers::service::list(tx, &PageRequest { page_size: Some(100), ..PageRequest::default() }).await?.results)
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let setting = tx.setting::<Collection>().await?;
    let mut page = page(shell, &insurers(&mut tx).await?).version(setting.version);
    if let Some(mode) = setting.value.mode {
        page = page.with("mode", mode.name());
        if let CollectionMode::CollectAndRemit { days } | CollectionMode::Credit { days } = mode {
            page = page.with("days", days.to_string());
        }
    }
    for (code, text) in &setting.value.pay_instructions {
        page = page.with(&format!("pay_{code}"), text.clone());
    }
    page.show()
}

fn read(sent: &Sent) -> AppResult<Collection> {
    let mut fields = Fields::new();
    let mut days = || {
        fields
            .check("days", sent.text("days").parse().ok().filter(|days| (1..=LONGEST).contains(days)), "office-collection-days-wrong")
            .unwrap_or_default()
    };
    let mode = match sent.text("mode") {
        "insurer_collects" => Some(CollectionMode::InsurerCollects),
        "collect_and_remit" => Some(CollectionMode::CollectAndRemit { days: days() }),
        "credit" => Some(CollectionMode::Credit { days: days() }),
        _ => {
            fields.add("mode", "field-required");
            None
        }
    };
    let pay_instructions = sent
        .pairs()
        .filter_map(|(name, text)| Some((name.strip_prefix("pay_")?.to_owned(), text.trim().to_owned())))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    fields.finish()?;
    Ok(Collection { mode, pay_instructions })
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let insurers = insurers(&mut tx).await?;
    let saved: Result<(), AppError> = async {
        let setting = read(&sent)?;
        tx.set_setting(&setting, sent.version()?).await
    }
    .await;
    match saved {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/settings/collection", Tone::Good, "flash-saved"))
        }
        Err(error) => page(shell, &insurers).again(&sent, error),
    }
}
