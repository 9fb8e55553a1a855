//! From where a request comes.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderName};
use platform::network::{Network, true_client};

/// What proxies add the address to that they were called from.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of whoever asks: the other end of the connection, or whom a
/// trusted reverse proxy names there.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// Of the request that these are the head of.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        let noted = parts.extensions.get::<Self>().copied();
        noted.unwrap_or_else(|| Self(peer(&parts.extensions)))
    }

    /// Notes it in the request, so that every reader sees the same.
    pub fn note(request: &mut Request, trusted: &[Network]) {
        let peer = peer(request.extensions());
        let forwarded = forwarded(request.headers());
        let client = true_client(peer, &forwarded, trusted);
        request.extensions_mut().insert(Self(client));
    }
}

/// The other end of the connection. A server that does not say who connects
/// makes everybody one client.
fn peer(extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip())
}

/// The entries of all `X-Forwarded-For` headers, in order.
fn forwarded(headers: &HeaderMap) -> Vec<&str> {
    headers
        .get_all(FORWARDED_FOR)
        .iter()
        // A header that is no text hides who came before it.
        .map(|value| value.to_str().unwrap_or("unknown"))
        .flat_map(|value| value.split(','))
        .collect()
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}
