//! E-mail addresses: what was typed, and the lower-case form that look-ups compare.

/// An address that mail can be sent to, as far as its form tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress {
    typed: String,
    norm: String,
}

impl EmailAddress {
    /// One `@`, a local part of 1 to 64 plain characters, a domain of at least two labels; at most 254 characters (RFC 5321).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.trim();
        if typed.len() > 254 {
            return None;
        }
        let (local, domain) = typed.split_once('@')?;
        let local_ok = (1..=64).contains(&local.len())
            && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let labels: Vec<&str> = domain.split('.').collect();
        let domain_ok = labels.len() >= 2
            && labels.iter().all(|label| {
                (1..=63).contains(&label.len())
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            })
            && labels.last().is_some_and(|tld| tld.len() >= 2 && tld.bytes().any(|b| b.is_ascii_alphabetic()));
        (local_ok && domain_ok).then(|| Self { typed: typed.to_owned(), norm: typed.to_ascii_lowercase() })
    }
    /// As its owner writes it.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.typed
    }
    /// As look-ups compare it.
    #[must_use]
    pub fn norm(&self) -> &str {
        &self.norm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_in_lower_case_and_kept_as_typed() {
        let address = EmailAddress::parse(" Asha.Mwangi+cover@Example.COM ").unwrap();
        assert_eq!((address.as_typed(), address.norm()), ("Asha.Mwangi+cover@Example.COM", "asha.mwangi+cover@example.com"));
    }

    #[test]
    fn what_no_mail_server_takes_is_refused() {
        for bad in [
            "",
            "a",
            "a@",
            "@b.com",
            "a@b",
            "a b@c.com",
            "a@b..com",
            "a@-b.com",
            ".a@b.com",
            "a..b@c.com",
            "a@b@c.com",
            "a@b.1",
            "a\n@b.com",
            "a@b.com\r\nBcc: x@y.z",
        ] {
            assert_eq!(EmailAddress::parse(bad), None, "{bad:?}");
        }
        assert_eq!(EmailAddress::parse(&format!("{}@b.com", "a".repeat(65))), None);
    }
}
