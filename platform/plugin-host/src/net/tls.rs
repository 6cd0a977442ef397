//! TLS: the system's roots, rustls with aws-lc-rs, and client certificates for mutual TLS.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::SendError;

pub(crate) struct Tls {
    roots: Arc<RootCertStore>,
    anonymous: Arc<ClientConfig>,
}

/// Chain and key of a `client-certificate` setting.
pub(crate) struct ClientIdentity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl ClientIdentity {
    /// From PEM text with the chain and the key in it.
    pub fn read(pem: &str) -> Option<Self> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().ok()?;
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()?;
        (!chain.is_empty()).then_some(Self { chain, key })
    }
}

impl Tls {
    pub fn new(extra_roots: &[Vec<u8>]) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        let native = rustls_native_certs::load_native_certs();
        for error in &native.errors {
            tracing::warn!(%error, "a root certificate of the system cannot be read");
        }
        roots.add_parsable_certificates(native.certs);
        roots.add_parsable_certificates(extra_roots.iter().map(|der| CertificateDer::from(der.clone())));
        if roots.is_empty() {
            tracing::warn!("the system has no root certificates; no plugin can reach its provider");
        }
        let roots = Arc::new(roots);
        let anonymous = builder(&roots)?.with_no_client_auth();
        Ok(Self { roots, anonymous: Arc::new(anonymous) })
    }

    pub fn config(&self, identity: Option<&ClientIdentity>) -> Result<Arc<ClientConfig>, SendError> {
        let Some(identity) = identity else { return Ok(Arc::clone(&self.anonymous)) };
        let config = builder(&self.roots)
            .and_then(|builder| builder.with_client_auth_cert(identity.chain.clone(), identity.key.clone_key()).map_err(|e| e.to_string()))
            .map_err(|error| SendError::Invalid(format!("client certificate: {error}")))?;
        Ok(Arc::new(config))
    }
}

fn builder(roots: &Arc<RootCertStore>) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>, String> {
    // The provider is named, so that nothing depends on which one the process installed first.
    Ok(ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(Arc::clone(roots)))
}
