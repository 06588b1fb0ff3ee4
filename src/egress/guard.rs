//! Which addresses a target may have: the guard against requests to the gateway's own network.
//!
//! A name is checked after it was resolved, and the connection goes to exactly the addresses that were
//! checked, so that a name server that changes its mind changes nothing. An address written as a
//! number never reaches a resolver: [`check_host`] looks at it after the URL was parsed, which has
//! brought every spelling (`0x7f.1`, `2130706433`, `127.1`) to the same form. Redirects are not
//! followed at all.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// A target whose address is not allowed.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "refused: {host} is {what}; give the target `allow_private: true` if it is meant to be there"
)]
pub struct Refused {
    host: String,
    what: &'static str,
}

/// A name that could not be resolved.
#[derive(Debug, thiserror::Error)]
#[error("the name {host} cannot be resolved: {reason}")]
pub(super) struct Unresolved {
    host: String,
    reason: String,
}

/// Checks an address whose host is a number.
///
/// # Errors
/// A host that may not be reached. A name passes: what it resolves to is checked when it is.
pub fn check_host(url: &Url) -> Result<(), Refused> {
    let ip = match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
        Some(Host::Domain(_)) | None => return Ok(()),
    };
    match not_public(ip) {
        Some(what) => Err(Refused { host: ip.to_string(), what }),
        None => Ok(()),
    }
}

/// A resolver that gives public addresses only.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guard;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = lookup(name.as_str()).await?;
            let public: Vec<_> =
                found.iter().copied().filter(|at| not_public(at.ip()).is_none()).collect();
            match found.iter().find_map(|at| not_public(at.ip())) {
                Some(what) if public.is_empty() => {
                    Err(Refused { host: name.as_str().to_owned(), what }.into())
                }
                _ => Ok(Box::new(public.into_iter()) as Addrs),
            }
        })
    }
}

/// A resolver that gives whatever there is, for targets with `allow_private`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unguarded;

impl Resolve for Unguarded {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move { Ok(Box::new(lookup(name.as_str()).await?.into_iter()) as Addrs) })
    }
}

async fn lookup(host: &str) -> Result<Vec<SocketAddr>, Unresolved> {
    let unresolved = |reason: String| Unresolved { host: host.to_owned(), reason };
    let found: Vec<_> = tokio::net::lookup_host((host, 0))
        .await
        .map_err(|error| unresolved(error.to_string()))?
        .collect();
    if found.is_empty() { Err(unresolved("it has no address".into())) } else { Ok(found) }
}

/// What an address is, when it is no public one.
fn not_public(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => not_public_v4(ip),
        IpAddr::V6(ip) => not_public_v6(ip),
    }
}

fn not_public_v4(ip: Ipv4Addr) -> Option<&'static str> {
    let [a, b, c, _] = ip.octets();
    Some(match (a, b, c) {
        (0, ..) => "an address of this host",
        (127, ..) => "a loopback address",
        (10, ..) | (172, 16..=31, _) | (192, 168, _) => "a private address",
        (169, 254, _) => "a link-local address, where cloud metadata lives",
        // One public address is no machine of the Internet: a cloud answers there for its own.
        (168, 63, 129) => "an address of a carrier's or cloud's inner network",
        (100, 64..=127, _) => "an address of a carrier's or cloud's inner network",
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18..=19, _) | (198, 51, 100) | (203, 0, 113) => {
            "a reserved address"
        }
        (224..=239, ..) => "a multicast address",
        (240..=255, ..) => "a reserved address",
        _ => return None,
    })
}

fn not_public_v6(ip: Ipv6Addr) -> Option<&'static str> {
    let s = ip.segments();
    if let Some(inner) = embedded_v4(s) {
        return not_public_v4(inner);
    }
    // ISATAP: the end names an IPv4 address under any prefix, so that the prefix counts as well.
    if let [_, _, _, _, 0 | 0x0200, 0x5efe, high, low] = s
        && let Some(what) = not_public_v4(v4(high, low))
    {
        return Some(what);
    }
    Some(match s[0] {
        _ if ip.is_loopback() => "a loopback address",
        _ if ip.is_unspecified() => "an address of this host",
        0xfc00..=0xfdff => "a private address",
        0xfe80..=0xfebf => "a link-local address",
        0xfec0..=0xfeff => "a site-local address",
        0xff00..=0xffff => "a multicast address",
        // Teredo, benchmarking, ORCHID and documentation lie within the global range.
        0x2001 if s[1] < 0x0200 || s[1] == 0x0db8 => "a reserved address",
        0x3fff if s[1] < 0x1000 => "a reserved address",
        0x2000..=0x3fff => return None,
        _ => "a reserved address",
    })
}

/// The IPv4 address that an IPv6 address stands for, whoever translates it on the way.
fn embedded_v4(s: [u16; 8]) -> Option<Ipv4Addr> {
    let v4 = |high, low| Some(v4(high, low));
    match s {
        // Mapped and translated addresses; the deprecated compatible ones, but for :: and ::1.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => v4(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 || low > 1 => v4(high, low),
        // NAT64 with the well-known prefix.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        // 6to4.
        [0x2002, high, low, ..] => v4(high, low),
        _ => None,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> bool {
        check_host(&Url::parse(url).unwrap()).is_err()
    }

    #[test]
    fn every_spelling_of_an_inner_address_is_refused() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "127.0.0.1.",
            "0",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "255.255.255.255",
            "224.0.0.1",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::10.0.0.1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2001:0:1::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[2001:db8::1]",
            "[2606:4700::5efe:127.0.0.1]",
            "[fe80::5efe:1.1.1.1]",
            "[fd00::200:5efe:1.1.1.1]",
            "168.63.129.16",
        ] {
            assert!(refused(&format!("http://{host}/")), "{host}");
        }
    }

    #[test]
    fn public_addresses_and_names_pass() {
        for host in [
            "1.1.1.1",
            "172.32.0.1",
            "[2606:4700::5efe:1.1.1.1]",
            "[64:ff9b::1.1.1.1]",
            "ci.example",
        ] {
            assert!(!refused(&format!("https://{host}/")), "{host}");
        }
    }

    #[tokio::test]
    async fn a_name_is_judged_by_what_it_resolves_to() {
        let Err(error) = Guard.resolve("localhost".parse().unwrap()).await else {
            panic!("localhost was let through")
        };
        assert!(error.downcast_ref::<Refused>().is_some(), "{error}");
        assert!(error.to_string().contains("allow_private"), "{error}");
        assert!(Unguarded.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
