//! Request bodies: bytes from memory and objects streamed from the store, one after another.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::stream::{self, StreamExt, TryStreamExt};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;

use crate::capabilities::Capabilities;

/// What hyper sends.
pub(crate) type Outward = UnsyncBoxBody<Bytes, std::io::Error>;

/// A part of a body, tickets already filled in.
pub(crate) enum Piece {
    Bytes(Bytes),
    Blob { id: String, size: u64, base64: bool },
}

/// A body of known length.
pub(crate) struct OutBody {
    pub length: u64,
    pub stream: Outward,
}

/// Multiple of three, so that base64 pieces join without padding between them.
const CHUNK: u32 = 768 << 10;

impl Piece {
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Blob { size, base64: false, .. } => *size,
            Self::Blob { size, base64: true, .. } => size.div_ceil(3) * 4,
        }
    }
}

impl OutBody {
    /// Of these bytes.
    pub fn of(bytes: Bytes) -> Self {
        Self { length: bytes.len() as u64, stream: Full::new(bytes).map_err(|never| match never {}).boxed_unsync() }
    }

    pub fn new(pieces: Vec<Piece>, caps: Arc<dyn Capabilities>) -> Self {
        let length = pieces.iter().map(Piece::length).sum();
        if pieces.iter().all(|piece| matches!(piece, Piece::Bytes(_))) {
            let mut whole = Vec::new();
            for piece in &pieces {
                if let Piece::Bytes(bytes) = piece {
                    whole.extend_from_slice(bytes);
                }
            }
            return Self::of(whole.into());
        }
        let frames = stream::iter(pieces).flat_map(move |piece| chunks(piece, Arc::clone(&caps))).map_ok(Frame::data);
        Self { length, stream: StreamBody::new(frames).boxed_unsync() }
    }
}

fn chunks(piece: Piece, caps: Arc<dyn Capabilities>) -> stream::BoxStream<'static, std::io::Result<Bytes>> {
    match piece {
        Piece::Bytes(bytes) => stream::once(async move { Ok(bytes) }).boxed(),
        Piece::Blob { id, size, base64 } => stream::try_unfold(0u64, move |offset| {
            let (id, caps) = (id.clone(), Arc::clone(&caps));
            async move {
                if offset >= size {
                    return Ok(None);
                }
                let wanted = u32::try_from(size - offset).unwrap_or(CHUNK).min(CHUNK);
                let chunk = read_exact(caps.as_ref(), &id, offset, wanted).await?;
                let next = offset + u64::from(wanted);
                Ok(Some((if base64 { STANDARD.encode(&chunk).into() } else { chunk }, next)))
            }
        })
        .boxed(),
    }
}

/// Reads `wanted` bytes although the store may answer with fewer at a time.
async fn read_exact(caps: &dyn Capabilities, id: &str, offset: u64, wanted: u32) -> std::io::Result<Bytes> {
    let mut whole = Vec::new();
    while whole.len() < wanted as usize {
        let rest = wanted - u32::try_from(whole.len()).unwrap_or(wanted);
        let chunk = caps.blob_read(id, offset + whole.len() as u64, rest).await.map_err(std::io::Error::other)?;
        if chunk.is_empty() {
            return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "the object is shorter than it was"));
        }
        whole.extend_from_slice(&chunk);
    }
    whole.truncate(wanted as usize);
    Ok(whole.into())
}
