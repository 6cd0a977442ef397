//! What this crate keeps about a customer: the account by which the customer logs in.

use async_trait::async_trait;
use kernel::{
    App, AppResult, ReadTx, TenantTx,
    personal_data::{Extent, PersonalData, gather},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{sessions, users};

/// Fields of the audit log that say who a user is.
const TOLD: &[&str] = &["email", "first_name", "last_name", "phone"];

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
    (
        "second_factor",
        "select jsonb_agg(jsonb_build_object('since', f.enrolled_at, 'codes_left', (select count(*) from recovery_codes c
           where c.tenant_id = f.tenant_id and c.user_id = f.user_id and c.used_at is null)) order by f.user_id)
         from second_factors f join users u on u.tenant_id = f.tenant_id and u.id = f.user_id where u.tenant_id = $1 and u.subject_id = $2",
    ),
    (
        "passkeys",
        "select jsonb_agg(jsonb_build_object('name', p.name, 'from', p.created_at, 'last_used_at', p.last_used_at) order by p.id)
         from passkeys p join users u on u.tenant_id = p.tenant_id and u.id = p.user_id where u.tenant_id = $1 and u.subject_id = $2",
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
        for user in users::list_unerased(tx, customer).await? {
            sessions::end_all(app, tx, user, None, "account erased").await?;
            users::erase(tx, user).await?;
            tx.blank_audit(&[user.0], TOLD).await?;
        }
        Ok(())
    }
}
