//! Plans, and exceptions from them: what a tenant is allowed. Admins change
//! both; houses feel it within a second.
//!
//! | module | subject |
//! |---|---|
//! | [`service`] | reading and changing plans and exceptions |
//! | [`value`] | a quota's value as people and programs write it |
//! | `handlers` | `/api/v1/admin/plans`, `/api/v1/admin/tenants/{tenant}/quotas` and `…/plan` |
//! | `chore` | exceptions that end by themselves |

pub mod chore;
mod handlers;
pub mod service;
#[cfg(test)]
mod tests;
pub mod value;

pub use handlers::routes;
pub use service::quotas;
pub use value::Value;
