//! Networks by address and prefix (CIDR), and who in them may speak for others.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// An address with the number of its leading bits that count. IPv4 goes as
/// IPv6 (`::ffff:0:0/96`), so that both ways of writing an address are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    bits: u128,
    mask: u128,
}

/// Text that names no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} must be an address like 192.0.2.7 or a network like 10.0.0.0/8")]
pub struct BadNetwork(String);

impl Network {
    /// Whether `address` is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        bits(address) & self.mask == self.bits
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().into(),
        IpAddr::V6(v6) => v6.into(),
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let bad = || BadNetwork(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| bad())?;
        let longest: u32 = if address.is_ipv4() { 32 } else { 128 };
        let prefix: u32 = match prefix {
            Some(prefix) => prefix.trim().parse().map_err(|_| bad())?,
            None => longest,
        };
        let host_bits = longest.checked_sub(prefix).ok_or_else(bad)?;
        let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
        Ok(Self {
            bits: bits(address) & mask,
            mask,
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}",
            Ipv6Addr::from(self.bits),
            self.mask.count_ones()
        )
    }
}

/// The address of whoever really asks: `peer` is the other end of the
/// connection, `forwarded` what `X-Forwarded-For` says, in order.
///
/// Each proxy adds the address it was called from at the end. So the list is
/// read from its end for as long as the one who added an entry is `trusted`;
/// what an untrusted peer says about others is not believed at all.
#[must_use]
pub fn true_client(peer: IpAddr, forwarded: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer;
    for entry in forwarded.iter().rev() {
        if !is_trusted(client) {
            break;
        }
        let Some(before) = address_of(entry) else {
            break;
        };
        client = before;
    }
    client
}

/// An entry of the header: an address, which some proxies follow by a port.
fn address_of(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let with_port = || {
        entry
            .parse()
            .ok()
            .map(|socket: std::net::SocketAddr| socket.ip())
    };
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn networks_contain_what_their_prefix_says() {
        for (text, inside, outside) in [
            ("10.0.0.0/8", "10.255.1.2", "11.0.0.1"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("192.0.2.9/31", "192.0.2.8", "192.0.2.10"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
        ] {
            assert!(network(text).contains(ip(inside)), "{inside} in {text}");
            assert!(!network(text).contains(ip(outside)), "{outside} in {text}");
        }
        assert!(network("::/0").contains(ip("203.0.113.9")));
        assert_eq!(network("2001:db8::7/32").to_string(), "2001:db8::/32");
        for bad in [
            "",
            "proxy",
            "10.0.0.0/33",
            "10.0.0.0/x",
            "::/129",
            "1.2.3/8",
        ] {
            let error = bad.parse::<Network>().unwrap_err();
            assert!(error.to_string().contains(bad));
        }
    }

    #[test]
    fn only_what_trusted_proxies_say_is_believed() {
        let trusted = [network("10.0.0.0/8"), network("127.0.0.1")];
        for (peer, forwarded, client) in [
            // Not a proxy of ours: what it says about others is worth nothing.
            ("203.0.113.9", vec!["198.51.100.1"], "203.0.113.9"),
            ("127.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", vec![], "127.0.0.1"),
            // The client made the first entry up; the proxy added the second.
            ("127.0.0.1", vec!["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
            // Two proxies of ours in a row.
            (
                "127.0.0.1",
                vec!["1.2.3.4", "198.51.100.1", "10.0.0.7"],
                "198.51.100.1",
            ),
            // Everybody is trusted: the farthest.
            ("127.0.0.1", vec!["10.0.0.8", "10.0.0.7"], "10.0.0.8"),
            ("127.0.0.1", vec!["198.51.100.1", "unknown"], "127.0.0.1"),
            ("127.0.0.1", vec![" 198.51.100.1:4711 "], "198.51.100.1"),
            ("127.0.0.1", vec!["[2001:db8::7]:4711"], "2001:db8::7"),
            ("127.0.0.1", vec!["2001:db8::7"], "2001:db8::7"),
            ("::ffff:127.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
        ] {
            let found = true_client(ip(peer), &forwarded, &trusted);
            assert_eq!(found, ip(client), "{peer} says {forwarded:?}");
        }
        assert_eq!(
            true_client(ip("127.0.0.1"), &["1.2.3.4"], &[]),
            ip("127.0.0.1")
        );
    }
}
