//! In how many parts customers may pay, as far as the insurer allows it too.

use axum::response::Response;
use insurance::{
    figures::{Amount, Percent},
    fulfilment::WatchInstalments,
    plans::{PaymentPlans, PlanTerms},
};
use kernel::{
    AppError, AppResult,
    error::Fields,
    http::{Form, Staff},
};
use pages::{Shell, Tone, redirect_with};
use rust_decimal::Decimal;

use super::tabs;
use crate::frame::{Field, FormPage, Office, Section, Sent};

const PLANS: [&str; 3] = ["two", "three", "monthly"];
const HERE: &str = "/settings/plans";
/// Longest time in days that an instalment may be late before staff are told.
const LONGEST: u16 = 90;

pub(crate) fn page(shell: Shell) -> FormPage {
    let plan = |name: &str| {
        let offered = format!("{name}_offered");
        let first = Field::text(format!("{name}_first"), shell.t("office-plans-first")).max(5).help(shell.t("office-plans-first-help")).optional();
        [
            Section::titled(shell.t(&format!("plan-{name}")), vec![Field::check(offered.clone(), shell.t("office-plans-offered"))]),
            Section::of(vec![first]).when(&format!("{offered}=yes")),
        ]
    };
    let mut sections: Vec<Section> = PLANS.iter().flat_map(|name| plan(name)).collect();
    let limits = vec![
        Field::text("least_premium", shell.t("office-plans-least")).max(12).help(shell.t("office-plans-least-help")).optional(),
        Field::text("grace_days", shell.t("office-plans-grace")).max(2).help(shell.t("office-plans-grace-help")),
    ];
    sections.push(Section::titled(shell.t("office-plans-limits"), limits));
    let title = shell.t("office-settings-plans");
    let (tabs, lede) = (tabs(&shell, "plans"), shell.t("office-plans-lede"));
    FormPage::new(shell, title, HERE, "/", sections).lede(lede).tabs(tabs)
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let setting = tx.setting::<PaymentPlans>().await?;
    let plans = &setting.value;
    let mut page = page(shell).version(setting.version).with("grace_days", plans.grace_days.to_string());
    page = page.with("least_premium", plans.least_premium.map(|amount| amount.to_string()).unwrap_or_default());
    for (name, terms) in PLANS.iter().zip([&plans.two, &plans.three, &plans.monthly]) {
        page = page
            .with(&format!("{name}_offered"), if terms.offered { "yes" } else { "" })
            .with(&format!("{name}_first"), terms.first.map(|percent| percent.to_string()).unwrap_or_default());
    }
    page.show()
}

fn read(sent: &Sent) -> AppResult<PaymentPlans> {
    let mut fields = Fields::new();
    // Less would leave the first part without its levies, more would leave nothing to divide.
    let sensible = Decimal::from(10)..=Decimal::from(90);
    let mut terms = |name: &'static str, offered: &str| {
        let first =
            sent.some(name).map(|text| Percent::parse(text).filter(|percent| sensible.contains(&(percent.fraction() * Decimal::ONE_HUNDRED))));
        if first == Some(None) {
            fields.add(name, "office-plans-first-wrong");
        }
        PlanTerms { offered: sent.yes(offered), first: first.flatten() }
    };
    let (two, three, monthly) = (terms("two_first", "two_offered"), terms("three_first", "three_offered"), terms("monthly_first", "monthly_offered"));
    let least_premium = sent.some("least_premium").map(Amount::parse);
    if least_premium == Some(None) {
        fields.add("least_premium", "figure-invalid");
    }
    let grace = sent.text("grace_days").parse().ok().filter(|days| (0..=LONGEST).contains(days));
    let grace_days = fields.check("grace_days", grace, "office-plans-grace-wrong").unwrap_or_default();
    fields.finish()?;
    Ok(PaymentPlans { two, three, monthly, least_premium: least_premium.flatten(), grace_days })
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let saved: Result<(), AppError> = async {
        let plans = read(&sent)?;
        tx.set_setting(&plans, sent.version()?).await?;
        // Who is late is looked at anew, by the days of grace that are now.
        tx.end_rest::<WatchInstalments>().await
    }
    .await;
    match saved {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(HERE, Tone::Good, "flash-saved"))
        }
        Err(error) => page(shell).again(&sent, error),
    }
}
