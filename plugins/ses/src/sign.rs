//! AWS signature version 4: what is hashed and signed. The key never comes here; the host derives and signs in one step.

use wakala_plugin_sdk::time::Utc;

const SERVICE: &str = "ses";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A request as far as it is signed. Neither path nor query of ours needs escapes.
pub struct Request<'r> {
    pub method: &'r str,
    pub host: &'r str,
    pub path: &'r str,
    /// None for requests without a body.
    pub content_type: Option<&'r str>,
    /// SHA-256 of the body.
    pub payload: &'r [u8],
}

/// When and where a signature holds.
pub struct Scope {
    /// `20261002T083044Z`
    pub time: String,
    region: String,
    service: &'static str,
}

impl Request<'_> {
    fn headers(&self, time: &str) -> Vec<(&'static str, String)> {
        let kind = self.content_type.map(|kind| ("content-type", kind.to_owned()));
        kind.into_iter().chain([("host", self.host.to_owned()), ("x-amz-date", time.to_owned())]).collect()
    }

    fn signed_headers(&self) -> &'static str {
        if self.content_type.is_some() { "content-type;host;x-amz-date" } else { "host;x-amz-date" }
    }

    /// The form of which the hash is signed.
    pub fn canonical(&self, scope: &Scope) -> String {
        let headers: String = self.headers(&scope.time).iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        format!("{}\n{}\n\n{headers}\n{}\n{}", self.method, self.path, self.signed_headers(), hex(self.payload))
    }

    /// The value of the header that carries the signature.
    pub fn authorization(&self, scope: &Scope, access_key_id: &str, signature: &[u8]) -> String {
        let (credential, headers) = (scope.name(), self.signed_headers());
        format!("{ALGORITHM} Credential={access_key_id}/{credential}, SignedHeaders={headers}, Signature={}", hex(signature))
    }
}

impl Scope {
    /// Now, in the tenant's region.
    pub fn new(now_ms: u64, region: &str) -> Self {
        Self { time: Utc::from_ms(now_ms).basic(), region: region.to_owned(), service: SERVICE }
    }

    fn day(&self) -> &str {
        self.time.split('T').next().unwrap_or_default()
    }

    fn name(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.day(), self.region, self.service)
    }

    /// The steps by which the host derives the key from `AWS4` and the secret, the last of which signs. `canonical` is the hash of the
    /// canonical request.
    pub fn steps(&self, canonical: &[u8]) -> Vec<Vec<u8>> {
        let to_sign = format!("{ALGORITHM}\n{}\n{}\n{}", self.time, self.name(), hex(canonical));
        [self.day(), self.region.as_str(), self.service, "aws4_request", to_sign.as_str()].map(|step| step.as_bytes().to_vec()).to_vec()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of nothing.
    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len() / 2).map(|n| u8::from_str_radix(&hex[n * 2..n * 2 + 2], 16).expect("hexadecimal")).collect()
    }

    /// The example `get-vanilla` of the published suite.
    #[test]
    fn the_published_example_is_signed_as_published() {
        let payload = bytes(NOTHING);
        let request = Request { method: "GET", host: "example.amazonaws.com", path: "/", content_type: None, payload: &payload };
        let scope = Scope { time: "20150830T123600Z".into(), region: "us-east-1".into(), service: "service" };
        let canonical = format!("GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n{NOTHING}");
        assert_eq!(request.canonical(&scope), canonical);
        let hash = "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63";
        let to_sign = format!("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n{hash}");
        let steps = ["20150830", "us-east-1", "service", "aws4_request", to_sign.as_str()].map(|step| step.as_bytes().to_vec());
        assert_eq!(scope.steps(&bytes(hash)), steps);
        let signature = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        let expected = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}"
        );
        assert_eq!(request.authorization(&scope, "AKIDEXAMPLE", &bytes(signature)), expected);
    }

    #[test]
    fn a_body_is_signed_with_its_type() {
        let payload = bytes(NOTHING);
        let request = Request { method: "POST", host: "h", path: "/p", content_type: Some("application/json"), payload: &payload };
        let scope = Scope::new(1_790_929_844_000, "eu-west-1");
        let canonical =
            format!("POST\n/p\n\ncontent-type:application/json\nhost:h\nx-amz-date:20261002T083044Z\n\ncontent-type;host;x-amz-date\n{NOTHING}");
        assert_eq!(request.canonical(&scope), canonical);
        assert_eq!(scope.name(), "20261002/eu-west-1/ses/aws4_request");
    }
}
