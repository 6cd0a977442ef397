//! Use cases of messages that came in. The caller commits.

use chrono::{DateTime, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    paging::{Page, PageRequest},
};
use ports::report::{MessageReceived, PreferenceReported};
use uuid::Uuid;

use super::{InboxFilter, NewMessage, Received, ReceivedId, Wish, store};
use crate::Integrations;

const OBJECT: &str = "received_message";
/// How many of a customer's messages are shown with its record.
const SHOWN: i64 = 50;

/// Keeps a message and says that it is there.
pub(crate) async fn keep(tx: &mut TenantTx, new: &NewMessage) -> AppResult<()> {
    let id = ReceivedId::new();
    store::insert(tx, id, new).await?;
    let (source, channel) = (new.source.clone(), new.channel.to_owned());
    if let Some(wish) = new.wish {
        let opted_in = wish == Wish::Resume;
        tx.emit(&PreferenceReported { source: source.clone(), message: id.0, channel: channel.clone(), opted_in }).await?;
    }
    tx.emit(&MessageReceived { source, message: id.0, channel }).await
}

/// Messages, newest first; the search takes the beginning of the sender's number or address.
pub async fn list(tx: &mut ReadTx, filter: &InboxFilter, page: &PageRequest) -> AppResult<Page<Received>> {
    store::list(tx, filter, page).await
}

/// One message.
///
/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: ReceivedId) -> AppResult<Received> {
    store::find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// The latest messages of a customer, newest first.
pub async fn of_customer(tx: &mut ReadTx, customer: Uuid) -> AppResult<Vec<Received>> {
    store::of_customer(tx, customer, SHOWN).await
}

/// Notes that somebody has seen to it. False if somebody had before.
pub async fn settle(tx: &mut TenantTx, id: ReceivedId) -> AppResult<bool> {
    let done = store::settle(tx, id).await?;
    if done {
        tx.audit(Change::of("integrations.message.settle", OBJECT, id.0)).await?;
    }
    Ok(done)
}

/// Looks for the customer whose number the sender's is. False if it is nobody's, or several people's.
pub async fn find_sender(integrations: &Integrations, tx: &mut TenantTx, id: ReceivedId) -> AppResult<bool> {
    let message = get(tx, id).await?;
    if message.customer_id.is_some() {
        return Ok(true);
    }
    let Some(known) = integrations.parts.lookups.contact(tx, &message.sender).await? else { return Ok(false) };
    store::assign(tx, id, known.contact).await?;
    tx.audit(Change::of("integrations.message.match", OBJECT, id.0).set("customer", known.contact.to_string())).await?;
    Ok(true)
}

/// Removes what nobody could be found for. At most 10,000 at a time.
pub(crate) async fn purge(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    store::delete_before(tx, before).await
}
