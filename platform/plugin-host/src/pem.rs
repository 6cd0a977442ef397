//! Keys and certificates in PEM, as somebody hands them in: whether a call could use them later.

use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

/// Why a text is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PemFault {
    /// Nothing in it is a private key without a pass phrase, of a kind that the platform signs with.
    #[error("there is no private key that can be used")]
    Key,
    /// No certificate, or one that is broken.
    #[error("there is no certificate that can be read")]
    Certificate,
    /// Key and first certificate do not belong together.
    #[error("the key does not belong to the first certificate")]
    Mismatch,
}

/// Whether the text holds a private key.
///
/// # Errors
/// [`PemFault::Key`].
pub fn check_key(pem: &str) -> Result<(), PemFault> {
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| PemFault::Key)?;
    any_supported_type(&key).map(drop).map_err(|_| PemFault::Key)
}

/// Whether the text holds a certificate, its chain if it has one, and the certificate's private key.
///
/// # Errors
/// The first [`PemFault`] that is met.
pub fn check_identity(pem: &str) -> Result<(), PemFault> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or(PemFault::Certificate)?;
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| PemFault::Key)?;
    let key = any_supported_type(&key).map_err(|_| PemFault::Key)?;
    match CertifiedKey::new(chain, key).keys_match() {
        Ok(()) => Ok(()),
        Err(rustls::Error::InconsistentKeys(_)) => Err(PemFault::Mismatch),
        Err(_) => Err(PemFault::Certificate),
    }
}

/// The last day of the first certificate in the text, in UTC: year, month and day. None if there is none that can be read.
#[must_use]
pub fn last_day(pem: &str) -> Option<(i32, u32, u32)> {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    crate::secrets::der::last_day(&certificate)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;

    fn pem(label: &str, der: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
    }

    /// A certificate and its key.
    fn made() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["client.example.com".to_owned()]).expect("a certificate");
        (pem("CERTIFICATE", made.cert.der()), pem("PRIVATE KEY", &made.signing_key.serialize_der()))
    }

    #[test]
    fn a_certificate_comes_with_its_own_key() {
        let ((certificate, key), (_, other)) = (made(), made());
        assert_eq!(check_identity(&format!("{certificate}{key}")), Ok(()));
        assert_eq!(check_identity(&format!("{key}\n{certificate}")), Ok(()), "in whichever order");
        assert_eq!(check_identity(&format!("{certificate}{other}")), Err(PemFault::Mismatch));
        assert_eq!(check_identity(&certificate), Err(PemFault::Key));
        assert_eq!(check_identity(&key), Err(PemFault::Certificate));
        assert_eq!(check_identity(&format!("{}{key}", pem("CERTIFICATE", b"none"))), Err(PemFault::Certificate));
    }

    #[test]
    fn a_certificate_says_until_when_it_is_good() {
        let until = |year: i32| {
            let mut params = rcgen::CertificateParams::new(vec!["client.example.com".to_owned()]).expect("a name");
            params.not_after = rcgen::date_time_ymd(year, 3, 21);
            let key = rcgen::KeyPair::generate().expect("a key");
            last_day(&pem("CERTIFICATE", params.self_signed(&key).expect("a certificate").der()))
        };
        assert_eq!(until(2027), Some((2027, 3, 21)));
        assert_eq!(until(2077), Some((2077, 3, 21)), "written in another way from 2050 on");
        assert_eq!(last_day(&made().1), None);
        assert_eq!(last_day(&pem("CERTIFICATE", b"none")), None);
    }

    #[test]
    fn a_key_behind_a_pass_phrase_is_of_no_use() {
        let (certificate, key) = made();
        assert_eq!(check_key(&key), Ok(()));
        let locked = key.replace("BEGIN PRIVATE KEY", "BEGIN ENCRYPTED PRIVATE KEY").replace("END PRIVATE KEY", "END ENCRYPTED PRIVATE KEY");
        for other in [locked.as_str(), certificate.as_str(), "", "a key"] {
            assert_eq!(check_key(other), Err(PemFault::Key));
        }
    }
}
