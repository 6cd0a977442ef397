//! Use cases of endpoints. The caller commits, unless a function sends something: those take a scope.

use std::collections::BTreeSet;

use chrono::Utc;
use kernel::{
    App, AppError, AppResult, ReadTx, Scope, TenantTx,
    audit::Change,
    error::Fields,
    paging::{Page, PageRequest},
    sealing::Sealer,
};
use ports::webhook::Courier;
use serde_json::Map;
use uuid::Uuid;

use super::{
    Deliver, Endpoint, EndpointId, EndpointInput, EndpointState, Message, MessageFilter, MessageId, MessageLine, TEST, WebhookError, catalogue,
    deliver, rules, store,
};

/// Endpoints of a tenant.
const MOST: i64 = 20;
/// Secrets of an endpoint that count at once.
const SECRETS: usize = 3;

const OBJECT: &str = "webhook_endpoint";

/// Endpoints, newest first.
pub async fn list(tx: &mut ReadTx, page: &PageRequest) -> AppResult<Page<Endpoint>> {
    store::list(tx, page).await
}

/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: EndpointId) -> AppResult<Endpoint> {
    store::find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Adds an endpoint and gives the secret that its messages are signed with.
///
/// # Errors
/// `validation_error`; `webhook.too_many`.
pub async fn create(app: &App, tx: &mut TenantTx, input: &EndpointInput) -> AppResult<(Endpoint, String)> {
    let wanted = check(app, input)?;
    if store::count(tx).await? >= MOST {
        return Err(WebhookError::TooMany.into());
    }
    let endpoint = Endpoint {
        id: EndpointId::new(),
        name: wanted.name,
        url: wanted.url,
        events: wanted.events,
        state: EndpointState::Active,
        failing_since: None,
        gave_up: false,
        version: 1,
        created_at: tx.scope().now(),
    };
    store::insert(tx, &endpoint).await?;
    let secret = add_secret(&app.sealer, tx, endpoint.id).await?;
    let change = Change::of("outreach.webhook.create", OBJECT, endpoint.id.0).set("name", endpoint.name.clone()).set("url", endpoint.url.clone());
    tx.audit(change.set("events", endpoint.events.join(", "))).await?;
    Ok((endpoint, secret))
}

/// Changes name, address and events of an endpoint that still has this version.
///
/// # Errors
/// `not_found`; `validation_error`; `webhook.changed`.
pub async fn update(app: &App, tx: &mut TenantTx, id: EndpointId, version: i32, input: &EndpointInput) -> AppResult<()> {
    let before = get(tx, id).await?;
    let wanted = check(app, input)?;
    let after = Endpoint { name: wanted.name, url: wanted.url, events: wanted.events, ..before.clone() };
    store::update(tx, &after, version).await?;
    let change = Change::of("outreach.webhook.update", OBJECT, id.0).change("name", before.name, after.name).change("url", before.url, after.url);
    tx.audit(change.change("events", before.events.join(", "), after.events.join(", "))).await
}

fn check(app: &App, input: &EndpointInput) -> AppResult<EndpointInput> {
    let courier = app.port::<dyn Courier>()?;
    let mut fields = Fields::new();
    let (name, url) = (fields.line("name", &input.name, 100), fields.line("url", &input.url, 500));
    if !url.is_empty() && courier.check(&url).is_err() {
        fields.add("url", "field-webhook-url");
    }
    let events: BTreeSet<&String> = input.events.iter().collect();
    if events.iter().any(|name| catalogue::find(name).is_none()) {
        fields.add("events", "field-invalid");
    }
    let events = events.into_iter().cloned().collect();
    fields.finish()?;
    Ok(EndpointInput { name, url, events })
}

/// Replaces the secret. Messages carry signatures by both for a day, so that receivers can change theirs without losing any.
///
/// # Errors
/// `not_found`; `webhook.rotated` if that was done several times within the day.
pub async fn rotate(app: &App, tx: &mut TenantTx, id: EndpointId) -> AppResult<String> {
    get(tx, id).await?;
    // How long a secret counts does not depend on the business clock.
    let now = Utc::now();
    if store::list_secrets(tx, id, now).await?.len() >= SECRETS {
        return Err(WebhookError::Rotated.into());
    }
    store::end_secret(tx, id, now + rules::OVERLAP).await?;
    let secret = add_secret(&app.sealer, tx, id).await?;
    tx.audit(Change::of("outreach.webhook.rotate", OBJECT, id.0)).await?;
    Ok(secret)
}

/// The present secret; that it was looked at is recorded.
///
/// # Errors
/// `not_found`.
pub async fn reveal(app: &App, tx: &mut TenantTx, id: EndpointId) -> AppResult<String> {
    get(tx, id).await?;
    let secret = open_secrets(&app.sealer, tx, id).await?.into_iter().next().ok_or_else(AppError::not_found)?;
    tx.audit(Change::of("outreach.webhook.reveal", OBJECT, id.0)).await?;
    Ok(secret)
}

fn place(endpoint: EndpointId) -> String {
    format!("outreach.webhook:{endpoint}")
}

async fn add_secret(sealer: &Sealer, tx: &mut TenantTx, endpoint: EndpointId) -> AppResult<String> {
    let secret = rules::new_secret();
    let sealed = sealer.seal(tx, &place(endpoint), secret.as_bytes()).await?;
    store::insert_secret(tx, endpoint, &sealed).await?;
    Ok(secret)
}

/// Those that still count, the newest first.
pub(super) async fn open_secrets(sealer: &Sealer, tx: &mut ReadTx, endpoint: EndpointId) -> AppResult<Vec<String>> {
    let mut secrets = Vec::new();
    for sealed in store::list_secrets(tx, endpoint, Utc::now()).await? {
        let plain = sealer.open(tx, &place(endpoint), &sealed).await?;
        secrets.push(String::from_utf8(plain).map_err(AppError::internal)?);
    }
    Ok(secrets)
}

/// Switches an endpoint off; what waits for it is given up, and can be sent again by hand. Repeating changes nothing.
///
/// # Errors
/// `not_found`.
pub async fn disable(tx: &mut TenantTx, id: EndpointId) -> AppResult<()> {
    get(tx, id).await?;
    if store::set_state(tx, id, EndpointState::Disabled, false).await? {
        store::fail_waiting(tx, id).await?;
        tx.audit(Change::of("outreach.webhook.disable", OBJECT, id.0)).await?;
    }
    Ok(())
}

/// Switches it on: it hears of what happens from now on. Repeating changes nothing.
///
/// # Errors
/// `not_found`.
pub async fn enable(tx: &mut TenantTx, id: EndpointId) -> AppResult<()> {
    get(tx, id).await?;
    if store::set_state(tx, id, EndpointState::Active, false).await? {
        tx.audit(Change::of("outreach.webhook.enable", OBJECT, id.0)).await?;
    }
    Ok(())
}

/// Sends a message without meaning, once and at once, and gives what came of it.
///
/// # Errors
/// `not_found`; `webhook.disabled`.
pub async fn test(app: &App, scope: &Scope, id: EndpointId) -> AppResult<MessageId> {
    let mut tx = scope.begin_write().await?;
    if get(&mut tx, id).await?.state != EndpointState::Active {
        return Err(WebhookError::Disabled.into());
    }
    let message = MessageId::new();
    let body = catalogue::body(TEST, scope.now(), Map::from_iter([("endpoint_id".to_owned(), id.to_string().into())]));
    let new = store::NewMessage { id: message, endpoint: id, event: Uuid::now_v7(), kind: TEST, body: &body };
    store::insert_message(&mut tx, new).await?;
    // Should this process end meanwhile.
    tx.enqueue_at(&Deliver { message, attempt: 0 }, Utc::now() + deliver::LONGEST).await?;
    tx.audit(Change::of("outreach.webhook.test", OBJECT, id.0)).await?;
    tx.commit().await?;
    deliver::attempt(app, scope, message, 0).await?;
    Ok(message)
}

/// Messages to an endpoint, newest first.
pub async fn messages(tx: &mut ReadTx, endpoint: EndpointId, filter: &MessageFilter, page: &PageRequest) -> AppResult<Page<MessageLine>> {
    store::list_messages(tx, endpoint, filter, page).await
}

/// # Errors
/// `not_found`.
pub async fn message(tx: &mut ReadTx, id: MessageId) -> AppResult<Message> {
    store::find_message(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Has a message sent again, under its id: whoever took it knows it.
///
/// # Errors
/// `not_found`; `webhook.disabled`; `webhook.waiting`.
pub async fn replay(tx: &mut TenantTx, id: MessageId) -> AppResult<()> {
    let endpoint = get_endpoint_of(tx, id).await?;
    if endpoint.state != EndpointState::Active {
        return Err(WebhookError::Disabled.into());
    }
    if !store::begin_again(tx, id).await? {
        return Err(WebhookError::Waiting.into());
    }
    tx.enqueue(&Deliver { message: id, attempt: 0 }).await?;
    tx.audit(Change::of("outreach.webhook.replay", OBJECT, endpoint.id.0).set("message", id.to_string())).await
}

async fn get_endpoint_of(tx: &mut ReadTx, message: MessageId) -> AppResult<Endpoint> {
    let found = self::message(tx, message).await?;
    get(tx, found.message.endpoint_id).await
}
