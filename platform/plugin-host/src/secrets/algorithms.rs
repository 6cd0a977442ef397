//! Hashes, codes, signatures and encryption by the names of the interface, all by aws-lc-rs; MD5 alone comes from elsewhere.

use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair, UnparsedPublicKey, VerificationAlgorithm};
use aws_lc_rs::{digest, hmac, rand};
use md5::Digest as _;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use super::der;

/// A running hash.
pub(crate) enum Hash {
    Md5(md5::Md5),
    Sha(digest::Context),
}

impl Hash {
    pub fn new(algorithm: &str) -> Option<Self> {
        let sha = |algorithm| Some(Self::Sha(digest::Context::new(algorithm)));
        match algorithm {
            "md5" => Some(Self::Md5(md5::Md5::new())),
            "sha-1" => sha(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            "sha-256" => sha(&digest::SHA256),
            "sha-384" => sha(&digest::SHA384),
            "sha-512" => sha(&digest::SHA512),
            _ => None,
        }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Md5(hash) => hash.update(bytes),
            Self::Sha(hash) => hash.update(bytes),
        }
    }

    pub fn finish(self) -> Vec<u8> {
        match self {
            Self::Md5(hash) => hash.finalize().to_vec(),
            Self::Sha(hash) => hash.finish().as_ref().to_vec(),
        }
    }
}

pub(crate) fn hmac(algorithm: &str, key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match algorithm {
        "sha-1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        "sha-256" => hmac::HMAC_SHA256,
        "sha-384" => hmac::HMAC_SHA384,
        "sha-512" => hmac::HMAC_SHA512,
        _ => return None,
    };
    Some(hmac::sign(&hmac::Key::new(algorithm, key), data).as_ref().to_vec())
}

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AlgorithmError {
    /// The name is unknown.
    Unknown,
    /// The key is not of the right kind, or no key.
    Key,
    /// The data does not fit, or the operation failed.
    Data,
}

/// Signs with a private key in PEM.
pub(crate) fn sign(algorithm: &str, pem: &str, data: &[u8]) -> Result<Vec<u8>, AlgorithmError> {
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| AlgorithmError::Key)?;
    let random = rand::SystemRandom::new();
    match algorithm {
        "rs256" => {
            let pair = match &key {
                PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
                other => RsaKeyPair::from_der(other.secret_der()),
            }
            .map_err(|_| AlgorithmError::Key)?;
            let mut out = vec![0; pair.public_modulus_len()];
            pair.sign(&signature::RSA_PKCS1_SHA256, &random, data, &mut out).map_err(|_| AlgorithmError::Data)?;
            Ok(out)
        }
        "es256" => {
            let pair =
                EcdsaKeyPair::from_private_key_der(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, key.secret_der()).map_err(|_| AlgorithmError::Key)?;
            pair.sign(&random, data).map(|s| s.as_ref().to_vec()).map_err(|_| AlgorithmError::Data)
        }
        "ed25519" => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key.secret_der()).map_err(|_| AlgorithmError::Key)?;
            Ok(pair.sign(data).as_ref().to_vec())
        }
        _ => Err(AlgorithmError::Unknown),
    }
}

/// Verifies a signature under a PEM certificate, PEM public key or base64 SPKI.
pub(crate) fn verify(algorithm: &str, key: &str, data: &[u8], given: &[u8]) -> Result<bool, AlgorithmError> {
    let method: &'static dyn VerificationAlgorithm = match algorithm {
        "rs1" => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        "rs256" => &signature::RSA_PKCS1_2048_8192_SHA256,
        "es256" if given.len() == 64 => &signature::ECDSA_P256_SHA256_FIXED,
        "es256" => &signature::ECDSA_P256_SHA256_ASN1,
        "ed25519" => &signature::ED25519,
        _ => return Err(AlgorithmError::Unknown),
    };
    let info = der::public_key(key).ok_or(AlgorithmError::Key)?;
    let bits = der::key_bits(&info).ok_or(AlgorithmError::Key)?;
    Ok(UnparsedPublicKey::new(method, bits).verify(data, given).is_ok())
}

