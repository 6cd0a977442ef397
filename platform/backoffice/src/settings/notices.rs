//! When customers are reminded, when staff get their digest, how long notices stand.

use axum::response::Response;
use kernel::{
    AppResult,
    http::{Form, Staff},
};
use outreach::notices::{NoticeSettings, TypedSettings};
use pages::{Shell, Tone, redirect_with};

use super::tabs;
use crate::frame::{Field, FormPage, Office, Section, Sent};

fn page(shell: Shell) -> FormPage {
    let title = shell.t("office-settings-notices");
    let days = |name: &str| {
        let key = name.replace('_', "-");
        Field::text(name, shell.t(&format!("office-notices-{key}"))).max(40).optional().help(shell.t(&format!("office-notices-{key}-help")))
    };
    let reminders = Section::titled(shell.t("office-notices-reminders"), vec![days("due_before"), days("overdue_after"), days("expiring_before")]);
    let times = vec![
        Field::text("digest_hour", shell.t("office-notices-digest-hour")).max(2).help(shell.t("office-notices-digest-hour-help")),
        Field::text("keep_days", shell.t("office-notices-keep-days")).max(3).help(shell.t("office-notices-keep-days-help")),
    ];
    let times = Section::titled(shell.t("office-notices-times"), times);
    let (tabs, lede) = (tabs(&shell, "notices"), shell.t("office-notices-lede"));
    FormPage::new(shell, title, "/settings/notices", "/settings/notices", vec![reminders, times]).lede(lede).tabs(tabs)
}

fn joined(days: &[u16]) -> String {
    days.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let settings = tx.setting::<NoticeSettings>().await?;
    drop(tx);
    let value = settings.value;
    page(shell)
        .version(settings.version)
        .with("due_before", joined(&value.due_before))
        .with("overdue_after", joined(&value.overdue_after))
        .with("expiring_before", joined(&value.expiring_before))
        .with("digest_hour", value.digest_hour.to_string())
        .with("keep_days", value.keep_days.to_string())
        .show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let typed = TypedSettings {
        due_before: sent.owned("due_before"),
        overdue_after: sent.owned("overdue_after"),
        expiring_before: sent.owned("expiring_before"),
        digest_hour: sent.owned("digest_hour"),
        keep_days: sent.owned("keep_days"),
    };
    let version = sent.version()?;
    let mut tx = staff.begin_write().await?;
    let done = match NoticeSettings::read(&typed) {
        Ok(settings) => settings.save(&mut tx, version).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/settings/notices", Tone::Good, "flash-saved"))
        }
        Err(error) => page(shell).again(&sent, error),
    }
}
