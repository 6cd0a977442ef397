//! SQL of notices, of the mails that carry them, and of what people chose.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
};
use ports::outgoing::Outcome;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Channel, Delivery, Kind, NewNotice, Notice, NoticeFilter, NoticeId, NoticeState, Params, Reader, Topic};

/// True if it is new: the reader was not told of this cause before.
pub(super) async fn insert(tx: &mut TenantTx, id: NoticeId, new: &NewNotice, shown: bool, held: bool) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "insert into notices (tenant_id, id, user_id, customer_id, kind, topic, subject_kind, subject_id, params, href, cause, shown, held, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict on constraint notices_cause_key do nothing",
        tenant,
        id.0,
        new.reader.user(),
        new.reader.customer(),
        new.kind.as_str(),
        new.kind.topic().as_str(),
        new.subject.map(|(kind, _)| kind),
        new.subject.map(|(_, id)| id),
        Json(&new.params) as _,
        new.href,
        new.cause,
        shown,
        held,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The reader's notices, newest first. The owner is named besides the policies, so that an index serves it.
pub(super) async fn list(tx: &mut ReadTx, reader: Reader, filter: NoticeFilter, page: &PageRequest) -> AppResult<Page<Notice>> {
    let mut list =
        List::new("n.id, n.kind, n.topic, n.params, n.href, n.created_at, n.read_at, n.archived_at", "from notices n", "n.tenant_id", "n.id");
    match reader {
        Reader::Staff(user) => list.filter("n.user_id = ", user, ""),
        Reader::Customer(customer) => list.filter("n.customer_id = ", customer, ""),
    };
    list.fixed("n.shown");
    list.fixed(match filter.state {
        None => "n.archived_at is null",
        Some(NoticeState::Unread) => "n.archived_at is null and n.read_at is null",
        Some(NoticeState::Read) => "n.archived_at is null and n.read_at is not null",
        Some(NoticeState::Archived) => "n.archived_at is not null",
    });
    if let Some(topic) = filter.topic {
        list.filter("n.topic = ", topic.as_str(), "");
    }
    list.fetch(tx, page, |notice: &Notice| notice.id.0).await
}

/// Unread ones, at most `most`.
pub(super) async fn count_unread(tx: &mut ReadTx, reader: Reader, most: i64) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    // Two statements, each with an index of its own.
    let count = match reader {
        Reader::Staff(user) => {
            sqlx::query_scalar!(
                r#"select count(*) as "count!" from (select from notices where tenant_id = $1 and user_id = $2 and read_at is null
                     and archived_at is null and shown limit $3) n"#,
                tenant,
                user,
                most
            )
            .fetch_one(tx.conn())
            .await?
        }
        Reader::Customer(customer) => {
            sqlx::query_scalar!(
                r#"select count(*) as "count!" from (select from notices where tenant_id = $1 and customer_id = $2 and read_at is null
                     and archived_at is null and shown limit $3) n"#,
                tenant,
                customer,
                most
            )
            .fetch_one(tx.conn())
            .await?
        }
    };
    Ok(count)
}

/// Where the notice leads, once it is read. None if the reader has no such notice.
pub(super) async fn mark_read(tx: &mut TenantTx, reader: Reader, id: NoticeId) -> AppResult<Option<String>> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let href = sqlx::query_scalar!(
        "update notices set read_at = coalesce(read_at, $5) where tenant_id = $1 and id = $2 and (user_id = $3 or customer_id = $4) returning href",
        tenant,
        id.0,
        reader.user(),
        reader.customer(),
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(href)
}

/// Gives how many were unread.
pub(super) async fn mark_all_read(tx: &mut TenantTx, reader: Reader) -> AppResult<u64> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update notices set read_at = $4 where tenant_id = $1 and (user_id = $2 or customer_id = $3) and read_at is null and archived_at is null",
        tenant,
        reader.user(),
        reader.customer(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// What the reader chose.
pub(super) async fn choices(tx: &mut ReadTx, reader: Reader) -> AppResult<Vec<(Topic, Channel, Delivery)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select topic as "topic: Topic", channel as "channel: Channel", delivery as "delivery: Delivery" from notice_choices
           where tenant_id = $1 and (user_id = $2 or customer_id = $3)"#,
        tenant,
        reader.user(),
        reader.customer()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.topic, row.channel, row.delivery)).collect())
}

