//! What people are told. [`notices`] tells staff and customers what happened and what comes due, in the application and by mail, as
//! each wants it; [`templates`] is what the tenant's mails say.

pub mod notices;
mod personal;
pub mod templates;

use std::{sync::Arc, time::Duration};

use kernel::{
    jobs::{JobDef, Schedule, Subscription},
    module::{Module, Retention},
};

const QUARTER_HOUR: Duration = Duration::from_secs(15 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    Module {
        name: "outreach",
        routes: notices::api::routes(),
        jobs: vec![JobDef::of::<notices::SendNoticeMail>(), JobDef::of::<templates::SendTestMail>()],
        schedules: vec![
            Schedule::every::<notices::PlanReminders>(QUARTER_HOUR),
            Schedule::every::<notices::PlanDigests>(QUARTER_HOUR).for_tenants(notices::WAITING),
            Schedule::every::<notices::ArchiveNotices>(DAY),
        ],
        subscriptions: vec![Subscription::of::<notices::TellPeople>()],
        personal_data: vec![Arc::new(personal::Told)],
        retention: RETENTION,
        ..Module::default()
    }
}

const RETENTION: &[Retention] = &[
    Retention {
        table: "notices",
        keep: "archived after 90 days or what the tenant set, removed after two years",
        job: Some("outreach.notice.archive"),
    },
    Retention { table: "notice_mails", keep: "as the notices that they carry", job: Some("outreach.notice.archive") },
    Retention { table: "notice_choices", keep: "while the person is known", job: None },
    Retention { table: "reminder_days", keep: "400 days", job: Some("outreach.notice.archive") },
    Retention { table: "wordings", keep: "while the tenant lives", job: None },
];
