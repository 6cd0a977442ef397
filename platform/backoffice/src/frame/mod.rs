//! What all pages of the back office are made of: navigation around them, and the three shapes that most of them have (a list, a
//! record, a form). A page is data; the templates of these shapes hold the markup.

mod batch;
mod desk;
mod export;
mod form;
mod list;
mod nav;
mod once;
mod overview;
mod record;
mod sent;
mod tile;
mod wording;

pub(crate) use batch::Batch;
pub(crate) use desk::Desk;
pub(crate) use export::{Columns, File, Format, Part, file_name};
pub(crate) use form::{Field, FormPage, Section, Table, mendable, refused_status};
pub(crate) use list::{Cell, Empty, ListPage, Row};
pub(crate) use nav::Office;
pub(crate) use once::{commit_once, seen_before};
pub(crate) use overview::{Overview, Stat};
pub(crate) use record::{Action, ChangeRow, Prose, RecordPage, Related, RelatedItem};
pub(crate) use sent::Sent;
pub(crate) use tile::Tile;
pub(crate) use wording::{Languages, beside_english, in_languages, languages, worded, wording};
