//! Who is behind a trusted reverse proxy, for the gateway: its limits per
//! address would otherwise take all houses behind the proxy for one.

use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::map_request;
use control_plane::http::client_address::ClientAddress;
use platform::network::Network;

/// `router`, told the true client as the other end of the connection.
pub fn see_through(router: Router, proxies: Vec<Network>) -> Router {
    let proxies: Arc<[Network]> = proxies.into();
    router.layer(map_request(move |mut request: Request| {
        name_client(&mut request, &proxies);
        ready(request)
    }))
}

fn name_client(request: &mut Request, proxies: &[Network]) {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(port) = peer.map(|peer| peer.0.port()) {
        ClientAddress::note(request, proxies);
        let client = request.extensions().get::<ClientAddress>().copied();
        if let Some(ClientAddress(address)) = client {
            let client = ConnectInfo(SocketAddr::new(address, port));
            request.extensions_mut().insert(client);
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_a_trusted_proxy_speaks_for_others() {
        let proxies = ["198.18.0.0/24".parse().unwrap()];
        for (peer, seen) in [("198.18.0.7", "203.0.113.9"), ("192.0.2.7", "192.0.2.7")] {
            let mut request = Request::builder()
                .header("x-forwarded-for", "203.0.113.9")
                .extension(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711)))
                .body(Body::empty())
                .unwrap();
            name_client(&mut request, &proxies);
            let found = request.extensions().get::<ConnectInfo<SocketAddr>>();
            assert_eq!(
                found.unwrap().0,
                SocketAddr::new(seen.parse().unwrap(), 4711)
            );
        }
    }
}
