//! What admins of the service see of its tenants, and the proof that somebody
//! is one. What they change is decided in [`crate::plans`] and
//! [`crate::standing`].
//!
//! | module | subject |
//! |---|---|
//! | [`over_tenant`] | proof that an admin acts on a tenant that is there |
//! | `tenants` | `GET /api/v1/admin/tenants`, found by anything |
//! | `tenant` | `GET /api/v1/admin/tenants/{tenant}`: all that is known of one |
//! | `health` | how the parts of the service are |

pub mod health;
pub mod over_tenant;
mod tenant;
pub mod tenants;
#[cfg(test)]
mod tests;

pub use over_tenant::OverTenant;
pub use tenant::{Details, TenantView, deletions, details};

use crate::http::route::Route;

/// Owns the reading routes below `/api/v1/admin/tenants`.
pub fn routes() -> Vec<Route> {
    [tenants::routes(), tenant::routes(), health::routes()]
        .into_iter()
        .flatten()
        .collect()
}
