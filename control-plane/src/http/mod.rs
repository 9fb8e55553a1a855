//! The HTTP edge: what every request meets before and after its handler.
//!
//! | module | subject |
//! |---|---|
//! | [`route`] | one entry of the table of all routes |
//! | [`layers`] | the router built from the table, with what surrounds every route |
//! | [`problem`] | every way a request can fail, and what it looks like |
//! | [`idempotency`] | what may come twice is done once |
//! | [`extract`] | bodies, forms, queries and paths that answer with a problem |
//! | [`around`] | what surrounds somebody on every page |
//! | [`caller`] | who sends the request |
//! | [`acting`] | proof that the caller may act |
//! | [`cookie`] | the session cookie |
//! | [`client_address`] | from where the request comes |
//! | [`client_device`] | on what somebody logs in, in words |
//! | [`return_path`] | where to go after a log-in |
//! | [`pages`] | the portal, as the edge needs to know it |
//! | [`language`] | in which language the sender is spoken to |
//! | [`headers`] | security headers and the content security policy |

pub mod acting;
pub mod around;
pub mod caller;
pub mod client_address;
pub mod client_device;
pub mod cookie;
pub mod extract;
pub mod headers;
pub mod idempotency;
pub mod language;
pub mod layers;
pub mod pages;
pub mod problem;
pub mod return_path;
pub mod route;

/// The largest request body: 64 KiB. The longest thing anybody sends is a
/// sensor's description.
pub const BODY_LIMIT_BYTES: usize = 64 * 1024;
