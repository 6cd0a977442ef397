//! clamd, the virus scanner's daemon, as far as files are sent to it: PING and INSTREAM over TCP.
//!
//! Always holds: what the daemon's manual does not allow is answered as the daemon answers it and noted as a fault: a command
//! without its `z` and zero byte, a piece longer than the limit, a stream that breaks off. It knows one virus, the harmless test
//! file of the scanners' makers, wherever in a stream it stands.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::serving::{self, Background};

/// What every scanner finds, in two parts, so that none finds it in this file.
const EICAR: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"];
/// The daemon's own limit of a stream.
const STREAM_MAX: usize = 25 * 1024 * 1024;
const LONGEST_COMMAND: usize = 64;

/// The harmless test file.
#[must_use]
pub fn eicar() -> String {
    EICAR.concat()
}

#[derive(Debug, Default)]
struct Room {
    /// Takes connections and says nothing on them.
    down: bool,
    scanned: Vec<usize>,
    faults: Vec<String>,
}

/// A running stand-in; stops when dropped.
#[derive(Debug)]
pub struct Clamd {
    addr: SocketAddr,
    room: Arc<Mutex<Room>>,
    background: Background,
}

/// Starts it on loopback.
///
/// # Errors
/// When no port is free.
pub async fn start() -> io::Result<Clamd> {
    let room = Arc::new(Mutex::new(Room::default()));
    let background = Background::new();
    let (listener, addr) = serving::listen(None).await?;
    let (stop, tasks, shared) = (background.stop.clone(), background.tasks.clone(), room.clone());
    background.tasks.spawn(async move {
        while let Some(stream) = serving::accept(&listener, &stop).await {
            let (room, stop) = (shared.clone(), stop.clone());
            tasks.spawn(async move {
                tokio::select! {
                    done = converse(stream, &room) => if let Err(error) = done { note(&room, format!("broken off: {error}")) },
                    () = stop.cancelled() => {}
                }
            });
        }
    });
    Ok(Clamd { addr, room, background })
}

impl Clamd {
    /// `127.0.0.1:port`
    #[must_use]
    pub fn address(&self) -> String {
        self.addr.to_string()
    }
    /// From now on connections are closed without an answer, or answered again.
    pub fn down(&self, down: bool) {
        self.lock().down = down;
    }
    /// Sizes of the streams that were scanned, in their order.
    #[must_use]
    pub fn scanned(&self) -> Vec<usize> {
        self.lock().scanned.clone()
    }
    /// What clients did wrong.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        self.lock().faults.clone()
    }
    /// Stops it and waits until it has stopped.
    pub async fn shutdown(&self) {
        self.background.finish().await;
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn note(room: &Mutex<Room>, fault: String) {
    room.lock().unwrap_or_else(PoisonError::into_inner).faults.push(fault);
}

async fn converse(mut stream: TcpStream, room: &Mutex<Room>) -> io::Result<()> {
    if room.lock().unwrap_or_else(PoisonError::into_inner).down {
        return Ok(());
    }
    let mut command = Vec::new();
    loop {
        match stream.read_u8().await? {
            0 => break,
            byte if command.len() < LONGEST_COMMAND => command.push(byte),
            _ => {
                note(room, "a command without an end".to_owned());
                return stream.write_all(b"COMMAND READ TIMED OUT\0").await;
            }
        }
    }
    match command.as_slice() {
        b"zPING" => stream.write_all(b"PONG\0").await,
        b"zINSTREAM" => scan(&mut stream, room).await,
        other => {
            note(room, format!("unknown command {:?}", String::from_utf8_lossy(other)));
            stream.write_all(b"UNKNOWN COMMAND\0").await
        }
    }
}

async fn scan(stream: &mut TcpStream, room: &Mutex<Room>) -> io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        let length = usize::try_from(stream.read_u32().await?).unwrap_or(usize::MAX);
        if length == 0 {
            break;
        }
        if bytes.len().saturating_add(length) > STREAM_MAX {
            note(room, format!("a stream of more than {STREAM_MAX} bytes"));
            return stream.write_all(b"INSTREAM size limit exceeded. ERROR\0").await;
        }
        let begin = bytes.len();
        bytes.resize(begin + length, 0);
        stream.read_exact(&mut bytes[begin..]).await?;
    }
    room.lock().unwrap_or_else(PoisonError::into_inner).scanned.push(bytes.len());
    let virus = eicar();
    let found = bytes.windows(virus.len()).any(|part| part == virus.as_bytes());
    let answer: &[u8] = if found { b"stream: Eicar-Test-Signature FOUND\0" } else { b"stream: OK\0" };
    stream.write_all(answer).await
}
