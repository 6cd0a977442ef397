//! Notices over HTTP, each reader's own.

use axum::extract::State;
use chrono::{DateTime, Utc};
use kernel::{
    App, AppError, AppResult,
    http::{Anyone, Json, Path, Query, error::ErrorBody},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::{
    Channel, Delivery, Kind, Notice, NoticeFilter, NoticeId, Reader, Told, Topic, rules,
    service::{self, Wanted},
};

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct NotificationView {
    id: NoticeId,
    #[serde(rename = "type")]
    kind: Kind,
    topic: Topic,
    #[schema(example = "Payment received")]
    title: String,
    message: String,
    /// A page of the host on which the reader is.
    #[schema(example = "/orders/0190f3a0-0000-7000-8000-000000000000")]
    action_url: String,
    is_read: bool,
    read_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl NotificationView {
    fn new((notice, told): (Notice, Told)) -> Self {
        Self {
            id: notice.id,
            kind: notice.kind,
            topic: notice.topic,
            title: told.title,
            message: told.body,
            action_url: notice.href,
            is_read: notice.read_at.is_some(),
            read_at: notice.read_at,
            created_at: notice.created_at,
        }
    }
}

fn reader(who: &Anyone) -> AppResult<Reader> {
    Reader::of(&who.scope).ok_or_else(AppError::unauthenticated)
}

/// The caller's notifications, newest first.
#[utoipa::path(get, path = "/notifications", tag = "notifications", params(NoticeFilter, PageRequest),
    responses((status = 200, body = Page<NotificationView>)))]
async fn list_notifications(
    State(app): State<App>,
    who: Anyone,
    Query(filter): Query<NoticeFilter>,
    Query(page): Query<PageRequest>,
) -> AppResult<Json<Page<NotificationView>>> {
    let mut tx = who.begin_read().await?;
    let found = service::list(&mut tx, reader(&who)?, filter, &page).await?;
    drop(tx);
    Ok(Json(service::worded(&app, &who.scope, found).await?.map(NotificationView::new)))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Unread {
    /// Exact up to 100.
    unread: i64,
}

/// How many notifications the caller has not read.
#[utoipa::path(get, path = "/notifications/unread-count", tag = "notifications", responses((status = 200, body = Unread)))]
async fn unread_count(who: Anyone) -> AppResult<Json<Unread>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(Unread { unread: service::unread(&mut tx, reader(&who)?).await? }))
}

/// Notes that a notification was read. Repeating changes nothing.
#[utoipa::path(patch, path = "/notifications/{id}/read", tag = "notifications", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Unread), (status = 404, body = ErrorBody)))]
async fn mark_read(who: Anyone, Path(id): Path<NoticeId>) -> AppResult<Json<Unread>> {
    let reader = reader(&who)?;
    let mut tx = who.begin_write().await?;
    service::mark_read(&mut tx, reader, id).await?;
    let unread = service::unread(&mut tx, reader).await?;
    tx.commit().await?;
    Ok(Json(Unread { unread }))
}

/// Notes that all of the caller's notifications were read. Repeating changes nothing.
#[utoipa::path(post, path = "/notifications/mark-all-read", tag = "notifications", responses((status = 200, body = Unread)))]
async fn mark_all_read(who: Anyone) -> AppResult<Json<Unread>> {
    let mut tx = who.begin_write().await?;
    service::mark_all_read(&mut tx, reader(&who)?).await?;
    tx.commit().await?;
    Ok(Json(Unread { unread: 0 }))
}

/// Choices of one request: more than there are topics and channels.
const MOST_CHOICES: usize = 50;

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Preference {
    topic: Topic,
    channel: Channel,
    delivery: Delivery,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PreferenceView {
    topic: Topic,
    channel: Channel,
    delivery: Delivery,
    /// What may be chosen.
    allowed: &'static [Delivery],
}

async fn preferences_of(tx: &mut kernel::ReadTx, reader: Reader) -> AppResult<Vec<PreferenceView>> {
    let wanted = Wanted::of(tx, reader).await?;
    let view = |(topic, channel, delivery)| PreferenceView { topic, channel, delivery, allowed: rules::deliveries(reader, channel) };
    Ok(wanted.all().map(view).collect())
}

/// What the caller wants to be told of, and how.
#[utoipa::path(get, path = "/notifications/preferences", tag = "notifications", responses((status = 200, body = [PreferenceView])))]
async fn preferences(who: Anyone) -> AppResult<Json<Vec<PreferenceView>>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(preferences_of(&mut tx, reader(&who)?).await?))
}

/// Changes some of what the caller wants; the rest stays. Repeating changes nothing.
#[utoipa::path(patch, path = "/notifications/preferences", tag = "notifications", request_body = [Preference],
    responses((status = 200, body = [PreferenceView]), (status = 422, body = ErrorBody)))]
async fn choose(who: Anyone, Json(choices): Json<Vec<Preference>>) -> AppResult<Json<Vec<PreferenceView>>> {
    let reader = reader(&who)?;
    if choices.len() > MOST_CHOICES {
        return Err(AppError::field("body", "field-invalid"));
    }
    let choices: Vec<_> = choices.into_iter().map(|choice| (choice.topic, choice.channel, choice.delivery)).collect();
    let mut tx = who.begin_write().await?;
    service::choose(&mut tx, reader, &choices).await?;
    let now = preferences_of(&mut tx, reader).await?;
    tx.commit().await?;
    Ok(Json(now))
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::SignedIn, routes!(list_notifications))
        .api(Access::SignedIn, routes!(unread_count))
        .api(Access::SignedIn, routes!(mark_read))
        .api(Access::SignedIn, routes!(mark_all_read))
        .api(Access::SignedIn, routes!(preferences, choose))
}
