//! Plugins: what can be installed and what it would do, installations with their settings apart for test and live, the log of
//! calls, what providers sent, what this office publishes itself, and what those who run the platform decide.

mod budget;
mod calls;
mod catalogue;
mod deliveries;
mod icon;
mod installation;
mod messages;
mod news;
mod permissions;
mod publishing;
mod reviewing;
mod routes;
mod settings;
mod sharing;
mod trial;
mod uninstall;

use integrations::{MANAGE, PUBLISH, READ, REVIEW};
use kernel::routes::{Access::Staff, Face::Office, Routes};
use pages::{Shell, Tab};

pub(crate) use budget::page as budget_page;
pub(crate) use calls::CallPage;
pub(crate) use catalogue::ConsentPage;
pub(crate) use icon::show as show_icon;
pub(crate) use installation::{InstallationPage, upgrade_page};
pub(crate) use permissions::{Permitted, permitted};
pub(crate) use publishing::{
    account_page, keys_page, offer_page, package_page, page as publishing_page, take_back_page, version_page, versions_page,
};
pub(crate) use reviewing::{
    approve_page, end_page, mark_page, offer_page as published_offer_page, package_page as review_page, page as reviewing_page, reject_page,
    stop_page, stops_page, version_page as published_page, versions_page as published_versions_page,
};
pub(crate) use routes::{form_page as route_page, list_page as routes_page};
pub(crate) use settings::page as settings_page;
pub(crate) use trial::page as trial_page;
pub(crate) use uninstall::page as uninstall_page;

pub(crate) fn routes() -> Routes {
    let mut routes = publishing::routes();
    routes.extend(reviewing::routes());
    routes.extend(own_routes());
    routes
}

fn own_routes() -> Routes {
    Routes::new()
        .get(Office, "/plugins", Staff(READ), catalogue::list)
        .get(Office, "/plugins/catalogue/{plugin}", Staff(READ), catalogue::show)
        .post(Office, "/plugins/catalogue/{plugin}", Staff(MANAGE), catalogue::install)
        .get(Office, "/plugins/icons/{name}", Staff(READ), icon::show)
        .get(Office, "/plugins/calls", Staff(READ), calls::list)
        .get(Office, "/plugins/calls/{id}", Staff(READ), calls::show)
        .post(Office, "/plugins/calls/{id}/replay", Staff(MANAGE), calls::replay)
        .get(Office, "/plugins/deliveries", Staff(READ), deliveries::list)
        .get(Office, "/plugins/deliveries/read-again", Staff(MANAGE), deliveries::show_read_again)
        .post(Office, "/plugins/deliveries/read-again", Staff(MANAGE), deliveries::read_again)
        .get(Office, "/plugins/messages", Staff(READ), messages::list)
        .get(Office, "/plugins/news", Staff(READ), news::list)
        .get(Office, "/plugins/routes", Staff(READ), routes::list)
        .get(Office, "/plugins/routes/new", Staff(MANAGE), routes::show_new)
        .post(Office, "/plugins/routes/new", Staff(MANAGE), routes::create)
        .get(Office, "/plugins/routes/{id}", Staff(MANAGE), routes::show)
        .post(Office, "/plugins/routes/{id}", Staff(MANAGE), routes::change)
        .get(Office, "/plugins/{id}", Staff(READ), installation::show)
        .get(Office, "/plugins/{id}/calls", Staff(READ), calls::list_of)
        .get(Office, "/plugins/{id}/deliveries", Staff(READ), deliveries::list_of)
        .get(Office, "/plugins/{id}/settings/{mode}", Staff(MANAGE), settings::show)
        .post(Office, "/plugins/{id}/settings/{mode}", Staff(MANAGE), settings::save)
        .post(Office, "/plugins/{id}/check/{mode}", Staff(MANAGE), installation::check)
        .get(Office, "/plugins/{id}/try/{mode}/{trial}", Staff(MANAGE), trial::show)
        .post(Office, "/plugins/{id}/try/{mode}/{trial}", Staff(MANAGE), trial::send)
        .get(Office, "/plugins/{id}/budget", Staff(MANAGE), budget::show)
        .post(Office, "/plugins/{id}/budget", Staff(MANAGE), budget::save)
        .get(Office, "/plugins/{id}/upgrade", Staff(MANAGE), installation::show_upgrade)
        .post(Office, "/plugins/{id}/upgrade", Staff(MANAGE), installation::upgrade)
        .post(Office, "/plugins/{id}/roll-back", Staff(MANAGE), installation::roll_back)
        .post(Office, "/plugins/{id}/go-live", Staff(MANAGE), installation::go_live)
        .post(Office, "/plugins/{id}/use-test-mode", Staff(MANAGE), installation::use_test_mode)
        .post(Office, "/plugins/{id}/close-circuit", Staff(MANAGE), installation::close_circuit)
        .post(Office, "/plugins/{id}/hold", Staff(MANAGE), installation::hold)
        .post(Office, "/plugins/{id}/resume", Staff(MANAGE), installation::resume)
        .post(Office, "/plugins/{id}/share", Staff(MANAGE), sharing::share)
        .post(Office, "/plugins/{id}/stop-sharing", Staff(MANAGE), sharing::stop)
        .get(Office, "/plugins/{id}/uninstall", Staff(MANAGE), uninstall::show)
        .post(Office, "/plugins/{id}/uninstall", Staff(MANAGE), uninstall::send)
        .post(Office, "/plugins/{id}/disable", Staff(MANAGE), installation::disable)
}

fn tabs(shell: &Shell, current: &str) -> Vec<Tab> {
    let mut places = vec![
        ("plugins", "/plugins"),
        ("calls", "/plugins/calls"),
        ("deliveries", "/plugins/deliveries"),
        ("messages", "/plugins/messages"),
        ("news", "/plugins/news"),
        ("routes", "/plugins/routes"),
    ];
    if shell.can(PUBLISH) {
        places.push(("publishing", "/publishing"));
    }
    if shell.can(REVIEW) {
        places.push(("reviewing", "/reviewing"));
    }
    let tab = |(name, href): (&str, &str)| Tab {
        label: shell.t(&format!("office-plugins-{name}")),
        href: href.to_owned(),
        active: name == current,
        count: None,
    };
    places.into_iter().map(tab).collect()
}
