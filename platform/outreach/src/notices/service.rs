//! Use cases of notices. The caller commits. Telling is the system's; everything else a reader does with own notices.

use std::collections::BTreeMap;

use kernel::{
    App, AppError, AppResult, ReadTx, Scope, TenantTx,
    audit::Change,
    paging::{Page, PageRequest},
};

use super::{Channel, Delivery, NewNotice, Notice, NoticeFilter, NoticeId, Reader, SendNoticeMail, Told, Topic, live, rules, store};

/// More unread notices than this are not counted.
pub const MOST_UNREAD: i64 = 100;
/// Notices that the bell shows.
const FEW: u16 = 6;

/// Tells a reader in the ways that the reader wants, once per cause. True if it was new.
pub async fn tell(tx: &mut TenantTx, new: &NewNotice) -> AppResult<bool> {
    let wanted = Wanted::of(tx, new.reader).await?;
    let shown = wanted.delivery(new.kind.topic(), Channel::InApp) != Delivery::Off;
    let mail = if new.kind.is_mailed_elsewhere() { Delivery::Off } else { wanted.delivery(new.kind.topic(), Channel::Email) };
    if !shown && mail == Delivery::Off {
        return Ok(false);
    }
    let id = NoticeId::new();
    if !store::insert(tx, id, new, shown, mail == Delivery::Daily).await? {
        return Ok(false);
    }
    if shown {
        live::ring(tx, new.reader).await?;
    }
    if mail == Delivery::Each
        && let Some(mail) = store::insert_mail(tx, new.reader, None).await?
    {
        store::put_into_mail(tx, id, mail).await?;
        tx.enqueue(&SendNoticeMail { mail }).await?;
    }
    Ok(true)
}

/// The reader's notices, newest first.
pub async fn list(tx: &mut ReadTx, reader: Reader, filter: NoticeFilter, page: &PageRequest) -> AppResult<Page<Notice>> {
    store::list(tx, reader, filter, page).await
}

/// The newest few, for the bell.
pub async fn newest(tx: &mut ReadTx, reader: Reader) -> AppResult<Page<Notice>> {
    let few = PageRequest { page_size: Some(FEW), ..PageRequest::default() };
    store::list(tx, reader, NoticeFilter::default(), &few).await
}

/// The same with the words in which the scope's person reads them, where the tenant has words of its own in those.
pub async fn worded(app: &App, scope: &Scope, found: Page<Notice>) -> AppResult<Page<(Notice, Told)>> {
    let texts = app.worded(scope).await?.texts;
    Ok(found.map(|notice| {
        let told = notice.told(&texts, &scope.locale);
        (notice, told)
    }))
}

/// How many are unread; [`MOST_UNREAD`] stands for that many or more.
pub async fn unread(tx: &mut ReadTx, reader: Reader) -> AppResult<i64> {
    store::count_unread(tx, reader, MOST_UNREAD).await
}

/// Notes that a notice was read; repeating changes nothing. Gives the page to which it leads.
///
/// # Errors
/// `not_found`, also for somebody else's.
pub async fn mark_read(tx: &mut TenantTx, reader: Reader, id: NoticeId) -> AppResult<String> {
    let href = store::mark_read(tx, reader, id).await?.ok_or_else(AppError::not_found)?;
    live::ring(tx, reader).await?;
    Ok(href)
}

/// Gives how many were unread.
pub async fn mark_all_read(tx: &mut TenantTx, reader: Reader) -> AppResult<u64> {
    let unread = store::mark_all_read(tx, reader).await?;
    if unread > 0 {
        live::ring(tx, reader).await?;
    }
    Ok(unread)
}

/// What a reader wants, chosen or by default.
#[derive(Debug, Clone)]
pub struct Wanted {
    reader: Reader,
    chosen: BTreeMap<(Topic, Channel), Delivery>,
}

impl Wanted {
    pub async fn of(tx: &mut ReadTx, reader: Reader) -> AppResult<Self> {
        let chosen = store::choices(tx, reader).await?.into_iter().map(|(topic, channel, delivery)| ((topic, channel), delivery)).collect();
        Ok(Self { reader, chosen })
    }
    #[must_use]
    pub fn delivery(&self, topic: Topic, channel: Channel) -> Delivery {
        let chosen = self.chosen.get(&(topic, channel)).copied();
        chosen.unwrap_or_else(|| rules::default_delivery(self.reader, topic, channel))
    }
    /// Every topic and channel of the reader with what holds.
    pub fn all(&self) -> impl Iterator<Item = (Topic, Channel, Delivery)> + '_ {
        rules::topics(self.reader)
            .iter()
            .flat_map(move |topic| Channel::ALL.iter().map(move |channel| (*topic, *channel, self.delivery(*topic, *channel))))
    }
}

/// Keeps what the reader chose.
///
/// # Errors
/// An error of the field for a topic that is not the reader's, or a way in which the reader cannot be told.
pub async fn choose(tx: &mut TenantTx, reader: Reader, choices: &[(Topic, Channel, Delivery)]) -> AppResult<()> {
    let before = Wanted::of(tx, reader).await?;
    for (topic, channel, delivery) in choices.iter().copied() {
        if !rules::topics(reader).contains(&topic) || !rules::deliveries(reader, channel).contains(&delivery) {
            return Err(AppError::field(format!("{topic}_{channel}"), "field-invalid"));
        }
        let old = before.delivery(topic, channel);
        if old == delivery {
            continue;
        }
        store::put_choice(tx, reader, topic, channel, delivery).await?;
        let (kind, id) = match reader {
            Reader::Staff(user) => ("user", user),
            Reader::Customer(customer) => ("customer", customer),
        };
        let change = Change::of("outreach.notice.choose", kind, id).because(format!("{topic}, {channel}"));
        tx.audit(change.change("delivery", old.as_str(), delivery.as_str())).await?;
    }
    Ok(())
}
