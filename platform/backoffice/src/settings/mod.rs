//! What administrators set: company, who collects premium, who agrees to refunds and payouts, brand, opening of the portal, staff and roles.

mod brand;
mod collection;
mod company;
mod isolation;
mod mails;
mod notices;
mod payouts;
pub(crate) mod plans;
pub(crate) mod portal;
mod refunds;
mod roles;
mod security;
mod staff;
mod takings;
mod teams;
mod till;
mod wordings;

use identity::permissions::{ACTIVITY_INSPECT, ROLE_ASSIGN, ROLE_CHANGE, ROLE_READ, USER_CHANGE, USER_INVITE, USER_READ};
use kernel::routes::{
    Access::{AnyStaff, Staff},
    Face::Office,
    Routes,
};
use pages::{Shell, Tab};
use tenancy::permissions::{PORTAL_OPEN, SETTINGS_CHANGE, SETTINGS_READ};

pub(crate) use brand::BrandPage;
pub(crate) use mails::MailPage;
pub(crate) use portal::PortalPage;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/settings/company", Staff(SETTINGS_READ), company::show)
        .post(Office, "/settings/company", Staff(SETTINGS_CHANGE), company::save)
        .get(Office, "/settings/collection", Staff(SETTINGS_READ), collection::show)
        .post(Office, "/settings/collection", Staff(SETTINGS_CHANGE), collection::save)
        .get(Office, "/settings/plans", Staff(SETTINGS_READ), plans::show)
        .post(Office, "/settings/plans", Staff(SETTINGS_CHANGE), plans::save)
        .get(Office, "/settings/refunds", Staff(SETTINGS_READ), refunds::show)
        .post(Office, "/settings/refunds", Staff(SETTINGS_CHANGE), refunds::save)
        .get(Office, "/settings/payouts", Staff(SETTINGS_READ), payouts::show)
        .post(Office, "/settings/payouts", Staff(SETTINGS_CHANGE), payouts::save)
        .get(Office, "/settings/takings", Staff(SETTINGS_READ), takings::show)
        .post(Office, "/settings/takings", Staff(SETTINGS_CHANGE), takings::save)
        .get(Office, "/settings/till", Staff(SETTINGS_READ), till::show)
        .post(Office, "/settings/till", Staff(SETTINGS_CHANGE), till::save)
        .get(Office, "/settings/brand", Staff(SETTINGS_READ), brand::show)
        .post(Office, "/settings/brand/colour", Staff(SETTINGS_CHANGE), brand::save_colour)
        .post(Office, "/settings/brand/logo", Staff(SETTINGS_CHANGE), brand::save_logo)
        .post(Office, "/settings/brand/logo/remove", Staff(SETTINGS_CHANGE), brand::remove_logo)
        .get(Office, "/settings/portal", Staff(SETTINGS_READ), portal::show)
        .post(Office, "/settings/portal/open", Staff(PORTAL_OPEN), portal::open)
        .get(Office, "/settings/notices", Staff(SETTINGS_READ), notices::show)
        .post(Office, "/settings/notices", Staff(SETTINGS_CHANGE), notices::save)
        .get(Office, "/settings/mails", Staff(SETTINGS_READ), mails::list)
        .get(Office, "/settings/mails/{key}/{language}", Staff(SETTINGS_READ), mails::show)
        .post(Office, "/settings/mails/{key}/{language}", Staff(SETTINGS_CHANGE), mails::save)
        .post(Office, "/settings/mails/{key}/{language}/reset", Staff(SETTINGS_CHANGE), mails::reset)
        .post(Office, "/settings/mails/{key}/{language}/test", Staff(SETTINGS_CHANGE), mails::test)
        .get(Office, "/settings/wordings", Staff(SETTINGS_READ), wordings::list)
        .get(Office, "/settings/wordings/{language}/{key}", Staff(SETTINGS_READ), wordings::show)
        .post(Office, "/settings/wordings/{language}/{key}", Staff(SETTINGS_CHANGE), wordings::save)
        .get(Office, "/settings/isolation", Staff(SETTINGS_READ), isolation::show)
        .get(Office, "/settings/security", Staff(SETTINGS_READ), security::show)
        .post(Office, "/settings/security", Staff(SETTINGS_CHANGE), security::save)
        .get(Office, "/settings/staff", Staff(USER_READ), staff::list)
        .get(Office, "/settings/staff/invite", Staff(USER_INVITE), staff::show_invite)
        .post(Office, "/settings/staff/invite", Staff(USER_INVITE), staff::invite)
        .get(Office, "/settings/staff/{id}", Staff(USER_READ), staff::show)
        .get(Office, "/settings/staff/{id}/roles", Staff(ROLE_ASSIGN), staff::show_roles)
        .post(Office, "/settings/staff/{id}/roles", Staff(ROLE_ASSIGN), staff::assign)
        .post(Office, "/settings/staff/{id}/invite-again", Staff(USER_INVITE), staff::invite_again)
        .post(Office, "/settings/staff/{id}/suspend", Staff(USER_CHANGE), staff::suspend)
        .post(Office, "/settings/staff/{id}/activate", Staff(USER_CHANGE), staff::activate)
        .get(Office, "/settings/staff/{id}/remove", Staff(USER_CHANGE), staff::show_remove)
        .post(Office, "/settings/staff/{id}/remove", Staff(USER_CHANGE), staff::remove)
        .post(Office, "/settings/staff/{id}/reset-password", Staff(USER_CHANGE), staff::reset_password)
        .post(Office, "/settings/staff/{id}/sessions/end", Staff(USER_CHANGE), staff::log_out)
        .get(Office, "/settings/staff/{id}/second-factor", Staff(USER_CHANGE), staff::show_reset)
        .post(Office, "/settings/staff/{id}/second-factor", Staff(USER_CHANGE), staff::reset)
        .get(Office, "/settings/teams", Staff(USER_READ), teams::list)
        .get(Office, "/settings/teams/new", Staff(USER_CHANGE), teams::show_new)
        .post(Office, "/settings/teams/new", Staff(USER_CHANGE), teams::create)
        .get(Office, "/settings/teams/{id}", Staff(USER_CHANGE), teams::show)
        .post(Office, "/settings/teams/{id}", Staff(USER_CHANGE), teams::save)
        .get(Office, "/settings/teams/{id}/remove", Staff(USER_CHANGE), teams::show_remove)
        .post(Office, "/settings/teams/{id}/remove", Staff(USER_CHANGE), teams::remove)
        .get(Office, "/settings/roles", Staff(ROLE_READ), roles::list)
        .get(Office, "/settings/roles/new", Staff(ROLE_CHANGE), roles::show_new)
        .post(Office, "/settings/roles/new", Staff(ROLE_CHANGE), roles::create)
        .get(Office, "/settings/roles/{key}", Staff(ROLE_READ), roles::show)
        .get(Office, "/settings/roles/{key}/edit", Staff(ROLE_CHANGE), roles::show_edit)
        .post(Office, "/settings/roles/{key}/edit", Staff(ROLE_CHANGE), roles::save)
        .get(Office, "/settings/roles/{key}/remove", Staff(ROLE_CHANGE), roles::show_remove)
        .post(Office, "/settings/roles/{key}/remove", Staff(ROLE_CHANGE), roles::remove)
        .post(Office, "/settings/roles/{key}/preview", Staff(ROLE_READ), roles::look)
        .post(Office, identity::authenticator::PREVIEW_END, AnyStaff, roles::end_look)
        .get(Office, "/settings/roles/{key}/staff", Staff(USER_READ), staff::list_of_role)
}

/// The neighbouring pages of settings that the reader may see.
pub(crate) fn tabs(shell: &Shell, current: &str) -> Vec<Tab> {
    [
        ("company", SETTINGS_READ),
        ("collection", SETTINGS_READ),
        ("plans", SETTINGS_READ),
        ("refunds", SETTINGS_READ),
        ("payouts", SETTINGS_READ),
        ("takings", SETTINGS_READ),
        ("till", SETTINGS_READ),
        ("brand", SETTINGS_READ),
        ("portal", SETTINGS_READ),
        ("notices", SETTINGS_READ),
        ("mails", SETTINGS_READ),
        ("wordings", SETTINGS_READ),
        ("security", SETTINGS_READ),
        ("staff", USER_READ),
        ("teams", USER_READ),
        ("roles", ROLE_READ),
        ("activity", ACTIVITY_INSPECT),
        ("isolation", SETTINGS_READ),
    ]
    .into_iter()
    .filter(|(_, permission)| shell.can(permission))
    .map(|(name, _)| Tab {
        label: shell.t(&format!("office-settings-{name}")),
        href: format!("/settings/{name}"),
        active: name == current,
        count: None,
    })
    .collect()
}
