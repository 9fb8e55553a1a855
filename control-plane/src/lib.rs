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
//! | [`passkeys`] | logging in without a password |
//! | [`account_export`] | all that is kept about a person |
//! | [`api_tokens`] | tokens of people with a scope |
//! | [`sign_up`], [`setup`] | who may sign up; the first admin |
//! | [`tenants`], [`houses`], [`credentials`] | what people have here |
//! | [`members`], [`invitations`] | who may do what there, and who is asked to come |
//! | [`admin`], [`plans`], [`standing`] | what admins of the service see and decide |
//! | [`bus_tokens`] | ten minutes on a house's bus |
//! | [`sensors`] | what houses measure and do, asked on their bus |
//! | [`usage`] | what is used of quotas, over time; notices before it is all |
//! | `refusals` | "why was I stopped?" |
//! | `health` | probes |
//! | [`passwords`], [`rate_limits`] | what guards a log-in |
//! | `chores` | housekeeping |
//!
//! A feature is a folder: service functions that decide, and handlers of three
//! acts (extract, call, answer) beside them.

pub mod account_export;
pub mod accounts;
pub mod admin;
pub mod api_tokens;
pub mod app;
pub mod audit;
pub mod bus_tokens;
pub mod chores;
pub mod credentials;
pub mod health;
pub mod houses;
pub mod http;
pub mod invitations;
pub mod mails;
pub mod members;
pub mod openapi;
pub mod passkeys;
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
pub mod support;
pub mod tenants;
#[cfg(any(test, feature = "testing"))]
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "it serves tests only, of this crate and the portal"
)]
pub mod testing;
pub mod tokens;
pub mod two_factor;
pub mod usage;

pub use ::{cell_link, store};
pub use app::{GatewayAddress, Portal};
pub use http::pages::Pages;
pub use start::{ControlPlane, ControlPlaneConfig, Ports};
