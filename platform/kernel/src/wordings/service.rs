//! Use cases of wordings. The caller commits, and holds staff's permission.

use super::{Wording, WordingRow, store};
use crate::{
    App, AppError, AppResult, Kind, ReadTx, TenantTx,
    audit::Change,
    error::{FieldError, Fields},
};

/// Characters of a wording.
pub const LONGEST: usize = 4_000;
/// Wordings of a tenant.
const MOST: i64 = 2_000;

/// All words of the tenant's own.
pub async fn list(tx: &mut ReadTx) -> AppResult<Vec<WordingRow>> {
    store::list(tx).await
}

/// The tenant's own words for one text, if it has some.
pub async fn find(tx: &mut ReadTx, language: &str, key: &str) -> AppResult<Option<WordingRow>> {
    store::find(tx, language, key).await
}

/// Puts the tenant's words in place of a text. `field` is what a form calls them; `expected` the version that was read, 0 for none.
///
/// # Errors
/// `not_found` for a text that the platform does not have; an error of the field for an unknown value, or for what is empty or too
/// long; `setting_changed` if somebody was quicker; `wording.too_many`.
pub async fn set(app: &App, tx: &mut TenantTx, field: &'static str, language: &str, key: &str, text: &str, expected: i32) -> AppResult<()> {
    let original = app.texts.original(language, key).ok_or_else(AppError::not_found)?;
    let mut fields = Fields::new();
    let text = text.replace("\r\n", "\n");
    // What is one line at the platform, such as a subject, is one line here.
    let text = if original.contains('\n') { fields.text(field, &text, LONGEST) } else { fields.line(field, &text, LONGEST) };
    fields.finish()?;
    known_values(field, &original, &text)?;
    let before = store::find(tx, language, key).await?;
    if before.as_ref().map_or(0, |row| row.version) != expected {
        return Err(changed());
    }
    if before.is_none() && store::count(tx).await? >= MOST {
        return Err(AppError::new(Kind::Conflict, "wording.too_many").with("max", MOST.to_string()));
    }
    let id = store::put(tx, language, key, &text, expected).await?.ok_or_else(changed)?;
    let before = before.map_or(original, |row| row.text);
    tx.audit(Change::of("tenancy.wording.change", "wording", id).because(format!("{key}, {language}")).change("text", before, text)).await?;
    tell(app, tx).await
}

/// Takes the tenant's words away: the platform's text stands again. `expected` is the version that was read. Repeating changes nothing.
///
/// # Errors
/// `setting_changed` if somebody was quicker and worded it otherwise.
pub async fn reset(app: &App, tx: &mut TenantTx, language: &str, key: &str, expected: i32) -> AppResult<()> {
    if store::find(tx, language, key).await?.is_none() {
        return Ok(());
    }
    let (id, before) = store::delete(tx, language, key, expected).await?.ok_or_else(changed)?;
    let original = app.texts.original(language, key).unwrap_or_default();
    tx.audit(Change::of("tenancy.wording.reset", "wording", id).because(format!("{key}, {language}")).change("text", before, original)).await?;
    tell(app, tx).await
}

fn changed() -> AppError {
    AppError::new(Kind::Precondition, "setting_changed")
}

/// A value that the platform's text does not have could never be filled in.
fn known_values(field: &'static str, original: &str, text: &str) -> AppResult<()> {
    let (original, text) = (Wording::parse(original), Wording::parse(text));
    let known = original.gaps();
    let Some(unknown) = text.gaps().into_iter().find(|name| !known.contains(name)) else { return Ok(()) };
    let names: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
    let params = vec![("unknown", format!("{{{unknown}}}")), ("known", names.join(", "))];
    let code = if names.is_empty() { "wording-no-values" } else { "wording-unknown-value" };
    let error = FieldError { field: field.into(), code: code.into(), params };
    Err(AppError { fields: vec![error], ..AppError::new(Kind::Invalid, "validation_error") })
}

async fn tell(app: &App, tx: &mut TenantTx) -> AppResult<()> {
    store::raise(tx).await?;
    let (app, tenant) = (app.clone(), tx.scope().tenant.id);
    tx.after_commit(move || app.forget_wordings(tenant));
    Ok(())
}
