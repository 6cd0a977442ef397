//! The platform's own site: what it is, which plugins there are, opening a business on it, and the way to one's own back office.

mod home;
mod plugins;
mod ready;
mod sign_up;

use kernel::routes::{
    Access::Public,
    Face::{Office, Platform},
    Routes,
};

use crate::plugins::show_icon;

pub use home::{Demo, Demos};

pub(crate) use home::{FindPage, HomePage};
pub(crate) use plugins::{PluginPage, PluginsPage};
pub(crate) use ready::{ReadyPage, WelcomePage};
pub(crate) use sign_up::{CodePage, StartPage};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Platform, "/", Public, home::show)
        .get(Platform, "/login", Public, home::find)
        .get(Platform, "/plugins", Public, plugins::list)
        .get(Platform, "/plugins/{plugin}", Public, plugins::show)
        .get(Platform, "/plugins/icons/{name}", Public, show_icon)
        .get(Platform, "/start", Public, sign_up::show)
        .post(Platform, "/start", Public, sign_up::begin)
        .get(Platform, "/start/{id}", Public, sign_up::show_code)
        .post(Platform, "/start/{id}", Public, sign_up::confirm)
        .post(Platform, "/start/{id}/again", Public, sign_up::send_again)
        .get(Office, "/welcome/{token}", Public, ready::show)
        .post(Office, "/welcome/{token}", Public, ready::enter)
}
