//! Plugins: what can be installed and what it would do, installations with their settings apart for test and live, the log of
//! calls, and what providers sent.

mod calls;
mod catalogue;
mod deliveries;
mod installation;
mod settings;

use integrations::{MANAGE, READ};
use kernel::routes::{Access::Staff, Face::Office, Routes};
use pages::{Shell, Tab};

pub(crate) use calls::CallPage;
pub(crate) use catalogue::ConsentPage;
pub(crate) use installation::{InstallationPage, upgrade_page};
pub(crate) use settings::page as settings_page;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/plugins", Staff(READ), catalogue::list)
        .get(Office, "/plugins/catalogue/{plugin}", Staff(READ), catalogue::show)
        .post(Office, "/plugins/catalogue/{plugin}", Staff(MANAGE), catalogue::install)
        .get(Office, "/plugins/calls", Staff(READ), calls::list)
        .get(Office, "/plugins/calls/{id}", Staff(READ), calls::show)
        .get(Office, "/plugins/deliveries", Staff(READ), deliveries::list)
        .get(Office, "/plugins/{id}", Staff(READ), installation::show)
        .get(Office, "/plugins/{id}/calls", Staff(READ), calls::list_of)
        .get(Office, "/plugins/{id}/deliveries", Staff(READ), deliveries::list_of)
        .get(Office, "/plugins/{id}/settings/{mode}", Staff(MANAGE), settings::show)
        .post(Office, "/plugins/{id}/settings/{mode}", Staff(MANAGE), settings::save)
        .post(Office, "/plugins/{id}/check/{mode}", Staff(MANAGE), installation::check)
        .get(Office, "/plugins/{id}/upgrade", Staff(MANAGE), installation::show_upgrade)
        .post(Office, "/plugins/{id}/upgrade", Staff(MANAGE), installation::upgrade)
        .post(Office, "/plugins/{id}/go-live", Staff(MANAGE), installation::go_live)
        .post(Office, "/plugins/{id}/use-test-mode", Staff(MANAGE), installation::use_test_mode)
        .post(Office, "/plugins/{id}/disable", Staff(MANAGE), installation::disable)
}

fn tabs(shell: &Shell, current: &str) -> Vec<Tab> {
    [("plugins", "/plugins"), ("calls", "/plugins/calls"), ("deliveries", "/plugins/deliveries")]
        .map(|(name, href)| Tab { label: shell.t(&format!("office-plugins-{name}")), href: href.to_owned(), active: name == current, count: None })
        .to_vec()
}
