//! The control plane: accounts, tenants, houses, credentials, refusals, and
//! the portal and API in front of them.
//!
//! It says what should be (the feed), takes what was seen (reports) and asks
//! houses questions. It must never know MQTT packets, and never dial into a
//! cell; it stores no value and no configuration of a house.
//!
//! | module | subject |
//! |---|---|
//! | [`start`] | [`ControlPlane::start`]: everything put together |
//! | [`app`] | what every handler gets |
//! | `routes` | the table of all routes |
//! | [`http`] | what every request meets before and after its handler |
//! | [`accounts`], [`sessions`], [`tokens`] | people, and how they prove who they are |
//! | [`password_reset`] | a forgotten password |
//! | [`two_factor`] | the second step of a log-in |
//! | [`api_tokens`] | tokens of people with a scope |
//! | [`sign_up`], [`setup`] | who may sign up; the first admin |
//! | [`tenants`], [`houses`], [`credentials`] | what people have here |
//! | [`admin`], [`plans`], [`standing`] | what admins of the service see and decide |
//! | [`bus_tokens`] | ten minutes on a house's bus |
//! | [`sensors`] | what houses measure and do, asked on their bus |
//! | `refusals` | "why was I stopped?" |
//! | `health` | probes |
//! | [`passwords`], [`rate_limits`] | what guards a log-in |
//! | `chores` | housekeeping |
//!
//! A feature is a folder: service functions that decide, and handlers of three
//! acts (extract, call, answer) beside them.

pub mod accounts;
pub mod admin;
pub mod api_tokens;
pub mod app;
pub mod bus_tokens;
pub mod chores;
pub mod credentials;
pub mod health;
pub mod houses;
pub mod http;
pub mod password_reset;
pub mod passwords;
pub mod plans;
pub mod rate_limits;
pub mod refusals;
pub mod routes;
pub mod sensors;
pub mod sessions;
pub mod setup;
pub mod sign_up;
pub mod standing;
pub mod start;
pub mod tenants;
#[cfg(any(test, feature = "testing"))]
#[cfg_attr(
    not(test),
    expect(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::missing_panics_doc,
        reason = "it serves tests only, of this crate and the portal"
    )
)]
pub mod testing;
pub mod tokens;
pub mod two_factor;

pub use ::{cell_link, store};
pub use app::{GatewayAddress, Portal};
pub use http::pages::Pages;
pub use start::{ControlPlane, ControlPlaneConfig, Ports};