pub(super) async fn put_choice(tx: &mut TenantTx, reader: Reader, topic: Topic, channel: Channel, delivery: Delivery) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into notice_choices (tenant_id, id, user_id, customer_id, topic, channel, delivery, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict on constraint notice_choices_reader_key do update set delivery = $7, updated_at = $8",
        tenant,
        Uuid::now_v7(),
        reader.user(),
        reader.customer(),
        topic.as_str(),
        channel.as_str(),
        delivery.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Wants a mail for the reader: of one notice, or the digest of a day. None if the day's digest is there.
pub(super) async fn insert_mail(tx: &mut TenantTx, reader: Reader, day: Option<NaiveDate>) -> AppResult<Option<Uuid>> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let id = sqlx::query_scalar!(
        "insert into notice_mails (tenant_id, id, user_id, customer_id, day, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)
         on conflict on constraint notice_mails_day_key do nothing returning id",
        tenant,
        Uuid::now_v7(),
        reader.user(),
        reader.customer(),
        day,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

/// Lets a mail carry a notice.
pub(super) async fn put_into_mail(tx: &mut TenantTx, id: NoticeId, mail: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update notices set mail_id = $3 where tenant_id = $1 and id = $2", tenant, id.0, mail).execute(tx.conn()).await?;
    Ok(())
}

/// Staff for whom notices wait.
pub(super) async fn list_awaiting_digest(tx: &mut ReadTx) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let users = sqlx::query_scalar!(r#"select distinct user_id as "user!" from notices where tenant_id = $1 and held order by 1"#, tenant)
        .fetch_all(tx.conn())
        .await?;
    Ok(users)
}

/// Lets the digest carry what waits for the user.
pub(super) async fn put_held_into_mail(tx: &mut TenantTx, user: Uuid, mail: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update notices set held = false, mail_id = $3 where tenant_id = $1 and user_id = $2 and held", tenant, user, mail)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A mail that this worker is to send.
pub struct ClaimedMail {
    pub user_id: Option<Uuid>,
    pub customer_id: Option<Uuid>,
    pub day: Option<NaiveDate>,
}

/// None if it is done, or another worker sends it, whose claim is of `stale` or later. Claims are real time.
pub(super) async fn claim_mail(tx: &mut TenantTx, id: Uuid, stale: DateTime<Utc>) -> AppResult<Option<ClaimedMail>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        ClaimedMail,
        "update notice_mails set state = 'sending', claimed_at = now(), updated_at = $4
         where tenant_id = $1 and id = $2 and (state = 'wanted' or (state = 'sending' and claimed_at < $3)) returning user_id, customer_id, day",
        tenant,
        id,
        stale,
        tx.scope().now()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn is_mail_claimed(tx: &mut ReadTx, id: Uuid) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let claimed = sqlx::query_scalar!(r#"select state = 'sending' as "claimed!" from notice_mails where tenant_id = $1 and id = $2"#, tenant, id)
        .fetch_optional(tx.conn())
        .await?;
    Ok(claimed.unwrap_or(false))
}

/// Writes what became of a claimed mail.
pub(super) async fn update_mail(tx: &mut TenantTx, id: Uuid, outcome: Outcome, provider_ref: Option<&str>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let sent_at = (outcome == Outcome::Sent).then_some(now);
    sqlx::query!(
        "update notice_mails set state = $3, provider_ref = $4, sent_at = $5, claimed_at = null, updated_at = $6
         where tenant_id = $1 and id = $2 and state = 'sending'",
        tenant,
        id,
        outcome.as_str(),
        provider_ref,
        sent_at,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a mail carries, oldest first; at most `most`.
pub(super) async fn of_mail(tx: &mut ReadTx, mail: Uuid, most: i64) -> AppResult<Vec<Notice>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select id as "id: NoticeId", kind as "kind: Kind", topic as "topic: Topic", params as "params: Json<Params>", href, created_at, read_at, archived_at
           from notices where tenant_id = $1 and mail_id = $2 order by id limit $3"#,
        tenant,
        mail,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Notice {
            id: row.id,
            kind: row.kind,
            topic: row.topic,
            params: row.params.0,
            href: row.href,
            created_at: row.created_at,
            read_at: row.read_at,
            archived_at: row.archived_at,
        })
        .collect())
}

/// Notes that the day's reminders are made.
pub(super) async fn close_day(tx: &mut TenantTx, day: NaiveDate) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("insert into reminder_days (tenant_id, day, made_at) values ($1, $2, now()) on conflict do nothing", tenant, day)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn is_day_closed(tx: &mut ReadTx, day: NaiveDate) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_scalar!(r#"select true as "found!" from reminder_days where tenant_id = $1 and day = $2"#, tenant, day)
        .fetch_optional(tx.conn())
        .await?;
    Ok(found.is_some())
}

/// Archives what is older; at most so many at once. Gives how many.
pub(super) async fn archive(tx: &mut TenantTx, before: DateTime<Utc>, most: i64) -> AppResult<u64> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update notices set archived_at = $3, held = false where tenant_id = $1 and id in
           (select id from notices where tenant_id = $1 and archived_at is null and created_at < $2 order by created_at limit $4)",
        tenant,
        before,
        now,
        most
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Removes what nobody looks for any more: notices with their mails, and days that are long over.
pub(super) async fn purge(tx: &mut TenantTx, notices_before: DateTime<Utc>, days_before: NaiveDate) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from notices where tenant_id = $1 and created_at < $2 and archived_at is not null", tenant, notices_before)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "delete from notice_mails m where tenant_id = $1 and created_at < $2
           and not exists (select from notices n where n.tenant_id = m.tenant_id and n.mail_id = m.id)",
        tenant,
        notices_before
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from reminder_days where tenant_id = $1 and day < $2", tenant, days_before).execute(tx.conn()).await?;
    Ok(())
}

/// Deletes what a customer was told, the mails of it and what it chose.
pub(crate) async fn forget(tx: &mut TenantTx, customer: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from notices where tenant_id = $1 and customer_id = $2", tenant, customer).execute(tx.conn()).await?;
    sqlx::query!("delete from notice_mails where tenant_id = $1 and customer_id = $2", tenant, customer).execute(tx.conn()).await?;
    sqlx::query!("delete from notice_choices where tenant_id = $1 and customer_id = $2", tenant, customer).execute(tx.conn()).await?;
    Ok(())
}
