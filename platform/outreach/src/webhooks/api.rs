//! `/webhooks/endpoints`: systems of the tenant's that are told what happened.

use axum::{extract::State, http::StatusCode};
use integrations::{MANAGE, READ};
use kernel::{
    App, AppResult,
    http::{Json, Path, Query, Staff},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::{Endpoint, EndpointId, EndpointInput, Message, MessageFilter, MessageId, MessageLine, service};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(READ), routes!(list_endpoints))
        .api(Access::Staff(MANAGE), routes!(create_endpoint))
        .api(Access::Staff(READ), routes!(get_endpoint))
        .api(Access::Staff(MANAGE), routes!(update_endpoint))
        .api(Access::Staff(MANAGE), routes!(rotate_secret))
        .api(Access::Staff(MANAGE), routes!(test_endpoint))
        .api(Access::Staff(MANAGE), routes!(enable_endpoint))
        .api(Access::Staff(MANAGE), routes!(disable_endpoint))
        .api(Access::Staff(READ), routes!(list_messages))
        .api(Access::Staff(READ), routes!(get_message))
        .api(Access::Staff(MANAGE), routes!(replay_message))
}

/// An endpoint with the secret that its messages are signed with, which is not sent again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct NewEndpoint {
    #[serde(flatten)]
    endpoint: Endpoint,
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
}

/// A secret that replaces the one before, which counts for another day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct NewSecret {
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
}

/// An endpoint as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EndpointChange {
    /// As it was read.
    version: i32,
    name: String,
    /// `https` and a public host by its name.
    url: String,
    /// Empty: every event.
    #[serde(default)]
    events: Vec<String>,
}

#[utoipa::path(get, path = "/webhooks/endpoints", tag = "Webhooks", summary = "Systems that are told what happened", params(PageRequest),
    responses((status = 200, body = Page<Endpoint>)))]
async fn list_endpoints(staff: Staff, Query(page): Query<PageRequest>) -> AppResult<Json<Page<Endpoint>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::list(&mut tx, &page).await?))
}

#[utoipa::path(post, path = "/webhooks/endpoints", tag = "Webhooks", summary = "Add a system that is told what happens", request_body = EndpointInput,
    responses((status = 201, body = NewEndpoint), (status = 409, description = "webhook.too_many"), (status = 422)))]
async fn create_endpoint(State(app): State<App>, staff: Staff, Json(input): Json<EndpointInput>) -> AppResult<(StatusCode, Json<NewEndpoint>)> {
    let mut tx = staff.begin_write().await?;
    let (endpoint, secret) = service::create(&app, &mut tx, &input).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(NewEndpoint { endpoint, secret })))
}

#[utoipa::path(get, path = "/webhooks/endpoints/{id}", tag = "Webhooks", summary = "One of these systems", params(("id" = EndpointId, Path)),
    responses((status = 200, body = Endpoint), (status = 404)))]
async fn get_endpoint(staff: Staff, Path(id): Path<EndpointId>) -> AppResult<Json<Endpoint>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::get(&mut tx, id).await?))
}

#[utoipa::path(put, path = "/webhooks/endpoints/{id}", tag = "Webhooks", summary = "Change its name, address and events",
    params(("id" = EndpointId, Path)), request_body = EndpointChange,
    responses((status = 200, body = Endpoint), (status = 404), (status = 412, description = "webhook.changed"), (status = 422)))]
async fn update_endpoint(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EndpointId>,
    Json(change): Json<EndpointChange>,
) -> AppResult<Json<Endpoint>> {
    let EndpointChange { version, name, url, events } = change;
    let mut tx = staff.begin_write().await?;
    service::update(&app, &mut tx, id, version, &EndpointInput { name, url, events }).await?;
    let endpoint = service::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(endpoint))
}

#[utoipa::path(post, path = "/webhooks/endpoints/{id}/rotate", tag = "Webhooks", summary = "Replace its secret",
    description = "For a day messages carry signatures by both.", params(("id" = EndpointId, Path)),
    responses((status = 200, body = NewSecret), (status = 404), (status = 409, description = "webhook.rotated")))]
async fn rotate_secret(State(app): State<App>, staff: Staff, Path(id): Path<EndpointId>) -> AppResult<Json<NewSecret>> {
    let mut tx = staff.begin_write().await?;
    let secret = service::rotate(&app, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(NewSecret { secret }))
}

#[utoipa::path(post, path = "/webhooks/endpoints/{id}/test", tag = "Webhooks", summary = "Send it a message without meaning",
    description = "Answers 200 also if it was not taken: the message says what came of it.", params(("id" = EndpointId, Path)),
    responses((status = 200, body = Message), (status = 404), (status = 409, description = "webhook.disabled")))]
async fn test_endpoint(State(app): State<App>, staff: Staff, Path(id): Path<EndpointId>) -> AppResult<Json<Message>> {
    let message = service::test(&app, &staff.scope, id).await?;
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::message(&mut tx, message).await?))
}

#[utoipa::path(post, path = "/webhooks/endpoints/{id}/enable", tag = "Webhooks", summary = "Switch it on", params(("id" = EndpointId, Path)),
    responses((status = 200, body = Endpoint), (status = 404)))]
async fn enable_endpoint(staff: Staff, Path(id): Path<EndpointId>) -> AppResult<Json<Endpoint>> {
    let mut tx = staff.begin_write().await?;
    service::enable(&mut tx, id).await?;
    let endpoint = service::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(endpoint))
}

#[utoipa::path(post, path = "/webhooks/endpoints/{id}/disable", tag = "Webhooks", summary = "Switch it off", params(("id" = EndpointId, Path)),
    responses((status = 200, body = Endpoint), (status = 404)))]
async fn disable_endpoint(staff: Staff, Path(id): Path<EndpointId>) -> AppResult<Json<Endpoint>> {
    let mut tx = staff.begin_write().await?;
    service::disable(&mut tx, id).await?;
    let endpoint = service::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(endpoint))
}

#[utoipa::path(get, path = "/webhooks/endpoints/{id}/messages", tag = "Webhooks", summary = "What it was sent, newest first",
    params(("id" = EndpointId, Path), PageRequest, MessageFilter), responses((status = 200, body = Page<MessageLine>)))]
async fn list_messages(
    staff: Staff,
    Path(id): Path<EndpointId>,
    Query(page): Query<PageRequest>,
    Query(filter): Query<MessageFilter>,
) -> AppResult<Json<Page<MessageLine>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::messages(&mut tx, id, &filter, &page).await?))
}

#[utoipa::path(get, path = "/webhooks/messages/{id}", tag = "Webhooks", summary = "A message with every attempt", params(("id" = MessageId, Path)),
    responses((status = 200, body = Message), (status = 404)))]
async fn get_message(staff: Staff, Path(id): Path<MessageId>) -> AppResult<Json<Message>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::message(&mut tx, id).await?))
}

#[utoipa::path(post, path = "/webhooks/messages/{id}/replay", tag = "Webhooks", summary = "Send a message again", params(("id" = MessageId, Path)),
    responses((status = 200, body = Message), (status = 404), (status = 409, description = "webhook.disabled, webhook.waiting")))]
async fn replay_message(staff: Staff, Path(id): Path<MessageId>) -> AppResult<Json<Message>> {
    let mut tx = staff.begin_write().await?;
    service::replay(&mut tx, id).await?;
    let message = service::message(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(message))
}
