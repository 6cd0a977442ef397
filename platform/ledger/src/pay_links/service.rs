//! Use cases of links. The caller commits.

use chrono::Duration;
use kernel::{App, AppError, AppResult, ReadTx, Scope, TenantTx, audit::Change, csrf::Signer, tenant::TenantId, tokens};
use uuid::Uuid;

use super::{PayLink, PayLinkId, store};
use crate::{columns::clean, payments::PaymentError, receivables};

/// The longest that a link may lead somewhere.
pub const LONGEST_DAYS: i64 = 30;

/// Makes a link for what is owed for a payable.
///
/// # Errors
/// `not_found` for a payable that nobody owes anything for; `payment.nothing_owed`; `days` is from 1 to [`LONGEST_DAYS`].
pub async fn make(tx: &mut TenantTx, signer: &Signer, kind: &str, payable: Uuid, label: &str, days: i64) -> AppResult<PayLink> {
    let user = tx.scope().user().ok_or_else(AppError::unauthenticated)?;
    if !(1..=LONGEST_DAYS).contains(&days) {
        return Err(AppError::field("days", "field-invalid"));
    }
    let owed = receivables::of_payable(tx, kind, payable).await?;
    let customer = owed.first().map(|one| one.customer).ok_or_else(AppError::not_found)?;
    if !owed.iter().any(|one| one.outstanding().is_positive()) {
        return Err(PaymentError::NothingOwed.into());
    }
    let now = tx.scope().now();
    let link = PayLink {
        id: PayLinkId::new(),
        payable_kind: kind.to_owned(),
        payable_id: payable,
        customer,
        label: clean(label, 100).unwrap_or_else(|| "-".to_owned()),
        expires_at: now + Duration::days(days),
        opened_at: None,
        times_opened: 0,
        withdrawn_at: None,
        created_by: user,
        created_at: now,
    };
    let hash = tokens::token_hash(&token(signer, tx.scope().tenant.id, link.id));
    store::insert(tx, &link, &hash).await?;
    tx.audit(
        Change::of("ledger.pay_link.make", "pay_link", link.id.0)
            .set("payable_id", payable.to_string())
            .set("expires_at", link.expires_at.to_rfc3339()),
    )
    .await?;
    Ok(link)
}

/// The secret of a link, for its address.
#[must_use]
pub fn token(signer: &Signer, tenant: TenantId, id: PayLinkId) -> String {
    signer.sign("pay_link", &format!("{tenant}:{id}"))
}

/// The address of a link.
#[must_use]
pub fn url(app: &App, scope: &Scope, id: PayLinkId) -> String {
    app.hosts.portal_url(&scope.tenant.slug, &format!("/pay/{}", token(&app.signer, scope.tenant.id, id)))
}

/// The link with this secret, whatever its state; none for a secret that we did not give out. As `system`.
pub async fn find(tx: &mut ReadTx, token: &str) -> AppResult<Option<PayLink>> {
    store::find_by_hash(tx, &tokens::token_hash(token)).await
}

/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: PayLinkId) -> AppResult<PayLink> {
    store::find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Notes that somebody looked. As `system`.
pub async fn note_opened(tx: &mut TenantTx, id: PayLinkId) -> AppResult<()> {
    store::note_opened(tx, id).await
}

/// Ends a link at once; one that was withdrawn before stays so.
///
/// # Errors
/// `not_found`.
pub async fn withdraw(tx: &mut TenantTx, id: PayLinkId) -> AppResult<()> {
    get(tx, id).await?;
    if store::withdraw(tx, id).await? {
        tx.audit(Change::of("ledger.pay_link.withdraw", "pay_link", id.0)).await?;
    }
    Ok(())
}

/// Links for a payable, newest first.
pub async fn of_payable(tx: &mut ReadTx, payable: Uuid) -> AppResult<Vec<PayLink>> {
    store::of_payable(tx, payable).await
}
