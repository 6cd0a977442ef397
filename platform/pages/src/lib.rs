//! What every server-rendered page shares: the shell around it, its form, its list, and the small parts that components print.
//! Portal and back office build their pages from these; texts come from Fluent, so nothing here is written in a language.

mod assets;
mod count;
mod download;
mod extract;
mod flash;
mod form;
mod list;
mod markdown;
mod nonce;
mod notices;
mod parts;
mod profiles;
mod regulator;
mod render;
mod shell;

pub use assets::Assets;
pub use count::Count;
pub use download::{CSV, download};
pub use extract::PageShell;
pub use flash::{FLASH_COOKIE, redirect, redirect_undoable, redirect_with};
pub use form::{Complaint, FormState};
pub use list::{Align, BulkAction, Chip, Column, ColumnChoice, Filter, FilterKind, ListBar, ListQuery, ListTools, Order, address, encoded};
pub use markdown::markdown;
pub use nonce::Nonce;
pub use notices::{NoticeList, bell_list};
pub use parts::{
    Badge, Choice, Crumb, ErrorView, Event, Fact, Flash, Language, Link, NavGroup, NavItem, Notice, NoticeRow, PriceKind, PriceLine, Step, StepState,
    Tab, Tone,
};
pub use profiles::Profiles;
pub use regulator::regulator;
pub use render::{html, html_with};
pub use shell::{Brand, Caller, Shell};
