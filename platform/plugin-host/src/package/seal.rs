//! What is kept of a package beside its files. It proves at every load that they are the ones that the publisher signed and the platform
//! reviewed, without reading the package again.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Package, PackageError, PublisherKey, SigningKey, sha256};

/// The list of a package's files, the publisher's signature over it, and the platform's over both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// A line for each file: SHA-256, size, path.
    pub index: String,
    /// As [`PublisherKey`] is written.
    pub publisher_key: String,
    /// Base64.
    pub publisher_signature: String,
    /// Base64.
    pub counter_signature: String,
}

impl Package {
    /// The seal of a package that its publisher signed, with the platform's signature beside.
    ///
    /// # Errors
    /// [`PackageError::Unsigned`], or [`PackageError::Signature`] if it was changed since.
    pub fn seal(&self, platform: &SigningKey) -> Result<Seal, PackageError> {
        self.signer()?;
        let signature = self.signature.as_ref().ok_or(PackageError::Unsigned)?;
        let (index, publisher_key, publisher_signature) = (self.index.clone(), signature.by.to_string(), STANDARD.encode(&signature.bytes));
        Seal { index, publisher_key, publisher_signature, counter_signature: String::new() }.countersigned(platform)
    }
}

impl Seal {
    /// Whether both signatures hold, the second one being the platform's.
    ///
    /// # Errors
    /// [`PackageError::Signature`].
    pub fn verify(&self, platform: PublisherKey) -> Result<(), PackageError> {
        self.signed()?;
        if platform.verifies(self.statement().as_bytes(), &decoded(&self.counter_signature)?) { Ok(()) } else { Err(PackageError::Signature) }
    }

    /// The same with the signature of this key of the platform.
    ///
    /// # Errors
    /// [`PackageError::Signature`] if the publisher's does not hold.
    pub fn countersigned(&self, platform: &SigningKey) -> Result<Self, PackageError> {
        self.signed()?;
        Ok(Self { counter_signature: STANDARD.encode(platform.sign(self.statement().as_bytes())), ..self.clone() })
    }

    /// Whether the publisher's signature holds.
    fn signed(&self) -> Result<(), PackageError> {
        let publisher: PublisherKey = self.publisher_key.parse().map_err(|_| PackageError::Signature)?;
        if publisher.verifies(self.index.as_bytes(), &decoded(&self.publisher_signature)?) { Ok(()) } else { Err(PackageError::Signature) }
    }

    /// What the platform signs. Its first line keeps it from being taken for a package's list of files.
    fn statement(&self) -> String {
        format!("wakala counter-signature 1\n{}\n{}\n{}", self.publisher_key, self.publisher_signature, self.index)
    }

    /// Whether the package has this file with exactly this content.
    #[must_use]
    pub fn holds(&self, path: &str, content: &[u8]) -> bool {
        self.names(path, &sha256(content))
    }

    /// Whether the package has this file, with content of this SHA-256 in lower-case hexadecimal.
    #[must_use]
    pub fn names(&self, path: &str, digest: &str) -> bool {
        let named = |line: &str| {
            let mut parts = line.splitn(3, ' ');
            parts.next() == Some(digest) && parts.nth(1) == Some(path)
        };
        self.index.lines().skip(1).any(named)
    }

    /// The package's digest, see [`Package::digest`].
    #[must_use]
    pub fn digest(&self) -> String {
        sha256(self.index.as_bytes())
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, PackageError> {
    STANDARD.decode(text).map_err(|_| PackageError::Signature)
}
