//! SMTP over TCP: bounded lines, data up to the lone dot, one task a connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::session::{Next, Session};
use super::store::{Failure, Mailroom};
use crate::serving::{self, Background};

/// Longest command line; RFC 5321 asks for 512, AUTH may need more.
const LONGEST_COMMAND: usize = 8_192;
/// Silence after which a client is dismissed.
const IDLE: Duration = Duration::from_secs(300);

/// Accepts connections until told to stop.
pub(crate) fn serve(listener: TcpListener, room: Arc<Mailroom>, background: &Background) {
    let (stop, tasks) = (background.stop.clone(), background.tasks.clone());
    background.tasks.spawn(async move {
        while let Some(stream) = serving::accept(&listener, &stop).await {
            let (room, stop) = (Arc::clone(&room), stop.clone());
            tasks.spawn(async move {
                let result = tokio::select! {
                    result = converse(stream, &room) => result,
                    () = stop.cancelled() => Ok(()),
                };
                if let Err(error) = result {
                    tracing::debug!(%error, "mail client went away");
                }
            });
        }
    });
}

async fn converse(stream: TcpStream, room: &Mailroom) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = Lines(BufReader::new(read));
    let mut session = Session::new(room.most_bytes);
    if room.failures().is_busy() {
        return write.write_all(b"421 4.3.2 service not available\r\n").await;
    }
    write.write_all(b"220 mail catcher ESMTP\r\n").await?;
    while let Some(line) = lines.next(LONGEST_COMMAND).await? {
        let Some(line) = line else {
            write.write_all(b"500 5.5.2 line too long\r\n").await?;
            continue;
        };
        let text = String::from_utf8_lossy(&line);
        match session.line(&text, |to| room.refusal_of(to)) {
            Next::Reply(text) => write.write_all(text.as_bytes()).await?,
            Next::Close(text) => return write.write_all(text.as_bytes()).await,
            Next::Data(text) => {
                write.write_all(text.as_bytes()).await?;
                let Some(data) = lines.data(room.most_bytes).await? else {
                    return Ok(());
                };
                let answer = receive(room, &mut session, data).await;
                write.write_all(answer.as_bytes()).await?;
            }
        }
    }
    Ok(())
}

/// Stores a message, unless it is too large or a failure is switched on.
async fn receive(room: &Mailroom, session: &mut Session, data: Option<Vec<u8>>) -> String {
    let envelope = session.take_envelope();
    let delay = room.failures().delay_ms;
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let Some(data) = data else {
        return "552 5.3.4 message is too large\r\n".to_owned();
    };
    match room.take_failure() {
        Some(Failure::Rejected) => return "554 5.7.1 message refused\r\n".to_owned(),
        Some(Failure::TryLater) => return "451 4.3.0 try again later\r\n".to_owned(),
        None => {}
    }
    match room.store(envelope, &data) {
        Ok(id) => format!("250 2.0.0 queued as {id}\r\n"),
        Err(error) => {
            tracing::error!(%error, "cannot write a caught message");
            "452 4.3.1 cannot store the message\r\n".to_owned()
        }
    }
}

/// Lines of a connection, bounded.
struct Lines<R>(BufReader<R>);

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The next line without its end; an inner `None` is one that was too long and was skipped.
    async fn next(&mut self, most: usize) -> io::Result<Option<Option<Vec<u8>>>> {
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            let chunk = tokio::time::timeout(IDLE, self.0.fill_buf()).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
            if chunk.is_empty() {
                return Ok(None);
            }
            let end = chunk.iter().position(|b| *b == b'\n');
            let taken = end.map_or(chunk.len(), |at| at + 1);
            too_long |= line.len() + taken > most;
            if !too_long {
                line.extend(chunk.iter().take(taken));
            }
            self.0.consume(taken);
            if end.is_some() {
                break;
            }
        }
        if too_long {
            return Ok(Some(None));
        }
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Some(Some(line)))
    }

    /// Message data up to the lone dot, dots unstuffed, line ends CRLF. Gives nothing when the client
    /// went away; an inner `None` when the message was larger than allowed (its rest is read and
    /// thrown away, so that the client hears the refusal).
    async fn data(&mut self, most: usize) -> io::Result<Option<Option<Vec<u8>>>> {
        let mut data = Vec::new();
        let mut too_large = false;
        while let Some(line) = self.next(most.saturating_add(2)).await? {
            let Some(line) = line else {
                too_large = true;
                data.clear();
                continue;
            };
            if line == b"." {
                return Ok(Some((!too_large).then_some(data)));
            }
            let content = line.strip_prefix(b".").unwrap_or(&line);
            too_large |= data.len() + content.len() + 2 > most;
            if too_large {
                data.clear();
            } else {
                data.extend_from_slice(content);
                data.extend_from_slice(b"\r\n");
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn data(input: &[u8], most: usize) -> Option<Option<Vec<u8>>> {
        Lines(BufReader::with_capacity(3, input)).data(most).await.expect("reading memory")
    }

    #[tokio::test]
    async fn stuffed_dots_are_undone_and_the_lone_dot_ends() {
        let read = data(b"one\r\n..two\r\n...\r\n.\r\nMAIL", 100).await;
        assert_eq!(read, Some(Some(b"one\r\n.two\r\n..\r\n".to_vec())));
    }

    #[tokio::test]
    async fn too_large_a_message_is_read_to_its_end_and_dropped() {
        assert_eq!(data(b"0123456789\r\n0123456789\r\n.\r\n", 15).await, Some(None));
        assert_eq!(data(b"01234567890123456789\r\nx\r\n.\r\n", 15).await, Some(None));
    }

    #[tokio::test]
    async fn a_message_without_its_end_is_no_message() {
        assert_eq!(data(b"half a line", 100).await, None);
    }
}
