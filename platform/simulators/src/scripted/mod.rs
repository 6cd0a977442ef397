//! A provider written as data: which requests it takes, what it answers, what it reports afterwards.
//!
//! A plugin's package brings its provider's behaviour as files (`simulator/*.toml`), so that anybody's plugin can be tried without
//! code of ours about its provider. One server plays the scripts of a package; which one is meant says the `Host` of a request.
//! Always holds: a script cannot make the simulator dial anything, callbacks go to whoever started it; exchanges are tried in the
//! order of the file and the first that fits answers; a request that none fits is answered with 404 and remembered as such.

mod asked;
mod callback;
mod pattern;
mod play;
mod record;
mod script;
mod template;

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::sync::mpsc::UnboundedSender;

use self::play::Playing;
use crate::serving;

pub use self::callback::{Callback, PostError};
pub use self::pattern::difference;
pub use self::play::Seen;
pub use self::script::{Script, ScriptError};

/// Why a simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Two scripts stand in for one host.
    #[error("two scripts stand in for {0}")]
    Host(String),
    /// Two exchanges have one name.
    #[error("two exchanges are called `{0}`")]
    Exchange(String),
    /// No port.
    #[error("the simulator cannot listen: {0}")]
    Io(#[from] io::Error),
}

/// A running simulator; stops when dropped.
#[derive(Debug)]
pub struct Scripted {
    addr: SocketAddr,
    playing: Arc<Playing>,
}

/// Starts a simulator on loopback that plays these scripts and hands their callbacks to `callbacks` when their time has come.
///
/// # Errors
/// When scripts contradict each other or no port is free.
pub async fn start(scripts: Vec<Script>, callbacks: UnboundedSender<Callback>) -> Result<Scripted, StartError> {
    agree(&scripts)?;
    let (listener, addr) = serving::listen(None).await?;
    let playing = Arc::new(Playing::new(scripts, callbacks));
    let router = Router::new().fallback(play::answer).with_state(Arc::clone(&playing));
    serving::serve_router(listener, router, &playing.background);
    Ok(Scripted { addr, playing })
}

/// Hosts and exchanges are told apart by their names across all files.
fn agree(scripts: &[Script]) -> Result<(), StartError> {
    let (mut hosts, mut names) = (BTreeSet::new(), BTreeSet::new());
    for script in scripts {
        if let Some(twice) = script.hosts().iter().find(|host| !hosts.insert(host.as_str())) {
            return Err(StartError::Host(twice.clone()));
        }
        if let Some(twice) = script.exchanges.iter().find(|exchange| !names.insert(exchange.name.as_str())) {
            return Err(StartError::Exchange(twice.name.clone()));
        }
    }
    Ok(())
}

impl Scripted {
    /// Base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Hosts that it stands in for, as the scripts name them.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        self.playing.scripts().iter().flat_map(|script| script.hosts().iter().cloned()).collect()
    }

    /// Every request since the beginning, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.playing.seen()
    }

    /// Forgets what happened; callbacks that are still to come are not made.
    pub fn begin_again(&self) {
        self.playing.begin_again();
    }

    /// Stops listening, ends background work and waits for both.
    pub async fn shutdown(self) {
        self.playing.background.finish().await;
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        // The server holds the script as well, so its own drop would come too late.
        self.playing.background.stop.cancel();
    }
}
