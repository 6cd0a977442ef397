//! What this crate keeps about a customer: the account by which the customer logs in.

use async_trait::async_trait;
use kernel::{
    App, AppResult, ReadTx, TenantTx,
    personal_data::{Extent, PersonalData, gather},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{sessions, users};

/// See [`PersonalData`].
pub(crate) struct Account;

const PARTS: &[(&str, &str)] = &[
    (
        "account",
        "select jsonb_agg(jsonb_build_object('email', u.email, 'first_name', u.first_name, 'last_name', u.last_name, 'phone', u.phone_e164,
           'status', u.status, 'email_verified_at', u.email_verified_at, 'last_login_at', u.last_login_at, 'created_at', u.created_at) order by u.id)
         from users u where u.tenant_id = $1 and u.subject_id = $2",
    ),
    (
        "sessions",
        "select jsonb_agg(jsonb_build_object('channel', s.channel, 'address', s.address, 'browser', s.user_agent, 'from', s.created_at,
           'last_seen_at', s.last_seen_at, 'ended_at', s.revoked_at) order by s.id)
         from sessions s join users u on u.tenant_id = s.tenant_id and u.id = s.user_id where u.tenant_id = $1 and u.subject_id = $2",
    ),
];

#[async_trait]
impl PersonalData for Account {
    fn name(&self) -> &'static str {
        "account"
    }
    async fn collect(&self, _app: &App, tx: &mut ReadTx, customer: Uuid) -> AppResult<Value> {
        gather(tx, customer, PARTS).await
    }
    /// Nobody logs in with it any more, and its address is free for a new account.
    async fn erase(&self, app: &App, tx: &mut TenantTx, customer: Uuid, _extent: Extent) -> AppResult<()> {
        while let Some(user) = users::find_by_subject(tx, customer).await?.filter(|user| user.status != users::UserStatus::Inactive) {
            sessions::end_all(app, tx, user.id, None, "account erased").await?;
            users::erase(tx, user.id).await?;
        }
        Ok(())
    }
}
