//! Which addresses are public.
//!
//! Everything that is not globally routable unicast by the IANA special-purpose registries counts as private, also when it is wrapped
//! into an IPv6 address: mapped, compatible, NAT64 (RFC 6052, RFC 8215) and 6to4 (RFC 3056) addresses are judged by the IPv4 address
//! they lead to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether this address may be dialled on behalf of a plugin.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => public_v4(v4),
        IpAddr::V6(v6) => public_v6(v6),
    }
}

fn public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // shared address space, RFC 6598
        || (a == 192 && b == 0 && c == 0) // protocol assignments
        || (a == 192 && b == 88 && c == 99) // 6to4 relays
        || (a == 198 && (b == 18 || b == 19)); // benchmarking
    !special
}

fn public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = embedded_v4(address) {
        return public_v4(inner);
    }
    let s = address.segments();
    let global_unicast = s[0] & 0xe000 == 0x2000;
    let special = match (s[0], s[1]) {
        (0x2001, 0x0db8) => true,            // documentation
        (0x2001, second) => second < 0x0200, // protocol assignments, with Teredo and ORCHID
        (0x3fff, second) => second < 0x1000, // documentation
        _ => false,
    };
    global_unicast && !special
}

fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match s {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => Some(v4(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_stay_private_in_every_wrapping() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "198.18.0.1",
            "192.0.0.8",
            "240.0.0.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "5f00::1",
            "100::1",
        ] {
            assert!(!is_public(text.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn ordinary_addresses_are_public() {
        for text in ["1.1.1.1", "196.201.214.200", "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::101:101", "2002:101:101::1", "::ffff:1.1.1.1"] {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
    }
}
