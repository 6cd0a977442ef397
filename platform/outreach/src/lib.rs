//! What people and other systems are told. [`notices`] tells staff and customers what happened and what comes due, in the application
//! and by mail, as each wants it; [`templates`] is what the tenant's mails say; [`webhooks`] tells the tenant's own systems, [`news`] its plugins;
//! [`preferences`] hears who wants to be told less.

pub mod news;
pub mod notices;
mod personal;
pub mod preferences;
pub mod templates;
pub mod webhooks;

use std::{sync::Arc, time::Duration};

use kernel::{
    jobs::{JobDef, Schedule, Subscription},
    module::{Module, Retention},
    routes::Routes,
};

const QUARTER_HOUR: Duration = Duration::from_secs(15 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    let mut routes = Routes::new();
    routes.extend(notices::api::routes());
    routes.extend(webhooks::api::routes());
    Module {
        name: "outreach",
        routes,
        jobs: vec![
            JobDef::of::<notices::SendNoticeMail>(),
            JobDef::of::<templates::SendTestMail>(),
            JobDef::of::<webhooks::Deliver>(),
            JobDef::of::<news::TellPlugin>(),
        ],
        schedules: vec![
            Schedule::every::<notices::PlanReminders>(QUARTER_HOUR),
            Schedule::every::<notices::PlanDigests>(QUARTER_HOUR).for_tenants(notices::WAITING),
            Schedule::every::<notices::ArchiveNotices>(DAY),
            Schedule::every::<webhooks::Purge>(DAY),
            Schedule::every::<news::Purge>(DAY).for_tenants(news::ANY),
        ],
        subscriptions: vec![
            Subscription::of::<notices::TellPeople>(),
            Subscription::of::<webhooks::FanOut>(),
            Subscription::of::<news::TellPlugins>(),
            Subscription::of::<news::FollowPlugins>(),
            Subscription::of::<preferences::HeedPreferences>(),
        ],
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
    Retention { table: "webhook_endpoints", keep: "while the tenant lives", job: None },
    Retention { table: "webhook_secrets", keep: "a day after it was replaced", job: Some("outreach.webhook.purge") },
    Retention { table: "webhook_messages", keep: "90 days", job: Some("outreach.webhook.purge") },
    Retention { table: "plugin_news", keep: "400 days", job: Some("outreach.news.purge") },
];
