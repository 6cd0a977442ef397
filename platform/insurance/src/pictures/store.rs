//! SQL of pictures.

use kernel::{AppResult, ReadTx, TenantTx, error::expect_one};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Owner, OwnerKind, Picture, PictureFailure};
use crate::text::LocalText;

/// A shelf, its insurers and categories have fewer.
const MOST: i64 = 1_000;

struct Columns {
    owner_kind: OwnerKind,
    owner_id: Uuid,
    alt: Json<LocalText>,
    hash: String,
    format: String,
    widths: Vec<i32>,
    width: i32,
    height: i32,
    version: i32,
}

impl From<Columns> for Picture {
    fn from(c: Columns) -> Self {
        Self {
            owner: Owner { kind: c.owner_kind, id: c.owner_id },
            alt: c.alt.0,
            hash: c.hash,
            format: c.format,
            widths: c.widths,
            width: c.width,
            height: c.height,
            version: c.version,
        }
    }
}

pub(super) async fn list(tx: &mut ReadTx) -> AppResult<Vec<Picture>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Columns,
        r#"select owner_kind as "owner_kind: OwnerKind", owner_id, alt as "alt: Json<LocalText>", hash, format, widths, width, height, version
           from pictures where tenant_id = $1 order by id limit $2"#,
        tenant,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Picture::from).collect())
}

pub(super) async fn find(tx: &mut ReadTx, owner: Owner) -> AppResult<Option<Picture>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Columns,
        r#"select owner_kind as "owner_kind: OwnerKind", owner_id, alt as "alt: Json<LocalText>", hash, format, widths, width, height, version
           from pictures where tenant_id = $1 and owner_kind = $2 and owner_id = $3"#,
        tenant,
        owner.kind.as_str(),
        owner.id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Picture::from))
}

/// Writes the picture, if the one that is there still has this version; 0 means that none is there.
pub(super) async fn put(tx: &mut TenantTx, picture: &Picture, version: i32) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "insert into pictures (tenant_id, id, owner_kind, owner_id, alt, hash, format, widths, width, height, created_at, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)
         on conflict (tenant_id, owner_kind, owner_id) do update set alt = $5, hash = $6, format = $7, widths = $8, width = $9, height = $10,
           version = pictures.version + 1, updated_at = $11, updated_by = $12
         where pictures.version = $13",
        tenant,
        Uuid::now_v7(),
        picture.owner.kind.as_str(),
        picture.owner.id,
        Json(&picture.alt) as _,
        picture.hash,
        picture.format,
        &picture.widths,
        picture.width,
        picture.height,
        now,
        actor,
        version,
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), PictureFailure::Changed)
}

pub(super) async fn delete(tx: &mut TenantTx, owner: Owner, version: i32) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "delete from pictures where tenant_id = $1 and owner_kind = $2 and owner_id = $3 and version = $4",
        tenant,
        owner.kind.as_str(),
        owner.id,
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
