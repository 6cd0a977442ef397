//! Use cases of the rules. The caller commits.

use kernel::{AppResult, ReadTx, TenantTx, audit::Change, error::Fields, money::Currency};
use ports::routes::RouteRule;
use uuid::Uuid;

use super::{RouteChoice, RouteInput, RouteView, store};
use crate::{
    IntegrationFailure, Integrations,
    catalogue::{self, Package},
    installs::{self, InstallMode},
};

/// Most rules of a tenant.
const MOST: usize = 200;

/// In the order in which they count.
pub async fn list(tx: &mut ReadTx) -> AppResult<Vec<RouteView>> {
    store::list(tx).await
}

/// One rule, or `route.not_found`.
pub async fn get(tx: &mut ReadTx, id: Uuid) -> AppResult<RouteView> {
    store::find(tx, id).await?.ok_or_else(|| IntegrationFailure::RouteNotFound.into())
}

/// The rules as payments are judged by them.
pub(crate) async fn rules(tx: &mut ReadTx) -> AppResult<Vec<RouteRule>> {
    let rule = |route: RouteView| RouteRule {
        method: route.method,
        currency: route.currency,
        from_minor: route.from_minor,
        to_minor: route.to_minor,
        installation: route.installation,
    };
    Ok(store::list(tx).await?.into_iter().map(rule).collect())
}

/// Installations that take money, whatever mode they are in.
pub async fn choices(integrations: &Integrations, tx: &mut ReadTx) -> AppResult<Vec<RouteChoice>> {
    let mut choices = Vec::new();
    for (installation, version) in installs::store::list_all(tx).await? {
        let Some(package) = integrations.sound_package(tx, version).await? else { continue };
        if takes_money(&package) {
            let manifest = &package.manifest;
            choices.push(RouteChoice { installation, title: manifest.display.name.clone(), methods: catalogue::methods(manifest) });
        }
    }
    Ok(choices)
}

fn takes_money(package: &Package) -> bool {
    package.manifest.kind.answers(&package.manifest.provides, "gateway")
}

/// Adds a rule. 422 beside the field that cannot be right.
pub async fn create(integrations: &Integrations, tx: &mut TenantTx, input: RouteInput) -> AppResult<Uuid> {
    let input = checked(integrations, tx, input).await?;
    if store::list(tx).await?.len() >= MOST {
        return Err(IntegrationFailure::TooManyRoutes.into());
    }
    let id = Uuid::now_v7();
    store::insert(tx, id, &input).await?;
    tx.audit(written(Change::of("integrations.route.create", "payment_route", id), &input)).await?;
    Ok(id)
}

/// Replaces a rule that still has this version. 422 beside the field that cannot be right; `route.changed`.
pub async fn change(integrations: &Integrations, tx: &mut TenantTx, id: Uuid, version: i32, input: RouteInput) -> AppResult<()> {
    let before = get(tx, id).await?;
    let input = checked(integrations, tx, input).await?;
    store::update(tx, id, version, &input).await?;
    let change = Change::of("integrations.route.change", "payment_route", id)
        .change("place", before.place, input.place)
        .change("method", before.method, input.method)
        .change("currency", before.currency, input.currency)
        .change("from_minor", before.from_minor, input.from_minor)
        .change("to_minor", before.to_minor, input.to_minor)
        .change("installation", before.installation.to_string(), input.installation.to_string());
    tx.audit(change).await
}

/// Removes a rule that still has this version; `route.changed`.
pub async fn remove(tx: &mut TenantTx, id: Uuid, version: i32) -> AppResult<()> {
    let before = get(tx, id).await?;
    store::delete(tx, id, version).await?;
    let removed = RouteInput {
        place: before.place,
        method: before.method,
        currency: before.currency,
        from_minor: before.from_minor,
        to_minor: before.to_minor,
        installation: before.installation,
    };
    tx.audit(written(Change::of("integrations.route.remove", "payment_route", id), &removed)).await
}

fn written(change: Change, route: &RouteInput) -> Change {
    change
        .set("place", route.place)
        .set("method", route.method.clone())
        .set("currency", route.currency.clone())
        .set("from_minor", route.from_minor)
        .set("to_minor", route.to_minor)
        .set("installation", route.installation.to_string())
}

/// The rule with what it names, or every field that cannot be right.
async fn checked(integrations: &Integrations, tx: &mut ReadTx, input: RouteInput) -> AppResult<RouteInput> {
    let mut fields = Fields::new();
    let input = RouteInput { method: input.method.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()), ..input };
    if !(1..=1000).contains(&input.place) {
        fields.add("place", "field-invalid");
    }
    fields.check("currency", Currency::from_code(&input.currency).ok(), "field-invalid");
    if input.from_minor < 0 {
        fields.add("from", "field-invalid");
    }
    if input.to_minor.is_some_and(|most| most < input.from_minor) {
        fields.add("to", "route-to-below-from");
    }
    let package = match installs::store::find(tx, input.installation).await?.filter(|row| row.mode != InstallMode::Removed) {
        Some(row) => integrations.sound_package(tx, row.version_id).await?.filter(|package| takes_money(package)),
        None => None,
    };
    match (&package, &input.method) {
        (None, _) => fields.add("installation", "field-invalid"),
        (Some(package), Some(method)) if package.manifest.method(method).is_none() => fields.add("method", "route-method-unknown"),
        _ => {}
    }
    fields.finish()?;
    Ok(input)
}
