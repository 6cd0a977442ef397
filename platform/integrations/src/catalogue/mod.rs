//! The catalogue: publishers, plugins and their versions. Versions never change; what runs is what was published, byte for byte.

pub(crate) mod api;
mod model;
mod packages;
mod publish;
mod service;
pub(crate) mod store;

pub(crate) use model::methods;
pub use model::{MethodView, PermissionView, PluginDetail, PluginLine, VersionState};
pub(crate) use packages::{Package, Packages, PublicKey};
pub use publish::{BundleError, Published, publish_bundle};
pub(crate) use service::kind_word;
pub use service::{get, list};