/// Encrypts for a PEM certificate or public key.
pub(crate) fn encrypt(algorithm: &str, key: &str, data: &[u8]) -> Result<Vec<u8>, AlgorithmError> {
    let info = der::public_key(key).ok_or(AlgorithmError::Key)?;
    let public = PublicEncryptingKey::from_der(&info).map_err(|_| AlgorithmError::Key)?;
    let mut out = vec![0; public.key_size_bytes()];
    let length = match algorithm {
        "rsa-pkcs1" => {
            let key = Pkcs1PublicEncryptingKey::new(public).map_err(|_| AlgorithmError::Key)?;
            key.encrypt(data, &mut out).map_err(|_| AlgorithmError::Data)?.len()
        }
        "rsa-oaep-sha256" => {
            let key = OaepPublicEncryptingKey::new(public).map_err(|_| AlgorithmError::Key)?;
            key.encrypt(&OAEP_SHA256_MGF1SHA256, data, &mut out, None).map_err(|_| AlgorithmError::Data)?.len()
        }
        _ => return Err(AlgorithmError::Unknown),
    };
    out.truncate(length);
    Ok(out)
}

/// Unpredictable bytes.
pub(crate) fn random(length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    rand::fill(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::KeyPair;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    /// Test case 2 of RFC 4231.
    #[test]
    fn hmac_agrees_with_the_published_case() {
        let code = hmac("sha-256", b"Jefe", b"what do ya want for nothing?").expect("known");
        assert_eq!(hex::encode(code), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_eq!(hmac("md5", b"", b""), None);
    }

    /// RFC 1321 and FIPS 180-2 appendix.
    #[test]
    fn hashes_agree_with_the_published_cases() {
        let hash = |name: &str| {
            let mut hash = Hash::new(name).expect("known");
            hash.update(b"a");
            hash.update(b"bc");
            hex::encode(hash.finish())
        };
        assert_eq!(hash("md5"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hash("sha-1"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hash("sha-256"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    fn pem(label: &str, der: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
    }

    #[test]
    fn what_is_signed_verifies_and_nothing_else_does() {
        let random = rand::SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).expect("a key");
        // SubjectPublicKeyInfo of P-256: fixed head, then the uncompressed point.
        let mut info = hex::decode("3059301306072a8648ce3d020106082a8648ce3d030107034200").expect("hex");
        info.extend_from_slice(pair.public_key().as_ref());
        let signed = sign("es256", &pem("PRIVATE KEY", pkcs8.as_ref()), b"data").expect("signed");
        assert_eq!(signed.len(), 64);
        for key in [pem("PUBLIC KEY", &info), STANDARD.encode(&info)] {
            assert_eq!(verify("es256", &key, b"data", &signed), Ok(true));
            assert_eq!(verify("es256", &key, b"other", &signed), Ok(false));
        }
        assert_eq!(sign("rs256", &pem("PRIVATE KEY", pkcs8.as_ref()), b"data"), Err(AlgorithmError::Key));
        assert_eq!(verify("none", "", b"", b""), Err(AlgorithmError::Unknown));
    }

    #[test]
    fn what_is_encrypted_can_be_read_with_the_private_key() {
        use aws_lc_rs::encoding::AsDer;
        let private = aws_lc_rs::rsa::PrivateDecryptingKey::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key");
        let info: aws_lc_rs::encoding::PublicKeyX509Der<'_> = private.public_key().as_der().expect("der");
        let sealed = encrypt("rsa-oaep-sha256", &pem("PUBLIC KEY", info.as_ref()), b"initiator").expect("sealed");
        let opener = aws_lc_rs::rsa::OaepPrivateDecryptingKey::new(private).expect("a key");
        let mut out = vec![0; opener.min_output_size()];
        assert_eq!(opener.decrypt(&OAEP_SHA256_MGF1SHA256, &sealed, &mut out, None).expect("opened"), b"initiator");
        assert_eq!(encrypt("rsa-pkcs1", "no key", b""), Err(AlgorithmError::Key));
    }
}
