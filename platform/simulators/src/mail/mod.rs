//! Mail catcher: an SMTP server that delivers nowhere, with a page and an API to read what it caught.
//!
//! Owns: SMTP on one loopback port, the page and JSON API on another, failures that can be switched on.
//! Always holds: a message acknowledged with 250 is kept (and on disk, with a folder); nothing is sent
//! on. Recipients `block@…` and `bounce@…` are always refused.

mod api;
mod message;
mod page;
mod session;
mod smtp;
mod store;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use self::message::{Attachment, Message};
pub use self::store::Failures;
use self::store::Mailroom;
use crate::serving::{self, Background};

/// How to start the catcher.
#[derive(Clone, Debug)]
pub struct Config {
    /// Loopback port for SMTP; a free one when not given.
    pub smtp_port: Option<u16>,
    /// Loopback port for page and API; a free one when not given.
    pub http_port: Option<u16>,
    /// Folder for `.eml` files; read again at the next start.
    pub folder: Option<PathBuf>,
    /// Largest message in bytes.
    pub most_bytes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { smtp_port: None, http_port: None, folder: None, most_bytes: 25 * 1024 * 1024 }
    }
}

/// No message as waited for arrived.
#[derive(Debug, thiserror::Error)]
#[error("no such message arrived within {0:?}")]
pub struct NotArrived(Duration);

/// A running catcher; stops when dropped.
#[derive(Debug)]
pub struct Mail {
    smtp_addr: SocketAddr,
    http_addr: SocketAddr,
    room: Arc<Mailroom>,
    background: Background,
}

/// Starts the catcher on loopback.
///
/// # Errors
/// When a port is taken or the folder cannot be used.
pub async fn start(config: Config) -> std::io::Result<Mail> {
    let room = Arc::new(Mailroom::open(config.most_bytes, config.folder)?);
    let background = Background::new();
    let (smtp, smtp_addr) = serving::listen(config.smtp_port).await?;
    let (http, http_addr) = serving::listen(config.http_port).await?;
    smtp::serve(smtp, Arc::clone(&room), &background);
    let router = api::routes().merge(page::routes()).with_state(Arc::clone(&room));
    serving::serve_router(http, router, &background);
    Ok(Mail { smtp_addr, http_addr, room, background })
}

impl Mail {
    /// Where to send mail, without TLS; any credentials are accepted, or none.
    #[must_use]
    pub fn smtp_addr(&self) -> SocketAddr {
        self.smtp_addr
    }

    /// Page and API, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.http_addr)
    }

    /// All messages kept, newest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Arc<Message>> {
        self.room.list(|_| true)
    }

    /// The newest message to an address, waited for up to 20 seconds.
    ///
    /// # Errors
    /// When none arrives.
    pub async fn wait_for(&self, to: &str) -> Result<Arc<Message>, NotArrived> {
        self.wait_until(|message| message.is_to(to)).await
    }

    /// The newest message to an address with this in its subject, waited for up to 20 seconds.
    ///
    /// # Errors
    /// When none arrives.
    pub async fn wait_for_subject(&self, to: &str, subject: &str) -> Result<Arc<Message>, NotArrived> {
        self.wait_until(|message| message.is_to(to) && message.subject.contains(subject)).await
    }

    /// The newest message that satisfies a condition (for example an id above one already seen),
    /// waited for up to 20 seconds.
    ///
    /// # Errors
    /// When none arrives.
    pub async fn wait_until(&self, wanted: impl Fn(&Message) -> bool) -> Result<Arc<Message>, NotArrived> {
        const PATIENCE: Duration = Duration::from_secs(20);
        let mut changes = self.room.changes.subscribe();
        let found = async {
            loop {
                changes.mark_unchanged();
                if let Some(message) = self.room.list(&wanted).into_iter().next() {
                    return Some(message);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(PATIENCE, found).await.ok().flatten().ok_or(NotArrived(PATIENCE))
    }

    /// Switches failures on or off.
    pub fn fail(&self, failures: Failures) {
        self.room.set_failures(failures);
    }

    /// Forgets all messages, the files as well.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn clear(&self) -> std::io::Result<()> {
        self.room.clear()
    }

    /// Stops listening, ends conversations and waits for both.
    pub async fn shutdown(self) {
        self.background.finish().await;
    }
}
