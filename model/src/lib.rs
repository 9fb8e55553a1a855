//! Our words, in one place and without any I/O.
//!
//! What is said here is said the same way in the database, on the cell link,
//! in the API and in the portal. This crate must never learn of tokio, HTTP,
//! SQL or MQTT.
//!
//! | module | subject |
//! |---|---|
//! | [`id`] | typed, prefixed ids (`ten_…`, `hse_…`) |
//! | [`time`] | [`Timestamp`] and [`Ambient`], the source of time and chance |
//! | [`name`] | strings that obey a grammar: [`HouseId`], [`Slug`], [`EmailAddress`], … |
//! | [`secret`] | passcodes and tokens, and the hashes that travel instead of them |
//! | [`binding`] | as whom a credential speaks on the bus |
//! | [`role`] | what a credential or a person may be on a house's bus |
//! | [`plan`] | the plans a service begins with |
//! | [`language`] | the languages that people are spoken to in |
//! | [`quotas`] | [`Quotas`], and the table of their names |
//! | [`standing`] | what keeps running for a tenant |
//! | [`refusal`] | "why was I stopped?" |
//! | [`audit`] | what was done, and who did it |
//!
//! ```
//! use model::HouseId;
//! let house: HouseId = "villa-7k3q9x".parse()?;
//! assert_eq!(house.as_str(), "villa-7k3q9x");
//! # Ok::<(), model::name::BadName>(())
//! ```

pub mod audit;
pub mod binding;
pub mod id;
pub mod language;
pub mod name;
pub mod plan;
pub mod quotas;
pub mod refusal;
pub mod role;
mod schema;
pub mod secret;
pub mod standing;
pub mod time;

pub use audit::{Actor, AuditAction, SupportLevel};
pub use binding::{Binding, BusUser, ModuleName, PackageName};
pub use id::{
    AccountId, CellId, CredentialId, HouseKey, InvitationId, PasskeyId, RefusalId, SessionId,
    SupportId, TenantId, TokenId,
};
pub use language::Language;
pub use name::{DisplayName, EmailAddress, HouseId, PlanName, Slug, TimeZoneName};
pub use plan::Plan;
pub use quotas::{Quota, Quotas};
pub use refusal::{Limit, Refusal, RefusalReason, Refused};
pub use role::{BusRole, CredentialKind, Hosting, TenantRole};
pub use secret::{Secret, SecretHash};
pub use standing::Standing;
pub use time::{Ambient, Timestamp};
