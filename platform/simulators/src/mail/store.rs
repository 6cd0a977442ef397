//! Caught messages in memory and, if wanted, as `.eml` files; failures that can be switched on.
//!
//! Always holds: ids count up, also over a restart as long as the folder keeps its files; a file
//! appears whole.

use std::collections::{HashSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::message::Message;
use super::session::Envelope;

/// Messages kept in memory; older ones stay only in the folder.
const MOST_KEPT: usize = 2_000;

/// What goes wrong on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Failures {
    /// So many next messages are refused for good (554).
    pub reject_next: u32,
    /// So many next messages are put off (451).
    pub try_later_next: u32,
    /// Each recipient is put off (451) at the first try and accepted at the next.
    pub greylist: bool,
    /// New connections are turned away (421).
    pub busy: bool,
    /// Milliseconds to wait before answering a message.
    pub delay_ms: u64,
}

impl Failures {
    pub(crate) fn is_busy(&self) -> bool {
        self.busy
    }
}

/// How one message fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Rejected,
    TryLater,
}

/// A message with its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub message: Arc<Message>,
    pub raw: Arc<[u8]>,
}

#[derive(Debug, Default)]
struct Inner {
    kept: VecDeque<Kept>,
    last_id: u64,
    failures: Failures,
    greylisted: HashSet<String>,
}

/// All caught mail.
#[derive(Debug)]
pub(crate) struct Mailroom {
    inner: Mutex<Inner>,
    pub changes: watch::Sender<u64>,
    pub most_bytes: usize,
    folder: Option<PathBuf>,
}

impl Mailroom {
    /// Reads what an earlier run left in the folder.
    pub fn open(most_bytes: usize, folder: Option<PathBuf>) -> io::Result<Self> {
        let mut inner = Inner::default();
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder)?;
            for (id, path) in files(folder)? {
                let raw = std::fs::read(&path)?;
                let at = std::fs::metadata(&path)?.modified()?.into();
                inner.last_id = id;
                inner.keep(id, at, envelope_of(&raw), raw);
            }
        }
        Ok(Self { inner: Mutex::new(inner), changes: watch::Sender::new(0), most_bytes, folder })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a message; the envelope goes in front of it as a delivery agent writes it.
    pub fn store(&self, envelope: Envelope, data: &[u8]) -> io::Result<u64> {
        let at = Utc::now();
        let mut inner = self.lock();
        let id = inner.last_id + 1;
        let mut raw = trace(&envelope).into_bytes();
        raw.extend_from_slice(data);
        if let Some(folder) = &self.folder {
            let beside = folder.join(format!(".{id:08}.part"));
            std::fs::write(&beside, &raw)?;
            std::fs::rename(&beside, folder.join(format!("{id:08}.eml")))?;
        }
        inner.last_id = id;
        inner.keep(id, at, envelope, raw);
        drop(inner);
        self.changes.send_modify(|n| *n += 1);
        Ok(id)
    }

    /// Newest first.
    pub fn list(&self, wanted: impl Fn(&Message) -> bool) -> Vec<Arc<Message>> {
        let inner = self.lock();
        inner.kept.iter().rev().filter(|kept| wanted(&kept.message)).map(|kept| Arc::clone(&kept.message)).collect()
    }

    pub fn find(&self, id: u64) -> Option<Kept> {
        self.lock().kept.iter().find(|kept| kept.message.id == id).cloned()
    }

    /// Forgets all messages, the files as well.
    pub fn clear(&self) -> io::Result<()> {
        let mut inner = self.lock();
        inner.kept.clear();
        if let Some(folder) = &self.folder {
            for (_, path) in files(folder)? {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    pub fn failures(&self) -> Failures {
        self.lock().failures.clone()
    }

    pub fn set_failures(&self, failures: Failures) {
        let mut inner = self.lock();
        inner.failures = failures;
        inner.greylisted.clear();
    }

    /// The failure that the message in hand meets, counted down.
    pub fn take_failure(&self) -> Option<Failure> {
        let mut inner = self.lock();
        let failures = &mut inner.failures;
        if failures.reject_next > 0 {
            failures.reject_next -= 1;
            return Some(Failure::Rejected);
        }
        if failures.try_later_next > 0 {
            failures.try_later_next -= 1;
            return Some(Failure::TryLater);
        }
        None
    }

    /// Why a recipient is turned down: some local parts always are, a greylist only at first.
    pub fn refusal_of(&self, address: &str) -> Option<&'static str> {
        let lower = address.to_ascii_lowercase();
        match lower.split('@').next() {
            Some("block") => return Some("550 5.7.1 refused by policy"),
            Some("bounce") => return Some("550 5.1.1 no such mailbox"),
            _ => {}
        }
        let mut inner = self.lock();
        let put_off = inner.failures.greylist && inner.greylisted.insert(lower);
        put_off.then_some("451 4.7.1 greylisted, try again later")
    }
}

impl Inner {
    fn keep(&mut self, id: u64, at: DateTime<Utc>, envelope: Envelope, raw: Vec<u8>) {
        let message = Arc::new(Message::parse(id, at, envelope, &raw));
        self.kept.push_back(Kept { message, raw: raw.into() });
        if self.kept.len() > MOST_KEPT {
            self.kept.pop_front();
        }
    }
}

fn trace(envelope: &Envelope) -> String {
    let mut trace = format!("Return-Path: <{}>\r\n", envelope.from);
    for to in &envelope.to {
        trace.push_str(&format!("Delivered-To: {to}\r\n"));
    }
    trace
}

/// The envelope from the lines that [`trace`] wrote.
fn envelope_of(raw: &[u8]) -> Envelope {
    let mut envelope = Envelope::default();
    for line in raw.split(|b| *b == b'\n') {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        if let Some(from) = line.strip_prefix("Return-Path: ") {
            envelope.from = from.trim_matches(['<', '>']).to_owned();
        } else if let Some(to) = line.strip_prefix("Delivered-To: ") {
            envelope.to.push(to.to_owned());
        } else {
            break;
        }
    }
    envelope
}

/// The message files of a folder by id, oldest first.
fn files(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let id = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        if let (Some(id), Some("eml")) = (id, path.extension().and_then(|e| e.to_str())) {
            files.push((id, path));
        }
    }
    files.sort_unstable();
    Ok(files)
}
