//! What every module of Wakala stands on: tenants and their transactions, money, identifiers, time, errors, events, work to do,
//! audit, HTTP extractors, paging and texts. It holds no business noun, and it changes rarely, since everything rebuilds with it.

pub mod access;
pub mod app;
pub mod audit;
pub mod calendar;
pub mod clock;
pub mod csrf;
pub mod database;
pub mod dead_letters;
pub mod error;
pub mod events;
pub mod hosts;
pub mod http;
pub mod i18n;
pub mod idempotency;
pub mod identifiers;
pub mod ids;
pub mod jobs;
pub mod languages;
pub mod module;
pub mod money;
pub mod packs;
pub mod paging;
pub mod personal_data;
pub mod phone;
pub mod platform_tx;
pub mod profile;
pub mod rests;
pub mod routes;
pub mod scope;
pub mod sealing;
pub mod series;
pub mod settings;
pub mod signals;
pub mod tenant;
pub mod text_enum;
pub mod tokens;
pub mod tx;
pub mod wordings;

pub use app::App;
pub use error::{AppError, AppResult, Failure, Kind};
pub use scope::{Actor, Audience, Scope, Sight};
pub use tenant::{Tenant, TenantId};
pub use tx::{ReadTx, TenantTx};
