//! Names of objects, and names that downloads get.

use kernel::tenant::TenantId;
use ports::object::ObjectError;

/// What the keys of all objects of a tenant begin with.
pub(super) fn folder_of(tenant: TenantId) -> String {
    format!("t/{tenant}/")
}

/// The key of a tenant's object. A path that could lead elsewhere is a fault of the caller.
pub(super) fn of_tenant(tenant: TenantId, path: &str) -> Result<String, ObjectError> {
    Ok(folder_of(tenant) + plain(path)?)
}

/// The key of an object of the platform itself.
pub(super) fn of_platform(path: &str) -> Result<String, ObjectError> {
    Ok(format!("platform/{}", plain(path)?))
}

/// Parts of letters, digits, `.`, `-` and `_`, none empty, none made of dots only.
fn plain(path: &str) -> Result<&str, ObjectError> {
    let good = |part: &str| {
        !part.is_empty() && !part.bytes().all(|b| b == b'.') && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    if path.len() <= 300 && path.split('/').all(good) {
        Ok(path)
    } else {
        Err(ObjectError { what: format!("{path:?} is not a path of an object"), missing: false })
    }
}

/// The header that makes a browser save the object under a name: once in plain ASCII, once exactly.
pub(super) fn attachment(file_name: &str) -> String {
    let ascii: String = file_name.chars().map(|c| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' }).collect();
    let mut exact = String::new();
    for byte in file_name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            exact.push(char::from(byte));
        } else {
            exact.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_a_tenant_begins_with_the_tenant() {
        let tenant = TenantId::new();
        assert_eq!(of_tenant(tenant, "receipts/2026/11/a.pdf").unwrap(), format!("t/{tenant}/receipts/2026/11/a.pdf"));
        for bad in ["", "/a", "a/", "a//b", "../b", "a/../b", "a/./b", "a b", "a\0b", "é", &"a".repeat(301)] {
            assert!(of_tenant(tenant, bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_download_keeps_its_name_and_cannot_add_a_header() {
        assert_eq!(attachment("Receipt 1.pdf"), "attachment; filename=\"Receipt 1.pdf\"; filename*=UTF-8''Receipt%201.pdf");
        assert_eq!(attachment("a\"\r\nX: é"), "attachment; filename=\"a___X_ _\"; filename*=UTF-8''a%22%0D%0AX%3A%20%C3%A9");
    }
}
