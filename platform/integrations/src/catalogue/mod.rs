//! The catalogue: publishers, plugins and their versions. Versions never change; what runs is what was published, byte for byte.

pub(crate) mod api;
mod former;
mod icons;
mod model;
mod packages;
mod publish;
mod reseal;
mod service;
mod stops;
pub(crate) mod store;
mod withdraw;

pub use icons::icon;
pub(crate) use icons::{icon_of, icon_path};
pub(crate) use model::methods;
pub use model::{MethodView, PermissionView, PluginDetail, PluginLine, PublishedVersion, VersionLine, VersionState, Wish};
pub(crate) use packages::{Package, Packages, PublicKey, component_path, platform_key, public_keys};
pub(crate) use publish::PLATFORM;
pub use publish::{BundleError, Published, publish_bundle};
pub use reseal::reseal;
pub(crate) use service::kind_word;
pub use service::{get, list, on_shelf, published, published_version, shelf};
pub use stops::{Reach, StopView, list_stops, resume, stop};
pub use withdraw::{mark, offer};
pub(crate) use withdraw::{offer_own, take_back, withdraw};
